using Microsoft.Extensions.Logging;
using RdsIamAspire.Credentials;

namespace RdsIamAspire;

/// <summary>The token of one request: its live value, the one renewal that may be under way, and the timer for the next.</summary>
internal sealed partial class CachedToken : IDisposable
{
    /// <summary>
    /// For how long the wall clock is not read again. Reading it costs more than the rest of a read; a token's margin is far longer.
    /// </summary>
    private const long ClockCheckMilliseconds = 20;

    /// <summary>How often an idle token is looked at after its time of renewal.</summary>
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(15);

    private readonly RdsAuthTokenSource _source;
    private readonly TimeProvider _time;
    private readonly bool _systemTime;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Lease? _lease;
    private long _clockCheckedAt;
    private bool _used;
    private Task<RdsAuthToken>? _renewal;
    private int _failures;
    private bool _disposed;

    internal CachedToken(RdsAuthTokenSource source, RdsAuthTokenRequest request)
    {
        _source = source;
        Request = request;
        _time = source.Options.TimeProvider;
        _systemTime = ReferenceEquals(_time, TimeProvider.System);
        using (WithoutCallersContext())
            _timer = _time.CreateTimer(static state => ((CachedToken)state!).OnTimer(), this, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
    }

    internal RdsAuthTokenRequest Request { get; }

    /// <summary>The token when it may be handed out, else null.</summary>
    internal RdsAuthToken? Live
    {
        get
        {
            var lease = Volatile.Read(ref _lease);
            if (lease is null || !IsLive(lease))
                return null;
            if (!_used)
                _used = true;
            return lease.Token;
        }
    }

    /// <summary>The renewal that is under way, or a new one; null when this entry is dropped and another has to be taken.</summary>
    internal Task<RdsAuthToken>? RenewAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return null;
            _used = true;
            // A caller that found no live token may come here just after the renewal that it would have waited for.
            if (_lease is { } lease && IsLive(lease))
                return lease.Completed;
            return _renewal ?? StartRenewal();
        }
    }

    /// <summary>Forgets the live token; only if it is the refused one, when that is given.</summary>
    internal void Forget(RdsAuthToken? refused)
    {
        lock (_lock)
        {
            if (_lease is { } lease && (refused is null || ReferenceEquals(lease.Token, refused)))
            {
                Volatile.Write(ref _lease, null);
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Volatile.Write(ref _lease, null);
        }

        _timer.Dispose();
    }

    private bool IsLive(Lease lease)
    {
        if (!_systemTime)
            return _time.GetUtcNow() < lease.LiveUntil;
        var tick = Environment.TickCount64;
        if ((ulong)(tick - Volatile.Read(ref _clockCheckedAt)) < ClockCheckMilliseconds && lease.Checked)
            return true;
        if (DateTimeOffset.UtcNow >= lease.LiveUntil)
            return false;
        lease.Checked = true;
        Volatile.Write(ref _clockCheckedAt, tick);
        return true;
    }

    /// <summary>
    /// Called under the lock. The work has threads of its own: callers that block, on the pool's, do not stand in its way, nor it in
    /// theirs.
    /// </summary>
    private Task<RdsAuthToken> StartRenewal()
    {
        _renewal = CredentialThreads.Shared.RunAsync(MakeAsync);
        // Nobody may be waiting for it, or not any more; a failure is reported by Fail all the same.
        _ = _renewal.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        return _renewal;
    }

    /// <summary>The first caller's context (its trace, its culture) has nothing to do with a token that many share.</summary>
    private static AsyncFlowControl WithoutCallersContext() =>
        ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();

    private async Task<RdsAuthToken> MakeAsync()
    {
        // The clock is read before the work: a token that took long to make is not believed to live longer.
        var now = _time.GetUtcNow();
        var started = _time.GetTimestamp();
        try
        {
            var token = await _source.SignAsync(Request).ConfigureAwait(true);
            var life = token.ExpiresAt - token.IssuedAt;
            var schedule = RenewalSchedule.For(now, now + life, _source.Options, Random.Shared.NextDouble());
            lock (_lock)
            {
                _renewal = null;
                _failures = 0;
                if (!_disposed)
                {
                    _used = false;
                    Volatile.Write(ref _lease, new Lease(token, schedule.LiveUntil));
                    Wake(schedule.RenewAt - now);
                }
            }

            var duration = _time.GetElapsedTime(started);
            RdsIamTelemetry.TokenMade(Request, duration);
            LogRenewed(_source.Logger, Request, life);
            _source.OnRenewed(new(Request, token, duration));
            return token;
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    private void Fail(Exception e)
    {
        Lease? live;
        TimeSpan? retryIn = null;
        int attempt;
        lock (_lock)
        {
            _renewal = null;
            attempt = ++_failures;
            live = _lease is { } lease && IsLive(lease) ? lease : null;
            if (live is not null && !_disposed)
            {
                retryIn = RenewalSchedule.RetryDelay(attempt, _source.Options, Random.Shared.NextDouble());
                Wake(retryIn.Value);
            }
        }

        if (_source.Disposed.IsCancellationRequested)
            return;
        RdsIamTelemetry.TokenFailed(Request, e);
        if (live is not null && retryIn is { } pause)
            LogFailedLive(_source.Logger, e, Request, attempt, live.LiveUntil, pause);
        else
            LogFailed(_source.Logger, e, Request, attempt);
        _source.OnRenewalFailed(new(Request, e, live?.Token, retryIn, attempt));
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_disposed || _renewal is not null || _lease is not { } lease)
                return;
            var now = _time.GetUtcNow();
            if (_used && now < lease.LiveUntil)
            {
                _ = StartRenewal();
                return;
            }

            if (now < lease.LiveUntil)
            {
                // Not asked for since it was made: renewed as soon as somebody comes, dropped at its end when nobody does.
                var left = lease.LiveUntil - now;
                Wake(left < IdleCheck ? left : IdleCheck);
                return;
            }

            _disposed = true;
            Volatile.Write(ref _lease, null);
        }

        _source.Drop(this);
    }

    private void Wake(TimeSpan after) => _timer.Change(after > TimeSpan.Zero ? after : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    private sealed class Lease(RdsAuthToken token, DateTimeOffset liveUntil)
    {
        internal readonly RdsAuthToken Token = token;
        internal readonly DateTimeOffset LiveUntil = liveUntil;
        internal readonly Task<RdsAuthToken> Completed = Task.FromResult(token);
        internal bool Checked;
    }

    [LoggerMessage(1, LogLevel.Debug, "Made an auth token for {Request}; it lives {Life}.")]
    private static partial void LogRenewed(ILogger logger, RdsAuthTokenRequest request, TimeSpan life);

    [LoggerMessage(2, LogLevel.Warning, "Attempt {Attempt} to make an auth token for {Request} failed. The token at hand is live until "
        + "{LiveUntil:u}; next attempt in {RetryIn}.")]
    private static partial void LogFailedLive(
        ILogger logger, Exception exception, RdsAuthTokenRequest request, int attempt, DateTimeOffset liveUntil, TimeSpan retryIn);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Attempt {Attempt} to make an auth token for {Request} failed. No token is live; the next login tries again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, RdsAuthTokenRequest request, int attempt);
}
