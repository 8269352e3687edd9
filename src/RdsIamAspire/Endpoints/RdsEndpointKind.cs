namespace RdsIamAspire;

/// <summary>What a host name leads to.</summary>
public enum RdsEndpointKind
{
    /// <summary>Not an RDS host name: a tunnel's end, an own DNS name, an address, a local server.</summary>
    Custom,

    /// <summary>One DB instance: <c>name.hash.region.rds.amazonaws.com</c>.</summary>
    Instance,

    /// <summary>The writer of an Aurora or Multi-AZ DB cluster: <c>name.cluster-hash.…</c>.</summary>
    Cluster,

    /// <summary>The readers of a cluster: <c>name.cluster-ro-hash.…</c>.</summary>
    ClusterReader,

    /// <summary>An Aurora custom endpoint: <c>name.cluster-custom-hash.…</c>.</summary>
    ClusterCustom,

    /// <summary>
    /// The writer endpoint of an Aurora Global Database: <c>name.global-hash.global.rds.amazonaws.com</c>. It names no region.
    /// </summary>
    GlobalCluster,

    /// <summary>The default endpoint of an RDS Proxy: <c>name.proxy-hash.…</c>.</summary>
    Proxy,

    /// <summary>A further endpoint of an RDS Proxy (reader, or in another VPC): <c>name.endpoint.proxy-hash.…</c>.</summary>
    ProxyEndpoint,
}
