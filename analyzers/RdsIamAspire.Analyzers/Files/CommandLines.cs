namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the commands that stand in scripts, workflows, images and health checks, wherever they stand: passwords given to a MySQL
/// client, variables of MySQL that are set on the way, and for a script the values in its quotes.</summary>
internal static class CommandLines
{
    public static IEnumerable<ConfigurationValue> Read(string text, FileKind kind)
    {
        if (kind != FileKind.Script && text.IndexOf("mysql", StringComparison.OrdinalIgnoreCase) < 0
            && text.IndexOf("mariadb", StringComparison.OrdinalIgnoreCase) < 0)
            yield break;
        var list = (Column: -1, HasClient: false);
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = start;
            while (from < end && text[from] is ' ' or '\t' or '\uFEFF')
                from++;
            if (from == end || text[from] == '#' || text[from] == '/' && from + 1 < end && text[from + 1] == '/'
                || string.CompareOrdinal(text, from, "REM ", 0, 4) == 0)
                continue;
            var line = text.Substring(from, end - from);
            var whole = TextSpan.FromBounds(start, next);
            // - mysqladmin, and on a line of its own - -pSECRET
            var isItem = kind == FileKind.Yaml && line.StartsWith("- ", StringComparison.Ordinal);
            if (!isItem || list.Column != from - start)
                list = (isItem ? from - start : -1, false);
            foreach (var (at, to) in CommandPassword.Find(line, list.HasClient))
                yield return Secret(text, from + at, from + to, "the command line", whole);
            list.HasClient |= isItem && CommandPassword.IsClient(line.Substring(2).Trim(' ', '"', '\''));
            if (kind == FileKind.Json)
                continue;
            foreach (var (name, at, to) in CommandPassword.Variables(line))
                yield return Secret(text, from + at, from + to, name, whole);
            if (kind == FileKind.Script || kind == FileKind.Yaml)
            {
                foreach (var value in Texts(text, from, end, whole))
                    yield return value;
            }
        }
    }

    private static ConfigurationValue Secret(string text, int from, int to, string name, TextSpan whole)
    {
        var value = TextLines.Plain(text, name, from, to, whole);
        value.IsSecret = true;
        return value;
    }

    private static ConfigurationValue Loose(string text, string name, int from, int to, TextSpan whole)
    {
        var value = TextLines.Plain(text, name, from, to, whole);
        value.IsLoose = true;
        return value;
    }

    // "…" and '…' and, behind a name and an equals sign, what has no quotes: Connection__Db=…, DATABASE_URL=mysql://…
    private static IEnumerable<ConfigurationValue> Texts(string text, int from, int end, TextSpan whole)
    {
        for (var i = from; i < end; i++)
        {
            if (text[i] is '"' or '\'')
            {
                var close = text.IndexOf(text[i], i + 1, end - i - 1);
                if (close < 0)
                    yield break;
                yield return Loose(text, "a string", Behind(text, i + 1, close), close, whole);
                i = close;
            }
            else if (string.CompareOrdinal(text, i, "://", 0, 3) == 0)
            {
                var start = i;
                while (start > from && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is ':' or '+'))
                    start--;
                while (i < end && !char.IsWhiteSpace(text[i]) && text[i] is not ('"' or '\'' or '`' or ';' or ')'))
                    i++;
                yield return Loose(text, "a URI", start, i, whole);
            }
        }
    }

    // ConnectionStrings__Shop=Server=…: the value is what stands behind the first name.
    private static int Behind(string text, int from, int end)
    {
        var i = from;
        while (i < end && (char.IsLetterOrDigit(text[i]) || text[i] is '_' or ':'))
            i++;
        return i > from && i + 1 < end && text[i] == '=' && text.IndexOf("__", from, i - from, StringComparison.Ordinal) > 0 ? i + 1 : from;
    }
}
