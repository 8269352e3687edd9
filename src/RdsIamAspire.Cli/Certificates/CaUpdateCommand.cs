using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Certificates;

/// <summary><c>rds-iam ca update</c>: brings in AWS's newest bundle, which from then on is the one in force for this user.</summary>
internal sealed class CaUpdateCommand : ToolCommand
{
    private static readonly AwsPartition[] Published = [AwsPartition.Aws, AwsPartition.UsGov, AwsPartition.China];

    private readonly Option<string> _partition = new("--partition")
    {
        Description = "Whose bundle: aws, aws-us-gov or aws-cn",
        HelpName = "NAME",
        DefaultValueFactory = _ => "aws",
    };
    private readonly Option<string?> _from = new("--from")
    {
        Description = "Take it from this https URL or file, where AWS cannot be reached",
        HelpName = "URL|FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: where it stands, and what is new in it" };

    public CaUpdateCommand()
        : base("update", "Bring in AWS's newest CA bundle; rds-iam and services that use RdsIamAspire then check against it.")
    {
        _partition.AcceptOnlyFromAmong([.. Published.Select(p => p.Name)]);
        Options.Add(_partition);
        Options.Add(_from);
        Options.Add(_json);
        Examples = ["ca update", "ca update --partition aws-us-gov", "ca update --from global-bundle.pem"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var source = parsed.GetValue(_from) is { Length: > 0 } from ? from
            : RdsCaBundleStore.PublishedBundle(AwsPartition.FromName(parsed.GetValue(_partition)!)!).ToString();
        try
        {
            var update = await Progress.OfAsync($"fetching {source}",
                RdsCaBundleStore.UpdateAsync(source, DateTimeOffset.UtcNow, cancellationToken: cancellationToken));
            var bundle = update.Bundle;
            if (parsed.GetValue(_json))
            {
                Terminal.WriteJson(new
                {
                    update.Path,
                    Roots = bundle.Certificates.Count,
                    bundle.Regions,
                    Added = update.Added.Select(certificate => certificate.Name),
                    Removed = update.Removed.Select(certificate => certificate.Name),
                });
                return ExitCode.Success;
            }

            Terminal.Say($"{bundle.Certificates.Count} roots for {bundle.Regions.Count} regions written to {update.Path}"
                + $" ({update.Added.Count} new, {update.Removed.Count} replaced or ended)");
            return ExitCode.Success;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ToolException.Missing($"{source} could not be read ({e.Message}); fetch it on a machine that reaches it and give the"
                + " file: rds-iam ca update --from FILE", e);
        }
    }
}
