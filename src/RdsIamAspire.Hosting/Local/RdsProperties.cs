using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>What an endpoint and its databases show in their rows and details.</summary>
internal sealed class RdsProperties
{
    private ImmutableArray<ResourcePropertySnapshot> Endpoint { get; init; } = [];

    private Dictionary<IResource, ImmutableArray<ResourcePropertySnapshot>> Databases { get; init; } = [];

    /// <summary>Where clients dial.</summary>
    internal UrlSnapshot? Url { get; private init; }

    /// <summary>What is known before anything runs: what it is, and who logs in.</summary>
    internal static RdsProperties BeforeStart(RdsMySqlResource server) => new()
    {
        Endpoint =
        [
            .. server.Local is { } local ? [Source(local.Description)] : Array.Empty<ResourcePropertySnapshot>(),
            .. Reasons(server.Local),
            Users(server),
        ],
        Databases = Named(server),
    };

    /// <summary>All of it, once the endpoint is known or its local server is up.</summary>
    internal static async Task<RdsProperties> OfAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var host = await server.Host.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = await server.Port.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var region = server.Region is { } given ? await given.GetValueAsync(cancellationToken).ConfigureAwait(false) : null;
        var address = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        List<ResourcePropertySnapshot> properties =
        [
            Source(server.Local?.Description ?? host ?? string.Empty),
            Shown(0, "rds.endpoint", "Endpoint", address),
            Shown(1, "rds.region", "Region", region ?? "from the host name"),
            Users(server),
            .. Reasons(server.Local),
        ];
        if (server.Local is { Emulator: { } emulator } local)
        {
            var arns = LocalUsers.Of(server).Select(
                u => new RdsDbUserArn(emulator.Region, emulator.AccountId, emulator.ResourceId, u.User).ToString());
            properties.Add(Shown(3, "rds.resource.arn", "Resource ARN (made up)", string.Join(", ", arns)));
            properties.Add(
                Shown(
                    4,
                    "rds.ca.certificate",
                    "CA certificate",
                    await local.CaCertificatePath.GetValueAsync(cancellationToken).ConfigureAwait(false)));
            properties.Add(Shown(5, "rds.server", "Local server", local.Description));
            properties.Add(Shown(7, "rds.data", "Data", local.KeepsData ? "kept for the next run" : "goes with the server"));
            if ((server.Cluster ?? server.Writer?.Cluster)?.InstanceOf(server) is { } instance)
            {
                properties.Add(Instance(instance));
            }

            properties.Add(Faults(emulator.Faults));
        }

        return new RdsProperties
        {
            Endpoint = [.. properties],
            Databases = Named(server),
            Url = new UrlSnapshot("mysql", $"tcp://{address}", IsInternal: false),
        };
    }

    /// <summary>Alone, which of a cluster's instances is behind the endpoint.</summary>
    internal static RdsProperties OfInstance(string instance) => new() { Endpoint = [Instance(instance)] };

    /// <summary>The faults alone.</summary>
    internal static RdsProperties Of(EmulatorFaults faults) => new() { Endpoint = [Faults(faults)] };

    /// <summary>The properties of a resource with these in the place of those of the same name.</summary>
    internal ImmutableArray<ResourcePropertySnapshot> AddTo(IResource resource, ImmutableArray<ResourcePropertySnapshot> old)
    {
        var fresh = resource is RdsMySqlResource ? Endpoint : Databases.GetValueOrDefault(resource, []);
        return [.. old.Where(o => fresh.All(f => f.Name != o.Name)), .. fresh];
    }

    private static Dictionary<IResource, ImmutableArray<ResourcePropertySnapshot>> Named(RdsMySqlResource server) =>
        server.DatabaseResources.Where(static d => !d.IsStandIn).ToDictionary(
            static d => (IResource)d,
            static d => ImmutableArray.Create(
                Source(d.DatabaseName),
                Shown(0, "database", "Database", d.DatabaseName),
                Shown(1, "rds.user", "IAM user", d.Auth.User),
                Shown(2, "rds.privileges", "Privileges", string.Join(", ", PrivilegesOf(d.Auth)))));

    private static IEnumerable<string> PrivilegesOf(RdsIamAuthAnnotation auth) =>
        auth.Privileges.Count > 0 ? auth.Privileges : RdsGrantRequest.DefaultPrivileges;

    private static ResourcePropertySnapshot Users(RdsMySqlResource server) =>
        Shown(2, "rds.users", "IAM users", string.Join(", ", LocalUsers.Of(server).Select(static u => u.User)));

    private static IEnumerable<ResourcePropertySnapshot> Reasons(LocalRdsServer? local) =>
        local?.Reason is { } reason ? [Shown(6, "rds.server.reason", "Chosen because", reason)] : [];

    private static ResourcePropertySnapshot Source(string what) => new(CustomResourceKnownProperties.Source, what);

    /// <summary>A property that stands in the resource's details without being asked for.</summary>
    private static ResourcePropertySnapshot Shown(int place, string name, string displayName, object? value) =>
        new(name, value) { DisplayName = displayName, IsHighlighted = true, SortOrder = place };

    private static ResourcePropertySnapshot Instance(string instance) => Shown(9, "rds.instance", "Instance", instance);

    private static ResourcePropertySnapshot Faults(EmulatorFaults faults) => Shown(8, "rds.faults", "Faults", Describe(faults));

    private static string Describe(EmulatorFaults faults)
    {
        var set = new List<string>();
        if (faults.DenyConnect)
        {
            set.Add("connect denied");
        }

        if (faults.ClockSkew != TimeSpan.Zero)
        {
            set.Add(string.Create(CultureInfo.InvariantCulture, $"clock {faults.ClockSkew.TotalSeconds:+0;-0} s"));
        }

        return set.Count == 0 ? "none" : string.Join(", ", set);
    }
}
