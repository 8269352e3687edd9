using System.Xml.Linq;
using RdsIamAspire.Cli.Aws;

namespace RdsIamAspire.Cli.Discovery;

/// <summary>An RDS instance, Aurora cluster or RDS Proxy that speaks MySQL.</summary>
/// <param name="Name">Its identifier.</param>
/// <param name="Kind">instance, cluster or proxy.</param>
/// <param name="Endpoint">HOST:PORT; null while it is made.</param>
/// <param name="ResourceId">What policies call it: db-…, cluster-…, prx-….</param>
/// <param name="Iam">Whether IAM logins are on.</param>
/// <param name="Public">Whether it has a public address; null where it is not known.</param>
internal sealed record FoundDatabase(string Name, string Kind, string? Endpoint, string ResourceId, bool Iam, bool? Public)
{
    private const string Version = "2014-10-31"; // Amazon RDS API Reference

    /// <summary>All of a region.</summary>
    /// <exception cref="CommandLine.ToolException">AWS refuses, or cannot be reached.</exception>
    public static async Task<IReadOnlyList<FoundDatabase>> FindAsync(AwsApi aws, CancellationToken cancellationToken)
    {
        var instances = aws.QueryAllAsync("rds", Version, "DescribeDBInstances", [], "DBInstance", cancellationToken);
        var clusters = aws.QueryAllAsync("rds", Version, "DescribeDBClusters", [], "DBCluster", cancellationToken);
        var proxies = aws.QueryAllAsync("rds", Version, "DescribeDBProxies", [], "member", cancellationToken);
        await Task.WhenAll(instances, clusters, proxies);
        return
        [
            .. (await instances).Where(IsMySql).Select(Instance), .. (await clusters).Where(IsMySql).Select(Cluster),
            .. (await proxies).Where(proxy => (string?)proxy.Element("EngineFamily") == "MYSQL").Select(Proxy),
        ];
    }

    /// <summary>The one that an endpoint belongs to; null when the account has none in the region.</summary>
    public static async Task<FoundDatabase?> FindAsync(AwsApi aws, RdsEndpoint endpoint, CancellationToken cancellationToken)
    {
        var all = await FindAsync(aws, cancellationToken);
        return all.FirstOrDefault(database => database.Endpoint?.Split(':')[0].Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase)
            == true) ?? all.FirstOrDefault(database => database.Name == endpoint.Identifier && database.Kind == KindOf(endpoint));
    }

    private static string KindOf(RdsEndpoint endpoint) => endpoint.IsProxy ? "proxy"
        : endpoint.Kind == RdsEndpointKind.Instance ? "instance" : "cluster";

    private static bool IsMySql(XElement database) =>
        (string?)database.Element("Engine") is "mysql" or "mariadb" or "aurora-mysql" or "aurora";

    private static FoundDatabase Instance(XElement instance) => new(
        Text(instance, "DBInstanceIdentifier"), "instance",
        instance.Element("Endpoint") is { } at ? $"{Text(at, "Address")}:{Text(at, "Port")}" : null,
        Text(instance, "DbiResourceId"), Flag(instance, "IAMDatabaseAuthenticationEnabled"), Flag(instance, "PubliclyAccessible"));

    private static FoundDatabase Cluster(XElement cluster) => new(
        Text(cluster, "DBClusterIdentifier"), "cluster",
        Text(cluster, "Endpoint") is { Length: > 0 } host ? $"{host}:{Text(cluster, "Port")}" : null,
        Text(cluster, "DbClusterResourceId"), Flag(cluster, "IAMDatabaseAuthenticationEnabled"), null);

    // A proxy's port is its engine's.
    private static FoundDatabase Proxy(XElement proxy) => new(
        Text(proxy, "DBProxyName"), "proxy",
        Text(proxy, "Endpoint") is { Length: > 0 } host ? $"{host}:3306" : null,
        Text(proxy, "DBProxyArn").Split(':')[^1],
        proxy.Descendants("IAMAuth").Any(auth => auth.Value is "REQUIRED" or "ENABLED"), false);

    private static string Text(XElement parent, string name) => (string?)parent.Element(name) ?? "";

    private static bool Flag(XElement parent, string name) => Text(parent, name) == "true";
}
