namespace RdsIamAspire.Emulator;

/// <summary>The statements of a SQL file, as the mysql client finds them: delimiters count outside of quotes and comments only.</summary>
internal static class SqlScript
{
    /// <param name="Line">Where the statement begins, from 1.</param>
    /// <param name="Text">The statement without its delimiter.</param>
    public readonly record struct Statement(int Line, string Text);

    /// <exception cref="FormatException">A quote or a comment does not end; the message says on which line it begins.</exception>
    public static IEnumerable<Statement> Split(string script)
    {
        script = script.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var (delimiter, start, line, first) = (";", 0, 1, 0);
        var at = 0;
        while (at < script.Length)
        {
            var blank = first == 0;
            if (blank && (at == 0 || script[at - 1] == '\n') && DelimiterAt(script, at) is { } next)
            {
                delimiter = next;
                at = start = EndOfLine(script, at);
                continue;
            }

            if (string.CompareOrdinal(script, at, delimiter, 0, delimiter.Length) == 0)
            {
                if (first != 0)
                    yield return new Statement(first, script[start..at]);
                at += delimiter.Length;
                (start, first) = (at, 0);
                continue;
            }

            var end = EndOfToken(script, at, line);
            // A comment in front belongs to no statement's beginning, except the kind that the server runs.
            if (blank && !char.IsWhiteSpace(script[at]) && !IsComment(script, at))
                (start, first) = (at, line);
            line += script.AsSpan(at, end - at).Count('\n');
            at = end;
        }

        if (first != 0)
            yield return new Statement(first, script[start..].TrimEnd());
    }

    private static string? DelimiterAt(string script, int at)
    {
        const string Word = "DELIMITER";
        var text = script.AsSpan(at, EndOfLine(script, at) - at).TrimStart();
        return text.Length > Word.Length
            && text.StartsWith(Word, StringComparison.OrdinalIgnoreCase)
            && char.IsWhiteSpace(text[Word.Length])
            && text[Word.Length..].Trim() is { Length: > 0 } given
            ? given.ToString().Split(' ', '\t')[0]
            : null;
    }

    private static bool IsComment(string script, int at) =>
        script[at] == '#'
        || (script[at] == '-' && IsDashComment(script, at))
        || (At(script, at, "/*") && !At(script, at, "/*!") && !At(script, at, "/*+"));

    // Two dashes and a blank or a control character ("Comments", MySQL Reference Manual).
    private static bool IsDashComment(string script, int at) =>
        At(script, at, "--") && (at + 2 >= script.Length || script[at + 2] <= ' ');

    private static int EndOfToken(string script, int at, int line) => script[at] switch
    {
        '\'' or '"' or '`' => EndOfQuote(script, at, line),
        '#' => EndOfLine(script, at),
        '-' when IsDashComment(script, at) => EndOfLine(script, at),
        '/' when At(script, at, "/*") => EndOfBlock(script, at, line),
        _ => at + 1,
    };

    private static int EndOfQuote(string script, int at, int line)
    {
        var quote = script[at];
        for (var i = at + 1; i < script.Length; i++)
        {
            if (script[i] == '\\' && quote != '`')
                i++;
            else if (script[i] == quote)
                return i + 1; // a doubled quote begins a second text at once, which comes to the same
        }

        throw new FormatException($"the {quote} on line {line} is never closed");
    }

    private static int EndOfBlock(string script, int at, int line)
    {
        var end = script.IndexOf("*/", at + 2, StringComparison.Ordinal);
        return end >= 0 ? end + 2 : throw new FormatException($"the comment that begins on line {line} is never closed");
    }

    private static int EndOfLine(string script, int at)
    {
        var end = script.IndexOf('\n', at);
        return end < 0 ? script.Length : end;
    }

    private static bool At(string script, int at, string text) => string.CompareOrdinal(script, at, text, 0, text.Length) == 0;
}
