using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RdsIamAspire.Hosting.Tunnel;
using RdsIamAspire.Tunnel;

namespace Aspire.Hosting;

/// <summary>Ways to an endpoint for whatever knows only passwords.</summary>
[StackTraceHidden]
public static class RdsTunnelBuilderExtensions
{
    /// <summary>
    /// Adds a port on this machine that any MySQL client logs in to with a password made up for this run; behind it is an IAM login to the
    /// endpoint, local or on AWS. For people's tools (Workbench, DBeaver, a terminal) and, with a reference, for services whose library
    /// takes only a password.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">The tunnel's name; null takes the endpoint's with <c>-tunnel</c>.</param>
    /// <param name="port">The port to listen on; null takes a free one.</param>
    /// <returns>The tunnel: its connection string, the line for a client and the number of open sessions stand on the dashboard.</returns>
    /// <remarks>
    /// It logs in as the endpoint's own user, and only in run mode: what is published has no AppHost to lead through. Publishing a service
    /// that references it is an error: there it opens a tunnel of its own (<c>AddRdsIamMySqlTunnel</c>, package RdsIamAspire.Tunnel).
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The port is not one from 1 to 65535.</exception>
    /// <example>
    /// <code>
    /// var tunnel = orders.AddTunnel(port: 3307);
    /// builder.AddProject&lt;Projects.Legacy&gt;("legacy").WithReference(tunnel).WaitFor(tunnel);
    /// </code>
    /// </example>
    [AspireExport("addRdsMySqlTunnel", MethodName = "addTunnel")]
    public static IResourceBuilder<RdsTunnelResource> AddTunnel(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string? name = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Add(builder.ApplicationBuilder, builder.Resource, builder.Resource, name, port);
    }

    /// <summary>As <see cref="AddTunnel(IResourceBuilder{RdsMySqlResource}, string?, int?)"/>, to one database and as its user.</summary>
    /// <inheritdoc cref="AddTunnel(IResourceBuilder{RdsMySqlResource}, string?, int?)" path="/param"/>
    /// <inheritdoc cref="AddTunnel(IResourceBuilder{RdsMySqlResource}, string?, int?)" path="/returns"/>
    [AspireExport("addRdsMySqlDatabaseTunnel", MethodName = "addTunnel")]
    public static IResourceBuilder<RdsTunnelResource> AddTunnel(
        this IResourceBuilder<RdsMySqlDatabaseResource> builder, [ResourceName] string? name = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Add(builder.ApplicationBuilder, builder.Resource.Parent, builder.Resource, name, port);
    }

    private static IResourceBuilder<RdsTunnelResource> Add(
        IDistributedApplicationBuilder application,
        RdsMySqlResource endpoint,
        IResourceWithConnectionString target,
        string? name,
        int? port)
    {
        if (port is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(port));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, ushort.MaxValue, nameof(port));
        }

        var tunnel = new RdsTunnelResource(name ?? $"{target.Name}-tunnel", endpoint, target) { Port = port ?? 0 };
        if (application.ExecutionContext.IsPublishMode)
        {
            application.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
            {
                RefuseToPublish(tunnel, start.Model);
                return Task.CompletedTask;
            });
            return application.CreateResourceBuilder(tunnel);
        }

        endpoint.Tunnels.Add(tunnel);
        application.Services.AddSingleton<IHostedService>(_ => new TunnelEnd(tunnel));
        return application.AddResource(tunnel)
            .ExcludeFromManifest()
            .WithInitialState(
                new CustomResourceSnapshot { ResourceType = "RDS MySQL tunnel", Properties = [], State = KnownResourceStates.NotStarted })
            .WithIconName("PlugConnected")
            .OnInitializeResource(TunnelLifecycle.RunAsync);
    }

    /// <summary>
    /// The way to an endpoint without a public address: over Session Manager, ECS, EC2 Instance Connect or SSH, opened by AWS's own
    /// programs and <c>ssh</c> and kept open while the AppHost runs. A local server is dialled from here.
    /// </summary>
    /// <param name="builder">The tunnel.</param>
    /// <param name="way">
    /// <c>ssm:i-0123456789abcdef0</c>, <c>ssm:tag/Name=bastion</c>, <c>ssm:ec2-user@i-…,ssh</c>, <c>ecs:CLUSTER/SERVICE</c>,
    /// <c>eice:ec2-user@i-…</c> or <c>ssh:user@host</c>.
    /// </param>
    /// <exception cref="FormatException">It is none of these.</exception>
    /// <example>
    /// <code>
    /// var tunnel = orders.AddTunnel(port: 3307).WithVia("ssm:tag/Name=bastion");
    /// </code>
    /// </example>
    [AspireExport("rdsTunnelWithVia", MethodName = "withVia")]
    public static IResourceBuilder<RdsTunnelResource> WithVia(this IResourceBuilder<RdsTunnelResource> builder, string way)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(way);
        builder.Resource.Via = RdsIamTunnelOptions.CheckVia(way);
        return builder;
    }

    // As WithReference writes it (Aspire, KnownRelationshipTypes).
    private const string Reference = "Reference";

    private static void RefuseToPublish(RdsTunnelResource tunnel, DistributedApplicationModel model)
    {
        var consumer = model.Resources.FirstOrDefault(one => one.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Any(relation => relation.Resource == tunnel && relation.Type == Reference));
        if (consumer is null)
            return;
        var target = tunnel.Target.Name;
        throw new DistributedApplicationException(
            $"'{consumer.Name}' cannot be published with a reference to '{tunnel.Name}': a tunnel of an AppHost exists only while the "
            + $"AppHost runs. Let the service open its own, with builder.AddRdsIamMySqlTunnel(\"{target}\") of RdsIamAspire.Tunnel, and "
            + $"reference '{target}', which works here and on AWS.");
    }

    /// <summary>
    /// As <see cref="AddTunnel(IResourceBuilder{RdsMySqlResource}, string?, int?)"/>, and goes on with the endpoint.
    /// </summary>
    /// <inheritdoc cref="AddTunnel(IResourceBuilder{RdsMySqlResource}, string?, int?)" path="/param"/>
    [AspireExport("rdsMySqlWithTunnel", MethodName = "withTunnel")]
    public static IResourceBuilder<RdsMySqlResource> WithTunnel(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string? name = null, int? port = null)
    {
        builder.AddTunnel(name, port);
        return builder;
    }
}
