using System.Globalization;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>Puts plugin and functions of the library in place on a server, where they are not yet; says clearly why it cannot.</summary>
internal static class PluginInstallation
{
    // ER_SPECIFIC_ACCESS_DENIED_ERROR, MySQL Error Message Reference.
    public const int LacksPrivilege = 1227;

    // ER_CANT_INITIALIZE_UDF, the same source.
    private const int CannotInitializeFunction = 1123;

    // PLUGIN_VERSION in native/aws_authentication_plugin.c, as information_schema.PLUGINS shows it.
    private const string PluginVersion = "2.0";

    private static readonly (string Name, string Type)[] Functions =
        [("rds_iam_next_login", "STRING"), ("rds_iam_answer_login", "INTEGER")];

    /// <exception cref="EmulatorAttachException">The message says what to do.</exception>
    public static async Task EnsureAsync(
        MySqlConnection connection, CancellationToken cancellationToken, string library = EmulatorPlugin.FileName)
    {
        var server = await ServerAsync(connection, cancellationToken).ConfigureAwait(false);
        try
        {
            var loaded = await LoadedAsync(connection, cancellationToken).ConfigureAwait(false);
            if (loaded is { Library: var other } && other != library)
            {
                throw new EmulatorAttachException(
                    $"The server has an {RdsGrantScript.Plugin} of another library already ({other}). Is this a real RDS database?"
                    + " Nothing was changed. The emulator needs a server without one.");
            }

            if (loaded is { Version: not PluginVersion })
            {
                throw new EmulatorAttachException(
                    $"The server's {server.PathOf(library)} is of version {loaded.Version} and this agent needs {PluginVersion}."
                    + $" {WhereToPut(server)} and restart the server.");
            }

            // A replica or a point-in-time restore of the server has no use for these statements.
            await ExecuteAsync(connection, "SET SESSION sql_log_bin = 0", cancellationToken).ConfigureAwait(false);
            if (loaded is null)
            {
                await ExecuteAsync(connection, $"INSTALL PLUGIN {RdsGrantScript.Plugin} SONAME '{library}'", cancellationToken)
                    .ConfigureAwait(false);
            }

            foreach (var (name, type) in Functions)
            {
                // Not performance_schema.user_defined_functions: it still shows a function that was dropped while a call of it was waiting.
                var there = await ScalarAsync(connection, $"SELECT 1 FROM mysql.func WHERE name = '{name}'", cancellationToken)
                    .ConfigureAwait(false);
                if (there is not null)
                    continue;
                await ExecuteAsync(connection, $"CREATE FUNCTION {name} RETURNS {type} SONAME '{library}'", cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (MySqlException exception)
        {
            throw Explain(exception, server, library);
        }
    }

    /// <summary>What an error of the plugin's functions or of its claim means; null when it is none of theirs.</summary>
    public static EmulatorAttachException? ExplainCall(MySqlException exception) => exception switch
    {
        { Number: LacksPrivilege } => new(
            "The admin user may not claim the logins: it needs SYSTEM_VARIABLES_ADMIN. Attach as root."
            + $" The server says: {exception.Message}",
            exception),
        { Number: CannotInitializeFunction } when exception.Message.Contains("SYSTEM_VARIABLES_ADMIN", StringComparison.Ordinal) => new(
            "The admin user may not judge logins: it needs SYSTEM_VARIABLES_ADMIN itself or in an active role; SUPER is not enough."
            + $" Attach as root. The server says: {exception.Message}",
            exception),
        { Number: CannotInitializeFunction } => new(
            "The server lacks a component service with which the plugin asks who calls, and without it every login is refused: use a newer"
            + $" MySQL. The server's log names the service. The server says: {exception.Message}",
            exception),
        _ => null,
    };

    private static async Task<Loaded?> LoadedAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(
            "SELECT PLUGIN_LIBRARY, PLUGIN_VERSION FROM information_schema.PLUGINS"
            + $" WHERE PLUGIN_NAME = '{RdsGrantScript.Plugin}' AND PLUGIN_STATUS = 'ACTIVE'",
            connection);
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new Loaded(reader.IsDBNull(0) ? "built in" : reader.GetString(0), reader.GetString(1))
            : null;
    }

    private static async Task<Server> ServerAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(
            "SELECT @@version, @@version_compile_machine, @@version_compile_os, @@plugin_dir, CURRENT_USER()", connection);
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var server = new Server(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4));
        if (server.Version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase))
        {
            throw new EmulatorAttachException(
                $"The server is MariaDB ({server.Version}); the emulator needs MySQL 8.0 or later, as RDS for MySQL and Aurora MySQL are.");
        }

        if (!int.TryParse(server.Version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < 8)
            throw new EmulatorAttachException($"The server is MySQL {server.Version}; the emulator needs 8.0 or later.");
        if (!server.Os.Contains("linux", StringComparison.OrdinalIgnoreCase))
        {
            throw new EmulatorAttachException(
                $"The server runs on {server.Os}; the plugin is built for Linux on x64 and arm64. Use a MySQL container (LocalMySqlServer"
                + " starts one), or a server in WSL or a Linux machine.");
        }

        return server;
    }

    private static EmulatorAttachException Explain(MySqlException exception, Server server, string library)
    {
        var file = server.PathOf(library);
        return exception.ErrorCode switch
        {
            _ when server.Folder is null =>
                new($"The server runs on {server.Machine}; the plugin is built for x86_64 and aarch64 Linux.", exception),

            // Missing file and file of another machine read the same here: the dynamic loader passes over a library of another machine.
            MySqlErrorCode.CannotOpenLibrary => new(
                $"The server cannot load {file}: it is missing, not readable, or built for another architecture than the server's"
                + $" {server.Machine}. {WhereToPut(server)} and attach again;"
                + " for a container: copy it in before its start. LocalMySqlServer does this by itself."
                + $" The server says: {exception.Message}",
                exception),
            MySqlErrorCode.UnknownTable or MySqlErrorCode.CannotFindDLEntry => new(
                $"{file} is not the library of this version. Replace it with the {server.Folder} library of this package and restart the"
                + $" server. The server says: {exception.Message}",
                exception),
            MySqlErrorCode.AccessDenied or MySqlErrorCode.DatabaseAccessDenied or MySqlErrorCode.TableAccessDenied
                or (MySqlErrorCode)LacksPrivilege => new(
                    $"{server.User} may not attach the emulator: it needs SELECT, INSERT and DELETE on mysql.*, SYSTEM_VARIABLES_ADMIN,"
                    + " SELECT on performance_schema.*, PROCESS and CONNECTION_ADMIN. Attach as root."
                    + $" The server says: {exception.Message}",
                    exception),
            _ => new($"The server (MySQL {server.Version}) refused to load {library}: {exception.Message}", exception),
        };
    }

    private static string WhereToPut(Server server) =>
        $"Put the {server.Folder} library of this package there"
        + " (EmulatorPlugin.GetLibrary gives its bytes; readable for the server's user)";

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, connection);
        var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return value is DBNull ? null : value;
    }

    private sealed record Loaded(string Library, string Version);

    private sealed record Server(string Version, string Machine, string Os, string PluginDirectory, string User)
    {
        /// <summary>The folder of the library that fits; null when none does.</summary>
        public string? Folder => Machine switch
        {
            "x86_64" or "amd64" => "linux-x64",
            "aarch64" or "arm64" => "linux-arm64",
            _ => null,
        };

        public string PathOf(string library) => $"{PluginDirectory.TrimEnd('/')}/{library}";
    }
}
