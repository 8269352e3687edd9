using System.Globalization;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Configuration;

/// <summary>
/// What a connection string and the options come to: what is dialled, what is signed for, and how the server's certificate is judged.
/// </summary>
internal sealed record RdsIamConnectionPlan(
    RdsEndpoint SignFor, string User, string? Region, bool CheckCertificate, bool CheckName, string? CaCertificatePath)
{
    /// <summary>The request for the token.</summary>
    internal RdsAuthTokenRequest CreateRequest(RdsIamAuthOptions options) =>
        RdsAuthTokenRequest.For(SignFor, User, Region) with { Credentials = options.Credentials, Identity = options.Identity };

    /// <summary>Reads the connection string and refuses what cannot be an IAM login. It is not changed.</summary>
    /// <exception cref="InvalidOperationException">
    /// The message says which part is wrong and what to do; never the value of a password.
    /// </exception>
    internal static RdsIamConnectionPlan Create(MySqlConnectionStringBuilder connection, RdsIamAuthOptions options)
    {
        if (connection.Password.Length > 0)
            throw HasPassword();

        if (connection.Server.Length == 0)
            throw Refuse("has no Server. Give the endpoint's host name, for example Server=orders.abc123.eu-west-1.rds.amazonaws.com.");
        if (connection.Server.Contains(',', StringComparison.Ordinal))
            throw Refuse($"names several servers ('{connection.Server}'). A token is for one host: use the cluster's writer or reader "
                + $"endpoint, or a data source for each.");
        if (connection.ConnectionProtocol != MySqlConnectionProtocol.Sockets || connection.Server.StartsWith('/'))
            throw Refuse($"asks for {connection.ConnectionProtocol} at '{connection.Server}'. An IAM login needs TLS over TCP: give a "
                + $"host name.");
        if (connection.UserID.Length == 0)
            throw Refuse("has no User ID. Give the database user that was created with AWSAuthenticationPlugin; the case of its name "
                + "matters.");
        if (connection.CertificateFile.Length > 0 || connection.SslCert.Length > 0 || connection.SslKey.Length > 0
            || connection.CertificateStoreLocation != MySqlCertificateStoreLocation.None)
            throw Refuse("has a client certificate. RDS for MySQL takes none: remove CertificateFile, SslCert, SslKey and "
                + "CertificateStoreLocation.");

        // The builder's default is Preferred; what counts is whether the string says so.
        var sslModeGiven = connection.ContainsKey("SSL Mode");
        var sslMode = sslModeGiven ? connection.SslMode : MySqlSslMode.VerifyFull;
        if (sslMode is MySqlSslMode.None or MySqlSslMode.Preferred)
        {
            throw Refuse($"has SslMode={sslMode}, which can send the token in the clear. Remove SslMode (VerifyFull is the default), "
                + $"or give VerifyFull or VerifyCA.");
        }

        var signFor = ReadSignFor(connection, options);
        return new(
            signFor,
            connection.UserID,
            // What the endpoint's own name says is true whatever the configuration says.
            signFor.Region ?? options.Region,
            CheckCertificate: sslMode is MySqlSslMode.VerifyCA or MySqlSslMode.VerifyFull,
            CheckName: sslMode is MySqlSslMode.VerifyFull,
            options.CaCertificatePath ?? (connection.SslCa.Length > 0 ? connection.SslCa : null));
    }

    internal static InvalidOperationException HasPassword() => Refuse(
        "has a Password. It would win over the IAM token, silently. Remove it: an IAM login has no password (and change it, if it has "
            + "been in a file).");

    private static RdsEndpoint ReadSignFor(MySqlConnectionStringBuilder connection, RdsIamAuthOptions options)
    {
        var host = options.SignForHost ?? connection.Server;
        var port = options.SignForPort ?? (options.SignForHost is null ? (int)connection.Port : RdsEndpoint.DefaultPort);
        if (port is < 1 or > ushort.MaxValue)
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"has the port {port} to sign for (Port, or SignForPort). A port "
                + $"is 1 to 65535."));
        try
        {
            return RdsEndpoint.Parse(host, port) with { Port = port };
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException(options.SignForHost is null ? $"The connection string's Server: "
                + $"{e.Message}" : $"SignForHost: {e.Message}", e);
        }
    }

    private static InvalidOperationException Refuse(string why) => new($"The connection string for an IAM login {why}");
}
