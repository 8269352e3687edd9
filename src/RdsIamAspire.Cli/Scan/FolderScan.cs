using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis.VisualBasic;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Rules;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Cli.Scan;

/// <summary>
/// Judges a folder without a build: each project's sources are parsed into one compilation against what its project file names, and the
/// rules of the analyzer package judge them, with the same options from <c>.editorconfig</c>, and its configuration files.
/// </summary>
internal sealed class FolderScan
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private readonly FolderFiles _files;
    private readonly EditorConfigOptions _options;
    private readonly SettingsPerTree _settings;
    private readonly List<ScannedFinding> _findings = [];

    private FolderScan(FolderFiles files)
    {
        _files = files;
        _options = new EditorConfigOptions(files);
        _settings = new SettingsPerTree(_options);
    }

    /// <summary>What was found, in the order of paths and lines.</summary>
    public static IReadOnlyList<ScannedFinding> Of(FolderFiles files, CancellationToken cancellationToken)
    {
        var scan = new FolderScan(files);
        foreach (var project in SourceProject.In(files))
            scan.Judge(project, cancellationToken);
        return [.. scan._findings.OrderBy(each => each.Path, StringComparer.Ordinal).ThenBy(each => each.Line)
            .ThenBy(each => each.Column).ThenBy(each => each.Rule, StringComparer.Ordinal)];
    }

    private void Judge(SourceProject project, CancellationToken cancellationToken)
    {
        var sources = Texts(project).ToLookup(static each => each.Path.EndsWith(".vb", StringComparison.OrdinalIgnoreCase));
        MetadataReference[] references = [.. ProjectReferences.For(project.Packages)];
        var csharp = CSharp(project, sources[false], references, cancellationToken);
        JudgeSources(csharp, cancellationToken);
        if (sources.Contains(true))
            JudgeSources(VisualBasic(sources[true], references, cancellationToken), cancellationToken);
        var drivers = CompilationDrivers.Of(csharp);
        foreach (var path in project.Configuration)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ReadableText.Of(path, _files) is not { } text)
                continue;
            var file = new FileText(path, SourceText.From(text));
            var found = new List<Diagnostic>();
            ConfigurationFileAnalyzer.Judge(file, drivers, _settings.Of(file), found.Add, cancellationToken);
            Add(path, text, found);
        }
    }

    private static CSharpCompilation CSharp(SourceProject project, IEnumerable<(string Path, string Text)> sources,
        IEnumerable<MetadataReference> references, CancellationToken cancellationToken)
    {
        var parse = CSharpParseOptions.Default.WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Preview)
            .WithPreprocessorSymbols("DEBUG", "TRACE", "NET", "NETCOREAPP", "NET8_0_OR_GREATER", "NET6_0_OR_GREATER");
        var trees = sources.Select(each =>
            CSharpSyntaxTree.ParseText(SourceText.From(each.Text), parse, each.Path, cancellationToken: cancellationToken)).ToList();
        if (project.HasImplicitUsings)
            trees.Add(CSharpSyntaxTree.ParseText(ImplicitUsings, parse, cancellationToken: cancellationToken));
        return CSharpCompilation.Create("Scanned", trees, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    private static VisualBasicCompilation VisualBasic(IEnumerable<(string Path, string Text)> sources,
        IEnumerable<MetadataReference> references, CancellationToken cancellationToken) =>
        VisualBasicCompilation.Create("Scanned",
            sources.Select(each => VisualBasicSyntaxTree.ParseText(SourceText.From(each.Text), path: each.Path,
                cancellationToken: cancellationToken)), references,
            new VisualBasicCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private IEnumerable<(string Path, string Text)> Texts(SourceProject project)
    {
        foreach (var path in project.Sources)
        {
            if (ReadableText.Of(path, _files) is not { } text || GeneratedCode.Is(path, text))
                continue;
            project.ReadImports(text);
            yield return (path, text);
        }
    }

    private void JudgeSources(Compilation compilation, CancellationToken cancellationToken)
    {
        var drivers = CompilationDrivers.Of(compilation);
        foreach (var tree in compilation.SyntaxTrees.Where(static each => each.FilePath.Length > 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = new List<Diagnostic>();
            SourceAnalyzer.Judge(compilation.GetSemanticModel(tree), drivers, _settings, found.Add, cancellationToken);
            if (found.Count > 0)
                Add(tree.FilePath, tree.GetText(cancellationToken).ToString(), found,
                    CompilationWithAnalyzers.GetEffectiveDiagnostics(found, compilation));
        }
    }

    // #pragma, SuppressMessage and the severities of .editorconfig hold here too.
    private void Add(string path, string text, List<Diagnostic> found, IEnumerable<Diagnostic>? effective = null)
    {
        var fingerprints = new Fingerprints(_files.Relative(path), text, found);
        foreach (var diagnostic in (effective ?? found).OrderBy(each => each.Location.SourceSpan.Start))
        {
            if (Severity(diagnostic, path) is not { } severity || diagnostic.IsSuppressed)
                continue;
            var lines = diagnostic.Location.GetLineSpan();
            _findings.Add(new ScannedFinding(diagnostic.Id, severity, _files.Relative(path),
                lines.StartLinePosition.Line + 1, lines.StartLinePosition.Character + 1, lines.EndLinePosition.Line + 1,
                lines.EndLinePosition.Character + 1, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture),
                fingerprints.Of(diagnostic)));
        }
    }

    private string? Severity(Diagnostic diagnostic, string path) => _options.SeverityOf(path, diagnostic.Id) switch
    {
        ReportDiagnostic.Suppress or ReportDiagnostic.Hidden => null,
        ReportDiagnostic.Info => "note",
        ReportDiagnostic.Warn => "warning",
        ReportDiagnostic.Error => "error",
        _ => diagnostic.Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            DiagnosticSeverity.Info => "note",
            _ => null,
        },
    };

    private sealed class FileText(string path, SourceText text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text;
    }
}
