using System.Text.Json;
using RdsIamAspire.Cli.Grants;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam grants --apply</c>: the difference with a real server, and then none.</summary>
public sealed class GrantApplyTests(MasterRds rds) : IClassFixture<MasterRds>
{
    [Fact]
    public async Task The_difference_is_shown_and_made_and_the_second_time_there_is_none()
    {
        var user = NewUser();
        var shown = await RunAsync("--user", user, "-d", "orders_db", "--dry-run");
        Assert.Equal($"""
            + '{user}'@'%' is made, and logs in with tokens
            + TLS is required of it
            + DELETE, EXECUTE, INSERT, SELECT, UPDATE on 'orders_db'
              CREATE USER `{user}`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
              ALTER USER `{user}`@`%` REQUIRE SSL;
              GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `orders\_db`.* TO `{user}`@`%`;

            """, shown.Output);
        Assert.Equal(1, shown.ExitCode);

        var unasked = await RunAsync("--user", user, "-d", "orders_db", "--apply");
        Assert.Equal((1, "nothing was changed: give --yes, or answer at a terminal"), (unasked.ExitCode, unasked.Said[^1]));

        var made = await RunAsync("--user", user, "-d", "orders_db", "--apply", "--yes");
        Assert.Equal((0, "done: 3 statements"), (made.ExitCode, made.Said[^1]));

        var again = await RunAsync("--user", user, "-d", "orders_db", "--apply", "--yes");
        Assert.Equal((0, "nothing to change"), (again.ExitCode, again.Said[^1]));
        Assert.All(again.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("= ", line));

        var less = await RunAsync("--user", user, "-d", "orders_db", "--grant", "SELECT,SHOW VIEW", "--apply", "--yes", "--json");
        using var json = JsonDocument.Parse(less.Output);
        Assert.True(json.RootElement.GetProperty("applied").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("steps").EnumerateArray(), step => step.GetProperty("what").GetString()
            == "DELETE, EXECUTE, INSERT, UPDATE on 'orders_db' beyond what was asked for, which is kept");
    }

    [Fact]
    public async Task A_user_with_a_password_is_left_alone_unless_told()
    {
        var user = NewUser();
        await TestServer.ExecuteAsync(rds.Rds.Server, $"CREATE USER {user} IDENTIFIED BY 'for-this-test'",
            TestContext.Current.CancellationToken);
        var kept = await RunAsync("--user", user, "--apply", "--yes");
        Assert.Equal(1, kept.ExitCode);
        Assert.Contains("is there and logs in with caching_sha2_password; --alter makes it log in with tokens", kept.Said[^1]);

        var altered = await RunAsync("--user", user, "--alter", "--apply", "--yes");
        Assert.Equal((0, "done: 1 statement"), (altered.ExitCode, altered.Said[^1]));
    }

    [Fact]
    public async Task An_administrator_is_never_altered()
    {
        var result = await RunAsync("--user", MasterRds.Master, "--alter", "--apply", "--yes");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"'{MasterRds.Master}' is an administrator of this server", result.Said[^1]);
    }

    [Fact]
    public async Task The_master_comes_from_the_secret_that_RDS_manages()
    {
        using var aws = new FakeAwsApi();
        aws.Answers["GetSecretValue"] = JsonSerializer.Serialize(new
        {
            SecretString = JsonSerializer.Serialize(new { username = MasterRds.Master, password = MasterRds.Password }),
        });
        var variables = Variables();
        variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = aws.Address;
        variables["RDS_IAM_MASTER_PASSWORD"] = null;
        var result = await Tool.RunAsync(["grants", "--user", NewUser(), "--host", Endpoint, "--dry-run", "--master-secret",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-0"], environment: variables);
        Assert.Contains("is made, and logs in with tokens", result.Output);
        Assert.Equal([("GetSecretValue", "eu-west-1/secretsmanager")], aws.Calls);
        Assert.DoesNotContain(MasterRds.Password, result.Output + result.Error);
    }

    [Fact]
    public async Task An_IAM_user_with_rights_makes_others()
    {
        await TestServer.ExecuteAsync(rds.Rds.Server,
            "GRANT CREATE USER, SELECT, INSERT, UPDATE, DELETE, EXECUTE ON *.* TO iam_admin WITH GRANT OPTION",
            TestContext.Current.CancellationToken);
        var result = await Tool.RunAsync(["grants", "--user", NewUser(), "-d", "orders", "--host", Endpoint, "--apply", "--yes",
            "--master-iam", "iam_admin"], environment: Variables());
        Assert.Equal((0, "done: 3 statements"), (result.ExitCode, result.Said[^1]));
    }

    [Fact]
    public async Task An_IAM_user_without_rights_is_told_so()
    {
        await TestServer.ExecuteAsync(rds.Rds.Server, "CREATE USER IF NOT EXISTS iam_plain IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"
            + " REQUIRE SSL", TestContext.Current.CancellationToken);
        var result = await Tool.RunAsync(["grants", "--user", "x", "--host", Endpoint, "--dry-run", "--master-iam", "iam_plain"],
            environment: Variables());
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^'iam_plain' may not look at the server's users: .+; it takes one who may make users, such as the master user$",
            result.Said[^1]);
    }

    [Fact]
    public async Task A_wrong_password_and_a_wrong_certificate_are_said()
    {
        var variables = Variables();
        variables["RDS_IAM_MASTER_PASSWORD"] = "wrong-for-this-test";
        var wrong = await Tool.RunAsync(["grants", "--user", "x", "--host", Endpoint, "--dry-run", "--master", MasterRds.Master],
            environment: variables);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Access denied", wrong.Said[^1]);
        Assert.DoesNotContain("wrong-for-this-test", wrong.Error);

        var other = await Tool.RunAsync(["grants", "--user", "x", "--host", Endpoint, "--dry-run", "--master", MasterRds.Master,
            "--sign-for", "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com"], environment: Variables());
        Assert.Equal(1, other.ExitCode);
        Assert.DoesNotContain("is made", other.Output);
    }

    [Theory]
    [InlineData("", "--apply needs one who may make users: --master USER, --master-secret ARN or --master-iam USER")]
    [InlineData("--master a --master-iam b", "--master and --master-iam are given; give one")]
    public async Task Who_makes_the_users_has_to_be_said(string line, string said)
    {
        var result = await Tool.RunAsync(["grants", "--user", "x", "--host", "h", "--apply", .. line.Split(' ',
            StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, said), (result.ExitCode, result.Said[0]));
    }

    [Fact]
    public void All_privileges_are_seen_as_the_server_lists_them()
    {
        var all = new[]
        {
            "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DROP", "EVENT",
            "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE",
        };
        var request = new RdsGrantRequest("app") { Databases = ["db"], Privileges = ["ALL"] };
        var account = new RdsDatabaseAccount("%", RdsGrantScript.Plugin, RequiresTls: true, IsLocked: false, IsAdministrator: false);
        IReadOnlyList<GrantStep> Steps(IEnumerable<string> has) => GrantPlan.Between(request, new([account],
            new Dictionary<string, IReadOnlySet<string>> { ["db"] = has.ToHashSet() }));
        Assert.All(Steps(all), step => Assert.Null(step.Statement));
        Assert.Single(Steps(all.Skip(1)), step => step.Statement is not null);
    }

    private string Endpoint => $"{rds.Rds.Server.Host}:{rds.Rds.Server.Port}";

    private static string NewUser() => $"u_{Guid.NewGuid():N}"[..20];

    private Task<ToolResult> RunAsync(params string[] line) => Tool.RunAsync(
        ["grants", "--host", Endpoint, "--master", MasterRds.Master, .. line], environment: Variables());

    private Dictionary<string, string?> Variables()
    {
        var variables = rds.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        variables["RDS_IAM_CA_BUNDLE"] = rds.Rds.CaCertificatePath;
        variables["RDS_IAM_MASTER_PASSWORD"] = MasterRds.Password;
        return variables;
    }
}

/// <summary>A local RDS with a master user, as RDS gives one.</summary>
public sealed class MasterRds : IAsyncLifetime
{
    public const string Master = "admin";
    public const string Password = "for-this-throw-away-server";

    private LocalRds? _rds;
    private string? _skipReason;

    public LocalRds Rds
    {
        get
        {
            if (_skipReason is not null)
                Assert.Skip(_skipReason);
            return _rds!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _skipReason = await TestServer.WhyNoneAsync();
        if (_skipReason is not null)
            return;
        var options = new LocalRdsOptions { MasterUser = new LocalRdsMasterUser(Master, Password) };
        options.IamUsers.Add("iam_admin");
        _rds = await LocalRds.StartAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_rds is not null)
            await _rds.DisposeAsync();
    }
}
