namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>What the form of a text alone says about it.</summary>
internal enum ShapeVerdict
{
    /// <summary>Not a connection string, or another database's.</summary>
    NotMySql,

    /// <summary>A connection string whose keys MySQL shares with other databases.</summary>
    Shared,

    /// <summary>A connection string of MySQL and nothing else.</summary>
    MySql,
}

/// <summary>Judges a text by its form: a server key, a user or password key, and every key in one driver's table; then by the values that
/// only other databases have (their ports, users and ways to name a server).</summary>
internal static class ConnectionStringShape
{
    // "host=a;uid=b" is as short as it gets.
    private const int ShortestText = 10;

    private static readonly string[] Telling = ["server", "host", "source", "pwd", "password", "addr", "ssl"];

    // Digits behind it do not count.
    private static readonly HashSet<string> OtherServers = new(StringComparer.OrdinalIgnoreCase)
    {
        "ldap", "sqlserver", "mssql", "sqlsrv", "postgres", "postgresql", "pgsql", "pg", "oracle", "redis", "mongo", "mongodb", "rabbitmq",
        "rabbit", "smtp", "ftp", "sftp", "kafka", "elasticsearch", "cassandra", "clickhouse", "firebird", "sybase", "informix",
        "orcl", "orclcdb", "orclpdb", "xe", "xepdb", "freepdb", // as Oracle's installers call their services
    };

    private static readonly string[] OtherHostStarts = ["(local", "tcp:", "np:", "lpc:", "admin:"];

    // Clouds of other databases, and files.
    private static readonly string[] OtherHostEnds =
    [
        ".database.windows.net", ".postgres.database.azure.com", ".oraclecloud.com", ".db", ".db3", ".sqlite", ".sqlite3", ".mdb",
        ".accdb", ".sdf", ".mdf", ".fdb", ".xls", ".xlsx", ".docx", ".csv", ":memory:",
    ];

    private static readonly HashSet<string> OtherPorts =
    [
        "5432", "5433", "6432", "1433", "1434", "1521", "27017", "6379", "5672", "5671", "15672", "25", "587", "465", "993", "995", "143",
        "110", "21", "22", "9042", "26257", "50000", "3050", "9200", "8123", "9000", "11211", "5000", "389", "636", "80", "443", "1883",
        "8883", "30015", "39015", "9088", "1972", "5236", "54321", "5439",
    ];

    private static readonly HashSet<string> SqlWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "GRANT", "REVOKE", "DROP", "SET", "SHOW", "CALL", "WITH", "USE",
        "WHERE", "AND", "OR", "BEGIN", "REPLACE", "MERGE", "EXEC", "DECLARE", "FLUSH",
    };

    /// <summary>The cheap first look at a text: long enough, an equals sign, and one of the words that every rule needs.</summary>
    public static bool MayMatter(string text) => text.Length >= ShortestText && text.IndexOf('=') >= 2 && Telling.Any(text.Has);

    public static ShapeVerdict Judge(ConnectionStringText text)
    {
        if (!text.IsWellFormed || text.Pairs.Length < 2 || text.Find(MySqlKey.Server) is not { } server
            || !text.Has(MySqlKey.Password) && !text.Has(MySqlKey.User))
            return ShapeVerdict.NotMySql;
        var keys = text.Pairs.Select(static pair => pair.Key).Where(static key => key.IndexOf(ConnectionStringText.Hole) < 0).ToArray();
        var mySqlOnly = keys.Any(MySqlKeys.IsMySqlOnly);
        var accepted = keys.Where(static key => !MySqlKeys.IsLegacy(key))
            .Aggregate(MySqlDrivers.Both, static (drivers, key) => drivers & MySqlKeys.DriversOf(key));
        if (accepted == MySqlDrivers.None && !((mySqlOnly || text.HasOpenSegment) && keys.All(IsKnown))
            || BelongsToAnotherDatabase(text, server))
            return ShapeVerdict.NotMySql;
        return mySqlOnly || HasMySqlValue(text) ? ShapeVerdict.MySql : ShapeVerdict.Shared;

        static bool IsKnown(string key) => MySqlKeys.Find(key) != MySqlKey.None || MySqlKeys.IsLegacy(key);
    }

    /// <summary>True for the string of an ODBC driver or OLE DB provider of MySQL: <c>Driver={MySQL ODBC 8.0 Unicode
    /// Driver};…</c>.</summary>
    public static bool IsOdbcOfMySql(ConnectionStringText text) => text.Pairs.Length > 1 && text.Has(MySqlKey.Password)
        && text.Pairs.Any(static pair => pair.Key is "driver" or "provider" && (pair.Value.Has("mysql") || pair.Value.Has("mariadb")));

    /// <summary>For a text that stands where only a MySQL connection string can stand: the keys need not all be known, but it must read as
    /// <c>key=value</c> pairs and not as SQL.</summary>
    public static bool IsPlausibleAtSink(ConnectionStringText text) => text.Pairs.All(static pair => pair.Key.Length <= 40)
        && text.Pairs.Count(static pair => pair.IsKnown) > (text.IsWellFormed ? 0 : 1) && !StartsAsSql(text.Text);

    /// <summary>True for a string in the words that other databases use: without any sign of MySQL around it, it is theirs. Oracle, DB2 and
    /// SQL Server write Data Source and User Id with no more than that; Npgsql writes Host and Username; SQL Server has the user sa and
    /// Integrated Security.</summary>
    public static bool IsOthersIdiom(ConnectionStringText text)
    {
        if (HasUserOfSqlServer(text) || text.Pairs.Any(static pair => pair.Key is "integrated security" or "integratedsecurity"))
            return true;
        return text.Find(MySqlKey.Server)?.Key switch
        {
            "data source" or "datasource" => !text.Has(MySqlKey.Database) && !text.Has(MySqlKey.Port)
                || text.Pairs.Length <= 4 && text.Find(MySqlKey.Database)?.Key == "initial catalog",
            "host" => text.Find(MySqlKey.User)?.Key is null or "username",
            _ => false,
        };
    }

    /// <summary>True for a string whose user is sa: SQL Server's, also in a project that has a MySQL driver beside.</summary>
    public static bool HasUserOfSqlServer(ConnectionStringText text) => text.ValueOf(MySqlKey.User) == "sa";

    /// <summary>True for a host that only this machine can mean.</summary>
    public static bool IsLocalHost(string host)
    {
        host = host.Trim();
        return host.Is("localhost") || host is "::1" or "[::1]" or "." || host.StartsWith("/", StringComparison.Ordinal)
            || host.StartsWith("127.", StringComparison.Ordinal) && host.All(static c => c is '.' or (>= '0' and <= '9'));
    }

    /// <summary>True when a text begins as a statement does, so that its <c>password = …</c> is SQL.</summary>
    public static bool StartsAsSql(string text)
    {
        var start = text.Past(0, text.Length, static c => char.IsWhiteSpace(c) || c == '(');
        var end = text.Past(start, text.Length, char.IsLetter);
        return end > start && end < text.Length && char.IsWhiteSpace(text[end]) && SqlWords.Contains(text.Substring(start, end - start));
    }

    // Npgsql says Disable, Allow, Prefer and Require: these spellings are MySQL's own.
    private static bool HasMySqlValue(ConnectionStringText text) =>
        text.Find(MySqlKey.Port) is { Value: "3306" or "33060" or "3307" } || text.ValueOf(MySqlKey.User) == "root"
        || text.ValueOf(MySqlKey.Server) is { } server && (server.Has("mysql") || server.Has("maria") || server.Ends(":3306"))
        || text.ValueOf(MySqlKey.SslMode) is "none" or "disabled" or "preferred" or "required";

    private static bool BelongsToAnotherDatabase(ConnectionStringText text, ConnectionStringPair server) =>
        text.Find(MySqlKey.Port) is { } port && IsOtherPort(port.Value)
        // Oracle's Data Source=//host:1521/service
        || server.Value.StartsWith("//", StringComparison.Ordinal)
        || text.ValueOf(MySqlKey.User) is "postgres" or "sysdba" or "guest" or "scott"
        || text.ValueOf(MySqlKey.SslMode) is "disable" or "allow" or "prefer" or "require" or "verify-full" or "verify-ca"
        || text.ValueOf(MySqlKey.Protocol) is "onsoctcp" or "onsocssl" or "http" or "https" or "sesoctcp"
        || NamesAnother(server.Value) || !IsMySqlHost(server.Value.Trim());

    private static bool IsOtherPort(string port) => OtherPorts.Contains(port.Trim());

    // postgres, shop-postgres, sqlserver1.example.com
    private static bool NamesAnother(string host)
    {
        var name = host.Trim().Split('.', ':', ',')[0];
        return OtherServers.Contains(name.Substring(name.LastIndexOfAny(['-', '_']) + 1).TrimEnd("0123456789".ToCharArray()));
    }

    private static bool IsMySqlHost(string host)
    {
        if (host.Length == 0 || host[0] == '/')
            return true;
        if (host == "." || OtherHostStarts.Any(host.Begins) || OtherHostEnds.Any(host.Ends))
            return false;
        if (host.IndexOfAny(['{', '<', '%', '#', '$']) >= 0 || host[0] == '[')
            return true;
        var hosts = host.Split(',');
        if (hosts.Length == 1 && host.Split(':') is { Length: 2 } parts && parts[1] is { Length: > 0 } port
            && port is not ("3306" or "3307" or "33060")
            && port[0] != ConnectionStringText.Hole)
            return false;
        // "host,1433" is SQL Server's way to name a port; MySQL separates hosts by commas.
        if (hosts.Select(static name => name.Trim()).Any(name => name.Length > 0 && (name.Length > 3 || name.Length == host.Length)
            && name.All(static c => c is >= '0' and <= '9')))
            return false;
        // A backslash is SQL Server's instance, a blank between words is prose, a slash Oracle's service or a file.
        return host.All(c => char.IsLetterOrDigit(c) || c == ' ' && host.IndexOf(',') > 0
            || c is '.' or '-' or '_' or ':' or ',' or '[' or ']' or '@' or '*' or '+' or ConnectionStringText.Hole);
    }
}
