using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Redirection;

namespace Aspire.Hosting;

/// <content>What runs in an endpoint's place on this machine.</content>
public static partial class RdsMySqlBuilderExtensions
{
    /// <summary>
    /// Runs a real MySQL server with the emulator attached in place of the endpoint, in run mode: the one that this machine has.
    /// Publishing is not touched.
    /// </summary>
    /// <remarks>
    /// It takes what <c>rds-iam local</c> takes: a MySQL image that is here, else a <c>mysqld</c>, else one that is unpacked without root
    /// (Debian and its
    /// kin), else an image that is pulled. Where a container of the AppHost references the endpoint it is a container in any case, since
    /// nothing else could be
    /// reached. Which one it is, and why, stands in the endpoint's details. <c>RunAsContainer</c> and <c>RunAsLocalServer</c> say which
    /// one it has to be; the
    /// environment variable <c>RDS_IAM_SERVER</c> (<c>docker</c> or <c>mysqld</c>) says it for one run.
    /// </remarks>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configureContainer">Changes the container where it is one: image and tag, port, data volume, init scripts.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">Something runs in the endpoint's place already.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddRdsMySql("orders-db")
    ///     .WithRdsIamAuth("orders_app")
    ///     .RunAsEmulator()
    ///     .AddDatabase("orders");
    /// </code>
    /// </example>
    [AspireExport("runRdsMySqlAsEmulator", MethodName = "runAsEmulator", RunSyncOnBackgroundThread = true)]
    public static IResourceBuilder<RdsMySqlResource> RunAsEmulator(
        this IResourceBuilder<RdsMySqlResource> builder, Action<IResourceBuilder<RdsMySqlContainerResource>>? configureContainer = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        builder.EnsureNothingRunsLocally();
        var (container, server, image) = builder.AddServerContainer();
        builder.RunLocally(new EmulatorRdsServer(builder.Resource, builder.Resource.LocalRegion(), container, server, image));
        configureContainer?.Invoke(container);
        MySqlContainer.ThrowIfNotMySql(container.Resource);
        return builder;
    }

    /// <summary>
    /// Runs a MySQL container with the emulator attached in place of the endpoint, in run mode. Publishing is not touched.
    /// </summary>
    /// <remarks>
    /// The container is MySQL 8.4 unless told otherwise. Services log in to it with the same tokens, the same TLS and the same code as on
    /// AWS.
    /// </remarks>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configureContainer">Changes the container: image and tag, port, data volume, init scripts.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">Something runs in the endpoint's place already.</exception>
    /// <example>
    /// <code lang="csharp">
    /// builder.AddRdsMySql("orders-db")
    ///     .WithRdsIamAuth("orders_app")
    ///     .RunAsContainer(container => container.WithImageTag("8.0").WithDataVolume());
    /// </code>
    /// </example>
    [AspireExport("runRdsMySqlAsContainer", MethodName = "runAsContainer", RunSyncOnBackgroundThread = true)]
    public static IResourceBuilder<RdsMySqlResource> RunAsContainer(
        this IResourceBuilder<RdsMySqlResource> builder, Action<IResourceBuilder<RdsMySqlContainerResource>>? configureContainer = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        builder.EnsureNothingRunsLocally();
        var (container, server, image) = builder.AddServerContainer();
        builder.RunLocally(server);
        configureContainer?.Invoke(container);
        MySqlContainer.ThrowIfNotMySql(container.Resource);
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>(
            (_, cancellationToken) => image.ChooseAsync(found: null, builder.ApplicationBuilder.Configuration, cancellationToken));
        return builder;
    }

    /// <summary>
    /// Runs a <c>mysqld</c> of this machine with the emulator attached in place of the endpoint, in run mode: for machines without Docker.
    /// </summary>
    /// <remarks>It listens on loopback, so projects and executables reach it, and containers do not.</remarks>
    /// <param name="builder">The endpoint.</param>
    /// <param name="mysqldPath">The program; looked for on the PATH and in the usual places where none is given.</param>
    /// <param name="port">The port to listen on; a free one where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The port is not between 1 and 65535.</exception>
    /// <exception cref="DistributedApplicationException">Something runs in the endpoint's place already.</exception>
    [AspireExport]
    public static IResourceBuilder<RdsMySqlResource> RunAsLocalServer(
        this IResourceBuilder<RdsMySqlResource> builder, string? mysqldPath = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        FixedPort.ThrowIfImpossible(port);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        return builder.RunLocally(new ProcessRdsServer(builder.Resource, builder.Resource.LocalRegion(), mysqldPath, port));
    }

    /// <summary>The container that may run in the endpoint's place, and what makes it the local RDS.</summary>
    private static (IResourceBuilder<RdsMySqlContainerResource> Container, ContainerRdsServer Server, ServerImage Image) AddServerContainer(
        this IResourceBuilder<RdsMySqlResource> builder)
    {
        var app = builder.ApplicationBuilder;
        var name = RdsResourceNames.Of(builder.Resource.Name, RdsResourceNames.Server, app);
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(app, $"{name}-password", special: false);
        var resource = new RdsMySqlContainerResource(name, password);
        var files = new LocalServerFiles(
            [.. ContainerRdsServer.NamesOf(name), name + RdsResourceNames.SecondServer[RdsResourceNames.Server.Length..]],
            () => resource.KeptAs(app.Configuration));
        var container = app.AddResource(resource).WithMySqlServer(files);
        // The endpoint depends on its server, and so the arrow points.
        builder.WithRelationship(resource, "Reference");
        var image = new ServerImage(resource);
        var server = ServerIn(resource);
        server.SecondContainer = endpoint => ServerIn(SecondContainer.Add(endpoint, resource, files).Resource);
        return (container, server, image);

        ContainerRdsServer ServerIn(RdsMySqlContainerResource place) => new(
            builder.Resource,
            place,
            place.PrimaryEndpoint,
            async stop => new(MySqlAdministrator.Root, await password.GetValueAsync(stop).ConfigureAwait(false)),
            builder.Resource.LocalRegion(),
            files,
            image);
    }
}
