using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Asks a server whether it takes logins until it does.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits for the first login that works. What stands in the way is logged every 20 seconds, since the server may never answer.</summary>
    internal static async Task WaitForLoginAsync(string connectionString, string serverName, ILogger logger, CancellationToken cancellationToken)
    {
        var said = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var connection = new MySqlConnection(connectionString + ";Pooling=false");
                await using (connection.ConfigureAwait(false))
                {
                    await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (MySqlException exception)
            {
                // A proxy takes connections before the server listens, and an image's first start refuses root for a while: both read as failures of many kinds.
                if (Stopwatch.GetElapsedTime(said) > Patience)
                {
                    said = Stopwatch.GetTimestamp();
                    LifecycleLog.StillWaiting(logger, serverName, exception.Message);
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
