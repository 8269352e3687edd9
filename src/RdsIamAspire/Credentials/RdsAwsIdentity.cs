namespace RdsIamAspire;

/// <summary>
/// Who signs, by name: a profile, a role to assume, or both (the role is then assumed with the profile's credentials). Two identities
/// that are equal share
/// credentials and tokens. With everything null it is the AWS SDK's default chain (docs/credentials.md).
/// </summary>
public sealed record RdsAwsIdentity
{
    /// <summary>A profile of the shared credentials and config files; null takes AWS_PROFILE, else whatever the chain finds.</summary>
    public string? Profile { get; init; }

    /// <summary>The ARN of a role to assume with the credentials found; null signs with these themselves.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The name of the role's session, seen in CloudTrail; null takes <c>rds-iam-</c> and the process's id.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary>The external id that the role's trust policy asks for.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How long the role's session lasts, 15 minutes to 12 hours; null takes an hour, as STS does.</summary>
    public TimeSpan? RoleDuration { get; init; }
}
