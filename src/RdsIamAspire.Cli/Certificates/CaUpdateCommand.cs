using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Certificates;

/// <summary><c>rds-iam ca update</c>: brings in AWS's newest bundle, which from then on is the one in force for this user.</summary>
internal sealed class CaUpdateCommand : ToolCommand
{
    // Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster"; its GovCloud and China editions for the other two.
    private static readonly Dictionary<string, string> Published = new(StringComparer.Ordinal)
    {
        ["aws"] = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
        ["aws-us-gov"] = "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem",
        ["aws-cn"] = "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem",
    };

    private readonly Option<string> _partition = new("--partition") { Description = "Whose bundle: aws, aws-us-gov or aws-cn", HelpName = "NAME", DefaultValueFactory = _ => "aws" };
    private readonly Option<string?> _from = new("--from") { Description = "Take it from this https URL or file, where AWS cannot be reached", HelpName = "URL|FILE" };

    public CaUpdateCommand()
        : base("update", "Bring in AWS's newest CA bundle; rds-iam and services that use RdsIamAspire then check against it.")
    {
        _partition.AcceptOnlyFromAmong([.. Published.Keys]);
        Options.Add(_partition);
        Options.Add(_from);
        Examples = ["ca update", "ca update --partition aws-us-gov", "ca update --from global-bundle.pem"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var source = parsed.GetValue(_from) is { Length: > 0 } from ? from : Published[parsed.GetValue(_partition)!];
        var pem = await ReadAsync(source, cancellationToken);
        var (bundle, left) = Merge(RdsCaBundle.Parse(pem, source), RdsCaBundle.Embedded, DateTimeOffset.UtcNow);

        var path = RdsCaBundleStore.UpdatedBundlePath;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Services may read it at this moment: it appears whole or not at all.
        var part = $"{path}.{Environment.ProcessId}.part";
        await File.WriteAllTextAsync(part, bundle.ExportPem(), cancellationToken);
        File.Move(part, path, overwrite: true);
        Terminal.Say($"{bundle.Certificates.Count} roots for {bundle.Regions.Count} regions written to {path}{(left > 0 ? $" ({left} ended ones left out)" : "")}");
        return ExitCode.Success;
    }

    /// <summary>
    /// The new bundle without what has ended, and with Amazon's own roots for RDS Proxy, which AWS's RDS bundle does not have.
    /// </summary>
    /// <exception cref="ToolException">The new bundle has no RDS root that is good.</exception>
    internal static (RdsCaBundle Bundle, int Ended) Merge(RdsCaBundle newest, RdsCaBundle embedded, DateTimeOffset now)
    {
        var good = newest.Certificates.Where(c => c.NotAfter > now).ToList();
        if (!good.Any(c => c.Region is not null))
            throw ToolException.Missing($"'{newest.Origin}' has no Amazon RDS root that is good today; give AWS's global-bundle.pem");
        var all = good.Concat(embedded.ForProxy().Certificates);
        return (RdsCaBundle.Parse(string.Concat(all.Select(c => c.Pem)), newest.Origin), newest.Certificates.Count - good.Count);
    }

    private static async Task<string> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            throw ToolException.Usage($"'{source}' is not encrypted, and a CA bundle decides whom to trust; give an https URL or a file");
        if (!source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return await File.ReadAllTextAsync(source, cancellationToken);

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = 16 << 20 };
        try
        {
            return await http.GetStringAsync(new Uri(source), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ToolException.Missing($"{source} could not be read ({e.Message}); fetch it on a machine that reaches it and give the file: rds-iam ca update --from FILE", e);
        }
    }
}
