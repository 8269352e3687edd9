using Microsoft.CodeAnalysis.Text;

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
    public static ConfigurationValue Value(string text, string path, int from, int to, TextSpan whole, bool commentNeedsBlank)
    {
        while (from < to && char.IsWhiteSpace(text[from]))
            from++;
        while (to > from && char.IsWhiteSpace(text[to - 1]))
            to--;
        if (from < to && text[from] is '"' or '\'')
        {
            var close = text.IndexOf(text[from], from + 1, to - from - 1);
            if (close > 0)
                return Plain(text, path, from + 1, close, whole);
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

        return Plain(text, path, from, to, whole);
    }

    private static ConfigurationValue Plain(string text, string path, int from, int to, TextSpan whole)
    {
        var offsets = new int[to - from + 1];
        for (var i = 0; i < offsets.Length; i++)
            offsets[i] = from + i;
        return new ConfigurationValue(path, text.Substring(from, to - from), offsets, whole);
    }
}
