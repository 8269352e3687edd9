extern alias mysqldata;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.Tests.Running;

/// <summary>Runs all the analyzers over a source with both MySQL drivers referenced, as the compiler would.</summary>
internal static class Analysis
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(SourceAnalyzer).Assembly.GetTypes()
            .Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static readonly ImmutableArray<MetadataReference> Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
            && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll"
            || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static readonly MetadataReference MySqlConnector =
        MetadataReference.CreateFromFile(typeof(global::MySqlConnector.MySqlConnection).Assembly.Location);

    public static readonly MetadataReference MySqlData =
        MetadataReference.CreateFromFile(typeof(mysqldata::MySql.Data.MySqlClient.MySqlConnection).Assembly.Location);

    /// <summary>A reference that brings no driver.</summary>
    public static readonly MetadataReference NoDriver = MetadataReference.CreateFromFile(typeof(object).Assembly.Location);

    public static CSharpCompilation Compile(string source, params MetadataReference[] drivers) => Compile([source], drivers);

    // References are bound once for each set of drivers: all compilations over the same set share them.
    private static readonly ConcurrentDictionary<string, CSharpCompilation> Empty = new();

    public static CSharpCompilation Compile(IEnumerable<string> sources, params MetadataReference[] drivers) =>
        Empty.GetOrAdd(
            string.Join("|", drivers.Select(each => each.Display + (each as CompilationReference)?.Compilation.AssemblyName)),
            _ => CSharpCompilation.Create(
                "Sample",
                [],
                [.. Platform, .. drivers],
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                    nullableContextOptions: NullableContextOptions.Enable)))
        .AddSyntaxTrees(sources.Select((source, index) => CSharpSyntaxTree.ParseText(source,
        CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp12), path: $"Sample{index}.cs")));

    public static Task<ImmutableArray<Diagnostic>> RunAsync(Compilation compilation, IReadOnlyDictionary<string,
        string>? options = null, params (string Path, string Text)[] files) => RunAsync(Analyzers, compilation, options, files);

    public static async Task<ImmutableArray<Diagnostic>> RunAsync(ImmutableArray<DiagnosticAnalyzer> analyzers, Compilation compilation,
        IReadOnlyDictionary<string, string>? options, params (string Path, string Text)[] files)
    {
        var analyzerOptions = new AnalyzerOptions(
            [.. files.Select(file => (AdditionalText)new InMemoryFile(file.Path, file.Text))],
            new FixedOptions(options ?? new Dictionary<string, string>()));
        var run = compilation.WithAnalyzers(analyzers,
            new CompilationWithAnalyzersOptions(analyzerOptions, onAnalyzerException: null, concurrentAnalysis: false,
            logAnalyzerExecutionTime: false));
        return await run.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The ids that the rules report on a source, with the text that each diagnostic stands on.</summary>
    public static async Task<(string Id, string Text)[]> FindAsync(string source, IReadOnlyDictionary<string, string>? options = null,
        params MetadataReference[] drivers)
    {
        var compilation = Compile(source, drivers.Length == 0 ? [MySqlConnector] : drivers);
        var diagnostics = await RunAsync(compilation, options);
        return [.. diagnostics.OrderBy(each => each.Location.SourceSpan.Start)
            .Select(each => (each.Id, each.Location.IsInSource
            ? source.Substring(each.Location.SourceSpan.Start, each.Location.SourceSpan.Length) : ""))];
    }

    private sealed class InMemoryFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    /// <summary>The same .editorconfig options for every file.</summary>
    internal sealed class FixedOptions(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        private readonly Options _options = new(values);

        public override AnalyzerConfigOptions GlobalOptions => _options;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _options;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _options;

        private sealed class Options(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override IEnumerable<string> Keys => values.Keys;

            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
                values.TryGetValue(key, out value);
        }
    }
}
