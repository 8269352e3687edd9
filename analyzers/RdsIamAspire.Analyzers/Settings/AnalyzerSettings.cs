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
internal sealed record InvalidSetting(string Key, string Value, string Expected);

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

    private static readonly string[] Keys =
        [MinimumSslModeKey, LocalHostsKey, DetectionKey, ExtraSinksKey, PlaceholderPatternsKey, ExcludedPathsKey];

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
        // Most projects set none, and a compiler that starts cold has all that follows still to compile.
        foreach (var key in options.Keys)
        {
            if (key.Begins(Prefix))
                return ReadAll(options);
        }

        return Default;
    }

    private static AnalyzerSettings ReadAll(AnalyzerConfigOptions options)
    {
        var invalid = ImmutableArray.CreateBuilder<InvalidSetting>();
        var settings = new AnalyzerSettings
        {
            MinimumSslMode = One(MinimumSslModeKey, "None, Preferred, Required, VerifyCA or VerifyFull", TlsModes.Parse)
                ?? TlsMode.VerifyCA,
            LocalHosts = One(LocalHostsKey, "report, info or ignore", Named<LocalHosts>) ?? LocalHosts.Report,
            Detection = One(DetectionKey, "shape or sinks", Named<Detection>) ?? Detection.Shape,
            ExtraSinks = Many(ExtraSinksKey, "full names such as Company.Data.Database.Open, separated by commas", static sink =>
                sink.IndexOf('.') > 0 && !sink.EndsWith(".", StringComparison.Ordinal) && !sink.Any(static c => c is '(' or ')' or ' ')),
            PlaceholderPatterns = Many(PlaceholderPatternsKey,
                "patterns with at least one character besides * and ?, separated by commas",
                static pattern => pattern.Trim('*', '?').Length > 0),
            ExcludedPaths = Many(ExcludedPathsKey, "paths, separated by commas", static _ => true),
        };
        foreach (var key in options.Keys)
        {
            if (key.Begins(Prefix) && Array.IndexOf(Keys, key.ToLowerInvariant()) < 0)
                invalid.Add(new(key, "", "one of the options that docs/rules/README.md lists"));
        }

        settings.Invalid = invalid.ToImmutable();
        return settings;

        T? One<T>(string key, string expected, Func<string, T?> parse)
            where T : struct
        {
            if (Text(options, key) is not { } text)
                return null;
            // A number is nobody's way to say it, though enumerations take it.
            var value = char.IsLetter(text[0]) ? parse(text) : null;
            if (value is null)
                invalid.Add(new(key, text, expected));
            return value;
        }

        ImmutableArray<string> Many(string key, string expected, Func<string, bool> isValid)
        {
            var items = (Text(options, key) ?? "").Split(',').Select(static item => item.Trim()).Where(static item => item.Length > 0)
                .ToImmutableArray();
            invalid.AddRange(items.Where(item => !isValid(item)).Select(item => new InvalidSetting(key, item, expected)));
            return items.RemoveAll(item => !isValid(item));
        }
    }

    public bool IsPlaceholder(string value) => PlaceholderValue.Matches(value, PlaceholderPatterns);

    public bool IsExcluded(string path)
    {
        if (ExcludedPaths.IsEmpty)
            return false;
        path = path.Replace('\\', '/');
        return ExcludedPaths.Any(pattern => pattern.Replace('\\', '/') is var wild
            && (Wildcard.Matches(wild, path) || Wildcard.Matches("*/" + wild, path)));
    }

    public bool IsExtraSink(ISymbol? symbol)
    {
        if (ExtraSinks.IsEmpty || symbol?.ContainingType is null)
            return false;
        var type = symbol.ContainingType.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
        var name = symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? type : type + "." + symbol.Name;
        return ExtraSinks.Any(sink => Wildcard.Matches(sink, name));
    }

    private static T? Named<T>(string name)
        where T : struct => name.IndexOf(',') < 0 && Enum.TryParse<T>(name, ignoreCase: true, out var parsed) ? parsed : null;

    private static string? Text(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out var value) && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
