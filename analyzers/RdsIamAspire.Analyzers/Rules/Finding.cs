namespace RdsIamAspire.Analyzers.Rules;

/// <summary>What a rule found in a text: the range of characters, the text that a fix puts in place of its value or key (null when the fix
/// needs none), and the words for the message. Never a password.</summary>
internal sealed record Finding(int Start, int End, string? Replacement, params object[] Words)
{
    /// <summary>The diagnostic, at the severity that the settings give to local hosts; null where they say that those are
    /// ignored.</summary>
    public Diagnostic? At(Location location, DiagnosticDescriptor rule, bool isLocal, AnalyzerSettings settings)
    {
        var hosts = isLocal && rule.Id != Descriptors.RejectedOption.Id ? settings.LocalHosts : LocalHosts.Report;
        return hosts == LocalHosts.Ignore ? null
            : Diagnostic.Create(rule, location, hosts == LocalHosts.Info ? DiagnosticSeverity.Info : rule.DefaultSeverity,
                additionalLocations: null, FixKinds.Properties(null, Replacement), Words);
    }
}

/// <summary>What a diagnostic tells its fix.</summary>
internal static class FixKinds
{
    /// <summary>Key of the property that tells the fix what kind of code it has before it.</summary>
    public const string Kind = "kind";

    /// <summary>Key of the property that carries the text a fix puts in.</summary>
    public const string Replacement = "replacement";

    public const string Setting = "setting";
    public const string AspireParameter = "aspire-parameter";
    public const string Environment = "environment";
    public const string Tuple = "tuple";
    public const string Pair = "pair";

    /// <summary>An argument of a program: nothing to take out by itself.</summary>
    public const string CommandLine = "command-line";

    public static ImmutableDictionary<string, string?> Properties(string? kind, string? replacement = null)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (kind is not null)
            properties = properties.Add(Kind, kind);
        return replacement is null ? properties : properties.Add(Replacement, replacement);
    }
}
