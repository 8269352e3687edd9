using Amazon;
using Amazon.RDS.Util;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Credentials;

namespace RdsIamAspire;

/// <summary>Makes one token: finds region and credentials, renews credentials that are short, and has AWS's own code sign.</summary>
internal partial class RdsAuthTokenSigner(RdsAuthTokenSourceOptions options)
{
    /// <summary>How often a clock that is away is told.</summary>
    private static readonly TimeSpan ClockEvery = TimeSpan.FromHours(1);

    private readonly CredentialReader _credentials = new(options);
    private long _clockTold;

    /// <summary>Makes a token that ends with the credentials when these end first.</summary>
    /// <exception cref="RdsAuthTokenException">No region, no credentials, or a request that cannot be signed.</exception>
    internal virtual async Task<RdsAuthToken> SignAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken)
    {
        var host = RdsEndpoint.TryParse(request.Host, request.Port, out var endpoint) ? endpoint.Host : request.Host;
        var region = await ResolveRegionAsync(request, endpoint).ConfigureAwait(true);
        var (keys, expiresAt) = await _credentials.ReadAsync(request, region, cancellationToken).ConfigureAwait(true);
        if (expiresAt <= options.TimeProvider.GetUtcNow())
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsExpired,
                $"The AWS credentials of {keys.AccessKey} ended at {expiresAt:u}, and a token that they sign is refused. Renew them, "
                    + $"for example with 'aws sso login'.");
        }

        TellClock();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A fixed copy of the keys: the generator reads credentials again, and these may have changed since their end was read.
            AWSCredentials snapshot = keys.UseToken
                ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token)
                : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);
            var value = ReferenceEquals(options.TimeProvider, TimeProvider.System)
                ? await RDSAuthTokenGenerator.GenerateAuthTokenAsync(
                    snapshot, RegionEndpoint.GetBySystemName(region), host, request.Port, request.User).ConfigureAwait(true)
                : await PresignAsync(snapshot, region, host, request).ConfigureAwait(true);
            return RdsAuthToken.Parse(value).BoundedBy(expiresAt);
        }
        catch (AmazonClientException e) when (!AwsPartition.IsRegionName(region))
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.InvalidRequest,
                $"'{region}' is not an AWS region name; a region looks like 'eu-west-1'.", e);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException)
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.InvalidRequest,
                $"No token can be signed for user '{request.User}' at host '{request.Host}', port {request.Port}: {e.Message}", e);
        }
    }

    /// <summary>
    /// A token of the moment that another clock shows. The generator of AWSSDK.RDS takes the machine's own time only; the presigner of
    /// AWSSDK.Core, which the generator
    /// calls, takes a time.
    /// </summary>
    private async Task<string> PresignAsync(AWSCredentials keys, string region, string host, RdsAuthTokenRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.User))
            throw new ArgumentException("The user must not be empty.", nameof(request));
        var query = "Action=connect&DBUser=" + Uri.EscapeDataString(request.User.Trim());
        var url = new UriBuilder(Uri.UriSchemeHttps, host, request.Port) { Query = query }.Uri;
        var signed = await AWSSigV4Signer.PresignAsync(
            new AWSSigningRequest { HttpMethod = HttpMethod.Get, RequestUri = url },
            new AWSSigV4Parameters
            {
                Credentials = keys,
                Region = RegionEndpoint.GetBySystemName(region),
                Service = "rds-db",
                SignPayload = true,
                SignedAt = options.TimeProvider.GetUtcNow().UtcDateTime,
            },
            RdsAuthToken.Lifetime).ConfigureAwait(true);
        return signed.Uri.AbsoluteUri[(Uri.UriSchemeHttps.Length + Uri.SchemeDelimiter.Length)..];
    }

    private async ValueTask<string> ResolveRegionAsync(RdsAuthTokenRequest request, RdsEndpoint? endpoint)
    {
        if (NullIfEmpty(request.Region) is { } asked && endpoint?.Region is { } own && asked != own)
            LogOtherRegion(options.LoggerFactory.CreateLogger<RdsAuthTokenSource>(), request, asked, own);
        if ((NullIfEmpty(request.Region) ?? endpoint?.Region ?? NullIfEmpty(options.Region)) is { } named)
            return named;

        var quick = Chain(includeInstanceMetadata: false);
        // Instance metadata is asked over the network, by a call that has no asynchronous form: on a thread of our own, and within the
        // limit.
        var region = quick ?? await MetadataAsync().ConfigureAwait(true);
        return region ?? throw new RdsAuthTokenException(RdsAuthTokenFailure.RegionNotFound,
            $"No AWS region is known for the host '{request.Host}'. It is looked for in three places: the host name (an RDS endpoint "
                + $"such as "
            + "'mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com' has it), the configuration (the Region option or setting), and the AWS "
            + "SDK's own "
            + "(AWS_REGION, the profile in ~/.aws/config, instance metadata). Set one of them.");

        async Task<string?> MetadataAsync()
        {
            var limit = options.CredentialsTimeout > TimeSpan.Zero ? options.CredentialsTimeout : Timeout.InfiniteTimeSpan;
            try
            {
                return await CredentialThreads.Shared.RunAsync(() => Task.FromResult(Chain(includeInstanceMetadata: true)))
                    .WaitAsync(limit, options.TimeProvider).ConfigureAwait(true);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        string? Chain(bool includeInstanceMetadata)
        {
            try
            {
                return FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata)?.SystemName;
            }
            catch (AmazonClientException e)
            {
                // AWS_REGION, or a profile's region, that cannot be part of a host name.
                throw new RdsAuthTokenException(RdsAuthTokenFailure.RegionNotFound,
                    $"The AWS region for the host '{request.Host}' is none: {e.Message} A region looks like 'eu-west-1'.", e);
            }
        }
    }

    /// <summary>A token of a machine whose clock is away is refused, and RDS never says why.</summary>
    private void TellClock()
    {
        if (!ReferenceEquals(options.TimeProvider, TimeProvider.System) || AwsClock.News is not { } news
            || (_clockTold != 0 && TimeProvider.System.GetElapsedTime(_clockTold) < ClockEvery))
            return;
        _clockTold = TimeProvider.System.GetTimestamp();
        LogClock(options.LoggerFactory.CreateLogger<RdsAuthTokenSource>(), news);
    }

    [LoggerMessage(6, LogLevel.Warning, "{Clock} A token lives 15 minutes from when it was made: correct the clock of this machine, or "
        + "logins will be refused.")]
    private static partial void LogClock(ILogger logger, string clock);

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    [LoggerMessage(4, LogLevel.Warning, "The token for {Request} is signed for the region {Asked} as asked, but the host is in {Own}; "
        + "RDS will refuse it. Leave the region out: it is in the host's name.")]
    private static partial void LogOtherRegion(ILogger logger, RdsAuthTokenRequest request, string asked, string own);
}
