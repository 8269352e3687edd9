using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>
/// Reads the scalar values of a compose file by its lines: <c>KEY: value</c> in a mapping, <c>- KEY=value</c> in a list. Block scalars and
/// flow mappings are not read.
/// </summary>
internal static class ComposeValues
{
    public static IEnumerable<ConfigurationValue> Read(string text)
    {
        var parents = new Stack<(int Indentation, string Key)>();
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = start;
            while (from < end && text[from] is ' ' or '\t')
                from++;
            if (from == end || text[from] == '#')
                continue;
            var indentation = from - start;
            while (parents.Count > 0 && parents.Peek().Indentation >= indentation)
                parents.Pop();
            var whole = TextSpan.FromBounds(start, next);
            var path = string.Concat(parents.Reverse().Select(static parent => parent.Key + ":"));
            if (text[from] == '-')
            {
                if (ListItem(text, path, from + 1, end, whole) is { } item)
                    yield return item;
                continue;
            }

            var colon = Colon(text, from, end);
            if (colon < 0)
                continue;
            var key = text.Substring(from, colon - from).Trim().Trim('"', '\'');
            var value = TextLines.Value(text, path + key.Replace("__", ":"), colon + 1, end, whole, commentNeedsBlank: true);
            if (value.Value.Length == 0)
                parents.Push((indentation, key));
            else
                yield return value;
        }
    }

    // - KEY=value, - "KEY=value"
    private static ConfigurationValue? ListItem(string text, string path, int from, int end, TextSpan whole)
    {
        while (from < end && text[from] == ' ')
            from++;
        if (from < end && text[from] is '"' or '\'')
        {
            var close = text.LastIndexOf(text[from], end - 1, end - from - 1);
            from++;
            if (close > from)
                end = close;
        }

        var equals = text.IndexOf('=', from, end - from);
        if (equals < 0)
            return null;
        var key = text.Substring(from, equals - from).Trim().Replace("__", ":");
        return TextLines.Value(text, path + key, equals + 1, end, whole, commentNeedsBlank: true);
    }

    private static int Colon(string text, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (text[i] == ':' && (i + 1 == end || text[i + 1] is ' ' or '\t'))
                return i;
        }

        return -1;
    }
}
