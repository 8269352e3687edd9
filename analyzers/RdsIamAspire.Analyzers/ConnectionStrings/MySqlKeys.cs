namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The two ADO.NET drivers for MySQL.</summary>
[Flags]
internal enum MySqlDrivers
{
    None = 0,
    MySqlConnector = 1,
    MySqlData = 2,
    Both = MySqlConnector | MySqlData,
}

/// <summary>What a connection string key means.</summary>
internal enum MySqlKey
{
    /// <summary>No MySQL driver knows the key.</summary>
    None,
    Server,
    Port,
    Database,
    User,
    Password,
    SslMode,
    Protocol,

    /// <summary>A key that a driver knows and no rule looks at.</summary>
    Other,
}

/// <summary>The keys that the two MySQL drivers accept. Read from the drivers themselves: MySqlConnector 2.6.2
/// (MySqlConnectionStringOption) and MySql.Data 26.10.0 (MySqlConnectionStringBuilder and its base); a test asks both drivers
/// again.</summary>
internal static class MySqlKeys
{
    private const MySqlDrivers MySqlConnector = MySqlDrivers.MySqlConnector;
    private const MySqlDrivers MySqlData = MySqlDrivers.MySqlData;
    private const MySqlDrivers Both = MySqlDrivers.Both;

    // The keys of a meaning, by the drivers that accept them.
    private static readonly Row[] Rows =
    [
        new(MySqlKey.Server, Both, "data source|datasource|host|server"),
        new(MySqlKey.Server, MySqlConnector, "addr|address|network address"),
        new(MySqlKey.Port, Both, "port"),
        new(MySqlKey.Database, Both, "database|initial catalog"),
        new(MySqlKey.User, Both, "uid|user|user id|user name|userid|username"),
        new(MySqlKey.Password, Both, "password|pwd"),
        new(MySqlKey.Password, MySqlData, "password1|password2|password3|pwd1|pwd2|pwd3"),
        new(MySqlKey.SslMode, Both, "ssl mode|sslmode"),
        new(MySqlKey.SslMode, MySqlData, "ssl-mode"),
        new(MySqlKey.Protocol, Both, "connection protocol|connectionprotocol|protocol"),
        new(MySqlKey.Other, Both,
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
        new(MySqlKey.Other, MySqlConnector,
            "allow public key retrieval|application name|applicationname|ca certificate file|cacertificatefile|" +
            "cancellation timeout|cancellationtimeout|certificate thumbprint|connection idle ping time|connection idle timeout|" +
            "connectionidlepingtime|connectionidletimeout|datetime kind|datetimekind|defer connection reset|" +
            "deferconnectionreset|dns check interval|dnscheckinterval|force synchronous|forcesynchronous|guid format|guidformat|" +
            "ignore command transaction|ignore prepare|ignorecommandtransaction|ignoreprepare|load balance|loadbalance|" +
            "no backslash escapes|nobackslashescapes|pipelining|server redirection mode|server rsa public key file|server spn|" +
            "serverredirectionmode|serverrsapublickeyfile|serverspn|skip certificate revocation check|" +
            "skipcertificaterevocationcheck|ssl ca|ssl cert|ssl key|tls cipher suites|tlsciphersuites|use xa transactions|" +
            "usexatransactions"),
        new(MySqlKey.Other, MySqlData,
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

    private static readonly Dictionary<string, Row> Table = Rows.SelectMany(static row => row.Keys.Split('|').Select(key => (key, row)))
        .ToDictionary(static each => each.key, static each => each.row, StringComparer.Ordinal);

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

    private static readonly HashSet<string> MySqlOnly = new(StringComparer.Ordinal)
    {
        "allowuservariables", "allow user variables", "convertzerodatetime", "convert zero datetime", "allowzerodatetime",
        "allow zero datetime", "allowpublickeyretrieval", "allow public key retrieval", "treattinyasboolean", "treat tiny as boolean",
        "charset", "character set", "characterset", "oldguids", "old guids", "guidformat", "guid format", "useaffectedrows",
        "use affected rows", "usecompression", "use compression", "allowbatch", "allow batch", "ssl-mode", "allowloadlocalinfile",
        "allow load local infile", "ssl-ca", "sslca", "defaultauthenticationplugin", "respectbinaryflags", "respect binary flags",
        "ignoreprepare", "ignore prepare", "defaultcommandtimeout", "default command timeout", "minpoolsize", "maxpoolsize", "pwd1",
        "pwd2", "pwd3", "password1", "password2", "password3",
    };

    public static IEnumerable<string> All => Table.Keys;

    /// <summary>What a key means, <see cref="MySqlKey.None"/> when no driver knows it.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static MySqlKey Find(string key) => Table.TryGetValue(key, out var entry) ? entry.Kind : MySqlKey.None;

    /// <summary>The drivers that accept a key.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static MySqlDrivers DriversOf(string key) => Table.TryGetValue(key, out var entry) ? entry.Drivers : MySqlDrivers.None;

    /// <summary>True for keys that one driver at least rejects, or that people mistake for one of its keys. A look-up, no more.</summary>
    /// <param name="key">Lower case, trimmed.</param>
    public static bool MayBeRejected(string key) =>
        Table.TryGetValue(key, out var entry) ? entry.Drivers != Both : Legacy.Contains(key) || Mistaken.Contains(key);

    public static bool IsLegacy(string key) => Legacy.Contains(key);

    /// <summary>True for keys that no other common database has, so that one of them names MySQL.</summary>
    public static bool IsMySqlOnly(string key) => MySqlOnly.Contains(key) || IsLegacy(key) && key is not ("ssl" or "use ssl" or "usessl");

    /// <summary>The accepted key that a rejected one was most likely meant to be, or null.</summary>
    public static string? Suggest(string key, MySqlDrivers driver)
    {
        var squeezed = Squeeze(key);
        return squeezed switch
        {
            "passwd" or "pass" or "userpassword" => "Password",
            "sslmode" or "usessl" or "encrypt" or "ssl" or "tls" or "tlsmode" => "SslMode",
            "userid" or "username" or "login" or "usr" or "uname" => "User ID",
            "db" or "schema" or "dbname" or "databasename" => "Database",
            "hostname" or "servername" or "addr" or "address" or "networkaddress" or "endpoint" => "Server",
            _ => Table.FirstOrDefault(known => (known.Value.Drivers & driver) != 0 && Squeeze(known.Key) == squeezed).Key,
        };
    }

    private static string Squeeze(string key) => string.Concat(key.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private sealed record Row(MySqlKey Kind, MySqlDrivers Drivers, string Keys);
}
