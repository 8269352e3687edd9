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
        "pgconn", "oracle", "sqlite",
        "mongo", "redis", "rabbit", "easynetq", "oledb", "odbc", "firebird", "fbconnection", "db2", "cassandra", "clickhouse", "snowflake",
            "cosmos", "amqp", "kafka",
        "ldap", "smtp", "imap", "mailkit", "ftp", "influx", "neo4j", "couch", "informix", "sybase", "saphana", "teradata", "dameng",
            "kingbase", "gauss", "tdengine",
        "duckdb", "vertica", "sqlanywhere", "elastic", "memcache", "mqtt", "servicebus", "jdbc", "sqldatabase",
    ];

    public static Leaning Of(string? name)
    {
        if (name is null || name.Length < 3)
            return Leaning.Unknown;
        var mySql = Contains(name, "mysql") || Contains(name, "maria") || Contains(name, "aurora");
        if (mySql)
        {
            // "MySqlOrSqlServer" says nothing.
            var rest = name.ToLowerInvariant().Replace("mysql", "");
            return NamesAnother(rest) ? Leaning.Unknown : Leaning.MySql;
        }

        return NamesAnother(name) ? Leaning.Other : Leaning.Unknown;
    }

    /// <summary>The same for a namespace or assembly.</summary>
    public static Leaning OfNamespace(string name)
    {
        if (Contains(name, "MySql") || name.StartsWith("Pomelo", StringComparison.Ordinal))
            return Leaning.MySql;
        return Contains(name, "SqlClient") || Contains(name, "SqlServer") || NamesAnother(name) ? Leaning.Other : Leaning.Unknown;
    }

    private static bool NamesAnother(string name)
    {
        foreach (var other in Others)
        {
            if (Contains(name, other))
                return true;
        }

        return false;
    }

    private static bool Contains(string value, string part) => value.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;
}
