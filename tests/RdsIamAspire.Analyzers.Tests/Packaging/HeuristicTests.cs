using System.Text.RegularExpressions;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>docs/rules/heuristics.md: each heuristic beside the line of the corpus that demands it, held by switching it off.</summary>
public sealed partial class HeuristicTests
{
    [Fact]
    public async Task Without_a_heuristic_of_the_page_its_line_comes_out_otherwise()
    {
        var rows = Rows();
        var analyzers = SwitchedAnalyzers.Of(rows.Select(row => row.Member).ToHashSet());
        var wrong = new List<string>();
        foreach (var (member, corpus, line) in rows)
        {
            if (!analyzers.Found.Contains(member))
                wrong.Add($"{member}: the analyzers have no member of that name");
            else if (!Lines(corpus).Contains(line))
                wrong.Add($"{member}: {corpus} has no line {line}");
            else if (!await IsDemandedAsync(analyzers, member, corpus, line))
                wrong.Add($"{member}: nothing changes without it on {line}");
        }

        Assert.True(rows.Length > 60, $"the page has {rows.Length} rows");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    internal static async Task<bool> IsDemandedAsync(SwitchedAnalyzers analyzers, string member, string corpus, string line)
    {
        var (compilation, files) = Sample(corpus, line);
        var before = await analyzers.ReportedAsync(compilation, files, off: null);
        var after = await analyzers.ReportedAsync(compilation, files, member);
        // A heuristic without which the rest does not run is no answer.
        return after != before && !after.Contains("AD0001", StringComparison.Ordinal);
    }

    internal static (Microsoft.CodeAnalysis.CSharp.CSharpCompilation Compilation, (string, string)[] Files) Sample(string corpus, string line)
    {
        line = line.Replace("⏎", "\n", StringComparison.Ordinal);
        if (corpus == "ConfigurationFiles")
            return (Analysis.Compile("", Analysis.MySqlConnector), [(line.Split('|', 3)[1], line.Split('|', 3)[2])]);
        var parsed = CorpusLine.Parse(line);
        return (Analysis.Compile(parsed.Source, parsed.Drivers.Length == 0 ? [Analysis.NoDriver] : parsed.Drivers), []);
    }

    private static string[] Lines(string corpus) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory,
        corpus == "ConfigurationFiles" ? "Files" : "Corpus", corpus + ".txt"));

    private static (string Member, string Corpus, string Line)[] Rows() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "rules", "heuristics.md")).Select(line => Row().Match(line))
            .Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value,
                match.Groups[3].Value.Replace("\\|", "|", StringComparison.Ordinal))),
    ];

    [GeneratedRegex(@"^\| `([\w.]+)` \| .* \| (\w+): `(.*)` \|$")]
    private static partial Regex Row();
}
