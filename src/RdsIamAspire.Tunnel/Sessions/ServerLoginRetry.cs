using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>Whether a refused login is tried again, and when. Pure.</summary>
/// <remarks>
/// RDS refuses logins above its limit of new IAM logins per second with the same Access denied as a wrong token (RDS User Guide, "IAM
/// database authentication", Limitations). So what worked a short while ago is given a little time; what never worked is refused at once.
/// </remarks>
internal static class ServerLoginRetry
{
    /// <summary>How often a login is tried in all.</summary>
    public const int Tries = 4;

    /// <summary>For how long a login that worked speaks for the next.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(1);

    /// <summary>An older token may have been refused for its age.</summary>
    private static readonly TimeSpan OldToken = TimeSpan.FromSeconds(1);

    /// <summary>What to do after a refusal.</summary>
    /// <param name="refused">What the server said.</param>
    /// <param name="tokenAge">The age of the refused token.</param>
    /// <param name="renewed">Whether a token was thrown away for its age before.</param>
    /// <param name="tried">How often it was tried, this time included.</param>
    /// <param name="sinceSuccess">How long ago the same login worked; null for never.</param>
    public static RetryDecision After(ErrorPacket refused, TimeSpan tokenAge, bool renewed, int tried, TimeSpan? sinceSuccess)
    {
        if (refused.Code != ErrorPacket.AccessDenied)
            return RetryDecision.No;
        if (!renewed && tokenAge > OldToken)
            return new(Again: true, RenewToken: true, TimeSpan.Zero);
        if (sinceSuccess is null || sinceSuccess >= Recently || tried >= Tries)
            return RetryDecision.No;
        var delay = TimeSpan.FromMilliseconds(250 << (tried - 1));
        return new(Again: true, RenewToken: tokenAge + delay > OldToken, delay);
    }
}

/// <summary>What is done after a refusal.</summary>
/// <param name="Again">Whether there is another try.</param>
/// <param name="RenewToken">With a new token.</param>
/// <param name="Delay">After this time.</param>
internal readonly record struct RetryDecision(bool Again, bool RenewToken, TimeSpan Delay)
{
    public static RetryDecision No => default;
}
