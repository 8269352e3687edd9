using System.Globalization;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// What the analyzers cost in a compiler that starts cold, as in a build without a compiler server: csc in a process of its own with the
/// arguments of a real project, both analyzers as they are packed and in the same run, by its own report (<c>/reportanalyzer</c>), the least of seven.
/// </summary>
internal sealed partial class AnalyzerColdBuildFigure : IFigure
{
    private const int Rounds = 7;

    public string Name => "analyzer-coldbuild";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RDS_IAM_ANALYZER_PROJECTS") is not { Length: > 0 } named)
            return "not measured: set RDS_IAM_ANALYZER_PROJECTS to C# projects of one target framework each, which are restored";
        var packed = await CompilerProcess.PackedAsync(cancellationToken);
        var lines = new List<string>();
        foreach (var project in named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath))
        {
            var arguments = await CompilerProcess.ArgumentsAsync(project, cancellationToken);
            var (ours, peer, hits) = (double.MaxValue, double.MaxValue, 0);
            for (var round = 0; round < Rounds; round++)
            {
                var (report, _) = await CompilerProcess.RunAsync(Path.GetDirectoryName(project)!, arguments,
                    [packed, CompilerProcess.Sonar], cancellationToken);
                ours = Math.Min(ours, SecondsOf(report, "RdsIamAspire.Analyzers,"));
                peer = Math.Min(peer, SecondsOf(report, "(S2068)"));
                hits = report.Split('\n').Count(static line => line.Contains(": warning RDSIAM", StringComparison.Ordinal));
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(project)}: {ours * 1000:F0} ms ({hits} diagnostics), S2068 {peer * 1000:F0} ms, ratio {ours / peer:F3} (goal: 0.1 or less)"));
        }

        return string.Join(Environment.NewLine + "  ", lines);
    }

    private static double SecondsOf(string report, string assembly)
    {
        if (report.Contains(": error CS", StringComparison.Ordinal))
            throw new InvalidOperationException(
                "The project does not compile, and the compiler stops before it analyses it: " + report[..Math.Min(report.Length, 400)]);
        foreach (var line in report.Split('\n'))
        {
            if (line.Contains(assembly, StringComparison.Ordinal) && Seconds().Match(line) is { Success: true } match)
                return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException(
            $"The compiler's report has no line for {assembly.TrimEnd(',')}: {report[..Math.Min(report.Length, 400)]}");
    }

    [GeneratedRegex(@"^\s*<?(\d+\.\d+)\s")]
    private static partial Regex Seconds();
}
