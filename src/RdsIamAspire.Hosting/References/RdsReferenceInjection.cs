using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RdsIamAspire.Hosting.Health;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;
using RdsIamAspire.Hosting.Telemetry;
using RdsIamAspire.Hosting.Tunnel;

namespace RdsIamAspire.Hosting.References;

/// <summary>
/// Gives every resource that references an RDS endpoint what a connection string cannot carry: the region setting that
/// <c>AddRdsIamMySqlDataSource</c> reads and, for a local server, AWS credentials that it knows and a CA file where it can be read.
/// </summary>
/// <remarks>
/// It works on the relationships that <c>WithReference</c> leaves, once, before anything starts: so it holds for every kind of
/// consumer, in C# and in TypeScript AppHosts, and needs no <c>WithReference</c> of its own.
/// </remarks>
internal static class RdsReferenceInjection
{
    private const string ConnectionStringPrefix = "ConnectionStrings__";

    internal static void AddTo(IDistributedApplicationBuilder builder)
    {
        if (builder.Services.Any(static s => s.ServiceType == typeof(Marker)))
        {
            return;
        }

        var marker = new Marker();
        builder.Services.AddSingleton(marker);
        builder.Services.TryAddSingleton(static _ => LocalAwsIdentity.Create());
        builder.Services.TryAddSingleton<RdsTokens>();
        builder.Services.TryAddSingleton<RdsCaFile>();
        builder.Services.TryAddSingleton<RdsLogins>();
        builder.Services.TryAddSingleton<LoginTelemetry>();
        builder.Services.TryAddSingleton<EndpointProblems>();
        builder.Services.TryAddSingleton<EndpointLogin>();
        builder.Eventing.Subscribe<BeforeStartEvent>(async (@event, cancellationToken) =>
        {
            foreach (var prepare in marker.Preparations)
            {
                prepare(@event.Model);
            }

            foreach (
                var emulator in @event.Model.Resources.OfType<RdsMySqlResource>().Select(
                    static s => s.Local).OfType<EmulatorRdsServer>().ToArray())
            {
                await emulator.ChooseAsync(@event.Model, @event.Services, cancellationToken).ConfigureAwait(false);
            }

            Apply(@event.Model, @event.Services.GetRequiredService<LocalAwsIdentity>());
        });
    }

    /// <summary>Has the complete model prepared before references are looked at.</summary>
    internal static void AddPreparation(IDistributedApplicationBuilder builder, Action<DistributedApplicationModel> prepare) =>
        builder.Services.Select(static s => s.ImplementationInstance).OfType<Marker>().Single().Preparations.Add(prepare);

    /// <summary>
    /// The endpoint that a reference to <paramref name="target"/> logs in to, or <see langword="null"/> where it is none of ours.
    /// </summary>
    internal static RdsReferenceTarget? TargetOf(IResource target) => target switch
    {
        RdsMySqlDatabaseResource database => new(database, database.Parent, Replaced: database.StandsFor),
        RdsMySqlResource server => new(server, server, Replaced: null),
        _ when target.TryGetLastAnnotation<RdsRedirectAnnotation>(out var redirect) => new(redirect.To, redirect.Server, Replaced: target),
        _ => null,
    };

    private static void Apply(DistributedApplicationModel model, LocalAwsIdentity identity)
    {
        foreach (var consumer in model.Resources)
        {
            if (consumer is not IResourceWithEnvironment
                || !consumer.TryGetAnnotationsOfType<ResourceRelationshipAnnotation>(out var relationships))
            {
                continue;
            }

            var targets = relationships
                .Where(static r => r.Type == "Reference")
                .Select(static r => TargetOf(r.Resource))
                .OfType<RdsReferenceTarget>()
                .Where(t => t.Server.Local?.ServerResource != consumer
                    && t.Server.Cluster?.Second.ServerResource != consumer)
                .Distinct()
                .ToArray();

            if (targets.Length > 0)
            {
                consumer.Annotations.Add(new EnvironmentCallbackAnnotation(context => Inject(context, targets, identity)));
            }

            foreach (var target in targets)
            {
                if (target.Replaced is { } replaced && consumer.Annotations.OfType<WaitAnnotation>().Any(w => w.Resource == replaced))
                {
                    // Whoever waits for what was replaced waits for a login to have worked.
                    consumer.Annotations.Add(new WaitAnnotation(target.Server, WaitType.WaitUntilHealthy));
                }

                if (target.Server.Local is { } local && consumer.IsContainer())
                {
                    consumer.Annotations.Add(local.CaCertificatePath.AsContainerFile());
                    if ((target.Server.Cluster ?? target.Server.Writer?.Cluster) is not null)
                    {
                        // A cluster's endpoints are this machine's.
                        consumer.Annotations.Add(new ContainerRuntimeArgsCallbackAnnotation(static args =>
                        {
                            foreach (var argument in ContainerSide.RunArguments.Where(a => !args.Contains(a)))
                            {
                                args.Add(argument);
                            }
                        }));
                    }
                }
            }
        }
    }

    /// <summary>What every AWS SDK takes its profile from ("Environment variables", AWS SDKs and Tools Reference Guide).</summary>
    private const string ProfileVariable = "AWS_PROFILE";

    private static void Inject(EnvironmentCallbackContext context, RdsReferenceTarget[] targets, LocalAwsIdentity identity)
    {
        foreach (var target in targets)
        {
            Inject(context, target, identity);
        }

        // Not before: two databases of one server have one password between them.
        foreach (var replaced in targets.Select(static t => t.Replaced).OfType<IResource>())
        {
            RdsRedirection.ThrowIfPasswordIsLeft(context.EnvironmentVariables, replaced);
        }
    }

    private static void Inject(EnvironmentCallbackContext context, RdsReferenceTarget target, LocalAwsIdentity identity)
    {
        var variables = context.EnvironmentVariables;
        if (target.Replaced is { } replaced)
        {
            RdsRedirection.Replace(variables, replaced, target.Resource);
        }

        if (target.Server.Region is { } region)
        {
            foreach (var name in ConnectionNames(variables, target))
            {
                variables[$"RdsIam__MySqlConnector__{name}__Region"] = region;
            }
        }

        if (target.Server.Local is { } local)
        {
            identity.AddTo(variables, local.Region);
        }
        else if (target.Server.Named is { AwsProfile: { } profile } named)
        {
            if (!variables.TryAdd(ProfileVariable, profile) && variables[ProfileVariable] is string other && other != profile)
            {
                throw new DistributedApplicationException(
                    $"'{named.Name}' in '{named.File}' is signed for with the AWS profile '{profile}', and '{context.Resource.Name}' has "
                        + $"{ProfileVariable}={other}: a service signs with one. Reference one of the two endpoints through a tunnel "
                        + "(AddTunnel).");
            }
        }
    }

    private static string[] ConnectionNames(Dictionary<string, object> variables, RdsReferenceTarget target)
    {
        string[] names =
        [
            .. variables
                .Where(v => v.Key.StartsWith(ConnectionStringPrefix, StringComparison.OrdinalIgnoreCase)
                    && v.Value is ConnectionStringReference reference && reference.Resource == target.Resource)
                .Select(static v => v.Key[ConnectionStringPrefix.Length..]),
        ];
        return names.Length > 0 ? names : [(target.Replaced ?? target.Resource).Name];
    }

    /// <summary>Says that this builder is served, and what is to be done to its model before references are looked at.</summary>
    private sealed class Marker
    {
        internal List<Action<DistributedApplicationModel>> Preparations { get; } = [];
    }
}

/// <summary>
/// One reference: the resource whose values it gets, the endpoint behind it, and the resource it was written against where that is
/// another.
/// </summary>
internal sealed record RdsReferenceTarget(IResourceWithConnectionString Resource, RdsMySqlResource Server, IResource? Replaced);
