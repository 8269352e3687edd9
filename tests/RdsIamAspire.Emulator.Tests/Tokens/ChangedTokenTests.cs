using System.Text.RegularExpressions;
using RdsIamAspire.Emulator.Tests.Logins;

namespace RdsIamAspire.Emulator.Tests.Tokens;

/// <summary>
/// A token that was changed on the way is the same token as long as it has the same canonical request, which is what is signed
/// (Signature Version 4): names and values decoded, encoded anew, sorted.
/// </summary>
public sealed partial class ChangedTokenTests
{
    private static readonly EmulatorPrincipal Principal = EmulatorPrincipal.CreateDefault();

    [Fact]
    public void Escapes_in_lower_case_are_the_same_token() =>
        Assert.True(Judge(Escape().Replace(Sign(), escape => escape.Value.ToLowerInvariant())).Allowed);

    [Fact]
    public void Names_that_are_encoded_are_the_same_token() =>
        Assert.True(Judge(Sign().Replace("X-Amz-Date", "X%2DAmz%2DDate", StringComparison.Ordinal)).Allowed);

    [Fact]
    public void Another_order_is_the_same_token()
    {
        var token = Sign();
        var question = token.IndexOf('?', StringComparison.Ordinal) + 1;
        Assert.True(Judge(token[..question] + string.Join('&', token[question..].Split('&').Reverse())).Allowed);
    }

    [Fact]
    public void A_token_decoded_once_is_the_same_as_long_as_nothing_in_it_reads_differently()
    {
        var longTerm = EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/app", EmulatorPrincipalPolicies.AllowAll);
        Assert.True(Judge(Uri.UnescapeDataString(new TestSigner(longTerm).Sign()), longTerm).Allowed);

        var plain = Principal with { SessionToken = "IQoJ/local==" };
        Assert.True(Judge(Uri.UnescapeDataString(new TestSigner(plain).Sign()), plain).Allowed);
    }

    [Fact]
    public void A_token_decoded_once_whose_session_token_has_a_plus_is_a_MalformedToken()
    {
        var principal = Principal with { SessionToken = "IQoJ+local==" };
        var attempt = Judge(Uri.UnescapeDataString(new TestSigner(principal).Sign()), principal);

        Assert.Equal(LoginDenial.MalformedToken, attempt.Denial);
        Assert.Contains(
            ": its session token has a bare '+', which stands for a blank: the token was URL-decoded on the"
                + " way.", attempt.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_plus_is_a_blank()
    {
        var signer = new TestSigner(Principal) { User = "a b" };
        Assert.True(Judge(signer.Sign().Replace("a%20b", "a+b", StringComparison.Ordinal), user: "a b").Allowed);
        Assert.Equal(LoginDenial.UserMismatch, Judge(
            (signer with { User = "a+b" }).Sign().Replace("a%2Bb", "a+b", StringComparison.Ordinal), user: "a+b").Denial);
    }

    [Fact]
    public void A_bare_hash_ends_the_query_of_a_URL()
    {
        var attempt = Judge(Uri.UnescapeDataString((new TestSigner(Principal) { User = "a#b" }).Sign()), user: "a#b");

        Assert.Equal(LoginDenial.MalformedToken, attempt.Denial);
        Assert.Contains("it has a bare '#', behind which a URL has no query", attempt.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_encoded_twice_is_a_MalformedToken()
    {
        var token = Sign();
        var question = token.IndexOf('?', StringComparison.Ordinal) + 1;
        Assert.Equal(LoginDenial.MalformedToken, Judge(token[..question] + Uri.EscapeDataString(token[question..])).Denial);
        Assert.Equal(LoginDenial.MalformedToken, Judge(token.Replace("%2F", "%252F", StringComparison.Ordinal)).Denial);
    }

    [Theory]
    [InlineData("901")]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999")]
    public void A_life_of_more_than_900_seconds_is_ExpiresTooLong(string seconds)
    {
        var attempt = Judge((new TestSigner(Principal) { Expires = seconds }).Sign());

        Assert.Equal(LoginDenial.ExpiresTooLong, attempt.Denial);
        Assert.Equal($"X-Amz-Expires is {seconds} seconds; RDS takes no more than 900. Sign with 900.", attempt.Explanation);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9e2")]
    [InlineData("900.0")]
    public void A_life_that_is_no_number_of_seconds_is_a_MalformedToken(string seconds) =>
        Assert.Equal(LoginDenial.MalformedToken, Judge((new TestSigner(Principal) { Expires = seconds }).Sign()).Denial);

    private static string Sign() => new TestSigner(Principal).Sign();

    private static LoginAttempt Judge(string token, EmulatorPrincipal? principal = null, string user = "app") =>
        new JudgesDesk("us-east-1", new("127.0.0.1", 3306), Clock.Start, principal ?? Principal).Judge(token, user);

    [GeneratedRegex("%[0-9A-F]{2}")]
    private static partial Regex Escape();
}
