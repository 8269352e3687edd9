using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>
/// A block of code on a rule's page. Its lines say themselves whether the rule reports them: <c>// reported</c>, <c># reported</c>. C# is a
/// class's members when it declares any, else statements; the word behind the language says more: <c>apphost</c>, or a configuration file's
/// name.
/// </summary>
internal sealed record Example(string Language, string Kind, string[] Lines)
{
    public IReadOnlyList<int> Marked { get; } =
        [.. Enumerable.Range(0, Lines.Length)
        .Where(line => Lines[line].Contains("// reported", StringComparison.Ordinal)
        || Lines[line].Contains("# reported", StringComparison.Ordinal))];

    public static IReadOnlyList<Example> ReadPage(string id)
    {
        var examples = new List<Example>();
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "rules", id + ".md"));
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].StartsWith("```", StringComparison.Ordinal))
                continue;
            var end = Array.IndexOf(lines, "```", start + 1);
            var info = lines[start][3..].Split(' ');
            examples.Add(new Example(info[0], info.ElementAtOrDefault(1) ?? "", lines[(start + 1)..end]));
            start = end;
        }

        return examples;
    }

    /// <summary>The lines that the rule reports.</summary>
    public async Task<IReadOnlyList<int>> ReportedAsync(string id)
    {
        var text = string.Join("\n", Lines);
        if (Language != "csharp")
            return Kind.Length == 0 ? []
            : LinesOf(id, text, 0, await Analysis.RunAsync(Analysis.Compile("", Analysis.MySqlConnector), options: null, (Kind, text)));
        var isMembers = Lines.Any(static line => line.StartsWith("private ", StringComparison.Ordinal));
        var line = new CorpusLine(Expectation.Report,
            Kind switch { "apphost" => "A", "rdshost" => "H", "iam" => "I", _ => isMembers ? "M" : "S" }, text);
        var compilation = Analysis.Compile(line.Source, Analysis.MySqlConnector);
        var error = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .FirstOrDefault(static each => each.Severity == DiagnosticSeverity.Error);
        Assert.True(error is null, $"{id}: {error}");
        return LinesOf(id, line.Source, line.Source.IndexOf(text, StringComparison.Ordinal), await Analysis.RunAsync(compilation));
    }

    private static int[] LinesOf(string id, string whole, int offset, IEnumerable<Diagnostic> diagnostics)
    {
        var lines = SourceText.From(whole).Lines;
        var first = lines.GetLineFromPosition(offset).LineNumber;
        return [.. diagnostics.Where(each => each.Id == id)
            .Select(each => lines.GetLineFromPosition(each.Location.SourceSpan.Start).LineNumber - first).Distinct().Order()];
    }
}
