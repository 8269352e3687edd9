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

    /// <summary>The cheap first look at a text: long enough, an equals sign, and one of the words that every rule needs.</summary>
    public static bool MayMatter(string text)
    {
        if (text.Length < ShortestText)
            return false;
        var equals = text.IndexOf('=');
        if (equals < 2 || equals == text.Length - 1 && text.Length < ShortestText)
            return false;
        return Contains(text, "server") || Contains(text, "host") || Contains(text, "source") || Contains(text, "pwd")
            || Contains(text, "password") || Contains(text, "addr") || Contains(text, "ssl");
    }

    public static ShapeVerdict Judge(ConnectionStringText text)
    {
        if (!text.IsWellFormed || text.Pairs.Length < 2 || text.Find(MySqlKey.Server) is not { } server)
            return ShapeVerdict.NotMySql;
        if (!text.Has(MySqlKey.Password) && !text.Has(MySqlKey.User))
            return ShapeVerdict.NotMySql;

        var drivers = MySqlDrivers.MySqlConnector | MySqlDrivers.MySqlData;
        var mySqlOnly = false;
        foreach (var pair in text.Pairs)
        {
            if (pair.Key.IndexOf(ConnectionStringText.Hole) >= 0)
                continue;
            if (MySqlKeys.IsLegacy(pair.Key))
            {
                mySqlOnly |= MySqlKeys.IsMySqlOnly(pair.Key);
                continue;
            }

            drivers &= MySqlKeys.DriversOf(pair.Key);
            mySqlOnly |= MySqlKeys.IsMySqlOnly(pair.Key);
        }

        if (!text.HasOpenSegment && drivers == MySqlDrivers.None && !(mySqlOnly && AllKnown(text)))
            return ShapeVerdict.NotMySql;
        if (drivers == MySqlDrivers.None && !AllKnown(text))
            return ShapeVerdict.NotMySql;
        if (BelongsToAnotherDatabase(text, server))
            return ShapeVerdict.NotMySql;
        return mySqlOnly || HasMySqlValue(text) ? ShapeVerdict.MySql : ShapeVerdict.Shared;
    }

    /// <summary>True for the string of an ODBC driver or OLE DB provider of MySQL: <c>Driver={MySQL ODBC 8.0 Unicode
    /// Driver};…</c>.</summary>
    public static bool IsOdbcOfMySql(ConnectionStringText text)
    {
        if (text.Pairs.Length < 2 || !text.Has(MySqlKey.Password))
            return false;
        return text.Pairs.Any(pair => pair.Key is "driver" or "provider" && (Contains(pair.Value, "mysql")
            || Contains(pair.Value, "mariadb")));
    }

    /// <summary>For a text that stands where only a MySQL connection string can stand: the keys need not all be known, but it must read as
    /// <c>key=value</c> pairs and not as SQL.</summary>
    public static bool IsPlausibleAtSink(ConnectionStringText text)
    {
        if (text.Pairs.IsEmpty)
            return false;
        var known = 0;
        foreach (var pair in text.Pairs)
        {
            if (pair.Key.Length > 40)
                return false;
            if (pair.IsKnown)
                known++;
        }

        return known > 0 && (text.IsWellFormed || known > 1) && !StartsAsSql(text.Text);
    }

    /// <summary>True for a string in the words that other databases use: without any sign of MySQL around it, it is theirs. Oracle, DB2 and
    /// SQL Server write Data Source and User Id with no more than that; Npgsql writes Host and Username; SQL Server has the user sa and
    /// Integrated Security.</summary>
    public static bool IsOthersIdiom(ConnectionStringText text)
    {
        if (HasUserOfSqlServer(text))
            return true;
        foreach (var pair in text.Pairs)
        {
            if (pair.Key is "integrated security" or "integratedsecurity")
                return true;
        }

        if (text.Find(MySqlKey.Server) is not { } server)
            return false;
        if (server.Key is "data source" or "datasource")
            return !text.Has(MySqlKey.Database) && !text.Has(MySqlKey.Port) || text.Pairs.Length <= 4
            && text.Find(MySqlKey.Database)?.Key == "initial catalog";
        return server.Key == "host" && text.Find(MySqlKey.User)?.Key is null or "username";
    }

    /// <summary>True for a string whose user is sa: SQL Server's, also in a project that has a MySQL driver beside.</summary>
    public static bool HasUserOfSqlServer(ConnectionStringText text) =>
        text.Find(MySqlKey.User) is { } user && user.Value.Equals("sa", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a host that only this machine can mean.</summary>
    public static bool IsLocalHost(string host)
    {
        host = host.Trim();
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "::1" or "[::1]" or "." || IsLoopbackAddress(host)
            || host.StartsWith("/", StringComparison.Ordinal);
    }

    private static bool IsLoopbackAddress(string host)
    {
        if (!host.StartsWith("127.", StringComparison.Ordinal))
            return false;
        return !host.Any(c => c != '.' && c is not (>= '0' and <= '9'));
    }

    private static bool AllKnown(ConnectionStringText text) =>
        !text.Pairs.Any(pair => !pair.IsKnown && !MySqlKeys.IsLegacy(pair.Key) && pair.Key.IndexOf(ConnectionStringText.Hole) < 0);

    private static bool HasMySqlValue(ConnectionStringText text)
    {
        if (text.Find(MySqlKey.Port) is { Value: "3306" or "33060" or "3307" })
            return true;
        if (text.Find(MySqlKey.User) is { } user && user.Value.Equals("root", StringComparison.OrdinalIgnoreCase))
            return true;
        if (text.Find(MySqlKey.Server) is { } server
            && (Contains(server.Value, "mysql") || Contains(server.Value, "maria")
            || server.Value.EndsWith(":3306", StringComparison.Ordinal)))
            return true;
        // Npgsql says Disable, Allow, Prefer and Require: these spellings are MySQL's own.
        return text.Find(MySqlKey.SslMode) is { } mode
            && mode.Value.ToLowerInvariant() is "none" or "disabled" or "preferred" or "required";
    }

    private static bool BelongsToAnotherDatabase(ConnectionStringText text, ConnectionStringPair server)
    {
        if (text.Find(MySqlKey.Port) is { } port && IsOtherPort(port.Value))
            return true;
        // Oracle's Data Source=//host:1521/service
        if (server.Value.StartsWith("//", StringComparison.Ordinal))
            return true;
        if (text.Find(MySqlKey.User) is { } user && user.Value.ToLowerInvariant() is "postgres" or "sysdba" or "guest" or "scott")
            return true;
        if (text.Find(MySqlKey.SslMode) is { } mode
            && mode.Value.ToLowerInvariant() is "disable" or "allow" or "prefer" or "require" or "verify-full" or "verify-ca")
            return true;
        if (text.Find(MySqlKey.Protocol) is { } protocol
            && protocol.Value.ToLowerInvariant() is "onsoctcp" or "onsocssl" or "http" or "https" or "sesoctcp")
            return true;
        return NamesAnother(server.Value) || !IsMySqlHost(server.Value.Trim());
    }

    // Digits behind it do not count.
    private static readonly HashSet<string> OtherServers = new(StringComparer.OrdinalIgnoreCase)
    {
        "ldap", "sqlserver", "mssql", "sqlsrv", "postgres", "postgresql", "pgsql", "pg", "oracle", "redis", "mongo", "mongodb", "rabbitmq",
        "rabbit", "smtp", "ftp", "sftp", "kafka", "elasticsearch", "cassandra", "clickhouse", "firebird", "sybase", "informix",
        "orcl", "orclcdb", "orclpdb", "xe", "xepdb", "freepdb", // as Oracle's installers call their services
    };

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
        if (host == "." || StartsWith(host, "(local") || StartsWith(host, "tcp:") || StartsWith(host, "np:") || StartsWith(host, "lpc:")
            || StartsWith(host, "admin:"))
            return false;
        if (EndsWith(host, ".database.windows.net") || EndsWith(host, ".postgres.database.azure.com") || EndsWith(host, ".oraclecloud.com")
            || EndsWith(host, ".db") || EndsWith(host, ".db3") || EndsWith(host, ".sqlite") || EndsWith(host, ".sqlite3")
            || EndsWith(host, ".mdb")
            || EndsWith(host, ".accdb") || EndsWith(host, ".sdf") || EndsWith(host, ".mdf") || EndsWith(host, ".fdb")
            || EndsWith(host, ".xls") || EndsWith(host, ".xlsx")
            || EndsWith(host, ".docx") || EndsWith(host, ".csv") || host == ":memory:")
            return false;
        if (host.IndexOf('{') >= 0 || host.IndexOf('<') >= 0 || host.IndexOf('%') >= 0 || host.IndexOf('#') >= 0 || host.IndexOf('$') >= 0
            || host[0] == '[')
            return true;

        var colon = host.IndexOf(':');
        if (colon >= 0 && host.IndexOf(':', colon + 1) < 0 && host.IndexOf(',') < 0)
        {
            var port = host.Substring(colon + 1);
            if (port.Length > 0 && port is not ("3306" or "3307" or "33060") && port[0] != ConnectionStringText.Hole)
                return false;
        }

        foreach (var name in host.Split(','))
        {
            // "host,1433" is SQL Server's way to name a port; MySQL separates hosts by commas.
            if (name.Trim() is { Length: > 0 } part && IsAllDigits(part) && (part.Length > 3 || part.Length == host.Length))
                return false;
        }

        // A backslash is SQL Server's instance, a blank between words is prose, a slash Oracle's service or a file.
        return !host.Any(c => !char.IsLetterOrDigit(c)
            && c is not ('.' or '-' or '_' or ':' or ',' or '[' or ']' or '@' or '*' or '+' or ConnectionStringText.Hole) && !(c == ' '
            && host.IndexOf(',') > 0));
    }

    private static bool IsAllDigits(string value) => value.All(c => c is >= '0' and <= '9');

    private static bool IsOtherPort(string port) => port.Trim() switch
    {
        "5432" or "5433" or "6432" or "1433" or "1434" or "1521" or "27017" or "6379" or "5672" or "5671" or "15672" or "25" or "587"
            or "465" or "993"
            or "995" or "143" or "110" or "21" or "22" or "9042" or "26257" or "50000" or "3050" or "9200" or "8123" or "9000" or "11211"
            or "5000" or "389" or "636" or "80" or "443" or "1883" or "8883" or "30015" or "39015" or "9088" or "1972" or "5236" or "54321"
            or "5439" => true,
        _ => false,
    };

    /// <summary>True when a text begins as a statement does, so that its <c>password = …</c> is SQL.</summary>
    public static bool StartsAsSql(string text)
    {
        var i = 0;
        while (i < text.Length && (char.IsWhiteSpace(text[i]) || text[i] == '('))
            i++;
        var end = i;
        while (end < text.Length && char.IsLetter(text[end]))
            end++;
        if (end == i || end == text.Length || !char.IsWhiteSpace(text[end]))
            return false;
        return text.Substring(i, end - i)
            .ToUpperInvariant() is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "CREATE" or "ALTER" or "GRANT" or "REVOKE"
            or "DROP" or "SET" or "SHOW" or "CALL" or "WITH" or "USE" or "WHERE" or "AND" or "OR" or "BEGIN" or "REPLACE" or "MERGE"
            or "EXEC" or "DECLARE" or "FLUSH";
    }

    private static bool StartsWith(string value, string start) => value.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static bool EndsWith(string value, string end) => value.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    private static bool Contains(string value, string part) => value.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;
}
