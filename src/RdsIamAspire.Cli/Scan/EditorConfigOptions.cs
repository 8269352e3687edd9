using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Cli.Scan;

/// <summary>The <c>.editorconfig</c> files of a folder, read as the compiler reads them.</summary>
internal sealed class EditorConfigOptions : AnalyzerConfigOptionsProvider
{
    private readonly AnalyzerConfigSet _set;
    private readonly Dictionary<string, (AnalyzerConfigOptionsResult Result, Values Values)> _known = new(StringComparer.Ordinal);

    public EditorConfigOptions(FolderFiles files)
    {
        var configs = new List<AnalyzerConfig>();
        foreach (var path in files.EditorConfigs)
        {
            if (ReadableText.Of(path, files) is { } text)
                configs.Add(AnalyzerConfig.Parse(SourceText.From(text), path));
        }

        _set = AnalyzerConfigSet.Create(configs);
        GlobalOptions = new Values(_set.GlobalConfigOptions.AnalyzerOptions);
    }

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GlobalOptions { get; }

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Of(tree.FilePath).Values;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => Of(textFile.Path).Values;

    /// <summary>The severity that a file's options give to a rule (<c>dotnet_diagnostic.RDSIAM003.severity</c>), or null.</summary>
    public ReportDiagnostic? SeverityOf(string path, string rule) =>
        Of(path).Result.TreeOptions.TryGetValue(rule, out var severity) ? severity
        : _set.GlobalConfigOptions.TreeOptions.TryGetValue(rule, out var everywhere) ? everywhere : null;

    private (AnalyzerConfigOptionsResult Result, Values Values) Of(string path)
    {
        if (_known.TryGetValue(path, out var known))
            return known;
        var result = _set.GetOptionsForSourcePath(path);
        return _known[path] = (result, new Values(result.AnalyzerOptions));
    }

    private sealed class Values(ImmutableDictionary<string, string> options) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => options.Keys;

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => options.TryGetValue(key, out value);
    }
}
