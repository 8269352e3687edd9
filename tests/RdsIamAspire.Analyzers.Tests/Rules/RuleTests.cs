using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>What holds for each rule: the lines of its corpus, and its fixes. The rules' own test classes add what deserves a
/// name.</summary>
public abstract class RuleTests(string id, string name)
{
    [Fact]
    public async Task Each_line_that_the_rule_is_for_is_reported_exactly_once()
    {
        var missed = await WrongAsync(
            line => line.Expectation == Expectation.Report,
            async line => await FindAsync(line) is var found && found.Count(each => each.Id == id) == 1
                && found.All(each => each.Id != "AD0001") ? null : "reported: " + string.Join(", ", found));

        Assert.True(missed.Length == 0, $"{missed.Length} missed\n" + string.Join("\n", missed));
    }

    [Fact]
    public async Task The_nearest_thing_that_is_not_is_silent()
    {
        var hits = await WrongAsync(
            line => line.Expectation is Expectation.Silent or Expectation.Nothing,
            async line =>
            {
                var found = await FindAsync(line);
                return found.Any(each => each.Id == id || each.Id == "AD0001" || line.Expectation == Expectation.Nothing
                    && each.Id.StartsWith("RDSIAM", StringComparison.Ordinal))
                    ? "reported: " + string.Join(", ", found)
                    : null;
            });

        Assert.True(hits.Length == 0, $"{hits.Length} reported\n" + string.Join("\n", hits));
    }

    [Fact]
    public async Task Each_fix_leaves_the_code_that_it_says_which_compiles_and_is_silent()
    {
        var wrong = await WrongAsync(line => line.Expectation == Expectation.Fix, async line =>
        {
            var actual = await Fixing.ApplyAsync(line.Source, id, title: null, line.Drivers);
            return actual != (line with { Code = line.After }).Source ? "became: " + Difference(line.Source, actual)
                : await AfterAsync(line, actual);
        });

        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Whatever_line_is_fixed_still_compiles_and_is_silent()
    {
        var wrong = await WrongAsync(line => line.Expectation == Expectation.Report && line.Place is not ("F" or "N"), async line =>
        {
            var actual = await Fixing.ApplyAsync(line.Source, id, title: null, line.Drivers);
            return actual == line.Source ? null : await AfterAsync(line, actual);
        });

        Assert.True(wrong.Length == 0, $"{wrong.Length} wrong\n" + string.Join("\n", wrong));
    }

    [Fact]
    public async Task Each_line_is_code_that_compiles()
    {
        var broken = await WrongAsync(_ => true, line =>
        {
            var compilation = Analysis.Compile(line.Source, line.Drivers);
            var diagnostics = line.Place is "N" or "F" ? compilation.SyntaxTrees[0].GetDiagnostics(TestContext.Current.CancellationToken)
                : compilation.GetDiagnostics(TestContext.Current.CancellationToken);
            return Task.FromResult(diagnostics.FirstOrDefault(each => each.Severity == DiagnosticSeverity.Error)?.GetMessage());
        });

        Assert.True(broken.Length == 0, string.Join("\n", broken));
    }

    private protected static async Task<(string Id, string Text)[]> FindAsync(string statements) =>
        await FindAsync(new CorpusLine(Expectation.Report, "S", statements));

    private static Task<(string Id, string Text)[]> FindAsync(CorpusLine line) =>
        Analysis.FindAsync(line.Source, options: null, line.Drivers.Length == 0 ? [Analysis.NoDriver] : line.Drivers);

    // What is wrong with a source after its fix.
    private async Task<string?> AfterAsync(CorpusLine line, string actual)
    {
        var error = Analysis.Compile(actual, line.Drivers).GetDiagnostics(TestContext.Current.CancellationToken)
            .FirstOrDefault(each => each.Severity == DiagnosticSeverity.Error);
        if (error is not null)
            return $"became: {Difference(line.Source, actual)}\n    does not compile: {error.GetMessage()}";
        return (await FindAsync(line with { Code = actual, Place = "whole " + line.Place })).Any(each => each.Id == id)
            ? $"became: {Difference(line.Source, actual)}\n    is reported again" : null;
    }

    private async Task<string[]> WrongAsync(Func<CorpusLine, bool> chosen, Func<CorpusLine, Task<string?>> judge)
    {
        var wrong = new List<string>();
        foreach (var line in CorpusLine.Read(name).Where(chosen))
        {
            if (await judge(line) is { } fault)
                wrong.Add($"{line.Place} {line.Code.ReplaceLineEndings("⏎")}\n    {fault}");
        }

        return [.. wrong];
    }

    private static string Difference(string before, string after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
            start++;
        start = Math.Max(0, start - 60);
        return after.Substring(start, Math.Min(200, after.Length - start)).ReplaceLineEndings("⏎");
    }
}
