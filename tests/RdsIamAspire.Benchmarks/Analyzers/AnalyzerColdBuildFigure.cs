using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// What the analyzers cost in a compiler that starts cold, as in a build without a compiler server: csc in a process of its own, both
/// analyzers in
/// the same run, by its own report (<c>/reportanalyzer</c>), the least of seven.
/// </summary>
internal sealed partial class AnalyzerColdBuildFigure : IFigure
{
    private const int Rounds = 7;

    public string Name => "analyzer-coldbuild";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RDS_IAM_ANALYZER_SOURCES") is not { Length: > 0 } named)
            return "not measured: set RDS_IAM_ANALYZER_SOURCES to folders of C# sources";
        var lines = new List<string>();
        foreach (var folder in named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var (ours, peer) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < Rounds; round++)
            {
                var report = await CompileAsync(folder, cancellationToken);
                ours = Math.Min(ours, SecondsOf(report, "RdsIamAspire.Analyzers,"));
                peer = Math.Min(peer, SecondsOf(report, "SonarAnalyzer.CSharp,"));
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(folder.TrimEnd('/'))}: {ours * 1000:F0} ms, S2068 {peer * 1000:F0} ms, ratio {ours / peer:F3} (goal: 0.1 or less)"));
        }

        return string.Join(Environment.NewLine + "  ", lines);
    }

    private static async Task<string> CompileAsync(string folder, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("rds-iam-cold-").FullName;
        try
        {
            var config = Path.Combine(work, "only.globalconfig");
            await File.WriteAllTextAsync(config,
                "is_global = true\ndotnet_analyzer_diagnostic.severity = none\ndotnet_diagnostic.S2068.severity = warning\n"
                + string.Concat(AnalyzerSweep.Ours().SelectMany(each => each.SupportedDiagnostics).Select(rule => rule.Id).Distinct()
                .Select(id => $"dotnet_diagnostic.{id}.severity = warning\n")), cancellationToken);
            var arguments = Path.Combine(work, "csc.rsp");
            await File.WriteAllLinesAsync(arguments,
            [
                "/noconfig", "/nostdlib+", "/target:library", "/reportanalyzer", "/nologo", "/langversion:preview", "/unsafe+",
                "/define:NET;NET8_0_OR_GREATER;NETCOREAPP",
                $"/out:\"{Path.Combine(work, "out.dll")}\"", $"/analyzerconfig:\"{config}\"",
                $"/analyzer:\"{Path.Combine(AppContext.BaseDirectory, "RdsIamAspire.Analyzers.dll")}\"",
                $"/analyzer:\"{Path.Combine(AppContext.BaseDirectory, "sonar", "SonarAnalyzer.CSharp.dll")}\"",
                .. AnalyzerSweep.PlatformFiles.Select(file => $"/reference:\"{file}\""),
                .. AnalyzerSweep.Sources(folder).Select(file => $"\"{file}\""),
            ], cancellationToken);
            using var process = Process.Start(new ProcessStartInfo("dotnet",
                ["exec", Compiler(), "@" + arguments])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromMinutes(10), cancellationToken);
                return await output + await errors;
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // The compiler of the newest SDK beside the runtime that this process runs on.
    private static string Compiler()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.EnumerateFiles(Path.Combine(root, "sdk"), "csc.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .LastOrDefault()
            ?? throw new InvalidOperationException($"No SDK with a C# compiler below {root}: install one.");
    }

    private static double SecondsOf(string report, string assembly)
    {
        foreach (var line in report.Split('\n'))
        {
            if (line.Contains(assembly, StringComparison.Ordinal) && Seconds().Match(line) is { Success: true } match)
                return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"The compiler's report has no line for {assembly.TrimEnd(',')}: {report[..Math.Min(report.Length, 400)]}");
    }

    [GeneratedRegex(@"^\s*<?(\d+\.\d+)\s")]
    private static partial Regex Seconds();
}
