namespace RdsIamAspire.Emulator;

/// <summary>
/// The server that is started where nobody says which one, and why that one: for <c>rds-iam local</c> and for <c>RunAsEmulator</c> alike.
/// </summary>
/// <param name="Kind">A container or a mysqld.</param>
/// <param name="Reason">Why, in half a sentence for people.</param>
internal sealed record LocalMySqlServerChoice(LocalMySqlServerKind Kind, string Reason)
{
    /// <summary>The image of a container, which is pulled where it is not here.</summary>
    public string? Image { get; init; }

    /// <summary>Whether the mysqld has to be unpacked first (<see cref="UnpackedMySql.PrepareAsync"/>).</summary>
    public bool MustUnpack { get; init; }

    /// <summary>An image that is here, else a mysqld, else one that can be unpacked, else an image that is pulled.</summary>
    /// <param name="containerFor">Who can reach nothing but a container; null where a mysqld will do.</param>
    /// <param name="asked">What <see cref="LocalMySqlServer.KindVariable"/> says.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="LocalMySqlServerException">Nothing can be had; the message says what to do.</exception>
    public static async Task<LocalMySqlServerChoice> MakeAsync(string? containerFor, string? asked, CancellationToken cancellationToken)
    {
        var kind = containerFor is null ? LocalMySqlServer.Decide(new LocalMySqlServerOptions(), asked) : LocalMySqlServerKind.Docker;
        var candidates = await LocalMySqlServer.FindAsync(
            new LocalMySqlServerOptions { Kind = kind }, cancellationToken).ConfigureAwait(false);
        return Make(
            candidates, kind, containerFor, UnpackedMySql.CanBeHad, await HasEngineAsync(kind, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The decision itself.</summary>
    internal static LocalMySqlServerChoice Make(
        IReadOnlyList<LocalMySqlServerCandidate> candidates,
        LocalMySqlServerKind kind,
        string? containerFor,
        bool canUnpack,
        bool hasEngine)
    {
        var usable = candidates.FirstOrDefault(static candidate => candidate.IsUsable);
        var noImage = candidates.FirstOrDefault(static candidate => candidate is { Kind: LocalMySqlServerKind.Docker, IsUsable: false });
        var asked = kind == LocalMySqlServerKind.Auto ? null : $"{LocalMySqlServer.KindVariable} asks for it";
        var reached = containerFor is null ? asked : $"'{containerFor}' is a container and reaches nothing else";
        if (usable?.Image is { } image) return new(
            LocalMySqlServerKind.Docker, Because(reached, $"{image} is on this machine"))
        { Image = image };
        if (usable?.Binary is { } binary)
            return new(
                LocalMySqlServerKind.Mysqld,
                Because(asked, $"{binary.Path} is on this machine{(noImage is null ? "" : $", and {Short(hasEngine)}")}"));
        if (kind != LocalMySqlServerKind.Docker && canUnpack)
            return new(
                LocalMySqlServerKind.Mysqld,
                Because(
                    asked, $"no mysqld is on this machine{(noImage is null ? "" : $", and {Short(hasEngine)}")}"))
            { MustUnpack = true };
        // Whoever asks for a container gets one when an engine answers.
        if (kind == LocalMySqlServerKind.Docker || (kind != LocalMySqlServerKind.Mysqld && hasEngine))
        {
            return new(
                LocalMySqlServerKind.Docker,
                Because(reached, hasEngine ? "neither a MySQL image nor a mysqld is on this machine" : "no container engine answers yet"))
            {
                Image = LocalMySqlServer.PulledByDefault,
            };
        }

        throw LocalMySqlServer.NothingToBeHad(kind, candidates);
    }

    private static async Task<bool> HasEngineAsync(LocalMySqlServerKind kind, CancellationToken cancellationToken)
    {
        if (kind == LocalMySqlServerKind.Mysqld) return false;
        using var engine = await DockerEngine.FindAsync(cancellationToken).ConfigureAwait(false);
        return engine is not null;
    }

    private static string Short(bool hasEngine) => hasEngine ? "no MySQL image is" : "no container engine answers";

    private static string Because(string? first, string then) => first is null ? then : $"{first}; {then}";
}
