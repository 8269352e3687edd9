// What a feed without AWSSDK.RDS compiles in its place (AwsSdkRds=false): the one call that this tree makes of that package,
// under the same name, on the signer of presigned URLs in AWSSDK.Core, which that package calls too. (AWSSigV4Signer, the newer way to
// it, makes a client's configuration first, which `rds-iam token` would wait for.) With AWSSDK.RDS on the feed this file is
// not compiled.

using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;

namespace Amazon.RDS.Util;

internal static class RDSAuthTokenGenerator
{
    private const string Service = "rds-db";
    private static readonly TimeSpan FifteenMinutes = TimeSpan.FromMinutes(15);

    /// <summary>Makes a token, as the method of this name in AWSSDK.RDS does.</summary>
    internal static async Task<string> GenerateAuthTokenAsync(
        AWSCredentials credentials,
        RegionEndpoint region,
        string hostname,
        int port,
        string dbUser)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        hostname = hostname?.Trim() ?? "";
        dbUser = dbUser?.Trim() ?? "";
        if (hostname.Length == 0)
            throw new ArgumentException("Hostname must not be null or empty.", nameof(hostname));
        if (dbUser.Length == 0)
            throw new ArgumentException("DBUser must not be null or empty.", nameof(dbUser));

        var keys = await credentials.GetCredentialsAsync().ConfigureAwait(false);
        var login = new DefaultRequest(new Login(), Service)
        {
            HttpMethod = HttpMethod.Get.Method,
            Endpoint = new UriBuilder(Uri.UriSchemeHttps, hostname, port).Uri,
            UseQueryString = true,
            Parameters =
            {
                ["Action"] = "connect",
                ["DBUser"] = dbUser,
                ["X-Amz-Expires"] = FifteenMinutes.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
        };
        if (keys.UseToken)
            login.Parameters["X-Amz-Security-Token"] = keys.Token;
        var signature = AWS4PreSignedUrlSigner.SignRequest(
            login, null, new RequestMetrics(), keys.AccessKey, keys.SecretKey, Service, region.SystemName);
        var url = AmazonServiceClient.ComposeUrl(login).AbsoluteUri;
        return $"{url[(Uri.UriSchemeHttps.Length + Uri.SchemeDelimiter.Length)..]}&{signature.ForQueryParameters}";
    }

    /// <summary>What the signer takes a request from; it is never sent.</summary>
    private sealed class Login : AmazonWebServiceRequest;
}
