using System.Net.Sockets;
using System.Text.Json;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam local</c> with a real server: what a program under it has, and what is left after it.</summary>
public sealed class LocalCommandTests
{
    private static readonly string[] Child = OperatingSystem.IsWindows() ? ["cmd", "/c"] : ["sh", "-c"];

    [Fact]
    public async Task The_child_has_everything_that_a_login_needs_and_no_password()
    {
        await SkipWithoutServerAsync();
        var result = await Tool.RunAsync(["local", "--name", "orders", "--user", "orders_app", "--", .. Child, "env"]);
        Assert.Equal(0, result.ExitCode);
        var environment = result.Output.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var connection = new MySqlConnectionStringBuilder(environment["ConnectionStrings__orders"]);
        Assert.Equal(("orders", "orders_app", MySqlSslMode.VerifyFull, ""),
            (connection.Database, connection.UserID, connection.SslMode, connection.Password));
        Assert.Equal(environment["ORDERS_CACERTIFICATEPATH"], connection.SslCa);
        Assert.Equal("us-east-1", environment["AWS_REGION"]);
        Assert.Subset(environment.Keys.ToHashSet(), new HashSet<string>
        {
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "ORDERS_HOST", "ORDERS_PORT", "ORDERS_USERNAME",
            "ORDERS_DATABASENAME", "ORDERS_REGION", "ORDERS_URI", "ORDERS_JDBCCONNECTIONSTRING",
        });
    }

    [Fact]
    public async Task A_real_profile_of_this_machine_does_not_reach_the_child()
    {
        await SkipWithoutServerAsync();
        var environment = new Dictionary<string, string?> { ["AWS_PROFILE"] = "production" };
        var result = await Tool.RunAsync(["local", "--", .. Child, "echo profile=$AWS_PROFILE"], environment: environment);
        Assert.Equal("profile=\n", result.Output);
    }

    [Fact]
    public async Task The_childs_exit_code_stdin_and_stdout_are_its_own()
    {
        await SkipWithoutServerAsync();
        var result = await Tool.RunAsync(["local", "--", .. Child, "read line; echo got $line; exit 7"], stdin: "hello\n");
        Assert.Equal((7, "got hello\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_program_that_writes_into_a_closed_pipe_ends_as_under_a_shell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGPIPE on Windows");
        await SkipWithoutServerAsync();
        var result = await Tool.RunAsync(["local", "--", "sh", "-c", "yes | head -1"]);
        Assert.Equal((0, "y\n"), (result.ExitCode, result.Output));
        Assert.DoesNotContain("roken pipe", result.Error);
    }

    [Fact]
    public async Task A_fault_is_in_force_from_the_first_login_on()
    {
        await SkipWithoutServerAsync();
        await using var tool = Tool.Start(["local", "--format", "json", "--fault", "deny-connect"]);
        var connection = await ReadyAsync(tool);
        await LoginAsync(tool, connection, expected: MySqlErrorCode.AccessDenied);
        await tool.UntilAsync("[DeniedByFault, RDS logs 403 NotAuthorized]");
    }

    [Fact]
    public async Task The_exports_of_a_shell_have_only_names_that_it_takes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a POSIX shell reads them");
        await SkipWithoutServerAsync();
        await using var tool = Tool.Start(["local", "--name", "orders-db"]);
        var said = await tool.UntilAsync("' ends it");
        Assert.Contains("rds-iam: no shell takes ConnectionStrings__orders-db, RdsIam__MySqlConnector__orders-db__Region;", said);
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh",
            ["-eu", "-c", $"{tool.Output}\necho $ORDERS_DB_PORT"])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Matches("^[0-9]+\n$", await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("nothere", 127, "'nothere' was not found on the PATH")]
    [InlineData("./nothere", 127, "'./nothere' does not exist")]
    public async Task A_program_that_is_not_there_is_said_before_a_server_is_started(string command, int exitCode, string message)
    {
        var result = await Tool.RunAsync("local", "--", command);
        Assert.Equal((exitCode, message), (result.ExitCode, Assert.Single(result.Said)));
    }

    [Fact]
    public async Task A_refused_login_is_explained_on_stderr_while_the_client_learns_nothing()
    {
        await SkipWithoutServerAsync();
        await using var tool = Tool.Start(["local", "--format", "json"]);
        var connection = await ReadyAsync(tool);
        connection.Password = "not a token";
        await using var client = new MySqlConnection(connection.ConnectionString);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => client.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(MySqlErrorCode.AccessDenied, refused.ErrorCode);
        var said = await tool.UntilAsync("[MalformedToken, RDS logs 400 InvalidToken]");
        Assert.Contains("rds-iam: login refused: user 'app' from ", said);
        Assert.DoesNotContain("not a token", said);
    }

    [Fact]
    public async Task A_policy_that_does_not_name_the_user_refuses_it()
    {
        await SkipWithoutServerAsync();
        var policy = Path.GetTempFileName();
        await File.WriteAllTextAsync(policy,
            RdsDbConnectPolicy.CreateDocument(new RdsDbUserArn("us-east-1", "123456789012", "*",
                "someone_else")), TestContext.Current.CancellationToken);
        await using var tool = Tool.Start(["local", "--format", "json", "--policy", policy]);
        var connection = await ReadyAsync(tool);
        await LoginAsync(tool, connection, expected: MySqlErrorCode.AccessDenied);
        await tool.UntilAsync("[NotAuthorized, RDS logs 403 NotAuthorized]");
        File.Delete(policy);
    }

    [Fact]
    public async Task Grants_and_init_scripts_are_there_when_the_child_starts()
    {
        await SkipWithoutServerAsync();
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script,
            "CREATE DATABASE IF NOT EXISTS orders; CREATE TABLE orders.t (id INT); INSERT INTO orders.t VALUES"
                + " (42);", TestContext.Current.CancellationToken);
        await using var tool = Tool.Start(["local", "--name", "orders", "--format", "json", "--init", script, "--grant", "SELECT"]);
        var connection = await ReadyAsync(tool, "orders");
        await LoginAsync(tool, connection, "SELECT id FROM t", 42);
        await LoginAsync(tool, connection, "DELETE FROM t", expected: MySqlErrorCode.TableAccessDenied);
        File.Delete(script);
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("INT", 0)]
    [InlineData("KILL", 137)]
    public async Task A_server_that_waits_is_gone_after_any_signal(string signal, int exitCode)
    {
        Signals.SkipUnlessHeard(signal);
        await SkipWithoutServerAsync();
        await using var tool = Tool.Start(["local", "--format", "json"]);
        var connection = await ReadyAsync(tool);
        tool.Signal(signal);
        Assert.Equal(exitCode, (await tool.EndAsync()).ExitCode);
        await TestServer.EventuallyAsync(() => RefusesAsync(connection), "the server is gone", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Sigterm_reaches_the_child_whose_exit_code_counts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals on Windows");
        await SkipWithoutServerAsync();
        await using var tool = Tool.Start(["local", "--", "sh", "-c",
            "trap 'echo asked to end; exit 5' TERM; echo port $DB_PORT; while :; do sleep 0.1; done"]);
        await tool.UntilAsync("port ");
        tool.Signal("TERM");
        var result = await tool.EndAsync();
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("asked to end", result.Output);
    }

    [Fact]
    public async Task A_shell_takes_the_exports_and_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "stdout of a running process is closed on Linux only");
        await SkipWithoutServerAsync();
        var tool = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "rds-iam.dll")}'";
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh",
            ["-c", $"eval \"$({tool} local --name orders 2>/dev/null &)\"; echo $ORDERS_URI; kill"
                + " $RDS_IAM_LOCAL_PID"])
        { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("mysql://app@127.0.0.1:", output);
    }

    [Fact]
    public async Task A_port_in_use_is_named_and_the_exit_code_is_125()
    {
        await SkipWithoutServerAsync();
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var result = await Tool.RunAsync("local", "--port", $"{port}", "--", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains($"{port}", result.Said[^1]);
    }

    [Fact]
    public async Task Server_show_names_the_choice_first()
    {
        await SkipWithoutServerAsync();
        var result = await Tool.RunAsync("server", "show");
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("not usable", result.Output.Split('\n')[0]);
    }

    private static async Task SkipWithoutServerAsync()
    {
        if (await TestServer.WhyNoneAsync() is { } reason)
            Assert.Skip(reason);
    }

    private static async Task<MySqlConnectionStringBuilder> ReadyAsync(RunningTool tool, string name = "db")
    {
        await tool.UntilAsync("' ends it");
        using var json = JsonDocument.Parse(tool.Output);
        return new MySqlConnectionStringBuilder(json.RootElement.GetProperty($"ConnectionStrings__{name}").GetString()!)
        {
            Pooling = false,
        };
    }

    /// <summary>Logs in with a token that the tool itself made from the exported credentials.</summary>
    private static async Task LoginAsync(RunningTool tool, MySqlConnectionStringBuilder connection, string sql = "SELECT 1",
        object? result = null, MySqlErrorCode? expected = null)
    {
        using var json = JsonDocument.Parse(tool.Output);
        var environment = json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => (string?)p.Value.GetString());
        var token = await Tool.RunAsync(["token", "--host", $"{connection.Server}:{connection.Port}", "--user", connection.UserID],
            environment: environment);
        var options = new MySqlConnectionStringBuilder(connection.ConnectionString) { Password = token.Output.Trim() };
        var login = async () => await TestServer.ScalarAsync(options.ConnectionString, sql, TestContext.Current.CancellationToken);
        if (expected is { } code)
            Assert.Equal(code, (await Assert.ThrowsAsync<MySqlException>(login)).ErrorCode);
        else
            Assert.Equal(result, await login());
    }

    private static async Task<bool> RefusesAsync(MySqlConnectionStringBuilder connection)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(connection.Server, (int)connection.Port);
            // Docker's proxy may accept for a moment longer; a server greets.
            return await client.GetStream().ReadAsync(new byte[1]) == 0;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return true;
        }
    }
}
