using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire.Emulator;

/// <summary>The Signature Version 4 of a token, computed anew from its parts and a secret.</summary>
/// <remarks>Source: IAM User Guide, "Create a signed AWS API request".</remarks>
internal static class TokenSignature
{
    // SHA-256 of nothing: a token has no body.
    private const string EmptyPayloadHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Whether the secret gives the token's signature. The comparison takes the same time wherever the two differ.</summary>
    public static bool IsMadeWith(PresignedToken token, string secretAccessKey)
    {
        var given = Encoding.ASCII.GetBytes(token.Signature);
        var query = CanonicalQuery(token.Parameters);
        var key = SigningKey(secretAccessKey, token);
        var match = false;
        foreach (var host in SignedHosts(token))
            match |= CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Compute(token, host, query, key)));
        CryptographicOperations.ZeroMemory(key);
        return match;
    }

    /// <summary>
    /// What may stand in the signed host header: botocore and .NET sign the host in lower case, rds-signer as it was given;
    /// the ports 443 and 80 are signed by some and not by others.
    /// </summary>
    public static IReadOnlyList<string> SignedHosts(PresignedToken token)
    {
        var name = token.Authority.StartsWith('[') ? $"[{token.Host}]" : token.Host;
        var hosts = new List<string> { token.Authority, token.Authority.ToLowerInvariant() };
        if (token.Port is 443 or 80)
            hosts.AddRange([name, name.ToLowerInvariant()]);
        else if (token.Port is null)
            hosts.Add($"{name}:443");
        // botocore of AWS CLI 2.9 (Debian 12) signs an IPv6 address without its brackets.
        if (token.Authority.StartsWith('['))
            hosts.Add(token.Authority.Replace("[", "").Replace("]", ""));
        return [.. hosts.Distinct(StringComparer.Ordinal)];
    }

    private static string Compute(PresignedToken token, string host, string query, byte[] key)
    {
        var request = $"GET\n/\n{query}\nhost:{host}\n\nhost\n{EmptyPayloadHash}";
        var date = token.Date.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{token.ScopeDate}/{token.Region}/{token.Service}/aws4_request\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static byte[] SigningKey(string secretAccessKey, PresignedToken token)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in (ReadOnlySpan<string>)[token.ScopeDate, token.Region, token.Service, "aws4_request"])
        {
            var next = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            CryptographicOperations.ZeroMemory(key);
            key = next;
        }

        return key;
    }

    private static string CanonicalQuery(IReadOnlyDictionary<string, string> parameters) =>
        string.Join('&', parameters
            .Select(parameter => (Name: Encode(parameter.Key), Value: Encode(parameter.Value)))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => $"{parameter.Name}={parameter.Value}"));

    // RFC 3986: everything but A-Z a-z 0-9 - . _ ~ as %XX in upper case.
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
                encoded.Append((char)value);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }
}
