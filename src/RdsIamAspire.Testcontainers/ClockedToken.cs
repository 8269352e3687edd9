using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Testcontainers;

/// <summary>
/// A token of the moment that the test's clock shows. AWS's token generator takes the machine's own time only; its presigner, which is what
/// the generator calls, takes a time.
/// </summary>
internal static class ClockedToken
{
    public static string Create(RdsIamEmulator emulator, string user, TimeProvider clock)
    {
        var (endpoint, principal) = (emulator.Endpoints[0], emulator.Principals[0]);
        AWSCredentials credentials = principal.SessionToken is { } sessionToken
            ? new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, sessionToken)
            : new BasicAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey);
        var url = new UriBuilder(Uri.UriSchemeHttps, endpoint.Host, endpoint.Port)
        {
            Query = $"Action=connect&DBUser={Uri.EscapeDataString(user)}",
        }.Uri;
        var signed = AWSSigV4Signer.Presign(
            new AWSSigningRequest { HttpMethod = HttpMethod.Get, RequestUri = url },
            new AWSSigV4Parameters
            {
                Credentials = credentials,
                Region = RegionEndpoint.GetBySystemName(emulator.Region),
                Service = "rds-db",
                SignPayload = true,
                SignedAt = clock.GetUtcNow().UtcDateTime,
            },
            TimeSpan.FromMinutes(15));
        return signed.Uri.AbsoluteUri[(Uri.UriSchemeHttps.Length + Uri.SchemeDelimiter.Length)..];
    }
}
