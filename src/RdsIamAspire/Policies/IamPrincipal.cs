using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire;

/// <summary>Who makes a request, and what IAM puts into it about them.</summary>
/// <remarks>Source: IAM User Guide, "AWS global condition context keys" and "Variables and tags", Principal key values.</remarks>
internal sealed record IamPrincipal
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The ARN of the IAM user, role, assumed role or federated user.</summary>
    public required string Arn { get; init; }

    /// <summary>The ARN of the role behind an assumed role; null makes it from <see cref="Arn"/>, without a path.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The tags of the user, role and session.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The organisation that the account is in: <c>o-…</c>.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The account's place in it: <c>o-…/r-…/ou-…/</c>.</summary>
    public string? OrganizationPath { get; init; }

    /// <summary>When the temporary credentials were issued; null for long-term ones.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>The unique id (<c>AIDA…</c>, <c>AROA…:session</c>); null makes one up, the same for the same ARN.</summary>
    public string? UniqueId { get; init; }

    /// <summary>Whether what is null here is known not to be there; else it is not known.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The account, 12 digits; null when the ARN has none.</summary>
    public string? AccountId => Fields is { Length: 6 } fields && fields[4].Length > 0 ? fields[4] : null;

    /// <summary><c>User</c>, <c>AssumedRole</c>, <c>FederatedUser</c> or <c>Account</c>; null for another ARN.</summary>
    public string? Type => Kind switch
    {
        "user" => "User",
        "assumed-role" or "role" => "AssumedRole",
        "federated-user" => "FederatedUser",
        "root" => "Account",
        _ => null,
    };

    /// <summary>The friendly name; only an IAM user has one.</summary>
    public string? UserName => Kind == "user" ? Arn[(Arn.LastIndexOf('/') + 1)..] : null;

    /// <summary>For an assumed role the role's ARN, not the session's; else <see cref="Arn"/>.</summary>
    public string PrincipalArn => Kind != "assumed-role" ? Arn : RoleArn ?? $"arn:{Fields[1]}:iam::{AccountId}:role/{Name}";

    /// <summary><c>aws:userid</c>.</summary>
    public string? UserId => UniqueId ?? Kind switch
    {
        "user" => "AIDA" + MadeUpId(Arn),
        "role" => "AROA" + MadeUpId(Arn),
        "assumed-role" => $"AROA{MadeUpId(PrincipalArn)}:{Arn[(Arn.LastIndexOf('/') + 1)..]}",
        "federated-user" => $"{AccountId}:{Name}",
        "root" => AccountId,
        _ => null,
    };

    private string[] Fields => Arn.Split(':', 6);

    private string Kind => Fields is { Length: 6 } fields ? fields[5].Split('/')[0] : "";

    private string Name => Fields[5].Split('/') is { Length: > 1 } parts ? parts[1] : "";

    private static string MadeUpId(string arn) =>
        string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(arn)).Take(17).Select(value => Base32[value & 31]));
}
