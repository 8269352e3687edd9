using MySqlConnector;

namespace RdsIamAspire.Hosting.Logins;

/// <summary>
/// The AppHost's own connections to an endpoint, over TLS that is verified: by the local server's CA, or by the bundle in force on this
/// machine.
/// </summary>
internal sealed class RdsLogins(RdsCaFile ca)
{
    private const uint TimeoutSeconds = 10;

    /// <summary>Logs in with a token or with the master user's password.</summary>
    /// <param name="connectionString">Where and as whom, with SslMode=VerifyFull; the CA is added where it names none.</param>
    /// <param name="password">The token or password.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="MySqlException">The server is not reached, not trusted, or denies the login.</exception>
    /// <exception cref="ObjectDisposedException">The AppHost has ended.</exception>
    internal async Task<MySqlConnection> OpenAsync(string connectionString, string password, CancellationToken cancellationToken)
    {
        var options = new MySqlConnectionStringBuilder(connectionString) { Pooling = false, ConnectionTimeout = TimeoutSeconds };
        if (string.IsNullOrEmpty(options.SslCa))
        {
            options.SslCa = ca.Path;
        }

        var connection = new MySqlConnection(options.ConnectionString) { ProvidePasswordCallback = _ => password };
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (ca.IsDisposed)
            {
                throw new ObjectDisposedException("The AppHost ended while the login was under way.", exception);
            }

            throw;
        }
    }
}
