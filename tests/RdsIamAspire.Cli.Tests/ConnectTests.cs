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
    [InlineData("exec host -- true", 2, "--user is missing: give the database user, for example 'orders_app'")]
    [InlineData("exec host --usr app -- true", 2,
        "'--usr' is no option of 'rds-iam exec'; did you mean '--user'? (COMMAND stands after --)")]
    public async Task What_is_missing_is_said(string line, int exitCode, string message)
    {
        var result = await RunAsync(line.Split(' '));
        Assert.Equal((exitCode, message), (result.ExitCode, result.Said[0]));
    }

    private string Endpoint => $"{shared.Rds.Server.Host}:{shared.Rds.Server.Port}";

    private Task<ToolResult> RunAsync(IEnumerable<string> line)
    {
        var environment = shared.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        environment["RDS_IAM_CA_BUNDLE"] = shared.Rds.CaCertificatePath;
        return Tool.RunAsync(line, environment: environment);
    }
}
