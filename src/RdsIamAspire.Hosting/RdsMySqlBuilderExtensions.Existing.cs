using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting;

/// <content>Endpoints on AWS that are used in run mode too.</content>
public static partial class RdsMySqlBuilderExtensions
{
    /// <summary>
    /// Uses the real endpoint in run mode too: the AppHost runs on this machine, the database on AWS, and the developer's AWS credentials
    /// log in.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="region">The AWS region; taken from the host name where that has one.</param>
    /// <param name="resourceId">The <c>db-…</c>, <c>cluster-…</c> or <c>prx-…</c> id, for the published policy.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">The resource runs locally already.</exception>
    /// <exception cref="ArgumentException">The host is not a host name, the port is not between 1 and 65535, the region is none, or
    /// another than the host's, or the id is none of RDS.</exception>
    [AspireExport("asExistingRdsMySql", MethodName = "asExisting")]
    public static IResourceBuilder<RdsMySqlResource> AsExisting(
        this IResourceBuilder<RdsMySqlResource> builder, string host, int port = 3306, string? region = null, string? resourceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseExisting(
            RdsEndpointValues.Literal(host, port, region) with { ResourceId = RdsEndpointValues.CheckedResourceId(resourceId) });
    }

    /// <summary>Uses the real endpoint in run mode too, at the host, port and region that parameters give.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port; 3306 where none is given.</param>
    /// <param name="region">The AWS region; taken from the host name where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">The resource runs locally already.</exception>
    [AspireExport("asExistingRdsMySqlFromParameters", MethodName = "asExistingFromParameters")]
    public static IResourceBuilder<RdsMySqlResource> AsExisting(
        this IResourceBuilder<RdsMySqlResource> builder,
        IResourceBuilder<ParameterResource> host,
        IResourceBuilder<ParameterResource>? port = null,
        IResourceBuilder<ParameterResource>? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(host);
        return builder.UseExisting(RdsEndpointValues.Parameters(host.Resource, port?.Resource, region?.Resource));
    }
}
