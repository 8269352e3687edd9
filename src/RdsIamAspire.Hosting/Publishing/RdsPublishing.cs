using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Hosting.Deployment;

namespace RdsIamAspire.Hosting.Publishing;

/// <summary>
/// The step of <c>aspire publish</c> and <c>aspire deploy</c> that writes an endpoint's artifacts, and says what is to be done with them.
/// </summary>
internal static class RdsPublishing
{
    internal static IResourceBuilder<RdsMySqlResource> WithRdsArtifacts(this IResourceBuilder<RdsMySqlResource> builder)
    {
        var server = builder.Resource;
        return builder.WithPipelineStepFactory(_ => new PipelineStep
        {
            Name = $"publish-rds-iam-{server.Name}",
            Description = $"Writes the IAM policy, the grant script and infrastructure snippets of '{server.Name}'.",
            Action = context => WriteAsync(server, context),
            RequiredBySteps = [WellKnownPipelineSteps.Publish, WellKnownPipelineSteps.Deploy],
            DependsOnSteps = [WellKnownPipelineSteps.PublishPrereq],
            Resource = server,
        });
    }

    private static async Task WriteAsync(RdsMySqlResource server, PipelineStepContext context)
    {
        RdsMasterUserAnnotation.ThrowIfItIsAnIamUser(server);
        var folder = Path.Combine(
            context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(), "rds-iam", server.Name);
        var plan = await RdsArtifacts.PlanAsync(server, context.CancellationToken).ConfigureAwait(false);
        var files = await RdsArtifacts.CreateAsync(server, plan, context.CancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, context.CancellationToken).ConfigureAwait(false);
        }

        foreach (var (what, how) in Steps(server, folder, plan.EnableCommands))
        {
            context.Summary.Add(what, how);
        }
    }

    /// <summary>What is left to do, in order, a short sentence each.</summary>
    internal static IEnumerable<(string What, string How)> Steps(
        RdsMySqlResource server,
        string folder,
        IReadOnlyList<string> enableCommands)
    {
        yield return ($"{server.Name}: files", folder);
        yield return ($"{server.Name}: 1. switch IAM authentication on", enableCommands.Count == 1
            ? enableCommands[0]
            : $"{enableCommands[0]} (a cluster or a proxy? say AsCluster() or AsProxy())");
        yield return ($"{server.Name}: 2. attach the policy", "cloudformation.yaml (--capabilities CAPABILITY_IAM), terraform.tf, "
            + "cdk.cs.txt, or iam-policy.json by hand");
        yield return ($"{server.Name}: 3. make the users", server.TryGetLastAnnotation<RdsMasterUserAnnotation>(out var master)
            ? $"aspire deploy does what grants.sql does, as {master.User}"
            : "run grants.sql as the master user");
        yield return ($"{server.Name}: 4. try it", $"aspire do {RdsDeployment.VerifyStep(server)}");
    }
}
