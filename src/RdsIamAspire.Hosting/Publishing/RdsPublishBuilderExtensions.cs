using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Publishing;
using RdsIamAspire.Hosting.References;
using RdsIamAspire.Provisioning;

namespace Aspire.Hosting;

/// <summary>Says what an endpoint is on AWS, for what is published.</summary>
[StackTraceHidden]
public static class RdsPublishBuilderExtensions
{
    /// <summary>The endpoint is that of an RDS for MySQL instance: policies name its <c>db-…</c> id.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">Its host name or its resource id says that it is something else.</exception>
    [AspireExport("rdsMySqlAsInstance", MethodName = "asInstance")]
    public static IResourceBuilder<RdsMySqlResource> AsInstance(this IResourceBuilder<RdsMySqlResource> builder) =>
        builder.As(RdsResourceKind.Instance);

    /// <summary>
    /// The endpoint is one of an Aurora MySQL or a Multi-AZ DB cluster (writer, reader, custom, or one of its instances): policies name the
    /// <c>cluster-…</c> id.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">Its host name or its resource id says that it is something else.</exception>
    /// <example>
    /// <code lang="csharp">
    /// builder.AddRdsMySql("orders-db").AsCluster().WithRdsIamAuth("orders_app").RunAsContainer();
    /// </code>
    /// </example>
    [AspireExport("rdsMySqlAsCluster", MethodName = "asCluster")]
    public static IResourceBuilder<RdsMySqlResource> AsCluster(this IResourceBuilder<RdsMySqlResource> builder) =>
        builder.As(RdsResourceKind.Cluster);

    /// <summary>The endpoint is that of an RDS Proxy: policies name its <c>prx-…</c> id.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">Its host name or its resource id says that it is something else.</exception>
    [AspireExport("rdsMySqlAsProxy", MethodName = "asProxy")]
    public static IResourceBuilder<RdsMySqlResource> AsProxy(this IResourceBuilder<RdsMySqlResource> builder) =>
        builder.As(RdsResourceKind.Proxy);

    /// <summary>
    /// Publishes the endpoint that is given here, and leaves run mode as it is: for a database that is there already, and local development
    /// without it.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="region">The AWS region; taken from the host name where that has one.</param>
    /// <param name="resourceId">The <c>db-…</c>, <c>cluster-…</c> or <c>prx-…</c> id, for the published policy.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The host is not a host name, the port is not between 1 and 65535, the region is none, or another than the host's, or the id is none
    /// of RDS.
    /// </exception>
    /// <exception cref="DistributedApplicationException">Host name and resource id are of different kinds.</exception>
    /// <example>
    /// <code lang="csharp">
    /// builder.AddRdsMySql("orders-db")
    ///     .WithRdsIamAuth("orders_app")
    ///     .RunAsContainer()
    ///     .PublishAsExisting("orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com", resourceId: "cluster-ABCDEFGHIJKL01234");
    /// </code>
    /// </example>
    [AspireExport("publishRdsMySqlAsExisting", MethodName = "publishAsExisting")]
    public static IResourceBuilder<RdsMySqlResource> PublishAsExisting(
        this IResourceBuilder<RdsMySqlResource> builder, string host, int port = 3306, string? region = null, string? resourceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var existing = RdsEndpointValues.Literal(host, port, region) with { ResourceId = RdsEndpointValues.CheckedResourceId(resourceId) };
        return builder.PublishAs(existing);
    }

    /// <summary>Publishes the endpoint at the host, port and region that parameters give, and leaves run mode as it is.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port; 3306 where none is given.</param>
    /// <param name="region">The AWS region; taken from the host name where none is given.</param>
    /// <returns>The resource builder.</returns>
    [AspireExport("publishRdsMySqlAsExistingFromParameters", MethodName = "publishAsExistingFromParameters")]
    public static IResourceBuilder<RdsMySqlResource> PublishAsExisting(
        this IResourceBuilder<RdsMySqlResource> builder,
        IResourceBuilder<ParameterResource> host,
        IResourceBuilder<ParameterResource>? port = null,
        IResourceBuilder<ParameterResource>? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(host);
        return builder.PublishAs(RdsEndpointValues.Parameters(host.Resource, port?.Resource, region?.Resource));
    }

    private static IResourceBuilder<RdsMySqlResource> PublishAs(this IResourceBuilder<RdsMySqlResource> builder, RdsEndpointValues existing)
    {
        _ = PublishedEndpoint.KindOf(builder.Resource, existing.Endpoint, existing.ResourceId);
        return builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder.UseExisting(existing) : builder;
    }

    private static IResourceBuilder<RdsMySqlResource> As(this IResourceBuilder<RdsMySqlResource> builder, RdsResourceKind kind)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if ((builder.Resource.Reader ?? builder.Resource.Writer) is { } other && kind != RdsResourceKind.Cluster)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' is of one cluster with '{other.Name}', as AddReader says, and is said to be something else: "
                + "take one of the two out.");
        }

        builder.WithAnnotation(new RdsKindAnnotation(kind), ResourceAnnotationMutationBehavior.Replace);
        _ = PublishedEndpoint.KindOf(builder.Resource, builder.Resource.Given.Endpoint, builder.Resource.Given.ResourceId);
        return builder;
    }
}
