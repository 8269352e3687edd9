using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM001: a password in a string, and what only looks like one.</summary>
public sealed class HardCodedPasswordTests() : RuleTests("RDSIAM001", "HardCodedPassword")
{
    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Pwd=x1";""")]
    [InlineData("""Func<string> f = () => "Server=db;Port=3306;Uid=u;Pwd=x1";""")]
    [InlineData("""string[] all = ["Server=db;Port=3306;Uid=u;Pwd=x1"];""")]
    [InlineData("""void F(string cs = "Server=db;Port=3306;Uid=u;Pwd=x1") { }""")]
    public async Task A_password_is_reported_wherever_its_string_stands(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Pw" + "d=x1";""")]
    [InlineData("""const string p = "x1"; var cs = $"Server={host};Port=3306;Uid=u;Pwd={p}";""")]
    [InlineData("""var cs = string.Format("Server={0};Port=3306;Uid=u;Pwd={1}", host, "x1");""")]
    [InlineData("""var sb = new StringBuilder("Server=db;Port=3306;"); sb.Append("Uid=u;").Append("Pwd=x1");""")]
    public async Task A_password_is_reported_however_its_string_is_put_together(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("""var u = "mysql://app:x1@db/shop";""")]
    [InlineData("""var u = $"jdbc:mysql://{host}/shop?user=app&password=x1";""")]
    [InlineData("""var cs = "Driver={MySQL ODBC 8.0 Unicode Driver};Server=db;Uid=u;Pwd=x1";""")]
    [InlineData("""string[] env = ["MYSQL_ROOT_PASSWORD=x1"];""")]
    public async Task The_strings_of_other_clients_are_read_too(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Pwd=";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Pwd=${DB_PASSWORD}";""")]
    [InlineData("""var cs = $"Server=db;Port=3306;Uid=u;Pwd={pwd}";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Pwd=SECRET".Replace("SECRET", pwd);""")]
    [InlineData("""var u = $"mysql://app:{pwd}@{host}/shop";""")]
    public async Task What_is_no_password_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("""var pg = "Host=db;Port=5432;Username=app;Password=x1";""")]
    [InlineData("""var cs = "Server=tcp:x.database.windows.net,1433;User ID=u;Password=x1";""")]
    [InlineData("""var q = "SELECT * FROM users WHERE password = 'x1' AND server = 1";""")]
    [InlineData("""var cs = "Driver={SQL Server};Server=db;Uid=u;Pwd=x1";""")]
    public async Task What_is_not_MySQL_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM001");
    }

    [Theory]
    [InlineData("new Vendor.VendorConnection(\"Server=db;Uid=u;Pwd=x1\")", 0)]
    [InlineData("new OwnConnection(\"Server=db;Uid=u;Pwd=x1\")", 1)]
    public async Task A_string_for_the_connection_of_another_driver_is_that_drivers(string made, int reports)
    {
        const string Vendor =
            "namespace Vendor { public abstract class VendorConnection(string text) : System.Data.Common.DbConnection { public override "
                + "string ConnectionString { get => text; set { } } } }";
        var source = $$"""class OwnConnection { public OwnConnection(string text) { } } class C { object F() => {{made}}; }""";
        var library = Analysis.Compile(Vendor, Analysis.MySqlConnector).WithAssemblyName("Vendor");

        var found = await Analysis.FindAsync(source, options: null, Analysis.MySqlConnector, library.ToMetadataReference());

        Assert.Equal(reports, found.Count(each => each.Id == "RDSIAM001"));
    }

    [Fact]
    public async Task Reading_from_configuration_uses_the_configuration_in_reach_and_compiles()
    {
        const string source =
            "interface IConfiguration { string? this[string key] { get; } }\nclass C { string M(IConfiguration settings) { return "
                + "\"Server=db;Uid=root;Pwd=x\"; } }";

        var actual = await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration");

        Assert.Contains("return settings[\"ConnectionStrings:MySql\"] ?? throw new System.InvalidOperationException(", actual,
            StringComparison.Ordinal);
        Assert.DoesNotContain(Analysis.Compile(actual, Analysis.MySqlConnector)
            .GetDiagnostics(TestContext.Current.CancellationToken), each => each.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public async Task Reading_from_configuration_falls_back_to_the_environment()
    {
        const string source = "class C { static string Cs = \"Server=db;Uid=root;Pwd=x\"; }";

        var actual = await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration");

        Assert.Contains("= System.Environment.GetEnvironmentVariable(\"ConnectionStrings__MySql\") ?? throw", actual,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_from_configuration_is_not_offered_where_a_constant_is_needed()
    {
        const string source = "class C { const string Cs = \"Server=db;Uid=root;Pwd=x\"; }";

        Assert.Equal(source, await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration"));
    }

    [Theory]
    [InlineData("private const string Pw = \"x1\"; string Shown => Pw; string Cs(string h) => $\"Server={h};Port=3306;Pwd={Pw}\";")]
    [InlineData("string Cs(string h, string pass = \"x1\") => $\"Server={h};Port=3306;Pwd={pass}\";")]
    [InlineData("internal const string Pw = \"x1\"; string Cs(string h) => $\"Server={h};Port=3306;Pwd={Pw}\";")]
    public async Task A_fix_that_would_leave_the_literal_where_nobody_reports_it_is_not_offered(string members)
    {
        var source = $"class C {{ {members} }}";

        Assert.Equal(source, await Fixing.ApplyAsync(source, "RDSIAM001"));
    }

    [Theory]
    [InlineData("string OrdersConnectionString = \"Server=db;Uid=root;Pwd=x\";", "ConnectionStrings__Orders")]
    [InlineData("string A = \"Server=db;Uid=root;Pwd=x;Database=shop\";", "ConnectionStrings__Shop")]
    [InlineData("string Cs = \"Server=db;\" + // the primary\n \"Uid=root;Pwd=x\";", "= /* the primary */ System.Environment")]
    public async Task Reading_from_configuration_names_the_string_and_keeps_what_was_said_of_it(string member, string expected)
    {
        var source = $"class C {{ static {member} }}";

        Assert.Contains(expected, await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fix_all_reaches_every_document_of_the_solution()
    {
        const string one = "class A { string X = \"Server=db;Uid=root;Pwd=x\"; string Y = \"Server=db;Uid=root;Pwd=y;Database=z\"; }";
        const string two = "class B { void M() { var cs = \"Server=db;\" + \"Uid=root;\" + \"Pwd=x;\"; } }";

        var fixedTexts = await Fixing.ApplyToSolutionAsync("RDSIAM001", [one, two], [one]);

        Assert.Equal(
            [
                "class A { string X = \"Server=db;Uid=root\"; string Y = \"Server=db;Uid=root;Database=z\"; }",
                "class B { void M() { var cs = \"Server=db;\" + \"Uid=root;\"; } }",
                "class A { string X = \"Server=db;Uid=root\"; string Y = \"Server=db;Uid=root;Database=z\"; }",
            ],
            fixedTexts);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task A_fix_keeps_the_line_breaks_and_tabs_of_the_file(string newLine)
    {
        const string text = "class C\n{\n\tstring A = \"\"\"\n\t\tServer=db;\n\t\tUid=root;\n\t\tPwd=x;\n\t\tSslMode=VerifyFull;\n\t\t\"\"\"; "
            + "// kept\n}\n";
        var source = text.ReplaceLineEndings(newLine);

        var actual = await Fixing.ApplyAsync(source, "RDSIAM001");

        Assert.Equal(source.Replace($"\t\tPwd=x;{newLine}", "", StringComparison.Ordinal), actual);
    }

    [Fact]
    public async Task Fix_all_takes_each_password_of_a_file_once()
    {
        const string source =
            "class A { const string P = \"Pwd=x;\"; string X = \"Server=db;Port=3306;Pwd=x\" + \";Pooling=true\"; string Y = "
                + "$\"Server=db;Port=3306;{P}Uid=a\"; string Z = \"mysql://a:x@db/s\"; }";

        var fixedTexts = await Fixing.ApplyToSolutionAsync("RDSIAM001", [source], []);

        Assert.Equal(
            "class A { string X = \"Server=db;Port=3306;\" + \"Pooling=true\"; string Y = $\"Server=db;Port=3306;Uid=a\"; string Z = "
                + "\"mysql://a@db/s\"; }",
            Assert.Single(fixedTexts));
    }
}
