using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RdsIamAspire.Analyzers.Languages;

/// <summary>Where in the source of C# each character of a literal's value is written: through escapes, verbatim quotes and raw
/// indentation.</summary>
internal static class LiteralOffsets
{
    /// <summary>One absolute position per character of the token's value and one for its end, or null when the token does not read as
    /// expected.</summary>
    public static int[]? Of(SyntaxToken token)
    {
        var text = token.Text;
        var whole = token.Parent?.Parent as InterpolatedStringExpressionSyntax;
        var offsets = token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken =>
                Escaped(text, text[0] == '@' ? 2 : 1, text.LastIndexOf('"'), verbatim: text[0] == '@', doubledBraces: false),
            SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken =>
                Unindented(token, text.Past(0, text.Length, static c => c == '"'), 0),
            SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken =>
                Unindented(token, text.IndexOf('\n') + 1, Indentation(text)),
            SyntaxKind.InterpolatedStringTextToken when whole is not null => whole.StringStartToken.Kind() switch
            {
                SyntaxKind.InterpolatedSingleLineRawStringStartToken => Unindented(token, 0, 0),
                // The first text starts on a new line, a later one where an interpolation ended.
                SyntaxKind.InterpolatedMultiLineRawStringStartToken => Unindented(token, 0, Indentation(whole.StringEndToken.Text),
                    atLineStart: whole.Contents[0] == token.Parent),
                _ => Escaped(text, 0, text.Length, whole.StringStartToken.Text.IndexOf('@') >= 0, doubledBraces: true),
            },
            _ => null,
        };
        return offsets?.Count == token.ValueText.Length + 1 ? [.. offsets.Select(offset => token.SpanStart + offset)] : null;
    }

    // The last line is indentation and quotes: its indentation is taken from each line.
    private static int Indentation(string text)
    {
        var line = text.LastIndexOf('\n') + 1;
        return text.Past(line, text.Length, static c => c is ' ' or '\t') - line;
    }

    private static List<int>? Unindented(SyntaxToken token, int i, int indentation, bool atLineStart = true)
    {
        var text = token.Text;
        var offsets = new List<int>();
        foreach (var c in token.ValueText)
        {
            if (atLineStart)
                i = text.Past(i, Math.Min(i + indentation, text.Length), static c => c is ' ' or '\t');
            if (i >= text.Length || text[i] != c)
                return null;
            offsets.Add(i++);
            atLineStart = c == '\n';
        }

        offsets.Add(i);
        return offsets;
    }

    private static List<int> Escaped(string text, int from, int to, bool verbatim, bool doubledBraces)
    {
        var offsets = new List<int>();
        for (var i = from; i < to;)
        {
            offsets.Add(i);
            var isDoubled = i + 1 < to && text[i + 1] == text[i]
                && (doubledBraces && text[i] is '{' or '}' || verbatim && text[i] == '"');
            var isEscape = !verbatim && text[i] == '\\' && i + 1 < to;
            // A character beyond the first plane is two of the value.
            if (isEscape && text[i + 1] == 'U' && i + 10 <= to && int.TryParse(text.Substring(i + 2, 8), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out var code) && code > 0xFFFF)
                offsets.Add(i);
            i += isDoubled ? 2 : !isEscape ? 1 : text[i + 1] switch
            {
                'u' => 6,
                'U' => 10,
                'x' => text.Past(i + 2, Math.Min(i + 6, to), Uri.IsHexDigit) - i,
                _ => 2,
            };
        }

        offsets.Add(to);
        return offsets;
    }
}
