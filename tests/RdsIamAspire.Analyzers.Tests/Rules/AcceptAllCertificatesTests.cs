namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM009: a callback that accepts every certificate, and one that looks.</summary>
public sealed class AcceptAllCertificatesTests() : RuleTests("RDSIAM009", "AcceptAllCertificates")
{
    [Theory]
    [InlineData("var c = new MySqlConnection(host) { RemoteCertificateValidationCallback = (_, _, _, _) => true };")]
    [InlineData("var c = new MySqlConnection(host); c.RemoteCertificateValidationCallback += delegate { return true; };")]
    [InlineData("new MySqlDataSourceBuilder(host).UseRemoteCertificateValidationCallback((_, _, _, _) => true);")]
    public async Task A_callback_that_can_only_say_yes_is_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM009");
    }

    [Theory]
    [InlineData(
        "var c = new MySqlConnection(host) { RemoteCertificateValidationCallback = (_, _, _, errors) => errors == System.Net.Security.SslPolicyErrors.None };")]
    [InlineData(
        "var c = new MySqlConnection(host) { RemoteCertificateValidationCallback = (_, _, _, errors) => { if (errors != 0) return false; return true; } };")]
    public async Task A_callback_that_looks_at_the_certificate_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM009");
    }

    [Theory]
    [InlineData("var h = new System.Net.Http.HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };")]
    public async Task A_callback_of_another_client_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM009");
    }
}
