using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// What a keystroke costs in a file of 5,000 lines with 100 hits: one character changes, the file's new semantic model is analysed. The
/// time is what the analyzers' actions took, with the binding that they are the first to ask for, as the median of many keystrokes.
/// </summary>
internal sealed class AnalyzerKeystrokeFigure : IFigure
{
    private const int Keystrokes = 41;

    public string Name => "analyzer-keystroke";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var sonar = AnalyzerSweep.Sonar(Path.Combine(AppContext.BaseDirectory, "sonar", "SonarAnalyzer.CSharp.dll"));
        var ours = await MedianAsync(AnalyzerSweep.Ours(), cancellationToken);
        var peer = await MedianAsync(sonar, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture,
            $"{ours:F2} ms (goal: 5 or less), S2068 on the same keystrokes {peer:F2} ms, ratio {ours / peer:F2}");
    }

    private static async Task<double> MedianAsync(System.Collections.Immutable.ImmutableArray<DiagnosticAnalyzer> analyzers,
        CancellationToken cancellationToken)
    {
        var text = SourceText.From(HitSources.LongFile(100));
        var tree = CSharpSyntaxTree.ParseText(text, cancellationToken: cancellationToken);
        var enabled = analyzers.SelectMany(each => each.SupportedDiagnostics).Select(rule => rule.Id).Distinct()
            .ToDictionary(id => id, _ => ReportDiagnostic.Warn);
        var compilation = CSharpCompilation.Create("keys", [tree], AnalyzerSweep.Platform,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, specificDiagnosticOptions: enabled));
        var at = text.ToString().IndexOf("return cs.Length", text.Length / 2, StringComparison.Ordinal);
        var times = new List<double>();
        for (var i = 0; i < Keystrokes; i++)
        {
            // A blank more in the middle of the file.
            text = text.WithChanges(new TextChange(new TextSpan(at, 0), " "));
            var changed = tree.WithChangedText(text);
            compilation = compilation.ReplaceSyntaxTree(tree, changed);
            tree = changed;
            var run = compilation.WithAnalyzers(analyzers,
                new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false,
                logAnalyzerExecutionTime: true));
            var result = await run.GetAnalysisResultAsync(compilation.GetSemanticModel(tree), null, cancellationToken);
            times.Add(analyzers.Sum(each => result.AnalyzerTelemetryInfo.TryGetValue(each, out var telemetry)
                ? telemetry.ExecutionTime.TotalMilliseconds : 0));
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
