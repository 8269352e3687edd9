namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads lines of <c>key = value</c>: .properties, .ini, quartz.config, and the sections of a my.cnf.</summary>
internal static class PropertyValues
{
    // Source: MySQL manual, "Using Option Files": the groups that clients read.
    private static readonly HashSet<string> MySqlSections = new(StringComparer.OrdinalIgnoreCase)
    {
        "client", "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "client-server", "client-mariadb",
        "mariadb", "mysqlsh",
    };

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var values = new List<ConfigurationValue>();
        var section = "";
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = start;
            while (from < end && (char.IsWhiteSpace(text[from]) || text[from] == '\uFEFF'))
                from++;
            if (from == end || text[from] is '#' or '!' or ';' || text[from] == '/' && from + 1 < end && text[from + 1] == '/')
                continue;
            if (text[from] == '[')
            {
                section = text.Substring(from, end - from).Trim().Trim('[', ']').Trim();
                continue;
            }

            var equals = text.IndexOf('=', from, end - from);
            if (equals <= from)
                continue;
            var key = text.Substring(from, equals - from).Trim().Trim('"').Replace("__", ":");
            var path = section.Length == 0 ? key : section + ":" + key;
            // spring.datasource.url speaks of spring.datasource.password.
            var scope = path.Replace('.', ':');
            var value = TextLines.Value(text, path, equals + 1, end, TextSpan.FromBounds(start, next), commentNeedsBlank: true,
                scope.LastIndexOf(':') is var colon && colon > 0 ? scope.Substring(0, colon) : "");
            if (MySqlSections.Contains(section))
                value.Add("mysql");
            values.Add(value);
        }

        return values;
    }
}
