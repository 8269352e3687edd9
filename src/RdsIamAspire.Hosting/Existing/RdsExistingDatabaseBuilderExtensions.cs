using System.Diagnostics;

// Compiled only with AWSSDK.RDS on the feed (AwsSdkRds=true), so its public surface cannot be in PublicAPI.Unshipped.txt, which holds for
// both.
#pragma warning disable RS0016

using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Existing;
using RdsIamAspire.Hosting.Local;

namespace Aspire.Hosting;

/// <summary>Uses a DB instance or cluster that is known by its name.</summary>
[StackTraceHidden]
public static class RdsExistingDatabaseBuilderExtensions
{
    /// <summary>
    /// Uses a real DB instance or cluster in run mode: endpoint, port, region and resource id are looked up with the developer's AWS
    /// credentials, which need <c>rds:DescribeDBInstances</c> and <c>rds:DescribeDBClusters</c>. Publishing asks for the endpoint as
    /// before.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="identifier">The instance's or cluster's name, as the RDS console shows it.</param>
    /// <param name="region">The AWS region; that of the AWS SDK's own configuration where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">The resource runs locally already.</exception>
    [AspireExport]
    public static IResourceBuilder<RdsMySqlResource> AsExistingDatabase(
        this IResourceBuilder<RdsMySqlResource> builder,
        string identifier,
        string? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(identifier);
        return builder.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? builder
            : builder.UseExisting(new LookedUpDatabase(identifier, region).Values);
    }
}
