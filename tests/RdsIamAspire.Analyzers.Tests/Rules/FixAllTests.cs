using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>Fix-all as <c>dotnet format analyzers</c> asks for it: with the action of whichever diagnostic is the first of the file, of
/// whichever rule.</summary>
public sealed class FixAllTests
{
    private const string Source =
        """
        class C
        {
            string A = "Server=db;Port=3306;Uid=u;Pwd=s3cr3t;SslMode=VerifyFull";
            string B = "Server=db;Port=3306;Uid=u";
            string D = "Server=db;Port=3306;Uid=u;SslMode=None";
            string E = "Server=db;Port=3306;Uid=u;SslMode=Required";
        }
        """;

    [Theory]
    [InlineData("RDSIAM001", "Add SslMode", "Pwd=s3cr3t;", "")]
    [InlineData("RDSIAM003", "Remove the password from the connection string", "string B = \"Server=db;", "string B = \"Server=db;SslMode=VerifyFull;")]
    [InlineData("RDSIAM004", "Remove the password from the connection string", "SslMode=None", "SslMode=VerifyFull")]
    [InlineData("RDSIAM005", "Add SslMode", "SslMode=Required", "SslMode=VerifyFull")]
    public async Task What_another_rule_would_do_is_no_reason_to_do_nothing(string rule, string key, string before, string after) =>
        Assert.Equal(Source.Replace(before, after, StringComparison.Ordinal),
            (await Fixing.ApplyToSolutionAsync(rule, [Source], [], key))[0]);

    [Fact]
    public async Task An_action_of_the_rule_that_is_named_is_the_one_that_is_taken() => Assert.Contains(
        "string A = System.Environment.GetEnvironmentVariable(",
        (await Fixing.ApplyToSolutionAsync("RDSIAM001", [Source], [], "Read the connection string from configuration"))[0],
        StringComparison.Ordinal);
}
