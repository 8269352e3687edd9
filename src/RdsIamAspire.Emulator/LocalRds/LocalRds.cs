using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>A whole RDS on this machine: a real MySQL server, the emulator attached to it, a database and its IAM users.</summary>
public sealed class LocalRds : IAsyncDisposable
{
    private readonly string? _database;
    private readonly string? _user;

    private LocalRds(ILocalMySqlServer server, RdsIamEmulator emulator, string? database, string? user)
    {
        Server = server;
        Emulator = emulator;
        _database = database;
        _user = user;
    }

    /// <summary>The server.</summary>
    public ILocalMySqlServer Server { get; }

    /// <summary>The IAM side of it.</summary>
    public RdsIamEmulator Emulator { get; }

    /// <summary>The file with the server's CA certificate.</summary>
    public string CaCertificatePath => Server.CaCertificatePath;

    /// <summary>Starts a server, attaches the emulator, creates the database and the users.</summary>
    /// <param name="options">What to start; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; whatever was started is ended.</param>
    /// <exception cref="LocalMySqlServerException">No server can be had; the message says why and what to do.</exception>
    /// <exception cref="EmulatorAttachException">The emulator cannot be attached; the message says what to do.</exception>
    /// <exception cref="InitScriptException">A statement of an init script failed.</exception>
    public static async Task<LocalRds> StartAsync(LocalRdsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalRdsOptions();
        var server = await LocalMySqlServer.StartBareAsync(options.Server, cancellationToken).ConfigureAwait(false);
        return await AttachAsync(server, options, beforeScripts: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a local RDS of a server that runs already, and owns it from then on.</summary>
    /// <param name="server">The server, without its init scripts run.</param>
    /// <param name="options">What to make of it.</param>
    /// <param name="beforeScripts">What else has to be there before the scripts run; null for nothing.</param>
    /// <param name="cancellationToken">Ends the attempt and the server.</param>
    internal static async Task<LocalRds> AttachAsync(
        SupervisedServer server, LocalRdsOptions options, Func<LocalRds, Task>? beforeScripts, CancellationToken cancellationToken)
    {
        new ServerLog(options.Server).Attaching();
        RdsIamEmulator? emulator = null;
        try
        {
            emulator = await RdsIamEmulator.AttachAsync(server.AdminConnectionString, options.Emulator, cancellationToken)
                .ConfigureAwait(false);
            foreach (var name in options.Server.Names.Concat(options.Server.NetworkAliases))
                if (!name.StartsWith("*.", StringComparison.Ordinal)) emulator.AddEndpoint(name, server.Port);

            // On a container network the server is reached under its alias and its own port, and tokens are signed for those.
            foreach (var alias in options.Server.NetworkAliases) emulator.AddEndpoint(alias, DockerServer.ContainerPort);

            var admin = new MySqlConnection(server.AdminConnectionString);
            await using var _ = admin.ConfigureAwait(false);
            await admin.OpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var database in DatabasesOf(options))
            {
                await ExecuteAsync(admin, $"CREATE DATABASE IF NOT EXISTS {Sql.Identifier(database)}", cancellationToken)
                    .ConfigureAwait(false);
            }

            if (options.MasterUser is { } master) await CreateMasterUserAsync(admin, master, cancellationToken).ConfigureAwait(false);
            await CreateUsersAsync().ConfigureAwait(false);
            var rds = new LocalRds(server, emulator, options.Database, options.IamUsers.FirstOrDefault());
            if (beforeScripts is not null) await beforeScripts(rds).ConfigureAwait(false);
            await InitScripts.RunAsync(server, options.Server, options.Database, options.IamUsers, cancellationToken)
                .ConfigureAwait(false);
            // A script may have made a user or the database anew, without what they were given here.
            if (options.Server.InitScripts.Count > 0) await CreateUsersAsync().ConfigureAwait(false);
            await server.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return rds;
        }
        catch
        {
            if (emulator is not null) await emulator.DisposeAsync().ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        async Task CreateUsersAsync()
        {
            foreach (var user in options.IamUsers)
            {
                await emulator.CreateIamUserAsync(user, options.Database, options.Privileges, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var more in options.MoreDatabases)
                    await emulator.CreateIamUserAsync(user, more, options.Privileges, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The connection string of an IAM user: no password, <c>SslMode=VerifyFull</c>, the local CA, in MySqlConnector's spelling.
    /// </summary>
    /// <param name="user">The user; null takes the first of <see cref="LocalRdsOptions.IamUsers"/>.</param>
    /// <param name="database">The database; null takes <see cref="LocalRdsOptions.Database"/>.</param>
    public string GetConnectionString(string? user = null, string? database = null)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = Server.Host,
            Port = (uint)Server.Port,
            UserID = RequireUser(user),
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = Server.CaCertificatePath,
        };
        if ((database ?? _database) is { } name) builder.Database = name;
        return builder.ConnectionString;
    }

    /// <summary>
    /// The environment of a process that uses this database: the connection string as <c>ConnectionStrings__NAME</c>, host, port, user,
    /// database, region, CA path, URI and JDBC URL as <c>NAME_…</c>, and the made-up AWS credentials. No password is in it; the AWS
    /// credentials open nothing but this server.
    /// </summary>
    /// <param name="name">The connection's name, as in <c>ConnectionStrings:NAME</c>.</param>
    /// <param name="user">The user; null takes the first of <see cref="LocalRdsOptions.IamUsers"/>.</param>
    /// <param name="database">The database; null takes <see cref="LocalRdsOptions.Database"/>.</param>
    public IReadOnlyDictionary<string, string> GetEnvironment(string name, string? user = null, string? database = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var connection = new LocalRdsConnection(
            Server.Host, Server.Port, RequireUser(user), database ?? _database, Emulator.Region, Server.CaCertificatePath);
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in connection.GetVariables(name, GetConnectionString(user, database))) environment[key] = value;
        foreach (var (key, value) in Emulator.GetAwsEnvironment()) environment[key] = value;
        return environment;
    }

    /// <summary>
    /// Ends the server and starts it again on the same data and port, as an RDS reboot does; returns when logins are judged again.
    /// </summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await Server.RestartAsync(cancellationToken).ConfigureAwait(false);
        await Emulator.ReattachAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the server a certificate of a new authority, as a CA rotation on RDS does.
    /// See <see cref="ILocalMySqlServer.RotateCertificateAuthorityAsync"/>.
    /// </summary>
    public Task<EmulatorCertificateAuthority> RotateCertificateAuthorityAsync(CancellationToken cancellationToken = default) =>
        Server.RotateCertificateAuthorityAsync(cancellationToken);

    /// <summary>Ends emulator and server, and with them the data, unless it has a volume.</summary>
    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync().ConfigureAwait(false);
        await Server.DisposeAsync().ConfigureAwait(false);
    }

    private static IEnumerable<string> DatabasesOf(LocalRdsOptions options) =>
        options.Database is { } database ? options.MoreDatabases.Prepend(database) : options.MoreDatabases;

    private string RequireUser(string? user) =>
        user ?? _user ?? throw new InvalidOperationException(
            "This local RDS was started without IAM users: name the user, or add it to LocalRdsOptions.IamUsers.");

    // The privileges of RDS's master user, as far as they matter to grants: "Master user account privileges", Amazon RDS User Guide.
    private static Task CreateMasterUserAsync(MySqlConnection admin, LocalRdsMasterUser master, CancellationToken cancellationToken) =>
        ExecuteAsync(
            admin,
            $"""
            CREATE USER IF NOT EXISTS {Sql.Text(master.Name)}@'%' IDENTIFIED BY {Sql.Text(master.Password)};
            GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES,
                CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT,
                TRIGGER, CREATE ROLE, DROP ROLE
                ON *.* TO {Sql.Text(master.Name)}@'%' WITH GRANT OPTION;
            """,
            cancellationToken);

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
