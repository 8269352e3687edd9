namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// Lets the SQL statement <c>RESTART</c> restart the server inside its container, so that a restart keeps data and port as a reboot on RDS does;
/// the orchestrator's own restart makes a new container.
/// </summary>
internal static class RestartableServer
{
    internal const string Shell = "/bin/sh";

    /// <summary>
    /// Starts the image's own entrypoint again whenever the server asks for it: exit status 16, from a server that is told its parent's id
    /// ("RESTART Statement", MySQL Reference Manual; MYSQLD_RESTART_EXIT and MYSQLD_PARENT_PID in the server's sources).
    /// </summary>
    private const string Script = """
        entrypoint=$(command -v docker-entrypoint.sh) || entrypoint=/entrypoint.sh
        export MYSQLD_PARENT_PID=$$
        server=
        trap 'kill -TERM "$server" 2>/dev/null' TERM INT
        while :; do
            "$entrypoint" "$@" &
            server=$!
            while :; do
                wait "$server"
                code=$?
                kill -0 "$server" 2>/dev/null || break
            done
            [ "$code" = 16 ] || exit "$code"
        done
        """;

    /// <summary>What comes before the arguments of the image's own entrypoint.</summary>
    internal static string[] Arguments { get; } = ["-c", Script.ReplaceLineEndings("\n"), "mysql-server"];
}
