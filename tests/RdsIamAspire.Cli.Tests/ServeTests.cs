namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam serve</c> without a container: its settings. What it serves is tested through the image.</summary>
public sealed class ServeTests
{
    /// <summary>Each wrong value of each variable, what is said of it, and the exit code. No server is started for any of them.</summary>
    [Theory]
    [InlineData("RDS_IAM_USER", "jane", "RDS_IAM_USER is no setting; did you mean 'RDS_IAM_USERS'?", 2)]
    [InlineData("RDS_IAM_USERS", "an_app,a_name_of_more_than_thirty_two_characters",
        "RDS_IAM_USERS 'a_name_of_more_than_thirty_two_characters' is not a MySQL user name; it has 1 to 32 characters.", 2)]
    [InlineData("RDS_IAM_GRANTS", "SELECT,SELEKT", "RDS_IAM_GRANTS 'SELEKT' is not a privilege that can be granted on a database.", 2)]
    [InlineData("RDS_IAM_INIT", "/nowhere", "RDS_IAM_INIT '/nowhere' does not exist", 3)]
    [InlineData("RDS_IAM_DATA", "/proc/data", "RDS_IAM_DATA '/proc/data' cannot be written to", 3)]
    [InlineData("RDS_IAM_SHARE", "/proc/share", "RDS_IAM_SHARE '/proc/share' cannot be written to", 3)]
    [InlineData("XDG_CACHE_HOME", "/proc/cache", "The cache folder (XDG_CACHE_HOME) '/proc/cache/rds-iam' cannot be written to", 3)]
    [InlineData("RDS_IAM_REGION", "mars", "RDS_IAM_REGION 'mars' is not a region", 2)]
    [InlineData("RDS_IAM_REGION", "*", "RDS_IAM_REGION '*' is a pattern for policies; a database has one", 2)]
    [InlineData("RDS_IAM_ACCOUNT", "12", "RDS_IAM_ACCOUNT '12' is not an AWS account id", 2)]
    [InlineData("RDS_IAM_RESOURCE_ID", "orders", "RDS_IAM_RESOURCE_ID 'orders' is not a resource id", 2)]
    [InlineData("RDS_IAM_POLICY", "/nowhere.json", "RDS_IAM_POLICY '/nowhere.json' does not exist", 3)]
    [InlineData("RDS_IAM_ENDPOINTS", "orders-db,a b", "RDS_IAM_ENDPOINTS 'a b': The host 'a b' has the character ' '", 2)]
    [InlineData("RDS_IAM_ENDPOINTS", "orders-db:99999", "RDS_IAM_ENDPOINTS 'orders-db:99999' has the port '99999'", 2)]
    [InlineData("RDS_IAM_MASTER_USER", "admin", "RDS_IAM_MASTER_USER 'admin' needs a password: set RDS_IAM_MASTER_PASSWORD", 2)]
    [InlineData("RDS_IAM_FAULTS", "clok-skew=1", "RDS_IAM_FAULTS 'clok-skew=1' is no fault; did you mean 'clock-skew'?", 2)]
    [InlineData("RDS_IAM_FAULTS", "clock-skew=soon", "RDS_IAM_FAULTS 'clock-skew=soon' needs a whole number", 2)]
    [InlineData("RDS_IAM_LISTEN", "everywhere", "RDS_IAM_LISTEN 'everywhere' is not an address and port", 2)]
    [InlineData("RDS_IAM_LISTEN", "0.0.0.0:0", "RDS_IAM_LISTEN '0.0.0.0:0' leaves the port open", 2)]
    [InlineData("RDS_IAM_HTTP", "on", "RDS_IAM_HTTP 'on' is not an address and port", 2)]
    [InlineData("RDS_IAM_HTTP", "0", "RDS_IAM_HTTP '0' has no port", 2)]
    [InlineData("RDS_IAM_DRAIN", "5m", "RDS_IAM_DRAIN '5m' is not a number of seconds from 0 to 3600", 2)]
    [InlineData("RDS_IAM_LOG", "xml", "RDS_IAM_LOG 'xml' is neither text nor json", 2)]
    [InlineData("RDS_IAM_LOG_LOGINS", "yes", "RDS_IAM_LOG_LOGINS 'yes' is neither all nor refused", 2)]
    public async Task A_wrong_setting_is_named_with_its_value(string variable, string value, string said, int exitCode)
    {
        var ended = await Tool.RunAsync(["serve"], environment: new Dictionary<string, string?> { [variable] = value });

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.StartsWith(said, Assert.Single(ended.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RDS_IAM_MASTER_PASSWRD", "RDS_IAM_MASTER_PASSWORD")]
    [InlineData("RDS_IAM_HTTP_TOKN", "RDS_IAM_HTTP_TOKEN")]
    public async Task A_secret_under_a_misspelt_name_is_not_shown(string variable, string meant)
    {
        var ended = await Tool.RunAsync(["serve"], environment: new Dictionary<string, string?> { [variable] = "n0t-shown" });

        Assert.Equal((2, $"{variable} is no setting; did you mean '{meant}'?"), (ended.ExitCode, Assert.Single(ended.Said)));
    }

    [Fact]
    public async Task An_option_comes_before_its_variable_and_is_the_name_that_is_said()
    {
        var ended = await Tool.RunAsync(
            ["serve", "--drain", "-1"], environment: new Dictionary<string, string?> { ["RDS_IAM_DRAIN"] = "5" });

        Assert.Equal((2, "--drain '-1' is not a number of seconds from 0 to 3600"), (ended.ExitCode, Assert.Single(ended.Said)));
    }

    [Fact]
    public async Task An_option_for_one_value_is_given_once()
    {
        var ended = await Tool.RunAsync("serve", "--drain", "1", "--drain", "2");

        Assert.Equal((2, "--drain '2' is the last of 2 that were given; give one"), (ended.ExitCode, Assert.Single(ended.Said)));
    }

    [Fact]
    public async Task A_policy_that_IAM_would_refuse_is_named_before_a_server_is_started()
    {
        var policy = Path.GetTempFileName();
        await File.WriteAllTextAsync(policy, """{"Statement":[{"Effect":"Allow"}]}""", TestContext.Current.CancellationToken);

        var ended = await Tool.RunAsync(["serve"], environment: new Dictionary<string, string?> { ["RDS_IAM_POLICY"] = policy });

        File.Delete(policy);
        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith($"RDS_IAM_POLICY '{policy}': ", Assert.Single(ended.Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubernetes_own_variables_of_a_service_called_rds_iam_are_passed_over()
    {
        var ended = await Tool.RunAsync(["serve"], environment: new Dictionary<string, string?>
        {
            ["RDS_IAM_SERVICE_HOST"] = "10.0.0.7",
            ["RDS_IAM_PORT"] = "tcp://10.0.0.7:3306",
            ["RDS_IAM_DRAIN"] = "never",
        });

        Assert.Equal("RDS_IAM_DRAIN 'never' is not a number of seconds from 0 to 3600", Assert.Single(ended.Said));
    }

    [Fact]
    public async Task The_check_of_a_server_that_is_not_there_says_so()
    {
        // Nobody listens on the discard port.
        var ended = await Tool.RunAsync("serve", "--check", "--http", "9");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("not ready: no 'rds-iam serve' answers at http://127.0.0.1:9/", Assert.Single(ended.Said), StringComparison.Ordinal);
    }
}
