using System.IO.Compression;
using System.Text;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>SQL files that are run when a server starts for the first time, as the MySQL image runs those in its init folder.</summary>
internal static class InitScripts
{
    /// <summary>The files that paths name: a file itself, and of a folder its .sql and .sql.gz in the order of their names.</summary>
    /// <exception cref="FileNotFoundException">A path is neither.</exception>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> paths, ServerLog? log = null)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(File.Exists(path) ? path : throw new FileNotFoundException($"The init script {path} does not exist.", path));
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
            {
                if (IsSql(file))
                    files.Add(file);
                else
                    log?.PassingOver(file);
            }
        }

        return files;
    }

    /// <summary>Runs the scripts as root, in the database where one is named; with kept data once only.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">Which scripts.</param>
    /// <param name="database">What an unqualified name means in them; null for nothing.</param>
    /// <param name="createdUsers">Users that this start made; a script's own CREATE USER of one of them takes its place.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InitScriptException">A statement failed.</exception>
    public static async Task RunAsync(
        ILocalMySqlServer server,
        LocalMySqlServerOptions options,
        string? database,
        IEnumerable<string> createdUsers,
        CancellationToken cancellationToken)
    {
        if (options.InitScripts.Count == 0)
            return;
        var log = new ServerLog(options);
        var files = FilesOf(options.InitScripts, log);
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder(server.AdminConnectionString)
        {
            Database = database ?? "",
            AllowUserVariables = true,
            // A USE or a SET of the script ends with it.
            Pooling = false,
        }.ConnectionString);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (options.DataVolume is not null && await HaveRunAsync(connection, cancellationToken).ConfigureAwait(false))
            return;

        var users = createdUsers.ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            log.RunningScript(file);
            await RunFileAsync(connection, file, users, cancellationToken).ConfigureAwait(false);
        }

        if (options.DataVolume is null)
            return;
        foreach (var file in files)
        {
            await ExecuteAsync(
                connection,
                $"INSERT IGNORE INTO mysql.rds_iam_init_scripts VALUES ({Sql.Text(Path.GetFileName(file))})",
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the statements of a script.</summary>
    /// <param name="connection">An administrator's.</param>
    /// <param name="name">What the script is called in an error: a file, or what else its author knows it by.</param>
    /// <param name="script">Statements as the mysql client reads them.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InitScriptException">A statement failed.</exception>
    public static Task RunScriptAsync(
        MySqlConnection connection, string name, string script, CancellationToken cancellationToken) =>
        RunScriptAsync(connection, name, script, [], cancellationToken);

    private static async Task RunFileAsync(
        MySqlConnection connection, string file, HashSet<string> users, CancellationToken cancellationToken)
    {
        var script = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
        await RunScriptAsync(connection, file, script, users, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RunScriptAsync(
        MySqlConnection connection, string name, string script, HashSet<string> users, CancellationToken cancellationToken)
    {
        List<SqlScript.Statement> statements;
        try { statements = [.. SqlScript.Split(script)]; }
        catch (FormatException e) { throw new InitScriptException(name, 1, e.Message); }

        foreach (var (line, text) in statements)
        {
            if (ClientCommand(text) is { } command)
            {
                throw new InitScriptException(
                    name, line, $"{command} is a command of the mysql client, which is not here; give each file as a script of its own");
            }

            try { await RunStatementAsync(connection, text, users, cancellationToken).ConfigureAwait(false); }
            catch (MySqlException e)
            {
                throw new InitScriptException(name, line, text, e);
            }
        }
    }

    // The statement of the AWS article for a user that this start has made already, as it stands there: without IF NOT EXISTS.
    private static async Task RunStatementAsync(
        MySqlConnection connection, string text, HashSet<string> users, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, text, cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.CannotUser && OwnUsersIn(text, users) is { Count: > 0 } own)
        {
            foreach (var user in own)
                await ExecuteAsync(connection, $"DROP USER IF EXISTS {Sql.Text(user)}@'%'", cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, text, cancellationToken).ConfigureAwait(false);
            users.ExceptWith(own);
        }
    }

    private static List<string> OwnUsersIn(string statement, HashSet<string> users) =>
        statement.TrimStart().StartsWith("CREATE", StringComparison.OrdinalIgnoreCase)
            ? [.. users.Where(user => statement.Contains(user, StringComparison.Ordinal))]
            : [];

    // "mysql Client Commands", MySQL Reference Manual: those that a file uses. The rest of the line is theirs.
    private static string? ClientCommand(string statement)
    {
        var word = statement.TrimStart().Split([' ', '\t', '\n'], 2)[0];
        return word.Equals("SOURCE", StringComparison.OrdinalIgnoreCase) || word == @"\." ? word
            : word.Equals("SYSTEM", StringComparison.OrdinalIgnoreCase) || word == @"\!" ? word
            : null;
    }

    private static bool IsSql(string file) =>
        file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".sql.gz", StringComparison.OrdinalIgnoreCase);

    internal static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(file);
        await using var _ = stream.ConfigureAwait(false);
        using Stream content = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    // Kept data remembers what has been run.
    private static async Task<bool> HaveRunAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS mysql.rds_iam_init_scripts (name varchar(255) PRIMARY KEY)",
            cancellationToken).ConfigureAwait(false);
        using var count = new MySqlCommand("SELECT COUNT(*) FROM mysql.rds_iam_init_scripts", connection);
        return Convert.ToInt64(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) > 0;
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
