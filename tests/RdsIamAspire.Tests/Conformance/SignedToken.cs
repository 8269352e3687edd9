using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire.Tests.Conformance;

/// <summary>
/// A token taken apart for comparison, and the signature that its own canonical request has. Written for these tests from "Signature
/// Version 4 signing process" (IAM User Guide); it shares nothing with a signer.
/// </summary>
internal sealed record SignedToken(string Authority, IReadOnlyList<(string Name, string Value)> Parameters)
{
    internal static SignedToken Parse(string token)
    {
        var slash = token.IndexOf("/?", StringComparison.Ordinal);
        Assert.True(slash > 0, "A token has '/?' after the host.");
        return new(token[..slash], [.. token[(slash + 2)..].Split('&').Select(p => (p[..p.IndexOf('=')], p[(p.IndexOf('=') + 1)..]))]);
    }

    /// <summary>The value of a parameter, still percent-encoded.</summary>
    internal string this[string name] => Assert.Single(Parameters, p => p.Name == name).Value;

    internal string Signature => this["X-Amz-Signature"];

    /// <summary>What every signer has to agree on: all of the canonical request except how the host is spelt.</summary>
    internal string CanonicalQuery =>
        string.Join(
            '&',
            Parameters.Where(p => p.Name != "X-Amz-Signature")
                .OrderBy(p => p.Name, StringComparer.Ordinal)
                .Select(p => $"{p.Name}={p.Value}"));

    /// <summary>The host in lower case, without the default port of HTTPS or, as botocore sees it, of HTTP.</summary>
    internal string PlainAuthority =>
        Authority.ToLowerInvariant() is var a
            && (a.EndsWith(":443", StringComparison.Ordinal) || a.EndsWith(":80", StringComparison.Ordinal))
        ? a[..a.LastIndexOf(':')] : a;

    /// <summary>Whether the signature is right for one of the spellings of the host.</summary>
    internal bool IsSignedFor(string secret, params string[] hostSpellings) => hostSpellings.Any(h => Sign(secret, h) == Signature);

    private string Sign(string secret, string host)
    {
        var canonical = $"GET\n/\n{CanonicalQuery}\nhost:{host}\n\nhost\n{Hex(SHA256.HashData([]))}";
        var scope = Uri.UnescapeDataString(this["X-Amz-Credential"]).Split('/', 2)[1];
        var toSign = $"AWS4-HMAC-SHA256\n{this["X-Amz-Date"]}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLower(CultureInfo.InvariantCulture);
}
