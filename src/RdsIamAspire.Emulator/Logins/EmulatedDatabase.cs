using System.Collections.Immutable;

namespace RdsIamAspire.Emulator;

/// <summary>The database as IAM sees it: where it is, what it is called, and who exists.</summary>
internal sealed class EmulatedDatabase
{
    private readonly Dictionary<string, string> _resourceTags;
    private readonly DateTimeOffset _started;
    private ImmutableArray<EmulatorEndpoint> _endpoints;

    public EmulatedDatabase(RdsIamEmulatorOptions options, IReadOnlyList<EmulatorPrincipal> principals)
    {
        Region = options.Region;
        AccountId = options.AccountId;
        ResourceId = options.ResourceId;
        Partition = AwsPartition.FromRegion(options.Region).Name;
        _resourceTags = new Dictionary<string, string>(options.ResourceTags);
        _started = options.TimeProvider.GetUtcNow();
        Principals = principals;
        _endpoints = [.. options.Endpoints.Select(WithoutBrackets).Distinct()];
        Policies = principals.ToDictionary(principal => principal.AccessKeyId, ParsePolicies, StringComparer.Ordinal);
    }

    public string Region { get; }
    public string AccountId { get; }
    public string ResourceId { get; }
    public string Partition { get; }
    public IReadOnlyList<EmulatorPrincipal> Principals { get; }
    public IReadOnlyDictionary<string, IReadOnlyList<IamPolicyDocument>> Policies { get; }
    public IReadOnlyList<EmulatorEndpoint> Endpoints => _endpoints;

    public void AddEndpoint(EmulatorEndpoint endpoint) =>
        ImmutableInterlocked.Update(ref _endpoints, (endpoints, added) => endpoints.Contains(added) ? endpoints : endpoints.Add(added),
            WithoutBrackets(endpoint));

    public EmulatorPrincipal? FindPrincipal(string accessKeyId) =>
        Principals.FirstOrDefault(principal => principal.AccessKeyId == accessKeyId);

    /// <summary>What the principal's policies say to a login as the user.</summary>
    public IamDecision Decide(EmulatorPrincipal principal, string user, DateTimeOffset time)
    {
        var database = new IamDatabaseUser
        {
            Partition = Partition,
            Region = Region,
            AccountId = AccountId,
            ResourceId = ResourceId,
            User = user,
            Tags = _resourceTags,
        };
        return IamDecision.Make(Policies[principal.AccessKeyId], IamRequest.Create(database, principal.ToIamPrincipal(_started), time));
    }

    // An IPv6 address is compared as it is; only in a token does it stand in brackets.
    private static EmulatorEndpoint WithoutBrackets(EmulatorEndpoint endpoint) =>
        endpoint.Host.StartsWith('[') && endpoint.Host.EndsWith(']') ? endpoint with { Host = endpoint.Host[1..^1] } : endpoint;

    private static IReadOnlyList<IamPolicyDocument> ParsePolicies(EmulatorPrincipal principal) =>
        [.. principal.Policies.Select((policy, index) =>
        {
            try
            {
                return IamPolicyDocument.Parse(policy);
            }
            catch (FormatException exception)
            {
                throw new ArgumentException($"Policy {index + 1} of {principal} would be refused by IAM: {exception.Message}", exception);
            }
        })];
}
