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

    /// <summary>Whether there is anything to compare a resource with.</summary>
    internal bool IsGiven => (Region ?? AccountId ?? ResourceId ?? User) is not null;

    /// <summary>Whether a Resource of a policy covers the login, judged part by part.</summary>
    internal bool IsMatchedBy(string resource)
    {
        if (resource == "*")
            return true;
        var parts = resource.Split(':', 7);
        if (parts.Length != 7 || parts[2] != "rds-db" || parts[5] != "dbuser")
            return false;
        var slash = parts[6].IndexOf('/');
        return slash > 0 && Fits(parts[3], Region) && Fits(parts[4], AccountId) && Fits(parts[6][..slash], ResourceId) && Fits(parts[6][(slash + 1)..], User);

        // What a policy variable becomes is not known here.
        static bool Fits(string pattern, string? value) => value is null || pattern.Contains("${", StringComparison.Ordinal) || IamPattern.Matches(pattern, value);
    }

    /// <summary>The parts that are given, in words.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        User is null ? null : $"user '{User}'",
        ResourceId is null ? null : $"resource id '{ResourceId}'",
        Region is null ? null : $"region '{Region}'",
        AccountId is null ? null : $"account {AccountId}",
    }.OfType<string>());
}
