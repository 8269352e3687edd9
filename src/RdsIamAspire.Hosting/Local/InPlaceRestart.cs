using MySqlConnector;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The SQL statement RESTART, which keeps container, data and port.</summary>
internal static class InPlaceRestart
{
    /// <returns>
    /// Whether the server is on its way up again; <see langword="false"/> where it is not there, or has nobody who would start it.
    /// </returns>
    internal static async Task<bool> TryAsync(string adminConnectionString, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(adminConnectionString + ";Pooling=false");
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                using var restart = new MySqlCommand("RESTART", connection);
                await restart.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MySqlException)
            {
                return false;
            }

            // The old server is gone when a connection to it breaks.
            while (await connection.PingAsync(cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(20, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
    }
}
