namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM007: a token that is kept, and one that is made for each login.</summary>
public sealed class KeptAuthTokenTests() : RuleTests("RDSIAM007", "KeptAuthToken")
{
    [Theory]
    [InlineData(
        """var t = Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user); var cs = $"Server=db;Uid=u;Password={t}";""")]
    [InlineData("services.AddSingleton(Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user));")]
    [InlineData(
        "var b = new MySqlConnectionStringBuilder { Password = Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user) };")]
    public async Task A_token_in_a_connection_string_or_singleton_is_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM007");
    }

    [Theory]
    [InlineData(
        "var t = Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user); using var c = new MySqlConnection(host) { ProvidePasswordCallback = _ => t };")]
    public async Task A_token_made_before_the_callback_that_returns_it_is_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM007");
    }

    [Theory]
    [InlineData(
        "using var c = new MySqlConnection(host) { ProvidePasswordCallback = _ => Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user) };")]
    [InlineData(
        "using var c = new MySqlConnection(host) { ProvidePasswordCallback = _ => { var t = Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken(host, port, user); return t; } };")]
    public async Task A_token_made_in_the_callback_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM007");
    }
}
