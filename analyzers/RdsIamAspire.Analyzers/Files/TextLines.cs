namespace RdsIamAspire.Analyzers.Files;

/// <summary>What the formats share: lines, and values with their way back to the file.</summary>
internal static class TextLines
{
    /// <summary>The lines of a text: start, end without the line break, and end with it.</summary>
    public static IEnumerable<(int Start, int End, int Next)> Of(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.Past(start, text.Length, static c => c != '\n');
            var next = Math.Min(end + 1, text.Length);
            yield return (start, end > start && text[end - 1] == '\r' && end < text.Length ? end - 1 : end, next);
            start = next;
        }
    }

    /// <summary>The value between two positions, without quotes around it and, outside of quotes, without a comment behind it.</summary>
    public static ConfigurationValue Value(string text, string path, int from, int to, TextSpan whole, string? scope = null)
    {
        (from, to) = Trimmed(text, from, to);
        if (from < to && text[from] is '"' or '\'' && text.IndexOf(text[from], from + 1, to - from - 1) is var close && close > 0)
            return Plain(text, path, from + 1, close, whole, scope);
        for (var i = from; i < to; i++)
        {
            if (text[i] == '#' && (i == from || char.IsWhiteSpace(text[i - 1])))
                to = text.Back(i, from, char.IsWhiteSpace);
        }

        return Plain(text, path, from, to, whole, scope);
    }

    public static (int From, int To) Trimmed(string text, int from, int to) =>
        (from = text.Past(from, to, char.IsWhiteSpace), text.Back(to, from, char.IsWhiteSpace));

    /// <summary>The characters between two positions as they are, but for <c>${NAME:-default}</c>: the default is the value wherever the
    /// variable is not set.</summary>
    public static ConfigurationValue Plain(string text, string path, int from, int to, TextSpan whole, string? scope = null)
    {
        var defaultEnd = -1;
        return Read(text, path, from, to, whole, scope, i =>
        {
            if (text[i] == '$' && DefaultOf(text, i, to) is { } range)
            {
                defaultEnd = range.End;
                return (null, range.Start - i);
            }

            return (i == defaultEnd ? null : text[i], 1);
        });
    }

    /// <summary>The characters between two positions as they are read: at each, which it is (null for none) and how much of the file it
    /// takes.</summary>
    public static ConfigurationValue Read(string text, string path, int from, int to, TextSpan whole, string? scope,
        Func<int, (char? Character, int Length)> read)
    {
        var value = new StringBuilder(to - from);
        var offsets = new List<int>(to - from + 1);
        for (var i = from; i < to;)
        {
            var (character, length) = read(i);
            if (character is { } c)
            {
                value.Append(c);
                offsets.Add(i);
            }

            i += length;
        }

        return new(path, value.ToString(), [.. offsets, to], whole, scope ?? KeyPath.Parent(path));
    }

    // The "default" of ${NAME:-default} and ${NAME-default}; nothing for an empty one.
    private static (int Start, int End)? DefaultOf(string text, int i, int to)
    {
        var close = i + 1 < to && text[i + 1] == '{' ? text.IndexOf('}', i, to - i) : -1;
        if (close < 0)
            return null;
        var start = text.Past(i + 2, close, static c => char.IsLetterOrDigit(c) || c == '_');
        if (start < close && text[start] == ':')
            start++;
        return start + 1 < close && text[start] == '-' && text[start + 1] != '$' ? (start + 1, close) : null;
    }
}
