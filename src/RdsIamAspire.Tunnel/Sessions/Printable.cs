using System.Globalization;
using System.Text;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// Text that came from outside, fit for a terminal, a log and a message: one line, nothing that steers a terminal or turns the writing
/// round. Pure.
/// </summary>
internal static class Printable
{
    // A MySQL user name has 32 characters at most.
    private const int Longest = 64;

    public static string Of(ReadOnlySpan<byte> utf8) => Of(Encoding.UTF8.GetString(utf8));

    public static string Of(string text, int longest = Longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
                return shown.Append('…').ToString();
            if (IsPlain(rune))
                shown.Append(rune);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }

        return shown.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
