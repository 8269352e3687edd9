using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// Runs the analyzers and SonarAnalyzer's S2068 over a folder of C# sources in one process, each on a compilation of its own, and says what
/// they
/// report, throw and cost. The sources need not build: they are parsed and bound as far as the platform's assemblies reach.
/// </summary>
internal static class AnalyzerSweep
{
    /// <summary>What one set of analyzers did on one folder.</summary>
    /// <remarks>The milliseconds are what the analyzers' own actions took (Roslyn's telemetry), the least of the rounds.</remarks>
    internal sealed record Outcome(ImmutableArray<Diagnostic> Diagnostics, int Exceptions, double Milliseconds);

    internal sealed record Result(string Name, int Files, int Lines, Outcome Ours, Outcome? Sonar)
    {
        public double OursPerThousandLines => Ours.Milliseconds / Lines * 1000;

        public double? SonarPerThousandLines => Sonar?.Milliseconds / Lines * 1000;
    }

    /// <summary>The platform's assemblies.</summary>
    public static IEnumerable<string> PlatformFiles { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))];

    public static IReadOnlyList<MetadataReference> Platform { get; } =
        [.. PlatformFiles.Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The C# files of a folder, without what a build puts there.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static async Task<Result> RunAsync(string folder, ImmutableArray<DiagnosticAnalyzer> sonar, int rounds,
        CancellationToken cancellationToken)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)
            .WithPreprocessorSymbols("NET", "NET8_0_OR_GREATER", "NETCOREAPP");
        var trees = Sources(folder)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file, cancellationToken: cancellationToken))
            .ToArray();
        var lines = trees.Sum(tree => tree.GetText(cancellationToken).Lines.Count);
        Outcome? ours = null;
        Outcome? peer = null;
        for (var round = 0; round < rounds; round++)
        {
            // In turn, so that a machine which slows down slows both.
            ours = Least(ours, await MeasureAsync(trees, Ours(), cancellationToken));
            if (!sonar.IsEmpty)
                peer = Least(peer, await MeasureAsync(trees, sonar, cancellationToken));
        }

        return new Result(Path.GetFileName(folder.TrimEnd('/')), trees.Length, lines, ours!, peer);
    }

    private static Outcome Least(Outcome? before, Outcome now) => before is null || now.Milliseconds < before.Milliseconds ? now : before;

    public static ImmutableArray<DiagnosticAnalyzer> Ours() =>
    [
        .. Assembly.Load("RdsIamAspire.Analyzers").GetTypes()
            .Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>The analyzers of a SonarAnalyzer.CSharp assembly that report S2068, "Hard-coded credentials".</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Sonar(string assembly) =>
    [
        .. Assembly.LoadFrom(assembly).GetTypes()
            .Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract
            && type.GetConstructor(Type.EmptyTypes) is not null && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null)
            .Where(type => type.Name.Contains("Credentials", StringComparison.Ordinal))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
            .Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => rule.Id == "S2068")),
    ];

    private static async Task<Outcome> MeasureAsync(SyntaxTree[] trees, ImmutableArray<DiagnosticAnalyzer> analyzers,
        CancellationToken cancellationToken)
    {
        var enabled = analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Distinct()
            .ToDictionary(id => id, _ => ReportDiagnostic.Warn);
        var compilation = CSharpCompilation.Create("sweep", trees, Platform,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, specificDiagnosticOptions: enabled));
        var exceptions = 0;
        var run = compilation.WithAnalyzers(
            analyzers,
            new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([]),
                (exception, _, _) =>
                {
                    Console.Error.WriteLine(exception);
                    Interlocked.Increment(ref exceptions);
                },
                concurrentAnalysis: false,
                logAnalyzerExecutionTime: true));
        var result = await run.GetAnalysisResultAsync(cancellationToken);
        var milliseconds = analyzers.Sum(analyzer => result.AnalyzerTelemetryInfo.TryGetValue(analyzer, out var telemetry)
            ? telemetry.ExecutionTime.TotalMilliseconds : 0);
        return new Outcome(result.GetAllDiagnostics(), exceptions, milliseconds);
    }
}
