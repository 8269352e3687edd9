namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The keys that the two MySQL drivers accept. Read from the drivers themselves: MySqlConnector 2.6.2
/// (MySqlConnectionStringOption) and MySql.Data 26.10.0 (MySqlConnectionStringBuilder and its base); a test asks both drivers
/// again.</summary>
internal static class MySqlKeys
{
    private const MySqlDrivers MySqlConnector = MySqlDrivers.MySqlConnector;
    private const MySqlDrivers MySqlData = MySqlDrivers.MySqlData;
    private const MySqlDrivers Both = MySqlConnector | MySqlData;

    // The keys of a meaning, by the drivers that accept them.
    private static readonly (MySqlKey Kind, MySqlDrivers Drivers, string Keys)[] Rows =
    [
        (MySqlKey.Server, Both, "data source|datasource|host|server"),
        (MySqlKey.Server, MySqlConnector, "addr|address|network address"),
        (MySqlKey.Port, Both, "port"),
        (MySqlKey.Database, Both, "database|initial catalog"),
        (MySqlKey.User, Both, "uid|user|user id|user name|userid|username"),
        (MySqlKey.Password, Both, "password|pwd"),
        (MySqlKey.Password, MySqlData, "password1|password2|password3|pwd1|pwd2|pwd3"),
        (MySqlKey.SslMode, Both, "ssl mode|sslmode"),
        (MySqlKey.SslMode, MySqlData, "ssl-mode"),
        (MySqlKey.Protocol, Both, "connection protocol|connectionprotocol|protocol"),
        (MySqlKey.Other, Both,
            "allow load local infile|allow user variables|allow zero datetime|allowloadlocalinfile|allowpublickeyretrieval|" +
            "allowuservariables|allowzerodatetime|auto enlist|autoenlist|certificate file|certificate password|" +
            "certificate store location|certificate thumb print|certificatefile|certificatepassword|certificatestorelocation|" +
            "certificatethumbprint|character set|characterset|charset|command timeout|compress|connect timeout|" +
            "connection lifetime|connection reset|connection timeout|connectionlifetime|connectionreset|connectiontimeout|" +
            "convert zero datetime|convertzerodatetime|default command timeout|defaultcommandtimeout|interactive|" +
            "interactive session|interactivesession|keep alive|keepalive|max pool size|maximum pool size|maximumpoolsize|" +
            "maxpoolsize|min pool size|minimum pool size|minimumpoolsize|minpoolsize|old guids|oldguids|persist security info|" +
            "persistsecurityinfo|pipe|pipe name|pipename|pooling|ssl-ca|ssl-cert|ssl-key|sslca|sslcert|sslkey|tls version|" +
            "tls-version|tlsversion|treat tiny as boolean|treattinyasboolean|use affected rows|use compression|useaffectedrows|" +
            "usecompression"),
        (MySqlKey.Other, MySqlConnector,
            "allow public key retrieval|application name|applicationname|ca certificate file|cacertificatefile|" +
            "cancellation timeout|cancellationtimeout|certificate thumbprint|connection idle ping time|connection idle timeout|" +
            "connectionidlepingtime|connectionidletimeout|datetime kind|datetimekind|defer connection reset|" +
            "deferconnectionreset|dns check interval|dnscheckinterval|force synchronous|forcesynchronous|guid format|guidformat|" +
            "ignore command transaction|ignore prepare|ignorecommandtransaction|ignoreprepare|load balance|loadbalance|" +
            "no backslash escapes|nobackslashescapes|pipelining|server redirection mode|server rsa public key file|server spn|" +
            "serverredirectionmode|serverrsapublickeyfile|serverspn|skip certificate revocation check|" +
            "skipcertificaterevocationcheck|ssl ca|ssl cert|ssl key|tls cipher suites|tlsciphersuites|use xa transactions|" +
            "usexatransactions"),
        (MySqlKey.Other, MySqlData,
            "allow batch|allow load local infile in path|allowbatch|allowloadlocalinfileinpath|blobasutf8excludepattern|" +
            "blobasutf8includepattern|cache server properties|cacheserverproperties|check parameters|checkparameters|" +
            "command interceptors|commandinterceptors|default table cache age|defaultauthenticationplugin|defaulttablecacheage|" +
            "dns-srv|dnssrv|exception interceptors|exceptioninterceptors|functions return string|functionsreturnstring|" +
            "include security asserts|includesecurityasserts|integrated security|integratedsecurity|kerberos auth mode|" +
            "kerberosauthmode|logging|oci config file|oci config profile|ociconfigfile|ociconfigprofile|openididentitytoken|" +
            "perfmon|procedure cache|procedure cache size|procedurecache|procedurecachesize|replication|respect binary flags|" +
            "respectbinaryflags|rewritebatchedstatements|shared memory name|sharedmemoryname|sql server mode|sqlservermode|" +
            "ssl-ca-pwd|table cache|tablecache|tablecaching|treat blobs as utf8|treatblobsasutf8|usage advisor|" +
            "use default command timeout for ef|use performance monitor|use usage advisor|usedefaultcommandtimeoutforef|" +
            "useperfmon|useperformancemonitor|useusageadvisor"),
    ];

    // Kind and drivers of each key in one number.
    private static readonly Dictionary<string, int> Table = Read();

    private static Dictionary<string, int> Read()
    {
        var table = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (kind, drivers, keys) in Rows)
        {
            foreach (var key in keys.Split('|'))
                table[key] = (int)kind << 2 | (int)drivers;
        }

        return table;
    }

    // Keys of older versions and of other MySQL clients, which both drivers reject today: still a sign of MySQL.
    private static readonly HashSet<string> Legacy = new(StringComparer.Ordinal)
    {
        "driver type", "drivertype", "old syntax", "oldsyntax", "procedure bodies", "ssl", "ssl certificate authority",
        "use old syntax", "use procedure bodies", "use ssl", "use unicode", "useoldsyntax", "useprocedurebodies",
        "usessl", "useunicode",
    };

    // Keys of other drivers, and other words for MySQL's.
    private static readonly HashSet<string> Mistaken = new(StringComparer.Ordinal)
    {
        "passwd", "pass", "encrypt", "ssl_mode", "ssl_ca", "tls", "tlsmode", "trustservercertificate", "trust server certificate",
        "trusted_connection", "multipleactiveresultsets", "login", "db", "schema", "dbname", "hostname", "servername", "search path",
        "include error detail",
    };

    public static IEnumerable<string> All => Table.Keys;

    /// <summary>What a key means, <see cref="MySqlKey.None"/> when no driver knows it.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static MySqlKey Find(string key) => Table.TryGetValue(key, out var entry) ? (MySqlKey)(entry >> 2) : MySqlKey.None;

    /// <summary>The drivers that accept a key.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static MySqlDrivers DriversOf(
        string key) => Table.TryGetValue(key, out var entry) ? (MySqlDrivers)(entry & 3) : MySqlDrivers.None;

    /// <summary>True for keys that one driver at least rejects, or that people mistake for one of its keys. A look-up, no more.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static bool MayBeRejected(string key) =>
        Table.TryGetValue(key, out var entry) ? (entry & 3) != (int)Both : Legacy.Contains(key) || Mistaken.Contains(key);

    public static bool IsLegacy(string key) => Legacy.Contains(key);

    /// <summary>True for keys that no other common database has, so that one of them names MySQL.</summary>
    public static bool IsMySqlOnly(string key) => key switch
    {
        "allowuservariables" or "allow user variables" or "convertzerodatetime" or "convert zero datetime" or "allowzerodatetime"
            or "allow zero datetime" or "allowpublickeyretrieval" or "allow public key retrieval" or "treattinyasboolean"
            or "treat tiny as boolean" or "charset" or "character set" or "characterset" or "oldguids" or "old guids" or "guidformat"
            or "guid format" or "useaffectedrows" or "use affected rows" or "usecompression" or "use compression" or "allowbatch"
            or "allow batch" or "ssl-mode" or "allowloadlocalinfile" or "allow load local infile" or "ssl-ca" or "sslca"
            or "defaultauthenticationplugin" or "respectbinaryflags" or "respect binary flags" or "ignoreprepare" or "ignore prepare"
            or "defaultcommandtimeout" or "default command timeout" or "minpoolsize" or "maxpoolsize" or "pwd1" or "pwd2"
            or "pwd3" or "password1" or "password2" or "password3" => true,
        _ => IsLegacy(key) && key is not ("ssl" or "use ssl" or "usessl"),
    };

    /// <summary>The accepted key that a rejected one was most likely meant to be, or null.</summary>
    public static string? Suggest(string key, MySqlDrivers driver)
    {
        var squeezed = Squeeze(key);
        switch (squeezed)
        {
            case "passwd" or "pass" or "userpassword": return "Password";
            case "sslmode" or "usessl" or "encrypt" or "ssl" or "tls" or "tlsmode": return "SslMode";
            case "userid" or "username" or "login" or "usr" or "uname": return "User ID";
            case "db" or "schema" or "dbname" or "databasename": return "Database";
            case "hostname" or "servername" or "addr" or "address" or "networkaddress" or "endpoint": return "Server";
        }

        foreach (var known in Table)
        {
            if ((known.Value & (int)driver) != 0 && Squeeze(known.Key) == squeezed)
                return known.Key;
        }

        return null;
    }

    private static string Squeeze(string key)
    {
        var kept = new char[key.Length];
        var length = 0;
        foreach (var c in key)
        {
            if (char.IsLetterOrDigit(c))
                kept[length++] = char.ToLowerInvariant(c);
        }

        return new string(kept, 0, length);
    }
}
