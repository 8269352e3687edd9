using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Hosting.Deployment;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Hosting.Publishing;

/// <summary>What <c>aspire publish</c> writes for an endpoint: policy, grant script, and the infrastructure snippets that attach them.</summary>
internal static class RdsArtifacts
{
    /// <summary>Stands where the AppHost does not know the resource id. It matches no database, so that a policy deployed as it stands lets nobody in.</summary>
    private const string UnknownResource = "REPLACEWITHRESOURCEID";

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

    /// <summary>The artifacts of an endpoint by file name.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> CreateAsync(RdsMySqlResource server, string? region, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["grants.sql"] = await GrantScriptAsync(server, cancellationToken).ConfigureAwait(false) };
        LocalUser[] users = [.. LocalUsers.Of(server)];
        files["iam-policy.json"] = Policy(server, users, region);
        foreach (var user in users)
        {
            var suffix = users.Length == 1 ? string.Empty : "." + user.User;
            var plan = Plan(server, user.User, region);
            files[$"cloudformation{suffix}.yaml"] = CloudFormationSnippet.Create(plan);
            // Not .cs: the output folder is below the AppHost unless told otherwise, and its next build would compile it.
            files[$"cdk{suffix}.cs.txt"] = CdkSnippet.Create(plan);
            files[$"terraform{suffix}.tf"] = TerraformSnippet.Create(plan);
        }

        return files;
    }

    internal static async Task<string> GrantScriptAsync(RdsMySqlResource server, CancellationToken cancellationToken) =>
        string.Join("\n", (await LocalUsers.NamedAsync(server, cancellationToken).ConfigureAwait(false)).Select(GrantScript));

    private static string GrantScript(LocalUser user) =>
        RdsGrantScript.Create(user.ToGrant()) + string.Concat(user.Unnamed.Select(name => $"-- Still to grant: the database {name} had no name when this was written. Give the parameter a value and publish again.\n"));

    internal static async Task<string> PolicyAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        if (server.Local?.Emulator is { } emulator)
        {
            return PolicyFor([.. LocalUsers.Of(server)], emulator.Region, emulator.AccountId, emulator.ResourceId);
        }

        var region = server.Given.KnownRegion ?? (server.Region is { } given ? await given.GetValueAsync(cancellationToken).ConfigureAwait(false) : null);
        LocalUser[] users = [.. LocalUsers.Of(server)];
        return server.Given.LookUpResourceId is { } lookUp
            ? PolicyFor(users, region ?? "*", "*", await lookUp(cancellationToken).ConfigureAwait(false))
            : Policy(server, users, region);
    }

    private static string Policy(RdsMySqlResource server, LocalUser[] users, string? region) =>
        PolicyFor(users, region ?? "*", "*", server.Given.ResourceId ?? PrefixOf(KindOf(server.Given.Endpoint?.Kind)) + UnknownResource);

    private static string PolicyFor(LocalUser[] users, string region, string account, string resourceId) =>
        RdsDbConnectPolicy.CreateDocument(users.Select(u => new RdsDbUserArn(region, account, resourceId, u.User)));

    private static string PrefixOf(RdsResourceKind kind) => kind switch
    {
        RdsResourceKind.Cluster => "cluster-",
        RdsResourceKind.Proxy => "prx-",
        _ => "db-",
    };

    private static RdsIamPlan Plan(RdsMySqlResource server, string user, string? region) => new(server.Name, user)
    {
        Kind = KindOf(server.Given.Endpoint?.Kind),
        Region = region,
        ResourceId = server.Given.ResourceId,
    };

    private static RdsResourceKind KindOf(RdsEndpointKind? kind) => kind switch
    {
        RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom => RdsResourceKind.Cluster,
        RdsEndpointKind.Proxy or RdsEndpointKind.ProxyEndpoint => RdsResourceKind.Proxy,
        _ => RdsResourceKind.Instance,
    };

    private static async Task WriteAsync(RdsMySqlResource server, PipelineStepContext context)
    {
        var folder = Path.Combine(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(), "rds-iam", server.Name);
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in await CreateAsync(server, server.Given.KnownRegion, context.CancellationToken).ConfigureAwait(false))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, context.CancellationToken).ConfigureAwait(false);
        }

        var grants = server.HasAnnotationOfType<RdsMasterUserAnnotation>() ? "aspire deploy runs grants.sql" : "run grants.sql as the master user";
        context.Summary.Add($"RDS IAM: {server.Name}", $"{folder}: switch IAM authentication on and attach iam-policy.json to the services' role (CloudFormation, CDK and Terraform do both); {grants}; try it with: aspire do {RdsDeployment.VerifyStep(server)}");
    }
}
