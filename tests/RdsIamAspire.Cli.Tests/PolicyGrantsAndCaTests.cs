namespace RdsIamAspire.Cli.Tests;

public sealed class PolicyGrantsAndCaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-cli-").FullName;

    [Fact]
    public async Task The_policy_for_a_user_passes_its_own_lint()
    {
        var policy = await Tool.RunAsync("policy", "--region", "cn-north-1", "--account", "123456789012", "--resource-id",
            "db-ABCDEFGHIJKL01234", "--user", "orders_app");
        Assert.Contains("\"arn:aws-cn:rds-db:cn-north-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/orders_app\"", policy.Output);
        var lint = await Tool.RunAsync(["policy", "--lint", "-", "--user", "orders_app", "--region", "cn-north-1"], stdin: policy.Output);
        Assert.Equal((0, "nothing found\n"), (lint.ExitCode, lint.Output));
    }

    [Fact]
    public async Task A_policy_for_another_user_is_an_error_with_exit_code_1()
    {
        var policy = await Tool.RunAsync("policy", "--region", "eu-west-1", "--account", "123456789012", "--resource-id",
            "db-ABCDEFGHIJKL01234", "--user", "orders_app");
        var lint = await Tool.RunAsync(["policy", "--lint", "-", "--user", "Orders_App"], stdin: policy.Output);
        Assert.Equal(1, lint.ExitCode);
        Assert.StartsWith("error: ", lint.Output);
        Assert.Contains("'Orders_App'", lint.Output);
    }

    [Theory]
    [InlineData("policy --account 123456789012", "--region is missing: give the database's region, for example eu-west-1")]
    [InlineData("policy --region eu-west-1 --account 1 --resource-id db-A --user u",
        "'1' is not an AWS account id; give its 12 digits, or '*'.")]
    [InlineData("grants --user app --grant SELECT", "--grant needs a --database that the privileges are for")]
    [InlineData("ca export --region eu-west-1 --host mydb", "--region and --host both choose roots; give one")]
    [InlineData("local --master admin -- true",
        "--master needs a password for this throw-away server in the environment variable RDS_IAM_MASTER_PASSWORD; choose one and export"
            + " it")]
    [InlineData("local --server oracle -- true", "--server 'oracle' is not a kind of server; it may be docker, mysqld or auto")]
    [InlineData("local --region mars -- true", "'mars' is not a region; give one like 'eu-west-1', or '*'.")]
    public async Task A_wrong_command_line_is_said_in_one_line(string line, string message)
    {
        var result = await Tool.RunAsync(line.Split(' '));
        Assert.Equal((2, message, ""), (result.ExitCode, result.Said[0], result.Output));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var result = await Tool.RunAsync("policy", "--lint", "nothere.json");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("nothere.json", Assert.Single(result.Said));
    }

    [Fact]
    public async Task The_grant_script_is_the_articles_statements()
    {
        var result = await Tool.RunAsync("grants", "--user", "jane_doe", "--database", "orders", "--grant", "select,insert");
        Assert.Equal("CREATE USER `jane_doe`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';\nALTER USER `jane_doe`@`%` REQUIRE"
            + " SSL;\n"
            + "GRANT SELECT, INSERT ON `orders`.* TO `jane_doe`@`%`;\n", result.Output);
    }

    [Fact]
    public async Task The_bundle_is_shown_with_what_it_lacks_and_exported_for_a_region()
    {
        var shown = await Tool.RunAsync(["ca", "show"], environment: OwnHome());
        Assert.StartsWith("bundle: embedded, ", shown.Output);
        Assert.Contains("regions without a root: ", shown.Output);
        var file = Path.Combine(_folder, "ca.pem");
        var exported = await Tool.RunAsync(["ca", "export", "--region", "eu-west-1", "--out", file], environment: OwnHome());
        Assert.Equal(0, exported.ExitCode);
        Assert.All(RdsCaBundle.Load(file).Certificates, certificate => Assert.Equal("eu-west-1", certificate.Region));
    }

    [Fact]
    public async Task A_region_without_a_root_is_said_with_the_remedy()
    {
        var result = await Tool.RunAsync(["ca", "export", "--region", "il-central-1"], environment: OwnHome());
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("The CA bundle (embedded) has no root for the region 'il-central-1'. Bring in AWS's newest bundle with 'rds-iam ca"
            + " update', or give your own CA file.", Assert.Single(result.Said));
    }

    [Fact]
    public async Task An_update_from_a_file_is_in_force_from_then_on_and_keeps_the_roots_of_the_proxy()
    {
        var newest = Path.Combine(_folder, "newest.pem");
        await File.WriteAllTextAsync(newest, RdsCaBundle.Embedded.ForRegion("eu-west-1").ExportPem(),
            TestContext.Current.CancellationToken);
        var update = await Tool.RunAsync(["ca", "update", "--from", newest], environment: OwnHome());
        Assert.True(update.ExitCode == 0, update.Error);
        var shown = await Tool.RunAsync(["ca", "show"], environment: OwnHome());
        Assert.StartsWith($"bundle: {_folder}", shown.Output);
        Assert.Contains("Amazon RDS eu-west-1 Root CA", shown.Output);
        Assert.Contains("Amazon Root CA 1", shown.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Dictionary<string, string?> OwnHome() => new() { ["XDG_DATA_HOME"] = _folder, ["HOME"] = _folder };
}
