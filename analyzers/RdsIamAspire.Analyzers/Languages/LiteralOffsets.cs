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
        var offsets = token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken => Quoted(token),
            SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken => RawSingleLine(token),
            SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken => RawMultiLine(token),
            SyntaxKind.InterpolatedStringTextToken => Interpolated(token),
            _ => null,
        };
        return offsets is not null && offsets.Length == token.ValueText.Length + 1 ? offsets : null;
    }

    private static int[] Quoted(SyntaxToken token)
    {
        var text = token.Text;
        var verbatim = text.Length > 0 && text[0] == '@';
        var close = text.LastIndexOf('"');
        return Escaped(text, verbatim ? 2 : 1, close, token.SpanStart, verbatim, doubledBraces: false);
    }

    private static int[]? Interpolated(SyntaxToken token)
    {
        if (token.Parent?.Parent is not InterpolatedStringExpressionSyntax whole)
            return null;
        var start = whole.StringStartToken;
        switch (start.Kind())
        {
            case SyntaxKind.InterpolatedSingleLineRawStringStartToken: return Verbatim(token.SpanStart, token.Text.Length);
            case SyntaxKind.InterpolatedMultiLineRawStringStartToken: return Align(token);
            default: return Escaped(token.Text, 0, token.Text.Length, token.SpanStart, start.Text.IndexOf('@') >= 0, doubledBraces: true);
        }
    }

    private static int[] RawSingleLine(SyntaxToken token)
    {
        var text = token.Text;
        var quotes = text.Past(0, text.Length, c => c == '"');
        return Verbatim(token.SpanStart + quotes, token.ValueText.Length);
    }

    private static int[] Verbatim(int start, int length)
    {
        var offsets = new int[length + 1];
        for (var i = 0; i <= length; i++)
            offsets[i] = start + i;
        return offsets;
    }

    private static int[]? RawMultiLine(SyntaxToken token)
    {
        var text = token.Text;
        var body = text.IndexOf('\n') + 1;
        if (body <= 0)
            return null;
        // The closing line is indentation and quotes: its indentation is taken from each line.
        var lastLine = text.LastIndexOf('\n') + 1;
        var indentation = 0;
        while (lastLine + indentation < text.Length && text[lastLine + indentation] is ' ' or '\t')
            indentation++;
        return Unindented(text, body, token.SpanStart, indentation, token.ValueText);
    }

    private static int[]? Align(SyntaxToken token)
    {
        if (token.Parent?.Parent is not InterpolatedStringExpressionSyntax whole)
            return null;
        var end = whole.StringEndToken.Text;
        var indentation = 0;
        var line = end.LastIndexOf('\n') + 1;
        while (line + indentation < end.Length && end[line + indentation] is ' ' or '\t')
            indentation++;
        // The first text starts on a new line, a later one where an interpolation ended.
        var isFirst = whole.Contents.Count > 0 && whole.Contents[0] == token.Parent;
        return Unindented(token.Text, 0, token.SpanStart, indentation, token.ValueText, isFirst);
    }

    private static int[]? Unindented(string text, int i, int origin, int indentation, string value, bool atLineStart = true)
    {
        var offsets = new int[value.Length + 1];
        for (var v = 0; v < value.Length; v++)
        {
            if (atLineStart)
            {
                for (var skipped = 0; skipped < indentation && i < text.Length && text[i] is ' ' or '\t'; skipped++)
                    i++;
            }

            if (i >= text.Length || text[i] != value[v])
                return null;
            offsets[v] = origin + i;
            atLineStart = text[i] == '\n';
            i++;
        }

        offsets[value.Length] = origin + i;
        return offsets;
    }

    private static int[] Escaped(string text, int from, int to, int origin, bool verbatim, bool doubledBraces)
    {
        var offsets = new List<int>(to - from + 1);
        var i = from;
        while (i < to)
        {
            offsets.Add(origin + i);
            if (doubledBraces && text[i] is '{' or '}' && i + 1 < to && text[i + 1] == text[i])
            {
                i += 2;
            }
            else if (verbatim)
            {
                i += text[i] == '"' && i + 1 < to && text[i + 1] == '"' ? 2 : 1;
            }
            else if (text[i] == '\\' && i + 1 < to)
            {
                var length = EscapeLength(text, i, to, out var pair);
                if (pair)
                    offsets.Add(origin + i);
                i += length;
            }
            else
            {
                i++;
            }
        }

        offsets.Add(origin + to);
        return offsets.ToArray();
    }

    private static int EscapeLength(string text, int i, int to, out bool surrogatePair)
    {
        surrogatePair = false;
        switch (text[i + 1])
        {
            case 'u': return 6;
            case 'U':
                surrogatePair = i + 10 <= to
                    && int.TryParse(text.Substring(i + 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
                    && code > 0xFFFF;
                return 10;
            case 'x':
                var end = i + 2;
                while (end < to && end < i + 6 && System.Uri.IsHexDigit(text[end]))
                    end++;
                return end - i;
            default: return 2;
        }
    }
}
