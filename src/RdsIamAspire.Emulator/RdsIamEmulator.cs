using System.Diagnostics;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The IAM side of a local RDS: attached to a real MySQL server, it judges each login with the AWSAuthenticationPlugin as RDS would.
/// </summary>
/// <remarks>It never calls AWS, and knows only credentials that it made up itself.</remarks>
public sealed partial class RdsIamEmulator : IAsyncDisposable
{
    private readonly EmulatedDatabase _database;
    private readonly LoginJudge _judge;
    private readonly LoginFeed _feed = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _disposed;
    private bool _saidThatTlsIsNotTold;

    private RdsIamEmulator(MySqlDataSource server, EmulatedDatabase database, RdsIamEmulatorOptions options)
    {
        _database = database;
        _connections = options.PollingConnections;
        _time = options.TimeProvider;
        _logger = options.LoggerFactory.CreateLogger("RdsIamAspire.Emulator");
        Faults = new EmulatorFaults(_time, KillSessionsAsync);
        _judge = new LoginJudge(database, Faults, _time, options.MockedTokens);
        _servers = [_primary = Serve(server)];
    }

    /// <summary>What goes wrong on demand.</summary>
    public EmulatorFaults Faults { get; }

    /// <summary>Who may sign tokens.</summary>
    public IReadOnlyList<EmulatorPrincipal> Principals => _database.Principals;

    /// <summary>The region that tokens must be signed for.</summary>
    public string Region => _database.Region;

    /// <summary>The resource id in policy ARNs.</summary>
    public string ResourceId => _database.ResourceId;

    /// <summary>The AWS account in policy ARNs.</summary>
    public string AccountId => _database.AccountId;

    /// <summary>The host and port pairs that tokens may be signed for.</summary>
    public IReadOnlyList<EmulatorEndpoint> Endpoints => _database.Endpoints;

    /// <summary>
    /// Raised for each judged login, just before the client gets its answer. Handlers run on the agent's thread: be quick.
    /// </summary>
    public event EventHandler<LoginAttempt>? LoginJudged;

    /// <summary>
    /// Makes a running MySQL server (8.0 or later, on Linux) log users in as RDS does: loads the plugin where it is not yet, and starts to
    /// judge.
    /// </summary>
    /// <remarks>The plugin's library (<see cref="EmulatorPlugin"/>) must be in the server's plugin directory.</remarks>
    /// <param name="adminConnectionString">
    /// A user who may install plugins and functions, set global variables and end sessions (root).
    /// </param>
    /// <param name="options">What the database is on AWS's side; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="EmulatorAttachException">
    /// The server cannot be reached, the plugin cannot be loaded, another agent is attached, or a privilege is missing; the message says
    /// what to do.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// An option is not usable, such as a policy that is not JSON; or the connection to another machine is to go without TLS.
    /// </exception>
    public static async Task<RdsIamEmulator> AttachAsync(
        string adminConnectionString, RdsIamEmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(adminConnectionString);
        options ??= new RdsIamEmulatorOptions();
        if (options.PollingConnections is < 1 or > 32)
            throw new ArgumentException($"PollingConnections is {options.PollingConnections}; it has to be 1 to 32.", nameof(options));

        var admin = AdminConnection.For(adminConnectionString);
        IReadOnlyList<EmulatorPrincipal> principals = options.Principals.Count > 0
            ? [.. options.Principals]
            : [EmulatorPrincipal.CreateDefault(options.AccountId, AwsPartition.FromRegion(options.Region).Name)];
        var database = new EmulatedDatabase(options, principals);
        foreach (var endpoint in AdminConnection.EndpointsOf(admin))
            database.AddEndpoint(endpoint);

        var server = new MySqlDataSourceBuilder(admin.ConnectionString).Build();
        var emulator = new RdsIamEmulator(server, database, options);
        try
        {
            await emulator._primary.Agent.StartAsync(options.PollingConnections, cancellationToken).ConfigureAwait(false);
            LogAttached(emulator._logger, database.ResourceId, database.Region);
            return emulator;
        }
        catch (Exception exception)
        {
            await emulator.DisposeAsync().ConfigureAwait(false);
            if (exception is not MySqlException mysql)
                throw;
            throw new EmulatorAttachException(mysql.ErrorCode == MySqlErrorCode.UnableToConnectToHost
                ? $"No MySQL server answers at {admin.Server}:{admin.Port}. Start it, or correct Server and Port of the admin connection"
                    + $" string. ({mysql.Message})"
                : $"The admin user '{admin.UserID}' cannot log in to {admin.Server}:{admin.Port} or lacks a privilege: {mysql.Message}", mysql);
        }
    }

    /// <summary>
    /// The environment of a process that signs as <paramref name="principal"/> (the first one when null): the AWS_… variables that every
    /// SDK reads.
    /// </summary>
    public IReadOnlyDictionary<string, string> GetAwsEnvironment(EmulatorPrincipal? principal = null)
    {
        principal ??= Principals[0];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = principal.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = principal.SecretAccessKey,
            ["AWS_REGION"] = Region,
            ["AWS_DEFAULT_REGION"] = Region,
        };
        if (principal.SessionToken is { } sessionToken)
            environment["AWS_SESSION_TOKEN"] = sessionToken;
        return environment;
    }

    /// <summary>Allows tokens that are signed for one more host and port: the published port, the name on a container network.</summary>
    /// <exception cref="ArgumentException">No host, or a port out of range.</exception>
    public void AddEndpoint(string host, int port)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        _database.AddEndpoint(new EmulatorEndpoint(host, port));
    }

    /// <summary>
    /// Each login as it is judged, from the call on, until the token is cancelled or the emulator ends. A reader that is 1,000 behind loses
    /// the oldest.
    /// </summary>
    public IAsyncEnumerable<LoginAttempt> WatchLoginsAsync(CancellationToken cancellationToken = default) =>
        _feed.WatchAsync(cancellationToken);

    /// <summary>A token as a client would make it, by AWS's own signer, for a look or a manual login.</summary>
    /// <param name="user">The database user.</param>
    /// <param name="endpoint">What it is signed for; null takes the first endpoint.</param>
    /// <param name="principal">Who signs; null takes the first principal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string> CreateTokenAsync(
        string user, EmulatorEndpoint? endpoint = null, EmulatorPrincipal? principal = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        principal ??= Principals[0];
        endpoint ??= Endpoints.First(known => known.Port != EmulatorEndpoint.AnyPort);
        AWSCredentials credentials = principal.SessionToken is { } sessionToken
            ? new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, sessionToken)
            : new BasicAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey);
        using var source = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = credentials });
        var token = await source.GetTokenAsync(new RdsAuthTokenRequest(endpoint.Host, endpoint.Port, user, Region), cancellationToken)
            .ConfigureAwait(false);
        return token.Value;
    }

    /// <summary>
    /// Creates a database user that logs in with tokens, as the AWS page says (<c>IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'</c>,
    /// <c>REQUIRE SSL</c>), unless it exists.
    /// </summary>
    /// <param name="user">The user, at any host.</param>
    /// <param name="database">The database that it gets all privileges on, created when missing; null grants none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">A name is empty or too long.</exception>
    public Task CreateIamUserAsync(string user, string? database = null, CancellationToken cancellationToken = default) =>
        CreateIamUserAsync(user, database, ["ALL PRIVILEGES"], cancellationToken);

    /// <summary>The same with the privileges on the database.</summary>
    internal async Task CreateIamUserAsync(
        string user, string? database, IReadOnlyList<string> privileges, CancellationToken cancellationToken)
    {
        var statements = RdsGrantScript.CreateStatements(new RdsGrantRequest(user)
        {
            IfNotExists = true,
            Databases = database is null ? [] : [database],
            Privileges = privileges,
        });
        using var connection = await _primary.Admin.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (database is not null)
            await ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {Sql.Identifier(database)}").ConfigureAwait(false);
        foreach (var statement in statements)
            await ExecuteAsync(statement).ConfigureAwait(false);

        async Task ExecuteAsync(string sql)
        {
            using var command = new MySqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes the logins of a server that has just been restarted; without it the agent finds that out by itself, a moment later.
    /// </summary>
    internal Task ReattachAsync(CancellationToken cancellationToken) => _primary.Agent.ReattachNowAsync(cancellationToken);

    /// <summary>Stops judging: from then on the plugin refuses every login. Open sessions stay.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await Task.WhenAll(_servers.Select(server => server.Agent.DisposeAsync().AsTask())).ConfigureAwait(false);
        _feed.End();
        foreach (var server in _servers)
            await server.Admin.DisposeAsync().ConfigureAwait(false);
    }

    private LoginAttempt Judge(ParkedLogin login)
    {
        LoginAttempt attempt;
        var started = Stopwatch.GetTimestamp();
        try
        {
            attempt = _judge.Judge(login) with { JudgedIn = Stopwatch.GetElapsedTime(started) };
        }
#pragma warning disable CA1031 // whatever it is, the login is refused and the developer told; the agent goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            attempt = LoginJudge.Failed(login, exception);
        }

        if (attempt.Allowed)
            LogAllowed(_logger, attempt.User, attempt.ClientHost, attempt.PrincipalArn);
        else
            LogDenied(_logger, attempt.User, attempt.ClientHost, attempt.Denial, attempt.ErrorCode, attempt.Explanation);
        if (attempt is { Allowed: true, Tls: null } && !Interlocked.Exchange(ref _saidThatTlsIsNotTold, true))
            LogTlsNotTold(_logger);
        _feed.Publish(attempt);
        try
        {
            LoginJudged?.Invoke(this, attempt);
        }
#pragma warning disable CA1031 // a handler's fault must not become a refused login
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogHandlerFailed(_logger, exception);
        }

        return attempt;
    }

    /// <summary>The events of single logins, for a host that writes those itself.</summary>
    internal const int LoginAllowedEvent = 2;
    internal const int LoginDeniedEvent = 3;

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Judging logins of {ResourceId} in {Region}.")]
    private static partial void LogAttached(ILogger logger, string resourceId, string region);

    [LoggerMessage(EventId = LoginAllowedEvent, Level = LogLevel.Information,
        Message = "Login of {User} from {ClientHost}: allowed, signed by {PrincipalArn}.")]
    private static partial void LogAllowed(ILogger logger, string user, string clientHost, string? principalArn);

    [LoggerMessage(EventId = LoginDeniedEvent, Level = LogLevel.Warning,
        Message = "Login of {User} from {ClientHost}: denied, {Denial} (RDS would log {ErrorCode}). {Explanation}")]
    private static partial void LogDenied(
        ILogger logger, string user, string clientHost, LoginDenial? denial, string? errorCode, string explanation);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "A handler of LoginJudged failed.")]
    private static partial void LogHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "Ended {Count} sessions of IAM users.")]
    private static partial void LogKilled(ILogger logger, int count);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning,
        Message = "This server does not tell its plugins whether a connection is encrypted (MySQL 9 does), so logins without TLS cannot be"
            + " refused here. Create users with REQUIRE SSL, or set require_secure_transport=ON.")]
    private static partial void LogTlsNotTold(ILogger logger);
}
