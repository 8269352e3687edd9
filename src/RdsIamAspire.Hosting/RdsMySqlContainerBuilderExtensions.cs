using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;

namespace Aspire.Hosting;

/// <summary>Changes the container that runs in place of an RDS endpoint.</summary>
[StackTraceHidden]
public static class RdsMySqlContainerBuilderExtensions
{
    private const string ServerFilesFolder = "/etc/rds-iam-server";

    /// <summary>What starts the server in the container, unless the AppHost says otherwise.</summary>
    internal static string ServerEntrypoint { get; } = RestartableServer.Entrypoint(ServerFilesFolder);

    /// <summary>Keeps the data in a named volume from one run to the next.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="name">The volume's name; one made of the application's and the resource's name where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <remarks>
    /// The root password is kept with the AppHost's user secrets, as Aspire does it: give the AppHost a <c>UserSecretsId</c>, or a second
    /// run cannot log in.
    /// </remarks>
    [AspireExport("withRdsMySqlDataVolume", MethodName = "withDataVolume")]
    public static IResourceBuilder<RdsMySqlContainerResource> WithDataVolume(
        this IResourceBuilder<RdsMySqlContainerResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), ServerData.Directory);
    }

    /// <summary>Keeps the data in a folder of this machine from one run to the next.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="source">The folder, relative to the AppHost; made where it is not there.</param>
    /// <returns>The resource builder.</returns>
    /// <remarks>As with <see cref="WithDataVolume"/>, the AppHost needs a <c>UserSecretsId</c> so that the root password is kept.</remarks>
    [AspireExport("withRdsMySqlDataBindMount", MethodName = "withDataBindMount")]
    public static IResourceBuilder<RdsMySqlContainerResource> WithDataBindMount(
        this IResourceBuilder<RdsMySqlContainerResource> builder, string source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.WithBindMount(source, ServerData.Directory);
    }

    /// <summary>Runs the <c>.sql</c> and <c>.sh</c> files of a folder when the server is first set up.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="source">The folder, or one file, relative to the AppHost.</param>
    /// <returns>The resource builder.</returns>
    [AspireExport("withRdsMySqlInitFiles", MethodName = "withInitFiles")]
    public static IResourceBuilder<RdsMySqlContainerResource> WithInitFiles(
        this IResourceBuilder<RdsMySqlContainerResource> builder, string source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        var path = Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory);
        return builder.WithContainerFiles(InitFileError.Folder, path).WithAnnotation(new RdsInitFilesAnnotation(path));
    }

    /// <summary>Fixes the port that the server is reached at from this machine.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="port">The port; a free one where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The port is not between 1 and 65535.</exception>
    [AspireExport("withRdsMySqlHostPort", MethodName = "withHostPort")]
    public static IResourceBuilder<RdsMySqlContainerResource> WithHostPort(
        this IResourceBuilder<RdsMySqlContainerResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        FixedPort.ThrowIfImpossible(port);
        return builder.WithEndpoint(RdsMySqlContainerResource.PrimaryEndpointName, endpoint => endpoint.Port = port);
    }

    /// <summary>A MySQL image with a root password, an endpoint, and all that makes it the local RDS.</summary>
    internal static IResourceBuilder<RdsMySqlContainerResource> WithMySqlServer(
        this IResourceBuilder<RdsMySqlContainerResource> builder, LocalServerFiles files) =>
        builder
            .WithImage(RdsMySqlContainerImageTags.Image, RdsMySqlContainerImageTags.Tag)
            .WithImageRegistry(RdsMySqlContainerImageTags.Registry)
            .WithIconName("Database")
            .WithEndpoint(targetPort: 3306, name: RdsMySqlContainerResource.PrimaryEndpointName)
            .WithEnvironment("MYSQL_ROOT_PASSWORD", builder.Resource.RootPassword)
            .WithEnvironment("MYSQL_INITDB_SKIP_TZINFO", "1")
            .WithRdsServerFiles(files);

    /// <summary>
    /// What makes a MySQL server the local RDS: a certificate that verifies, the plugin, and a restart that keeps the data.
    /// </summary>
    internal static IResourceBuilder<T> WithRdsServerFiles<T>(this IResourceBuilder<T> builder, LocalServerFiles files)
        where T : ContainerResource
    {
        if (builder.Resource.Entrypoint is null)
        {
            builder.WithEntrypoint(ServerEntrypoint);
        }

        return builder
            .WithArgs(context =>
            {
                // Our own script knows where the certificate is; another entrypoint has to be told.
                if (builder.Resource.Entrypoint != ServerEntrypoint)
                {
                    context.Args.Add($"--ssl-ca={ServerFilesFolder}/ca.pem");
                    context.Args.Add($"--ssl-cert={ServerFilesFolder}/server-cert.pem");
                    context.Args.Add($"--ssl-key={ServerFilesFolder}/server-key.pem");
                }
            })
            .WithContainerFiles(ServerFilesFolder, (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(
            [
                Copied("ca.pem", files.CaCertificatePath),
                Copied("server-cert.pem", files.ServerCertificatePath),
                Copied("server-key.pem", files.ServerKeyPath),
                RestartableServer.File(ServerData.IsKept(builder.Resource) ? [] : ServerData.ThrowawayArguments),
            ]))
            // Oracle's image has its plugins in lib64, Debian's in lib; the folder that is not the image's own does no harm.
            .WithPlugin("/usr/lib64/mysql/plugin", files)
            .WithPlugin("/usr/lib/mysql/plugin", files);
    }

    /// <summary>
    /// Takes the copies of the plugin away from a container whose image has it: the orchestrator copies one folder after the other before
    /// it starts a container.
    /// </summary>
    internal static void RemovePlugin(ContainerResource container)
    {
        foreach (var copy in container.Annotations.OfType<RdsPluginCopyAnnotation>().ToArray())
        {
            container.Annotations.Remove(copy.Copy);
            container.Annotations.Remove(copy);
        }
    }

    private static IResourceBuilder<T> WithPlugin<T>(this IResourceBuilder<T> builder, string folder, LocalServerFiles files)
        where T : ContainerResource
    {
        builder.WithContainerFiles(folder, (_, _) => Plugin(files));
        var copy = builder.Resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>().Last();
        return builder.WithAnnotation(new RdsPluginCopyAnnotation(copy));
    }

    private static Task<IEnumerable<ContainerFileSystemItem>> Plugin(LocalServerFiles files) =>
        Task.FromResult<IEnumerable<ContainerFileSystemItem>>([Copied(EmulatorPlugin.FileName, files.PluginPath)]);

    private static ContainerFile Copied(string name, string source) => new()
    {
        Name = name,
        SourcePath = source,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };
}
