using System.Collections.Concurrent;

namespace RdsIamAspire.Analyzers.Settings;

/// <summary>The settings of each file, read once per set of options.</summary>
internal sealed class SettingsPerTree
{
    private readonly AnalyzerConfigOptionsProvider _provider;
    private readonly ConcurrentDictionary<AnalyzerConfigOptions, AnalyzerSettings> _settings = new();

    public SettingsPerTree(AnalyzerConfigOptionsProvider provider) => _provider = provider;

    public AnalyzerSettings Of(SyntaxTree tree) =>
        _settings.GetOrAdd(_provider.GetOptions(tree), static options => AnalyzerSettings.Read(options));

    public AnalyzerSettings Of(AdditionalText file) =>
        _settings.GetOrAdd(_provider.GetOptions(file), static options => AnalyzerSettings.Read(options));
}
