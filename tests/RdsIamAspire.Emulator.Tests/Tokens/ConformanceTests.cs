using System.Text;
using RdsIamAspire.Emulator.Tests.Logins;
using RdsIamAspire.Tests;
using RdsIamAspire.Tests.Conformance;

namespace RdsIamAspire.Emulator.Tests.Tokens;

/// <summary>The check accepts what each real signer makes of the conformance table, and would not with another secret.</summary>
[Collection(SdkClock.Collection)]
public sealed class ConformanceTests
{
    private static readonly IReadOnlyList<SigningCase> Cases = SigningCase.Table();

    [Fact]
    public async Task The_check_accepts_every_token_of_the_AWS_SDK_for_NET()
    {
        var tokens = new List<string>();
        foreach (var input in Cases)
        {
            using var clock = SdkClock.At(input.Time);
            using var source = new RdsAuthTokenSource(new() { Credentials = input.Credentials, Region = input.Region });
            tokens.Add((await source.GetTokenAsync(new(input.Host, input.Port, input.User), TestContext.Current.CancellationToken)).Value);
        }

        AcceptsAll(tokens);
    }

    [Fact]
    public async Task The_check_accepts_every_token_of_the_JavaScript_signer() =>
        AcceptsAll(await ReferenceSigner.JavaScriptAsync(Cases, TestContext.Current.CancellationToken));

    [Fact]
    public async Task The_check_accepts_every_token_of_botocore_the_signer_of_the_AWS_CLI() =>
        AcceptsAll(await ReferenceSigner.BotocoreAsync(Cases, TestContext.Current.CancellationToken));

    private static void AcceptsAll(IReadOnlyList<string> tokens)
    {
        Assert.Equal(Cases.Count, tokens.Count);
        foreach (var (input, text) in Cases.Zip(tokens))
        {
            Assert.True(PresignedToken.TryRead(Encoding.UTF8.GetBytes(text), out var token, out var problem), $"{input}: {problem}");
            Assert.Equal(
                (input.User, input.Region, input.AccessKeyId, input.SessionToken),
                (token.User, token.Region, token.AccessKeyId, token.SessionToken));
            Assert.Equal(input.Host.Trim('[', ']'), token.Host, ignoreCase: true);
            Assert.True(token.Port is null ? input.Port is 443 or 80 : token.Port == input.Port, $"{input}: port");
            Assert.True(TokenSignature.IsMadeWith(token, input.SecretAccessKey), $"{input}: the signature is refused.");
            Assert.False(TokenSignature.IsMadeWith(token, input.SecretAccessKey + "x"), $"{input}: another secret is accepted.");
            var principal = EmulatorPrincipal.CreateDefault() with
            {
                AccessKeyId = input.AccessKeyId,
                SecretAccessKey = input.SecretAccessKey,
                SessionToken = input.SessionToken,
            };
            var attempt = new JudgesDesk(input.Region, new(input.Host, input.Port), input.Time, principal).Judge(text, input.User);
            Assert.True(attempt.Allowed, $"{input}: {attempt.Denial}, {attempt.Explanation}");
        }
    }
}
