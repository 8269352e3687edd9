using RdsIamAspire.Cli.Doctor;

namespace RdsIamAspire.Cli.Tests;

/// <summary>The errors that people paste, from each language's driver, and what they mean.</summary>
public sealed class WhyTests
{
    [Theory]
    [InlineData("ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.1' (using password: YES)", "AccessDenied")]
    [InlineData("Error: ER_ACCESS_DENIED_ERROR: Access denied for user 'app'@'10.0.0.1' (using password: NO)", "NoPasswordSent")]
    [InlineData("ERROR 1045 (28000): rds-iam tunnel: this tunnel logs in as 'a', not as 'b'", "TunnelRefuses")]
    [InlineData("ERROR 2059 (HY000): Authentication plugin 'mysql_clear_password' cannot be loaded: plugin not enabled", "CleartextOff")]
    [InlineData("code: 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED'", "CleartextOff")]
    [InlineData("this user requires clear text authentication. If you still want to use it, please add 'allowCleartextPasswords=1'",
        "CleartextOff")]
    [InlineData("ERROR 1251 (08004): Client does not support authentication protocol requested by server", "ClientTooOld")]
    [InlineData("Authentication method 'mysql_clear_password' not supported by any of the available plugins.", "ClientTooOld")]
    [InlineData("pymysql.err.OperationalError: (2059, \"Authentication plugin 'b'mysql_clear_password'' not configured\")", "CleartextOff")]
    [InlineData("ERROR 1524 (HY000): Plugin 'AWSAuthenticationPlugin' is not loaded", "PluginNotLoaded")]
    [InlineData("ERROR 1040 (HY000): Too many connections", "TooManyConnections")]
    [InlineData("ERROR 1040: IAM authentication rate limit exceeded", "Throttled")]
    [InlineData("Host '10.0.0.1' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'", "HostBlocked")]
    [InlineData("ERROR 1130 (HY000): Host '10.0.0.1' is not allowed to connect to this MySQL server", "HostNotAllowed")]
    [InlineData("ERROR 3159 (HY000): This RDS Proxy requires TLS connections", "NoTls")]
    [InlineData("ERROR 9501 (HY000): Timed-out waiting to acquire database connection", "ProxyTimeout")]
    [InlineData("Authentication method 'mysql_clear_password' requires a secure connection with a verified server certificate",
        "UnverifiedTls")]
    [InlineData("SSL Authentication Error ---> RemoteCertificateNameMismatch", "CertificateWrongName")]
    [InlineData("Hostname/IP does not match certificate's altnames", "CertificateWrongName")]
    [InlineData("x509: certificate signed by unknown authority", "CertificateUntrusted")]
    [InlineData("ERROR 2026 (HY000): SSL connection error: error:0A000086:SSL routines::certificate verify failed", "CertificateUntrusted")]
    [InlineData("PKIX path building failed: unable to find valid certification path to requested target", "CertificateUntrusted")]
    [InlineData("ERROR 2026 (HY000): SSL connection error: error:0A000102:SSL routines::unsupported protocol", "TlsFailed")]
    [InlineData("ERROR 2005 (HY000): Unknown MySQL server host 'mydb' (-2)", "HostNotFound")]
    [InlineData("getaddrinfo ENOTFOUND mydb", "HostNotFound")]
    [InlineData("connect ECONNREFUSED 127.0.0.1:3306", "PortClosed")]
    [InlineData("ERROR 2003 (HY000): Can't connect to MySQL server on 'mydb:3306' (110)", "NoAnswer")]
    [InlineData("connect ETIMEDOUT", "NoAnswer")]
    [InlineData("ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet'", "ConnectionLost")]
    [InlineData("com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure", "ConnectionLost")]
    [InlineData("ERROR 1049 (42000): Unknown database 'orders'", "UnknownDatabase")]
    [InlineData("An error occurred (ExpiredToken) when calling the GetCallerIdentity operation", "CredentialsExpired")]
    [InlineData("Unable to locate credentials. You can configure credentials by running \"aws configure\".", "NoCredentials")]
    [InlineData("Error: Server requests authentication using unknown plugin mysql_clear_password. See TODO: add plugins doco here",
        "ClientTooOld")]
    [InlineData("SQLSTATE[HY000] [2054] The server requested authentication method unknown to the client [mysql_clear_password]",
        "ClientTooOld")]
    [InlineData("encountered unexpected or invalid data: unexpected auth plugin mysql_clear_password", "ClientTooOld")]
    [InlineData("DriverError { Unknown authentication protocol: `mysql_clear_password` }", "ClientTooOld")]
    [InlineData("ERROR 2059 (HY000): Authentication plugin 'caching_sha2_password' cannot be loaded", "UserNotIam")]
    [InlineData("Public Key Retrieval is not allowed", "UserNotIam")]
    [InlineData("Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.", "UserNotIam")]
    [InlineData("ERROR 1862 (HY000): Your password has expired.", "UserNotIam")]
    [InlineData("ERROR 3118 (HY000): Access denied for user 'app'. Account is locked.", "AccountLocked")]
    [InlineData("javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)",
        "TlsFailed")]
    [InlineData("Unable to load AWS credentials from any provider in the chain", "NoCredentials")]
    [InlineData("An error occurred (InvalidClientTokenId): The security token included in the request is invalid.", "UnknownAccessKey")]
    [InlineData("Proxy authentication with IAM authentication failed for user app with TLS off. Reason: Invalid credentials.", "NoTls")]
    [InlineData("Proxy authentication with IAM authentication failed for user app with TLS on. Reason: Invalid credentials.",
        "AccessDenied")]
    [InlineData("ERROR 1142 (42000): SELECT command denied to user 'app'@'10.0.0.1' for table 't'", "MissingPrivilege")]
    [InlineData("ERROR 1396 (HY000): Operation CREATE USER failed for 'app'@'%'", "AccountExists")]
    [InlineData("error returned from database: 1045 (28000): Access denied for user 'app'@'10.0.0.1'", "AccessDenied")]
    [InlineData("(pymysql.err.OperationalError) (2003, \"Can't connect to MySQL server on 'mydb' ([Errno 111] Connection refused)\")",
        "PortClosed")]
    [InlineData("(2003, \"Can't connect to MySQL server on 'mydb' ([Errno -2] Name or service not known)\")", "HostNotFound")]
    [InlineData("MySqlConnector.MySqlException: Connect Timeout expired.", "NoAnswer")]
    [InlineData("ERROR 1158 (08S01): Got an error reading communication packets", "ConnectionLost")]
    public void An_error_has_one_cause_with_what_to_do(string error, string cause)
    {
        var why = Why.Explain(error);
        Assert.Equal(cause, why?.Name);
        Assert.NotEmpty(why!.Remedies);
    }

    [Fact]
    public void An_error_of_something_else_is_not_explained() =>
        Assert.Null(Why.Explain("ERROR 1064 (42000): You have an error in your SQL syntax"));

    [Fact]
    public async Task The_doctor_says_it_without_a_database()
    {
        var known = await Tool.RunAsync("doctor", "--why", "ERROR 1524 (HY000): Plugin 'AWSAuthenticationPlugin' is not loaded");
        Assert.Equal(0, known.ExitCode);
        Assert.StartsWith("cause: PluginNotLoaded: ", known.Output);

        var piped = await Tool.RunAsync(["doctor", "--why", "-", "--json"], stdin: "connect ECONNREFUSED 127.0.0.1:3306");
        using var json = System.Text.Json.JsonDocument.Parse(piped.Output);
        Assert.Equal("portClosed", json.RootElement.GetProperty("cause").GetString());

        var unknown = await Tool.RunAsync("doctor", "--why", "something else");
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
    }
}
