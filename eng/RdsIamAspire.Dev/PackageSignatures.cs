namespace RdsIamAspire.Dev;

/// <summary>
/// Whether a restore can ask who has revoked a package's certificate. NuGet asks for each package, and where nothing answers it waits each
/// time and takes the package all the same: with an empty cache that is minutes, and nothing says what they are for.
/// </summary>
internal static class PackageSignatures
{
    /// <summary>NuGet's own variable ("NuGet signed-package verification", learn.microsoft.com).</summary>
    internal const string Variable = "NUGET_CERT_REVOCATION_MODE";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A list of the authority that NuGet's own signatures are from: whether it can be had is the question, not what is in it.
    private static readonly Uri List = new("http://crl3.digicert.com/DigiCertTrustedG4CodeSigningRSA4096SHA3842021CA1.crl");

    /// <summary>Has the restores of this command go without those questions where nobody answers them.</summary>
    internal static async Task LookAsync(Shell shell)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }) return;
        using var http = new HttpClient { Timeout = Patience };
        if (await AnswersAsync(http, List, shell.Stop).ConfigureAwait(false)) return;
        shell.Variables[Variable] = "offline";
        Shell.Say("signatures", $"{List.Host} does not answer: packages are verified without asking for revoked certificates ({Variable})");
    }

    internal static async Task<bool> AnswersAsync(HttpClient http, Uri list, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, list);
            using var answer = await http.SendAsync(request, stop).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
