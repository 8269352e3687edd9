using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Corpus;

/// <summary>The corpus: what must be found wherever and however it is written, and beside each the nearest thing that must not.</summary>
public sealed class CorpusTests
{
    [Fact]
    public async Task Every_positive_is_reported_exactly_once_by_its_rule()
    {
        var missed = new List<string>();
        var lines = CorpusLine.Read("positives.txt").ToArray();
        foreach (var line in lines)
        {
            var found = await Analysis.FindAsync(line.Source, options: null, line.Drivers.Length == 0 ? [Nothing] : line.Drivers);
            if (found.Count(each => each.Id == line.Rule) != 1 || found.Any(each => each.Id == "AD0001"))
                missed.Add($"{line.Rule} {line.Place} {line.Code}\n    reported: {string.Join(", ", found)}");
        }

        Assert.True(lines.Length >= 150, $"only {lines.Length} positives");
        Assert.True(missed.Count == 0, $"{missed.Count} of {lines.Length} missed\n" + string.Join("\n", missed));
    }

    [Fact]
    public async Task No_near_miss_is_reported()
    {
        var hits = new List<string>();
        var lines = CorpusLine.Read("near-misses.txt").ToArray();
        foreach (var line in lines)
        {
            var found = await Analysis.FindAsync(line.Source, options: null, line.Drivers.Length == 0 ? [Nothing] : line.Drivers);
            if (found.Any(each => each.Id == "AD0001" || (line.Rule == "*" ? each.Id.StartsWith("RDSIAM", StringComparison.Ordinal) : each.Id == line.Rule)))
                hits.Add($"{line.Rule} {line.Place} {line.Code}\n    reported: {string.Join(", ", found)}");
        }

        Assert.True(lines.Length >= 150, $"only {lines.Length} near misses");
        Assert.True(hits.Count == 0, $"{hits.Count} of {lines.Length} reported\n" + string.Join("\n", hits));
    }

    [Fact]
    public void Every_line_of_the_corpus_is_code_that_parses()
    {
        var broken = new List<string>();
        foreach (var line in CorpusLine.Read("positives.txt").Concat(CorpusLine.Read("near-misses.txt")))
        {
            var compilation = Analysis.Compile(line.Source, line.Drivers);
            var errors = line.Place is "N" or "F"
                ? compilation.SyntaxTrees[0].GetDiagnostics(TestContext.Current.CancellationToken)
                : compilation.GetDiagnostics(TestContext.Current.CancellationToken);
            if (errors.FirstOrDefault(each => each.Severity == DiagnosticSeverity.Error) is { } error)
                broken.Add($"{line.Place} {line.Code}\n    {error.GetMessage()}");
        }

        Assert.True(broken.Count == 0, string.Join("\n", broken));
    }

    // A reference that brings no driver.
    private static readonly MetadataReference Nothing = MetadataReference.CreateFromFile(typeof(object).Assembly.Location);
}
