namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads lines of <c>key = value</c>: .env, .properties, .ini, quartz.config, and the sections of a my.cnf.</summary>
internal static class PropertyValues
{
    // Source: MySQL manual, "Using Option Files": the groups that clients read.
    private static readonly HashSet<string> MySqlSections = new(StringComparer.OrdinalIgnoreCase)
    {
        "client", "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "client-server", "client-mariadb",
        "mariadb", "mysqlsh",
    };

    public static IEnumerable<ConfigurationValue> Read(string text)
    {
        var section = "";
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = text.Past(start, end, static c => char.IsWhiteSpace(c) || c == '\uFEFF');
            if (from == end || text[from] is '#' or '!' or ';' || string.CompareOrdinal(text, from, "//", 0, 2) == 0)
                continue;
            if (text[from] == '[')
            {
                section = text.Substring(from, end - from).Trim().Trim('[', ']').Trim();
                continue;
            }

            if (string.CompareOrdinal(text, from, "export ", 0, 7) == 0)
                from += 7;
            var equals = text.IndexOf('=', from, end - from);
            if (equals <= from)
                continue;
            var path = KeyPath.Join(section, KeyPath.OfVariable(text.Substring(from, equals - from).Trim().Trim('"')));
            // spring.datasource.url speaks of spring.datasource.password.
            var scope = KeyPath.Parent(path.Replace('.', ':'));
            var value = TextLines.Value(text, path, equals + 1, end, TextSpan.FromBounds(start, next), scope);
            if (MySqlSections.Contains(section))
                value.Hints.Add("mysql");
            yield return value;
        }
    }
}
