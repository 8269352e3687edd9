using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>Text that may come from outside, fit for a terminal and a log: no control character, and no token.</summary>
internal static partial class ShownText
{
    /// <summary>Control characters as escapes (<c>\x1b</c>), and each word that holds a piece of a token as its length alone.</summary>
    public static string Of(string text) => Escaped(TokenLike().Replace(text, word => $"(a token of {word.Length} characters, not shown)"));

    private static string Escaped(string text)
    {
        if (!text.Any(IsUnfit))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (!IsUnfit(character))
                shown.Append(character);
            else
                shown.Append(CultureInfo.InvariantCulture,
                    $"{(character < 0x100 ? $@"\x{(int)character:x2}" : $@"\u{(int)character:x4}")}");
        }

        return shown.ToString();
    }

    // Beside the controls: what turns the direction of a line, and what stands for no character.
    private static bool IsUnfit(char character) =>
        char.IsControl(character) || character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';

    // A token's own parameters, also URL-encoded: none of them stands in ordinary text.
    [GeneratedRegex(@"[^\s'""]*X(-|%2D)Amz(-|%2D)(Signature|Security|Credential|Algorithm)[^\s'""]*", RegexOptions.IgnoreCase)]
    private static partial Regex TokenLike();
}
