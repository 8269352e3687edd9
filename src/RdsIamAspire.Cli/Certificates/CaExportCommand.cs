using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Certificates;

/// <summary><c>rds-iam ca export</c>: the roots as PEM, for clients that take a file.</summary>
internal sealed class CaExportCommand : ToolCommand
{
    private readonly Option<string?> _region = new("--region")
    {
        Description = "Only the roots of this region: a small file makes each connection faster",
        HelpName = "REGION",
    };
    private readonly Option<string?> _host = new("--host")
    {
        Description = "Only the roots that this endpoint needs (RDS Proxy has other ones)",
        HelpName = "HOST",
    };
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Write to this file [default: stdout]", HelpName = "FILE" };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the PEM, and each root's name and end" };

    public CaExportCommand()
        : base("export", "Write the root certificates in force as PEM, for clients that take a CA file.")
    {
        foreach (var option in (Option[])[_region, _host, _out, _json])
            Options.Add(option);
        Examples =
        [
            "ca export --region eu-west-1 --out rds-ca.pem",
            "ca export --host myproxy.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com > proxy-ca.pem",
        ];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var bundle = RdsCaBundleStore.Load();
        var (region, host) = (parsed.GetValue(_region), parsed.GetValue(_host));
        if (!string.IsNullOrEmpty(region) && !string.IsNullOrEmpty(host))
            throw ToolException.Usage("--region and --host both choose roots; give one");
        if (!string.IsNullOrEmpty(region))
            bundle = CaShowCommand.ForRegion(bundle, region);
        if (!string.IsNullOrEmpty(host))
            bundle = ForHost(bundle, host);

        var pem = bundle.ExportPem();
        if (parsed.GetValue(_json))
        {
            var roots = bundle.Certificates.Select(certificate => new { certificate.Name, certificate.Region, certificate.NotAfter });
            pem = Terminal.Json(new { Pem = pem, Certificates = roots }) + "\n";
        }

        if (parsed.GetValue(_out) is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, pem, cancellationToken);
            Terminal.Say($"{bundle.Certificates.Count} roots written to {file}");
        }
        else
        {
            Console.Out.Write(pem);
        }

        return ExitCode.Success;
    }

    private static RdsCaBundle ForHost(RdsCaBundle bundle, string host)
    {
        try
        {
            return bundle.ForEndpoint(RdsEndpoint.Parse(host));
        }
        catch (KeyNotFoundException e)
        {
            throw ToolException.Missing(e.Message);
        }
    }
}
