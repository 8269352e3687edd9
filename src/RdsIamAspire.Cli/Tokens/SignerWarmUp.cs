using Amazon.Runtime;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>
/// Loads what signs (the AWS SDK's regions, its signer, OpenSSL) on another processor while the command line is read. Scripts ask for a
/// token before each login.
/// </summary>
internal static class SignerWarmUp
{
    private static readonly RdsAuthTokenRequest Nobody = new("warm-up.abcdefghijkl.us-east-1.rds.amazonaws.com", 3306, "nobody");

    /// <summary>
    /// Signs once with keys that are none, on a thread that the process does not wait for; nothing is asked of anyone, and a failure is
    /// left to the token that is wanted.
    /// </summary>
    public static void Start()
    {
        if (Environment.ProcessorCount > 1)
            new Thread(Sign) { IsBackground = true, Name = "rds-iam warm-up" }.UnsafeStart();
    }

    private static void Sign()
    {
        try
        {
            var nobodys = new BasicAWSCredentials("none", "none");
            using var source = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = nobodys });
            source.GetTokenAsync(Nobody).AsTask().Wait();
        }
        catch (Exception e) when (e is AggregateException or AmazonClientException or TypeInitializationException)
        {
            // The token that is wanted fails of the same, and says so.
        }
    }
}
