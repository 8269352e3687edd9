using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// What runs in the container in place of the image's own entrypoint. It lets the SQL statement <c>RESTART</c> restart the server, so that
/// a restart keeps
/// data and port as a reboot on RDS does (the orchestrator's own restart makes a new container); and where the image has a data directory
/// that was
/// initialised once on this machine, it copies that instead of initialising another.
/// </summary>
internal static class RestartableServer
{
    private const string FileName = "mysql-server.sh";

    /// <summary>
    /// Starts the server again whenever it asks for that: exit status 16, from a server that is told its parent's id ("RESTART Statement",
    /// MySQL Reference
    /// Manual; MYSQLD_RESTART_EXIT and MYSQLD_PARENT_PID in the server's sources). Whatever only the image's entrypoint knows to do (init
    /// scripts, the
    /// variables that make databases and users) is left to it, and so is every image without an initialised directory.
    /// </summary>
    private const string Script = """
        #!/bin/sh
        files=$(dirname "$0")
        data=/var/lib/mysql
        made=/var/lib/rds-iam/data
        init=/var/lib/rds-iam/init.sql
        entrypoint=$(command -v docker-entrypoint.sh) || entrypoint=/entrypoint.sh
        case "$1" in '' | -*) set -- mysqld "$@" ;; esac
        server=$1
        shift
        if [ "$server" = mysqld ]; then
            set -- --ssl-ca="$files/ca.pem" --ssl-cert="$files/server-cert.pem" --ssl-key="$files/server-key.pem" "$@"
        fi
        own="$MYSQL_DATABASE$MYSQL_USER$MYSQL_ROOT_HOST$MYSQL_RANDOM_ROOT_PASSWORD$MYSQL_ONETIME_PASSWORD$MYSQL_INITDB_ARGS"
        direct= fresh=
        if [ "$server" = mysqld ] && [ -d "$made/mysql" ] && [ -n "$MYSQL_ROOT_PASSWORD" ] && [ -z "$own" ] \
            && [ -z "$(ls -A /docker-entrypoint-initdb.d 2>/dev/null)" ] && [ -z "$(ls -A "$data" 2>/dev/null)" ]; then
            cp -a "$made/." "$data/" || exit 1
            password=$(printf '%s' "$MYSQL_ROOT_PASSWORD" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")
            (
                umask 077
                printf '%s\n' \
                    "SET @@SESSION.sql_log_bin = 0;" \
                    "CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '$password';" \
                    "ALTER USER 'root'@'localhost' IDENTIFIED BY '$password';" \
                    "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;" > "$init"
            )
            if [ "$(id -u)" = 0 ]; then chown mysql "$data" "$init" 2>/dev/null; fi
            direct=1 fresh=--init-file=$init
        fi
        user=
        if [ "$(id -u)" = 0 ]; then user=--user=mysql; fi
        export MYSQLD_PARENT_PID=$$
        child=
        trap 'kill -TERM "$child" 2>/dev/null' TERM INT
        while :; do
            if [ -n "$direct" ]; then
                # What the entrypoint does with a data directory that is there, without the mysqld that it asks for the directory's name.
                mysqld $user $throwaway "$@" $fresh &
            else
                "$entrypoint" "$server" $throwaway "$@" &
            fi
            child=$!
            # A signal ends the wait before it ends the server.
            while :; do
                wait "$child"
                code=$?
                kill -0 "$child" 2>/dev/null || break
            done
            rm -f "$init"
            fresh=
            [ "$code" = 16 ] || exit "$code"
        done

        """;

    /// <summary>The container's entrypoint, in the folder that <see cref="File"/> is copied to.</summary>
    internal static string Entrypoint(string folder) => $"{folder}/{FileName}";

    /// <summary>Made anew for each container, as the orchestrator wants it.</summary>
    /// <param name="throwawayArguments">What a server is started with whose data goes with its container; none for one whose data is
    /// kept.</param>
    internal static ContainerFile File(IEnumerable<string> throwawayArguments) => new()
    {
        Name = FileName,
        Contents = Script.ReplaceLineEndings("\n").Replace(
            "data=/var/lib/mysql\n",
            $"data=/var/lib/mysql\nthrowaway='{string.Join(' ', throwawayArguments)}'\n",
            StringComparison.Ordinal),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
    };
}
