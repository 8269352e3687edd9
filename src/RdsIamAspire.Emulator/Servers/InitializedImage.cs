using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Emulator;

/// <summary>
/// An image made once per machine from a MySQL image: the same server with an initialised data directory and the authentication plugin in its plugin
/// directory. A container of it is ready in the time that mysqld needs to start.
/// </summary>
/// <param name="Name">The image's name.</param>
/// <param name="Owner">The user and group (numbers, <c>999:999</c>) that mysqld runs as in it; null when the image does not run as root.</param>
internal sealed partial record InitializedImage(string Name, string? Owner)
{
    public const string Folder = "/var/lib/rds-iam";
    public const string DataDirectory = Folder + "/data";
    public const string Label = "rds-iam";

    private const string Repository = "rds-iam-initialized";
    private const string OwnerLabel = "rds-iam.owner";
    private const string SourceLabel = "rds-iam.source";
    private const string OwnerLine = "mysql-owner:";

    // Any MySQL image has these; nothing is fetched. The plugin directory differs between distributions, so the server is asked.
    private const string Script = """
        set -e
        plugin=$1
        shift
        directory=$(mysqld --verbose --help 2>/dev/null | sed -n 's/^plugin-dir  *//p')
        [ -d "$directory" ] || { echo "no plugin directory: $directory" >&2; exit 3; }
        mkdir -p /var/lib/rds-iam/tls
        if [ "$(id -u)" = 0 ]; then mkdir -p /var/lib/rds-iam/data /var/run/mysqld; chown -R mysql /var/lib/rds-iam /var/run/mysqld; fi
        mysqld "$@"
        rm -f /var/lib/rds-iam/data/*-key.pem /var/lib/rds-iam/data/*-cert.pem /var/lib/rds-iam/data/ca.pem /var/lib/rds-iam/data/auto.cnf
        cp "/var/lib/rds-iam/$plugin" "$directory/$plugin"
        chmod 644 "$directory/$plugin"
        if [ "$(id -u)" = 0 ]; then echo "mysql-owner:$(id -u mysql):$(id -g mysql)"; fi

        """;

    /// <summary>The image for a MySQL image, made where it is missing.</summary>
    public static async Task<InitializedImage> EnsureAsync(DockerEngine engine, string image, IReadOnlyList<string> serverArguments, ILogger logger, CancellationToken cancellationToken)
    {
        var source = await InspectAsync(engine, image, cancellationToken).ConfigureAwait(false)
            ?? await PullAsync(engine, image, logger, cancellationToken).ConfigureAwait(false);
        var (key, plugin, shaping) = KeyOf(image, source, serverArguments);
        if (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false) is { } there) return there;
        using var _ = await FileLock.TakeAsync(Path.Combine(CacheFolder.Open("images"), key + ".lock"), cancellationToken).ConfigureAwait(false);
        if (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false) is { } madeMeanwhile) return madeMeanwhile;
        logger.Initializing(image);
        await MakeAsync(engine, image, key, plugin, MysqldArguments.Initialize(DataDirectory, shaping), cancellationToken).ConfigureAwait(false);
        await RemoveOlderAsync(engine, image, key, cancellationToken).ConfigureAwait(false);
        return (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false))!;
    }

    private static (string Key, byte[] Plugin, string[] Shaping) KeyOf(string image, ImageInspectResponse source, IReadOnlyList<string> serverArguments)
    {
        var plugin = EmulatorPlugin.GetLibrary(ArchitectureOf(image, source.Architecture));
        var isRoot = source.Config?.User is null or "" or "root" or "0";
        string[] shaping =
        [
            .. serverArguments.Where(static a => a.Replace('_', '-').StartsWith("--lower-case-table-names", StringComparison.Ordinal)),
            .. isRoot ? ["--user=mysql"] : Array.Empty<string>(),
        ];
        string[] made = [source.ID, Convert.ToHexString(SHA256.HashData(plugin)), Script, .. MysqldArguments.Initialize(DataDirectory, shaping)];
        return (CacheFolder.Key(made), plugin, shaping);
    }

    private static async Task<InitializedImage?> FindAsync(DockerEngine engine, string key, CancellationToken cancellationToken)
    {
        var name = $"{Repository}:{key}";
        return await InspectAsync(engine, name, cancellationToken).ConfigureAwait(false) is { } image
            ? new InitializedImage(name, image.Config?.Labels?.TryGetValue(OwnerLabel, out var owner) == true && owner.Length > 0 ? owner : null)
            : null;
    }

    // Those of an earlier plugin or an earlier version of the same image; one in use stays.
    private static async Task RemoveOlderAsync(DockerEngine engine, string image, string key, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"{SourceLabel}={image}"] = true } };
        foreach (var older in await engine.Client.Images.ListImagesAsync(new ImagesListParameters { Filters = filters }, cancellationToken).ConfigureAwait(false))
        {
            if (older.RepoTags?.Contains($"{Repository}:{key}") == true || DateTime.UtcNow - older.Created.ToUniversalTime() < TimeSpan.FromDays(1)) continue;
            try { await engine.Client.Images.DeleteImageAsync(older.ID, new ImageDeleteParameters(), cancellationToken).ConfigureAwait(false); }
            catch (DockerApiException) { }
        }
    }

    public static async Task<ImageInspectResponse?> InspectAsync(DockerEngine engine, string image, CancellationToken cancellationToken)
    {
        try { return await engine.Client.Images.InspectImageAsync(image, cancellationToken).ConfigureAwait(false); }
        catch (DockerImageNotFoundException) { return null; }
    }

    /// <summary>The plugin's architecture for an image's.</summary>
    internal static Architecture ArchitectureOf(string image, string? architecture) => architecture switch
    {
        "amd64" or "x86_64" => Architecture.X64,
        "arm64" or "aarch64" => Architecture.Arm64,
        _ => throw new LocalMySqlServerException(
            LocalMySqlServerProblem.UnsupportedArchitecture,
            $"The image {image} is for {architecture}; the authentication plugin exists for amd64 and arm64. Pull one of those: docker pull --platform linux/amd64 {image}"),
    };

    private static async Task<ImageInspectResponse> PullAsync(DockerEngine engine, string image, ILogger logger, CancellationToken cancellationToken)
    {
        logger.Pulling(image);
        var name = image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";
        var colon = name.LastIndexOf(':');
        string? error = null;
        try
        {
            await engine.Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = name[..colon], Tag = name[(colon + 1)..] },
                new AuthConfig(),
                new Progress<JSONMessage>(message => error = message.Error?.Message ?? error),
                cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e) { error = e.Message.Trim(); }

        return await InspectAsync(engine, image, cancellationToken).ConfigureAwait(false) ?? throw new LocalMySqlServerException(
            LocalMySqlServerProblem.ImageMissing,
            $"The Docker image {image} is not on this machine and cannot be pulled{(error is null ? "" : $" ({error})")}. Bring it here (docker pull {image}), name another one (LocalMySqlServerOptions.Image), or use a mysqld without Docker: RDS_IAM_SERVER=mysqld.");
    }

    private static async Task MakeAsync(DockerEngine engine, string image, string key, byte[] plugin, IReadOnlyList<string> initialize, CancellationToken cancellationToken)
    {
        var containers = engine.Client.Containers;
        var container = await containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = image,
                Entrypoint = ["/bin/sh", "-c", Script.ReplaceLineEndings("\n"), "rds-iam", EmulatorPlugin.FileName],
                Cmd = [.. initialize],
                Labels = new Dictionary<string, string> { [Label] = "image" },
                HostConfig = new HostConfig { NetworkMode = "none" },
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            await containers.ExtractArchiveToContainerAsync(container.ID, new CopyToContainerParameters { Path = "/" }, Archive([(Folder + "/" + EmulatorPlugin.FileName, plugin)]), cancellationToken).ConfigureAwait(false);
            await containers.StartContainerAsync(container.ID, new ContainerStartParameters(), cancellationToken).ConfigureAwait(false);
            var end = await containers.WaitContainerAsync(container.ID, cancellationToken).ConfigureAwait(false);
            if (end.StatusCode != 0)
            {
                var log = await ReadLogAsync(engine, container.ID, 30, cancellationToken).ConfigureAwait(false);
                throw MysqldBinary.VersionProblem(log) is { } problem && (log.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) || log.Contains("mysqld: not found", StringComparison.Ordinal))
                    ? new LocalMySqlServerException(LocalMySqlServerProblem.UnsupportedVersion, $"The image {image} cannot be used: {problem}.")
                    : new LocalMySqlServerException(LocalMySqlServerProblem.StartFailed, $"A data directory cannot be initialised in the image {image} (a MySQL 8.0 or later is needed):{Environment.NewLine}{log}");
            }

            var output = await ReadLogAsync(engine, container.ID, 5, cancellationToken).ConfigureAwait(false);
            var owner = output.Split('\n').FirstOrDefault(line => line.StartsWith(OwnerLine, StringComparison.Ordinal))?[OwnerLine.Length..].Trim() ?? "";
            await engine.Client.Images.CommitContainerChangesAsync(
                new CommitContainerChangesParameters
                {
                    ContainerID = container.ID,
                    RepositoryName = Repository,
                    Tag = key,
                    Comment = $"{image} with an initialised data directory",
                    Entrypoint = [],
                    Cmd = ["mysqld"],
                    Labels = new Dictionary<string, string> { [Label] = "image", [OwnerLabel] = owner, [SourceLabel] = image },
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public static async Task<string> ReadLogAsync(DockerEngine engine, string container, int lines, CancellationToken cancellationToken)
    {
        using var stream = await engine.Client.Containers.GetContainerLogsAsync(
            container,
            new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = lines.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            cancellationToken).ConfigureAwait(false);
        var (output, errors) = await stream.ReadOutputToEndAsync(cancellationToken).ConfigureAwait(false);
        return (output + errors).Trim();
    }

    /// <summary>Files for a container, readable by their owner only.</summary>
    public static MemoryStream Archive(IEnumerable<(string Path, byte[] Content)> files, string? owner = null)
    {
        var ids = owner?.Split(':').Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)).ToArray() ?? [0, 0];
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path.TrimStart('/'))
                {
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    Uid = ids[0],
                    Gid = ids[1],
                    DataStream = new MemoryStream(content),
                });
            }
        }

        archive.Position = 0;
        return archive;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
