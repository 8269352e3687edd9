using System.Diagnostics;
using Aspire.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Asks a server whether it takes logins until it does.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const uint LongestConnect = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Waits for the first login that works. What stands in the way is logged every 20 seconds, since the server may never answer.
    /// </summary>
    /// <exception cref="DistributedApplicationException">The server is up, and refuses the administrator's password for good.</exception>
    internal static async Task WaitForLoginAsync(
        string connectionString, string serverName, ILogger logger, CancellationToken cancellationToken)
    {
        var said = Stopwatch.GetTimestamp();
        long? refusedSince = null;
        // The orchestrator's proxy takes connections that no server answers yet: each is given up soon, and later ones are given more time.
        for (uint patience = 1; ; patience = Math.Min(patience + 1, LongestConnect))
        {
            try
            {
                var probe = new MySqlConnectionStringBuilder(connectionString) { Pooling = false, ConnectionTimeout = patience };
                var connection = new MySqlConnection(probe.ConnectionString);
                await using (connection.ConfigureAwait(false))
                {
                    await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (MySqlException exception)
            {
                refusedSince = exception.ErrorCode == MySqlErrorCode.AccessDenied ? refusedSince ?? Stopwatch.GetTimestamp() : null;
                if (refusedSince is { } since && Stopwatch.GetElapsedTime(since) > RefusalPatience)
                {
                    throw new DistributedApplicationException(RefusedAdministrator(serverName));
                }

                // A proxy takes connections before the server listens, and an image's first start refuses root for a while: both read as
                // failures of many kinds.
                if (Stopwatch.GetElapsedTime(said) > Patience)
                {
                    said = Stopwatch.GetTimestamp();
                    LifecycleLog.StillWaiting(logger, serverName, exception.Message);
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a server that is up and knows another password has: data of a run whose password was not kept.</summary>
    internal static string RefusedAdministrator(string serverName) =>
        $"'{serverName}' refuses root's password: its data was set up with another one. Give the AppHost a UserSecretsId (dotnet "
            + $"user-secrets init) "
        + "so that the password is kept from one run to the next, and delete the data volume once, with what is in it.";
}
