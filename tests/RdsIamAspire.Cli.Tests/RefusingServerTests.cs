using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using MySqlConnector;
using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary>
/// The errors of docs/access-denied.md that come before a token is judged, by servers that really send them, and what <c>doctor</c> makes
/// of each.
/// </summary>
public sealed class RefusingServerTests(SharedRds shared)
{
    private static readonly Dictionary<string, string?> Keys = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "none",
        ["AWS_REGION"] = "eu-west-1",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_a_user_for_this_address_says_1130()
    {
        await using var server = await TestServer.StartAsync(new LocalMySqlServerOptions(), Cancel);
        // The one who says it stays logged in to the end.
        await using var admin = await AdminAsync(server);
        await RunAsync(admin, "UPDATE mysql.user SET host = '192.0.2.1' WHERE host <> 'localhost'");
        await RunAsync(admin, "FLUSH PRIVILEGES");

        var result = await DoctorAsync(server, "app");

        Assert.Contains("cause: HostNotAllowed: ERROR 1130 (", result.Output);
        Assert.Contains("rds-iam grants --user USER --from '%'", result.Output);
    }

    [Fact]
    public async Task A_user_with_all_connections_taken_that_are_his_says_1226()
    {
        await using var database = await shared.CreateDatabaseAsync(Cancel);
        await TestServer.ExecuteAsync(shared.Rds.Server, $"ALTER USER `{database.User}` WITH MAX_USER_CONNECTIONS 1", Cancel);
        await using var held = new MySqlConnection(await database.ConnectionStringWithTokenAsync(Cancel));
        await held.OpenAsync(Cancel);

        var result = await DoctorAsync(shared.Rds.Server, database.User, Given(shared.Rds.Emulator.GetAwsEnvironment()));

        Assert.Contains($"cause: TooManyConnections: ERROR 1226 (42000): User '{database.User}' has exceeded", result.Output);
    }

    [Fact]
    public async Task A_server_that_wants_TLS_says_3159_to_a_client_without()
    {
        await using var server = await TestServer.StartAsync(new LocalMySqlServerOptions(), Cancel);
        await TestServer.ExecuteAsync(server, "SET GLOBAL require_secure_transport = ON", Cancel);
        await TestServer.ExecuteAsync(server, "CREATE USER plain IDENTIFIED BY 'for-this-test'", Cancel);
        await using var client = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = server.Host,
            Port = (uint)server.Port,
            UserID = "plain",
            Password = "for-this-test",
            SslMode = MySqlSslMode.None,
            Pooling = false,
        }.ConnectionString);

        var refused = await Assert.ThrowsAsync<MySqlException>(() => client.OpenAsync(Cancel));

        Assert.Equal(3159, refused.Number);
        Assert.Equal("NoTls", Why.Explain(refused.Message)?.Name);
    }

    [Fact]
    public async Task A_client_that_knows_no_plugins_is_told_1251()
    {
        await using var database = await shared.CreateDatabaseAsync(Cancel);
        await TestServer.ExecuteAsync(shared.Rds.Server, $"ALTER USER `{database.User}` REQUIRE NONE", Cancel);

        var (code, message) = await LogInAsOfOldAsync(shared.Rds.Server, database.User);

        Assert.Equal(1251, code);
        Assert.StartsWith("Client does not support authentication protocol requested by server", message, StringComparison.Ordinal);
        Assert.Equal("ClientTooOld", Why.Explain($"ERROR {code} (08004): {message}")?.Name);
    }

    [Fact]
    public async Task A_server_that_has_lost_its_certificate_has_no_TLS()
    {
        await using var server = await TestServer.StartAsync(new LocalMySqlServerOptions(), Cancel);
        await using var admin = await AdminAsync(server);
        await RunAsync(admin, "SET GLOBAL ssl_cert = 'none.pem'");
        await RunAsync(admin, "ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR");

        var result = await DoctorAsync(server, "app");

        Assert.Contains("cause: NoTls: ", result.Output);
        Assert.Contains("IAM logins need TLS", result.Output);
    }

    [Fact]
    public async Task A_region_that_the_bundle_has_no_root_for_is_named_before_a_login()
    {
        var rds = shared.Rds;
        var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"{rds.Server.Host}:{rds.Server.Port}", "--user", "app",
            "--sign-for", "orders.abcdefghijkl.il-central-1.rds.amazonaws.com"], environment: Keys));
        Assert.Contains("cause: NoRootForRegion: The CA bundle (embedded) has no root for the region 'il-central-1'.", result.Output);
        Assert.Contains("   do: rds-iam ca update\n", result.Output);
    }

    [Fact]
    public async Task Credentials_that_have_ended_and_a_region_that_nothing_names_are_told()
    {
        using var programs = StandIns.Of("credentials", """
            echo '{"Version":1,"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"n","SessionToken":"t","Expiration":"2020-01-01T00:00:00Z"}'
            """);
        var config = Path.Combine(programs.Path, "config");
        await File.WriteAllTextAsync(config, $"[default]\ncredential_process = {programs.Path}/credentials\n", Cancel);
        var variables = new Dictionary<string, string?> { ["AWS_CONFIG_FILE"] = config };

        var ended = await Tool.RunAsync(["doctor", "--host", "localhost", "--user", "app", "--region", "eu-west-1"], environment: variables);
        Assert.Equal((int)Cause.CredentialsExpired, ended.ExitCode);

        var nowhere = await Tool.RunAsync(["doctor", "--host", "localhost", "--user", "app"],
            environment: new Dictionary<string, string?>(Keys) { ["AWS_REGION"] = null });
        Assert.Equal((int)Cause.NoRegion, nowhere.ExitCode);
        Assert.Contains("   do: give the region: --region eu-west-1\n", nowhere.Output);
    }

    private static Dictionary<string, string?> Given(IReadOnlyDictionary<string, string> variables) =>
        variables.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);

    private static async Task<ToolResult> DoctorAsync(
        ILocalMySqlServer server, string user, Dictionary<string, string?>? environment = null) =>
        DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"{server.Host}:{server.Port}", "--user", user, "--ca",
            server.CaCertificatePath], environment: environment ?? Keys));

    private static async Task<MySqlConnection> AdminAsync(ILocalMySqlServer server)
    {
        var admin = new MySqlConnection(server.AdminConnectionString);
        await admin.OpenAsync(Cancel);
        return admin;
    }

    private static async Task RunAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>As a client before MySQL 5.5.7 did: without CLIENT_PLUGIN_AUTH.</summary>
    /// <remarks>Source: MySQL internals, "Protocol::HandshakeResponse41".</remarks>
    private static async Task<(int Code, string Message)> LogInAsOfOldAsync(ILocalMySqlServer server, string user)
    {
        const uint LongPassword = 1, Protocol41 = 0x200, SecureConnection = 0x8000;
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Cancel);
        var stream = client.GetStream();
        await ReadAsync(stream);
        var name = Encoding.UTF8.GetBytes(user);
        var response = new byte[4 + 32 + name.Length + 2];
        response[0] = (byte)(response.Length - 4);
        response[3] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(response.AsSpan(4), LongPassword | Protocol41 | SecureConnection);
        BinaryPrimitives.WriteUInt32LittleEndian(response.AsSpan(8), 1 << 24);
        response[12] = 45; // utf8mb4
        name.CopyTo(response, 36);
        await stream.WriteAsync(response, Cancel);
        var answer = await ReadAsync(stream);
        Assert.Equal(0xFF, answer[0]);
        var text = Encoding.UTF8.GetString(answer.AsSpan(3));
        return (BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(1)), text.StartsWith('#') ? text[6..] : text);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var header = new byte[4];
        await stream.ReadExactlyAsync(header, Cancel);
        var body = new byte[header[0] | header[1] << 8 | header[2] << 16];
        await stream.ReadExactlyAsync(body, Cancel);
        return body;
    }
}
