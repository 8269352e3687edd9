using System.Security.Cryptography;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The shell script that runs mysqld and ends it when this process is gone, however that happens: its standard input is a pipe from this
/// process, and the end of that pipe is the end of the server. A mysqld that dies by itself is started again on the same data, once this
/// process has found it ready; the script says so on its standard output. The same script serves in a container and outside.
/// </summary>
internal static class Supervisor
{
    /// <summary>A line on standard input that ends mysqld and starts it again.</summary>
    public const string Restart = "restart\n";

    /// <summary>A line on standard input: mysqld answers, so its death from now on is an accident and not a failed start.</summary>
    public const string Ready = "ready\n";

    /// <summary>A line on standard input: what a first start does is done, so the data directory is kept from now on.</summary>
    public const string Complete = "complete\n";

    /// <summary>What the lines begin with that the script writes: <c>died CODE</c> (and is started again), <c>ended CODE</c>.</summary>
    public const string EventPrefix = "rds-iam-server: ";

    /// <summary>Beside a data directory while its first start is not over: it is then made anew.</summary>
    public const string UnfinishedSuffix = ".unfinished";

    // Arguments: signal that ends mysqld, folder to delete at the end, path for the init pipe, its owner, log file, data directory to copy,
    // the data directory, command…
    // The statements that come first, up to an empty line, hold the superuser's password: they go to mysqld through a pipe and never touch
    // a disk.
    public const string Script = """
        end=$1 clean=$2 init=$3 owner=$4 log=$5 from=$6 data=$7
        shift 7
        trap '' INT HUP
        exec 4>&1
        [ -z "$log" ] || exec >>"$log" 2>&1
        if [ -n "$from" ]; then
            # A volume that is itself a data directory is used as it is; of two --datadir the last one counts.
            [ ! -e "${data%/*}/mysql.ibd" ] || { data=${data%/*}; set -- "$@" "--datadir=$data"; }
            [ ! -e "$data.unfinished" ] || rm -rf "$data"
            rm -rf "$data".making-*
            if [ ! -d "$data" ]; then
                { : >"$data.unfinished" && cp -a "$from" "$data.making-$$" && mv "$data.making-$$" "$data"; } || {
                    rm -rf "$data.making-$$"
                    echo "rds-iam-server: ended 1" >&4
                    exit 1
                }
            fi
        fi
        sql=
        while IFS= read -r line && [ -n "$line" ]; do sql="$sql$line
        "; done
        rm -f "$init"
        mkfifo -m 600 "$init"
        [ -z "$owner" ] || chown "$owner" "$init"
        exec 3<&0 </dev/null
        server= restart= stopping= ready= killer=
        # A server that is asked to end in good order and does not, is ended.
        end_server() {
            kill -"$end" "$server" 2>/dev/null
            [ -z "$killer" ] || kill "$killer" 2>/dev/null
            (
                exec 4>&- >/dev/null 2>&1
                waited=0
                while kill -0 "$server" 2>/dev/null && [ $waited -lt 30 ]; do sleep 1; waited=$((waited + 1)); done
                [ $waited -lt 30 ] || kill -KILL "$server" 2>/dev/null
            ) &
            killer=$!
        }
        trap 'restart=1; end_server' USR1
        trap 'ready=1' USR2
        trap 'stopping=1; end_server' TERM
        (
            exec 4>&-
            while read -r word; do
                case $word in
                    restart) kill -USR1 $$ ;;
                    ready) kill -USR2 $$ ;;
                    complete) rm -f "$data.unfinished" ;;
                esac
            done
            kill -TERM $$
        ) <&3 3<&- &
        reader=$!
        exec 3<&-
        while [ -z "$stopping" ]; do
            restart= ready=
            "$@" 4>&- &
            server=$!
            printf '%s' "$sql" >"$init" 4>&- &
            writer=$!
            while kill -0 "$server" 2>/dev/null; do
                [ -z "$stopping$restart" ] || kill -"$end" "$server" 2>/dev/null
                wait "$server"
                code=$?
            done
            kill "$writer" $killer 2>/dev/null
            killer=
            [ -z "$stopping" ] || break
            [ -z "$restart" ] || continue
            [ -n "$ready" ] || break
            echo "rds-iam-server: died $code" >&4
        done
        [ -n "$stopping" ] || echo "rds-iam-server: ended $code" >&4
        kill "$reader" 2>/dev/null
        [ -z "$clean" ] || [ -z "$stopping" ] || rm -rf "$clean"
        exit "${code:-0}"

        """;

    // For a program that ends by itself, mysqld --initialize above all: it ends with this process too, and within its time.
    private const string RunScript = """
        exec 3<&0 </dev/null
        "$@" 3<&- &
        child=$!
        ( while read -r word; do :; done; kill -KILL "$child" ) <&3 3<&- >/dev/null 2>&1 &
        reader=$!
        exec 3<&-
        wait "$child"
        code=$?
        kill "$reader" 2>/dev/null
        exit "$code"

        """;

    /// <summary>The command line of a supervised mysqld.</summary>
    public static IReadOnlyList<string> Command(
        LocalMySqlServerOptions options,
        string clean,
        string initFile,
        string owner,
        string log,
        string copyFrom,
        string data,
        IEnumerable<string> mysqld) =>
    [
        "-c",
        Script.ReplaceLineEndings("\n"),
        "rds-iam",
        options.DataVolume is null ? "KILL" : "TERM",
        clean,
        initFile,
        owner,
        log,
        copyFrom,
        data,
        .. mysqld,
    ];

    /// <summary>The command line of a program that ends by itself, and with this process when that ends first.</summary>
    public static IReadOnlyList<string> Command(IEnumerable<string> program) =>
        ["-c", RunScript.ReplaceLineEndings("\n"), "rds-iam", .. program];

    /// <summary>What goes to the script first: the superuser that this process will log in as.</summary>
    public static string FirstStatements(string password) =>
        $"""
        SET @@SESSION.sql_log_bin = 0;
        CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY {Sql.Text(password)};
        ALTER USER 'root'@'%' IDENTIFIED BY {Sql.Text(password)};
        ALTER USER 'root'@'localhost' IDENTIFIED BY {Sql.Text(password)};
        GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;


        """.ReplaceLineEndings("\n");

    /// <summary>What a shell's exit code says of a program's end.</summary>
    public static string Describe(int exitCode) => exitCode switch
    {
        137 => "killed by signal 9: by somebody, or by the system when memory ran out",
        134 => "aborted (signal 6)",
        139 => "crashed (signal 11)",
        > 128 => $"ended by signal {exitCode - 128}",
        _ => $"exit code {exitCode}",
    };

    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
