namespace RdsIamAspire.Emulator;

/// <summary>A server that could be started on this machine, or the reason why it could not.</summary>
/// <param name="Kind">How it would run.</param>
/// <param name="Description">One line for people: the image or the binary, with its version.</param>
/// <param name="Problem">Why it cannot be used and what to do; null when it can.</param>
public sealed record LocalMySqlServerCandidate(LocalMySqlServerKind Kind, string Description, string? Problem = null)
{
    /// <summary>Whether it can be started as things are.</summary>
    public bool IsUsable => Problem is null;

    internal string? Image { get; init; }

    internal MysqldBinary? Binary { get; init; }
}
