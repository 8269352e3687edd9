using System.Formats.Tar;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace RdsIamAspire.Emulator;

/// <summary>
/// An image made once per machine from a MySQL image: the same server with an initialised data directory and the authentication plugin in
/// its plugin directory. A container of it is ready in the time that mysqld needs to start.
/// </summary>
/// <param name="Name">The image's name.</param>
/// <param name="Owner">
/// The user and group (numbers, <c>999:999</c>) that mysqld runs as in it; null when the image does not run as root.
/// </param>
internal sealed partial record InitializedImage(string Name, string? Owner)
{
    public const string Folder = "/var/lib/rds-iam";
    public const string DataDirectory = Folder + "/data";

    /// <summary>Where a server's own copy of it is, throw-away or in a volume.</summary>
    public const string LiveDirectory = Folder + "/live";
    public const string VolumeDirectory = Folder + "/volume";
    public const string Label = "rds-iam";

    private const string Repository = "rds-iam-initialized";
    private const string MakingLabel = "making";
    private const string OwnerLabel = "rds-iam.owner";
    private const string SourceLabel = "rds-iam.source";
    private const string OwnerLine = "mysql-owner:";

    // Any MySQL image has these; nothing is fetched. The plugin directory differs between distributions, so the server is asked.
    private const string Script = """
        # It ends with the process that made the container: with its standard input.
        exec 3<&0 </dev/null
        ( while read -r word; do :; done; kill -KILL -- -1 ) <&3 3<&- >/dev/null 2>&1 &
        exec 3<&-
        set -e
        plugin=$1
        shift
        directory=$(mysqld --verbose --help 2>/dev/null | sed -n 's/^plugin-dir  *//p')
        [ -d "$directory" ] || { echo "no plugin directory: $directory" >&2; exit 3; }
        mkdir -p /var/lib/rds-iam/tls /var/lib/rds-iam/volume
        if [ "$(id -u)" = 0 ]; then mkdir -p /var/lib/rds-iam/data /var/run/mysqld; chown -R mysql /var/lib/rds-iam /var/run/mysqld; fi
        mysqld "$@"
        rm -f /var/lib/rds-iam/data/*-key.pem /var/lib/rds-iam/data/*-cert.pem /var/lib/rds-iam/data/ca.pem /var/lib/rds-iam/data/auto.cnf
        cp "/var/lib/rds-iam/$plugin" "$directory/$plugin"
        chmod 644 "$directory/$plugin"
        if [ "$(id -u)" = 0 ]; then echo "mysql-owner:$(id -u mysql):$(id -g mysql)"; fi

        """;

    /// <summary>The image for a MySQL image, made where it is missing.</summary>
    public static async Task<InitializedImage> EnsureAsync(
        DockerEngine engine, string image, IReadOnlyList<string> serverArguments, ServerLog log, CancellationToken cancellationToken)
    {
        var source = await InspectAsync(engine, image, cancellationToken).ConfigureAwait(false)
            ?? await PullAsync(engine, image, log, cancellationToken).ConfigureAwait(false);
        var (key, plugin, shaping) = KeyOf(image, source, serverArguments);
        var initialize = MysqldArguments.Initialize(DataDirectory, shaping);
        if (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false) is { } there) return there;
        var lockFile = Path.Combine(CacheFolder.Open("images"), key + ".lock");
        using var _ = await FileLock.TakeAsync(lockFile, cancellationToken).ConfigureAwait(false);
        if (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false) is { } madeMeanwhile) return madeMeanwhile;
        log.Initializing(image);
        await RemoveLeftAsync(engine, cancellationToken).ConfigureAwait(false);
        await MakeAsync(engine, image, key, plugin, initialize, cancellationToken).ConfigureAwait(false);
        await RemoveOlderAsync(engine, image, key, cancellationToken).ConfigureAwait(false);
        return (await FindAsync(engine, key, cancellationToken).ConfigureAwait(false))!;
    }

    private static (string Key, byte[] Plugin, string[] Shaping) KeyOf(
        string image, ImageInspectResponse source, IReadOnlyList<string> serverArguments)
    {
        var plugin = EmulatorPlugin.GetLibrary(ArchitectureOf(image, source.Architecture));
        var isRoot = source.Config?.User is null or "" or "root" or "0";
        string[] shaping =
        [
            .. serverArguments.Where(static a => a.Replace('_', '-').StartsWith("--lower-case-table-names", StringComparison.Ordinal)),
            .. isRoot ? ["--user=mysql"] : Array.Empty<string>(),
        ];
        string[] made =
            [source.ID, Convert.ToHexString(SHA256.HashData(plugin)), Script, .. MysqldArguments.Initialize(DataDirectory, shaping)];
        return (CacheFolder.Key(made), plugin, shaping);
    }

    private static async Task<InitializedImage?> FindAsync(DockerEngine engine, string key, CancellationToken cancellationToken)
    {
        var name = $"{Repository}:{key}";
        if (await InspectAsync(engine, name, cancellationToken).ConfigureAwait(false) is not { } image) return null;
        string? owner = null;
        _ = image.Config?.Labels?.TryGetValue(OwnerLabel, out owner);
        return new InitializedImage(name, owner is { Length: > 0 } ? owner : null);
    }

    // What a process left that was killed between the container's creation and its removal.
    private static async Task RemoveLeftAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"{Label}={MakingLabel}"] = true },
        };
        var list = new ContainersListParameters { All = true, Filters = filters };
        foreach (var left in await engine.Client.Containers.ListContainersAsync(list, cancellationToken).ConfigureAwait(false))
        {
            if (left.State == "running" || DateTime.UtcNow - left.Created.ToUniversalTime() < TimeSpan.FromMinutes(5)) continue;
            var all = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
            try { await engine.Client.Containers.RemoveContainerAsync(left.ID, all, cancellationToken).ConfigureAwait(false); }
            catch (DockerApiException) { } // another process was quicker
        }
    }

    // Those of an earlier plugin or an earlier version of the same image; one in use stays.
    private static async Task RemoveOlderAsync(DockerEngine engine, string image, string key, CancellationToken cancellationToken)
    {
        var images = engine.Client.Images;
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"{SourceLabel}={image}"] = true },
        };
        var list = new ImagesListParameters { Filters = filters };
        foreach (var older in await images.ListImagesAsync(list, cancellationToken).ConfigureAwait(false))
        {
            if (older.RepoTags?.Contains($"{Repository}:{key}") == true) continue;
            if (DateTime.UtcNow - older.Created.ToUniversalTime() < TimeSpan.FromDays(1)) continue;
            try { await images.DeleteImageAsync(older.ID, new ImageDeleteParameters(), cancellationToken).ConfigureAwait(false); }
            catch (DockerApiException) { } // in use
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
            $"The image {image} is for {architecture}; the authentication plugin exists for amd64 and arm64."
            + $" Pull one of those: docker pull --platform linux/amd64 {image}"),
    };

    private static async Task<ImageInspectResponse> PullAsync(
        DockerEngine engine, string image, ServerLog log, CancellationToken cancellationToken)
    {
        log.Pulling(image);
        var name = image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";
        var colon = name.LastIndexOf(':');
        string? error = null;
        try
        {
            await engine.Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = name[..colon], Tag = name[(colon + 1)..] },
                new AuthConfig(),
                new Progress<JSONMessage>(message =>
                {
                    error = message.Error?.Message ?? error;
                    if (message is { ID: { Length: > 0 } layer, Progress: null }
                        && message.Status is "Pulling fs layer" or "Downloading" or "Extracting" or "Pull complete")
                        log.Pulling(image, $"{layer} {message.Status}");
                }),
                cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e) { error = DockerEngine.Said(e); }

        return await InspectAsync(engine, image, cancellationToken).ConfigureAwait(false) ?? throw new LocalMySqlServerException(
            LocalMySqlServerProblem.ImageMissing,
            $"The Docker image {image} is not on this machine and cannot be pulled{(error is null ? "" : $" ({error})")}."
            + $" Bring it here (docker pull {image}), name another one (LocalMySqlServerOptions.Image),"
            + " or use a mysqld without Docker: RDS_IAM_SERVER=mysqld.",
            error is null ? null : new InvalidOperationException(error));
    }

    private static async Task MakeAsync(
        DockerEngine engine,
        string image,
        string key,
        byte[] plugin,
        IReadOnlyList<string> initialize,
        CancellationToken cancellationToken)
    {
        var containers = engine.Client.Containers;
        var container = await containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = image,
                Entrypoint = ["/bin/sh", "-c", Script.ReplaceLineEndings("\n"), "rds-iam", EmulatorPlugin.FileName],
                Cmd = [.. initialize],
                Labels = new Dictionary<string, string> { [Label] = MakingLabel },
                OpenStdin = true,
                StdinOnce = true,
                AttachStdin = true,
                HostConfig = new HostConfig { NetworkMode = "none" },
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            await containers.ExtractArchiveToContainerAsync(
                container.ID,
                new CopyToContainerParameters { Path = "/" },
                Archive([(Folder + "/" + EmulatorPlugin.FileName, plugin)]),
                cancellationToken).ConfigureAwait(false);
            using var attached = await containers.AttachContainerAsync(
                container.ID, new ContainerAttachParameters { Stream = true, Stdin = true }, cancellationToken).ConfigureAwait(false);
            await containers.StartContainerAsync(container.ID, new ContainerStartParameters(), cancellationToken).ConfigureAwait(false);
            var end = await containers.WaitContainerAsync(container.ID, cancellationToken).ConfigureAwait(false);
            if (end.StatusCode != 0)
            {
                var log = await ReadLogAsync(engine, container.ID, 30, cancellationToken).ConfigureAwait(false);
                if (DiskFull.IsSaidIn(log)) throw DiskFull.At($"Docker's images ({engine.Endpoint})");
                var isOther = log.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)
                    || log.Contains("mysqld: not found", StringComparison.Ordinal);
                throw isOther && MysqldBinary.VersionProblem(log) is { } problem
                    ? new LocalMySqlServerException(
                        LocalMySqlServerProblem.UnsupportedVersion, $"The image {image} cannot be used: {problem}.")
                    : new LocalMySqlServerException(
                        LocalMySqlServerProblem.StartFailed,
                        $"A data directory cannot be initialised in the image {image} (a MySQL 8.0 or later is needed):"
                        + $"{Environment.NewLine}{log}");
            }

            var output = await ReadLogAsync(engine, container.ID, 5, cancellationToken).ConfigureAwait(false);
            var ownerLine = output.Split('\n').FirstOrDefault(line => line.StartsWith(OwnerLine, StringComparison.Ordinal));
            var owner = ownerLine?[OwnerLine.Length..].Trim() ?? "";
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
            var all = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
            await containers.RemoveContainerAsync(container.ID, all, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public static async Task<string> ReadLogAsync(DockerEngine engine, string container, int lines, CancellationToken cancellationToken)
    {
        using var stream = await engine.Client.Containers.GetContainerLogsAsync(
            container,
            new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = lines.ToString(CultureInfo.InvariantCulture) },
            cancellationToken).ConfigureAwait(false);
        var (output, errors) = await stream.ReadOutputToEndAsync(cancellationToken).ConfigureAwait(false);
        return (output + errors).Trim();
    }

    /// <summary>Files for a container, readable by their owner only.</summary>
    public static MemoryStream Archive(IEnumerable<(string Path, byte[] Content)> files, string? owner = null)
    {
        var ids = owner?.Split(':').Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray() ?? [0, 0];
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
