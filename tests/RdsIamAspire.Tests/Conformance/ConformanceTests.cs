using System.Globalization;

namespace RdsIamAspire.Tests.Conformance;

[Collection(SdkClock.Collection)]
public sealed class ConformanceTests
{
    private static readonly IReadOnlyList<SigningCase> Cases = SigningCase.Table();

    [Fact]
    public void The_table_has_more_than_200_cases() => Assert.InRange(Cases.Count, 200, int.MaxValue);

    [Fact]
    public async Task Our_tokens_agree_with_the_JavaScript_signer()
    {
        var theirs = await ReferenceSigner.JavaScriptAsync(Cases, TestContext.Current.CancellationToken);
        await AgreeAsync(theirs);
    }

    [Fact]
    public async Task Our_tokens_agree_with_botocore_the_signer_of_the_AWS_CLI()
    {
        var theirs = await ReferenceSigner.BotocoreAsync(Cases, TestContext.Current.CancellationToken);
        await AgreeAsync(theirs);
    }

    [Fact]
    public async Task Our_tokens_agree_with_the_AWS_CLI_run_as_a_command()
    {
        // One process each, so a few: plain, temporary credentials with a difficult user, a cluster in China.
        foreach (var input in (SigningCase[])[
            new(
                "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com",
                3306,
                "jane_doe",
                "eu-west-1",
                "AKIAMADEUPMADEUP0001",
                "made/up+secret",
                null,
                0),
            new(
                "pool.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com",
                13306,
                "a b+c@d~é",
                "us-west-2",
                "ASIAMADEUPMADEUP0002",
                "made/up+secret",
                "made+up/session==",
                0),
            new(
                "orders.cluster-abcdefghijkl.rds.cn-north-1.amazonaws.com.cn",
                3306,
                "app",
                "cn-north-1",
                "AKIAMADEUPMADEUP0001",
                "made/up+secret",
                null,
                0)])
        {
            var theirs = await ReferenceSigner.AwsCliAsync(input, TestContext.Current.CancellationToken);
            if (theirs is null)
            {
                Assert.Skip("The AWS CLI is not on the path (Debian: awscli).");
                return;
            }

            var date = DateTimeOffset.ParseExact(
                SignedToken.Parse(theirs)["X-Amz-Date"],
                "yyyyMMdd'T'HHmmss'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal);
            var dated = input with { EpochSeconds = date.ToUnixTimeSeconds() };
            Agree(dated, await OursAsync(dated), theirs);
        }
    }

    private static async Task AgreeAsync(IReadOnlyList<string> theirs)
    {
        Assert.Equal(Cases.Count, theirs.Count);
        for (var i = 0; i < Cases.Count; i++)
            Agree(Cases[i], await OursAsync(Cases[i]), theirs[i]);
    }

    private static async Task<string> OursAsync(SigningCase input)
    {
        using var clock = SdkClock.At(input.Time);
        using var source = new RdsAuthTokenSource(new() { Credentials = input.Credentials, Region = input.Region });
        return (await source.GetTokenAsync(new(input.Host, input.Port, input.User), TestContext.Current.CancellationToken)).Value;
    }

    /// <summary>
    /// The same canonical query and the same host; the same signature wherever both sign the same spelling of the host.
    /// Where they do not (host case, ports 443 and 80, brackets of an IPv6 address in old versions of botocore) each signature must be
    /// right for a spelling that RDS accepts.
    /// </summary>
    private static void Agree(SigningCase input, string oursText, string theirsText)
    {
        var ours = SignedToken.Parse(oursText);
        var theirs = SignedToken.Parse(theirsText);
        Assert.True(ours.CanonicalQuery == theirs.CanonicalQuery, $"{input}: the canonical queries differ.");
        Assert.True(ours.PlainAuthority == theirs.PlainAuthority, $"{input}: the hosts differ.");

        string[] spellings =
        [
            $"{input.Host}:{input.Port}",
            $"{input.Host}:{input.Port}".ToLowerInvariant(),
            input.Host.ToLowerInvariant(),
            $"{input.Host.Trim('[', ']')}:{input.Port}",
        ];
        Assert.True(ours.IsSignedFor(input.SecretAccessKey, spellings), $"{input}: our signature is not that of the canonical request.");
        Assert.True(
            theirs.IsSignedFor(input.SecretAccessKey, spellings),
            $"{input}: the other signature is not that of the canonical request.");
        var sameSpelling = !input.Host.Any(char.IsAsciiLetterUpper) && input.Port is not (443 or 80) && !input.Host.StartsWith('[');
        if (sameSpelling)
            Assert.True(ours.Signature == theirs.Signature, $"{input}: the signatures differ.");
    }
}
