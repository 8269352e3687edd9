namespace RdsIamAspire.Analyzers.Languages;

/// <summary>The look at a string's literal parts alone, without any binding: does a MySQL key stand before an equals sign? All but a few
/// strings of a program are done with here.</summary>
internal static class LiteralGate
{
    private const int LongestKey = 40;

    [ThreadStatic]
    private static StringBuilder? _buffer;

    /// <summary>The literals of a piece in a row, with a hole for whatever has a name.</summary>
    public static bool Passes(SyntaxNode piece, SourceLanguage language)
    {
        var buffer = _buffer ??= new StringBuilder();
        buffer.Clear();
        var end = piece.Span.End;
        for (var token = piece.GetFirstToken(); token.RawKind != 0 && token.SpanStart < end; token = token.GetNextToken())
        {
            if (language.IsString(token))
                buffer.Append(token.ValueText);
            else if (token.Text.Length > 0 && NameIndex.IsPart(token.Text[0]) && (buffer.Length == 0 || buffer[buffer.Length - 1]
                != ConnectionStringText.Hole))
                buffer.Append(ConnectionStringText.Hole);
        }

        return HasKnownKey(buffer.ToString());
    }

    // Key=value pairs from one semicolon to the next, by index.
    private static bool HasKnownKey(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            start = text.Past(start, text.Length, c => char.IsWhiteSpace(c) || c is ';' or ConnectionStringText.Hole);
            var i = text.Past(start, text.Length, c => c is not ('=' or ';'));
            if (i < text.Length && text[i] == '=' && IsKey(text, start, i))
                return true;
            i = text.Past(i, text.Length, c => c != ';');
            start = i + 1;
        }

        return false;
    }

    private static bool IsKey(string text, int start, int end)
    {
        end = text.Back(end, start, char.IsWhiteSpace);
        if (end - start is < 3 or > LongestKey)
            return false;
        var key = text.Substring(start, end - start).ToLowerInvariant();
        return MySqlKeys.Find(key) != MySqlKey.None || MySqlKeys.IsLegacy(key);
    }
}
