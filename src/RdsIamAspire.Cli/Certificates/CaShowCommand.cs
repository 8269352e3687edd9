using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Certificates;

/// <summary><c>rds-iam ca show</c>: which roots are in force, until when, and which regions have none.</summary>
internal sealed class CaShowCommand : ToolCommand
{
    // Long enough to bring a new bundle to every service before the old one ends.
    private static readonly TimeSpan Soon = TimeSpan.FromDays(180);

    private readonly Option<string?> _region = new("--region") { Description = "Only the roots of this region", HelpName = "REGION" };
    private readonly Option<string?> _file = new("--file")
    {
        Description = "Look at this PEM file in place of the bundle in force",
        HelpName = "FILE",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public CaShowCommand()
        : base("show", "List the root certificates in force, until when each is good, and the regions that have none.")
    {
        foreach (var option in (Option[])[_region, _file, _json])
            Options.Add(option);
        Examples = ["ca show", "ca show --region eu-west-1", "ca show --file global-bundle.pem --json"];
        ExitCodes = ["0  every root is good for another half year", "1  one has ended or ends within half a year"];
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is { Length: > 0 } file)
            InputFile.Require(_file.Name, file);
        var whole = RdsCaBundleStore.Load(parsed.GetValue(_file));
        var shown = parsed.GetValue(_region) is { Length: > 0 } region ? ForRegion(whole, region) : whole;
        var now = DateTimeOffset.UtcNow;
        var ending = shown.EndingBefore(now + Soon);
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(new
            {
                whole.Origin,
                Certificates = shown.Certificates.Select(c => new { c.Name, c.Region, c.AuthorityId, c.NotBefore, c.NotAfter, c.Sha256 }),
                whole.MissingRegions,
            });
        }
        else
        {
            Console.Out.WriteLine($"bundle: {whole.Origin}, {whole.Certificates.Count} roots, {whole.Regions.Count} regions");
            foreach (var certificate in shown.Certificates)
                Console.Out.WriteLine($"{Terminal.Utc(certificate.NotAfter)[..10]}  {certificate.Region ?? "-",-15} {certificate.Name}");
            if (shown == whole)
            {
                var missing = whole.MissingRegions.Count == 0 ? "none" : string.Join(", ", whole.MissingRegions);
                Console.Out.WriteLine($"regions without a root: {missing}");
            }
        }

        foreach (var certificate in ending)
        {
            Terminal.Say(certificate.NotAfter <= now
                ? $"'{certificate.Name}' ended on {Terminal.Utc(certificate.NotAfter)}; bring in AWS's newest bundle with 'rds-iam ca"
                + " update'"
                : $"'{certificate.Name}' ends on {Terminal.Utc(certificate.NotAfter)}; bring in AWS's newest bundle with 'rds-iam ca"
                + " update' before");
        }

        return ending.Count == 0 ? ExitCode.Success : ExitCode.Problem;
    }

    /// <summary>As the bundle has it, with a missing region as something missing.</summary>
    internal static RdsCaBundle ForRegion(RdsCaBundle bundle, string region)
    {
        try
        {
            return bundle.ForRegion(region);
        }
        catch (KeyNotFoundException e)
        {
            throw ToolException.Missing(e.Message);
        }
    }
}
