using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Settings;

/// <summary>What to do with a connection string whose server is the local machine.</summary>
internal enum LocalHosts
{
    Report,
    Info,
    Ignore,
}

/// <summary>How a MySQL connection string is recognised.</summary>
internal enum Detection
{
    /// <summary>By its form and by where it goes.</summary>
    Shape,

    /// <summary>Only by where it goes: a MySQL driver's API or an extra sink.</summary>
    Sinks,
}

/// <summary>An option with a value that no rule understands.</summary>
internal readonly struct InvalidSetting
{
    public InvalidSetting(string key, string value, string expected)
    {
        Key = key;
        Value = value;
        Expected = expected;
    }

    public string Key { get; }

    public string Value { get; }

    public string Expected { get; }
}

/// <summary>The <c>.editorconfig</c> options of the rules; docs/rules/README.md lists them.</summary>
internal sealed class AnalyzerSettings
{
    public const string MinimumSslModeKey = "rds_iam.minimum_ssl_mode";
    public const string LocalHostsKey = "rds_iam.local_hosts";
    public const string DetectionKey = "rds_iam.detection";
    public const string ExtraSinksKey = "rds_iam.extra_sinks";
    public const string PlaceholderPatternsKey = "rds_iam.placeholder_patterns";
    public const string ExcludedPathsKey = "rds_iam.excluded_paths";

    private const string Prefix = "rds_iam.";

    public static readonly AnalyzerSettings Default = new();

    private AnalyzerSettings()
    {
    }

    /// <summary>The weakest SslMode that is not reported.</summary>
    public TlsMode MinimumSslMode { get; private set; } = TlsMode.VerifyCA;

    public LocalHosts LocalHosts { get; private set; }

    public Detection Detection { get; private set; }

    public ImmutableArray<string> ExtraSinks { get; private set; } = ImmutableArray<string>.Empty;

    public ImmutableArray<string> PlaceholderPatterns { get; private set; } = ImmutableArray<string>.Empty;

    public ImmutableArray<string> ExcludedPaths { get; private set; } = ImmutableArray<string>.Empty;

    public ImmutableArray<InvalidSetting> Invalid { get; private set; } = ImmutableArray<InvalidSetting>.Empty;

    public bool HasExtraSinks => !ExtraSinks.IsEmpty;

    public static AnalyzerSettings Read(AnalyzerConfigOptions options)
    {
        var settings = new AnalyzerSettings();
        var invalid = ImmutableArray.CreateBuilder<InvalidSetting>();
        var any = false;
        if (Text(options, MinimumSslModeKey) is { } mode)
        {
            any = true;
            if (TlsModes.Parse(mode) is { } parsed && !char.IsDigit(mode[0]))
                settings.MinimumSslMode = parsed;
            else
                invalid.Add(new InvalidSetting(MinimumSslModeKey, mode, "None, Preferred, Required, VerifyCA or VerifyFull"));
        }

        if (Text(options, LocalHostsKey) is { } local)
        {
            any = true;
            if (IsName(local) && Enum.TryParse<LocalHosts>(local, ignoreCase: true, out var parsed))
                settings.LocalHosts = parsed;
            else
                invalid.Add(new InvalidSetting(LocalHostsKey, local, "report, info or ignore"));
        }

        if (Text(options, DetectionKey) is { } detection)
        {
            any = true;
            if (IsName(detection) && Enum.TryParse<Detection>(detection, ignoreCase: true, out var parsed))
                settings.Detection = parsed;
            else
                invalid.Add(new InvalidSetting(DetectionKey, detection, "shape or sinks"));
        }

        if (Text(options, ExtraSinksKey) is { } sinks)
        {
            any = true;
            settings.ExtraSinks = List(sinks);
            foreach (var sink in settings.ExtraSinks)
            {
                if (sink.IndexOf('.') <= 0 || sink.EndsWith(".", StringComparison.Ordinal) || sink.Any(c => c is '(' or ')' or ' '))
                    invalid.Add(new InvalidSetting(ExtraSinksKey, sink,
                    "full names such as Company.Data.Database.Open, separated by commas"));
            }
        }

        if (Text(options, PlaceholderPatternsKey) is { } placeholders)
        {
            any = true;
            settings.PlaceholderPatterns = List(placeholders);
            foreach (var pattern in settings.PlaceholderPatterns)
            {
                if (pattern.Trim('*', '?').Length == 0)
                    invalid.Add(new InvalidSetting(PlaceholderPatternsKey, pattern,
                    "patterns with at least one character besides * and ?, separated by commas"));
            }

            settings.PlaceholderPatterns = settings.PlaceholderPatterns.RemoveAll(static pattern => pattern.Trim('*', '?').Length == 0);
        }

        if (Text(options, ExcludedPathsKey) is { } paths)
        {
            any = true;
            settings.ExcludedPaths = List(paths.Replace('\\', '/'));
        }

        foreach (var key in options.Keys)
        {
            if (key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && key.ToLowerInvariant() is not (MinimumSslModeKey or LocalHostsKey or DetectionKey or ExtraSinksKey
                or PlaceholderPatternsKey or ExcludedPathsKey))
            {
                any = true;
                invalid.Add(new InvalidSetting(key, "", "one of the options that docs/rules/README.md lists"));
            }
        }

        settings.Invalid = invalid.ToImmutable();
        return any ? settings : Default;
    }

    public bool IsExcluded(string path)
    {
        if (ExcludedPaths.IsEmpty)
            return false;
        path = path.Replace('\\', '/');
        foreach (var pattern in ExcludedPaths)
        {
            if (Wildcard.Matches(pattern, path) || Wildcard.Matches("*/" + pattern, path))
                return true;
        }

        return false;
    }

    public bool IsExtraSink(ISymbol? symbol)
    {
        if (ExtraSinks.IsEmpty || symbol?.ContainingType is null)
            return false;
        var type = symbol.ContainingType.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
        var name = symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? type : type + "." + symbol.Name;
        foreach (var sink in ExtraSinks)
        {
            if (Wildcard.Matches(sink, name))
                return true;
        }

        return false;
    }

    private static bool IsName(string value) => value.Length > 0 && char.IsLetter(value[0]) && value.IndexOf(',') < 0;

    private static string? Text(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out var value) && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private static ImmutableArray<string> List(string value) =>
        value.Split(',').Select(static item => item.Trim()).Where(static item => item.Length > 0).ToImmutableArray();
}
