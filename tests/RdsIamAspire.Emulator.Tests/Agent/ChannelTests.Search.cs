using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>Looks for a secret in everything that the server writes down.</summary>
public sealed partial class ChannelTests
{
    private List<string>? _systemTables;

    private async Task RecordEverythingAsync() => await server.RunAsync("""
        UPDATE performance_schema.setup_consumers SET ENABLED = 'YES';
        UPDATE performance_schema.setup_instruments SET ENABLED = 'YES', TIMED = 'YES' WHERE NAME LIKE 'statement/%';
        SET GLOBAL log_output = 'TABLE,FILE', GLOBAL long_query_time = 0, GLOBAL log_queries_not_using_indexes = ON;
        SET GLOBAL general_log = ON, GLOBAL slow_query_log = ON
        """);

    private async Task<List<string>> SystemTablesAsync()
    {
        if (_systemTables is not null)
            return _systemTables;
        await using var admin = new MySqlConnection(server.Server.AdminConnectionString);
        await admin.OpenAsync(Cancelled);
        await using var list = new MySqlCommand(
            """
            SELECT CONCAT('SELECT * FROM `', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') FROM information_schema.TABLES
            WHERE TABLE_SCHEMA IN ('performance_schema', 'sys', 'information_schema', 'mysql')
            """,
            admin);
        await using var reader = await list.ExecuteReaderAsync(Cancelled);
        _systemTables = ["SHOW FULL PROCESSLIST", "SELECT LOAD_FILE(@@general_log_file)", "SELECT LOAD_FILE(@@slow_query_log_file)"];
        while (await reader.ReadAsync(Cancelled))
            _systemTables.Add(reader.GetString(0));
        return _systemTables;
    }

    private static async Task<string?> FindAsync(MySqlConnection session, string table, List<string> secrets)
    {
        try
        {
            await using var command = new MySqlCommand(table, session) { CommandTimeout = 60 };
            await using var reader = await command.ExecuteReaderAsync(Cancelled);
            while (await reader.ReadAsync(Cancelled))
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var text = reader.GetValue(column) switch
                    {
                        string value => value,
                        byte[] value => System.Text.Encoding.Latin1.GetString(value),
                        _ => "",
                    };
                    if (text.Length > 0 && secrets.Exists(secret => text.Contains(secret, StringComparison.Ordinal)))
                        return $"{table}: {reader.GetName(column)}";
                }
            }
        }
        catch (MySqlException)
        {
            // Not for this user, or not for reading (redo and tablespace tables): nothing is shown there.
        }

        return null;
    }
}
