// Compiled only with AWSSDK.RDS on the feed (AwsSdkRds=true), so its public surface cannot be in PublicAPI.Unshipped.txt, which holds for
// both.
#pragma warning disable RS0016

using Amazon;
using Amazon.RDS;
using Amazon.RDS.Model;
using Amazon.Runtime;

namespace RdsIamAspire;

/// <summary>What AWS says of a DB instance or cluster: where it listens, and what an <c>rds-db:connect</c> policy calls it.</summary>
/// <param name="Endpoint">Host and port to sign for and to connect to.</param>
/// <param name="Region">The region.</param>
/// <param name="ResourceId">The DbiResourceId (<c>db-…</c>) or DbClusterResourceId (<c>cluster-…</c>).</param>
/// <param name="IamAuthenticationEnabled">Whether IAM database authentication is on.</param>
public sealed record RdsDatabase(RdsEndpoint Endpoint, string Region, string ResourceId, bool IamAuthenticationEnabled)
{
    /// <summary>Looks a DB instance up by its name, and when there is none a DB cluster.</summary>
    /// <param name="identifier">The instance's or cluster's name.</param>
    /// <param name="region">The region; null takes the AWS SDK's.</param>
    /// <param name="credentials">Who asks; needs rds:DescribeDBInstances and rds:DescribeDBClusters. Null takes the AWS SDK's.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="KeyNotFoundException">
    /// The region has neither an instance nor a cluster of this name, or it has no endpoint yet.
    /// </exception>
    public static async Task<RdsDatabase> FindAsync(
        string identifier, string? region = null, AWSCredentials? credentials = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(identifier);
        var config = new AmazonRDSConfig();
        if (region is not null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        using var client = credentials is null ? new AmazonRDSClient(config) : new AmazonRDSClient(credentials, config);
        var asked = client.Config.RegionEndpoint?.SystemName ?? region ?? "";
        try
        {
            var instances = await client.DescribeDBInstancesAsync(
                new DescribeDBInstancesRequest { DBInstanceIdentifier = identifier }, cancellationToken).ConfigureAwait(false);
            var instance = instances.DBInstances[0];
            int? port = instance.Endpoint?.Port;
            return Create(
                identifier,
                asked,
                instance.Endpoint?.Address,
                port,
                instance.DbiResourceId,
                instance.IAMDatabaseAuthenticationEnabled);
        }
        catch (DBInstanceNotFoundException)
        {
        }

        try
        {
            var clusters = await client.DescribeDBClustersAsync(
                new DescribeDBClustersRequest { DBClusterIdentifier = identifier }, cancellationToken).ConfigureAwait(false);
            var cluster = clusters.DBClusters[0];
            int? port = cluster.Port;
            return Create(identifier, asked, cluster.Endpoint, port, cluster.DbClusterResourceId, cluster.IAMDatabaseAuthenticationEnabled);
        }
        catch (DBClusterNotFoundException)
        {
            throw new KeyNotFoundException(
                $"The region '{asked}' has neither a DB instance nor a DB cluster named '{identifier}'; check the name, the region and "
                    + "the account.");
        }
    }

    private static RdsDatabase Create(
        string identifier,
        string region,
        string? host,
        int? port,
        string resourceId,
        bool? iam) => host is null
        ? throw new KeyNotFoundException($"'{identifier}' has no endpoint yet; wait until it is available.")
        : new(RdsEndpoint.Parse(host, port ?? RdsEndpoint.DefaultPort), region, resourceId, iam == true);
}
