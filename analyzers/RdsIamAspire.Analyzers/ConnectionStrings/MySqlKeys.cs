namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>
/// The keys that the two MySQL drivers accept. Read from the drivers themselves: MySqlConnector 2.6.2 (MySqlConnectionStringOption) and
/// MySql.Data 26.10.0 (MySqlConnectionStringBuilder and its base); a test asks both drivers again.
/// </summary>
internal static class MySqlKeys
{
    private const MySqlDrivers MySqlConnector = MySqlDrivers.MySqlConnector;
    private const MySqlDrivers MySqlData = MySqlDrivers.MySqlData;
    private const MySqlDrivers Both = MySqlConnector | MySqlData;

    private static readonly Dictionary<string, (MySqlKey Kind, MySqlDrivers Drivers)> Table = new(System.StringComparer.Ordinal)
    {
        ["addr"] = new(MySqlKey.Server, MySqlConnector),
        ["address"] = new(MySqlKey.Server, MySqlConnector),
        ["allow batch"] = new(MySqlKey.Other, MySqlData),
        ["allow load local infile"] = new(MySqlKey.Other, Both),
        ["allow load local infile in path"] = new(MySqlKey.Other, MySqlData),
        ["allow public key retrieval"] = new(MySqlKey.Other, MySqlConnector),
        ["allow user variables"] = new(MySqlKey.Other, Both),
        ["allow zero datetime"] = new(MySqlKey.Other, Both),
        ["allowbatch"] = new(MySqlKey.Other, MySqlData),
        ["allowloadlocalinfile"] = new(MySqlKey.Other, Both),
        ["allowloadlocalinfileinpath"] = new(MySqlKey.Other, MySqlData),
        ["allowpublickeyretrieval"] = new(MySqlKey.Other, Both),
        ["allowuservariables"] = new(MySqlKey.Other, Both),
        ["allowzerodatetime"] = new(MySqlKey.Other, Both),
        ["application name"] = new(MySqlKey.Other, MySqlConnector),
        ["applicationname"] = new(MySqlKey.Other, MySqlConnector),
        ["auto enlist"] = new(MySqlKey.Other, Both),
        ["autoenlist"] = new(MySqlKey.Other, Both),
        ["blobasutf8excludepattern"] = new(MySqlKey.Other, MySqlData),
        ["blobasutf8includepattern"] = new(MySqlKey.Other, MySqlData),
        ["ca certificate file"] = new(MySqlKey.Other, MySqlConnector),
        ["cacertificatefile"] = new(MySqlKey.Other, MySqlConnector),
        ["cache server properties"] = new(MySqlKey.Other, MySqlData),
        ["cacheserverproperties"] = new(MySqlKey.Other, MySqlData),
        ["cancellation timeout"] = new(MySqlKey.Other, MySqlConnector),
        ["cancellationtimeout"] = new(MySqlKey.Other, MySqlConnector),
        ["certificate file"] = new(MySqlKey.Other, Both),
        ["certificate password"] = new(MySqlKey.Other, Both),
        ["certificate store location"] = new(MySqlKey.Other, Both),
        ["certificate thumb print"] = new(MySqlKey.Other, Both),
        ["certificate thumbprint"] = new(MySqlKey.Other, MySqlConnector),
        ["certificatefile"] = new(MySqlKey.Other, Both),
        ["certificatepassword"] = new(MySqlKey.Other, Both),
        ["certificatestorelocation"] = new(MySqlKey.Other, Both),
        ["certificatethumbprint"] = new(MySqlKey.Other, Both),
        ["character set"] = new(MySqlKey.Other, Both),
        ["characterset"] = new(MySqlKey.Other, Both),
        ["charset"] = new(MySqlKey.Other, Both),
        ["check parameters"] = new(MySqlKey.Other, MySqlData),
        ["checkparameters"] = new(MySqlKey.Other, MySqlData),
        ["command interceptors"] = new(MySqlKey.Other, MySqlData),
        ["command timeout"] = new(MySqlKey.Other, Both),
        ["commandinterceptors"] = new(MySqlKey.Other, MySqlData),
        ["compress"] = new(MySqlKey.Other, Both),
        ["connect timeout"] = new(MySqlKey.Other, Both),
        ["connection idle ping time"] = new(MySqlKey.Other, MySqlConnector),
        ["connection idle timeout"] = new(MySqlKey.Other, MySqlConnector),
        ["connection lifetime"] = new(MySqlKey.Other, Both),
        ["connection protocol"] = new(MySqlKey.Protocol, Both),
        ["connection reset"] = new(MySqlKey.Other, Both),
        ["connection timeout"] = new(MySqlKey.Other, Both),
        ["connectionidlepingtime"] = new(MySqlKey.Other, MySqlConnector),
        ["connectionidletimeout"] = new(MySqlKey.Other, MySqlConnector),
        ["connectionlifetime"] = new(MySqlKey.Other, Both),
        ["connectionprotocol"] = new(MySqlKey.Protocol, Both),
        ["connectionreset"] = new(MySqlKey.Other, Both),
        ["connectiontimeout"] = new(MySqlKey.Other, Both),
        ["convert zero datetime"] = new(MySqlKey.Other, Both),
        ["convertzerodatetime"] = new(MySqlKey.Other, Both),
        ["data source"] = new(MySqlKey.Server, Both),
        ["database"] = new(MySqlKey.Database, Both),
        ["datasource"] = new(MySqlKey.Server, Both),
        ["datetime kind"] = new(MySqlKey.Other, MySqlConnector),
        ["datetimekind"] = new(MySqlKey.Other, MySqlConnector),
        ["default command timeout"] = new(MySqlKey.Other, Both),
        ["default table cache age"] = new(MySqlKey.Other, MySqlData),
        ["defaultauthenticationplugin"] = new(MySqlKey.Other, MySqlData),
        ["defaultcommandtimeout"] = new(MySqlKey.Other, Both),
        ["defaulttablecacheage"] = new(MySqlKey.Other, MySqlData),
        ["defer connection reset"] = new(MySqlKey.Other, MySqlConnector),
        ["deferconnectionreset"] = new(MySqlKey.Other, MySqlConnector),
        ["dns check interval"] = new(MySqlKey.Other, MySqlConnector),
        ["dns-srv"] = new(MySqlKey.Other, MySqlData),
        ["dnscheckinterval"] = new(MySqlKey.Other, MySqlConnector),
        ["dnssrv"] = new(MySqlKey.Other, MySqlData),
        ["exception interceptors"] = new(MySqlKey.Other, MySqlData),
        ["exceptioninterceptors"] = new(MySqlKey.Other, MySqlData),
        ["force synchronous"] = new(MySqlKey.Other, MySqlConnector),
        ["forcesynchronous"] = new(MySqlKey.Other, MySqlConnector),
        ["functions return string"] = new(MySqlKey.Other, MySqlData),
        ["functionsreturnstring"] = new(MySqlKey.Other, MySqlData),
        ["guid format"] = new(MySqlKey.Other, MySqlConnector),
        ["guidformat"] = new(MySqlKey.Other, MySqlConnector),
        ["host"] = new(MySqlKey.Server, Both),
        ["ignore command transaction"] = new(MySqlKey.Other, MySqlConnector),
        ["ignore prepare"] = new(MySqlKey.Other, MySqlConnector),
        ["ignorecommandtransaction"] = new(MySqlKey.Other, MySqlConnector),
        ["ignoreprepare"] = new(MySqlKey.Other, MySqlConnector),
        ["include security asserts"] = new(MySqlKey.Other, MySqlData),
        ["includesecurityasserts"] = new(MySqlKey.Other, MySqlData),
        ["initial catalog"] = new(MySqlKey.Database, Both),
        ["integrated security"] = new(MySqlKey.Other, MySqlData),
        ["integratedsecurity"] = new(MySqlKey.Other, MySqlData),
        ["interactive"] = new(MySqlKey.Other, Both),
        ["interactive session"] = new(MySqlKey.Other, Both),
        ["interactivesession"] = new(MySqlKey.Other, Both),
        ["keep alive"] = new(MySqlKey.Other, Both),
        ["keepalive"] = new(MySqlKey.Other, Both),
        ["kerberos auth mode"] = new(MySqlKey.Other, MySqlData),
        ["kerberosauthmode"] = new(MySqlKey.Other, MySqlData),
        ["load balance"] = new(MySqlKey.Other, MySqlConnector),
        ["loadbalance"] = new(MySqlKey.Other, MySqlConnector),
        ["logging"] = new(MySqlKey.Other, MySqlData),
        ["max pool size"] = new(MySqlKey.Other, Both),
        ["maximum pool size"] = new(MySqlKey.Other, Both),
        ["maximumpoolsize"] = new(MySqlKey.Other, Both),
        ["maxpoolsize"] = new(MySqlKey.Other, Both),
        ["min pool size"] = new(MySqlKey.Other, Both),
        ["minimum pool size"] = new(MySqlKey.Other, Both),
        ["minimumpoolsize"] = new(MySqlKey.Other, Both),
        ["minpoolsize"] = new(MySqlKey.Other, Both),
        ["network address"] = new(MySqlKey.Server, MySqlConnector),
        ["no backslash escapes"] = new(MySqlKey.Other, MySqlConnector),
        ["nobackslashescapes"] = new(MySqlKey.Other, MySqlConnector),
        ["oci config file"] = new(MySqlKey.Other, MySqlData),
        ["oci config profile"] = new(MySqlKey.Other, MySqlData),
        ["ociconfigfile"] = new(MySqlKey.Other, MySqlData),
        ["ociconfigprofile"] = new(MySqlKey.Other, MySqlData),
        ["old guids"] = new(MySqlKey.Other, Both),
        ["oldguids"] = new(MySqlKey.Other, Both),
        ["openididentitytoken"] = new(MySqlKey.Other, MySqlData),
        ["password"] = new(MySqlKey.Password, Both),
        ["password1"] = new(MySqlKey.Password, MySqlData),
        ["password2"] = new(MySqlKey.Password, MySqlData),
        ["password3"] = new(MySqlKey.Password, MySqlData),
        ["perfmon"] = new(MySqlKey.Other, MySqlData),
        ["persist security info"] = new(MySqlKey.Other, Both),
        ["persistsecurityinfo"] = new(MySqlKey.Other, Both),
        ["pipe"] = new(MySqlKey.Other, Both),
        ["pipe name"] = new(MySqlKey.Other, Both),
        ["pipelining"] = new(MySqlKey.Other, MySqlConnector),
        ["pipename"] = new(MySqlKey.Other, Both),
        ["pooling"] = new(MySqlKey.Other, Both),
        ["port"] = new(MySqlKey.Port, Both),
        ["procedure cache"] = new(MySqlKey.Other, MySqlData),
        ["procedure cache size"] = new(MySqlKey.Other, MySqlData),
        ["procedurecache"] = new(MySqlKey.Other, MySqlData),
        ["procedurecachesize"] = new(MySqlKey.Other, MySqlData),
        ["protocol"] = new(MySqlKey.Protocol, Both),
        ["pwd"] = new(MySqlKey.Password, Both),
        ["pwd1"] = new(MySqlKey.Password, MySqlData),
        ["pwd2"] = new(MySqlKey.Password, MySqlData),
        ["pwd3"] = new(MySqlKey.Password, MySqlData),
        ["replication"] = new(MySqlKey.Other, MySqlData),
        ["respect binary flags"] = new(MySqlKey.Other, MySqlData),
        ["respectbinaryflags"] = new(MySqlKey.Other, MySqlData),
        ["rewritebatchedstatements"] = new(MySqlKey.Other, MySqlData),
        ["server"] = new(MySqlKey.Server, Both),
        ["server redirection mode"] = new(MySqlKey.Other, MySqlConnector),
        ["server rsa public key file"] = new(MySqlKey.Other, MySqlConnector),
        ["server spn"] = new(MySqlKey.Other, MySqlConnector),
        ["serverredirectionmode"] = new(MySqlKey.Other, MySqlConnector),
        ["serverrsapublickeyfile"] = new(MySqlKey.Other, MySqlConnector),
        ["serverspn"] = new(MySqlKey.Other, MySqlConnector),
        ["shared memory name"] = new(MySqlKey.Other, MySqlData),
        ["sharedmemoryname"] = new(MySqlKey.Other, MySqlData),
        ["skip certificate revocation check"] = new(MySqlKey.Other, MySqlConnector),
        ["skipcertificaterevocationcheck"] = new(MySqlKey.Other, MySqlConnector),
        ["sql server mode"] = new(MySqlKey.Other, MySqlData),
        ["sqlservermode"] = new(MySqlKey.Other, MySqlData),
        ["ssl ca"] = new(MySqlKey.Other, MySqlConnector),
        ["ssl cert"] = new(MySqlKey.Other, MySqlConnector),
        ["ssl key"] = new(MySqlKey.Other, MySqlConnector),
        ["ssl mode"] = new(MySqlKey.SslMode, Both),
        ["ssl-ca"] = new(MySqlKey.Other, Both),
        ["ssl-ca-pwd"] = new(MySqlKey.Other, MySqlData),
        ["ssl-cert"] = new(MySqlKey.Other, Both),
        ["ssl-key"] = new(MySqlKey.Other, Both),
        ["ssl-mode"] = new(MySqlKey.SslMode, MySqlData),
        ["sslca"] = new(MySqlKey.Other, Both),
        ["sslcert"] = new(MySqlKey.Other, Both),
        ["sslkey"] = new(MySqlKey.Other, Both),
        ["sslmode"] = new(MySqlKey.SslMode, Both),
        ["table cache"] = new(MySqlKey.Other, MySqlData),
        ["tablecache"] = new(MySqlKey.Other, MySqlData),
        ["tablecaching"] = new(MySqlKey.Other, MySqlData),
        ["tls cipher suites"] = new(MySqlKey.Other, MySqlConnector),
        ["tls version"] = new(MySqlKey.Other, Both),
        ["tls-version"] = new(MySqlKey.Other, Both),
        ["tlsciphersuites"] = new(MySqlKey.Other, MySqlConnector),
        ["tlsversion"] = new(MySqlKey.Other, Both),
        ["treat blobs as utf8"] = new(MySqlKey.Other, MySqlData),
        ["treat tiny as boolean"] = new(MySqlKey.Other, Both),
        ["treatblobsasutf8"] = new(MySqlKey.Other, MySqlData),
        ["treattinyasboolean"] = new(MySqlKey.Other, Both),
        ["uid"] = new(MySqlKey.User, Both),
        ["usage advisor"] = new(MySqlKey.Other, MySqlData),
        ["use affected rows"] = new(MySqlKey.Other, Both),
        ["use compression"] = new(MySqlKey.Other, Both),
        ["use default command timeout for ef"] = new(MySqlKey.Other, MySqlData),
        ["use performance monitor"] = new(MySqlKey.Other, MySqlData),
        ["use usage advisor"] = new(MySqlKey.Other, MySqlData),
        ["use xa transactions"] = new(MySqlKey.Other, MySqlConnector),
        ["useaffectedrows"] = new(MySqlKey.Other, Both),
        ["usecompression"] = new(MySqlKey.Other, Both),
        ["usedefaultcommandtimeoutforef"] = new(MySqlKey.Other, MySqlData),
        ["useperfmon"] = new(MySqlKey.Other, MySqlData),
        ["useperformancemonitor"] = new(MySqlKey.Other, MySqlData),
        ["user"] = new(MySqlKey.User, Both),
        ["user id"] = new(MySqlKey.User, Both),
        ["user name"] = new(MySqlKey.User, Both),
        ["userid"] = new(MySqlKey.User, Both),
        ["username"] = new(MySqlKey.User, Both),
        ["useusageadvisor"] = new(MySqlKey.Other, MySqlData),
        ["usexatransactions"] = new(MySqlKey.Other, MySqlConnector),
    };

    // Keys of older versions and of other MySQL clients, which both drivers reject today: still a sign of MySQL.
    private static readonly HashSet<string> Legacy = new(System.StringComparer.Ordinal)
    {
        "driver type",
        "drivertype",
        "old syntax",
        "oldsyntax",
        "procedure bodies",
        "ssl",
        "ssl certificate authority",
        "use old syntax",
        "use procedure bodies",
        "use ssl",
        "use unicode",
        "useoldsyntax",
        "useprocedurebodies",
        "usessl",
        "useunicode",
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
    public static bool MayBeRejected(string key) => Table.TryGetValue(key, out var entry)
        ? entry.Drivers != Both
        : Legacy.Contains(key) || key is "passwd" or "pass" or "encrypt" or "ssl_mode" or "ssl_ca" or "tls" or "tlsmode" or "trustservercertificate" or "trust server certificate"
            or "trusted_connection" or "multipleactiveresultsets" or "login" or "db" or "schema" or "dbname" or "hostname" or "servername" or "search path" or "include error detail";

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
            case "passwd" or "pass" or "userpassword":
                return "Password";
            case "sslmode" or "usessl" or "encrypt" or "ssl" or "tls" or "tlsmode":
                return "SslMode";
            case "userid" or "username" or "login" or "usr" or "uname":
                return "User ID";
            case "db" or "schema" or "dbname" or "databasename":
                return "Database";
            case "hostname" or "servername" or "addr" or "address" or "networkaddress" or "endpoint":
                return "Server";
        }

        foreach (var known in Table)
        {
            if ((known.Value.Drivers & driver) != 0 && Squeeze(known.Key) == squeezed)
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
