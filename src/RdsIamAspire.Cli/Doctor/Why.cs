using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.Doctor;

/// <summary>
/// What an error that people paste means for an IAM login, and what to do: the messages of MySQL, RDS Proxy and the drivers of each
/// language.
/// </summary>
/// <remarks>
/// Sources: MySQL Reference Manual, "Server Error Message Reference" and "Client Error Message Reference"; Amazon RDS User Guide,
/// "Troubleshooting for IAM
/// DB authentication" and "Troubleshooting for RDS Proxy"; the drivers' own texts.
/// </remarks>
internal sealed partial record Why(string Name, string Meaning, IReadOnlyList<string> Remedies)
{
    private const string Cleartext = "mysql: --enable-cleartext-plugin, or LIBMYSQL_ENABLE_CLEARTEXT_PLUGIN=1; mysql2:"
        + " enableCleartextPlugin: true;"
        + " Go: allowCleartextPasswords=true; Connector/J 8 and MySqlConnector do it by themselves over TLS";

    private const string SeeLogin = "have it looked at step by step: rds-iam doctor --host ENDPOINT --user USER";

    // The first that fits; the particular ones before the general.
    private static readonly (Regex Pattern, Why Why)[] Known =
    [
        (LocalTunnel(), new("TunnelRefuses", "it comes from 'rds-iam tunnel' on this machine, not from the database",
            ["its own output says more; look at the endpoint behind it: rds-iam doctor --host ENDPOINT --user USER"])),
        (UsingNoPassword(), new("NoPasswordSent",
            "the client sent no password at all, so no token: its cleartext plugin is off, or the password came out empty",
            [Cleartext, "see that the variable that the token stands in is not empty, and quoted ('&' ends a command in a shell)"])),
        (PasswordPlugin(), new("UserNotIam",
            "the server asked for a password and not for a token: there is no such user in this case, or it is not created with"
                + " AWSAuthenticationPlugin (a password of its own may have ended, too)",
            ["as the master user: SELECT user, host, plugin FROM mysql.user", "rds-iam grants --user USER --database DB", SeeLogin])),
        (NoCleartext(), new("CleartextOff",
            "the server asks for the token in clear text (inside TLS), and the client does not send it that way unless told", [Cleartext])),
        (UnverifiedTls(), new("UnverifiedTls", "MySqlConnector sends no token over TLS whose certificate is not checked",
            ["SslMode=VerifyFull and SslCa=FILE: rds-iam ca export --host ENDPOINT --out rds-ca.pem"])),
        (UnknownPlugin(), new("ClientTooOld", "the client does not know mysql_clear_password, which IAM logins use",
            ["use MySQL's own client or driver of 8.0 or later (MariaDB's client before 10.2 and very old drivers lack it)",
                "or let it log in through a local port: rds-iam tunnel --host ENDPOINT --user USER"])),
        (PluginNotLoaded(), new("PluginNotLoaded",
            "the server has no AWSAuthenticationPlugin: IAM authentication is not turned on, or it is a plain MySQL",
            ["aws rds modify-db-instance --db-instance-identifier ID --enable-iam-database-authentication --apply-immediately",
                "locally: use 'rds-iam local' in place of a plain MySQL"])),
        (AccountLocked(), new("AccountLocked", "the user is locked on the server, whatever the token says",
            ["as the master user: ALTER USER USER ACCOUNT UNLOCK"])),
        (ProxyWithoutTls(), new("NoTls", "RDS Proxy takes no token over a connection without TLS",
            ["turn TLS on: SslMode=VerifyFull, --ssl-mode=VERIFY_IDENTITY"])),
        (ProxyDenied(), new("AccessDenied", "RDS Proxy refused the token",
            ["the policy names the proxy's resource id (prx-…), not the database's: rds-iam list, rds-iam policy --lint FILE --user USER",
                "the proxy itself must have IAM authentication on for the user's secret: REQUIRED, or the user is asked for a password",
                SeeLogin])),
        (RateLimit(), new("Throttled", "too many new IAM logins at once (RDS takes 200 a second, RDS Proxy has its own limit)",
            ["use a connection pool, keep connections open, and log in again with back-off"])),
        (TooManyConnections(), new("TooManyConnections", "every connection that the server allows is taken",
            ["look at max_connections and at who holds them: SHOW PROCESSLIST; make pools smaller, or put RDS Proxy in between"])),
        (HostBlocked(), new("HostBlocked",
            "the server blocks this client's address after many broken connection attempts (max_connect_errors)",
            ["as an administrator: FLUSH HOSTS (MySQL 8.0.23 and later: TRUNCATE TABLE performance_schema.host_cache)",
                "find what opens connections and drops them: health probes, port scans, clients without a token"])),
        (HostNotAllowed(), new("HostNotAllowed", "no user of the server may come from this address",
            ["create the user for '%' or for this address: rds-iam grants --user USER --from '%'"])),
        (ProxyNeedsTls(), new("NoTls", "RDS Proxy takes TLS connections only here",
            ["turn TLS on: SslMode=VerifyFull, --ssl-mode=VERIFY_IDENTITY; RDS Proxy's certificate is signed by Amazon's own roots, not by"
                + " the RDS bundle"])),
        (ProxyTimeout(), new("ProxyTimeout", "RDS Proxy got no connection to the database in time",
            ["look at the proxy's targets and at the database's max_connections; a pinned session holds its connection"])),
        (WrongName(), new("CertificateWrongName",
            "the certificate is for another name than the one that was dialled: a tunnel, a CNAME or an IP address",
            ["dial the tunnel, and check and sign for the endpoint's own name: SignForHost in a service, --sign-for here", SeeLogin])),
        (Untrusted(), new("CertificateUntrusted", "the server's certificate is signed by a root that the client does not have",
            ["rds-iam ca update, then rds-iam ca export --host ENDPOINT --out rds-ca.pem, and give that file to the client",
                "RDS Proxy needs Amazon's own roots, which 'ca export --host' of a proxy has"])),
        (OldTls(), new("TlsFailed", "client and server have no TLS version in common",
            ["TLS 1.2 or 1.3 on both sides: RDS's parameter tls_version, and a client that is not older than 2017"])),
        (ExpiredCredentials(),
            new("CredentialsExpired", "the AWS credentials have ended", ["aws sso login (or what gives you credentials), then try again"])),
        (UnknownKey(), new("UnknownAccessKey",
            "AWS does not know the access key, or its secret or session token is another's: no token that it signs is let in",
            ["whose key it is: rds-iam whoami", "a temporary key (ASIA…) needs its AWS_SESSION_TOKEN; 'aws sso login' gives a new one"])),
        (NoCredentials(), new("NoCredentials", "the AWS SDK found no credentials to sign with",
            ["aws configure sso, or AWS_PROFILE; in a container: the task's or pod's role"])),
        (HostNotFound(), new("HostNotFound", "the host name has no address from here",
            ["compare it with 'aws rds describe-db-instances'; a database that is not public may be found only from inside its VPC"])),
        (Refused(), new("PortClosed", "nothing listens on that port",
            ["check host and port; a tunnel or the database may not be running"])),
        (TimedOut(), new("NoAnswer", "packets are dropped on the way",
            ["the database's security group must let this address in on 3306; a private database needs a tunnel or the VPC"])),
        (UnknownDatabase(), new("UnknownDatabase", "the login worked; the database that it names does not exist, or is not this user's",
            ["check the name, and the grants: SHOW GRANTS; rds-iam grants --user USER --database DB"])),
        (MissingPrivilege(), new("MissingPrivilege", "the login worked; the user lacks a privilege for the statement",
            ["what it has: SHOW GRANTS", "more: rds-iam grants --user USER --database DB --grant SELECT,INSERT"])),
        (AccountExists(), new("AccountExists", "the user is there already, or is not there to be altered",
            ["compare and make what is missing: rds-iam grants --user USER --database DB --apply --host ENDPOINT --master admin"])),
        (AccessDenied(), new("AccessDenied",
            "RDS says this for every reason: the token (host, port, region, user, age), who signed it, their policy, or the user",
            [SeeLogin, "have the token looked at: rds-iam explain",
                "have the policy judged: rds-iam policy --lint FILE --user USER --region REGION",
                "every reason has a section in docs/access-denied.md"])),
        (LostConnection(), new("ConnectionLost",
            "the connection ended while the login ran: a load balancer or tunnel without its other end, or TLS that the client did not"
                + " begin",
            [SeeLogin])),
    ];

    /// <summary>What the text means; null when it is not known.</summary>
    public static Why? Explain(string text) => Known.FirstOrDefault(known => known.Pattern.IsMatch(text)).Why;

    [GeneratedRegex("rds-iam tunnel:")]
    private static partial Regex LocalTunnel();

    [GeneratedRegex(@"using password: NO", RegexOptions.IgnoreCase)]
    private static partial Regex UsingNoPassword();

    [GeneratedRegex(@"\b2059\b|mysql_clear_password.*(plugin not enabled|not enabled|cannot be loaded)|CLEAR_PASSWORD_NOT_ENABLED|cleartext"
        + " authentication|"
        + "clear text authentication|AllowCleartextPasswords|enableCleartextPlugin", RegexOptions.IgnoreCase)]
    private static partial Regex NoCleartext();

    [GeneratedRegex("(caching_sha2_password|sha256_password|mysql_native_password)|Public Key Retrieval is not allowed|"
        + @"\b(1862|1820)\b|password has expired|reset your password", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordPlugin();

    [GeneratedRegex(@"\b3118\b|Account is locked|ER_ACCOUNT_HAS_BEEN_LOCKED", RegexOptions.IgnoreCase)]
    private static partial Regex AccountLocked();

    [GeneratedRegex("IAM authentication failed .*TLS off", RegexOptions.IgnoreCase)]
    private static partial Regex ProxyWithoutTls();

    [GeneratedRegex("IAM authentication failed", RegexOptions.IgnoreCase)]
    private static partial Regex ProxyDenied();

    [GeneratedRegex("InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|security token included in the request is invalid",
        RegexOptions.IgnoreCase)]
    private static partial Regex UnknownKey();

    [GeneratedRegex(@"\b(1142|1143|1227|1370)\b|command denied to user|you need \(at least one of\)", RegexOptions.IgnoreCase)]
    private static partial Regex MissingPrivilege();

    [GeneratedRegex(@"\b1396\b|Operation (CREATE|ALTER|DROP) USER failed", RegexOptions.IgnoreCase)]
    private static partial Regex AccountExists();

    // Whatever words a driver has for it: it names the plugin because it cannot do it.
    [GeneratedRegex(@"\b(2058|1251|2061|2054)\b|mysql_clear_password|authentication method unknown to the client|does not support authentication protocol|mysql_clear_password.*(not supported|could not be"
        + " loaded|unknown)|"
        + "unknown auth(entication)? plugin|this authentication plugin is not supported", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownPlugin();

    [GeneratedRegex(@"\b1524\b|AWSAuthenticationPlugin.*not loaded", RegexOptions.IgnoreCase)]
    private static partial Regex PluginNotLoaded();

    [GeneratedRegex("rate limit exceeded|throttl", RegexOptions.IgnoreCase)]
    private static partial Regex RateLimit();

    [GeneratedRegex(@"\b(1040|1203|1226)\b|Too many connections|max_user_connections", RegexOptions.IgnoreCase)]
    private static partial Regex TooManyConnections();

    [GeneratedRegex(@"\b1129\b|is blocked because of many connection errors", RegexOptions.IgnoreCase)]
    private static partial Regex HostBlocked();

    [GeneratedRegex(@"\b1130\b|is not allowed to connect to this", RegexOptions.IgnoreCase)]
    private static partial Regex HostNotAllowed();

    [GeneratedRegex(@"\b3159\b|requires TLS connections|require_secure_transport", RegexOptions.IgnoreCase)]
    private static partial Regex ProxyNeedsTls();

    [GeneratedRegex(@"\b9501\b|Timed-out waiting to acquire database connection", RegexOptions.IgnoreCase)]
    private static partial Regex ProxyTimeout();

    [GeneratedRegex("requires a secure connection with a verified server certificate", RegexOptions.IgnoreCase)]
    private static partial Regex UnverifiedTls();

    [GeneratedRegex("RemoteCertificateNameMismatch|hostname mismatch|Hostname/IP does not match|certificate is valid for .*,"
        + " not|ERR_TLS_CERT_ALTNAME_INVALID|"
        + "does not match the server|doesn't match the certificate", RegexOptions.IgnoreCase)]
    private static partial Regex WrongName();

    [GeneratedRegex("RemoteCertificateChainErrors|unknown authority|self[- ]signed certificate|unable to"
        + " (get|verify)|CERTIFICATE_VERIFY_FAILED|PKIX path|"
        + "UntrustedRoot|PartialChain|certificate verify failed", RegexOptions.IgnoreCase)]
    private static partial Regex Untrusted();

    [GeneratedRegex("unsupported protocol|no protocols available|No appropriate protocol|protocol version|tlsv1 alert|handshake_failure|wrong version number",
        RegexOptions.IgnoreCase)]
    private static partial Regex OldTls();

    [GeneratedRegex("ExpiredToken|(token|credentials?|session).{0,40}(has|have|is|are) (expired|ended)|SSO.{0,20}expired",
        RegexOptions.IgnoreCase)]
    private static partial Regex ExpiredCredentials();

    [GeneratedRegex("no credentials|Unable to (locate|load|get IAM security|load AWS) credentials|Could not load credentials|NoCredentialProviders",
        RegexOptions.IgnoreCase)]
    private static partial Regex NoCredentials();

    [GeneratedRegex(@"\b2005\b|Unknown MySQL server host|ENOTFOUND|Name or service not known|getaddrinfo|No such"
        + " host|UnknownHostException", RegexOptions.IgnoreCase)]
    private static partial Regex HostNotFound();

    [GeneratedRegex(@"ECONNREFUSED|Connection refused|\(111\)|actively refused", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();

    [GeneratedRegex(@"ETIMEDOUT|timed out|timeout|\((110|10060)\)|\b2003\b|Unable to connect to any of the specified",
        RegexOptions.IgnoreCase)]
    private static partial Regex TimedOut();

    [GeneratedRegex(@"\b(1049|1044)\b|Unknown database", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownDatabase();

    [GeneratedRegex(@"\b1045\b|Access denied for user|ER_ACCESS_DENIED", RegexOptions.IgnoreCase)]
    private static partial Regex AccessDenied();

    [GeneratedRegex(@"\b(2013|2006|1158|1159|1160|1161)\b|Lost connection|server has gone away|Communications link failure|PROTOCOL_CONNECTION_LOST|unexpected"
        + " EOF|bad connection|broken pipe",
        RegexOptions.IgnoreCase)]
    private static partial Regex LostConnection();
}
