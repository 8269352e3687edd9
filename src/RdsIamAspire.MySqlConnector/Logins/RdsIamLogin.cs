using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.MySqlConnector.Telemetry;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// Gives a data source the token for each login. Every path of ours has the token in hand before the driver opens a socket
/// (<see cref="Ready"/>, <see cref="ReadyAsync"/>). For an open that goes to the driver directly there is one question that the driver
/// asks, asynchronously, before each TLS handshake: the one for client certificates. There a token is awaited, for a bounded time, and set
/// as the data source's password; when none can be had, the login is still brought to its end, which is a refusal: a handshake that is left
/// half-way counts against this host on the server, and a hundred of them block it.
/// </summary>
internal sealed class RdsIamLogin : IDisposable
{
    /// <summary>Sent in place of a token that could not be had. Never empty: the driver would not read the data source then.</summary>
    internal const string NoToken = "no-token";

    /// <summary>Keeps a token in use, so that it is renewed ahead even when all connections come from the pool.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1);

    /// <summary>A token older than this may have been refused for its age; a newer one was refused for another reason.</summary>
    private static readonly TimeSpan OldToken = TimeSpan.FromSeconds(1);

    /// <summary>How long a login may take before no news of it counts as bad news.</summary>
    private static readonly TimeSpan NoNews = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a token is awaited inside a handshake: the server hangs up after its connect_timeout, 10 seconds by default.
    /// </summary>
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(7);

    private static readonly ConditionalWeakTable<MySqlDataSource, RdsIamLogin> Logins = [];

    private readonly RdsAuthTokenSource _source;
    private readonly bool _ownsSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly X509Certificate _noClientCertificate;
    private readonly ITimer _keepAlive;
    private WeakReference<MySqlDataSource>? _dataSource;
    private RdsAuthToken? _last;
    private RdsAuthTokenException? _missing;
    private long _unansweredSince;
    private bool _disposed;

    internal RdsIamLogin(
        (RdsAuthTokenSource Source, bool Owned) source, RdsAuthTokenRequest request, X509Certificate noClientCertificate,
            TimeSpan patience, RdsIamAuthOptions options)
    {
        Patience = patience;
        (_source, _ownsSource) = source;
        _time = options.TimeProvider;
        _logger = options.LoggerFactory.CreateLogger("RdsIamAspire.MySqlConnector");
        _noClientCertificate = noClientCertificate;
        Request = request;
        Clock = new ServerClock(_time, _logger, request.Host);
        Pace = options.DisableLoginPacing ? null : new LoginPace(options.LoginSpreadFor(request.Host), _time);
        _keepAlive = _time.CreateTimer(OnKeepAlive, new WeakReference<RdsIamLogin>(this), Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    internal RdsAuthTokenRequest Request { get; }

    /// <summary>Empties the pool when the writer of a cluster is another instance; null where there is no cluster.</summary>
    internal FailoverWatch? Failover { get; init; }

    /// <summary>How long an open may wait for a token or for its turn: the connection timeout.</summary>
    internal TimeSpan Patience { get; }

    internal TimeProvider Time => _time;

    /// <summary>The pace of new logins; null when it is switched off.</summary>
    internal LoginPace? Pace { get; private set; }

    /// <summary>Whether a login of this moment would find its token made.</summary>
    internal bool HasToken => _source.GetLiveToken(Request) is not null;

    /// <summary>How old the token of the last login is; null before the first.</summary>
    internal TimeSpan? TokenAge => Volatile.Read(ref _last) is { } token ? _time.GetUtcNow() - token.IssuedAt : null;

    /// <summary>What is known of the server's clock.</summary>
    internal ServerClock Clock { get; }

    /// <summary>Why the logins of this moment have no token; null when they have one.</summary>
    internal RdsAuthTokenException? Missing => Volatile.Read(ref _missing);

    internal static RdsIamLogin? Of(MySqlDataSource dataSource) => Logins.TryGetValue(dataSource, out var login) ? login : null;

    internal void Attach(MySqlDataSource dataSource)
    {
        // Replaced before each login; with any password set the driver's connections read the data source's.
        _dataSource = new(dataSource);
        SetPassword(NoToken);
        Failover?.Attach(dataSource);
        Logins.Add(dataSource, this);
        LoginTelemetry.Register(this);
        _keepAlive.Change(KeepAlive, KeepAlive);
        // On threads of its own: the first open finds it made, or nearly so. The source reports a failure.
        Forget(RefreshAsync(CancellationToken.None).AsTask());
    }

    /// <summary>Awaits a live token and sets it: after this an open waits for nothing of ours.</summary>
    /// <exception cref="RdsAuthTokenException">No token could be made, or none within the connection timeout.</exception>
    internal async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        var pending = _source.GetTokenAsync(Request, cancellationToken);
        Use(pending.IsCompletedSuccessfully ? pending.Result
            : await new TokenWait(Request, Patience).ForAsync(pending.AsTask(), _time, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// As <see cref="ReadyAsync"/>, for a caller that blocks. The token is made on threads of the source's own, so that callers may block
    /// the whole pool.
    /// </summary>
    internal void Ready()
    {
        var pending = _source.GetTokenAsync(Request);
        Use(pending.IsCompletedSuccessfully ? pending.Result : new TokenWait(Request, Patience).Block(pending.AsTask()));
    }

    /// <summary>The driver's question for a client certificate: once for each new connection, after the socket is open.</summary>
    internal async ValueTask PrepareAsync(X509CertificateCollection certificates)
    {
        certificates.Add(_noClientCertificate);
        try
        {
            var token = await GetTokenInHandshakeAsync().ConfigureAwait(false);
            var since = Volatile.Read(ref _unansweredSince);
            if (since != 0 && _time.GetElapsedTime(since) > NoNews && IsOld(token))
                token = await ReplaceAsync(token).ConfigureAwait(false);
            Interlocked.CompareExchange(ref _unansweredSince, _time.GetTimestamp(), 0);
            Use(token);
        }
        catch (Exception e) when (e is RdsAuthTokenException or ObjectDisposedException)
        {
            // Another login may have made one meanwhile.
            if (e is RdsAuthTokenException && _source.GetLiveToken(Request) is { } token)
            {
                Use(token);
                return;
            }

            var reason = e as RdsAuthTokenException
                ?? new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsUnavailable, "The source of auth tokens is disposed of.", e);
            Volatile.Write(ref _missing, reason);
            SetPassword(NoToken);
            _logger.NoToken(reason.Message, Request.User);
        }
    }

    /// <summary>The driver's news of an open connection.</summary>
    internal ValueTask OpenedAsync(MySqlConnectionOpenedContext context, CancellationToken cancellationToken)
    {
        if (context.Conditions.HasFlag(MySqlConnectionOpenedConditions.New))
        {
            Volatile.Write(ref _unansweredSince, 0);
            if (LoginTurn.Current?.Pace != Pace)
                Pace?.PassedElsewhere();
        }

        return default;
    }

    internal async ValueTask<RdsAuthToken> RefreshAsync(CancellationToken cancellationToken)
    {
        var token = await _source.GetTokenAsync(Request, cancellationToken).ConfigureAwait(false);
        Use(token);
        return token;
    }

    /// <summary>
    /// The password for the driver's own asking (a data source that the driver's builder built): a token, or what ends a login politely.
    /// </summary>
    internal async ValueTask<string> ProvideAsync(MySqlProvidePasswordContext context, CancellationToken cancellationToken)
    {
        try
        {
            return (await RefreshAsync(cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (RdsAuthTokenException)
        {
            return NoToken;
        }
    }

    /// <summary>
    /// After an Access denied: whether another try is worth it, that is, whether the refused token was an old one. Says what is known
    /// about the refusal.
    /// </summary>
    internal bool ForgetRefused(MySqlException denied)
    {
        if (Volatile.Read(ref _last) is not { } token)
            return false;
        var old = IsOld(token);
        if (old)
            _source.Invalidate(Request, token);
        _logger.Denied(denied.Message, Request.User, token.Host, token.Port, token.Region, token.AccessKeyId, token.IssuedAt,
            token.ExpiresAt, Clock.News, old ? "One more try with a new token." : "The token was new, so it is not tried again.");
        return old;
    }

    /// <summary>The server has refused a new token, as it does when there are too many logins in a second.</summary>
    internal void SayRefusedForNumber(TimeSpan pause) => _logger.RefusedForNumber(Request.User, Request.Host, pause.TotalSeconds);

    /// <summary>Without the driver's word of a socket to be opened there is no pace to keep.</summary>
    internal void DropPace() => Pace = null;

    public void Dispose()
    {
        _disposed = true;
        _keepAlive.Dispose();
        LoginTelemetry.Unregister(this);
        if (_ownsSource)
            _source.Dispose();
    }

    private ValueTask<RdsAuthToken> GetTokenInHandshakeAsync()
    {
        var pending = _source.GetTokenAsync(Request);
        return pending.IsCompletedSuccessfully ? pending
            : new(new TokenWait(Request, Shorter(Patience, HandshakePatience)).ForAsync(pending.AsTask(), _time, CancellationToken.None));
    }

    /// <summary>
    /// The logins since a while ago that were given this token have not come through: revoked credentials, a corrected clock, or just a
    /// server that was away. A new token is worth a try, and while none can be made, the old one is.
    /// </summary>
    private async ValueTask<RdsAuthToken> ReplaceAsync(RdsAuthToken old)
    {
        Volatile.Write(ref _unansweredSince, 0);
        _source.Invalidate(Request, old);
        try
        {
            return await GetTokenInHandshakeAsync().ConfigureAwait(false);
        }
        catch (RdsAuthTokenException) when (old.ExpiresAt > _time.GetUtcNow())
        {
            return old;
        }
    }

    private bool IsOld(RdsAuthToken token) => _time.GetUtcNow() - token.IssuedAt > OldToken;

    private void Use(RdsAuthToken token)
    {
        Volatile.Write(ref _last, token);
        Volatile.Write(ref _missing, null);
        SetPassword(token.Value);
    }

    private void SetPassword(string password)
    {
        if (_dataSource is not null && _dataSource.TryGetTarget(out var dataSource))
            dataSource.Password = password;
    }

    private static void OnKeepAlive(object? state)
    {
        // The timer does not keep a forgotten data source alive.
        if (((WeakReference<RdsIamLogin>)state!).TryGetTarget(out var login))
            login.KeepTokenAlive();
    }

    private void KeepTokenAlive()
    {
        if (_disposed)
            return;
        if (_dataSource is null || !_dataSource.TryGetTarget(out var dataSource) || IsDisposed(dataSource))
        {
            Dispose();
            return;
        }

        // COM_CHANGE_USER logs in again on a connection of the pool, without a handshake: it reads the password that was set last.
        // The source reports a failure.
        Forget(RefreshAsync(CancellationToken.None).AsTask());
    }

    private static void Forget(Task task) =>
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a == Timeout.InfiniteTimeSpan || b < a ? b : a;

    // The driver tells it no other way.
    private static bool IsDisposed(MySqlDataSource dataSource)
    {
        try
        {
            using var connection = dataSource.CreateConnection();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
