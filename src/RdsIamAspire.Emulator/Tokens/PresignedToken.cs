using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A token taken apart by name, never by position: signers differ in the order of the parameters. Shares no code with the signing side.
/// </summary>
/// <remarks>
/// Source: IAM User Guide, "Create a signed AWS API request" (query parameters); Amazon RDS User Guide, "Connecting to your DB instance
/// using IAM authentication".
/// </remarks>
internal sealed record PresignedToken
{
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The host as it stands in the token, IPv6 without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>The port; null when the token has none (signers leave out 443, some also 80).</summary>
    public required int? Port { get; init; }

    /// <summary>Host and port as they stand in the token: what some signers sign.</summary>
    public required string Authority { get; init; }

    /// <summary>All parameters but the signature, decoded.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    public required string Signature { get; init; }
    public required string AccessKeyId { get; init; }
    public required string ScopeDate { get; init; }
    public required string Region { get; init; }
    public required string Service { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required int ExpiresSeconds { get; init; }

    public string Action => Parameters["Action"];
    public string User => Parameters["DBUser"];
    public string? SessionToken => Parameters.GetValueOrDefault("X-Amz-Security-Token");

    /// <summary>Shows nothing: a token is a secret.</summary>
    public override string ToString() => nameof(PresignedToken);

    /// <summary>Takes a token apart; the problem says what is wrong with its shape and shows no part of it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PresignedToken? token,
        [NotNullWhen(false)] out string? problem)
    {
        token = null;
        if (bytes.IsEmpty)
        {
            problem = "the password is empty";
            return false;
        }

        if (bytes.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            problem = "it has characters that no token has (blanks, line ends, control or non-ASCII characters)";
            return false;
        }

        var text = Encoding.ASCII.GetString(bytes);
        var question = text.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            problem = text.Contains("rds", StringComparison.OrdinalIgnoreCase) && text.Length < 256
                ? "it has a host but no query; it looks cut off"
                : "it looks like an ordinary password, not like 'host:port/?Action=connect&DBUser=…'";
            return false;
        }

        if (!TryReadAuthority(text[..question], out var authority, out var host, out var port))
        {
            problem = text.StartsWith("http", StringComparison.OrdinalIgnoreCase)
                ? "it begins with a scheme; the token is the presigned URL without 'https://'"
                : "it does not begin with 'host:port/?'";
            return false;
        }

        if (!TryReadParameters(text.AsSpan(question + 1), out var parameters, out problem))
            return false;

        foreach (var name in Required)
        {
            if (!parameters.TryGetValue(name, out var value) || value.Length == 0)
            {
                problem = $"it has no {name}; a token of {text.Length} characters without it was probably cut off (whole ones have 300 to"
                    + " 2,000)";
                return false;
            }
        }

        if (parameters["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256")
        {
            problem = "X-Amz-Algorithm is not AWS4-HMAC-SHA256";
            return false;
        }

        if (parameters["X-Amz-SignedHeaders"] != "host")
        {
            problem = "X-Amz-SignedHeaders is not 'host'";
            return false;
        }

        var scope = parameters["X-Amz-Credential"].Split('/');
        if (scope.Length != 5 || scope.Any(part => part.Length == 0) || scope[4] != "aws4_request")
        {
            problem = "X-Amz-Credential is not 'key/date/region/rds-db/aws4_request'";
            return false;
        }

        if (!DateTimeOffset.TryParseExact(parameters["X-Amz-Date"], DateFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
        {
            problem = "X-Amz-Date is not a date such as 20260131T235959Z";
            return false;
        }

        if (!TryReadExpires(parameters["X-Amz-Expires"], out var expires))
        {
            problem = "X-Amz-Expires is not a number of seconds";
            return false;
        }

        var signature = parameters["X-Amz-Signature"];
        if (signature.Length != 64 || signature.AsSpan().ContainsAnyExcept(LowerHexDigits))
        {
            problem = signature.Length < 64
                ? $"X-Amz-Signature has {signature.Length} characters instead of 64; the token was cut off"
                : "X-Amz-Signature is not 64 lower-case hexadecimal digits";
            return false;
        }

        parameters.Remove("X-Amz-Signature");
        problem = null;
        token = new PresignedToken
        {
            Host = host,
            Port = port,
            Authority = authority,
            Parameters = parameters,
            Signature = signature,
            AccessKeyId = scope[0],
            ScopeDate = scope[1],
            Region = scope[2],
            Service = scope[3],
            Date = date,
            ExpiresSeconds = expires,
        };
        return true;
    }

    // More than an int holds is too long all the same.
    private static bool TryReadExpires(string text, out int seconds)
    {
        var good = text.Length > 0 && text.All(char.IsAsciiDigit) && text.Any(digit => digit != '0');
        seconds = !good ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        return good;
    }

    // host:port/ ; older Go signers leave the slash out. IPv6 addresses stand in brackets.
    private static bool TryReadAuthority(string text, out string authority, out string host, out int? port)
    {
        authority = text.EndsWith('/') ? text[..^1] : text;
        (host, port) = ("", null);
        var rest = ReadOnlySpan<char>.Empty;
        if (authority.StartsWith('['))
        {
            var end = authority.IndexOf(']', StringComparison.Ordinal);
            if (end < 2)
                return false;
            host = authority[1..end];
            rest = authority.AsSpan(end + 1);
            if (host.AsSpan().ContainsAnyExcept(IPv6Characters))
                return false;
        }
        else
        {
            var colon = authority.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? authority : authority[..colon];
            rest = colon < 0 ? [] : authority.AsSpan(colon);
            if (host.Length is 0 or > 255 || host.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')))
                return false;
        }

        if (rest.IsEmpty)
            return true;
        if (rest[0] != ':' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > 65535)
            return false;
        port = number;
        return true;
    }

    private static bool TryReadParameters(ReadOnlySpan<char> query, out Dictionary<string, string> parameters,
        [NotNullWhen(false)] out string? problem)
    {
        parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        problem = query.Contains('#') ? "it has a bare '#', behind which a URL has no query: the token was URL-decoded on the way" : null;
        if (problem is not null)
            return false;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals <= 0 || !TryDecode(pair[..equals], out var name) || !TryDecode(pair[(equals + 1)..], out var value))
                problem = "its query is not made of 'name=value' pairs in URI encoding";
            else if (!parameters.TryAdd(name, value))
                problem = "its query has the same parameter twice";
            else if (name == "X-Amz-Security-Token" && pair.Contains('+'))
                problem = "its session token has a bare '+', which stands for a blank: the token was URL-decoded on the way";
            if (problem is not null)
                return false;
        }

        return true;
    }

    // What is signed is the query in its canonical form: names and values decoded, encoded anew and sorted. So escapes in lower case,
    // escaped
    // names and another order are the same token, and a value that was decoded on the way is too, as long as it reads the same. A bare '+'
    // is
    // a blank, as in the case post-vanilla-query-nonunreserved of AWS's test suite for Signature Version 4.
    // Strict: '%' and two hexadecimal digits, which make valid UTF-8.
    private static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        decoded = "";
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes[length++] = (byte)(text[i] == '+' ? ' ' : text[i]);
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
            bytes[length++] = byte.Parse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            i += 2;
        }

        try
        {
            decoded = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static readonly SearchValues<char> LowerHexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Required =
    [
        "Action", "DBUser", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
    ];
}
