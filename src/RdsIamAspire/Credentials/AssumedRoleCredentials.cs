using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace RdsIamAspire.Credentials;

/// <summary>
/// The session of a role, from STS. As the SDK's own classes for it, but asynchronous, for a region that is given (theirs asks instance
/// metadata when nothing names one),
/// and with requests that end within seconds.
/// </summary>
internal sealed class AssumedRoleCredentials : RefreshingAWSCredentials
{
    /// <summary>STS answers within tens of milliseconds; a request that got no answer in this time is tried once more.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly AWSCredentials? _source;
    private readonly string? _webIdentityTokenFile;
    private readonly RdsAwsIdentity _role;
    private readonly RegionEndpoint _region;

    private AssumedRoleCredentials(AWSCredentials? source, string? webIdentityTokenFile, RdsAwsIdentity role, string region)
    {
        _source = source;
        _webIdentityTokenFile = webIdentityTokenFile;
        _role = role;
        _region = RegionEndpoint.GetBySystemName(region);
    }

    internal static AssumedRoleCredentials By(AWSCredentials source, RdsAwsIdentity role, string region) => new(source, null, role, region);

    internal static AssumedRoleCredentials ByWebIdentity(string tokenFile, RdsAwsIdentity role, string region) =>
        new(null, tokenFile, role, region);

    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = _region,
            Timeout = RequestTimeout,
            MaxErrorRetry = 1,
            HttpClientFactory = BlockingHttp.Factory,
        };
        var session = _role.RoleSessionName ?? $"rds-iam-{Environment.ProcessId}";
        var seconds = _role.RoleDuration is { } duration ? (int?)duration.TotalSeconds : null;
        Amazon.SecurityToken.Model.Credentials keys;
        if (_webIdentityTokenFile is not null)
        {
            var token = File.ReadAllText(_webIdentityTokenFile).Trim();
            using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
            var answer = await sts.AssumeRoleWithWebIdentityAsync(new AssumeRoleWithWebIdentityRequest
            {
                RoleArn = _role.RoleArn,
                RoleSessionName = session,
                WebIdentityToken = token,
                DurationSeconds = seconds,
            }).ConfigureAwait(false);
            keys = answer.Credentials;
        }
        else
        {
            using var sts = new AmazonSecurityTokenServiceClient(_source, config);
            var answer = await sts.AssumeRoleAsync(new AssumeRoleRequest
            {
                RoleArn = _role.RoleArn,
                RoleSessionName = session,
                ExternalId = _role.ExternalId,
                DurationSeconds = seconds,
            }).ConfigureAwait(false);
            keys = answer.Credentials;
        }

        return new CredentialsRefreshState(
            new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
            (keys.Expiration ?? throw new AmazonClientException("STS gave keys without an end")).ToUniversalTime());
    }
}
