using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Tunnel;

namespace Aspire.Hosting;

/// <summary>Pages for people in containers beside the endpoint; they log in by IAM, through a tunnel.</summary>
public static class RdsCompanionBuilderExtensions
{
    /// <summary>
    /// Adds phpMyAdmin in a container, logged in as the endpoint's user. It comes to the local server or, without one, to the endpoint on
    /// AWS with your own AWS credentials.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configureContainer">Changes the container: its image, its port on this machine.</param>
    /// <param name="containerName">The container's name; null takes the endpoint's with <c>-phpmyadmin</c>.</param>
    /// <returns>The endpoint.</returns>
    /// <remarks>
    /// In run mode only. It is handed the tunnel's password, which lives as long as the AppHost runs and opens nothing else.
    /// </remarks>
    /// <example>
    /// <code>
    /// var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().WithPhpMyAdmin();
    /// </code>
    /// </example>
    [AspireExport("rdsMySqlWithPhpMyAdmin", MethodName = "withPhpMyAdmin", RunSyncOnBackgroundThread = true)]
    public static IResourceBuilder<RdsMySqlResource> WithPhpMyAdmin(
        this IResourceBuilder<RdsMySqlResource> builder,
        Action<IResourceBuilder<RdsCompanionContainerResource>>? configureContainer = null,
        [ResourceName] string? containerName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Add(builder, containerName ?? $"{builder.Resource.Name}-phpmyadmin", configureContainer, static (container, tunnel) =>
        {
            // Environment variables: hub.docker.com/_/phpmyadmin.
            container.WithImage("library/phpmyadmin", "5.2").WithImageRegistry("docker.io").WithHttpEndpoint(targetPort: 80, name: "http")
                .WithHttpHealthCheck("/")
                .WithEnvironment("PMA_HOST", tunnel.Part("Server"))
                .WithEnvironment("PMA_PORT", tunnel.Part("Port"))
                .WithEnvironment("PMA_USER", tunnel.Part("User ID"))
                .WithEnvironment("PMA_PASSWORD", tunnel.Part("Password"));
        });
    }

    /// <summary>Adds DbGate in a container, logged in as the endpoint's user; as <see cref="WithPhpMyAdmin"/> otherwise.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configureContainer">Changes the container: its image, its port on this machine.</param>
    /// <param name="containerName">The container's name; null takes the endpoint's with <c>-dbgate</c>.</param>
    /// <returns>The endpoint.</returns>
    /// <inheritdoc cref="WithPhpMyAdmin" path="/remarks"/>
    [AspireExport("rdsMySqlWithDbGate", MethodName = "withDbGate", RunSyncOnBackgroundThread = true)]
    public static IResourceBuilder<RdsMySqlResource> WithDbGate(
        this IResourceBuilder<RdsMySqlResource> builder,
        Action<IResourceBuilder<RdsCompanionContainerResource>>? configureContainer = null,
        [ResourceName] string? containerName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var label = builder.Resource.Name;
        return Add(builder, containerName ?? $"{label}-dbgate", configureContainer, (container, tunnel) =>
        {
            // Environment variables: DbGate's documentation, "Environment variables"; the id after the underscore is ours.
            container.WithImage("dbgate/dbgate", "6.4.2").WithImageRegistry("docker.io").WithHttpEndpoint(targetPort: 3000, name: "http")
                .WithHttpHealthCheck("/")
                .WithEnvironment("CONNECTIONS", "rds")
                .WithEnvironment("LABEL_rds", label)
                .WithEnvironment("ENGINE_rds", "mysql@dbgate-plugin-mysql")
                .WithEnvironment("SERVER_rds", tunnel.Part("Server"))
                .WithEnvironment("PORT_rds", tunnel.Part("Port"))
                .WithEnvironment("USER_rds", tunnel.Part("User ID"))
                .WithEnvironment("PASSWORD_rds", tunnel.Part("Password"));
        });
    }

    private static IResourceBuilder<RdsMySqlResource> Add(
        IResourceBuilder<RdsMySqlResource> builder,
        string name,
        Action<IResourceBuilder<RdsCompanionContainerResource>>? configure,
        Action<IResourceBuilder<RdsCompanionContainerResource>, TunnelFront> compose)
    {
        var application = builder.ApplicationBuilder;
        if (application.ExecutionContext.IsPublishMode)
            return builder;
        // One tunnel for all that stand beside the endpoint.
        var tunnelName = $"{builder.Resource.Name}-tunnel";
        var tunnel = application.Resources.OfType<RdsTunnelResource>().FirstOrDefault(one => one.Name == tunnelName) is { } there
            ? application.CreateResourceBuilder(there)
            : builder.AddTunnel(tunnelName);
        var container = application.AddResource(new RdsCompanionContainerResource(name, builder.Resource))
            .WithContainerRuntimeArgs(ContainerSide.RunArguments)
            .WithParentRelationship(builder.Resource)
            .WaitFor(tunnel)
            .ExcludeFromManifest();
        compose(container, tunnel.Resource.Front);
        configure?.Invoke(container);
        return builder;
    }
}
