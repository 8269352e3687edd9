using System.CommandLine;
using System.Text.Json;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Doctor;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>--json</c> on every command, and a schema for what each writes. Every other test that asks for JSON is held to it too.</summary>
public sealed class JsonOutputTests
{
    private const string Host = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    public static TheoryData<string> Commands => [.. All(RdsIamTool.CreateRoot(), "").Select(static one => one.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_command_takes_it_and_has_a_definition(string name)
    {
        var command = All(RdsIamTool.CreateRoot(), "").Single(one => one.Name == name).Command;
        Assert.Contains(command.Options, static option => option.Name == "--json" || option.Aliases.Contains("--json"));
        Assert.Contains(name, OutputSchema.Definitions);
    }

    [Theory]
    [InlineData($"token --host {Host} --user app --json", 0)]
    [InlineData("list --names --json", 0)]
    [InlineData("policy --region eu-west-1 --account 123456789012 --resource-id db-ABCDEFGHIJKL01234 --user app --json", 0)]
    [InlineData("grants --user app --database orders --json", 0)]
    [InlineData("ca show --json", 0)]
    [InlineData("ca show --region eu-west-1 --json", 0)]
    [InlineData("ca export --region eu-west-1 --json", 0)]
    [InlineData("completion zsh --json", 0)]
    [InlineData("doctor --host mydb.invalid --user app --region eu-west-1 --json", (int)Cause.HostNotFound)]
    [InlineData("doctor --why 1045 --json", 0)]
    [InlineData("doctor --why something-else --json", 1)]
    [InlineData("scan docs/images --json", 0)]
    public async Task What_a_command_writes_is_what_its_schema_says(string line, int exitCode)
    {
        var words = line.Replace("docs/images", Repository.File("docs", "images"), StringComparison.Ordinal).Split(' ');
        var result = await Tool.RunAsync(words, environment: Keys);

        Assert.True(result.ExitCode == exitCode, result.Error);
        OutputSchema.Check(OutputSchema.NameOf(words), result.Output);
    }

    [Fact]
    public async Task A_token_and_a_policy_are_judged_in_JSON()
    {
        var token = await Tool.RunAsync(["token", "--host", Host, "--user", "app"], environment: Keys);
        var explained = await Tool.RunAsync(["explain", "--json"], stdin: token.Output);
        OutputSchema.Check("explain", explained.Output);

        var linted = await Tool.RunAsync(["policy", "--lint", "-", "--user", "app", "--json"], stdin: """{"Statement":[]}""");
        OutputSchema.Check("policy --lint", linted.Output);
    }

    [Fact]
    public async Task Servers_are_shown_in_JSON_with_or_without_one()
    {
        var result = await Tool.RunAsync("server", "show", "--json");
        Assert.Contains(result.ExitCode, (int[])[ExitCode.Success, ExitCode.Missing]);
        OutputSchema.Check("server show", result.Output);
    }

    [Fact]
    public async Task What_a_tunnel_says_is_a_JSON_object_a_line()
    {
        await using var tool = Tool.Start(["tunnel", "--host", "127.0.0.1:1", "--user", "app", "--region", "eu-west-1", "--json"], Keys);
        await tool.UntilAsync("127.0.0.1:1 ");
        tool.Signal("TERM");
        var result = await tool.EndAsync();
        Assert.All(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), static line => OutputSchema.Check("line", line));
    }

    [Fact]
    public void Every_cause_stands_in_the_schema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs", "rds-iam.output.schema.json")));
        var causes = schema.RootElement.GetProperty("definitions").GetProperty("cause").GetProperty("enum").EnumerateArray()
            .Select(static one => one.GetString());
        Assert.Equal(Enum.GetNames<Cause>().Select(JsonNamingPolicy.CamelCase.ConvertName).Order(), causes.Order());
    }

    private static Dictionary<string, string?> Keys => new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "none",
    };

    private static IEnumerable<(string Name, Command Command)> All(Command command, string above) =>
        command.Subcommands.SelectMany(sub => sub.Subcommands.Count > 0
            ? All(sub, $"{above}{sub.Name} ")
            : [($"{above}{sub.Name}", sub)]);
}
