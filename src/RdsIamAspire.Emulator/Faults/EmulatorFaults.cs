namespace RdsIamAspire.Emulator;

/// <summary>What goes wrong on demand, to see how a service takes it. Each setting holds from the next login on. Thread-safe.</summary>
public sealed class EmulatorFaults
{
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task> _killSessions;
    private long _tokensExpiredUntil = long.MinValue;

    internal EmulatorFaults(TimeProvider time, Func<CancellationToken, Task> killSessions)
    {
        _time = time;
        _killSessions = killSessions;
    }

    /// <summary>Every valid token is answered with 403: as if rds-db:connect had been taken from every policy.</summary>
    public bool DenyConnect { get; set; }

    /// <summary>Every login is refused with 500, as in an outage of IAM authentication. Open sessions stay.</summary>
    public bool RefuseNewLogins { get; set; }

    /// <summary>
    /// Added to the server's clock when tokens are judged: positive makes tokens look older, negative makes them come from the future.
    /// </summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>How long a verdict is held back. Longer than the plugin's deadline (10 seconds) means a refusal by timeout.</summary>
    public TimeSpan LoginDelay { get; set; }

    /// <summary>
    /// The limit on new IAM logins in a second; null means no limit. RDS: 200 ("IAM database authentication", Limitations).
    /// </summary>
    public int? MaxLoginsPerSecond { get; set; } = 200;

    /// <summary>The agent takes logins and answers none: the plugin refuses them at its deadline.</summary>
    public bool AgentSilent { get; set; }

    /// <summary>Tokens dated at this instant or earlier are expired; null when <see cref="ExpireAllTokens"/> was not called.</summary>
    internal DateTimeOffset? TokensExpiredUntil =>
        Volatile.Read(ref _tokensExpiredUntil) is var ticks and not long.MinValue ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>
    /// Makes every token that exists now an expired one. New tokens work from the next second on (a token's date has whole seconds).
    /// </summary>
    public void ExpireAllTokens() => Volatile.Write(ref _tokensExpiredUntil, _time.GetUtcNow().UtcTicks);

    /// <summary>Ends all open sessions of IAM users, as a failover does. Their next statement fails; a pool has to open new ones.</summary>
    public Task KillSessionsAsync(CancellationToken cancellationToken = default) => _killSessions(cancellationToken);

    /// <summary>Back to the state of a new emulator.</summary>
    public void Reset()
    {
        DenyConnect = false;
        RefuseNewLogins = false;
        ClockSkew = TimeSpan.Zero;
        LoginDelay = TimeSpan.Zero;
        MaxLoginsPerSecond = 200;
        AgentSilent = false;
        Volatile.Write(ref _tokensExpiredUntil, long.MinValue);
    }
}
