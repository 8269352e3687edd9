using System.Collections.Immutable;

namespace RdsIamAspire.Emulator;

/// <summary>The database as IAM sees it: where it is, what it is called, and who exists.</summary>
internal sealed class EmulatedDatabase
{
    private ImmutableArray<EmulatorEndpoint> _endpoints;

    public EmulatedDatabase(RdsIamEmulatorOptions options, IReadOnlyList<EmulatorPrincipal> principals)
    {
        Region = options.Region;
        AccountId = options.AccountId;
        ResourceId = options.ResourceId;
        Partition = AwsPartition.FromRegion(options.Region).Name;
        Principals = principals;
        _endpoints = [.. options.Endpoints.Select(WithoutBrackets).Distinct()];
        Policies = principals.ToDictionary(principal => principal.AccessKeyId, ParsePolicies, StringComparer.Ordinal);
    }

    public string Region { get; }
    public string AccountId { get; }
    public string ResourceId { get; }
    public string Partition { get; }
    public IReadOnlyList<EmulatorPrincipal> Principals { get; }
    public IReadOnlyDictionary<string, IReadOnlyList<IamPolicy>> Policies { get; }
    public IReadOnlyList<EmulatorEndpoint> Endpoints => _endpoints;

    public void AddEndpoint(EmulatorEndpoint endpoint) =>
        ImmutableInterlocked.Update(ref _endpoints, (endpoints, added) => endpoints.Contains(added) ? endpoints : endpoints.Add(added), WithoutBrackets(endpoint));

    public EmulatorPrincipal? FindPrincipal(string accessKeyId) => Principals.FirstOrDefault(principal => principal.AccessKeyId == accessKeyId);

    public string UserArn(string user) => $"arn:{Partition}:rds-db:{Region}:{AccountId}:dbuser:{ResourceId}/{user}";

    // An IPv6 address is compared as it is; only in a token does it stand in brackets.
    private static EmulatorEndpoint WithoutBrackets(EmulatorEndpoint endpoint) =>
        endpoint.Host.StartsWith('[') && endpoint.Host.EndsWith(']') ? endpoint with { Host = endpoint.Host[1..^1] } : endpoint;

    private static IReadOnlyList<IamPolicy> ParsePolicies(EmulatorPrincipal principal) =>
        [.. principal.Policies.Select((policy, index) =>
        {
            try
            {
                return IamPolicy.Parse(policy);
            }
            catch (FormatException exception)
            {
                throw new ArgumentException($"Policy {index + 1} of {principal} cannot be used: {exception.Message}", exception);
            }
        })];
}
