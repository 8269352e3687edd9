namespace RdsIamAspire;

/// <summary>When a token is renewed and when it is no longer handed out. Pure: given the times it only computes.</summary>
/// <param name="RenewAt">When the background renewal starts.</param>
/// <param name="LiveUntil">Until when the token is handed out.</param>
internal readonly record struct RenewalSchedule(DateTimeOffset RenewAt, DateTimeOffset LiveUntil)
{
    /// <param name="now">When the token was made, by the source's clock.</param>
    /// <param name="expiresAt">When it ends, by the same clock.</param>
    /// <param name="options">The user's choices.</param>
    /// <param name="random">From 0 (no jitter) to 1 (all of it).</param>
    internal static RenewalSchedule For(DateTimeOffset now, DateTimeOffset expiresAt, RdsAuthTokenSourceOptions options, double random)
    {
        var life = expiresAt - now;
        if (life <= TimeSpan.Zero)
            return new(now, now);
        var ahead = Min(options.RenewAhead, life / 3);
        var jitter = Min(options.RenewJitter, life / 10) * random;
        var margin = Min(options.ExpiryMargin, life / 10);
        return new(expiresAt - ahead - jitter, expiresAt - margin);
    }

    /// <summary>
    /// The pause after the given number of failures in a row: doubled each time, up to the limit, and up to a quarter shorter by chance.
    /// </summary>
    internal static TimeSpan RetryDelay(int failures, RdsAuthTokenSourceOptions options, double random)
    {
        var doubled = options.RetryDelay * Math.Pow(2, Math.Min(failures - 1, 20));
        return Min(doubled, options.MaxRetryDelay) * (1 - random / 4);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
