namespace RdsIamAspire.Emulator;

/// <summary>
/// Who may sign tokens: made-up AWS credentials, the ARN that they belong to, and its policies. Never a real AWS credential.
/// </summary>
public sealed record EmulatorPrincipal
{
    /// <summary>The access key id, such as <c>AKIA…</c> (a user) or <c>ASIA…</c> (temporary credentials).</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>The secret that signs. Never shown.</summary>
    public required string SecretAccessKey { get; init; }

    /// <summary>The session token that goes with temporary credentials; null for a user's long-term key. Never shown.</summary>
    public string? SessionToken { get; init; }

    /// <summary>When the credentials end; null when they do not. A token signed with ended credentials is refused.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The ARN of the IAM user or assumed role.</summary>
    public required string Arn { get; init; }

    /// <summary>Its identity-based policies, as JSON documents. None allows nothing.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>
    /// The ARN of the role behind an assumed role, with its path (<c>arn:aws:iam::123456789012:role/team/orders</c>): the condition key
    /// <c>aws:PrincipalArn</c>. Null makes it from <see cref="Arn"/>, without a path.
    /// </summary>
    public string? RoleArn { get; init; }

    /// <summary>The tags of the user, role and session: the condition keys <c>aws:PrincipalTag/…</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The organisation that the account is in (<c>o-…</c>): <c>aws:PrincipalOrgID</c>. Null: in none.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The account's place in the organisation (<c>o-…/r-…/ou-…/</c>): <c>aws:PrincipalOrgPaths</c>.</summary>
    public string? OrganizationPath { get; init; }

    /// <summary>
    /// The unique id, <c>aws:userid</c> (<c>AIDA…</c>; <c>AROA…:session</c>). Null makes one up, the same for the same ARN.
    /// </summary>
    public string? UniqueId { get; init; }

    /// <summary>
    /// When the temporary credentials were issued: <c>aws:TokenIssueTime</c>. Null is when the emulator started. Long-term credentials,
    /// which
    /// have no <see cref="SessionToken"/>, have no such time.
    /// </summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>
    /// A principal with new random credentials of an assumed role that may connect as every user of every database (<c>rds-db:connect</c>
    /// on <c>*</c>).
    /// </summary>
    public static EmulatorPrincipal CreateDefault(string accountId = "123456789012", string partition = "aws") =>
        Create($"arn:{partition}:sts::{accountId}:assumed-role/rds-iam-local/local", AllowAll, temporary: true);

    /// <summary>A principal with new random credentials.</summary>
    /// <param name="arn">The ARN of the IAM user or assumed role.</param>
    /// <param name="policy">Its policy, a JSON document.</param>
    /// <param name="temporary">Whether the credentials are temporary ones, with a session token.</param>
    public static EmulatorPrincipal Create(string arn, string policy, bool temporary = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(arn);
        ArgumentNullException.ThrowIfNull(policy);
        return MadeUpCredentials.Create(arn, policy, temporary);
    }

    /// <summary>Key id and ARN; the secrets are left out.</summary>
    public override string ToString() => $"{Arn} ({AccessKeyId})";

    internal IamPrincipal ToIamPrincipal(DateTimeOffset started) => new()
    {
        Arn = Arn,
        RoleArn = RoleArn,
        Tags = Tags,
        OrganizationId = OrganizationId,
        OrganizationPath = OrganizationPath,
        UniqueId = UniqueId,
        IssuedAt = SessionToken is null ? null : IssuedAt ?? started,
    };

    internal const string AllowAll =
        """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect","Resource":"*"}]}""";
}
