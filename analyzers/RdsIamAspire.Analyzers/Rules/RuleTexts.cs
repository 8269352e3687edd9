using System.Resources;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>The texts of the rules (Strings.resx) and where their pages stand.</summary>
internal static class RuleTexts
{
    public const string Category = "Security";

    private const string Pages = "https://github.com/rds-iam-aspire/rds-iam-aspire/blob/main/docs/rules/";

    private static readonly ResourceManager Strings = new("RdsIamAspire.Analyzers.Strings", typeof(RuleTexts).Assembly);

    /// <summary>The descriptor of a rule, its texts taken from Strings.resx by its id.</summary>
    public static DiagnosticDescriptor Rule(string id, string category, params string[] tags) =>
        Rule(id, category, DiagnosticSeverity.Warning, tags);

    public static DiagnosticDescriptor Rule(string id, string category, DiagnosticSeverity severity, params string[] tags) => new(
        id, Get(id + "_Title"), Get(id + "_Message"), category, severity, isEnabledByDefault: true, Get(id + "_Description"), Page(id),
        tags);

    public static LocalizableString Get(string name) => new LocalizableResourceString(name, Strings, typeof(RuleTexts));

    public static string Page(string id) => Pages + id + ".md";
}
