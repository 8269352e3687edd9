// What a feed without AWSSDK.RDS compiles in its place (AwsSdkRds=false): the one call that this tree makes of that package,
// under the same name, on the public presigner of AWSSDK.Core. With AWSSDK.RDS on the feed this file is not compiled.

using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace Amazon.RDS.Util;

internal static class RDSAuthTokenGenerator
{
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

        var url =
            new UriBuilder(Uri.UriSchemeHttps, hostname, port) { Query = "Action=connect&DBUser=" + Uri.EscapeDataString(dbUser) }.Uri;
        var signed = await AWSSigV4Signer.PresignAsync(
            new AWSSigningRequest { HttpMethod = HttpMethod.Get, RequestUri = url },
            new AWSSigV4Parameters { Credentials = credentials, Region = region, Service = "rds-db", SignPayload = true },
            FifteenMinutes).ConfigureAwait(false);
        return signed.Uri.AbsoluteUri[(Uri.UriSchemeHttps.Length + Uri.SchemeDelimiter.Length)..];
    }
}
