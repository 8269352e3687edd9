namespace RdsIamAspire;

/// <summary>The login that a policy is meant to allow, as far as it is known; what is null may be anything.</summary>
public sealed record RdsPolicyIntent
{
    /// <summary>The database's region.</summary>
    public string? Region { get; init; }

    /// <summary>The account, 12 digits.</summary>
    public string? AccountId { get; init; }

    /// <summary>The <c>db-…</c>, <c>cluster-…</c> or <c>prx-…</c> id.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The database user.</summary>
    public string? User { get; init; }

    /// <summary>What the endpoint's name says; decides which resource ids fit.</summary>
    public RdsEndpointKind? Kind { get; init; }

    /// <summary>
    /// The ARN of the IAM user, role or assumed role that holds the policy: gives policy variables and the <c>aws:Principal…</c> condition
    /// keys
    /// their values.
    /// </summary>
    public string? PrincipalArn { get; init; }

    /// <summary>The tags of the principal and its session; null when they are not known.</summary>
    public IReadOnlyDictionary<string, string>? PrincipalTags { get; init; }

    /// <summary>The organisation that the principal's account is in (<c>o-…</c>).</summary>
    public string? OrganizationId { get; init; }

    /// <summary>When the login is; null is now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether there is anything to compare a resource with.</summary>
    internal bool IsGiven => (Region ?? AccountId ?? ResourceId ?? User) is not null;

    internal IamRequest ToRequest()
    {
        var database = new IamDatabaseUser
        {
            Partition = Region is not null && AwsPartition.IsRegionName(Region) ? AwsPartition.FromRegion(Region).Name : null,
            Region = Region,
            AccountId = AccountId,
            ResourceId = ResourceId,
            User = User,
        };
        var principal = PrincipalArn is null ? null : new IamPrincipal
        {
            Arn = PrincipalArn,
            Tags = PrincipalTags,
            OrganizationId = OrganizationId,
            IsComplete = false,
        };
        return IamRequest.Create(database, principal, Time ?? DateTimeOffset.UtcNow);
    }

    /// <summary>The parts that are given, in words.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        User is null ? null : $"user '{User}'",
        ResourceId is null ? null : $"resource id '{ResourceId}'",
        Region is null ? null : $"region '{Region}'",
        AccountId is null ? null : $"account {AccountId}",
        PrincipalArn is null ? null : $"principal '{PrincipalArn}'",
    }.OfType<string>());
}
