using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Fixes;

namespace RdsIamAspire.Analyzers.Tests.Running;

/// <summary>Applies code fixes as an editor does: one diagnostic's action, or fix-all over a solution.</summary>
internal static class Fixing
{
    private static readonly ImmutableArray<CodeFixProvider> Fixes =
    [
        .. typeof(SourceFix).Assembly.GetTypes()
            .Where(type => typeof(CodeFixProvider).IsAssignableFrom(type) && !type.IsAbstract
                && type.GetCustomAttribute<ExportCodeFixProviderAttribute>()!.Languages.Contains(LanguageNames.CSharp))
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>The source after the action of that title (any, when none is named) was applied to the rule's first diagnostic; the same
    /// source when none is offered.</summary>
    public static async Task<string> ApplyAsync(string source, string rule, string? title = null, params MetadataReference[] drivers)
    {
        using var workspace = new AdhocWorkspace();
        var project = Project(workspace, "Sample", [source], drivers);
        var document = project.Documents.Single();
        var diagnostics = await DiagnosticsAsync(project);
        foreach (var diagnostic in diagnostics.Where(each => each.Id == rule).OrderBy(each => each.Location.SourceSpan.Start))
        {
            var actions = new List<CodeAction>();
            foreach (var fix in Fixes.Where(each => each.FixableDiagnosticIds.Contains(rule)))
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action),
                TestContext.Current.CancellationToken));
            if (actions.FirstOrDefault(each => title is null || each.Title == title) is not { } chosen)
                continue;
            var changed = await ChangedAsync(chosen);
            return (await changed.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        }

        return source;
    }

    /// <summary>All documents of a solution of two projects after fix-all, with the key of the rule's first action or another.</summary>
    public static async Task<string[]> ApplyToSolutionAsync(string rule, string[] first, string[] second, string? key = null)
    {
        using var workspace = new AdhocWorkspace();
        var one = Project(workspace, "One", first, [Analysis.MySqlConnector]);
        var two = Project(workspace, "Two", second, [Analysis.MySqlConnector]);
        var solution = workspace.CurrentSolution;
        var fix = Fixes.First(each => each.FixableDiagnosticIds.Contains(rule));
        var document = solution.GetProject(one.Id)!.Documents.First();
        foreach (var diagnostic in await DiagnosticsAsync(solution.GetProject(one.Id)!))
        {
            if (diagnostic.Id == rule && solution.GetDocument(diagnostic.Location.SourceTree) is { } owner)
                await fix.RegisterCodeFixesAsync(new CodeFixContext(owner, diagnostic, (action, _) => key ??= action.EquivalenceKey,
                TestContext.Current.CancellationToken));
        }

        var context = new FixAllContext(document, fix, FixAllScope.Solution, key, [rule], new Provider(),
            TestContext.Current.CancellationToken);
        var all = await fix.GetFixAllProvider()!.GetFixAsync(context);
        var changed = await ChangedAsync(all!);
        var texts = new List<string>();
        foreach (var id in new[] { one.Id, two.Id })
        {
            foreach (var each in changed.GetProject(id)!.Documents)
                texts.Add((await each.GetTextAsync(TestContext.Current.CancellationToken)).ToString());
        }

        return [.. texts];
    }

    /// <summary>A configuration file after the fix of one rule was applied to all its diagnostics, one after the other.</summary>
    public static async Task<string> ApplyToFileAsync(string path, string text, string rule)
    {
        for (var round = 0; round < 20; round++)
        {
            using var workspace = new AdhocWorkspace();
            var project = Project(workspace, "Sample", [""], [Analysis.MySqlConnector]);
            var file = DocumentId.CreateNewId(project.Id);
            var solution = project.Solution.AddAdditionalDocument(file, path, SourceText.From(text), filePath: path);
            var document = solution.GetAdditionalDocument(file)!;
            var diagnostics = await Analysis.RunAsync(Analysis.Compile("", Analysis.MySqlConnector), options: null, (path, text));
            if (diagnostics.FirstOrDefault(each => each.Id == rule) is not { } diagnostic)
                break;
            CodeAction? action = null;
            var fix = Fixes.First(each => each.FixableDiagnosticIds.Contains(rule));
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (each, _) => action ??= each,
                TestContext.Current.CancellationToken));
            Assert.NotNull(action);
            text = (await (await ChangedAsync(action)).GetAdditionalDocument(file)!.GetTextAsync(TestContext.Current.CancellationToken))
                .ToString();
        }

        return text;
    }

    private static Project Project(AdhocWorkspace workspace, string name, string[] sources, MetadataReference[] drivers)
    {
        var compilation = Analysis.Compile(sources, drivers.Length == 0 ? [Analysis.MySqlConnector] : drivers);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Default,
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: compilation.Options,
            parseOptions: CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp12),
            metadataReferences: compilation.References));
        for (var i = 0; i < sources.Length; i++)
            project = project.AddDocument($"{name}{i}.cs", SourceText.From(sources[i]), filePath: $"{name}{i}.cs").Project;
        Assert.True(workspace.TryApplyChanges(project.Solution));
        return workspace.CurrentSolution.GetProject(project.Id)!;
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Project project)
    {
        var compilation = await project.GetCompilationAsync(TestContext.Current.CancellationToken);
        return await Analysis.RunAsync(compilation!);
    }

    private static async Task<Solution> ChangedAsync(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    private sealed class Provider : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            await DiagnosticsAsync(project);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document,
            CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return (await DiagnosticsAsync(document.Project)).Where(each => each.Location.SourceTree == tree);
        }

        public override async Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project,
            CancellationToken cancellationToken) =>
            (await DiagnosticsAsync(project)).Where(each => !each.Location.IsInSource);
    }
}
