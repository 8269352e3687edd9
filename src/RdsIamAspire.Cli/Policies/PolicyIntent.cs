namespace RdsIamAspire.Cli.Policies;

/// <summary>The login that a policy is meant to allow, as far as it is known; what is null may be anything.</summary>
internal sealed record PolicyIntent
{
    public string? Region { get; init; }

    public string? AccountId { get; init; }

    public string? ResourceId { get; init; }

    public string? User { get; init; }

    /// <summary>What the endpoint's name says; decides which resource ids fit.</summary>
    public RdsEndpointKind? Kind { get; init; }

    /// <summary>Whether there is anything to compare a resource with.</summary>
    public bool IsGiven => (Region ?? AccountId ?? ResourceId ?? User) is not null;

    /// <summary>Whether a Resource of a policy covers the login, judged part by part.</summary>
    public bool IsMatchedBy(string resource)
    {
        if (resource == "*")
            return true;
        var parts = resource.Split(':', 7);
        if (parts.Length != 7 || parts[2] != "rds-db" || parts[5] != "dbuser")
            return false;
        var slash = parts[6].IndexOf('/');
        return slash > 0 && Fits(parts[3], Region) && Fits(parts[4], AccountId) && Fits(parts[6][..slash], ResourceId) && Fits(parts[6][(slash + 1)..], User);

        static bool Fits(string pattern, string? value) => value is null || PolicyLint.Matches(pattern, value);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", new[]
    {
        User is null ? null : $"user '{User}'",
        ResourceId is null ? null : $"resource id '{ResourceId}'",
        Region is null ? null : $"region '{Region}'",
        AccountId is null ? null : $"account {AccountId}",
    }.OfType<string>());
}
