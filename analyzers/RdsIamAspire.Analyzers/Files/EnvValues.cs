namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads <c>.env</c> files: <c>KEY=value</c> lines, <c>export</c>, quotes and comments.</summary>
internal static class EnvValues
{
    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var values = new List<ConfigurationValue>();
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = start;
            while (from < end && (char.IsWhiteSpace(text[from]) || text[from] == '\uFEFF'))
                from++;
            if (from == end || text[from] == '#')
                continue;
            if (string.CompareOrdinal(text, from, "export ", 0, 7) == 0)
                from += 7;
            var equals = text.IndexOf('=', from, end - from);
            if (equals < 0)
                continue;
            var key = text.Substring(from, equals - from).Trim().Replace("__", ":");
            values.Add(TextLines.Value(text, key, equals + 1, end, TextSpan.FromBounds(start, next), commentNeedsBlank: true));
        }

        return values;
    }
}
