namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the commands that stand in scripts, workflows, images and health checks, wherever they stand: passwords given to a MySQL
/// client, variables of MySQL that are set on the way, and for a script the values in its quotes.</summary>
internal static class CommandLines
{
    public static IEnumerable<ConfigurationValue> Read(string text, FileKind kind)
    {
        if (kind != FileKind.Script && !text.Has("mysql") && !text.Has("mariadb"))
            yield break;
        var list = (Column: -1, HasClient: false);
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = text.Past(start, end, c => c is ' ' or '\t' or '\uFEFF');
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

    private static ConfigurationValue Secret(string text, int from, int to, string name, TextSpan whole) =>
        TextLines.Plain(text, name, from, to, whole) with { IsSecret = true };

    private static ConfigurationValue Loose(string text, string name, int from, int to, TextSpan whole) =>
        TextLines.Plain(text, name, from, to, whole) with { IsLoose = true };

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
                var start = text.Back(i, from, c => char.IsLetterOrDigit(c) || c is ':' or '+');
                i = text.Past(i, end, c => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '`' or ';' or ')'));
                yield return Loose(text, "a URI", start, i, whole);
            }
        }
    }

    // ConnectionStrings__Shop=Server=…: the value is what stands behind the first name.
    private static int Behind(string text, int from, int end)
    {
        var i = text.Past(from, end, c => char.IsLetterOrDigit(c) || c is '_' or ':');
        return i > from && i + 1 < end && text[i] == '=' && text.IndexOf("__", from, i - from, StringComparison.Ordinal) > 0 ? i + 1 : from;
    }
}
