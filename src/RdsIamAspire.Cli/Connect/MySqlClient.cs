using System.Globalization;

namespace RdsIamAspire.Cli.Connect;

/// <summary>A MySQL client that <c>connect</c> knows: how it is called, and how it is led to a database on this machine.</summary>
/// <param name="Name">What <c>--client</c> calls it.</param>
/// <param name="Programs">The programs that it may be, the likeliest first.</param>
/// <param name="Arguments">Its command line; what comes second is a file with the password, for one that reads no environment.</param>
internal sealed record MySqlClient(string Name, string[] Programs, Func<LoggedInDatabase, string?, string[]> Arguments)
{
    /// <summary>Whether it takes the password in a file (an option file of mode 600, gone with the client).</summary>
    public bool ReadsFile { get; private init; }

    /// <summary>Whether it has a window: then it cannot be handed a password unseen, and may go on after its first process.</summary>
    public bool IsWindowed { get; private init; }

    /// <summary>Whether it is told to begin each session read-only.</summary>
    public bool KeepsReadOnly { get; private init; }

    /// <summary>All, those for a terminal first.</summary>
    public static IReadOnlyList<MySqlClient> All { get; } =
    [
        new("mysql", ["mysql"], static (database, _) => Classic(database, ["--ssl-mode=DISABLED"])) { KeepsReadOnly = true },
        new("mariadb", ["mariadb"], static (database, _) => Classic(database, ["--skip-ssl"])) { KeepsReadOnly = true },
        new("mycli", ["mycli"], static (database, _) => Classic(database, [])) { KeepsReadOnly = true },
        // MySQL Shell, "Connecting using login-path and Options Files": the file is named first.
        new("mysqlsh", ["mysqlsh"], static (database, file) =>
        [
            $"--defaults-extra-file={file}", "--sql", "--mysql", "--host", LoggedInDatabase.Host, "--port", Port(database), "--user",
            database.User, "--ssl-mode=DISABLED",
            .. database.Database is { } schema ? ["--schema", schema] : (string[])[],
        ])
        { ReadsFile = true },
        // DBeaver, "Command line interface": -con and its parameters, separated by '|'.
        new("dbeaver", ["dbeaver", "dbeaver-ce"], static (database, _) =>
        [
            "-con", string.Join('|', (string[])
            [
                "driver=mysql8", $"name={(database.Named?.Name ?? "rds-iam").Replace('|', ' ')}", $"host={LoggedInDatabase.Host}",
                $"port={Port(database)}", $"user={database.User}",
                .. database.Database is { } schema ? [$"database={schema}"] : (string[])[],
                .. database.AnyPassword ? ["password=any"] : (string[])[],
                "prop.useSSL=false", "savePassword=false", "connect=true",
            ]),
        ])
        { IsWindowed = true },
        // MySQL Workbench, "Command-Line Options": --query with <user>@<host>:<port>.
        new("workbench", ["mysql-workbench", "MySQLWorkbench"], static (database, _) =>
            ["--query", $"{database.User}@{LoggedInDatabase.Host}:{Port(database)}"])
        { IsWindowed = true },
    ];

    /// <summary>The client that a program is; one that is not known is taken for a <c>mysql</c>.</summary>
    public static MySqlClient Of(string program)
    {
        var name = Path.GetFileNameWithoutExtension(program);
        return All.FirstOrDefault(client => client.Programs.Contains(name, StringComparer.OrdinalIgnoreCase) || client.Name == name)
            ?? (name.Contains("mariadb", StringComparison.Ordinal) ? All[1] : name.Contains("mycli", StringComparison.Ordinal) ? All[2]
                : All[0]);
    }

    // The tunnel is this machine with itself, so without TLS; what leaves the machine is verified TLS always.
    private static string[] Classic(LoggedInDatabase database, string[] tls) =>
    [
        "--host", LoggedInDatabase.Host, "--port", Port(database), "--user", database.User,
        .. tls,
        .. database.Database is { } schema ? ["--database", schema] : (string[])[],
        // The client says it again at each reconnect.
        .. database.ReadOnly ? ["--init-command", "SET SESSION TRANSACTION READ ONLY"] : (string[])[],
    ];

    private static string Port(LoggedInDatabase database) => database.Port.ToString(CultureInfo.InvariantCulture);
}
