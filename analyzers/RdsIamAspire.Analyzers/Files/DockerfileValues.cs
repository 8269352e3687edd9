namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the ENV and ARG instructions of a Dockerfile, and <c>NAME=value</c> before the command of a RUN.</summary>
internal static class DockerfileValues
{
    public static IEnumerable<ConfigurationValue> Read(string text)
    {
        var continues = false;
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = text.Past(start, end, char.IsWhiteSpace);
            if (from < end && text[from] == '#')
                continue;
            var isInstruction = continues;
            if (!continues && text.Substring(from, Math.Min(4, end - from)).ToUpperInvariant() is "ENV " or "ARG " or "RUN ")
            {
                isInstruction = true;
                from += 4;
                // ENV NAME value, the old form.
                var name = text.Past(from, end, char.IsWhiteSpace);
                var blank = Blank(text, name, end);
                if (text[from - 4] is 'E' or 'e' && blank > name && text.IndexOf('=', name, blank - name) < 0)
                {
                    yield return TextLines.Value(text, KeyPath.OfVariable(text.Substring(name, blank - name)), blank, end,
                        TextSpan.FromBounds(start, next));
                    continue;
                }
            }

            var last = text.Back(end, start, char.IsWhiteSpace);
            continues = isInstruction && last > start && text[last - 1] == '\\';
            if (!isInstruction)
                continue;
            foreach (var value in Pairs(text, from, continues ? last - 1 : end))
                yield return value;
        }
    }

    // NAME=value NAME="value"
    private static IEnumerable<ConfigurationValue> Pairs(string text, int from, int end)
    {
        while ((from = text.Past(from, end, char.IsWhiteSpace)) < end)
        {
            var start = from;
            var equals = text.Past(from, end, static c => char.IsLetterOrDigit(c) || c is '_' or '.' or ':' or '-');
            if (equals == start || equals >= end || text[equals] != '=')
            {
                from = Math.Max(Blank(text, equals, end), start + 1);
                continue;
            }

            var isQuoted = equals + 1 < end && text[equals + 1] is '"' or '\'';
            var valueStart = isQuoted ? equals + 2 : equals + 1;
            var valueEnd = isQuoted ? text.IndexOf(text[equals + 1], valueStart, end - valueStart) : Blank(text, valueStart, end);
            from = valueEnd < 0 ? end : isQuoted ? valueEnd + 1 : valueEnd;
            yield return TextLines.Plain(text, KeyPath.OfVariable(text.Substring(start, equals - start)), valueStart,
                valueEnd < 0 ? end : valueEnd, TextSpan.FromBounds(start, from));
        }
    }

    private static int Blank(string text, int from, int end) => text.Past(from, end, static c => !char.IsWhiteSpace(c));
}
