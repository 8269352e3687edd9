using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The databases of a local server: made by the statement that everybody would write, or by the AppHost's own script.</summary>
internal static partial class LocalDatabase
{
    /// <summary>The databases of an endpoint and of its reader, each once.</summary>
    internal static IEnumerable<RdsMySqlDatabaseResource> Of(RdsMySqlResource server) =>
        server.DatabaseResources.Concat(server.Reader?.DatabaseResources ?? []).DistinctBy(
            static d => d.DatabaseName, StringComparer.Ordinal);

    /// <summary>Creates a database where it is not there yet; one that a data volume has kept is left as it is.</summary>
    /// <exception cref="DistributedApplicationException">The script fails, or makes no database of that name.</exception>
    internal static async Task CreateAsync(
        string adminConnectionString, RdsMySqlDatabaseResource database, ILogger log, CancellationToken cancellationToken)
    {
        if (!database.TryGetLastAnnotation<RdsCreationScriptAnnotation>(out var script))
        {
            await ExecuteAsync(adminConnectionString, [CreateStatement(database)], cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await ExistsAsync(adminConnectionString, database.DatabaseName, cancellationToken).ConfigureAwait(false))
        {
            Kept(log, database.Name);
            return;
        }

        await RunScriptAsync(adminConnectionString, database, script, cancellationToken).ConfigureAwait(false);
        if (!await ExistsAsync(adminConnectionString, database.DatabaseName, cancellationToken).ConfigureAwait(false))
        {
            throw new DistributedApplicationException(
                $"The creation script of '{database.Name}' ran, and there is still no database '{database.DatabaseName}': "
                + $"begin it with CREATE DATABASE {Quote(database.DatabaseName)}; USE {Quote(database.DatabaseName)};");
        }

        Created(log, database.Name);
    }

    /// <summary>Runs statements as the administrator, over one connection.</summary>
    internal static async Task ExecuteAsync(
        string adminConnectionString, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(adminConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var statement in statements)
            {
                var command = connection.CreateCommand();
                await using (command.ConfigureAwait(false))
                {
#pragma warning disable CA2100 // Names cannot be parameters; they are quoted. A script is the AppHost's own.
                    command.CommandText = statement;
#pragma warning restore CA2100
                    command.CommandTimeout = 0;
                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <exception cref="DistributedApplicationException">Names the file, the line, the statement, and what the server says.</exception>
    private static async Task RunScriptAsync(
        string adminConnectionString,
        RdsMySqlDatabaseResource database,
        RdsCreationScriptAnnotation script,
        CancellationToken cancellationToken)
    {
        var name = $"The creation script of '{database.Name}'";
        var text = script.Script ?? await ReadAsync(script.File!, name, cancellationToken).ConfigureAwait(false);
        var connection = new MySqlConnection(adminConnectionString + ";Pooling=false;AllowUserVariables=true");
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (script.File is not null && !MakesADatabase(text))
                {
                    await ExecuteAsync(adminConnectionString, [CreateStatement(database)], cancellationToken).ConfigureAwait(false);
                    await connection.ChangeDatabaseAsync(database.DatabaseName, cancellationToken).ConfigureAwait(false);
                }

                await InitScripts.RunScriptAsync(connection, script.File ?? name, text, cancellationToken).ConfigureAwait(false);
            }
            catch (InitScriptException exception)
            {
                // Half a database would be taken for a whole one by the next start.
                await ExecuteAsync(
                    adminConnectionString,
                    [$"DROP DATABASE IF EXISTS {Quote(database.DatabaseName)}"],
                    cancellationToken).ConfigureAwait(false);
                throw new DistributedApplicationException(
                    script.File is null
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"{name} failed at line {exception.Line}: {exception.Message[$"{name}:{exception.Line}: ".Length..]}")
                            + (exception.InnerException is MySqlException { ErrorCode: MySqlErrorCode.NoDatabaseSelected }
                                ? $". A script given as text makes its database itself: begin it with CREATE DATABASE "
                                    + $"{database.DatabaseName}; USE {database.DatabaseName};"
                                : string.Empty)
                        : $"{name} failed: {exception.Message}",
                    exception);
            }
        }
    }

    private static async Task<string> ReadAsync(string file, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await InitScripts.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DistributedApplicationException($"{name} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Whether a script makes its database itself. One that cannot be taken apart is told so when it is run.</summary>
    private static bool MakesADatabase(string script)
    {
        try
        {
            return SqlScript.Split(script).Any(static statement => CreateDatabasePattern().IsMatch(statement.Text));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static async Task<bool> ExistsAsync(string adminConnectionString, string name, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(adminConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var command = new MySqlCommand("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @name", connection);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.AddWithValue("@name", name);
                return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) > 0;
            }
        }
    }

    private static string CreateStatement(RdsMySqlDatabaseResource database) =>
        $"CREATE DATABASE IF NOT EXISTS {Quote(database.DatabaseName)}";

    private static string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <remarks>Comments may stand before it.</remarks>
    [GeneratedRegex(
        @"\A(\s|--[^\n]*\n|#[^\n]*\n|/\*.*?\*/)*CREATE\s+(DATABASE|SCHEMA)\b", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex CreateDatabasePattern();

    [LoggerMessage(Level = LogLevel.Information, Message = "The creation script of '{Database}' has run.")]
    private static partial void Created(ILogger logger, string database);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Database}' is there already, so its creation script is not run.")]
    private static partial void Kept(ILogger logger, string database);
}
