using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire;
using RdsIamAspire.Hosting.Commands;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Publishing;
using RdsIamAspire.Hosting.References;
using RdsIamAspire.Provisioning;

namespace Aspire.Hosting;

/// <summary>The reader endpoint of an Aurora cluster.</summary>
[StackTraceHidden]
public static class RdsMySqlReaderBuilderExtensions
{
    /// <summary>
    /// Adds the reader endpoint of the cluster that this endpoint is the writer of. Locally that is a second server, which replicates from
    /// the first and takes no writes; the command <c>failover</c> of the writer changes their roles, and both endpoints stay.
    /// </summary>
    /// <remarks>
    /// The endpoint is a cluster's from then on, as with <c>AsCluster</c>. References to the reader log in as the writer's user, or as one
    /// of its own after <c>WithRdsIamAuth</c> on it; <c>AddDatabase(name, databaseName)</c> on it names a database of the writer. IAM
    /// policy and grant script of the writer cover both. The reader's host name follows from the writer's where the AppHost has that and
    /// it is a cluster's (<c>.cluster-</c> is <c>.cluster-ro-</c> there); else it is the parameter <c>{name}-host</c>.
    /// </remarks>
    /// <param name="builder">The writer endpoint.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <returns>The reader's builder.</returns>
    /// <exception cref="DistributedApplicationException">
    /// The endpoint is none of a cluster, is a reader itself, or has a reader already; or what runs in its place has one server.
    /// </exception>
    /// <example>
    /// <code lang="csharp">
    /// var writer = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator();
    /// var orders = writer.AddDatabase("orders");
    /// var readOnly = writer.AddReader("orders-ro").AddDatabase("orders-read", "orders");
    ///
    /// builder.AddProject&lt;Projects.Reports&gt;("reports").WithReference(readOnly).WaitFor(readOnly);
    /// </code>
    /// </example>
    [AspireExport("addRdsMySqlReader", MethodName = "addReader")]
    public static IResourceBuilder<RdsMySqlResource> AddReader(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (builder.Resource is { Writer: null, Given.Endpoint: { Kind: RdsEndpointKind.Cluster } cluster })
        {
            // "Aurora connection management", Amazon Aurora User Guide: the same name and id, with "cluster-ro-".
            return builder.AddReader(name, ReplaceFirst(cluster.Host, ".cluster-", ".cluster-ro-"));
        }

        builder.ThrowIfNoReader(name);
        var app = builder.ApplicationBuilder;
        var host = app.AddParameter(RdsResourceNames.Of(name, RdsResourceNames.Host, app)).WithDescription(
            $"Host name of the reader endpoint of '{builder.Resource.Name}', as RDS shows it (NAME.cluster-ro-ID.REGION.…).");
        return builder.Add(name, host.Resource, own: host.Resource);
    }

    /// <summary>As above, with the reader endpoint's host name as a parameter of the AppHost's own.</summary>
    /// <param name="builder">The writer endpoint.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <param name="host">The reader endpoint's host name as RDS shows it.</param>
    /// <returns>The reader's builder.</returns>
    /// <exception cref="DistributedApplicationException">As above.</exception>
    [AspireExport("addRdsMySqlReaderFromParameter", MethodName = "addReaderFromParameter")]
    public static IResourceBuilder<RdsMySqlResource> AddReader(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string name, IResourceBuilder<ParameterResource> host)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(host);
        builder.ThrowIfNoReader(name);
        return builder.Add(name, host.Resource, own: null);
    }

    /// <summary>As above, with a reader endpoint that is known when the AppHost is written.</summary>
    /// <param name="builder">The writer endpoint.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <param name="host">The reader endpoint's host name as RDS shows it.</param>
    /// <returns>The reader's builder.</returns>
    /// <exception cref="ArgumentException">The host is not a host name, or in another region than the writer.</exception>
    /// <exception cref="DistributedApplicationException">As above.</exception>
    [AspireExport("addRdsMySqlReaderEndpoint", MethodName = "addReaderEndpoint")]
    public static IResourceBuilder<RdsMySqlResource> AddReader(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string name, string host)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.ThrowIfNoReader(name);
        var given = builder.Resource.Given;
        var values = RdsEndpointValues.Literal(host, given.Endpoint?.Port ?? RdsEndpoint.DefaultPort, given.KnownRegion);
        if (given.Endpoint is null)
        {
            values = values with { Port = given.Port };
        }

        return builder.Add(new RdsMySqlResource(name, values) { Writer = builder.Resource });
    }

    private static IResourceBuilder<RdsMySqlResource> Add(
        this IResourceBuilder<RdsMySqlResource> builder, string name, ParameterResource host, ParameterResource? own)
    {
        var given = builder.Resource.Given;
        var values = new RdsEndpointValues(ReferenceExpression.Create($"{host}"), given.Port, given.Region)
        {
            KnownRegion = given.KnownRegion,
        };
        return builder.Add(new RdsMySqlResource(name, values) { OwnHostParameter = own, Writer = builder.Resource });
    }

    private static IResourceBuilder<RdsMySqlResource> Add(this IResourceBuilder<RdsMySqlResource> builder, RdsMySqlResource reader)
    {
        // Said of a reader that is an instance's or a proxy's host before anything is added.
        builder.AsCluster();
        reader.Annotations.Add(new RdsKindAnnotation(RdsResourceKind.Cluster));
        _ = PublishedEndpoint.KindOf(reader, reader.Given.Endpoint, reader.Given.ResourceId);
        var added = builder.ApplicationBuilder.AddEndpoint(reader, "RDS MySQL reader").WithParentRelationship(builder.Resource);
        builder.Resource.Reader = reader;
        if (!builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            builder.WithFailover();
        }

        builder.MakeCluster();
        return added;
    }

    private static void ThrowIfNoReader(this IResourceBuilder<RdsMySqlResource> builder, string name)
    {
        var writer = builder.Resource;
        if (writer.Writer is { } other)
        {
            throw new DistributedApplicationException(
                $"'{writer.Name}' is the reader of '{other.Name}', and a reader has none: call AddReader on '{other.Name}'.");
        }

        if (writer.Reader is { } reader)
        {
            throw new DistributedApplicationException(
                $"'{writer.Name}' has the reader '{reader.Name}' already, and a cluster has one reader endpoint: reference '{reader.Name}' "
                + $"instead of '{name}'.");
        }

        var kind = PublishedEndpoint.KindOf(writer, writer.Given.Endpoint, writer.Given.ResourceId);
        var said = writer.TryGetLastAnnotation<RdsKindAnnotation>(out var annotation) ? annotation.Kind : (RdsResourceKind?)null;
        if (kind is RdsResourceKind.Proxy or RdsResourceKind.Instance && said != RdsResourceKind.Cluster)
        {
            throw new DistributedApplicationException(
                $"'{name}' cannot be the reader of '{writer.Name}', which is {(kind == RdsResourceKind.Proxy ? "a proxy" : "an instance")}: "
                + $"only a cluster has a reader endpoint. Add '{name}' with AddRdsMySql, as an endpoint of its own.");
        }

        if (writer.Given.Endpoint?.Kind == RdsEndpointKind.ClusterReader)
        {
            throw new DistributedApplicationException(
                $"'{writer.Name}' is at {writer.Given.Endpoint.Host}, which is a reader endpoint itself: give '{writer.Name}' the writer's "
                + "(.cluster- without -ro).");
        }
    }

    private static string ReplaceFirst(string text, string what, string by)
    {
        var at = text.IndexOf(what, StringComparison.Ordinal);
        return at < 0 ? text : string.Concat(text.AsSpan(0, at), by, text.AsSpan(at + what.Length));
    }
}
