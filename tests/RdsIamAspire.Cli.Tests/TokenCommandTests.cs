namespace RdsIamAspire.Cli.Tests;

public sealed class TokenCommandTests
{
    private const string Host = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    private static readonly Dictionary<string, string?> Credentials =
        new() { ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret" };

    [Fact]
    public async Task Credentials_with_seconds_left_sign_and_the_token_ends_with_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the credential_process asks GNU date");
        var folder = Directory.CreateTempSubdirectory("rds-iam-short-");
        var process = Path.Combine(folder.FullName, "keys");
        var config = Path.Combine(folder.FullName, "config");
        // Asked for when the tool asks: a machine under load takes nothing away from the 40 seconds.
        await File.WriteAllTextAsync(process, """
            #!/bin/sh
            end=$(date -u -d '+40 seconds' +%Y-%m-%dT%H:%M:%SZ)
            printf '{"Version":1,"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"x","SessionToken":"t","Expiration":"%s"}' $end
            """, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(process, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(config, $"[profile short]\nregion=eu-west-1\ncredential_process={process}\n",
            TestContext.Current.CancellationToken);

        var result = await Tool.RunAsync(["token", "--profile", "short", "--host", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user",
            "app", "--json"], environment: new Dictionary<string, string?> { ["AWS_CONFIG_FILE"] = config });

        Assert.True(result.ExitCode == 0, result.Error);
        using var json = System.Text.Json.JsonDocument.Parse(result.Output);
        Assert.InRange(json.RootElement.GetProperty("expiresAt").GetDateTimeOffset()
            - json.RootElement.GetProperty("issuedAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(41));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_token_is_one_line_on_stdout_for_the_host_port_and_user_that_were_asked_for()
    {
        var result = await Tool.RunAsync(["token", "--host", Host, "--user", "orders_app"], environment: Credentials);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var token = RdsAuthToken.Parse(Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(
            (Host, 3306, "orders_app", "eu-west-1", "AKIAIOSFODNN7EXAMPLE"),
            (token.Host, token.Port, token.User, token.Region, token.AccessKeyId));
    }

    [Fact]
    public async Task The_options_of_the_AWS_CLI_work_as_they_stand()
    {
        var result = await Tool.RunAsync(
            ["token", "--hostname", Host, "--port", "3307", "--username", "jane_doe", "--region", "us-west-2"],
            environment: Credentials);
        var token = RdsAuthToken.Parse(result.Output.Trim());
        Assert.Equal((3307, "jane_doe", "us-west-2"), (token.Port, token.User, token.Region));
    }

    [Fact]
    public async Task Json_says_what_the_token_is_for()
    {
        var result = await Tool.RunAsync(["token", "--host", Host, "--user", "orders_app", "--json"], environment: Credentials);
        using var json = System.Text.Json.JsonDocument.Parse(result.Output);
        Assert.Equal("eu-west-1", json.RootElement.GetProperty("region").GetString());
        Assert.True(RdsAuthToken.TryParse(json.RootElement.GetProperty("token").GetString(), out _));
    }

    [Theory]
    [InlineData("token --host mydb.example", 2, "--user is missing: give the database user, for example 'orders_app'")]
    [InlineData(
        "token --host https://mydb --user app",
        2,
        "--host: 'https://mydb' is a URL; give only the host and port, without the scheme.")]
    [InlineData("token --host mydb:3307 --port 3308 --user app", 2, "--host 'mydb:3307' and --port 3308 name two ports; give one")]
    [InlineData("token --host mydb --port 70000 --user app", 2, "--port 70000 is not a port; give a number from 1 to 65535")]
    [InlineData("token --host mydb --port x --user app", 2, "--port 'x' is not a whole number")]
    [InlineData("frobnicate", 2, "'frobnicate' is no command of 'rds-iam'")]
    public async Task A_wrong_command_line_is_said_in_one_line(string line, int exitCode, string message)
    {
        var result = await Tool.RunAsync(line.Split(' '), environment: Credentials);
        Assert.Equal((exitCode, message, ""), (result.ExitCode, result.Said[0], result.Output));
    }

    [Fact]
    public async Task Without_a_region_the_three_places_are_named()
    {
        var result = await Tool.RunAsync(["token", "--host", "localhost", "--user", "app"], environment: Credentials);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith(
            "No AWS region is known for the host 'localhost'. It is looked for in three places: the host name",
            Assert.Single(result.Said));
    }

    [Fact]
    public async Task Without_credentials_it_is_said_what_to_give()
    {
        var result = await Tool.RunAsync("token", "--host", Host, "--user", "app");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("There are no AWS credentials: no AWS_ACCESS_KEY_ID in the environment, no profile", Assert.Single(result.Said));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("explain")]
    [InlineData("policy")]
    [InlineData("grants")]
    [InlineData("ca show")]
    [InlineData("ca export")]
    [InlineData("ca update")]
    [InlineData("server show")]
    [InlineData("server prepare")]
    [InlineData("local")]
    [InlineData("doctor")]
    [InlineData("tunnel")]
    public async Task Each_command_has_help_with_an_example(string command)
    {
        var result = await Tool.RunAsync([.. command.Split(' '), "--help"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"Examples:\n  rds-iam {command}", result.Output);
    }
}
