using System.Globalization;

namespace RdsIamAspire;

/// <summary>
/// One <c>rds-db:connect</c> as IAM sees it: the database user's ARN and the condition keys that come with the request. What is null is not
/// known, which only a policy that is judged before there is a login has.
/// </summary>
/// <remarks>
/// Sources: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Amazon RDS IAM Authentication";
/// Amazon RDS User Guide, "IAM database authentication", Limitations.
/// </remarks>
internal sealed class IamRequest
{
    /// <summary>Stands in a text for a part that is not known: a character that no name has.</summary>
    internal const char Unknown = '\uFFFF';

    private static readonly IamKey Absent = new(IamKeyState.Absent, []);
    private static readonly IamKey NotKnown = new(IamKeyState.Unknown, []);

    private readonly Dictionary<string, IamKey> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _principalIsKnown;
    private readonly bool _resourceTagsAreKnown;

    private IamRequest(string resource, bool principalIsKnown, bool resourceTagsAreKnown)
    {
        Resource = resource;
        (_principalIsKnown, _resourceTagsAreKnown) = (principalIsKnown, resourceTagsAreKnown);
    }

    /// <summary><c>arn:partition:rds-db:region:account:dbuser:resource-id/user</c>.</summary>
    public string Resource { get; }

    /// <summary>What the request has under a key; names are compared without regard to case.</summary>
    public IamKey Find(string key)
    {
        if (_keys.TryGetValue(key, out var found))
            return found;
        if (!_principalIsKnown && IamConditionKeys.IsOfPrincipal(key))
            return NotKnown;
        return !_resourceTagsAreKnown && IamConditionKeys.IsResourceTag(key) ? NotKnown : Absent;
    }

    /// <summary>The request of a login.</summary>
    /// <param name="database">The database user.</param>
    /// <param name="principal">Who signed the token; null when not known.</param>
    /// <param name="time">When.</param>
    public static IamRequest Create(IamDatabaseUser database, IamPrincipal? principal, DateTimeOffset time)
    {
        var part = Unknown.ToString();
        var resource = $"arn:{database.Partition ?? part}:rds-db:{database.Region ?? part}:{database.AccountId ?? part}"
            + $":dbuser:{database.ResourceId ?? part}/{database.User ?? part}";
        var request = new IamRequest(resource, principal is { IsComplete: true }, database.Tags is not null);
        request.Set("aws:CurrentTime", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        request.Set("aws:EpochTime", time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

        // A login without TLS is refused before IAM is asked.
        request.Set("aws:SecureTransport", "true");
        request.Set("aws:ViaAWSService", "false");
        request.Set("aws:PrincipalIsAWSService", "false");
        request.SetOrUnknown("aws:RequestedRegion", database.Region);
        request.SetOrUnknown("aws:ResourceAccount", database.AccountId);
        foreach (var (name, value) in database.Tags ?? new Dictionary<string, string>())
            request.Set(IamConditionKeys.ResourceTag + name, value);
        if (principal is not null)
            request.AddPrincipal(principal);
        return request;
    }

    private void AddPrincipal(IamPrincipal principal)
    {
        Set("aws:PrincipalArn", principal.PrincipalArn);
        Set("aws:PrincipalAccount", principal.AccountId);
        Set("aws:PrincipalType", principal.Type);
        Set("aws:username", principal.UserName);
        Set("aws:userid", principal.UserId);
        Set("aws:PrincipalOrgID", principal.OrganizationId);
        foreach (var (name, value) in principal.Tags ?? new Dictionary<string, string>())
            Set(IamConditionKeys.PrincipalTag + name, value);
        if (principal.OrganizationPath is { } path)
            _keys["aws:PrincipalOrgPaths"] = new(IamKeyState.Present, [path], IsMultivalued: true);
        if (principal.IssuedAt is { } issued)
            Set("aws:TokenIssueTime", issued.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        // What the ARN says is known, also when the rest of the principal is not.
        if (principal.UserName is null)
            _keys["aws:username"] = Absent;
    }

    private void Set(string key, string? value)
    {
        if (value is not null)
            _keys[key] = new(IamKeyState.Present, [value]);
    }

    private void SetOrUnknown(string key, string? value) => _keys[key] = value is null ? NotKnown : new(IamKeyState.Present, [value]);
}

/// <summary>What a request has under a condition key.</summary>
/// <param name="State">Whether it is there.</param>
/// <param name="Values">One value, or those of a multivalued key.</param>
/// <param name="IsMultivalued">Whether the key can have more than one value, however many it has.</param>
internal readonly record struct IamKey(IamKeyState State, IReadOnlyList<string> Values, bool IsMultivalued = false);

/// <summary>Whether a key is in the request.</summary>
internal enum IamKeyState
{
    Absent,
    Unknown,
    Present,
}

/// <summary>A database user as policies name it; what is null is not known.</summary>
internal sealed record IamDatabaseUser
{
    public string? Partition { get; init; }
    public string? Region { get; init; }
    public string? AccountId { get; init; }
    public string? ResourceId { get; init; }
    public string? User { get; init; }

    /// <summary>The tags of the instance, cluster or proxy.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
