using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis.VisualBasic;
using RdsIamAspire.Analyzers.CodeFixes.VisualBasic;
using RdsIamAspire.Analyzers.Tests.Running;
using RdsIamAspire.Analyzers.VisualBasic;

namespace RdsIamAspire.Analyzers.Tests.VisualBasic;

/// <summary>The rules on Visual Basic: the lines of its corpus, and their fixes.</summary>
public sealed class VisualBasicTests
{
    [Fact]
    public async Task Each_line_is_reported_for_what_it_is_and_its_fix_compiles_and_is_silent()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "VisualBasic", "VisualBasic.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var parts = line.Replace("⏎", "\n", StringComparison.Ordinal).Split('|', 3);
            if (await FaultAsync(parts[0], parts[1], parts.Length > 2 ? parts[2] : null) is { } fault)
                wrong.Add($"{line}\n    {fault}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static async Task<string?> FaultAsync(string expected, string code, string? after)
    {
        using var workspace = new AdhocWorkspace();
        var document = Document(workspace, code);
        var diagnostics = await DiagnosticsAsync(document);
        var ids = diagnostics.Length == 0 ? "-" : string.Join(",", diagnostics.Select(each => each.Id["RDSIAM".Length..]).Order());
        if (ids != expected)
            return $"reported: {ids} {diagnostics.FirstOrDefault(each => each.Id == "AD0001")?.GetMessage()}";
        var fixedCode = diagnostics.Length == 0 ? null : await FixAsync(document,
            diagnostics.FirstOrDefault(each => each.Id != "RDSIAM003") ?? diagnostics[0]);
        if (fixedCode != (after is null ? null : Source(after)))
            return $"became: {fixedCode}";
        if (fixedCode is null)
            return null;
        var changed = document.WithText(SourceText.From(fixedCode));
        var error = (await changed.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!
            .GetDiagnostics(TestContext.Current.CancellationToken).FirstOrDefault(each => each.Severity == DiagnosticSeverity.Error);
        return error?.GetMessage() ?? ((await DiagnosticsAsync(changed)).Length < diagnostics.Length ? null : "is reported again");
    }

    private static async Task<string?> FixAsync(Document document, Diagnostic diagnostic)
    {
        CodeAction? action = null;
        await new VisualBasicFix().RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (each, _) => action ??= each,
            TestContext.Current.CancellationToken));
        if (action is null)
            return null;
        var changed = (await action.GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>().Single()
            .ChangedSolution;
        return (await changed.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    private static async Task<Diagnostic[]> DiagnosticsAsync(Document document)
    {
        var compilation = (await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(each => each.Severity == DiagnosticSeverity.Error).Select(each => each.ToString()));
        var found = await compilation.WithAnalyzers([new VisualBasicSourceAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.OrderBy(each => each.Location.SourceSpan.Start)];
    }

    private static Document Document(AdhocWorkspace workspace, string code)
    {
        var project = workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Sample", "Sample",
            LanguageNames.VisualBasic, compilationOptions: new VisualBasicCompilationOptions(OutputKind.DynamicallyLinkedLibrary),
            metadataReferences: Analysis.Compile("", Analysis.MySqlConnector).References));
        return project.AddDocument("Sample.vb", SourceText.From(Source(code)), filePath: "Sample.vb");
    }

    private static string Source(string code) =>
        $"""
        Imports System
        Imports System.Collections.Generic
        Imports System.Text
        Imports MySqlConnector
        Class Sample
            Shared Sub Use(cs As String)
            End Sub
            Sub M(host As String, pwd As String, dev As Boolean)
                {code}
            End Sub
        End Class
        """;
}
