using Microsoft.Extensions.Logging;
using RdsIamAspire.Credentials;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>The server's clock beside ours: a token is dated by this machine's, and judged by AWS's.</summary>
internal sealed class ServerClock(TimeProvider time, ILogger logger, string host)
{
    /// <summary>How often it is looked at.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private DateTimeOffset _seen;
    private TimeSpan? _ahead;

    /// <summary>Whether it is to be looked at again.</summary>
    internal bool IsDue => time.GetUtcNow() - _seen >= Every;

    /// <summary>What there is to tell of a difference, to the server's clock or else to that of AWS's endpoints; may be empty.</summary>
    internal string News => _ahead is { } ahead && ahead.Duration() >= AwsClock.WorthTelling
        ? $"The server's clock is {ahead.Duration().TotalMinutes:0} minutes {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's."
        : AwsClock.News ?? "";

    /// <summary>Takes note of what it shows; says so when it is a minute or more away.</summary>
    internal void Note(DateTimeOffset shows)
    {
        _seen = time.GetUtcNow();
        _ahead = shows - _seen;
        if (_ahead.Value.Duration() >= AwsClock.WorthTelling)
            logger.ClockAway(host, News);
    }
}
