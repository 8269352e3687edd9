using Amazon.Runtime;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>The emulator's own principal, as the credentials of a data source.</summary>
internal static class Signer
{
    internal static AWSCredentials Of(LocalRds rds)
    {
        var principal = rds.Emulator.Principals[0];
        return principal.SessionToken is { } session
            ? new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, session)
            : new BasicAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey);
    }

    internal static void Use(this RdsIamAuthOptions options, LocalRds rds)
    {
        options.Credentials = Of(rds);
        options.Region = rds.Emulator.Region;
    }
}
