using System.Text.Json;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Scan;

/// <summary>The findings that a team knows of: a file in the repository, so that only new ones fail a build. It holds no secret.</summary>
internal sealed class Baseline
{
    private const int Version = 1;

    private readonly HashSet<string> _fingerprints = new(StringComparer.Ordinal);

    /// <summary>How many findings it has.</summary>
    public int Count => _fingerprints.Count;

    /// <summary>Reads a baseline; one that does not exist is empty.</summary>
    /// <exception cref="ToolException">The file is none.</exception>
    public static Baseline Read(string path)
    {
        var baseline = new Baseline();
        if (!File.Exists(path))
            return baseline;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
                throw ToolException.Usage($"--baseline '{path}' is of a version that this rds-iam does not know: write it anew with"
                    + " --update-baseline");
            foreach (var finding in document.RootElement.GetProperty("findings").EnumerateArray())
                baseline._fingerprints.Add(finding.GetProperty("fingerprint").GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw ToolException.Usage($"--baseline '{path}' is no baseline of rds-iam scan: write one with --update-baseline");
        }

        return baseline;
    }

    public bool Has(ScannedFinding finding) => _fingerprints.Contains(finding.Fingerprint);

    /// <summary>How many of its findings are not there any more.</summary>
    public int Gone(IEnumerable<ScannedFinding> findings) =>
        Count - findings.Select(each => each.Fingerprint).Where(_fingerprints.Contains).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Writes findings as a baseline, made beside the file and renamed. Lines are left out: they move.</summary>
    public static void Write(string path, IEnumerable<ScannedFinding> findings) => NewFile.Write(path, Terminal.Json(new
    {
        Version,
        Findings = findings.OrderBy(each => each.Path, StringComparer.Ordinal).ThenBy(each => each.Rule, StringComparer.Ordinal)
            .ThenBy(each => each.Fingerprint, StringComparer.Ordinal).Select(each => new { each.Rule, each.Path, each.Fingerprint }),
    }) + "\n");
}
