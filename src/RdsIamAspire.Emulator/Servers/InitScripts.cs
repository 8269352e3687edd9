using System.Text;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>SQL files that are run when a server starts for the first time.</summary>
internal static class InitScripts
{
    public static async Task RunAsync(ILocalMySqlServer server, LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        if (options.InitScripts.Count == 0) return;
        var connection = new MySqlConnection(server.AdminConnectionString);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);

        // Kept data remembers what has been run.
        if (options.DataVolume is not null)
        {
            await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS mysql.rds_iam_init_scripts (name varchar(255) PRIMARY KEY)", cancellationToken).ConfigureAwait(false);
            using var count = new MySqlCommand("SELECT COUNT(*) FROM mysql.rds_iam_init_scripts", connection);
            if (Convert.ToInt64(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) > 0) return;
        }

        foreach (var file in options.InitScripts)
        {
            if (!File.Exists(file)) throw new FileNotFoundException($"The init script {file} does not exist.", file);
            foreach (var statement in Split(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)))
            {
                try { await ExecuteAsync(connection, statement, cancellationToken).ConfigureAwait(false); }
                catch (MySqlException e)
                {
                    throw new InvalidOperationException($"The init script {file} failed: {e.Message}", e);
                }
            }
        }

        if (options.DataVolume is null) return;
        foreach (var file in options.InitScripts)
            await ExecuteAsync(connection, $"INSERT IGNORE INTO mysql.rds_iam_init_scripts VALUES ({Sql.Text(Path.GetFileName(file))})", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batches between DELIMITER lines: the driver runs many statements at once, but DELIMITER is the mysql client's own.</summary>
    internal static IEnumerable<string> Split(string script)
    {
        var delimiter = ";";
        var batch = new StringBuilder();
        foreach (var line in script.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.TrimStart().StartsWith("DELIMITER ", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var statement in Statements(batch.ToString(), delimiter)) yield return statement;
                batch.Clear();
                delimiter = line.Trim()["DELIMITER ".Length..].Trim();
            }
            else batch.Append(line).Append('\n');
        }

        foreach (var statement in Statements(batch.ToString(), delimiter)) yield return statement;
    }

    private static IEnumerable<string> Statements(string batch, string delimiter) =>
        (delimiter == ";" ? [batch] : batch.Split(delimiter)).Where(statement => !string.IsNullOrWhiteSpace(statement));

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
