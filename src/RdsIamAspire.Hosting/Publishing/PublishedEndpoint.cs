using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.References;
using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Hosting.Publishing;

/// <summary>
/// What is known of an endpoint when it is published: by what the AppHost says, else by its resource id, else by its host name.
/// </summary>
/// <param name="Kind">What policies name; null where nothing says it.</param>
/// <param name="Region">The region; null where neither the AppHost nor the host name has it.</param>
/// <param name="ResourceId">The <c>db-</c>, <c>cluster-</c> or <c>prx-</c> id, where the AppHost gives it.</param>
/// <param name="Identifier">The name of the instance, cluster or proxy, where the host name begins with it.</param>
internal sealed record PublishedEndpoint(RdsResourceKind? Kind, string? Region, string? ResourceId, string? Identifier)
{
    /// <summary>Reads the parameters too, where they have a value when the endpoint is published.</summary>
    /// <exception cref="DistributedApplicationException">
    /// What the AppHost says, the resource id and the host name are of different kinds.
    /// </exception>
    internal static async Task<PublishedEndpoint> ReadAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var given = server.Given;
        var endpoint = given.Endpoint;
        if (endpoint is null && await GivenValue.ReadAsync(given.Host, cancellationToken).ConfigureAwait(false) is { } host)
        {
            _ = RdsEndpoint.TryParse(host, out endpoint);
        }

        var region = given.KnownRegion ?? endpoint?.Region;
        if (region is null && given.Region is { } parameter)
        {
            region = await GivenValue.ReadAsync(parameter, cancellationToken).ConfigureAwait(false);
        }

        var kind = KindOf(server, endpoint, given.ResourceId);
        return new(kind, region, given.ResourceId, IdentifierOf(endpoint, kind));
    }

    /// <summary>What the endpoint is; null where neither a call, nor the id, nor the host name says it.</summary>
    /// <exception cref="DistributedApplicationException">Two of them contradict each other.</exception>
    internal static RdsResourceKind? KindOf(RdsMySqlResource server, RdsEndpoint? endpoint, string? resourceId)
    {
        var said = server.TryGetLastAnnotation<RdsKindAnnotation>(out var annotation) ? annotation.Kind : (RdsResourceKind?)null;
        var byId = KindOf(resourceId);
        if (said is not null && byId is not null && said != byId)
        {
            throw new DistributedApplicationException($"'{server.Name}' is said to be {Noun(said.Value)}, and its resource id "
                + $"{resourceId} is that of {Noun(byId.Value)}: one of the two is wrong.");
        }

        var known = said ?? byId;
        var byHost = KindOf(endpoint?.Kind);
        if (known is { } other && byHost is { } host && known != host && !IsInstanceOfCluster(other, host))
        {
            throw new DistributedApplicationException(
                $"'{server.Name}' is {(said is null ? "by its resource id" : "said to be")} {Noun(other)}, and its host {endpoint!.Host} "
                    + $"is that of {Noun(host)}: one of the two is wrong.");
        }

        return known ?? byHost;
    }

    /// <summary>An instance of an Aurora cluster has the host name of an instance, and a policy names its cluster.</summary>
    private static bool IsInstanceOfCluster(RdsResourceKind known, RdsResourceKind host) =>
        known == RdsResourceKind.Cluster && host == RdsResourceKind.Instance;

    private static RdsResourceKind? KindOf(string? resourceId) => resourceId switch
    {
        null or "*" => null,
        _ when resourceId.StartsWith("cluster-", StringComparison.Ordinal) => RdsResourceKind.Cluster,
        _ when resourceId.StartsWith("prx-", StringComparison.Ordinal) => RdsResourceKind.Proxy,
        _ => RdsResourceKind.Instance,
    };

    private static RdsResourceKind? KindOf(RdsEndpointKind? kind) => kind switch
    {
        RdsEndpointKind.Instance => RdsResourceKind.Instance,
        RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom or RdsEndpointKind.GlobalCluster =>
            RdsResourceKind.Cluster,
        RdsEndpointKind.Proxy or RdsEndpointKind.ProxyEndpoint => RdsResourceKind.Proxy,
        _ => null,
    };

    /// <summary>
    /// The first label of a host name, where it is the name of what the policy names: a custom or a further endpoint has a name of its own.
    /// </summary>
    private static string? IdentifierOf(RdsEndpoint? endpoint, RdsResourceKind? kind) => (endpoint?.Kind, kind) switch
    {
        (RdsEndpointKind.Instance, RdsResourceKind.Instance) => endpoint!.Identifier,
        (RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader, RdsResourceKind.Cluster) => endpoint!.Identifier,
        (RdsEndpointKind.Proxy, RdsResourceKind.Proxy) => endpoint!.Identifier,
        _ => null,
    };

    private static string Noun(RdsResourceKind kind) => kind switch
    {
        RdsResourceKind.Cluster => "a cluster",
        RdsResourceKind.Proxy => "a proxy",
        _ => "an instance",
    };
}
