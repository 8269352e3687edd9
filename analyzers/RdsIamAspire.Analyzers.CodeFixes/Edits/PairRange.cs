namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Which characters go with a pair when it is taken out of a connection string.</summary>
internal static class PairRange
{
    /// <summary>The pair with its semicolon. The last pair of a string without a final semicolon takes the one before it; a pair on a line
    /// of its own takes the line; a pair between blanks takes one of them.</summary>
    public static (int Start, int End) Of(string text, ConnectionStringPair pair)
    {
        var start = pair.Start;
        var end = pair.End;
        var lineStart = text.Back(start, 0, c => c is ' ' or '\t');
        var lineEnd = text.Past(end, text.Length, c => c is ' ' or '\t' or '\r');
        if ((lineStart == 0 || text[lineStart - 1] == '\n') && lineEnd < text.Length && text[lineEnd] == '\n')
            return (lineStart, lineEnd + 1);
        // The last line of several: the line break before it goes.
        if (lineStart > 1 && text[lineStart - 1] == '\n' && lineEnd == text.Length && text[end - 1] == ';')
            return (text[lineStart - 2] == '\r' ? lineStart - 2 : lineStart - 1, end);
        if (text.Substring(start, end - start).EndsWith(";", StringComparison.Ordinal))
        {
            // "a=1; pair; b=2": the blank before stays, the one behind goes.
            if (start > 0 && text[start - 1] == ' ')
            {
                end = text.Past(end, text.Length, c => c == ' ');
            }

            return (start, end);
        }

        var before = text.Back(lineStart, 0, char.IsWhiteSpace);
        return before > 0 && text[before - 1] == ';' ? (before - 1, end) : (start, end);
    }
}
