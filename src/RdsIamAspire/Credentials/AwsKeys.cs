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
            ToOffset(credentials.Expiration));
    }

    private static async Task<ImmutableCredentials> ReadRefreshedAsync(RefreshingAWSCredentials credentials)
    {
        try
        {
            return await credentials.GetCredentialsAsync(RdsAuthToken.Lifetime).ConfigureAwait(true);
        }
        catch (Exception e) when (e is not OperationCanceledException && credentials.Expiration is { } end
            && ToOffset(end) > DateTimeOffset.UtcNow)
        {
            return await credentials.GetCredentialsAsync().ConfigureAwait(true);
        }
    }

    private static DateTimeOffset? ToOffset(DateTime? time) => time switch
    {
        null => null,
        { Kind: DateTimeKind.Unspecified } t => new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)),
        { } t => new DateTimeOffset(t),
    };
}
