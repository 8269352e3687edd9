using System.Security.Cryptography;
using MySqlConnector;
using RdsIamAspire.Emulator;
using Testcontainers.MySql;

namespace RdsIamAspire.Testcontainers;

/// <summary>A MySQL container whose users log in with IAM auth tokens. Made by <see cref="RdsMySqlBuilder"/>.</summary>
public sealed partial class RdsMySqlContainer : IAsyncDisposable
{
    // A data source keeps a token that is far from its 15 minutes.
    private static readonly TimeSpan RenewTokensEvery = TimeSpan.FromMinutes(10);

    private readonly RdsMySqlConfiguration _configuration;
    private readonly MockedTokens? _mocked;
    private readonly List<LoginAttempt> _logins = [];
    private readonly List<TokenRenewal> _renewals = [];
    private readonly Lock _lock = new();
    private LocalRds? _rds;
    private TestcontainersServer? _server;

    internal RdsMySqlContainer(RdsMySqlConfiguration configuration)
    {
        _configuration = configuration;
        _mocked = configuration.MockedTokens ? new MockedTokens(configuration.Clock) : null;
    }

    /// <summary>The container as Testcontainers knows it. Not there with <see cref="RdsMySqlBuilder.WithoutDocker"/>.</summary>
    /// <exception cref="InvalidOperationException">It is not started, or no container.</exception>
    public MySqlContainer Container => _server?.Container
        ?? throw new InvalidOperationException(
            _rds is null ? NotStarted : "This server is a mysqld process, as WithoutDocker asked for: there is no container.");

    /// <summary>The server: host, port, version, restart, CA rotation, log. With a reader, the instance that is the writer now.</summary>
    public ILocalMySqlServer Server => _aurora?.Writer ?? Rds.Server;

    /// <summary>The emulator: principals, endpoints, events.</summary>
    public RdsIamEmulator Emulator => Rds.Emulator;

    /// <summary>What goes wrong on demand.</summary>
    public EmulatorFaults Faults => Rds.Emulator.Faults;

    /// <summary>The clock that tokens are made and judged by.</summary>
    public TimeProvider Clock => _configuration.Clock;

    /// <summary>Every login judged so far, in order. None holds a token.</summary>
    public IReadOnlyList<LoginAttempt> Logins
    {
        get { lock (_lock) return [.. _logins]; }
    }

    /// <summary>Every login as it is judged, from now on, until the container ends.</summary>
    public IAsyncEnumerable<LoginAttempt> LoginAttempts => Rds.Emulator.WatchLoginsAsync();

    internal int DataSourcesInUse
    {
        get { lock (_lock) return _renewals.Count; }
    }

    private const string NotStarted = "The container is not started; call StartAsync first.";

    private LocalRds Rds => _rds ?? throw new InvalidOperationException(NotStarted);

    /// <summary>Starts the server, attaches the emulator, creates database and users, runs the init scripts.</summary>
    /// <exception cref="LocalMySqlServerException">
    /// No Docker, no such image, an unsupported version or architecture, or a start that took too long; the message says what to do.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_rds is not null) return;
        _ = InitScripts.FilesOf(_configuration.InitScripts);
        var options = new LocalRdsOptions
        {
            Server = _configuration.Server,
            Database = _configuration.Database,
            Emulator = { TimeProvider = _configuration.Clock, LoggerFactory = _configuration.LoggerFactory, MockedTokens = _mocked },
        };
        if (_configuration.Region is { } region) options.Emulator.Region = region;
        if (_configuration.ResourceId is { } resourceId) options.Emulator.ResourceId = resourceId;
        foreach (var principal in _configuration.Principals) options.Emulator.Principals.Add(principal);
        foreach (var user in _configuration.IamUsers.Where(user => user.Grants is null)) options.IamUsers.Add(user.Name);
        try
        {
            _rds = _configuration.Reader is { } reader
                ? await StartAuroraAsync(options, reader, CreateOtherUsersAsync, cancellationToken).ConfigureAwait(false)
                : await LocalRds.AttachAsync(
                    await StartServerAsync(cancellationToken).ConfigureAwait(false), options, CreateOtherUsersAsync, cancellationToken)
                    .ConfigureAwait(false);
        }
        catch
        {
            _server = null; // ended by AttachAsync
            throw;
        }

        _rds.Emulator.LoginJudged += (_, attempt) => { lock (_lock) _logins.Add(attempt); };

        async Task CreateOtherUsersAsync(LocalRds rds)
        {
            foreach (var user in _configuration.IamUsers.Where(user => user.Grants is not null))
                await CreateGrantedUserAsync(rds, user, cancellationToken).ConfigureAwait(false);
            await CreatePasswordUsersAsync(rds, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SupervisedServer> StartServerAsync(CancellationToken cancellationToken)
    {
        if (_configuration.WithoutDocker)
            return await LocalMySqlServer.StartBareAsync(_configuration.Server, cancellationToken).ConfigureAwait(false);
        return _server = await TestcontainersServer
            .StartAsync(_configuration.Image, _configuration.Configure, _configuration.Server, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A connection string without a password: <c>SslMode=VerifyFull</c>, the container's CA.</summary>
    /// <param name="user">The IAM user; null takes the first.</param>
    /// <param name="database">The database; null takes the builder's.</param>
    public string GetConnectionString(string? user = null, string? database = null) =>
        _aurora?.GetConnectionString(User(user), database) ?? Rds.GetConnectionString(User(user), database);

    /// <summary>
    /// The AWS_… variables of a process that signs tokens for this database. The credentials are made up and open nothing else.
    /// </summary>
    public IReadOnlyDictionary<string, string> GetAwsEnvironment(
        EmulatorPrincipal? principal = null) => Rds.Emulator.GetAwsEnvironment(principal);

    /// <summary>The file with the container's CA certificate. A rotation replaces its content.</summary>
    public string GetCaCertificatePath() => Rds.CaCertificatePath;

    /// <summary>
    /// A token, as the application's own code would make it: signed with the made-up credentials at the time of <see cref="Clock"/>, or
    /// mocked.
    /// </summary>
    /// <param name="user">The IAM user; null takes the first.</param>
    public string CreateToken(string? user = null)
    {
        if (_mocked is null) return ClockedToken.Create(Rds.Emulator, User(user), Clock);
        _ = Rds;
        var token = $"mocked-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        _mocked.Accept(User(user), token);
        return token;
    }

    /// <summary>Makes a token of the test's own good for 15 minutes from now.</summary>
    /// <param name="user">The user that it is for.</param>
    /// <param name="token">Any text up to 8,192 bytes.</param>
    /// <exception cref="InvalidOperationException">The builder was not told <see cref="RdsMySqlBuilder.WithMockedTokens"/>.</exception>
    public void AcceptToken(string user, string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(token);
        (_mocked
            ?? throw new InvalidOperationException(
                "Tokens are signed here; call WithMockedTokens() on the builder for tokens of your own.")).Accept(
            user,
            token);
    }

    /// <summary>
    /// A data source that logs in with a token and renews it by <see cref="Clock"/>; renewal ends with the data source or the container.
    /// </summary>
    /// <param name="user">The IAM user; null takes the first.</param>
    /// <param name="database">The database; null takes the builder's.</param>
    /// <param name="configure">More options of the data source.</param>
    public MySqlDataSource CreateDataSource(string? user = null, string? database = null, Action<MySqlDataSourceBuilder>? configure = null)
    {
        var builder = new MySqlDataSourceBuilder(GetConnectionString(user, database));
        configure?.Invoke(builder);
        var dataSource = builder.Build();
        dataSource.Password = CreateToken(user);
        lock (_lock) _renewals.Add(new TokenRenewal(this, dataSource, User(user), RenewTokensEvery));
        return dataSource;
    }

    /// <summary>A fresh database with a fresh IAM user, for one test class: they share the server and nothing else.</summary>
    public async Task<RdsMySqlDatabase> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{RandomNumberGenerator.GetHexString(10, lowercase: true)}";
        await Rds.Emulator.CreateIamUserAsync(name, name, cancellationToken).ConfigureAwait(false);
        return new RdsMySqlDatabase(this, name);
    }

    /// <summary>
    /// Expires every token made so far, as 15 minutes would. A token's date has whole seconds: one that is made in the rest of this second
    /// is expired too. A data source of ours gets over it; a client that logs in once with a new token waits for the next second.
    /// </summary>
    public void ExpireTokens() => Faults.ExpireAllTokens();

    /// <summary>Denies <c>rds-db:connect</c> to everybody, as a removed policy would; <see cref="EmulatorFaults.Reset"/> ends it.</summary>
    public void DenyConnect() => Faults.DenyConnect = true;

    /// <summary>Restarts the server on the same data and port, as an RDS reboot does.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        if (_aurora is null)
        {
            await Rds.RestartAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await _aurora.Writer.RestartAsync(cancellationToken).ConfigureAwait(false);
        await Emulator.ReattachAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the server a certificate of a new CA, as a CA rotation on RDS does; <see cref="GetCaCertificatePath"/> then holds the new one.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has a reader: both instances' certificates are of one CA, which stays.</exception>
    public Task RotateCertificateAuthorityAsync(CancellationToken cancellationToken = default) => _aurora is null
        ? Rds.RotateCertificateAuthorityAsync(cancellationToken)
        : throw new InvalidOperationException("A rotation of the CA works for one server; leave WithReader() out for it.");

    /// <summary>Fails unless the last login was denied for this reason.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="user">Look at this user's logins only; null looks at all.</param>
    /// <exception cref="LoginAssertionException">It was not; the message lists the logins seen.</exception>
    public LoginAttempt ShouldHaveDenied(LoginDenial reason, string? user = null)
    {
        var last = Logins.LastOrDefault(attempt => user is null || attempt.User == user);
        return last?.Denial == reason ? last : throw new LoginAssertionException($"a login{Of(user)} denied with {reason}", Logins);
    }

    /// <summary>Fails unless the last login was allowed.</summary>
    /// <param name="user">Look at this user's logins only; null looks at all.</param>
    /// <exception cref="LoginAssertionException">It was not; the message lists the logins seen.</exception>
    public LoginAttempt ShouldHaveAllowed(string? user = null)
    {
        var last = Logins.LastOrDefault(attempt => user is null || attempt.User == user);
        return last is { Allowed: true } ? last : throw new LoginAssertionException($"an allowed login{Of(user)}", Logins);
    }

    /// <summary>Ends emulator, server and container.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var renewal in _renewals) renewal.Dispose();
            _renewals.Clear();
        }

        if (_aurora is { } aurora) await aurora.DisposeAsync().ConfigureAwait(false);
        else if (_rds is { } rds) await rds.DisposeAsync().ConfigureAwait(false);
        _aurora = null;
        _rds = null;
        _server = null;
    }

    internal void Forget(TokenRenewal renewal)
    {
        lock (_lock) _renewals.Remove(renewal);
    }

    internal Task ExecuteAsync(
        string sql,
        CancellationToken cancellationToken) => ExecuteOnAsync(Server.AdminConnectionString, sql, cancellationToken);

    private static string Of(string? user) => user is null ? "" : $" of {user}";

    private string User(string? user) => user ?? (_configuration.IamUsers is [var first, ..] ? first.Name
        : throw new InvalidOperationException("The builder was not told of an IAM user: call WithIamUser, or name the user here."));

    private static async Task CreateGrantedUserAsync(LocalRds rds, RdsMySqlIamUser user, CancellationToken cancellationToken)
    {
        await rds.Emulator.CreateIamUserAsync(user.Name, null, cancellationToken).ConfigureAwait(false);
        foreach (var grant in user.Grants!)
        {
            await ExecuteOnAsync(rds.Server.AdminConnectionString, $"GRANT {grant} TO {Sql.Text(user.Name)}@'%'", cancellationToken)
                .ConfigureAwait(false);
        }
    }

    // MySqlBuilder's own user comes as variables for the image's entrypoint.
    private async Task CreatePasswordUsersAsync(LocalRds rds, CancellationToken cancellationToken)
    {
        var users = _configuration.PasswordUsers.ToList();
        if (_server?.Environment is { } environment && environment.TryGetValue("MYSQL_USER", out var name)
            && environment.TryGetValue("MYSQL_PASSWORD", out var password))
            users.Add(new RdsMySqlPasswordUser(name, password));
        var databases = new HashSet<string> { _configuration.Database };
        if (_server?.Environment.TryGetValue("MYSQL_DATABASE", out var own) == true) databases.Add(own);

        var statements = databases.Select(database => $"CREATE DATABASE IF NOT EXISTS {Sql.Identifier(database)};")
            .Concat(users.Select(
                user => $"CREATE USER IF NOT EXISTS {Sql.Text(user.Name)}@'%' IDENTIFIED BY {Sql.Text(user.Password)};"))
            .Concat(users.SelectMany(
                user => databases.Select(database => $"GRANT ALL ON {Sql.Identifier(database)}.* TO {Sql.Text(user.Name)}@'%';")));
        await ExecuteOnAsync(rds.Server.AdminConnectionString, string.Join('\n', statements), cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteOnAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(connectionString);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
