using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.MySqlConnector.Telemetry;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// Gives a data source the token for each login. The driver asks for a client certificate, asynchronously, before each TLS handshake, and reads the data source's
/// password after it: so that is where a live token is awaited and set. No thread waits, no pool is split, and a token that cannot be made fails the open with its reason.
/// </summary>
internal sealed partial class RdsIamLogin : IDisposable
{
    /// <summary>Keeps a token in use, so that it is renewed ahead even when all connections come from the pool.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1);

    /// <summary>A token older than this may have been refused for its age; a newer one was refused for another reason.</summary>
    private static readonly TimeSpan OldToken = TimeSpan.FromSeconds(1);

    /// <summary>How long a login may take before no news of it counts as bad news.</summary>
    private static readonly TimeSpan NoNews = TimeSpan.FromSeconds(2);

    private static readonly ConditionalWeakTable<MySqlDataSource, RdsIamLogin> Logins = [];

    private readonly RdsAuthTokenSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly X509Certificate _noClientCertificate;
    private readonly ITimer _keepAlive;
    private WeakReference<MySqlDataSource>? _dataSource;
    private readonly TimeSpan _patience;
    private RdsAuthToken? _last;
    private long _unansweredSince;
    private bool _disposed;

    internal RdsIamLogin(RdsAuthTokenSource source, RdsAuthTokenRequest request, X509Certificate noClientCertificate, TimeSpan patience, RdsIamAuthOptions options)
    {
        _patience = patience;
        _source = source;
        _time = options.TimeProvider;
        _logger = options.LoggerFactory.CreateLogger("RdsIamAspire.MySqlConnector");
        _noClientCertificate = noClientCertificate;
        Request = request;
        _keepAlive = _time.CreateTimer(OnKeepAlive, new WeakReference<RdsIamLogin>(this), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal RdsAuthTokenRequest Request { get; }

    /// <summary>How old the token of the last login is; null before the first.</summary>
    internal TimeSpan? TokenAge => Volatile.Read(ref _last) is { } token ? _time.GetUtcNow() - token.IssuedAt : null;

    internal static RdsIamLogin? Of(MySqlDataSource dataSource) => Logins.TryGetValue(dataSource, out var login) ? login : null;

    internal void Attach(MySqlDataSource dataSource)
    {
        // Replaced before each login; with any password set the driver's connections read the data source's.
        dataSource.Password = "";
        _dataSource = new(dataSource);
        Logins.Add(dataSource, this);
        LoginTelemetry.Register(this);
        _keepAlive.Change(KeepAlive, KeepAlive);
    }

    /// <summary>The driver's question for a client certificate: once for each new connection.</summary>
    /// <exception cref="RdsAuthTokenException">No token could be made.</exception>
    /// <exception cref="TimeoutException">No token was made within the connection timeout, which the driver does not apply to this question.</exception>
    internal async ValueTask PrepareAsync(X509CertificateCollection certificates)
    {
        certificates.Add(_noClientCertificate);
        var token = await GetTokenAsync().ConfigureAwait(false);
        var since = Volatile.Read(ref _unansweredSince);
        if (since != 0 && _time.GetElapsedTime(since) > NoNews && IsOld(token))
            token = await ReplaceAsync(token).ConfigureAwait(false);
        Interlocked.CompareExchange(ref _unansweredSince, _time.GetTimestamp(), 0);
        Use(token);
    }

    /// <summary>The driver's news of an open connection.</summary>
    internal ValueTask OpenedAsync(MySqlConnectionOpenedContext context, CancellationToken cancellationToken)
    {
        if (context.Conditions.HasFlag(MySqlConnectionOpenedConditions.New))
            Volatile.Write(ref _unansweredSince, 0);
        return default;
    }

    internal async ValueTask<RdsAuthToken> RefreshAsync(CancellationToken cancellationToken)
    {
        var token = await _source.GetTokenAsync(Request, cancellationToken).ConfigureAwait(false);
        Use(token);
        return token;
    }

    /// <summary>After an Access denied: whether another try is worth it, that is, whether the refused token was an old one. Says what is known about the refusal.</summary>
    internal bool ForgetRefused(MySqlException denied)
    {
        if (Volatile.Read(ref _last) is not { } token)
            return false;
        var old = IsOld(token);
        if (old)
            _source.Invalidate(Request, token);
        LogDenied(_logger, denied.Message, Request.User, token.Host, token.Port, token.Region, token.AccessKeyId, token.IssuedAt, token.ExpiresAt, old ? "One more try with a new token." : "The token was new, so it is not tried again.");
        return old;
    }

    public void Dispose()
    {
        _disposed = true;
        _keepAlive.Dispose();
        LoginTelemetry.Unregister(this);
    }

    private async ValueTask<RdsAuthToken> GetTokenAsync()
    {
        var pending = _source.GetTokenAsync(Request);
        if (pending.IsCompletedSuccessfully)
            return pending.Result;
        try
        {
            return await pending.AsTask().WaitAsync(_patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No auth token for {Request} within the connection timeout of {_patience.TotalSeconds:0} s: the AWS credentials were not to be had. "
                + "Check the provider that they come from (instance metadata, SSO, web identity).");
        }
    }

    /// <summary>
    /// The logins since a while ago that were given this token have not come through: revoked credentials, a corrected clock, or just a server that was away.
    /// A new token is worth a try, and while none can be made, the old one is.
    /// </summary>
    private async ValueTask<RdsAuthToken> ReplaceAsync(RdsAuthToken old)
    {
        Volatile.Write(ref _unansweredSince, 0);
        _source.Invalidate(Request, old);
        try
        {
            return await GetTokenAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RdsAuthTokenException or TimeoutException && old.ExpiresAt > _time.GetUtcNow())
        {
            return old;
        }
    }

    private bool IsOld(RdsAuthToken token) => _time.GetUtcNow() - token.IssuedAt > OldToken;

    private void Use(RdsAuthToken token)
    {
        Volatile.Write(ref _last, token);
        if (_dataSource is not null && _dataSource.TryGetTarget(out var dataSource))
            dataSource.Password = token.Value;
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
        _ = RefreshAsync(CancellationToken.None).AsTask()
            .ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

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

    [LoggerMessage(1, LogLevel.Warning, "{Denied} The IAM login of {User} was signed for {Host}:{Port} in {Region} with the access key {AccessKeyId} at {IssuedAt:u}, good until {ExpiresAt:u}. {Next} "
        + "RDS never says why: check the user (case included, created with AWSAuthenticationPlugin), the rds-db:connect policy and its resource id, host, port and region; see docs/access-denied.md.")]
    private static partial void LogDenied(
        ILogger logger, string denied, string user, string host, int port, string region, string accessKeyId, DateTimeOffset issuedAt, DateTimeOffset expiresAt, string next);
}
