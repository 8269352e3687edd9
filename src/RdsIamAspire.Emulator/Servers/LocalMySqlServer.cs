namespace RdsIamAspire.Emulator;

/// <summary>Starts a real MySQL server on this machine: in a container, or as a mysqld process without Docker.</summary>
public static class LocalMySqlServer
{
    /// <summary>The environment variable that chooses the kind where the options leave it open: <c>docker</c> or <c>mysqld</c>.</summary>
    public const string KindVariable = "RDS_IAM_SERVER";

    internal const string PulledByDefault = "mysql:8.4";

    // The image made by eng/mysql-image.sh first, then RDS's own engine versions ("MySQL on Amazon RDS versions"), newest first.
    private static readonly string[] DefaultImages = ["rds-iam-mysql:9.7", "mysql:9.7", "mysql:8.4", "mysql:8.0"];

    /// <summary>
    /// Starts a server and waits until it answers a login. It ends when it is disposed of, and with this process however that ends.
    /// </summary>
    /// <param name="options">Which one; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left running.</param>
    /// <exception cref="LocalMySqlServerException">
    /// No server can be had; <see cref="LocalMySqlServerException.Problem"/> and the message say why and what to do.
    /// </exception>
    /// <exception cref="InitScriptException">A statement of an init script failed.</exception>
    public static async Task<ILocalMySqlServer> StartAsync(
        LocalMySqlServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalMySqlServerOptions();
        var server = await StartBareAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            await InitScripts.RunAsync(server, options, database: null, createdUsers: [], cancellationToken).ConfigureAwait(false);
            await server.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The same without the init scripts; whoever calls it ends the first start with <see cref="SupervisedServer.CompleteAsync"/>.
    /// </summary>
    internal static async Task<SupervisedServer> StartBareAsync(LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        // What would fail after the start is said before it.
        _ = InitScripts.FilesOf(options.InitScripts);
        var choice = (await FindAsync(options, cancellationToken).ConfigureAwait(false)).FirstOrDefault(candidate => candidate.IsUsable);
        var log = new ServerLog(options);
        choice ??= await UnpackAsync(options, log, cancellationToken).ConfigureAwait(false);
        choice ??= await LastResortAsync(options, cancellationToken).ConfigureAwait(false);
        log.Starting(choice.Description);
        try
        {
            return choice.Binary is { } binary
                ? await MysqldServer.StartAsync(binary, options, cancellationToken).ConfigureAwait(false)
                : await DockerServer.StartAsync(choice.Image!, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            throw DiskFull.At(options.DataVolume is { } volume ? $"{CacheFolder.Path} or {volume}" : CacheFolder.Path, e);
        }
    }

    /// <summary>The servers that could be started with these options, in the order of preference; those that could not say why.</summary>
    /// <param name="options">What narrows the choice; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<LocalMySqlServerCandidate>> FindAsync(
        LocalMySqlServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalMySqlServerOptions();
        var kind = Decide(options, Environment.GetEnvironmentVariable(KindVariable));
        var found = new List<LocalMySqlServerCandidate>();
        if (kind is LocalMySqlServerKind.Auto or LocalMySqlServerKind.Docker)
            found.AddRange(await FindImagesAsync(options, cancellationToken).ConfigureAwait(false));
        if (kind is LocalMySqlServerKind.Auto or LocalMySqlServerKind.Mysqld) found.AddRange(FindBinaries(options));
        return [.. found.OrderBy(candidate => candidate.IsUsable ? 0 : 1)];
    }

    /// <summary>The kind that options and environment ask for; a named image or binary says it too.</summary>
    internal static LocalMySqlServerKind Decide(LocalMySqlServerOptions options, string? variable)
    {
        if (options.Kind != LocalMySqlServerKind.Auto) return options.Kind;
        if (options.MysqldPath is not null) return LocalMySqlServerKind.Mysqld;
        if (options.Image is not null || options.Network is not null) return LocalMySqlServerKind.Docker;
        return variable?.Trim().ToUpperInvariant() switch
        {
            null or "" or "AUTO" => LocalMySqlServerKind.Auto,
            "DOCKER" => LocalMySqlServerKind.Docker,
            "MYSQLD" => LocalMySqlServerKind.Mysqld,
            _ => throw new LocalMySqlServerException(
                LocalMySqlServerProblem.NoServerFound,
                $"{KindVariable} is '{variable}'; it may be docker or mysqld, or be left unset."),
        };
    }

    private static async Task<IEnumerable<LocalMySqlServerCandidate>> FindImagesAsync(
        LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.FindAsync(cancellationToken).ConfigureAwait(false);
        if (engine is null) return [new(LocalMySqlServerKind.Docker, "Docker", DockerEngine.NoDocker())];

        var found = new List<LocalMySqlServerCandidate>();
        foreach (var image in options.Image is { } given ? [given] : DefaultImages)
        {
            if (await InitializedImage.InspectAsync(engine, image, cancellationToken).ConfigureAwait(false) is not { } there) continue;
            string? problem = null;
            try { _ = InitializedImage.ArchitectureOf(image, there.Architecture); }
            catch (LocalMySqlServerException e) { problem = e.Message; }
            found.Add(new(LocalMySqlServerKind.Docker, $"Docker image {image}", problem) { Image = image });
        }

        if (found.Count == 0)
        {
            var pull = $"docker pull {options.Image ?? PulledByDefault}";
            found.Add(new(LocalMySqlServerKind.Docker, "Docker", $"no MySQL image is on this machine; type: {pull}"));
        }

        return found;
    }

    private static IEnumerable<LocalMySqlServerCandidate> FindBinaries(LocalMySqlServerOptions options)
    {
        if (options.MysqldPath is { } path)
        {
            yield return MysqldBinary.At(path) is { } given
                ? Candidate(given)
                : new(
                    LocalMySqlServerKind.Mysqld,
                    $"mysqld at {path}",
                    $"{path} is not there or cannot be run (LocalMySqlServerOptions.MysqldPath)");
            yield break;
        }

        var any = false;
        if (MysqldBinary.OnPath() is { } installed)
        {
            any = true;
            yield return Candidate(installed);
        }

        if (UnpackedMySql.Find() is { } unpacked)
        {
            any = true;
            yield return Candidate(unpacked);
        }

        const string None = "none is on the PATH and none is unpacked; type: rds-iam server prepare";
        if (!any) yield return new(LocalMySqlServerKind.Mysqld, "mysqld", None);

        static LocalMySqlServerCandidate Candidate(MysqldBinary binary) =>
            new(LocalMySqlServerKind.Mysqld, $"{$"mysqld {binary.Version}".TrimEnd()} at {binary.Path}", binary.Problem)
            {
                Binary = binary,
            };
    }

    // Nothing is at hand and nothing was asked for: a mysqld without Docker and without root, where this machine's packages allow it.
    private static async Task<LocalMySqlServerCandidate?> UnpackAsync(
        LocalMySqlServerOptions options, ServerLog log, CancellationToken cancellationToken)
    {
        var kind = Decide(options, Environment.GetEnvironmentVariable(KindVariable));
        if (kind != LocalMySqlServerKind.Auto || !UnpackedMySql.CanBeHad) return null;
        try
        {
            await UnpackedMySql.PrepareAsync(new UnpackProgress(log), cancellationToken).ConfigureAwait(false);
            return FindBinaries(options).FirstOrDefault(static candidate => candidate.IsUsable);
        }
        catch (LocalMySqlServerException e) when (e.Problem == LocalMySqlServerProblem.CannotUnpack)
        {
            // An image that is pulled may still help, and where it does not, its error and this line say both.
            log.CannotUnpack(e.Message);
            return null;
        }
    }

    // Nothing is at hand. A pull may still help; else the error says all of it.
    private static async Task<LocalMySqlServerCandidate> LastResortAsync(
        LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        var kind = Decide(options, Environment.GetEnvironmentVariable(KindVariable));
        var candidates = await FindAsync(options, cancellationToken).ConfigureAwait(false);
        if (kind != LocalMySqlServerKind.Mysqld)
        {
            using var engine = await DockerEngine.FindAsync(cancellationToken).ConfigureAwait(false);
            if (engine is not null && candidates.All(candidate => candidate.Image is null))
            {
                var image = options.Image ?? PulledByDefault;
                return new(LocalMySqlServerKind.Docker, $"Docker image {image}") { Image = image };
            }
        }

        if (candidates.FirstOrDefault(candidate => candidate.Binary is not null || candidate.Image is not null) is { } unusable)
        {
            throw new LocalMySqlServerException(
                unusable.Image is not null || MysqldBinary.PluginArchitecture is null
                    ? LocalMySqlServerProblem.UnsupportedArchitecture
                    : LocalMySqlServerProblem.UnsupportedVersion,
                $"{unusable.Description} cannot be used: {unusable.Problem}.");
        }

        throw NothingToBeHad(kind, candidates);
    }

    /// <summary>The error that says of everything that was looked for why it cannot be had.</summary>
    internal static LocalMySqlServerException NothingToBeHad(
        LocalMySqlServerKind kind, IEnumerable<LocalMySqlServerCandidate> candidates) => new(
        kind switch
        {
            LocalMySqlServerKind.Docker => LocalMySqlServerProblem.NoDocker,
            LocalMySqlServerKind.Mysqld => LocalMySqlServerProblem.NoMysqld,
            _ => LocalMySqlServerProblem.NoServerFound,
        },
        "No MySQL server can be started on this machine. "
            + string.Join(
                " ", candidates.Select(static c => $"{c.Description}: {c.Problem}.".Replace("..", ".", StringComparison.Ordinal))));

    private sealed class UnpackProgress(ServerLog log) : IProgress<string>
    {
        public void Report(string value) => log.Unpacking(value);
    }
}
