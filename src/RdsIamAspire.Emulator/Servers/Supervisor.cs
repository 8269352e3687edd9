using System.Security.Cryptography;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The shell script that runs mysqld and ends it when this process is gone, however that happens: its standard input is a pipe from this process, and the
/// end of that pipe is the end of the server. The same script serves in a container and outside.
/// </summary>
internal static class Supervisor
{
    /// <summary>A line on standard input that ends mysqld and starts it again.</summary>
    public const string Restart = "restart\n";

    // Arguments: signal that ends mysqld, folder to delete at the end, path for the init pipe, its owner, log file, data directory to copy, where to, command…
    // The statements that come first, up to an empty line, hold the superuser's password: they go to mysqld through a pipe and never touch a disk.
    public const string Script = """
        end=$1 clean=$2 init=$3 owner=$4 log=$5 from=$6 to=$7
        shift 7
        trap '' INT HUP
        [ -z "$log" ] || exec >>"$log" 2>&1
        [ -z "$from" ] || cp -a "$from" "$to" || exit 1
        sql=
        while IFS= read -r line && [ -n "$line" ]; do sql="$sql$line
        "; done
        rm -f "$init"
        mkfifo -m 600 "$init"
        [ -z "$owner" ] || chown "$owner" "$init"
        exec 3<&0 </dev/null
        server= restart= stopping=
        trap 'restart=1; kill -"$end" "$server" 2>/dev/null' USR1
        trap 'stopping=1; kill -"$end" "$server" 2>/dev/null' TERM
        ( while read -r word; do [ "$word" != restart ] || kill -USR1 $$; done; kill -TERM $$ ) <&3 3<&- &
        reader=$!
        exec 3<&-
        while [ -z "$stopping" ]; do
            restart=
            "$@" &
            server=$!
            printf '%s' "$sql" >"$init" &
            writer=$!
            while kill -0 "$server" 2>/dev/null; do
                [ -z "$stopping$restart" ] || kill -"$end" "$server" 2>/dev/null
                wait "$server"
                code=$?
            done
            kill "$writer" 2>/dev/null
            [ -n "$restart" ] || break
        done
        kill "$reader" 2>/dev/null
        [ -z "$clean" ] || [ -z "$stopping" ] || rm -rf "$clean"
        exit "${code:-0}"

        """;

    /// <summary>The command line of a supervised mysqld.</summary>
    public static IReadOnlyList<string> Command(LocalMySqlServerOptions options, string clean, string initFile, string owner, string log, string copyFrom, string copyTo, IEnumerable<string> mysqld) =>
        ["-c", Script.ReplaceLineEndings("\n"), "rds-iam", options.DataVolume is null ? "KILL" : "TERM", clean, initFile, owner, log, copyFrom, copyTo, .. mysqld];

    /// <summary>What goes to the script first: the superuser that this process will log in as.</summary>
    public static string FirstStatements(string password) =>
        $"""
        SET @@SESSION.sql_log_bin = 0;
        CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY {Sql.Text(password)};
        ALTER USER 'root'@'%' IDENTIFIED BY {Sql.Text(password)};
        ALTER USER 'root'@'localhost' IDENTIFIED BY {Sql.Text(password)};
        GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;


        """.ReplaceLineEndings("\n");

    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
