using System.Globalization;
using System.Security.Cryptography;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>One server of a cluster, and what is said to it: whom it follows, and whether it takes writes.</summary>
/// <remarks>A server that was told nothing yet, after a restart too, is read only: two writers there are never.</remarks>
/// <param name="Name"><c>instance-1</c> or <c>instance-2</c>.</param>
/// <param name="AdminConnectionString">How root logs in. It holds a password: never log it.</param>
/// <param name="Address">Where this machine dials it.</param>
/// <param name="PeerAddress">Where the other instance dials it.</param>
internal sealed record AuroraInstance(
    string Name, string AdminConnectionString, EmulatorEndpoint Address, EmulatorEndpoint PeerAddress)
{
    // As RDS calls its own ("Master user account privileges", Amazon RDS User Guide).
    private const string ReplicationUser = "rdsrepladmin";

    public const string TakeWrites = "SET GLOBAL read_only = OFF";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"instance-{number}");

    /// <summary>What a server of a cluster is started with, beside the user's own arguments, which win.</summary>
    /// <remarks>
    /// A number of its own for every server that is made: one that takes the place of another passes over what is replicated with its own
    /// number, and so over all that the one before it wrote.
    /// </remarks>
    public static IReadOnlyList<string> Arguments() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--server-id={RandomNumberGenerator.GetInt32(1, int.MaxValue)}"),
        "--log-bin=binlog",
        "--relay-log=relay",
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        "--sync-binlog=0",
        // Aurora's own words on a reader: "running with the --read-only option". The agent's root is above it, which a plugin needs.
        "--read-only=ON",
    ];

    public async Task<MySqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(AdminConnectionString + ";Pooling=false");
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The user that the other instance replicates as; written on each by itself, outside of what is replicated.</summary>
    public static Task CreateReplicationUserAsync(MySqlConnection admin, string password, CancellationToken cancellationToken) =>
        ExecuteAsync(
            admin,
            $"""
            SET SESSION sql_log_bin = 0;
            CREATE USER IF NOT EXISTS '{ReplicationUser}'@'%' IDENTIFIED BY {Sql.Text(password)} REQUIRE SSL;
            ALTER USER '{ReplicationUser}'@'%' IDENTIFIED BY {Sql.Text(password)};
            GRANT REPLICATION SLAVE ON *.* TO '{ReplicationUser}'@'%';
            SET SESSION sql_log_bin = 1;
            """,
            cancellationToken);

    /// <summary>Takes writes from now on, and follows nobody.</summary>
    public static Task PromoteAsync(MySqlConnection admin, CancellationToken cancellationToken) =>
        ExecuteAsync(admin, $"STOP REPLICA; RESET REPLICA ALL; {TakeWrites}", cancellationToken);

    /// <summary>Takes no more writes; returns when those under way are done.</summary>
    public static Task DemoteAsync(MySqlConnection admin, CancellationToken cancellationToken) =>
        ExecuteAsync(admin, "SET GLOBAL read_only = ON", cancellationToken);

    /// <summary>Replicates from another instance from now on, from where it is.</summary>
    public static Task FollowAsync(MySqlConnection admin, AuroraInstance source, string password, CancellationToken cancellationToken) =>
        ExecuteAsync(
            admin,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                STOP REPLICA;
                CHANGE REPLICATION SOURCE TO SOURCE_HOST = {Sql.Text(source.PeerAddress.Host)}, SOURCE_PORT = {source.PeerAddress.Port},
                    SOURCE_USER = '{ReplicationUser}', SOURCE_PASSWORD = {Sql.Text(password)}, SOURCE_SSL = 1, SOURCE_AUTO_POSITION = 1,
                    SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400;
                START REPLICA
                """),
            cancellationToken);

    /// <summary>Whether this instance has all that the other one has, and more.</summary>
    public async Task<bool> IsAheadOfAsync(AuroraInstance other, CancellationToken cancellationToken)
    {
        var admin = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closeAdmin = admin.ConfigureAwait(false);
        var others = await other.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closeOthers = others.ConfigureAwait(false);
        var committed = await ScalarAsync(others, "SELECT @@GLOBAL.gtid_executed", cancellationToken).ConfigureAwait(false);
        var there = Sql.Text((string)committed!);
        var ahead = await ScalarAsync(
            admin,
            $"SELECT GTID_SUBSET({there}, @@GLOBAL.gtid_executed) AND NOT GTID_SUBSET(@@GLOBAL.gtid_executed, {there})",
            cancellationToken).ConfigureAwait(false);
        return Convert.ToInt64(ahead, CultureInfo.InvariantCulture) != 0;
    }

    /// <summary>Waits until everything that <paramref name="source"/> has committed is here too.</summary>
    /// <exception cref="LocalMySqlServerException">It is not within 60 s; the message says why.</exception>
    public async Task CatchUpAsync(MySqlConnection admin, MySqlConnection source, CancellationToken cancellationToken)
    {
        var committed = await ScalarAsync(source, "SELECT @@GLOBAL.gtid_executed", cancellationToken).ConfigureAwait(false);
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT WAIT_FOR_EXECUTED_GTID_SET({Sql.Text((string)committed!)}, {Patience.TotalSeconds:0})");
        using var wait = new MySqlCommand(sql, admin) { CommandTimeout = 2 * (int)Patience.TotalSeconds };
        var outcome = await wait.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        if (Convert.ToInt64(outcome, CultureInfo.InvariantCulture) == 0)
            return;
        var why = await ScalarAsync(
            admin,
            "SELECT LAST_ERROR_MESSAGE FROM performance_schema.replication_applier_status_by_worker WHERE LAST_ERROR_NUMBER <> 0"
            + " UNION SELECT LAST_ERROR_MESSAGE FROM performance_schema.replication_connection_status WHERE LAST_ERROR_NUMBER <> 0 LIMIT 1",
            cancellationToken).ConfigureAwait(false);
        throw new LocalMySqlServerException(
            LocalMySqlServerProblem.StartFailed,
            $"{Name} has not replicated all of the writer's transactions within {Patience.TotalSeconds:0} s"
            + (why is string { Length: > 0 } said ? $": {said}" : "; it may be overloaded, or the writer away."));
    }

    /// <summary>Ends the sessions of everybody but the agent and the other instance; they see 2013, as in a failover.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> EndSessionsAsync(MySqlConnection admin, CancellationToken cancellationToken)
    {
        var ended = new HashSet<ulong>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            var sessions = await SessionsAsync(admin, cancellationToken).ConfigureAwait(false);
            ended.UnionWith(sessions);
            // Again for those that are still there: a kill that meets COM_RESET_CONNECTION, which a pool sends, is forgotten by the server.
            foreach (var session in sessions)
            {
                try
                {
                    await ExecuteAsync(admin, string.Create(CultureInfo.InvariantCulture, $"KILL {session}"), cancellationToken)
                        .ConfigureAwait(false);
                }
                catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.NoSuchThread)
                {
                    // It ended by itself.
                }
            }

            // What it had begun is rolled back before it is gone.
            if (sessions.Count == 0)
                break;
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }

        return ended.Count;
    }

    internal static async Task ExecuteAsync(MySqlConnection admin, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, admin);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(MySqlConnection admin, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, admin);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<ulong>> SessionsAsync(MySqlConnection admin, CancellationToken cancellationToken)
    {
        using var query = new MySqlCommand(
            "SELECT PROCESSLIST_ID FROM performance_schema.threads WHERE TYPE = 'FOREGROUND' AND PROCESSLIST_ID <> CONNECTION_ID()"
            + $" AND PROCESSLIST_USER NOT IN ('root', '{ReplicationUser}', 'event_scheduler', 'system user')",
            admin);
        using var reader = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var sessions = new List<ulong>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            sessions.Add(reader.GetUInt64(0));
        return sessions;
    }
}
