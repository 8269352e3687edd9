using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM003: no SslMode, and the ways to have one that do not stand in the string.</summary>
public sealed class MissingSslModeTests() : RuleTests("RDSIAM003", "MissingSslMode")
{
    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;Database=a";""")]
    [InlineData("var b = new MySqlConnectionStringBuilder { Server = host };")]
    [InlineData("""var b = new MySqlConnectionStringBuilder(); b["Server"] = host;""")]
    public async Task A_string_and_a_builder_without_SslMode_are_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM003");
    }

    [Theory]
    [InlineData("""var b = new MySqlConnectionStringBuilder("Server=db;Uid=u;Database=a") { SslMode = MySqlSslMode.VerifyFull };""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;"; cs += "SslMode=VerifyFull";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;" + configuration["rest"];""")]
    public async Task An_SslMode_given_elsewhere_to_the_same_connection_is_enough(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM003");
    }

    [Theory]
    [InlineData("""if (text.StartsWith("Server=db;Port=3306;User ID=root;Password=")) Use(text);""")]
    public async Task A_text_that_is_only_looked_for_opens_no_connection(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM003");
    }

    [Fact]
    public async Task A_fix_adds_its_line_with_the_line_break_and_tabs_of_the_file()
    {
        const string source =
            "using MySqlConnector;\r\nclass C\r\n{\r\n\tobject M(string h) => new MySqlConnectionStringBuilder\r\n\t{\r\n\t\tServer = "
                + "h\r\n\t};\r\n}\r\n";

        var actual = await Fixing.ApplyAsync(source, "RDSIAM003");

        Assert.Equal(source.Replace("Server = h", "Server = h,\r\n\t\tSslMode = MySqlSslMode.VerifyFull", StringComparison.Ordinal),
            actual);
    }
}
