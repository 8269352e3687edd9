using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>A diagnostic stands on the pair itself, however the string is written, and says the key and never the value.</summary>
public sealed class LocationTests
{
    [Theory]
    [InlineData("\"Server=db;Uid=root;Pwd=x1;\"", "Pwd=x1;")]
    [InlineData("\"Server=db;\\tUid=root;\\u0050wd=x1;\"", "\\u0050wd=x1;")]
    [InlineData("\"Server=db;Uid=root;Pwd=\\\"x;1\\\";Port=3306\"", "Pwd=\\\"x;1\\\";")]
    [InlineData("@\"Server=db;Uid=root;Pwd=\"\"x;1\"\";Port=3306\"", "Pwd=\"\"x;1\"\";")]
    [InlineData("\"\"\"Server=db;Uid=root;Pwd=x1\"\"\"", "Pwd=x1")]
    [InlineData("\"\"\"\n      Server=db;\n      Uid=root;\n      Pwd=x1;\n      \"\"\"", "Pwd=x1;")]
    [InlineData("$\"Server={h};Uid=root;Pwd=x1;\"", "Pwd=x1;")]
    [InlineData("$\"{{}}=1;Server={h};Uid=root;Pwd=x{{1}}y\"", null)]
    [InlineData("$\"\"\"\n      Server={h};\n      Uid=root;Pwd=x1;\n      \"\"\"", "Pwd=x1;")]
    [InlineData("\"Server=db;Uid=root;Pw\" + \"d=x1;\"", "Pw\" + \"d=x1;")]
    [InlineData("\"Server=db;Uid=root;\" + \"Pwd=x1;\" + h", "Pwd=x1;")]
    [InlineData("string.Format(\"Server={0};Uid=root;Pwd=x1;\", h)", "Pwd=x1;")]
    [InlineData("\"Server=db;Uid=😀;Pwd=x1;Port=3306\"", "Pwd=x1;")]
    [InlineData("\"Server=db;Uid=\\U0001F600;Pwd=x1;Port=3306\"", "Pwd=x1;")]
    public async Task The_diagnostic_stands_on_the_pair(string expression, string? pair)
    {
        var found = await Analysis.FindAsync($"class C {{ void M(string h) {{ var cs = {expression}; }} }}");

        Assert.Equal(pair is null ? [] : new[] { pair }, found.Where(each => each.Id == "RDSIAM001").Select(each => each.Text));
    }

    [Fact]
    public async Task No_message_has_the_value_in_it()
    {
        var compilation = Analysis.Compile(
            "using MySqlConnector; class C { void M() { var a = \"Server=db;Uid=root;Pwd=n0t-shown;\"; var b = new "
                + "MySqlConnectionStringBuilder { Password = \"n0t-shown\" }; var c = new "
                + "MySqlConnection(\"Server=db;Passwd=n0t-shown\"); } }",
            Analysis.MySqlConnector);

        var diagnostics = await Analysis.RunAsync(compilation, options: null, (".env", "MYSQL_PWD=n0t-shown"),
            ("appsettings.json", "{\"a\":\"Server=db;Uid=root;Pwd=n0t-shown\"}"));

        Assert.True(diagnostics.Length >= 5);
        Assert.All(diagnostics, each => Assert.DoesNotContain("n0t-shown", each.ToString(), StringComparison.Ordinal));
        Assert.All(diagnostics,
            each => Assert.DoesNotContain("n0t-shown", string.Join("", each.Properties.Values), StringComparison.Ordinal));
    }
}
