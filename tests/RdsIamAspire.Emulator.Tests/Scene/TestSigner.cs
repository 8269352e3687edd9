using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire.Emulator.Tests;

/// <summary>Signs what no real signer would: any part of a token can be set wrong, and the signature fits all the same.</summary>
internal sealed record TestSigner(EmulatorPrincipal Principal)
{
    public string Host { get; init; } = "127.0.0.1";
    public int? Port { get; init; } = 3306;
    public string User { get; init; } = "app";
    public string Region { get; init; } = "us-east-1";
    public string Service { get; init; } = "rds-db";
    public string Action { get; init; } = "connect";
    public string Algorithm { get; init; } = "AWS4-HMAC-SHA256";
    public string SignedHeaders { get; init; } = "host";
    public DateTimeOffset Date { get; init; } = Clock.Start;
    public string? ScopeDate { get; init; }
    public string Expires { get; init; } = "900";
    public string? AccessKeyId { get; init; }
    public string? Secret { get; init; }
    public string? SessionToken { get; init; } = Principal.SessionToken;

    public string Sign()
    {
        var authority = Port is { } port ? $"{Host}:{port}" : Host;
        var date = Date.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{ScopeDate ?? date[..8]}/{Region}/{Service}/aws4_request";
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Action"] = Action,
            ["DBUser"] = User,
            ["X-Amz-Algorithm"] = Algorithm,
            ["X-Amz-Credential"] = $"{AccessKeyId ?? Principal.AccessKeyId}/{scope}",
            ["X-Amz-Date"] = date,
            ["X-Amz-Expires"] = Expires,
            ["X-Amz-SignedHeaders"] = SignedHeaders,
        };
        if (SessionToken is not null)
            parameters["X-Amz-Security-Token"] = SessionToken;
        var query = string.Join('&', parameters.Select(p => $"{Encode(p.Key)}={Encode(p.Value)}"));

        var request = $"GET\n/\n{query}\nhost:{authority}\n\nhost\n{Convert.ToHexStringLower(SHA256.HashData([]))}";
        var text = $"{Algorithm}\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + (Secret ?? Principal.SecretAccessKey)), Hmac);
        return $"{authority}/?{query}&X-Amz-Signature={Convert.ToHexStringLower(Hmac(key, text))}";

        static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        static string Encode(string text) => Uri.EscapeDataString(text);
    }
}
