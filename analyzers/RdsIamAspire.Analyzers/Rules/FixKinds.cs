namespace RdsIamAspire.Analyzers.Rules;

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

    public static ImmutableDictionary<string, string?> Properties(string kind, string? replacement = null)
    {
        var properties = ImmutableDictionary<string, string?>.Empty.Add(Kind, kind);
        return replacement is null ? properties : properties.Add(Replacement, replacement);
    }
}
