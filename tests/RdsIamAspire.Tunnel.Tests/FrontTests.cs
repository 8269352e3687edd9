extern alias OracleDriver;

using System.Net.Sockets;
using System.Text;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;
using RdsIamAspire.Tunnel.Protocol;
using OracleConnection = OracleDriver::MySql.Data.MySqlClient.MySqlConnection;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>The front with drivers that know nothing of IAM, before a real server that asks for tokens.</summary>
public sealed class FrontTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MySqlConnector_and_MySql_Data_take_the_connection_string_as_it_is()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        Assert.Equal($"{database.User}@%", await TestServer.ScalarAsync(tunnel.ConnectionString, "SELECT CURRENT_USER()", Stop));
        Assert.Equal(database.Name, await TestServer.ScalarAsync(tunnel.ConnectionString, "SELECT DATABASE()", Stop));
        Assert.Equal($"{database.User}@%", await OracleScalarAsync(tunnel.ConnectionString, "SELECT CURRENT_USER()"));
        Assert.Equal(database.Name, await OracleScalarAsync(tunnel.ConnectionString, "SELECT DATABASE()"));
    }

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "an HTTP client asks, and this port speaks MySQL")]
    [InlineData("HEAD / HTTP/1.0\r\n\r\n", "an HTTP client asks, and this port speaks MySQL")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000", "it speaks TLS from the first byte on")]
    public async Task A_probe_that_speaks_something_else_is_told_so(string sent, string said)
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(tunnel.EndPoint, Stop);
        var packets = new PacketStream(tcp.GetStream());
        await packets.ReadAsync(Stop);
        await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent), Stop);
        var error = ErrorPacket.Read(await packets.ReadAsync(Stop));
        Assert.Equal(1043, error.Code);
        Assert.StartsWith($"rds-iam tunnel: {said}", error.Message);
    }

    [Fact]
    public async Task MySqlConnector_takes_the_socket_which_only_this_user_can_enter()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no private sockets on Windows");
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        Assert.Equal($"{database.User}@%", await TestServer.ScalarAsync(tunnel.SocketConnectionString, "SELECT CURRENT_USER()", Stop));

        var folder = Path.GetDirectoryName(tunnel.SocketPath)!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(folder).UnixFileMode);
        await tunnel.StopAsync(Stop);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task The_way_to_the_server_has_TLS()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        const string Tls = "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_version'";
        Assert.StartsWith("TLSv1", (string?)await TestServer.ScalarAsync(tunnel.ConnectionString, Tls, Stop));
    }

    [Fact]
    public async Task A_server_whose_certificate_is_for_another_name_gets_no_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(
            database, shared, options => options.SignForHost = "orders.abcdefghijkl.us-east-1.rds.amazonaws.com");
        var refused = await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        Assert.StartsWith("rds-iam tunnel: the certificate of", refused.Message);
        Assert.Contains("WrongName", refused.Message);
    }

    [Fact]
    public async Task Whoever_does_not_get_in_costs_the_server_nothing()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", cancellationToken: Stop);
        await using var tunnel = OpenTunnel.To(rds, rds.GetConnectionString("app"));
        Assert.Null(await tunnel.FindProblemAsync(Stop));
        var (connections, aborted) = await CountsAsync(rds);

        for (var i = 0; i < 20; i++)
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(tunnel.EndPoint, Stop);
            if (i % 2 == 0)
                await probe.GetStream().ReadExactlyAsync(new byte[4], Stop);
        }

        var wrongPassword = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(tunnel.Through(c => c.Password = "guessed"), "SELECT 1", Stop));
        Assert.Equal("rds-iam tunnel: the password for 'app' is not the tunnel's own (it stands in the tunnel's own connection string, "
            + "and changes with each start)", wrongPassword.Message);
        var wrongUser = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(tunnel.Through(c => c.UserID = "root\u001b[2J"), "SELECT 1", Stop));
        Assert.Contains("not as 'root\\u{1b}[2J'", wrongUser.Message);
        await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(tunnel.Through(c => c.Password = ""), "SELECT 1", Stop));

        // One login after all of them: had they reached the server, they would stand before it in its books.
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        var after = await CountsAsync(rds);
        Assert.Equal(aborted, after.Aborted);
        // That login, and the two of the counting itself.
        Assert.Equal(connections + 3, after.Connections);
    }

    [Fact]
    public async Task A_login_limit_is_waited_out_for_a_while()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", cancellationToken: Stop);
        await using var tunnel = OpenTunnel.To(rds, rds.GetConnectionString("app"));
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        rds.Emulator.Faults.MaxLoginsPerSecond = 1;
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));

        rds.Emulator.Faults.DenyConnect = true;
        var refused = await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        Assert.Contains("Access denied for user 'app'", refused.Message);
        Assert.Contains("the same login worked", refused.Message);
    }

    [Fact]
    public async Task A_token_that_is_refused_for_its_age_is_renewed_behind_the_clients_back()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", cancellationToken: Stop);
        await using var tunnel = OpenTunnel.To(rds, rds.GetConnectionString("app"));
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        rds.Emulator.Faults.ExpireAllTokens();
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
    }

    [Fact]
    public async Task Kill_with_the_id_that_the_client_was_greeted_with_or_that_SQL_shows()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using var connection = new MySqlConnection(tunnel.Through());
        await connection.OpenAsync(Stop);
        await using var command = new MySqlCommand("SELECT CONNECTION_ID()", connection);
        var servers = Convert.ToInt64(await command.ExecuteScalarAsync(Stop), null);
        foreach (var id in (long[])[connection.ServerThread, servers])
        {
            command.CommandText = "SELECT SLEEP(60)";
            var sleeping = command.ExecuteScalarAsync(Stop);
            await SleepsAsync(shared.Rds, servers);
            await TestServer.ScalarAsync(tunnel.Through(), $"KILL QUERY {id}", Stop);
            Assert.Equal(1, Convert.ToInt32(await sleeping, null)); // SLEEP returns 1 when it is interrupted
        }
    }

    [Fact]
    public async Task A_statement_that_the_driver_times_out_is_cancelled_at_the_server()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using var connection = new MySqlConnection(tunnel.Through(c => c.DefaultCommandTimeout = 1));
        await connection.OpenAsync(Stop);
        await using var command = new MySqlCommand(
            "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c", connection);
        var timedOut = await Assert.ThrowsAnyAsync<MySqlException>(() => command.ExecuteScalarAsync(Stop));
        Assert.Equal(MySqlErrorCode.CommandTimeoutExpired, timedOut.ErrorCode);
        command.CommandText = "SELECT 7";
        Assert.Equal(7L, await command.ExecuteScalarAsync(Stop));
    }

    [Fact]
    public async Task Change_user_logs_in_again_with_a_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared, options => options.AnyPassword = true);
        await using var raw = await RawClient.LogInAsync(tunnel.EndPoint.Port, database.User);
        var logins = 0;
        shared.Rds.Emulator.LoginJudged += (_, attempt) => logins += attempt.User == database.User && attempt.Allowed ? 1 : 0;
        for (var round = 1; round <= 25; round++)
        {
            await raw.ChangeUserAsync(database.User, database.Name);
            Assert.Equal(database.Name, await raw.ScalarAsync("SELECT DATABASE()"));
            await TestServer.EventuallyAsync(() => Task.FromResult(logins == round), $"{round} logins with a token", Stop);
        }
    }

    [Fact]
    public async Task Stopping_lets_a_running_statement_end_and_leaves_no_aborted_connection()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", cancellationToken: Stop);
        await using var tunnel = OpenTunnel.To(rds, rds.GetConnectionString("app"));
        await using var running = new MySqlConnection(tunnel.Through());
        await running.OpenAsync(Stop);
        await using var idle = new MySqlConnection(tunnel.Through());
        await idle.OpenAsync(Stop);
        Assert.Equal(2, tunnel.OpenSessions);
        await using var ask = new MySqlCommand("SELECT CONNECTION_ID()", running);
        var id = Convert.ToInt64(await ask.ExecuteScalarAsync(Stop), null);
        await using var command = new MySqlCommand("SELECT SLEEP(2), 'whole'", running);
        var result = command.ExecuteReaderAsync(Stop);
        await SleepsAsync(rds, id);

        var stopping = tunnel.StopAsync(Stop);
        await using var reader = await result;
        Assert.True(await reader.ReadAsync(Stop));
        Assert.Equal("whole", reader.GetString(1));
        Assert.Equal(0, await stopping);
        Assert.Equal(0, tunnel.OpenSessions);
        await TestServer.EventuallyAsync(async () => await SessionsAsync(rds, "app") == 0, "the server's sessions have ended", Stop);
        Assert.Equal("0", await StatusAsync(rds, "Aborted_clients"));
    }

    [Fact]
    public async Task Stopping_without_patience_cuts_a_running_statement_and_says_so()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared, options => options.DrainTimeout = TimeSpan.Zero);
        await using var connection = new MySqlConnection(tunnel.Through());
        await connection.OpenAsync(Stop);
        await using var command = new MySqlCommand("SELECT SLEEP(600)", connection);
        var sleeping = command.ExecuteScalarAsync(Stop);
        await TestServer.EventuallyAsync(() => Task.FromResult(tunnel.OpenSessions == 1), "the session is open", Stop);
        Assert.Equal(1, await tunnel.StopAsync(Stop));
        await Assert.ThrowsAsync<MySqlException>(() => sleeping);
        Assert.Throws<ObjectDisposedException>(() => tunnel.SocketPath);
    }

    [Fact]
    public async Task A_refused_client_is_one_line_with_its_address_and_no_password()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var log = new CapturedLog();
        await using var tunnel = OpenTunnel.To(database, shared, options => options.LoggerFactory = log);
        await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(tunnel.Through(c => c.Password = "a-guess"), "SELECT 1", Stop));
        var line = Assert.Single(log.Lines, line => line.Contains("was refused", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:", line);
        Assert.DoesNotContain("a-guess", line);
        Assert.DoesNotContain(tunnel.Password, string.Concat(log.Lines));
    }

    [Fact]
    public async Task Large_rows_and_many_sessions_pass_whole()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        const int Size = 20 << 20;
        var sent = new string('x', Size) + "y";
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), Stop, async (_, stop) =>
        {
            await using var connection = new MySqlConnection(tunnel.Through());
            await connection.OpenAsync(stop);
            await using var command = new MySqlCommand("SELECT CONCAT(SHA2(@sent, 256), LENGTH(@sent)), @sent", connection);
            command.Parameters.AddWithValue("@sent", sent);
            await using var reader = await command.ExecuteReaderAsync(stop);
            Assert.True(await reader.ReadAsync(stop));
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(sent)));
            Assert.Equal(hash + sent.Length, reader.GetString(0));
            Assert.True(sent == reader.GetString(1));
        });
    }

    private static async Task<object?> OracleScalarAsync(string connectionString, string sql)
    {
        await using var connection = new OracleConnection(connectionString);
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Stop);
    }

    private static async Task SleepsAsync(LocalRds rds, long id)
    {
        var running = $"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {id} AND info LIKE 'SELECT SLEEP%'";
        await TestServer.EventuallyAsync(
            async () => await TestServer.ScalarAsync(rds.Server.AdminConnectionString, running, Stop) is 1L, "the statement runs", Stop);
    }

    private static async Task<long> SessionsAsync(LocalRds rds, string user) => Convert.ToInt64(await TestServer.ScalarAsync(
        rds.Server.AdminConnectionString, $"SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{user}'", Stop), null);

    private static async Task<(long Connections, string? Aborted)> CountsAsync(LocalRds rds) =>
        (long.Parse((await StatusAsync(rds, "Connections"))!, null), await StatusAsync(rds, "Aborted_connects"));

    private static async Task<string?> StatusAsync(LocalRds rds, string name)
    {
        var admin = new MySqlConnectionStringBuilder(rds.Server.AdminConnectionString) { Pooling = false }.ConnectionString;
        var status = $"SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = '{name}'";
        return (string?)await TestServer.ScalarAsync(admin, status, Stop);
    }
}
