using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Scan;

/// <summary><c>rds-iam scan</c>: the rules of the analyzer package on a folder, without a build.</summary>
internal sealed class ScanCommand : ToolCommand
{
    private readonly Argument<string> _folder = new("FOLDER")
    {
        Description = "The folder to look through; this one when it is left out",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _sarif = new("--sarif")
    {
        Description = "Also write what was found as SARIF 2.1.0, for code scanning",
        HelpName = "FILE",
    };

    private readonly Option<string?> _baseline = new("--baseline")
    {
        Description = "A file of findings that are known: only others fail",
        HelpName = "FILE",
    };

    private readonly Option<bool> _update = new("--update-baseline") { Description = "Write what is found now to the --baseline" };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave paths out, from the folder on, '*' is wild; repeat it for more",
        HelpName = "PATTERN",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write what was found as JSON" };

    public ScanCommand()
        : base("scan", "Find MySQL passwords and weak TLS in a folder, without a build: C#, Visual Basic, configuration files, Dockerfiles,"
            + " workflows, compose files, Kubernetes, Helm, Terraform.")
    {
        Arguments.Add(_folder);
        foreach (var option in (Option[])[_sarif, _baseline, _update, _exclude, _json])
            Options.Add(option);
        Examples =
        [
            "scan",
            "scan src --exclude 'tests/*' --sarif scan.sarif",
            "# start with what is there, and fail on anything new:",
            "scan --baseline .rds-iam-baseline.json --update-baseline",
            "scan --baseline .rds-iam-baseline.json",
        ];
        ExitCodes = ["0  nothing found, or nothing that is not in the baseline", "1  something found"];
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        Progress.OfAsync("reading files", Task.Run(() => Run(parsed, cancellationToken), cancellationToken));

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = parsed.GetValue(_folder) is { Length: > 0 } named ? named : ".";
        var baselineFile = parsed.GetValue(_baseline);
        var update = parsed.GetValue(_update);
        if (update && baselineFile is null)
            throw ToolException.Usage("--update-baseline wants --baseline FILE: which file to write");
        if (!Directory.Exists(folder))
            throw ToolException.Missing(File.Exists(folder) ? $"'{folder}' is a file, not a folder" : $"folder '{folder}' does not exist");

        var baseline = baselineFile is null ? null : Baseline.Read(baselineFile);
        var files = FolderFiles.In(folder, parsed.GetValue(_exclude) ?? [], cancellationToken);
        ScannedFinding[] findings = [.. FolderScan.Of(files, cancellationToken)
            .Select(each => each with { InBaseline = baseline?.Has(each) == true })];
        if (parsed.GetValue(_sarif) is { Length: > 0 } sarif)
            NewFile.Write(sarif, SarifLog.Of(findings, baseline is not null));
        if (update)
            Baseline.Write(baselineFile!, findings);

        foreach (var passed in files.PassedOver)
            Terminal.Say($"not read: {passed}");
        ScannedFinding[] shown = [.. findings.Where(each => !each.InBaseline && !update)];
        if (parsed.GetValue(_json))
            WriteJson(files, findings);
        else
            Array.ForEach(shown, Write);
        Say(files, findings, shown, baseline, update);
        return Array.Exists(shown, static each => each.Fails) ? ExitCode.Problem : ExitCode.Success;
    }

    // As compilers write it, so that editors and CI know the place.
    private static void Write(ScannedFinding finding) => Console.Out.WriteLine(
        ShownText.Of($"{finding.Path}({finding.Line},{finding.Column}): {finding.Severity} {finding.Rule}: {finding.Message}"));

    private static void WriteJson(FolderFiles files, ScannedFinding[] findings) => Terminal.WriteJson(new
    {
        Sources = files.Sources.Count,
        ConfigurationFiles = files.Configuration.Count,
        NotRead = files.PassedOver,
        Findings = findings,
    });

    private static void Say(FolderFiles files, ScannedFinding[] findings, ScannedFinding[] shown,
        Baseline? baseline, bool update)
    {
        var read = $"{files.Sources.Count} source files and {files.Configuration.Count} configuration files";
        if (update)
        {
            Terminal.Say($"{findings.Length} in {read}: the baseline has them now");
            return;
        }

        var known = findings.Length - shown.Length;
        var places = shown.Select(each => each.Path).Distinct(StringComparer.Ordinal).Count();
        Terminal.Say((shown.Length == 0 ? "nothing found" : $"{shown.Length} found in {places} {(places == 1 ? "file" : "files")}")
            + (known > 0 ? $", {known} more in the baseline" : "") + $" ({read})");
        if (baseline?.Gone(findings) is > 0 and var gone)
            Terminal.Say($"{gone} of the baseline {(gone == 1 ? "is" : "are")} gone: write it anew with --update-baseline");
    }
}
