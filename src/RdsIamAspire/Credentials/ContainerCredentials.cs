using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace RdsIamAspire.Credentials;

/// <summary>
/// The keys of a container's role: ECS, and EKS Pod Identity (AWS SDKs and Tools Reference Guide, "Container credential provider"). The
/// SDK's own class asks six times,
/// blocking, before it says why; here the first answer is the answer, and the token source is what tries again.
/// </summary>
internal sealed class ContainerCredentials(string address) : RefreshingAWSCredentials
{
    /// <summary>Where AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is relative to.</summary>
    private const string EcsHost = "http://169.254.170.2";

    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var uri = new Uri(address.StartsWith('/') ? EcsHost + address : address);
        if (!IsAllowed(uri))
        {
            throw new AmazonClientException(
                $"AWS_CONTAINER_CREDENTIALS_FULL_URI is '{address}', which is neither https nor an address of this machine or of the "
                    + $"container service");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        // The file wins and is read each time: its token is renewed beneath the process.
        var authorization = CredentialSources.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file
            ? File.ReadAllText(file).Trim()
            : CredentialSources.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        if (authorization is not null && !request.Headers.TryAddWithoutValidation("Authorization", authorization))
            throw new AmazonClientException("the authorization token holds a line break");
        using var answer = await BlockingHttp.Local.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        var keys = System.Text.Json.JsonSerializer.Deserialize(text, ContainerKeysJson.Default.ContainerKeys);
        if (keys is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0 })
            throw new AmazonClientException("the answer holds no keys");
        return new CredentialsRefreshState(
            new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.Token),
            (keys.Expiration ?? DateTimeOffset.MaxValue).UtcDateTime);
    }

    private static bool IsAllowed(Uri uri) => uri.Scheme == Uri.UriSchemeHttps
        || uri.IsLoopback
        || (IPAddress.TryParse(uri.Host, out var ip)
            && (IPAddress.IsLoopback(ip) || ip.ToString() is "169.254.170.2" or "169.254.170.23" or "fd00:ec2::23"));
}

/// <summary>What a container's endpoint answers.</summary>
internal sealed record ContainerKeys(string? AccessKeyId, string? SecretAccessKey, string? Token, DateTimeOffset? Expiration)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"ContainerKeys {{ {AccessKeyId} }}";
}

/// <summary>Reads it without reflection.</summary>
[JsonSerializable(typeof(ContainerKeys))]
internal sealed partial class ContainerKeysJson : JsonSerializerContext;
