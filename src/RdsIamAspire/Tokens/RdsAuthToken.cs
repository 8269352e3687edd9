using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RdsIamAspire;

/// <summary>
/// An auth token: the password for one login within 15 minutes, and what it says about itself.
/// </summary>
/// <remarks>
/// Source: Amazon RDS User Guide, "IAM database authentication for MariaDB, MySQL, and PostgreSQL". A token is a presigned URL without its
/// scheme. <see cref="ToString"/> never shows it; read <see cref="Value"/> where it is sent as the password, and nowhere else.
/// </remarks>
public sealed class RdsAuthToken
{
    /// <summary>How long RDS accepts a token: 15 minutes from its date.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private RdsAuthToken(string value) => Value = value;

    /// <summary>The token itself, the password of a login. A secret: never write it down.</summary>
    public string Value { get; }

    /// <summary>The host that the token is signed for, as it stands in the token.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port that the token is signed for; 443 when the token names none (signers drop the default port of HTTPS).</summary>
    public int Port { get; private init; }

    /// <summary>The database user.</summary>
    public string User { get; private init; } = "";

    /// <summary>The region that the token is signed for.</summary>
    public string Region { get; private init; } = "";

    /// <summary>The id of the access key that signed. Not a secret.</summary>
    public string AccessKeyId { get; private init; } = "";

    /// <summary>Whether temporary credentials signed (the token then carries their session token).</summary>
    public bool HasSessionToken { get; private init; }

    /// <summary>The token's own date.</summary>
    public DateTimeOffset IssuedAt { get; private init; }

    /// <summary>
    /// From when on RDS refuses it: 15 minutes after <see cref="IssuedAt"/>, or earlier when the credentials that signed it end earlier and
    /// this is known.
    /// </summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Reads what a token says about itself. It checks the shape, not the signature.</summary>
    /// <exception cref="FormatException">
    /// The text is not an RDS auth token; the message names the part that is wrong and never the text itself.
    /// </exception>
    public static RdsAuthToken Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Read(token, out var problem) ?? throw new FormatException(problem);
    }

    /// <summary>As <see cref="Parse"/>, with false in place of the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? token, [NotNullWhen(true)] out RdsAuthToken? parsed)
    {
        parsed = token is null ? null : Read(token, out _);
        return parsed is not null;
    }

    /// <summary>What the token is for and until when; the token, its signature and the session token are left out.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"RDS auth token for {User}@{Host}:{Port} in {Region}, signed by {AccessKeyId}, {IssuedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} to {ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    /// <summary>The same token, ending with the credentials that signed it when these end first.</summary>
    internal RdsAuthToken BoundedBy(
        DateTimeOffset? credentialsExpireAt) => credentialsExpireAt is not { } end || end >= ExpiresAt ? this : new(Value)
        {
            Host = Host,
            Port = Port,
            User = User,
            Region = Region,
            AccessKeyId = AccessKeyId,
            HasSessionToken = HasSessionToken,
            IssuedAt = IssuedAt,
            ExpiresAt = end,
        };

    private static RdsAuthToken? Read(string token, out string? problem)
    {
        var query = token.IndexOf('?');
        if (query < 0)
        {
            problem = "This is not an RDS auth token: it has no '?'. A token looks like 'host:port/?Action=connect&DBUser=…'.";
            return null;
        }

        var authority = token.AsSpan(0, query);
        if (authority.EndsWith("/"))
            authority = authority[..^1];
        if (authority.IsEmpty || authority.Contains('/'))
        {
            problem = "The part before the '?' is not 'host:port/'; a token has no scheme and no path.";
            return null;
        }

        // 443: the signers drop the default port of HTTPS, so a token without a port is one for 443.
        if (!RdsEndpoint.TryParse(authority.ToString(), 443, out var endpoint))
        {
            problem = "The part before the '?' is not a host with a port.";
            return null;
        }

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in token[(query + 1)..].Split('&'))
        {
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            if (!parameters.TryAdd(name, equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..])))
            {
                problem = $"The token has the parameter '{(name.Length > 40 ? "…" : name)}' twice.";
                return null;
            }
        }

        foreach (var required in RequiredParameters)
        {
            if (!parameters.TryGetValue(required, out var present) || present.Length == 0)
            {
                problem =
                    $"The token lacks {required}; it may be truncated (a token has 300 to 2,000 characters, this one has {token.Length}).";
                return null;
            }
        }

        var scope = parameters["X-Amz-Credential"].Split('/');
        if (scope.Length != 5 || scope[4] != "aws4_request")
        {
            problem = "X-Amz-Credential is not 'key/date/region/service/aws4_request'.";
            return null;
        }

        if (parameters["Action"] != "connect" || scope[3] != "rds-db")
        {
            problem = $"This is a presigned URL for {Shown(scope[3])}:{Shown(parameters["Action"])}, not for rds-db:connect.";
            return null;
        }

        if (!DateTimeOffset.TryParseExact(parameters["X-Amz-Date"], DateFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var issued))
        {
            problem = $"X-Amz-Date '{Shown(parameters["X-Amz-Date"])}' is not a date like 20261231T235959Z.";
            return null;
        }

        if (!int.TryParse(parameters["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > 604_800)
        {
            problem = $"X-Amz-Expires '{Shown(parameters["X-Amz-Expires"])}' is not a number of seconds.";
            return null;
        }

        problem = null;
        return new RdsAuthToken(token)
        {
            Host = endpoint.Host,
            Port = endpoint.Port,
            User = parameters["DBUser"],
            Region = scope[2],
            AccessKeyId = scope[0],
            HasSessionToken = parameters.ContainsKey("X-Amz-Security-Token"),
            IssuedAt = issued,
            ExpiresAt = issued + TimeSpan.FromSeconds(seconds),
        };
    }

    private static readonly string[] RequiredParameters =
        [
            "Action",
            "DBUser",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature",
        ];

    /// <summary>A part of a token that is fit to be shown: short and plain. Anything else may be a secret in the wrong place.</summary>
    private static string Shown(string part) => part.Length <= 40 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? part : "…";
}
