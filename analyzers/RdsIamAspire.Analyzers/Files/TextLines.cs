namespace RdsIamAspire.Analyzers.Files;

/// <summary>What the formats that go by lines share.</summary>
internal static class TextLines
{
    /// <summary>The lines of a text: start, end without the line break, and end with it.</summary>
    public static IEnumerable<(int Start, int End, int Next)> Of(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var newLine = text.IndexOf('\n', start);
            var next = newLine < 0 ? text.Length : newLine + 1;
            var end = newLine < 0 ? text.Length : newLine;
            if (end > start && text[end - 1] == '\r')
                end--;
            yield return (start, end, next);
            start = next;
        }
    }

    /// <summary>The value between two positions, without quotes around it and, outside of quotes, without a comment behind it.</summary>
    public static ConfigurationValue Value(string text, string path, int from, int to, TextSpan whole, bool commentNeedsBlank,
        string? scope = null)
    {
        while (from < to && char.IsWhiteSpace(text[from]))
            from++;
        while (to > from && char.IsWhiteSpace(text[to - 1]))
            to--;
        if (from < to && text[from] is '"' or '\'')
        {
            var close = text.IndexOf(text[from], from + 1, to - from - 1);
            if (close > 0)
                return Plain(text, path, from + 1, close, whole, scope);
        }

        for (var i = from; i < to; i++)
        {
            if (text[i] == '#' && (i == from || !commentNeedsBlank || char.IsWhiteSpace(text[i - 1])))
            {
                to = i;
                while (to > from && char.IsWhiteSpace(text[to - 1]))
                    to--;
                break;
            }
        }

        return Plain(text, path, from, to, whole, scope);
    }

    /// <summary>The characters between two positions as they are, but for <c>${NAME:-default}</c>: the default is the value wherever the
    /// variable is not set.</summary>
    public static ConfigurationValue Plain(string text, string path, int from, int to, TextSpan whole, string? scope = null)
    {
        var value = new StringBuilder(to - from);
        var offsets = new List<int>(to - from + 1);
        var defaultEnd = -1;
        for (var i = from; i < to; i++)
        {
            if (text[i] == '$' && DefaultOf(text, i, to) is { } range)
            {
                i = range.Start;
                defaultEnd = range.End;
            }

            if (i == defaultEnd)
                continue;
            value.Append(text[i]);
            offsets.Add(i);
        }

        offsets.Add(to);
        return new ConfigurationValue(path, value.ToString(), [.. offsets], whole, scope);
    }

    // The "default" of ${NAME:-default} and ${NAME-default}; nothing for an empty one.
    private static (int Start, int End)? DefaultOf(string text, int i, int to)
    {
        var close = i + 1 < to && text[i + 1] == '{' ? text.IndexOf('}', i, to - i) : -1;
        if (close < 0)
            return null;
        var start = i + 2;
        while (start < close && (char.IsLetterOrDigit(text[start]) || text[start] == '_'))
            start++;
        if (start < close && text[start] == ':')
            start++;
        return start + 1 < close && text[start] == '-' && text[start + 1] != '$' ? (start + 1, close) : null;
    }
}
