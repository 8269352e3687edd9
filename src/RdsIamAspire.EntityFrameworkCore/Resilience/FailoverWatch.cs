using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MySqlConnector;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.EntityFrameworkCore.Resilience;

/// <summary>
/// For a while after a failover: connections of the pool that lead to what is a reader now are left. The driver has no way to clear a data
/// source's pool (MySqlConnector, MySqlConnection.ClearPool: pools of connection strings only).
/// </summary>
internal sealed class FailoverWatch(MySqlDataSource dataSource, TimeProvider time) : DbConnectionInterceptor
{
    // Aurora and RDS have moved the name by then; what remains of the pool has been used or is idle for long.
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(5);

    // innodb_read_only: readers of Aurora; read_only: those of RDS.
    private const string IsReader = "SELECT @@GLOBAL.read_only OR @@GLOBAL.innodb_read_only";

    // The driver closes a session that the server has ended when it next takes it from the pool.
    private const string Leave = "KILL CONNECTION_ID()";

    private long _noticed;

    /// <summary>A statement met what is a reader now.</summary>
    public void Notice() => Volatile.Write(ref _noticed, time.GetTimestamp());

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        while (IsRecent && Convert.ToBoolean(await AskAsync(IsReader).ConfigureAwait(false), null))
        {
            try
            {
                await AskAsync(Leave).ConfigureAwait(false);
            }
            catch (MySqlException)
            {
                // ER_QUERY_INTERRUPTED: as asked for.
            }

            await connection.CloseAsync().ConfigureAwait(false);
            var logins = Logins;
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (Logins != logins)
                return; // A new one leads where the name leads now.
        }

        async Task<object?> AskAsync(string sql)
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.CommandText = sql;
                return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        while (IsRecent && Convert.ToBoolean(Ask(IsReader), null))
        {
            try
            {
                Ask(Leave);
            }
            catch (MySqlException)
            {
                // ER_QUERY_INTERRUPTED: as asked for.
            }

            connection.Close();
            var logins = Logins;
            connection.Open();
            if (Logins != logins)
                return;
        }

        object? Ask(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
    }

    private bool IsRecent => Volatile.Read(ref _noticed) is var noticed and not 0 && time.GetElapsedTime(noticed) < Watched;

    private int Logins => RdsIamLogin.Of(dataSource)?.LoggedIn ?? 0;
}
