using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>The sessions of IAM users that a stop must not cut: those with a running statement or an open transaction.</summary>
internal static class RunningSessions
{
    private const string Query = $"""
        SELECT COUNT(*) FROM performance_schema.threads AS session
        WHERE session.PROCESSLIST_USER IN (SELECT User FROM mysql.user WHERE plugin = '{RdsGrantScript.Plugin}')
          AND (session.PROCESSLIST_COMMAND NOT IN ('Sleep', 'Binlog Dump', 'Binlog Dump GTID')
            OR session.PROCESSLIST_ID IN (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX))
        """;

    /// <summary>
    /// INNODB_TRX is answered from a cache that is made anew only when nobody has read it for 0.1 s (storage/innobase/trx/trx0i_s.cc):
    /// whoever asks more often is told the same for ever.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until none is left; returns how many are at the end of the time, null when the server did not tell.</summary>
    /// <param name="server">The server.</param>
    /// <param name="limit">The time.</param>
    /// <param name="cut">Ends the wait.</param>
    public static async Task<long?> WaitAsync(ILocalMySqlServer server, TimeSpan limit, CancellationToken cut)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cut);
        patience.CancelAfter(limit);
        long? left = null;
        try
        {
            await using var connection = new MySqlConnection(server.AdminConnectionString);
            await connection.OpenAsync(patience.Token);
            while (true)
            {
                await using var query = new MySqlCommand(Query, connection);
                left = Convert.ToInt64(await query.ExecuteScalarAsync(patience.Token), null);
                if (left == 0)
                    return 0;
                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or MySqlException)
        {
            return left;
        }
    }
}
