using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam doctor</c> against a real server: each way to fail, its one cause and what it says to do.</summary>
public sealed class DoctorTests(SharedRds shared)
{
    [Fact]
    public async Task A_login_that_works_is_seen_to_work_step_by_step()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var result = await DoctorAsync(database.User);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var steps = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(steps, step => Assert.StartsWith("ok   ", step));
        Assert.Equal(["endpoint", "token", "dns", "tcp", "mysql", "tls", "login"],
            steps.Select(step => step.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.DoesNotContain("Signature", result.Output);
    }

    [Fact]
    public async Task A_user_in_another_case_is_none()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var user = database.User.ToUpperInvariant();
        var result = await DoctorAsync(user);
        Assert.Equal(1, result.ExitCode);
        // For a user who does not exist the server asks for some plugin, so as not to tell.
        Assert.Matches($"^cause: UserNotIam: the server asked '{user}' for [a-z0-9_]+, not for a token \\(none was sent\\)$",
            CauseOf(result));
        Assert.Contains("the case matters", result.Output);
    }

    [Fact]
    public async Task A_user_with_a_password_is_no_IAM_user_and_gets_no_token()
    {
        await TestServer.ExecuteAsync(shared.Rds.Server, "CREATE USER IF NOT EXISTS 'with_password'@'%' IDENTIFIED BY 'for-this-test'",
            TestContext.Current.CancellationToken);
        var result = await DoctorAsync("with_password");
        Assert.Equal((1, "cause: UserNotIam: the server asked 'with_password' for caching_sha2_password, not for a token (none was sent)"),
            (result.ExitCode, CauseOf(result)));
        Assert.Contains("   do: there is no user 'with_password' in this case, or it is not created with AWSAuthenticationPlugin: have the"
            + " output of 'rds-iam grants --user with_password --database DB' run", result.Output);
    }

    [Fact]
    public async Task A_server_without_the_plugin_says_1524()
    {
        await using var server = await TestServer.StartAsync(new LocalMySqlServerOptions(), TestContext.Current.CancellationToken);
        await TestServer.ExecuteAsync(server, "CREATE USER plain IDENTIFIED BY 'for-this-test'", TestContext.Current.CancellationToken);
        try
        {
            // The server itself refuses to create such a user, so one is left over from a server that had the plugin.
            await TestServer.ExecuteAsync(server,
                "UPDATE mysql.user SET plugin = 'AWSAuthenticationPlugin', authentication_string = 'RDS' WHERE user = 'plain'; FLUSH"
                    + " PRIVILEGES", TestContext.Current.CancellationToken);
        }
        catch (MySqlConnector.MySqlException e)
        {
            Assert.Skip($"this server does not let mysql.user be written: {e.Message}");
        }

        var result = await DoctorAsync("plain", host: $"{server.Host}:{server.Port}", ca: server.CaCertificatePath);
        Assert.Equal((1, "cause: PluginNotLoaded: ERROR 1524 (HY000): Plugin 'AWSAuthenticationPlugin' is not loaded"),
            (result.ExitCode, CauseOf(result)));
        Assert.Contains("--enable-iam-database-authentication", result.Output);
    }

    [Fact]
    public async Task An_unknown_authority_is_named_and_no_token_is_sent()
    {
        var other = Path.GetTempFileName();
        using (var authority = EmulatorCertificateAuthority.Create())
            authority.WriteTo(other);
        var seen = new List<LoginAttempt>();
        shared.Rds.Emulator.LoginJudged += (_, attempt) => { if (attempt.User == "nobody_ca") seen.Add(attempt); };
        var result = await DoctorAsync("nobody_ca", ca: other);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: CertificateUntrusted: the certificate is signed by 'RDS IAM emulator CA ", CauseOf(result));
        Assert.Contains("   do: give the CA of this server: --ca FILE", result.Output);
        Assert.Empty(seen);
        File.Delete(other);
    }

    [Fact]
    public async Task A_name_that_the_certificate_does_not_have_is_said_with_the_names_it_has()
    {
        var result = await DoctorAsync("app", signFor: "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: CertificateWrongName: the certificate is for ", CauseOf(result));
        Assert.EndsWith(", not for 'mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com'", CauseOf(result));
    }

    [Fact]
    public async Task Through_a_tunnel_the_endpoints_own_name_is_found_in_the_certificate_and_works_with_sign_for()
    {
        const string Endpoint = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";
        await using var rds = await TestServer.StartRdsAsync(options =>
        {
            options.Server = options.Server with { Names = [Endpoint] };
            options.Emulator.Region = "eu-west-1";
            options.Emulator.Endpoints.Add(new EmulatorEndpoint(Endpoint, 3306));
            options.IamUsers.Add("orders_app");
        }, TestContext.Current.CancellationToken);
        var wrong = await DoctorAsync("orders_app", rds: rds, signFor: "other.abcdefghijkl.eu-west-1.rds.amazonaws.com");
        Assert.StartsWith("cause: CertificateWrongName: ", CauseOf(wrong));
        Assert.Contains($"   do: '{rds.Server.Host}' leads to that endpoint: sign for its own name with --sign-for {Endpoint}:3306 (in a"
            + " service: SignForHost)", wrong.Output);

        var right = await DoctorAsync("orders_app", rds: rds, signFor: Endpoint);
        Assert.True(right.ExitCode == 0, right.Output);
        Assert.Contains($"ok   endpoint    {Endpoint}:3306 (Instance, region eu-west-1), dialled as {rds.Server.Host}:{rds.Server.Port}\n",
            right.Output);
    }

    [Fact]
    public async Task A_policy_that_denies_is_the_cause()
    {
        var principal = EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/jane",
            RdsDbConnectPolicy.CreateDocument(new RdsDbUserArn("us-east-1", "123456789012", "*", "other")));
        await using var rds = await TestServer.StartRdsAsync(options =>
        {
            options.Emulator.Principals.Add(principal);
            options.IamUsers.Add("orders_app");
        }, TestContext.Current.CancellationToken);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, principal.Policies[0], TestContext.Current.CancellationToken);
        var result = await DoctorAsync("orders_app", rds: rds, more: ["--policy", file]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: PolicyDenies: The policy does not allow the login: ", CauseOf(result));
        Assert.Contains("'orders_app' exists, in this case, and is created with AWSAuthenticationPlugin", result.Output);

        var blind = await DoctorAsync("orders_app", rds: rds);
        Assert.StartsWith("cause: AccessDenied: The local emulator refused the token, and it knows why. Not checked: ", CauseOf(blind));
        Assert.Contains("   do: read its own line: on stderr of 'rds-iam local'", blind.Output);
        File.Delete(file);
    }

    [Fact]
    public async Task A_closed_port_is_said()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var result = await DoctorAsync("app", host: $"127.0.0.1:{port}");
        Assert.Equal((1, $"cause: PortClosed: 127.0.0.1:{port} refuses: Connection refused"),
            (result.ExitCode, CauseOf(result).Replace(" [::ffff:127.0.0.1]", "")));
    }

    [Fact]
    public async Task A_port_that_says_nothing_is_given_up_after_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var result = await DoctorAsync("app", host: $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", more: ["--timeout", "1"]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: NoGreeting: 127.0.0.1:", CauseOf(result));
        Assert.EndsWith(" takes the connection and then says nothing for 1 second", CauseOf(result));
    }

    [Fact]
    public async Task Something_else_than_MySQL_is_recognised()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var greets = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await client.GetStream().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        var result = await DoctorAsync("app", host: $"127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        await greets;
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(" does not speak MySQL: an SSH server answers", CauseOf(result));
    }

    [Fact]
    public async Task A_host_without_an_address_is_said()
    {
        var result = await DoctorAsync("app", host: "mydb.invalid");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: HostNotFound: 'mydb.invalid' has no address: ", CauseOf(result));
    }

    [Fact]
    public async Task Missing_credentials_are_the_cause()
    {
        var result = Checked(await Tool.RunAsync("doctor", "--host", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user", "app"));
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cause: NoCredentials: There are no AWS credentials: ", CauseOf(result));
    }

    [Fact]
    public async Task Json_has_the_cause_and_each_step()
    {
        var result = await DoctorAsync("app", host: "mydb.invalid", more: ["--json"]);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("hostNotFound", json.RootElement.GetProperty("cause").GetString());
        Assert.Equal("dns", json.RootElement.GetProperty("findings").EnumerateArray().Last().GetProperty("step").GetString());
    }

    [Fact]
    public async Task Foreign_credentials_and_half_ones_are_told_apart_at_the_local_emulator()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var foreign = await DoctorAsync(database.User, environment: new()
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret",
            ["AWS_SESSION_TOKEN"] = null,
        });
        Assert.StartsWith("cause: UnknownAccessKey: The server is a local emulator, which knows only keys of its own; AKIAIOSFODNN7EXAMPLE"
            + " is another.",
            CauseOf(foreign));

        var half = await DoctorAsync(database.User, environment: new() { ["AWS_SESSION_TOKEN"] = null });
        Assert.StartsWith("cause: CredentialsIncomplete: ASIALOCAL", CauseOf(half));
    }

    [Fact]
    public async Task A_connection_string_names_the_endpoint_and_the_user()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var server = shared.Rds.Server;
        string[] texts =
        [
            $"Server={server.Host};Port={server.Port};User ID={database.User};Password=not-read;Database=x",
            $"mysql://{database.User}@{server.Host}:{server.Port}/x",
        ];
        foreach (var text in texts)
        {
            var environment = shared.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
            var result = await Tool.RunAsync(["doctor", text, "--ca", shared.Rds.CaCertificatePath], environment: environment);
            Assert.True(result.ExitCode == 0, result.Output + result.Error);
            Assert.DoesNotContain("not-read", result.Output);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "cause: NotMySql: ", "an HTTP server answers")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0016", "cause: NotMySql: ", "it speaks TLS from the first byte on")]
    [InlineData("ERR 1040 Too many connections", "cause: TooManyConnections: ", "ERROR 1040")]
    [InlineData("ERR 1129 Host 'h' is blocked because of many connection errors", "cause: HostBlocked: ", "ERROR 1129")]
    [InlineData("ERR 1130 Host 'h' is not allowed to connect to this MySQL server", "cause: HostNotAllowed: ", "ERROR 1130")]
    [InlineData("ERR 999 something else", "cause: ServerRefuses: ", "ERROR 999")]
    [InlineData("", "cause: NotMySql: ", "closed the connection")]
    public async Task What_comes_in_place_of_a_greeting_is_told_by_what_it_means(string sent, string cause, string said)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answers = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Packet(sent), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        var result = await DoctorAsync("app", host: $"127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        await answers;

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(cause, CauseOf(result));
        Assert.Contains(said, CauseOf(result));
    }

    // "ERR 1040 text" is an error packet without a state, as a server sends it before its greeting; anything else is sent as it is.
    private static byte[] Packet(string sent)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(sent);
        if (!sent.StartsWith("ERR ", StringComparison.Ordinal))
            return bytes;
        var words = sent.Split(' ', 3);
        var code = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        var text = System.Text.Encoding.Latin1.GetBytes(words[2]);
        return [(byte)(text.Length + 3), 0, 0, 0, 0xFF, (byte)code, (byte)(code >> 8), .. text];
    }

    private static string CauseOf(ToolResult result) =>
        result.Output.Split('\n').Single(line => line.StartsWith("cause: ", StringComparison.Ordinal));

    /// <summary>The exit code is the cause's own; 1 in its place, so that a test compares the cause.</summary>
    internal static ToolResult Checked(ToolResult result)
    {
        var line = result.Output.Split('\n').SingleOrDefault(line => line.StartsWith("cause: ", StringComparison.Ordinal));
        if (line is null)
            return result;
        Assert.Equal((int)Enum.Parse<Doctor.Cause>(line.Split(' ')[1].TrimEnd(':')), result.ExitCode);
        return result with { ExitCode = 1 };
    }

    private async Task<ToolResult> DoctorAsync(
        string user, string? host = null, string? ca = null, string? signFor = null, LocalRds? rds = null, string[]? more = null,
        Dictionary<string, string?>? environment = null)
    {
        rds ??= shared.Rds;
        List<string> arguments = ["doctor", "--host", host ?? $"{rds.Server.Host}:{rds.Server.Port}", "--user", user, "--ca",
            ca ?? rds.CaCertificatePath, .. more ?? []];
        if (signFor is not null)
            arguments.AddRange(["--sign-for", signFor]);
        var variables = rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (var (name, value) in environment ?? [])
            variables[name] = value;
        return Checked(await Tool.RunAsync(arguments, environment: variables));
    }
}
