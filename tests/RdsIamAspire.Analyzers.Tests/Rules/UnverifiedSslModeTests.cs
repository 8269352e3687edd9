namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM005: Required encrypts without a check of the server.</summary>
public sealed class UnverifiedSslModeTests() : RuleTests("RDSIAM005", "UnverifiedSslMode")
{
    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=Required";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=2";""")]
    [InlineData("var b = new MySqlConnectionStringBuilder(host) { SslMode = MySqlSslMode.Required };")]
    public async Task Required_is_reported_by_name_and_by_number(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM005");
    }

    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=VerifyCA";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=4";""")]
    [InlineData("var b = new MySqlConnectionStringBuilder(host) { SslMode = MySqlSslMode.VerifyFull };")]
    public async Task A_mode_that_verifies_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM005");
    }
}
