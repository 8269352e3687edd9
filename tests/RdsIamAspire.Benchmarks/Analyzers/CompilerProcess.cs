using System.Diagnostics;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>The SDK's C# compiler in a process of its own, as in a build without a compiler server.</summary>
internal static class CompilerProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public static string Ours { get; } = Path.Combine(AppContext.BaseDirectory, "RdsIamAspire.Analyzers.dll");

    public static string Sonar { get; } = Path.Combine(AppContext.BaseDirectory, "sonar", "SonarAnalyzer.CSharp.dll");

    /// <summary>Compiles sources with analyzers, our rules and S2068 on and all others off, and says what it wrote and how long it
    /// took.</summary>
    public static async Task<(string Output, double Milliseconds)> RunAsync(IEnumerable<string> sources, IEnumerable<string> analyzers,
        CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("rds-iam-csc-").FullName;
        try
        {
            var rules = AnalyzerSweep.Ours().SelectMany(each => each.SupportedDiagnostics).Select(rule => rule.Id).Append("S2068")
                .Distinct();
            var config = Path.Combine(work, "only.globalconfig");
            await File.WriteAllLinesAsync(
                config, ["is_global = true", "dotnet_analyzer_diagnostic.severity = none",
                .. rules.Select(id => $"dotnet_diagnostic.{id}.severity = warning")], cancellationToken);
            var arguments = Path.Combine(work, "csc.rsp");
            await File.WriteAllLinesAsync(
                arguments,
                [
                    "/nostdlib+", "/target:library", "/reportanalyzer", "/nologo", "/langversion:preview", "/unsafe+",
                    "/define:NET;NET8_0_OR_GREATER;NETCOREAPP", $"/out:\"{Path.Combine(work, "out.dll")}\"",
                    $"/analyzerconfig:\"{config}\"",
                    .. analyzers.Select(file => $"/analyzer:\"{file}\""),
                    .. AnalyzerSweep.PlatformFiles.Select(file => $"/reference:\"{file}\""),
                    .. sources.Select(file => $"\"{file}\""),
                ],
                cancellationToken);
            var watch = Stopwatch.StartNew();
            var start = new ProcessStartInfo("dotnet", ["exec", Compiler(), "/noconfig", "@" + arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);
                return (await output + await errors, watch.Elapsed.TotalMilliseconds);
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
}
