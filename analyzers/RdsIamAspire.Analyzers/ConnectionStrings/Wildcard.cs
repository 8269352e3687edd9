using System.Text.RegularExpressions;

namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Patterns of settings: <c>*</c> stands for any run of characters, <c>?</c> for one, letter case does not count.</summary>
internal static class Wildcard
{
    public static bool Matches(string pattern, string text) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".")}\\z",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
