namespace RdsIamAspire;

/// <summary>Which condition keys a request for <c>rds-db:connect</c> carries, and which not.</summary>
/// <remarks>
/// Sources: Amazon RDS User Guide, "IAM database authentication for MariaDB, MySQL, and PostgreSQL", Limitations (keys that are not
/// supported); Service Authorization Reference, "Amazon RDS IAM Authentication"; IAM User Guide, "AWS global condition context keys".
/// </remarks>
internal static class IamConditionKeys
{
    internal const string PrincipalTag = "aws:PrincipalTag/";
    internal const string ResourceTag = "aws:ResourceTag/";

    private static readonly HashSet<string> NotSupportedKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:Referer", "aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:UserAgent", "aws:VpcSourceIp",
    };

    // Of the principal or its session: known only when the principal is.
    private static readonly HashSet<string> PrincipalKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:username",
        "aws:userid", "aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:FederatedProvider",
        "aws:SourceIdentity", "aws:AssumedRoot",
    };

    private static readonly HashSet<string> RequestKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:CurrentTime", "aws:EpochTime", "aws:RequestedRegion", "aws:SecureTransport", "aws:ViaAWSService", "aws:PrincipalIsAWSService",
        "aws:ResourceAccount",
    };

    private static readonly HashSet<string> MultivaluedKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:CalledVia", "aws:TagKeys", "aws:ResourceOrgPaths",
        "aws:SourceOrgPaths",
    };

    /// <summary>Whether AWS says that RDS does not support the key for logins.</summary>
    internal static bool IsNotSupported(string key) => NotSupportedKeys.Contains(key);

    /// <summary>Whether a request for a login can carry the key.</summary>
    internal static bool IsCarried(string key) => RequestKeys.Contains(key) || IsOfPrincipal(key) || IsResourceTag(key);

    internal static bool IsOfPrincipal(string key) =>
        PrincipalKeys.Contains(key)
            || (key.StartsWith(PrincipalTag, StringComparison.OrdinalIgnoreCase) && key.Length > PrincipalTag.Length);

    internal static bool IsResourceTag(string key) =>
        key.StartsWith(ResourceTag, StringComparison.OrdinalIgnoreCase) && key.Length > ResourceTag.Length;

    internal static bool IsMultivalued(string key) => MultivaluedKeys.Contains(key);

    /// <summary>The keys that <see cref="IsCarried"/> knows by name, for a suggestion.</summary>
    internal static IEnumerable<string> Names => RequestKeys.Concat(PrincipalKeys);

    /// <summary>Why a key is not in a request, as far as there is more to say than that.</summary>
    internal static string? WhyAbsent(string key) =>
        IsNotSupported(key) ? $"RDS does not support {key} for {RdsDbConnectPolicy.Action}; restrict the network with security groups"
        : string.Equals(key, "aws:username", StringComparison.OrdinalIgnoreCase) ? "only an IAM user has it, a role has not"
        : string.Equals(key, "aws:TokenIssueTime", StringComparison.OrdinalIgnoreCase) ? "only temporary credentials have it"
        : key.StartsWith(PrincipalTag, StringComparison.OrdinalIgnoreCase) ? "the principal has no such tag"
        : IsResourceTag(key) ? "the database has no such tag"
        : key.StartsWith("aws:PrincipalOrg", StringComparison.OrdinalIgnoreCase) ? "the principal is in no organisation"
        : IsCarried(key) ? null
        : $"no request for {RdsDbConnectPolicy.Action} carries it";
}
