using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// Lets the SQL statement <c>RESTART</c> restart the server inside its container, so that a restart keeps data and port as a reboot on RDS does;
/// the orchestrator's own restart makes a new container.
/// </summary>
internal static class RestartableServer
{
    private const string FileName = "mysql-server.sh";

    /// <summary>
    /// Starts the image's own entrypoint again whenever the server asks for it: exit status 16, from a server that is told its parent's id
    /// ("RESTART Statement", MySQL Reference Manual; MYSQLD_RESTART_EXIT and MYSQLD_PARENT_PID in the server's sources).
    /// </summary>
    private const string Script = """
        #!/bin/sh
        entrypoint=$(command -v docker-entrypoint.sh) || entrypoint=/entrypoint.sh
        export MYSQLD_PARENT_PID=$$
        server=
        trap 'kill -TERM "$server" 2>/dev/null' TERM INT
        while :; do
            "$entrypoint" "$@" &
            server=$!
            # A signal ends the wait before it ends the server.
            while :; do
                wait "$server"
                code=$?
                kill -0 "$server" 2>/dev/null || break
            done
            [ "$code" = 16 ] || exit "$code"
        done

        """;

    /// <summary>The container's entrypoint, in the folder that <see cref="File"/> is copied to.</summary>
    internal static string Entrypoint(string folder) => $"{folder}/{FileName}";

    /// <summary>Made anew for each container, as the orchestrator wants it.</summary>
    internal static ContainerFile File() => new()
    {
        Name = FileName,
        Contents = Script.ReplaceLineEndings("\n"),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
    };
}
