using System.Globalization;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// What the analyzers cost per 1,000 lines, beside S2068 of SonarAnalyzer.CSharp on the same sources in the same run. The sources are this
/// repository's own, or the folders that RDS_IAM_ANALYZER_SOURCES names (separated as in PATH), one line of figures for each.
/// </summary>
internal sealed class AnalyzerFigure : IFigure
{
    public string Name => "analyzer";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var sonar = AnalyzerSweep.Sonar(Path.Combine(AppContext.BaseDirectory, "sonar", "SonarAnalyzer.CSharp.dll"));
        var folders = Environment.GetEnvironmentVariable("RDS_IAM_ANALYZER_SOURCES") is { Length: > 0 } named
            ? named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [Root()];
        var lines = new List<string>();
        foreach (var folder in folders)
        {
            var result = await AnalyzerSweep.RunAsync(folder, sonar, rounds: 5, cancellationToken);
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Name}: {result.Lines:N0} lines, {result.Ours.Diagnostics.Length} diagnostics, {result.Ours.Exceptions} exceptions, {result.OursPerThousandLines:F2} ms per 1,000 lines (goal: 5 or less), S2068 {result.SonarPerThousandLines:F2} ms, ratio {result.OursPerThousandLines / result.SonarPerThousandLines:F3} (goal: below 0.1)"));
        }

        return string.Join(Environment.NewLine + "  ", lines);
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException(
                "The analyzer figure reads this repository's sources: run it from a checkout, or set RDS_IAM_ANALYZER_SOURCES.");
    }
}
