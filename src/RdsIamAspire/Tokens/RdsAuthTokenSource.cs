using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire;

/// <summary>
/// Hands out auth tokens, one per <see cref="RdsAuthTokenRequest"/>, and keeps them fresh. Reading a live token allocates nothing,
/// takes no lock and never waits; a token in use is renewed in the background before it ends; however many callers wait, one token is
/// being made.
/// </summary>
/// <remarks>
/// A token lives 15 minutes, or as long as the credentials that sign it when these end earlier; credentials with less than 15 minutes
/// left are renewed
/// first. A failed renewal keeps the live token, is tried again with growing pauses, and is told by <see cref="RenewalFailed"/>, the log
/// and the metrics
/// of <see cref="RdsIamTelemetry"/>. One source serves any number of databases and threads; dispose it once, when the process ends.
/// </remarks>
public sealed partial class RdsAuthTokenSource : IDisposable
{
    private const int RecentSlots = 32;

    private readonly ConcurrentDictionary<RdsAuthTokenRequest, CachedToken> _tokens = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly RdsAuthTokenSigner _signer;

    /// <summary>
    /// The tokens that were read last, found by the request object itself: cheaper than comparing four strings in the dictionary.
    /// </summary>
    private readonly CachedToken?[] _recent = new CachedToken?[RecentSlots];

    /// <summary>Creates a source; null takes every default.</summary>
    public RdsAuthTokenSource(RdsAuthTokenSourceOptions? options = null)
        : this(options ?? new(), null)
    {
    }

    internal RdsAuthTokenSource(RdsAuthTokenSourceOptions options, RdsAuthTokenSigner? signer)
    {
        ArgumentNullException.ThrowIfNull(options.TimeProvider);
        ArgumentNullException.ThrowIfNull(options.LoggerFactory);
        Options = options;
        Logger = options.LoggerFactory.CreateLogger<RdsAuthTokenSource>();
        _signer = signer ?? new RdsAuthTokenSigner(options);
    }

    /// <summary>A token was made, for a caller or in the background.</summary>
    public event EventHandler<RdsAuthTokenRenewal>? Renewed;

    /// <summary>A token could not be made, for a caller or in the background.</summary>
    public event EventHandler<RdsAuthTokenRenewalFailure>? RenewalFailed;

    internal RdsAuthTokenSourceOptions Options { get; }

    internal ILogger Logger { get; }

    internal CancellationToken Disposed => _disposed.Token;

    /// <summary>A live token for the request: the cached one, or a new one.</summary>
    /// <param name="request">What the token is for. Keep and reuse the same object for the fastest read.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the making of the token goes on for others.</param>
    /// <exception cref="RdsAuthTokenException">No token could be made and none is live.</exception>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    public ValueTask<RdsAuthToken> GetTokenAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken = default)
    {
        var recent = Recent(request);
        return recent is not null && ReferenceEquals(recent.Request, request) && recent.Live is { } token
            ? new ValueTask<RdsAuthToken>(token)
            : FindAsync(request, cancellationToken);
    }

    /// <summary>The cached token for the request when it is live, else null: for callers that cannot wait.</summary>
    public RdsAuthToken? GetLiveToken(RdsAuthTokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var recent = Recent(request);
        return recent is not null && ReferenceEquals(recent.Request, request)
            ? recent.Live
            : _tokens.TryGetValue(request, out var cached) ? cached.Live : null;
    }

    /// <summary>Forgets the cached token, for example after the server refused it: the next caller gets a new one.</summary>
    public void Invalidate(RdsAuthTokenRequest request) => Invalidate(request, null);

    /// <summary>
    /// Forgets the cached token if it still is the one that was refused, so that many failing callers cause one new token and not many.
    /// </summary>
    /// <param name="request">What the token was for.</param>
    /// <param name="refused">The token that was refused; null forgets whichever is cached.</param>
    public void Invalidate(RdsAuthTokenRequest request, RdsAuthToken? refused)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_tokens.TryGetValue(request, out var cached))
            cached.Forget(refused);
    }

    /// <summary>Ends background renewals and forgets every token.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
            return;
        _disposed.Cancel();
        Array.Clear(_recent);
        foreach (var cached in _tokens.Values)
            cached.Dispose();
        _tokens.Clear();
    }

    internal Task<RdsAuthToken> SignAsync(RdsAuthTokenRequest request) => _signer.SignAsync(request, _disposed.Token);

    internal void OnRenewed(RdsAuthTokenRenewal renewal) => Raise(Renewed, renewal);

    internal void OnRenewalFailed(RdsAuthTokenRenewalFailure failure) => Raise(RenewalFailed, failure);

    /// <summary>A listener that throws does not take the token from those who wait for it.</summary>
    private void Raise<T>(EventHandler<T>? listeners, T news)
    {
        try
        {
            listeners?.Invoke(this, news);
        }
        catch (Exception e)
        {
            LogListenerFailed(Logger, e);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "A listener of RdsAuthTokenSource failed.")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception);

    /// <summary>Drops the entry of a token that nobody asked for since it was made.</summary>
    internal void Drop(CachedToken idle)
    {
        _tokens.TryRemove(new(idle.Request, idle));
        Interlocked.CompareExchange(ref Recent(idle.Request), null, idle);
        idle.Dispose();
    }

    private ref CachedToken? Recent(RdsAuthTokenRequest request) => ref _recent[RuntimeHelpers.GetHashCode(request) & (RecentSlots - 1)];

    private ValueTask<RdsAuthToken> FindAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            if (!_tokens.TryGetValue(request, out var cached))
                cached = _tokens.GetOrAdd(request, static (key, source) => new CachedToken(source, key), this);
            if (cached.Live is { } token)
            {
                // The next read with the same object is the fast one.
                if (ReferenceEquals(cached.Request, request))
                    Recent(request) = cached;
                return new ValueTask<RdsAuthToken>(token);
            }

            if (cached.RenewAsync() is { } renewal)
                return new ValueTask<RdsAuthToken>(renewal.WaitAsync(cancellationToken));
            Drop(cached);
        }
    }
}
