namespace RdsIamAspire.Credentials;

/// <summary>
/// By how much the clocks of AWS are ahead of this machine's, as the answers of its endpoints tell (their header Date, RFC 9110, 6.6.1, in
/// whole seconds). AWS judges a token by its own clock, and this machine dates it by its own.
/// </summary>
internal static class AwsClock
{
    /// <summary>From here on a difference is told: a token lives 15 minutes, and may be 5 ahead.</summary>
    internal static readonly TimeSpan WorthTelling = TimeSpan.FromMinutes(1);

    private const long Unknown = long.MinValue;

    private static long _ahead = Unknown;

    /// <summary>Null before any answer came.</summary>
    internal static TimeSpan? Ahead => Volatile.Read(ref _ahead) is var ticks and not Unknown ? new TimeSpan(ticks) : null;

    /// <summary>What there is to tell of the difference; null when there is nothing.</summary>
    internal static string? News => Ahead is { } ahead && ahead.Duration() >= WorthTelling
        ? $"AWS's clock is {ahead.Duration().TotalMinutes:0} minutes {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's."
        : null;

    internal static void Note(DateTimeOffset? date, DateTimeOffset sent, DateTimeOffset received)
    {
        // An answer that took long says little, and a cached one nothing.
        if (date is { } theirs && received >= sent && received - sent < TimeSpan.FromSeconds(30))
            Volatile.Write(ref _ahead, (theirs - sent - ((received - sent) / 2)).Ticks);
    }
}
