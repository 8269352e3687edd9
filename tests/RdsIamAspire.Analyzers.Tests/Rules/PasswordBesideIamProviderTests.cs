namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM006: a password in the string of a connection that has a token provider wins over it.</summary>
public sealed class PasswordBesideIamProviderTests() : RuleTests("RDSIAM006", "PasswordBesideIamProvider")
{
    [Theory]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u;Password=x1") { ProvidePasswordCallback = _ => token };""")]
    [InlineData("""using var c = new MySqlConnection($"Server=db;Uid=u;Password={pwd}"); c.ProvidePasswordCallback = _ => token;""")]
    public async Task A_password_known_or_not_is_reported_beside_a_callback(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM006");
    }

    [Theory]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u") { ProvidePasswordCallback = _ => token };""")]
    [InlineData("""using var c = new MySqlConnection($"Server=db;Uid=u;Password={pwd}") { ProvidePasswordCallback = null };""")]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u;Password=") { ProvidePasswordCallback = _ => token };""")]
    public async Task A_callback_alone_or_a_password_alone_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM006");
    }
}
