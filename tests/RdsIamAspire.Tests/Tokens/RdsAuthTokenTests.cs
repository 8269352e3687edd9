using Amazon.Runtime;

namespace RdsIamAspire.Tests.Tokens;

public sealed class RdsAuthTokenTests
{
    private const string Golden =
        "prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=some%20user&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=akid%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=20161107T173933Z&X-Amz-Expires=900"
        + "&X-Amz-SignedHeaders=host&X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61";

    [Fact]
    public void A_token_tells_what_it_is_for_who_signed_it_and_until_when()
    {
        var token = RdsAuthToken.Parse(Golden);

        Assert.Equal(("prod-instance.us-east-1.rds.amazonaws.com", 3306, "some user", "us-east-1", "akid", false),
            (token.Host, token.Port, token.User, token.Region, token.AccessKeyId, token.HasSessionToken));
        Assert.Equal(new DateTimeOffset(2016, 11, 7, 17, 39, 33, TimeSpan.Zero), token.IssuedAt);
        Assert.Equal(token.IssuedAt.AddMinutes(15), token.ExpiresAt);
        Assert.Equal(Golden, token.Value);
    }

    [Fact]
    public void Its_text_form_has_neither_the_signature_nor_the_session_token()
    {
        var text = RdsAuthToken.Parse(Golden + "&X-Amz-Security-Token=made-up-session").ToString();

        Assert.Equal(
            "RDS auth token for some user@prod-instance.us-east-1.rds.amazonaws.com:3306 in us-east-1, signed by akid, "
                + "2016-11-07T17:39:33Z to 2016-11-07T17:54:33Z",
            text);
    }

    [Fact]
    public void The_order_of_the_parameters_does_not_matter()
    {
        var (host, query) = (Golden[..Golden.IndexOf('?')], Golden[(Golden.IndexOf('?') + 1)..]);

        Assert.Equal("some user", RdsAuthToken.Parse($"{host}?{string.Join('&', Enumerable.Reverse(query.Split('&')))}").User);
    }

    [Fact]
    public void A_token_without_a_port_is_one_for_443_which_signers_drop() =>
        Assert.Equal(443, RdsAuthToken.Parse(Golden.Replace(":3306", "")).Port);

    [Theory]
    [InlineData("secret-password", "it has no '?'")]
    [InlineData("/?Action=connect", "not 'host:port/'")]
    [InlineData("https://h:1/?Action=connect", "no scheme")]
    [InlineData("h:1/?Action=connect&Action=connect", "'Action' twice")]
    [InlineData("h:1/?Action=connect", "lacks DBUser; it may be truncated")]
    public void A_text_that_is_no_token_is_refused_with_the_reason_and_is_not_shown(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => RdsAuthToken.Parse(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
        Assert.False(RdsAuthToken.TryParse(text, out _));
    }

    [Theory]
    [InlineData("Action=connect", "Action=GetObject", "presigned URL for rds-db:GetObject")]
    [InlineData("%2Frds-db%2F", "%2Fs3%2F", "presigned URL for s3:connect")]
    [InlineData("aws4_request", "aws5", "X-Amz-Credential is not")]
    [InlineData("20161107T173933Z", "yesterday", "X-Amz-Date 'yesterday'")]
    [InlineData("Expires=900", "Expires=soon", "X-Amz-Expires 'soon'")]
    [InlineData("Expires=900", "Expires=99999999", "X-Amz-Expires '99999999'")]
    public void A_token_with_one_wrong_part_is_refused_by_that_part(string part, string wrong, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<FormatException>(() => RdsAuthToken.Parse(Golden.Replace(part, wrong))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Every_truncation_is_refused_until_only_the_signatures_end_is_missing()
    {
        var signature = Golden.LastIndexOf('=') + 1;
        for (var length = 0; length <= signature; length++)
            Assert.False(RdsAuthToken.TryParse(Golden[..length], out _), $"{length} characters");
    }

    [Fact]
    public async Task A_token_of_temporary_credentials_says_so()
    {
        using var source = new RdsAuthTokenSource(
            new() { Credentials = new SessionAWSCredentials("ASIAMADEUP", "made-up-secret", "made-up-session"), Region = "eu-west-1" });

        var token = await source.GetTokenAsync(new("localhost", 3306, "app"), TestContext.Current.CancellationToken);

        Assert.True(token.HasSessionToken);
        Assert.DoesNotContain("made-up-session", token.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("made-up-secret", token.Value, StringComparison.Ordinal);
    }
}
