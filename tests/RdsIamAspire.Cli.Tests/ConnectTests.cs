using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam exec</c> and <c>connect</c>: programs that know only passwords, logged in by IAM.</summary>
public sealed class ConnectTests(SharedRds shared)
{
    [Fact]
    public async Task A_program_has_a_connection_that_works_and_its_own_exit_code()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var client = MySqlCommandLine.Find();
        Assert.SkipWhen(client is null, "there is no mysql client on this machine");
        var query = $"{string.Join(' ', client!.Select(word => $"'{word}'"))} --ssl-mode=DISABLED -u {database.User} -N -e 'SELECT"
            + " CURRENT_USER()'";
        var result = await RunAsync(["exec", Endpoint, "-u", database.User, "-D", database.Name, "-n", "orders", "--", "sh", "-c",
            $"{query}; echo $ORDERS_DATABASENAME; exit 7"]);

        Assert.Equal((7, $"{database.User}@%\n{database.Name}\n"), (result.ExitCode, result.Output));
        Assert.DoesNotContain("Signature", result.Error);
        // The end of the tunnel is no news.
        Assert.DoesNotContain("was let go", result.Error);
    }

    [Fact]
    public async Task A_program_has_the_variables_of_every_driver_and_no_token()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var result = await RunAsync(["exec", Endpoint, "-u", database.User, "-D", database.Name, "-n", "orders", "--", "env"]);
        Assert.True(result.ExitCode == 0, result.Error);
        var environment = result.Output.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);

        var connection = new MySqlConnector.MySqlConnectionStringBuilder(environment["ConnectionStrings__orders"]);
        Assert.Equal((database.User, database.Name, environment["ORDERS_PASSWORD"]),
            (connection.UserID, connection.Database, connection.Password));
        Assert.Equal($"mysql://{database.User}:{environment["MYSQL_PWD"]}@127.0.0.1:{connection.Port}/{database.Name}",
            environment["ORDERS_URI"]);
        Assert.DoesNotContain("X-Amz-", result.Output);
    }

    [Fact]
    public async Task A_client_is_opened_logged_in()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var client = MySqlCommandLine.Find();
        Assert.SkipWhen(client is null, "there is no mysql client on this machine");
        var named = client!.Count == 1 ? (string[])["--client", client[0]] : [];
        var result = await RunAsync(["connect", Endpoint, "-u", database.User, "-D", database.Name, .. named, "--", "-N", "-e",
            "SELECT DATABASE()"]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal($"{database.Name}\n", result.Output);
    }

    [Fact]
    public async Task MySQL_Shell_gets_the_password_in_a_file_that_is_gone_afterwards()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using var clients = StandIns.Of("mysqlsh", """
            for word in "$@"; do echo "$word"; done
            file=${1#--defaults-extra-file=}
            stat -c %a "$file"; cat "$file"
            """);
        var result = await RunAsync(["connect", Endpoint, "-u", database.User, "-D", database.Name, "--client", "mysqlsh", "--", "-e", "x"],
            clients.Path);

        Assert.True(result.ExitCode == 0, result.Error);
        var said = result.Output.Split('\n');
        Assert.StartsWith("--defaults-extra-file=", said[0]);
        Assert.Matches($"^--sql --mysql --host 127.0.0.1 --port [0-9]+ --user {database.User} --ssl-mode=DISABLED --schema {database.Name} -e x$",
            string.Join(' ', said[1..^4]));
        Assert.Equal(("600", "[client]"), (said[^4], said[^3]));
        Assert.Matches("^password=\"[0-9a-f]{64}\"$", said[^2]);
        Assert.False(File.Exists(said[0].Split('=')[1]));
    }

    [Fact]
    public async Task The_file_with_the_password_does_not_outlive_a_tool_that_is_killed()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using var clients = StandIns.Of("mysqlsh", "echo file=${1#--defaults-extra-file=}; exec sleep 300");
        await using var tool = Tool.Start(["connect", Endpoint, "-u", database.User, "--client", "mysqlsh"], Environment(clients.Path));
        var file = (await tool.UntilAsync("file=")).Split("file=")[1].Split('\n')[0];
        Assert.True(File.Exists(file));

        tool.Signal("KILL");

        await TestServer.EventuallyAsync(() => Task.FromResult(!File.Exists(file)), "the file is gone",
            TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("dbeaver", "dbeaver-ce", @"^-con driver=mysql8\|name=rds-iam\|host=127\.0\.0\.1\|port=[0-9]+\|user=USER\|database=DATABASE\|"
        + @"password=any\|prop\.useSSL=false\|savePassword=false\|connect=true$")]
    [InlineData("workbench", "mysql-workbench", "^--query USER@127.0.0.1:[0-9]+$")]
    public async Task A_client_with_a_window_is_led_there_and_may_go_on_after_its_first_process(string name, string program, string line)
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using var clients = StandIns.Of(program, "echo \"$@\"");
        await using var tool = Tool.Start(["connect", Endpoint, "-u", database.User, "-D", database.Name, "--client", name],
            Environment(clients.Path));
        await tool.UntilAsync("the client goes on in a process of its own");
        Assert.Contains($" leads there as '{database.User}', for every program on this machine, with any password", tool.Error);
        tool.Signal("TERM");
        var result = await tool.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(line.Replace("USER", database.User, StringComparison.Ordinal)
            .Replace("DATABASE", database.Name, StringComparison.Ordinal), result.Output.Trim());
    }

    [Fact]
    public async Task A_login_that_does_not_work_is_said_before_the_program_starts()
    {
        var result = await RunAsync(["exec", Endpoint, "-u", "nobody_here", "--", "sh", "-c", "echo started"]);

        Assert.Equal((125, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"'nobody_here' cannot log in to {Endpoint}: ", result.Said[^1]);
        Assert.EndsWith("'rds-iam doctor' with the same options looks for the cause", result.Said[^1]);
    }

    [Theory]
    [InlineData("exec host -u app -- nothere", 127, "'nothere' was not found on the PATH")]
    [InlineData("connect host -u app --client nothere", 127, "--client 'nothere' was not found on the PATH")]
    [InlineData("exec db.example -- true", 2, "--user is missing: give the database user, for example 'orders_app'")]
    [InlineData("exec host --usr app -- true", 2,
        "'--usr' is no option of 'rds-iam exec'; did you mean '--user'? (COMMAND stands after --)")]
    public async Task What_is_missing_is_said(string line, int exitCode, string message)
    {
        var result = await RunAsync(line.Split(' '));
        Assert.Equal((exitCode, message), (result.ExitCode, result.Said[0]));
    }

    private string Endpoint => $"{shared.Rds.Server.Host}:{shared.Rds.Server.Port}";

    private Task<ToolResult> RunAsync(IEnumerable<string> line, string? path = null) =>
        Tool.RunAsync(line, environment: Environment(path));

    private Dictionary<string, string?> Environment(string? path = null)
    {
        var environment = shared.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        environment["RDS_IAM_CA_BUNDLE"] = shared.Rds.CaCertificatePath;
        if (path is not null)
            environment["PATH"] = $"{path}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}";
        return environment;
    }
}
