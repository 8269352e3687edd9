namespace RdsIamAspire.Cli.Tests;

public sealed class ExplainCommandTests
{
    // The golden vector of botocore's unit test, of November 2016.
    private const string Signature = "d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61";
    private const string Old = "prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=someusername&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=akid%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=20161107T173933Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        + "&X-Amz-Security-Token=sessiontoken&X-Amz-Signature=" + Signature;

    [Fact]
    public async Task An_old_token_is_explained_and_never_shown()
    {
        var result = await Tool.RunAsync(["explain"], stdin: Old + "\n");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("""
            host         prod-instance.us-east-1.rds.amazonaws.com (Instance)
            port         3306
            user         someusername
            region       us-east-1
            access key   akid (temporary credentials)
            issued       2016-11-07 17:39:33Z
            expires      2016-11-07 17:54:33Z
            state        RDS would refuse it:
              - The token has expired
            """, result.Output);
        Assert.DoesNotContain(Signature, result.Output + result.Error);
        Assert.DoesNotContain("sessiontoken", result.Output + result.Error);
    }

    [Fact]
    public async Task A_token_is_compared_with_what_it_is_meant_for()
    {
        var token = await FreshAsync();
        var result = await Tool.RunAsync(["explain", "--host", "localhost:3307", "--user", "Orders_App", "--region", "us-east-1"],
            stdin: token);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  - The token is signed for mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com:3306, not for localhost:3307; host and"
            + " port must be the endpoint's own.\n", result.Output);
        Assert.Contains("  - The token is for user 'orders_app', not 'Orders_App'; the case matters.\n", result.Output);
        Assert.Contains("  - The token is signed for region 'eu-west-1', not 'us-east-1'.\n", result.Output);
    }

    [Fact]
    public async Task A_fresh_token_has_nothing_wrong_that_can_be_seen()
    {
        var result = await Tool.RunAsync(["explain", "--json"], stdin: await FreshAsync());
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = System.Text.Json.JsonDocument.Parse(result.Output);
        Assert.Equal(0, json.RootElement.GetProperty("problems").GetArrayLength());
    }

    [Theory]
    [InlineData("", "stdin is empty; pipe a token in, for example: rds-iam token --host HOST --user USER | rds-iam explain")]
    [InlineData("hunter2", "This is not an RDS auth token: it has no '?'. A token looks like 'host:port/?Action=connect&DBUser=…'.")]
    public async Task What_is_no_token_is_not_repeated(string text, string message)
    {
        var result = await Tool.RunAsync(["explain"], stdin: text);
        Assert.Equal((1, message, ""), (result.ExitCode, Assert.Single(result.Said), result.Output));
    }

    [Fact]
    public async Task A_token_may_be_an_argument_or_stand_in_a_file()
    {
        var token = (await FreshAsync()).Trim();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"\n'{token.Replace("&", "&amp;", StringComparison.Ordinal)}'\n",
            TestContext.Current.CancellationToken);
        foreach (var argument in (string[])[token, file])
        {
            var result = await Tool.RunAsync("explain", argument);
            Assert.True(result.ExitCode == 0, result.Output + result.Error);
            Assert.Contains("user         orders_app\n", result.Output);
        }

        File.Delete(file);
    }

    private static async Task<string> FreshAsync()
    {
        var result = await Tool.RunAsync(["token", "--host", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user", "orders_app"],
            environment: new Dictionary<string, string?>
            {
                ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret",
            });
        return result.Output;
    }
}
