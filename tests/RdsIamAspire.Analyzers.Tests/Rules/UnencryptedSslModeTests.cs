namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM004: an SslMode that allows clear text, in all of its spellings.</summary>
public sealed class UnencryptedSslModeTests() : RuleTests("RDSIAM004", "UnencryptedSslMode")
{
    [Theory]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=None";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;ssl mode = disabled";""")]
    [InlineData("""var cs = "Server=db;Port=3306;Uid=u;SslMode=1";""")]
    [InlineData("var b = new MySqlConnectionStringBuilder(host) { SslMode = (MySqlSslMode)0 };")]
    public async Task Each_spelling_of_a_mode_that_allows_clear_text_is_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM004");
    }

    [Theory]
    [InlineData("var b = new MySqlConnectionStringBuilder(host) { SslMode = dev ? MySqlSslMode.None : MySqlSslMode.VerifyFull };")]
    [InlineData(
        """var b = new MySqlConnectionStringBuilder(host) { SslMode = user switch { "a" => MySqlSslMode.Preferred, _ => MySqlSslMode.VerifyFull } };""")]
    public async Task The_weaker_arm_of_a_choice_counts(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM004");
    }

    [Theory]
    [InlineData("if (new MySqlConnectionStringBuilder(host).SslMode == MySqlSslMode.None) Use(host);")]
    [InlineData("var b = new MySqlConnectionStringBuilder(host) { SslMode = Enum.Parse<MySqlSslMode>(user) };")]
    public async Task A_mode_that_is_compared_or_read_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM004");
    }
}
