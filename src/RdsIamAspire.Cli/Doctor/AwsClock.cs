namespace RdsIamAspire.Cli.Doctor;

/// <summary>This machine's clock against AWS's, which every answer of AWS has in its Date header.</summary>
internal static class AwsClock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>This machine's time minus AWS's; null when AWS cannot be asked, or the endpoint is none of RDS's.</summary>
    public static async Task<TimeSpan?> SkewAsync(RdsEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not { Region: { } region, Partition: { } partition })
            return null;
        await Task.Yield();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = Patience };
        var asked = (string[])[$"https://sts.{region}.{partition.DnsSuffix}/", $"https://rds.{region}.{partition.DnsSuffix}/",
            "https://aws.amazon.com/"];
        var answers = await Task.WhenAll(asked.Select(url => SkewAsync(http, new Uri(url), cancellationToken)));
        return answers.FirstOrDefault(skew => skew is not null);
    }

    private static async Task<TimeSpan?> SkewAsync(HttpClient http, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.Headers.Date is { } theirs ? DateTimeOffset.UtcNow - theirs : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
