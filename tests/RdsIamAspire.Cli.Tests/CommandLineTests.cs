using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tests;

/// <summary>What a person sees of a command line that is not right, and of what must not be shown.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("doctr", "'doctr' is no command of 'rds-iam'; did you mean 'doctor'?")]
    [InlineData("ca shw", "'shw' is no command of 'rds-iam ca'; did you mean 'show'?")]
    [InlineData("xyzzy", "'xyzzy' is no command of 'rds-iam'")]
    [InlineData("grants --user app --databse orders", "'--databse' is no option of 'rds-iam grants'; did you mean '--database'?")]
    [InlineData("policy --lint=x --usr app", "'--usr' is no option of 'rds-iam policy'; did you mean '--user'?")]
    [InlineData("local --databse orders -- true",
        "'--databse' is no option of 'rds-iam local'; did you mean '--database'? (COMMAND stands after --)")]
    [InlineData("doctor --apphsot", "'--apphsot' is no option of 'rds-iam doctor'; did you mean '--apphost'?")]
    [InlineData("tunnel --jsno", "'--jsno' is no option of 'rds-iam tunnel'; did you mean '--json'?")]
    [InlineData("explain --jsno", "'--jsno' is no option of 'rds-iam explain'; did you mean '--json'?")]
    [InlineData("connect --usr app", "'--usr' is no option of 'rds-iam connect'; did you mean '--user'?")]
    [InlineData("scan --jsno", "'--jsno' is no option of 'rds-iam scan'; did you mean '--json'?")]
    [InlineData("completion --jsno", "'--jsno' is no option of 'rds-iam completion'; did you mean '--json'?")]
    [InlineData("token --host h --user u more", "'more' is one word too many for 'rds-iam token'")]
    [InlineData("token --host h --user u --port abc", "--port 'abc' is not a whole number")]
    [InlineData("local --port x -- true", "--port 'x' is not a whole number")]
    [InlineData("local --format xml", "--format 'xml' is not one of bash, powershell, env, json")]
    [InlineData("doctor --timeout 1.5 --host h --user u", "--timeout '1.5' is not a whole number")]
    [InlineData("doctor --user u",
        "--host is missing: give the database's endpoint, for example mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com")]
    [InlineData("token --host db.example.com", "--user is missing: give the database user, for example 'orders_app'")]
    [InlineData("tunnel orders-prod",
        "--user is missing: give the database user, for example 'orders_app' (no rds-iam.json has a name 'orders-prod')")]
    [InlineData("token --host db.example.com --user u --region nowhere",
        "--region 'nowhere' is not an AWS region name; a region looks like 'eu-west-1'")]
    [InlineData("list --region nowhere", "--region 'nowhere' is not an AWS region name; a region looks like 'eu-west-1'")]
    [InlineData("connect", "ENDPOINT is missing")]
    [InlineData("exec orders-prod -u u", "COMMAND is missing")]
    [InlineData("connect orders-prod -u", "--user wants a value: --user USER")]
    [InlineData("connect h:3306/?Action=connect&X-Amz-Signature=0", "that is a token, not an endpoint or a connection string; 'rds-iam"
        + " explain' reads it")]
    [InlineData("doctor Port=3306;Uid=u",
        "the connection string names no host; it has one as in 'Server=HOST;Port=3306;User ID=USER'")]
    [InlineData("local --fault deny-conect -- true",
        "--fault 'deny-conect' is no fault; did you mean 'deny-connect'? (there are: deny-connect,"
        + " refuse-logins, no-agent, clock-skew=SECONDS, delay=SECONDS, logins-per-second=N)")]
    [InlineData("local --fault clock-skew=soon -- true", "--fault 'clock-skew=soon' needs a whole number from -86400 to 86400 after '='")]
    public async Task The_word_that_is_wrong_is_named_and_what_it_may_have_been_meant_for(string line, string message)
    {
        var result = await Tool.RunAsync(line.Split(' '));
        Assert.Equal((2, message, ""), (result.ExitCode, result.Said[0], result.Output));
        Assert.DoesNotContain("System.", result.Error);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("1st")]
    [InlineData("a$(id)")]
    public async Task A_name_that_no_shell_takes_is_refused(string name)
    {
        var result = await Tool.RunAsync("local", "--name", name, "--", "true");
        Assert.Equal((2, $"--name '{name}' is no connection name; it begins with a letter and goes on with letters, digits, '-' and '_'"),
            (result.ExitCode, result.Said[0]));
    }

    [Theory]
    [InlineData("", "doctor", "Usage: rds-iam COMMAND")]
    [InlineData("ca", "export", "Usage: rds-iam ca COMMAND")]
    public async Task A_command_that_groups_others_lists_them(string line, string one, string usage)
    {
        var result = await Tool.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(usage, result.Error);
        Assert.Matches($@"(?m)^  {one}\s+\w", result.Error);
    }

    [Theory]
    [InlineData("explain ./nothere.txt", 3, "there is no such file, and the argument is no token either")]
    [InlineData("policy --lint nothere.json", 3, "--lint 'nothere.json' does not exist")]
    [InlineData("doctor --host h --user u --policy nothere.json", 3, "--policy 'nothere.json' does not exist")]
    [InlineData("doctor --host h --user u --ca nothere.pem", 3, "--ca 'nothere.pem' does not exist")]
    [InlineData("ca show --file nothere.pem", 3, "--file 'nothere.pem' does not exist")]
    [InlineData("ca export --region eu-west-1 --out nofolder/ca.pem", 3, "nofolder/ca.pem' is in a folder that does not exist")]
    [InlineData("ca update --from nothere.pem", 3, "nothere.pem' does not exist")]
    [InlineData("policy --lint .", 3, "--lint '.' is a folder, not a file")]
    [InlineData("local --init nothere.sql -- true", 125, "--init 'nothere.sql' does not exist")]
    [InlineData("local --policy nothere.json -- true", 125, "--policy 'nothere.json' does not exist")]
    public async Task A_file_that_is_not_there_is_missing_everywhere(string line, int exitCode, string message)
    {
        var result = await Tool.RunAsync(line.Split(' '));
        Assert.Equal(exitCode, result.ExitCode);
        // Where no option is named, the path is whole.
        Assert.EndsWith(message, Assert.Single(result.Said));
    }

    [Fact]
    public async Task A_token_in_the_wrong_place_is_not_shown()
    {
        const string token = "db.example:3306/?Action=connect&DBUser=app&X-Amz-Credential=AKIA%2Fx&X-Amz-Signature=0123456789abcdef";
        foreach (var line in (string[][])[[token], ["grants", "--user", "app", token], ["policy", "--lint", token],
            ["token", "--host", token, "--user", "u"]])
        {
            var result = await Tool.RunAsync(line);
            Assert.NotEqual(0, result.ExitCode);
            Assert.DoesNotContain("0123456789abcdef", result.Output + result.Error);
        }
    }

    [Theory]
    [InlineData("plain ü 'text'", "plain ü 'text'")]
    [InlineData("red \u001b[31m\nand \u0007", @"red \x1b[31m\x0aand \x07")]
    [InlineData("left \u202e right", @"left \u202e right")]
    [InlineData("see h:1/?X-Amz-Signature=ab, there", "see (a token of 24 characters, not shown) there")]
    [InlineData("see h:1/?X%2DAmz%2DCredential=ab there", "see (a token of 28 characters, not shown) there")]
    public void What_comes_from_outside_is_escaped(string text, string shown) => Assert.Equal(shown, ShownText.Of(text));

    [Fact]
    public async Task A_profile_that_does_not_exist_is_named_and_one_that_does_wins_over_the_environment()
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, """
            [orders]
            aws_access_key_id = AKIAPROFILEORDERS000
            aws_secret_access_key = not-a-secret
            """, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string?>
        {
            ["AWS_SHARED_CREDENTIALS_FILE"] = config,
            ["AWS_ACCESS_KEY_ID"] = "ASIALOCALOTHER000000",
            ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret",
            ["AWS_SESSION_TOKEN"] = "not-a-session",
        };
        string[] line = ["token", "--host", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user", "app", "--json", "--profile"];

        var missing = await Tool.RunAsync([.. line, "order"], environment: environment);
        Assert.Equal((3, "there is no profile 'order' in ~/.aws/config or ~/.aws/credentials; did you mean 'orders'? (there are: orders)"),
            (missing.ExitCode, Assert.Single(missing.Said)));

        var found = await Tool.RunAsync([.. line, "orders"], environment: environment);
        using var json = System.Text.Json.JsonDocument.Parse(found.Output);
        Assert.Equal("AKIAPROFILEORDERS000", json.RootElement.GetProperty("accessKeyId").GetString());
        Assert.DoesNotContain("X-Amz-Security-Token", json.RootElement.GetProperty("token").GetString());
        File.Delete(config);
    }
}
