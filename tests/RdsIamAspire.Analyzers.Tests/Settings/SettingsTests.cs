using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Settings;

/// <summary>The .editorconfig options, and what is said of a wrong value.</summary>
public sealed class SettingsTests
{
    private const string Remote = "class C { string A = \"Server=db.example.com;Uid=root;Pwd=x1;SslMode=Required\"; }";
    private const string Local = "class C { string A = \"Server=localhost;Uid=root;Pwd=x1;SslMode=None\"; }";

    [Theory]
    [InlineData("None", "SslMode=None", "")]
    [InlineData("Preferred", "SslMode=None", "RDSIAM004")]
    [InlineData("Preferred", "SslMode=Preferred", "")]
    [InlineData("Preferred", "Port=3306", "")]
    [InlineData("Required", "Port=3306", "RDSIAM003")]
    [InlineData("Required", "SslMode=Required", "")]
    [InlineData("VerifyCA", "SslMode=Required", "RDSIAM005")]
    [InlineData("VerifyCA", "SslMode=VerifyCA", "")]
    [InlineData("VerifyFull", "SslMode=VerifyCA", "RDSIAM005")]
    [InlineData("VerifyFull", "SslMode=VerifyFull", "")]
    public async Task The_minimum_ssl_mode_draws_the_line(string minimum, string pair, string expected)
    {
        var found = await FindAsync($"class C {{ string A = \"Server=db.example.com;Uid=root;{pair}\"; }}",
            ("rds_iam.minimum_ssl_mode", minimum));

        Assert.Equal(expected.Length == 0 ? [] : [expected], found.Select(each => each.Id));
    }

    [Fact]
    public async Task Local_hosts_are_reported_unless_told_otherwise()
    {
        Assert.Equal(["RDSIAM001", "RDSIAM004"], (await FindAsync(Local)).Select(each => each.Id));
        Assert.Empty(await FindAsync(Local, ("rds_iam.local_hosts", "ignore")));
        Assert.All(await FindAsync(Local, ("rds_iam.local_hosts", "info")), each => Assert.Equal(DiagnosticSeverity.Info, each.Severity));
        Assert.Equal(["RDSIAM001", "RDSIAM005"], (await FindAsync(Remote, ("rds_iam.local_hosts", "ignore"))).Select(each => each.Id));
    }

    [Fact]
    public async Task Placeholder_patterns_are_added_to_the_known_ones()
    {
        Assert.DoesNotContain(await FindAsync(Remote, ("rds_iam.placeholder_patterns", "dummy*, x?")), each => each.Id == "RDSIAM001");
    }

    [Fact]
    public async Task Excluded_paths_are_left_alone()
    {
        Assert.Empty(await FindAsync(Remote, ("rds_iam.excluded_paths", "legacy/**, Sample*.cs")));
    }

    [Fact]
    public async Task With_detection_by_sinks_the_shape_alone_is_not_enough()
    {
        Assert.Empty(await FindAsync(Remote, ("rds_iam.detection", "sinks")));
        Assert.Contains(
            await FindAsync("class C { void M() { new MySqlConnector.MySqlConnection(\"Server=db;Uid=root;Pwd=x1\"); } }",
            ("rds_iam.detection", "sinks")),
            each => each.Id == "RDSIAM001");
    }

    [Fact]
    public async Task An_extra_sink_takes_a_MySQL_connection_string()
    {
        const string source =
            "namespace Company { class Database { public static void Open(string cs) { } } class C { void M() => "
                + "Database.Open(\"Password=x1;Extra=1;User ID=a\"); } }";

        Assert.Empty(await FindAsync(source));
        Assert.Contains(await FindAsync(source, ("rds_iam.extra_sinks", "Company.Database.Open")), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("rds_iam.minimum_ssl_mode", "Strong", "None, Preferred, Required, VerifyCA or VerifyFull")]
    [InlineData("rds_iam.local_hosts", "maybe", "report, info or ignore")]
    [InlineData("rds_iam.detection", "both", "shape or sinks")]
    [InlineData("rds_iam.extra_sinks", "Open()", "full names such as Company.Data.Database.Open")]
    [InlineData("rds_iam.placeholder_patterns", "*", "at least one character besides * and ?")]
    [InlineData("rds_iam.minimum_tls", "VerifyFull", "one of the options that docs/rules/README.md lists")]
    public async Task A_wrong_value_is_said_once_with_what_was_expected_and_the_default_stays(string key, string value, string expected)
    {
        var found = await FindAsync(Remote, (key, value));

        var said = Assert.Single(found, each => each.Id == "RDSIAM013");
        Assert.Contains(key, said.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Contains(expected, said.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(["RDSIAM001", "RDSIAM005"], found.Where(each => each.Id != "RDSIAM013").Select(each => each.Id));
    }

    private static async Task<Diagnostic[]> FindAsync(string source, params (string Key, string Value)[] options)
    {
        var diagnostics = await Analysis.RunAsync(Analysis.Compile(source, Analysis.MySqlConnector),
            options.ToDictionary(each => each.Key, each => each.Value));
        return [.. diagnostics.OrderBy(each => each.Id, StringComparer.Ordinal)];
    }
}
