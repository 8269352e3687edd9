extern alias OracleDriver;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam tunnel</c> with clients that know nothing of IAM, in front of a real server that asks for tokens.</summary>
public sealed partial class TunnelTests(SharedRds shared)
{
    [Fact]
    public async Task A_client_without_IAM_is_in_as_the_IAM_user()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        Assert.Equal(
            $"{database.User}@%",
            await TestServer.ScalarAsync(tunnel.ConnectionString(), "SELECT CURRENT_USER()", TestContext.Current.CancellationToken));
        Assert.Equal(
            database.Name,
            await TestServer.ScalarAsync(
                tunnel.ConnectionString(c => c.Database = database.Name),
                "SELECT DATABASE()",
                TestContext.Current.CancellationToken));
        Assert.NotEqual(
            "",
            await TestServer.ScalarAsync(
                tunnel.ConnectionString(),
                "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_version'",
                TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task MySql_Data_is_in_too()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        await using var connection = new OracleDriver::MySql.Data.MySqlClient.MySqlConnection(
            $"server=127.0.0.1;port={tunnel.Port};user id={database.User};password=anything;pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new OracleDriver::MySql.Data.MySqlClient.MySqlCommand("SELECT CURRENT_USER()", connection);
        Assert.Equal($"{database.User}@%", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_mysql_client_is_in_with_and_without_a_password()
    {
        var mysql = MySqlCommandLine.Find();
        Assert.SkipWhen(mysql is null, "the mysql command-line client is not on this machine");
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        foreach (var password in (string[])["--skip-password", "--password=anything"])
        {
            var start = new ProcessStartInfo(
                mysql[0],
                [
                    .. mysql.Skip(1), "--no-defaults", "-h127.0.0.1", $"-P{tunnel.Port}", $"-u{database.User}", password, "-N", "-e",
                    "SELECT CURRENT_USER()",
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var client = Process.Start(start)!;
            var (output, error) = (await client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), await client.StandardError.ReadToEndAsync(
                TestContext.Current.CancellationToken));
            Assert.True(output.Trim() == $"{database.User}@%", $"{password}: {output}{error}");
        }
    }

    [Fact]
    public async Task A_file_that_the_client_sends_arrives_whole_though_its_bytes_look_like_commands()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync(
            "CREATE TABLE f (line VARCHAR(200)); SET GLOBAL local_infile = 1",
            TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        await using var connection = new MySqlConnection(tunnel.ConnectionString(c =>
        {
            c.Database = database.Name;
            c.AllowLoadLocalInfile = true;
        }));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var line = new string('\u0011', 150) + "\n";
        const int Lines = 60_000;
        var loader = new MySqlBulkLoader(connection)
        {
            TableName = "f",
            Local = true,
            SourceStream = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, Lines)))),
        };
        Assert.Equal(Lines, await loader.LoadAsync(TestContext.Current.CancellationToken));
        await using var command = new MySqlCommand("SELECT COUNT(*) FROM f WHERE LENGTH(line) = 150", connection);
        Assert.Equal((long)Lines, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_pool_that_resets_its_connections_works()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        await using var source = new MySqlDataSource(tunnel.ConnectionString(c =>
        {
            c.Pooling = true;
            c.MaximumPoolSize = 1;
            c.AllowUserVariables = true;
        }));
        for (var round = 0; round < 3; round++)
        {
            await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await using var command = new MySqlCommand("SELECT @kept", connection);
            Assert.Equal(DBNull.Value, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            command.CommandText = "SET @kept = 1";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await connection.ChangeDatabaseAsync(database.Name, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Another_user_name_is_refused_with_the_one_to_use()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(
                tunnel.ConnectionString(c => c.UserID = "root"),
                "SELECT 1",
                TestContext.Current.CancellationToken));
        Assert.Equal(
            $"rds-iam tunnel: this tunnel logs in as '{database.User}', not as 'root'; use that user name, or start another tunnel",
            refused.Message);
    }

    [Fact]
    public async Task With_a_password_of_the_tunnels_own_only_who_knows_it_is_in()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User, password: "for-this-test");
        Assert.Equal(
            1L,
            await TestServer.ScalarAsync(
                tunnel.ConnectionString(c => c.Password = "for-this-test"),
                "SELECT 1",
                TestContext.Current.CancellationToken));
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(
                tunnel.ConnectionString(c => c.Password = "another"),
                "SELECT 1",
                TestContext.Current.CancellationToken));
        Assert.Equal(
            $"rds-iam tunnel: the password for '{database.User}' is not the tunnel's own (RDS_IAM_TUNNEL_PASSWORD)",
            refused.Message);
    }

    [Fact]
    public async Task What_the_server_says_of_a_refused_token_reaches_the_client()
    {
        await using var tunnel = await OpenAsync("nobody_here");
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(tunnel.ConnectionString(), "SELECT 1", TestContext.Current.CancellationToken));
        Assert.Equal(
            "rds-iam tunnel: the server does not ask 'nobody_here' for an IAM token; the user must be created with AWSAuthenticationPlugin",
            refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_down_is_said_to_the_client()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var tunnel = await OpenAsync("app", host: $"127.0.0.1:{port}");
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(tunnel.ConnectionString(), "SELECT 1", TestContext.Current.CancellationToken));
        Assert.StartsWith($"rds-iam tunnel: 127.0.0.1:{port} cannot be reached: Connection refused", refused.Message);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_the_tunnel_and_its_idle_sessions(string signal)
    {
        Signals.SkipUnlessHeard(signal);
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var tunnel = await OpenAsync(database.User);
        await using var connection = new MySqlConnection(tunnel.ConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        tunnel.Tool.Signal(signal);
        Assert.Equal(0, (await tunnel.Tool.EndAsync()).ExitCode);
        Assert.False(await connection.PingAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_signal_lets_a_running_statement_end_and_a_second_one_cuts_it()
    {
        Signals.SkipUnlessHeard("INT");
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        foreach (var (seconds, cut) in ((int, bool)[])[(2, false), (600, true)])
            await EndDuringStatementAsync(database, seconds, cut);
    }

    private async Task EndDuringStatementAsync(TestDatabase database, int seconds, bool cut)
    {
        await using var tunnel = await OpenAsync(database.User);
        await using var connection = new MySqlConnection(tunnel.ConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand($"SELECT SLEEP({seconds})", connection);
        var sleeping = command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        var running = $"SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{database.User}' AND info LIKE 'SELECT SLEEP%'";
        await TestServer.EventuallyAsync(
            async () => await TestServer.ScalarAsync(
                shared.Rds.Server.AdminConnectionString,
                running,
                TestContext.Current.CancellationToken) is 1L,
            "the statement runs", TestContext.Current.CancellationToken);
        tunnel.Tool.Signal("INT");
        await tunnel.Tool.UntilAsync("no new clients; 1 open session ends when no statement runs; again to cut them");
        if (cut)
        {
            tunnel.Tool.Signal("INT");
            await Assert.ThrowsAnyAsync<MySqlException>(() => sleeping);
        }
        else
        {
            Assert.Equal(0, Convert.ToInt32(await sleeping, null));
        }

        var end = await tunnel.Tool.EndAsync();
        Assert.Equal(0, end.ExitCode);
        Assert.Equal(cut, end.Error.Contains("1 running statement was cut", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_for_the_whole_network_needs_a_password()
    {
        var result = await Tool.RunAsync(
            "tunnel",
            "--host",
            "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com",
            "--user",
            "app",
            "--listen",
            "0.0.0.0:3307");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "--listen 0.0.0.0:3307 is reached by other machines; choose a password for them and export it as RDS_IAM_TUNNEL_PASSWORD, "
                + "or listen on 127.0.0.1",
            Assert.Single(result.Said));
    }

    private async Task<OpenTunnel> OpenAsync(string user, string? password = null, string? host = null)
    {
        var rds = shared.Rds;
        var environment = rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        environment["RDS_IAM_TUNNEL_PASSWORD"] = password;
        var tool = Tool.Start(
            [
                "tunnel", "--host", host ?? $"{rds.Server.Host}:{rds.Server.Port}", "--user", user, "--ca", rds.CaCertificatePath,
                .. password is null ? (string[])["--any-password"] : [],
            ],
            environment);
        var said = await tool.UntilAsync("Ctrl+C ends it");
        return new OpenTunnel(tool, int.Parse(Port().Match(said).Groups[1].Value, null), user);
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+) leads to")]
    private static partial Regex Port();

    private sealed record OpenTunnel(RunningTool Tool, int Port, string User) : IAsyncDisposable
    {
        public string ConnectionString(Action<MySqlConnectionStringBuilder>? change = null)
        {
            var builder = new MySqlConnectionStringBuilder
            {
                Server = "127.0.0.1",
                Port = (uint)Port,
                UserID = User,
                Password = "anything",
                Pooling = false,
            };
            change?.Invoke(builder);
            return builder.ConnectionString;
        }

        public ValueTask DisposeAsync() => Tool.DisposeAsync();
    }
}
