namespace RdsIamAspire.Analyzers.Origins;

/// <summary>Which database a name speaks of.</summary>
internal enum Leaning
{
    Unknown,
    MySql,
    Other,
}

/// <summary>Reads names (of methods, types, variables, keys, namespaces) for the database that they speak of.</summary>
internal static class DatabaseNames
{
    private static readonly string[] Others =
    [
        "sqlserver", "mssql", "sqlconnection", "sqlclient", "azuresql", "sqlazure", "sqlce", "localdb", "npgsql", "postgre", "pgsql",
        "pgconn", "oracle", "sqlite", "mongo", "redis", "rabbit", "easynetq", "oledb", "odbc", "firebird", "fbconnection", "db2",
        "cassandra", "clickhouse", "snowflake", "cosmos", "amqp", "kafka", "ldap", "smtp", "imap", "mailkit", "ftp", "influx", "neo4j",
        "couch", "informix", "sybase", "saphana", "teradata", "dameng", "kingbase", "gauss", "tdengine", "duckdb", "vertica",
        "sqlanywhere", "elastic", "memcache", "mqtt", "servicebus", "jdbc", "sqldatabase",
    ];

    public static Leaning Of(string? name)
    {
        if (name is null || name.Length < 3)
            return Leaning.Unknown;
        var mySql = name.Has("mysql") || name.Has("maria") || name.Has("aurora");
        // "MySqlOrSqlServer" says nothing.
        var another = NamesAnother(mySql ? name.ToLowerInvariant().Replace("mysql", "") : name);
        return mySql == another ? Leaning.Unknown : mySql ? Leaning.MySql : Leaning.Other;
    }

    /// <summary>The same for a namespace or assembly.</summary>
    public static Leaning OfNamespace(string name) =>
        name.Has("MySql") || name.StartsWith("Pomelo", StringComparison.Ordinal) ? Leaning.MySql
        : name.Has("SqlClient") || name.Has("SqlServer") || NamesAnother(name) ? Leaning.Other : Leaning.Unknown;

    /// <summary>What is said, and what else where nothing is.</summary>
    public static Leaning Or(this Leaning said, Func<Leaning> other) => said != Leaning.Unknown ? said : other();

    private static bool NamesAnother(string name) => Others.Any(name.Has) || HasWord(name, "pg");

    // PgConnection, pg_password, dbPg: a word of its own.
    private static bool HasWord(string name, string word)
    {
        for (var at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if ((at == 0 || !char.IsLetter(name[at - 1]) || char.IsLower(name[at - 1]) && char.IsUpper(name[at]))
                && (end == name.Length || !char.IsLetter(name[end]) || char.IsUpper(name[end]) && char.IsLower(name[end - 1])))
                return true;
        }

        return false;
    }
}
