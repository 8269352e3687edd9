namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the ENV and ARG instructions of a Dockerfile, and <c>NAME=value</c> before the command of a RUN.</summary>
internal static class DockerfileValues
{
    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var values = new List<ConfigurationValue>();
        var continues = false;
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = Skip(text, start, end);
            if (from < end && text[from] == '#')
                continue;
            var isInstruction = continues;
            if (!continues && (Is(text, from, end, "ENV ") || Is(text, from, end, "ARG ") || Is(text, from, end, "RUN ")))
            {
                isInstruction = true;
                // ENV NAME value, the old form.
                if (Is(text, from, end, "ENV ") && Skip(text, from + 4, end) is var name && Blank(text, name, end) is var blank
                    && blank > name && text.IndexOf('=', name, blank - name) < 0)
                {
                    values.Add(TextLines.Value(text, Key(text, name, blank), blank, end, TextSpan.FromBounds(start, next),
                        commentNeedsBlank: true));
                    continue;
                }

                from += 4;
            }

            var last = end;
            while (last > start && char.IsWhiteSpace(text[last - 1]))
                last--;
            continues = isInstruction && last > start && text[last - 1] == '\\';
            if (isInstruction)
                Pairs(text, from, continues ? last - 1 : end, values);
        }

        return values;
    }

    // NAME=value NAME="value"
    private static void Pairs(string text, int from, int end, List<ConfigurationValue> values)
    {
        while ((from = Skip(text, from, end)) < end)
        {
            var start = from;
            while (from < end && (char.IsLetterOrDigit(text[from]) || text[from] is '_' or '.' or ':' or '-'))
                from++;
            if (from == start || from >= end || text[from] != '=')
            {
                from = Math.Max(Blank(text, from, end), start + 1);
                continue;
            }

            var equals = from++;
            if (from < end && text[from] is '"' or '\'')
            {
                var close = text.IndexOf(text[from], from + 1, end - from - 1);
                from = close < 0 ? end : close + 1;
                values.Add(TextLines.Plain(text, Key(text, start, equals), equals + 2, close < 0 ? end
                    : close, TextSpan.FromBounds(start, from)));
                continue;
            }

            from = Blank(text, from, end);
            values.Add(TextLines.Plain(text, Key(text, start, equals), equals + 1, from, TextSpan.FromBounds(start, from)));
        }
    }

    private static string Key(string text, int from, int to) => text.Substring(from, to - from).Replace("__", ":");

    private static bool Is(string text, int from, int end, string instruction) =>
        end - from >= instruction.Length
        && string.Compare(text, from, instruction, 0, instruction.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static int Skip(string text, int from, int end)
    {
        while (from < end && char.IsWhiteSpace(text[from]))
            from++;
        return from;
    }

    private static int Blank(string text, int from, int end)
    {
        while (from < end && !char.IsWhiteSpace(text[from]))
            from++;
        return from;
    }
}
