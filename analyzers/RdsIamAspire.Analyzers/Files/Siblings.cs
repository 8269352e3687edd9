namespace RdsIamAspire.Analyzers.Files;

/// <summary>What the values of one file say of one another: a name beside a value names it, and a provider, driver or type says whose
/// database all that stands in the same object is for, and below it.</summary>
internal static class Siblings
{
    private const int LongestSaid = 160;

    // The prefix for what is said under any of them.
    private const string Any = "*";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { "name", "key", "variable", "parameterkey" };

    private static readonly HashSet<string> Values =
        new(StringComparer.OrdinalIgnoreCase) { "value", "default", "defaultvalue", "parametervalue" };

    // Keys under which a file says which database it is about, anywhere in the key.
    private static readonly string[] ProviderWords =
        ["provider", "driver", "dialect", "dbtype", "db_type", "databasetype", "engine", "vendor", "adapter", "connectiontype", "jdbc",
        "datasource", "url", "uri", "dsn"];

    // Keys that say it, as a whole.
    private static readonly HashSet<string> ProviderKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "type", "kind", "name", "image", "db_connection", "client", "database", "dbms", "flavor", "host", "hostname", "server", "db_host",
        "chart",
    };

    // Values that say it, under any key.
    private static readonly HashSet<string> Databases = new(StringComparer.OrdinalIgnoreCase)
    {
        "mysql", "mysql2", "mariadb", "aurora-mysql", "postgres", "postgresql", "pgsql", "sqlserver", "mssql", "sqlite", "sqlite3",
        "oracle", "mongodb",
    };

    public static IReadOnlyList<ConfigurationValue> Relate(IEnumerable<ConfigurationValue> read)
    {
        var values = read.ToArray();
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        var said = new Dictionary<(string Scope, string Prefix), string>();
        foreach (var value in values)
        {
            if (Names.Contains(value.Key) && value.Value.Length is > 0 and < 100)
                named[value.Scope] = value.Value;
            if (value.Value.Length is > 1 and <= LongestSaid && (SaysProvider(value.Key) || Databases.Contains(value.Value)))
            {
                Say(said, (value.Scope, PrefixOf(value.Key)), value.Value);
                Say(said, (value.Scope, Any), value.Value);
            }

            // metadata: { name: mysql } speaks of the object that it is the metadata of.
            if (value.Key == "name" && KeyPath.Last(value.Scope) == "metadata")
                Say(said, (KeyPath.Parent(value.Scope), ""), value.Value);
        }

        foreach (var value in values)
        {
            if (Values.Contains(value.Key))
                Name(value, named);
            for (var scope = value.Scope; ; scope = KeyPath.Parent(scope))
            {
                var prefix = PrefixOf(value.Key);
                if (said.TryGetValue((scope, prefix), out var near) && near != value.Value)
                    value.Hints.Add(near);
                else if (said.TryGetValue((scope, prefix.Length == 0 ? Any : ""), out var all) && all != value.Value)
                    value.Hints.Add(all);
                if (scope.Length == 0)
                    break;
            }
        }

        return values;
    }

    // { name: MYSQL_PWD, value: … }, variable "mysql_password" { default = … }, mysqlPassword: { value: … }
    private static void Name(ConfigurationValue value, Dictionary<string, string> named)
    {
        if (named.TryGetValue(value.Scope, out var name))
            value.Rename(KeyPath.OfVariable(name));
        else if (KeyPath.Last(KeyPath.Parent(value.Path)) is { Length: > 0 } parent && PasswordNames.Tells(parent))
            value.Rename(parent);
    }

    private static void Say(Dictionary<(string, string), string> said, (string, string) where, string what) =>
        said[where] = said.TryGetValue(where, out var before) ? before + " " + what : what;

    // DB_CONNECTION speaks of DB_PASSWORD, and not of PG_PASSWORD beside it; driver_class speaks of all.
    private static string PrefixOf(string key)
    {
        var end = key.IndexOf('_');
        if (end <= 0)
            return "";
        var prefix = key.Substring(0, end).ToUpperInvariant();
        return prefix == "DATABASE" ? "DB" : ProviderWords.Contains(prefix.ToLowerInvariant()) ? "" : prefix;
    }

    private static bool SaysProvider(string key) => ProviderKeys.Contains(key) || ProviderWords.Any(word => key.Has(word));
}
