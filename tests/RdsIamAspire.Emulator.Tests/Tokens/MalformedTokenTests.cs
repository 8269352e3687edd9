using System.Text;

namespace RdsIamAspire.Emulator.Tests.Tokens;

/// <summary>Whatever comes as a password is taken apart without harm, and nothing of it is shown.</summary>
public sealed class MalformedTokenTests
{
    private static readonly string Good = new TestSigner(EmulatorPrincipal.CreateDefault()).Sign();

    [Fact]
    public void A_token_cut_at_any_length_is_malformed()
    {
        for (var length = 0; length < Good.Length; length++)
            Assert.NotNull(ProblemOf(Encoding.ASCII.GetBytes(Good[..length])));
    }

    [Fact]
    public void No_flipped_bit_leaves_a_right_token()
    {
        var principal = EmulatorPrincipal.CreateDefault();
        var good = Encoding.ASCII.GetBytes(new TestSigner(principal).Sign());
        Assert.True(PresignedToken.TryRead(good, out var token, out _) && TokenSignature.IsMadeWith(token, principal.SecretAccessKey));
        for (var at = 0; at < good.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var flipped = (byte[])good.Clone();
                flipped[at] ^= (byte)(1 << bit);
                if (!PresignedToken.TryRead(flipped, out var changed, out _)
                    || !TokenSignature.IsMadeWith(changed, principal.SecretAccessKey))
                    continue;

                // What may change without harm: the case of letters in percent-encoding, which decodes to the same.
                Assert.Equal(
                    token.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal),
                    changed.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal));
                Assert.Equal(token.Host, changed.Host, ignoreCase: true);
            }
        }
    }

    [Fact]
    public void Random_bytes_are_malformed_or_harmless()
    {
        var random = new Random(20260131);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 600)];
            random.NextBytes(bytes);
            Assert.NotNull(ProblemOf(bytes));
        }
    }

    [Fact]
    public void Pieces_of_tokens_in_any_mix_are_taken_apart_without_an_exception()
    {
        var random = new Random(42);
        string[] pieces =
        [
            .. Good.Split('&').Select(p => p + "&"), "&&", "=", "%", "%4", "%ZZ", "%FF%FE", "?", "/?", ":", "[", "]", "::1",
            "Action=connect", "X-Amz-Expires=-1&", "X-Amz-Expires=99999999999&", "X-Amz-Date=20269999T999999Z&",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            PresignedToken.TryRead(Encoding.ASCII.GetBytes(text), out var token, out var problem);
            Assert.True(token is null != problem is null);
        }
    }

    [Theory]
    [InlineData("", "the password is empty")]
    [InlineData("hunter2", "it looks like an ordinary password, not like 'host:port/?Action=connect&DBUser=…'")]
    [InlineData("db.abc.us-east-1.rds.amazonaws.com:3306/", "it has a host but no query; it looks cut off")]
    [InlineData("https://db.example:3306/?Action=connect", "it begins with a scheme; the token is the presigned URL without 'https://'")]
    [InlineData("db.example:99999/?Action=connect", "it does not begin with 'host:port/?'")]
    [InlineData(
        "db example:3306/?Action=connect",
        "it has characters that no token has (blanks, line ends, control or non-ASCII characters)")]
    [InlineData("db.example:3306/?Action", "its query is not made of 'name=value' pairs in URI encoding")]
    [InlineData("db.example:3306/?Action=%GG", "its query is not made of 'name=value' pairs in URI encoding")]
    [InlineData("db.example:3306/?Action=connect&Action=connect", "its query has the same parameter twice")]
    [InlineData(
        "db.example:3306/?Action=connect",
        "it has no DBUser; a token of 31 characters without it was probably cut off (whole ones have 300 to 2,000)")]
    public void What_is_wrong_is_said(
        string password,
        string problem) => Assert.Equal(problem, ProblemOf(Encoding.UTF8.GetBytes(password)));

    public static TheoryData<string, string> Changes => new()
    {
        { "X-Amz-Algorithm=AWS4-HMAC-SHA256>X-Amz-Algorithm=AWS4-HMAC-SHA1", "X-Amz-Algorithm is not AWS4-HMAC-SHA256" },
        { "X-Amz-SignedHeaders=host>X-Amz-SignedHeaders=host%3Bx", "X-Amz-SignedHeaders is not 'host'" },
        { "aws4_request>aws5_request", "X-Amz-Credential is not 'key/date/region/rds-db/aws4_request'" },
        { "X-Amz-Date=2026>X-Amz-Date=2O26", "X-Amz-Date is not a date such as 20260131T235959Z" },
        { "X-Amz-Expires=900>X-Amz-Expires=soon", "X-Amz-Expires is not a number of seconds" },
        { "X-Amz-Signature=>X-Amz-Signature=ABC", "X-Amz-Signature is not 64 lower-case hexadecimal digits" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_part_that_is_wrong_is_named(string change, string problem)
    {
        var (from, to) = (change.Split('>')[0], change.Split('>')[1]);
        Assert.Equal(problem, ProblemOf(Encoding.ASCII.GetBytes(Good.Replace(from, to, StringComparison.Ordinal))));
    }

    private static string? ProblemOf(byte[] bytes) => PresignedToken.TryRead(bytes, out _, out var problem) ? null : problem;
}
