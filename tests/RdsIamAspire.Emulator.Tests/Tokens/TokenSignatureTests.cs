using System.Text;

namespace RdsIamAspire.Emulator.Tests.Tokens;

public sealed class TokenSignatureTests
{
    // botocore's unit test of generate_db_auth_token.
    private const string Golden =
        "prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=someusername&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20161107T173933Z"
        + "&X-Amz-SignedHeaders=host&X-Amz-Expires=900&X-Amz-Credential=akid%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request"
        + "&X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61";

    [Fact]
    public void The_golden_token_of_botocore_is_right() => Assert.True(TokenSignature.IsMadeWith(Read(Golden), "skid"));

    [Fact]
    public void With_another_secret_it_is_not() => Assert.False(TokenSignature.IsMadeWith(Read(Golden), "skie"));

    [Fact]
    public void The_order_of_the_parameters_does_not_matter()
    {
        var question = Golden.IndexOf('?', StringComparison.Ordinal) + 1;
        var reversed = Golden[..question] + string.Join('&', Golden[question..].Split('&').Reverse());
        Assert.True(TokenSignature.IsMadeWith(Read(reversed), "skid"));
    }

    [Fact]
    public void The_slash_after_the_port_may_be_missing() =>
        Assert.True(TokenSignature.IsMadeWith(Read(Golden.Replace("3306/?", "3306?", StringComparison.Ordinal)), "skid"));

    [Fact]
    public void An_upper_case_host_is_accepted_when_the_lower_case_one_was_signed() =>
        Assert.True(TokenSignature.IsMadeWith(Read(Golden.Replace("prod-instance", "PROD-Instance", StringComparison.Ordinal)), "skid"));

    [Theory]
    [InlineData("Db.Example:3306", 3306, "Db.Example:3306|db.example:3306")]
    [InlineData("db.example:443", 443, "db.example:443|db.example")]
    [InlineData("db.example:80", 80, "db.example:80|db.example")]
    [InlineData("db.example", null, "db.example|db.example:443")]
    [InlineData("[::1]:3306", 3306, "[::1]:3306|::1:3306")]
    public void What_signers_put_into_the_host_header_is_tried(string authority, int? port, string hosts)
    {
        var token = Read(Golden.Replace("prod-instance.us-east-1.rds.amazonaws.com:3306", authority, StringComparison.Ordinal));
        Assert.Equal(port, token.Port);
        Assert.Equal(hosts, string.Join('|', TokenSignature.SignedHosts(token)));
    }

    [Fact]
    public void A_user_name_with_every_kind_of_character_is_signed_as_RFC_3986_says()
    {
        var principal = EmulatorPrincipal.CreateDefault();
        var token = new TestSigner(principal) { User = "a b+c@d/e~f*'()!é%" }.Sign();
        Assert.Contains("DBUser=a%20b%2Bc%40d%2Fe~f%2A%27%28%29%21%C3%A9%25&", token, StringComparison.Ordinal);
        Assert.True(TokenSignature.IsMadeWith(Read(token), principal.SecretAccessKey));
    }

    [Fact]
    public async Task What_the_client_side_of_this_project_signs_is_right()
    {
        var principal = EmulatorPrincipal.CreateDefault();
        using var source = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions
        {
            Credentials =
                new Amazon.Runtime.SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken),
        });
        foreach (var port in (int[])[3306, 443, 80])
        {
            var token = await source.GetTokenAsync(
                new RdsAuthTokenRequest("Orders.abc.us-east-1.rds.amazonaws.com", port, "app", "us-east-1"),
                TestContext.Current.CancellationToken);
            Assert.True(TokenSignature.IsMadeWith(Read(token.Value), principal.SecretAccessKey), $"port {port}");
        }
    }

    private static PresignedToken Read(string token)
    {
        Assert.True(PresignedToken.TryRead(Encoding.ASCII.GetBytes(token), out var read, out var problem), problem);
        return read;
    }
}
