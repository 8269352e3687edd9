using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM001: a password is written in a MySQL connection string.</summary>
internal static class HardCodedPasswordRule
{
    public const string Id = "RDSIAM001";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM001_Title"),
        RuleTexts.Get("RDSIAM001_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM001_Description"),
        RuleTexts.Page(Id));

    /// <summary>The first pair whose value is a password that somebody wrote down: not empty, not a placeholder, not known only at run time.</summary>
    public static Finding? Judge(ConnectionStringSite site)
    {
        if (site.IsTemplate && !site.IsSink)
            return null;
        foreach (var pair in site.Text.Pairs)
        {
            if (IsPasswordKey(pair, site) && !PlaceholderValue.Matches(pair.Value, site.Settings.PlaceholderPatterns))
                return new Finding(pair.Start, pair.End, site.Text.Text.Substring(pair.Start, pair.Key.Length));
        }

        return null;
    }

    // At a sink a key that the driver rejects is still somebody's password in the source.
    private static bool IsPasswordKey(ConnectionStringPair pair, ConnectionStringSite site) =>
        pair.Kind == MySqlKey.Password || site.IsSink && MySqlKeys.Suggest(pair.Key, MySqlDrivers.MySqlConnector) == "Password";
}
