using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>Refused before a token was judged, and what the manual says of each refusal.</summary>
[Collection(OnARealServer.Name)]
public sealed class DenialWithoutTokenTests(RealServer server)
{
    [Fact]
    public async Task An_empty_password_is_a_MalformedToken()
    {
        await using var scene = await Scene.AttachAsync(server);
        var (client, developer) = await scene.TryAsync("");
        Assert.Matches(@"^ERROR 1045 \(28000\): Access denied for user 'app'@'[^']+' \(using password: NO\)$", client.Error);
        Assert.Equal(LoginDenial.MalformedToken, developer.Denial);
        Assert.StartsWith(
            "The password of 0 characters is not an IAM auth token: the password is empty.",
            developer.Explanation,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_TLS_is_NoTls_and_the_token_is_never_asked_for()
    {
        await using var scene = await Scene.AttachAsync(server);
        await server.RunAsync("CREATE USER IF NOT EXISTS app_without_ssl IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'");
        var token = (scene.Signer with { User = "app_without_ssl" }).Sign();
        var (client, developer) = await scene.TryAsync(
            token,
            "app_without_ssl",
            options => (options.SslMode, options.SslCa, options.Database) = (MySqlSslMode.None, "", ""));
        Assert.Matches(@"^ERROR 1045 \(28000\): Access denied for user 'app_without_ssl'@'[^']+' \(using password: YES\)$", client.Error);
        Assert.Equal((LoginDenial.NoTls, false, null, null), (developer.Denial, developer.Tls, developer.ErrorCode, developer.AccessKeyId));
        Assert.Equal(
            "The connection is not encrypted; the token was not asked for. Connect with TLS: SslMode=VerifyFull with SslCa=… in a "
                + "connection string, --ssl-mode=VERIFY_IDENTITY --ssl-ca=… for mysql.",
            developer.Explanation);
    }

    [Fact]
    public async Task A_user_that_the_server_does_not_know_gets_the_same_error_and_the_emulator_never_hears_of_it()
    {
        await using var scene = await Scene.AttachAsync(server);
        var client = await scene.LogInAsync((scene.Signer with { User = "nobody" }).Sign(), "nobody");
        Assert.Contains("Access denied for user 'nobody'@", client.Error, StringComparison.Ordinal);
        Assert.Empty(scene.Attempts);
    }

    [Fact]
    public async Task Every_denial_has_a_section_in_the_manual()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "docs", "access-denied.md"),
            TestContext.Current.CancellationToken);
        foreach (var denial in Enum.GetNames<LoginDenial>())
            Assert.Contains($"### {denial}\n", page, StringComparison.Ordinal);
    }
}
