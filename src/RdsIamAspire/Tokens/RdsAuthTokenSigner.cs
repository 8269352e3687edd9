using Amazon;
using Amazon.RDS.Util;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire;

/// <summary>Makes one token: finds region and credentials, renews credentials that are short, and has AWS's own code sign.</summary>
internal partial class RdsAuthTokenSigner(RdsAuthTokenSourceOptions options)
{
    /// <summary>Makes a token that ends with the credentials when these end first.</summary>
    /// <exception cref="RdsAuthTokenException">No region, no credentials, or a request that cannot be signed.</exception>
    internal virtual async Task<RdsAuthToken> SignAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken)
    {
        var host = RdsEndpoint.TryParse(request.Host, request.Port, out var endpoint) ? endpoint.Host : request.Host;
        var region = await ResolveRegionAsync(request, endpoint).ConfigureAwait(false);
        var credentials = await ResolveCredentialsAsync(request, cancellationToken).ConfigureAwait(false);
        var (keys, expiresAt) = await ReadAsync(credentials).ConfigureAwait(false);
        if (expiresAt <= options.TimeProvider.GetUtcNow())
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsExpired,
                $"The AWS credentials of {keys.AccessKey} ended at {expiresAt:u}, and a token that they sign is refused. Renew them, for example with 'aws sso login'.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A fixed copy of the keys: the generator reads credentials again, and these may have changed since their end was read.
            AWSCredentials snapshot = keys.UseToken
                ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token)
                : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);
            var value = await RDSAuthTokenGenerator.GenerateAuthTokenAsync(
                snapshot, RegionEndpoint.GetBySystemName(region), host, request.Port, request.User).ConfigureAwait(false);
            return RdsAuthToken.Parse(value).BoundedBy(expiresAt);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException)
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.InvalidRequest,
                $"No token can be signed for user '{request.User}' at host '{request.Host}', port {request.Port}: {e.Message}", e);
        }
    }

    private async ValueTask<string> ResolveRegionAsync(RdsAuthTokenRequest request, RdsEndpoint? endpoint)
    {
        if (NullIfEmpty(request.Region) is { } asked && endpoint?.Region is { } own && asked != own)
            LogOtherRegion(options.LoggerFactory.CreateLogger<RdsAuthTokenSource>(), request, asked, own);
        if ((NullIfEmpty(request.Region) ?? endpoint?.Region ?? NullIfEmpty(options.Region)) is { } named)
            return named;

        var quick = Chain(includeInstanceMetadata: false);
        // Instance metadata is asked over the network, by a call that has no asynchronous form: on a thread of its own.
        var region = quick ?? await Task.Factory.StartNew(() => Chain(includeInstanceMetadata: true),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        return region ?? throw new RdsAuthTokenException(RdsAuthTokenFailure.RegionNotFound,
            $"No AWS region is known for the host '{request.Host}'. It is looked for in three places: the host name (an RDS endpoint such as "
            + "'mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com' has it), the configuration (the Region option or setting), and the AWS SDK's own "
            + "(AWS_REGION, the profile in ~/.aws/config, instance metadata). Set one of them.");

        static string? Chain(bool includeInstanceMetadata) => FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata)?.SystemName;
    }

    private async Task<AWSCredentials> ResolveCredentialsAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken)
    {
        if ((request.Credentials ?? options.Credentials) is { } given)
            return given;
        try
        {
            return await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsNotFound,
                "The AWS SDK found no credentials. Give some: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or 'aws sso login', a task or instance role, "
                + "or the Credentials option. " + e.Message.Trim(), e);
        }
    }

    /// <summary>The keys and when they end. Keys with less than a token's life left are renewed first; when that fails the ones at hand serve.</summary>
    private static async Task<(ImmutableCredentials Keys, DateTimeOffset? ExpiresAt)> ReadAsync(AWSCredentials credentials)
    {
        try
        {
            var keys = credentials is RefreshingAWSCredentials refreshing
                ? await ReadRefreshedAsync(refreshing).ConfigureAwait(false)
                : await credentials.GetCredentialsAsync().ConfigureAwait(false);
            return (keys, ToOffset(credentials.Expiration));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsNotFound,
                $"The AWS credentials ({credentials.GetType().Name}) could not be read: {e.Message}", e);
        }
    }

    private static async Task<ImmutableCredentials> ReadRefreshedAsync(RefreshingAWSCredentials credentials)
    {
        try
        {
            return await credentials.GetCredentialsAsync(RdsAuthToken.Lifetime).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && credentials.Expiration is { } end && ToOffset(end) > DateTimeOffset.UtcNow)
        {
            return await credentials.GetCredentialsAsync().ConfigureAwait(false);
        }
    }

    private static DateTimeOffset? ToOffset(DateTime? time) => time switch
    {
        null => null,
        { Kind: DateTimeKind.Unspecified } t => new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)),
        { } t => new DateTimeOffset(t),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    [LoggerMessage(4, LogLevel.Warning, "The token for {Request} is signed for the region {Asked} as asked, but the host is in {Own}; RDS will refuse it. Leave the region out: it is in the host's name.")]
    private static partial void LogOtherRegion(ILogger logger, RdsAuthTokenRequest request, string asked, string own);
}
