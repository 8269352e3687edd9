namespace RdsIamAspire.Tunnel.Via;

/// <summary>
/// The shell script that runs a program and ends it, with all that it has started, when this process is gone, however that happens: its
/// standard input is a pipe from this process. The program has a session of its own, so that a Ctrl+C at the terminal does not reach it,
/// and asks nothing there.
/// </summary>
internal static class Supervision
{
    // session-manager-plugin takes leave of AWS at SIGINT; the aws that started it ends with it.
    private const string Script = """
        exec 3<&0 </dev/null
        trap '' INT HUP QUIT
        trap ':' TERM
        if command -v setsid >/dev/null 2>&1; then
            setsid "$@" 3<&- &
        else
            set -m
            "$@" 3<&- &
        fi
        child=$!
        (
            while read -r word; do :; done
            for signal in INT TERM KILL; do
                kill -$signal -$child || kill -$signal $child || break
                waited=0
                while kill -0 -$child && [ $waited -lt 10 ]; do sleep 0.1; waited=$((waited + 1)); done
            done
        ) <&3 3<&- >/dev/null 2>&1 &
        reader=$!
        exec 3<&-
        wait "$child"
        code=$?
        while kill -0 "$child" 2>/dev/null; do
            wait "$child"
            code=$?
        done
        kill -KILL -$child 2>/dev/null
        kill "$reader" 2>/dev/null
        exit "$code"

        """;

    /// <summary>The command line of a program that ends with this process. On Windows the program itself: only an orderly end ends it.
    /// </summary>
    public static IReadOnlyList<string> Command(IReadOnlyList<string> program) => OperatingSystem.IsWindows()
        ? program
        : ["/bin/sh", "-c", Script.ReplaceLineEndings("\n"), "rds-iam", .. program];
}
