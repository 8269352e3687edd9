using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Corpus;

/// <summary>The fixes: what the code is afterwards, that it compiles, and that the rule has nothing more to say.</summary>
public sealed class FixTests
{
    [Fact]
    public async Task Each_fix_leaves_the_code_that_it_says_which_compiles_and_is_silent()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", "fixes.txt")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split('|');
            var before = new CorpusLine(parts[0], parts[1], parts[2].Replace("⏎", "\n", StringComparison.Ordinal));
            var after = before with { Code = parts[3].Replace("⏎", "\n", StringComparison.Ordinal) };
            var actual = await Fixing.ApplyAsync(before.Source, before.Rule, title: null, before.Drivers);
            if (actual != after.Source)
            {
                wrong.Add($"{line}\n    became: {Difference(before.Source, actual)}");
                continue;
            }

            var errors = Analysis.Compile(actual, before.Drivers).GetDiagnostics(TestContext.Current.CancellationToken).Where(each => each.Severity == DiagnosticSeverity.Error).ToArray();
            if (errors.Length > 0)
                wrong.Add($"{line}\n    does not compile: {errors[0].GetMessage()}");
            if ((await Analysis.FindAsync(actual, options: null, before.Drivers)).Any(each => each.Id == before.Rule))
                wrong.Add($"{line}\n    is reported again");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Every_password_of_the_corpus_whose_string_can_be_edited_is_gone_after_the_fix_and_the_code_still_compiles()
    {
        var wrong = new List<string>();
        var fixedCount = 0;
        foreach (var line in CorpusLine.Read("positives.txt").Where(line => line.Rule == "RDSIAM001" && line.Place is "S" or "M" or "MD"))
        {
            var actual = await Fixing.ApplyAsync(line.Source, line.Rule, title: null, line.Drivers);
            if (actual == line.Source)
            {
                wrong.Add($"{line.Code}\n    no fix");
                continue;
            }

            fixedCount++;
            var error = Analysis.Compile(actual, line.Drivers).GetDiagnostics(TestContext.Current.CancellationToken).FirstOrDefault(each => each.Severity == DiagnosticSeverity.Error);
            if (error is not null)
                wrong.Add($"{line.Code}\n    became: {Difference(line.Source, actual)}\n    does not compile: {error.GetMessage()}");
            if ((await Analysis.FindAsync(actual, options: null, line.Drivers)).Any(each => each.Id == "RDSIAM001"))
                wrong.Add($"{line.Code}\n    became: {Difference(line.Source, actual)}\n    is reported again");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, {fixedCount} fixed\n" + string.Join("\n", wrong));
    }

    [Fact]
    public async Task Reading_from_configuration_uses_the_configuration_in_reach_and_compiles()
    {
        const string source = "interface IConfiguration { string? this[string key] { get; } }\nclass C { string M(IConfiguration settings) { return \"Server=db;Uid=root;Pwd=x\"; } }";

        var actual = await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration");

        Assert.Contains("return settings[\"ConnectionStrings:MySql\"] ?? throw new System.InvalidOperationException(", actual, StringComparison.Ordinal);
        Assert.DoesNotContain(Analysis.Compile(actual, Analysis.MySqlConnector).GetDiagnostics(TestContext.Current.CancellationToken), each => each.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public async Task Reading_from_configuration_falls_back_to_the_environment()
    {
        const string source = "class C { static string Cs = \"Server=db;Uid=root;Pwd=x\"; }";

        var actual = await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration");

        Assert.Contains("= System.Environment.GetEnvironmentVariable(\"ConnectionStrings__MySql\") ?? throw", actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_from_configuration_is_not_offered_where_a_constant_is_needed()
    {
        const string source = "class C { const string Cs = \"Server=db;Uid=root;Pwd=x\"; }";

        Assert.Equal(source, await Fixing.ApplyAsync(source, "RDSIAM001", "Read the connection string from configuration"));
    }

    [Fact]
    public async Task Fix_all_reaches_every_document_of_the_solution()
    {
        const string one = "class A { string X = \"Server=db;Uid=root;Pwd=x\"; string Y = \"Server=db;Uid=root;Pwd=y;Database=z\"; }";
        const string two = "class B { void M() { var cs = \"Server=db;\" + \"Uid=root;\" + \"Pwd=x;\"; } }";

        var fixedTexts = await Fixing.ApplyToSolutionAsync("RDSIAM001", [one, two], [one]);

        Assert.Equal(
            [
                "class A { string X = \"Server=db;Uid=root\"; string Y = \"Server=db;Uid=root;Database=z\"; }",
                "class B { void M() { var cs = \"Server=db;\" + \"Uid=root;\"; } }",
                "class A { string X = \"Server=db;Uid=root\"; string Y = \"Server=db;Uid=root;Database=z\"; }",
            ],
            fixedTexts);
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
