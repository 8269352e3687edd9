using Amazon.Runtime;

namespace RdsIamAspire.Credentials;

/// <summary>Keys as they were read, and when they end; null is never.</summary>
internal sealed record AwsKeys(ImmutableCredentials Keys, DateTimeOffset? ExpiresAt)
{
    /// <summary>The keys only by their public part.</summary>
    public override string ToString() => Keys.AccessKey;

    /// <summary>Keys that end within a token's life are renewed first; when that fails, those at hand serve as long as they live.</summary>
    internal static async Task<AwsKeys> ReadAsync(AWSCredentials credentials)
    {
        var keys = credentials is RefreshingAWSCredentials refreshing
            ? await ReadRefreshedAsync(refreshing).ConfigureAwait(true)
            : await credentials.GetCredentialsAsync().ConfigureAwait(true);
        return new(
            keys ?? throw new AmazonClientException("it gave no keys"),
            EndOf(credentials));
    }

    private static async Task<ImmutableCredentials> ReadRefreshedAsync(RefreshingAWSCredentials credentials)
    {
        try
        {
            return await credentials.GetCredentialsAsync(RdsAuthToken.Lifetime).ConfigureAwait(true);
        }
        catch (Exception e) when (e is not OperationCanceledException && credentials.Expiration is { } end
            && ToOffset(end) + credentials.ExpirationBuffer > DateTimeOffset.UtcNow)
        {
            return await credentials.GetCredentialsAsync().ConfigureAwait(true);
        }
    }

    /// <summary>
    /// When they end. The SDK takes a minute off the end of credentials that renew themselves (RefreshingAWSCredentials, ExpirationBuffer):
    /// keys with 20 seconds left would have ended already.
    /// </summary>
    private static DateTimeOffset? EndOf(AWSCredentials credentials) => ToOffset(credentials.Expiration) switch
    {
        { } end when credentials is RefreshingAWSCredentials refreshing => end + refreshing.ExpirationBuffer,
        var end => end,
    };

    private static DateTimeOffset? ToOffset(DateTime? time) => time switch
    {
        null => null,
        { Kind: DateTimeKind.Unspecified } t => new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)),
        { } t => new DateTimeOffset(t),
    };
}
