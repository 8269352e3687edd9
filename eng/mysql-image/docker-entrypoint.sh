#!/bin/bash
# Initialises the data directory once, from the environment variables of the official `mysql` image, and starts mysqld.
set -euo pipefail

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- mysqld "$@"; fi
if [ "$1" != mysqld ]; then exec "$@"; fi
for argument in "$@"; do
    case $argument in --help | -? | --version | -V | --verbose) exec "$@" ;; esac
done

# A setting may come as a file (MYSQL_ROOT_PASSWORD_FILE), as Docker secrets do.
setting() {
    local file="$1_FILE"
    if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!1:-${2:-}}"; fi
}
quote() { local text=${1//\\/\\\\}; printf "'%s'" "${text//\'/\'\'}"; }
name() { printf '`%s`' "${1//\`/\`\`}"; }
say() { echo "[entrypoint] $1"; }

data=/var/lib/mysql
for argument in "$@"; do case $argument in --datadir=*) data=${argument#--datadir=} ;; esac; done
mkdir -p "$data" /var/run/mysqld
if [ "$(id -u)" = 0 ]; then chown -R mysql:mysql "$data" /var/run/mysqld; fi

if [ ! -d "$data/mysql" ]; then
    root_password=$(setting MYSQL_ROOT_PASSWORD)
    if [ -n "${MYSQL_RANDOM_ROOT_PASSWORD:-}" ]; then
        root_password=$(head -c 24 /dev/urandom | base64)
        say "GENERATED ROOT PASSWORD: $root_password"
    fi
    if [ -z "$root_password" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
        echo "[entrypoint] error: set one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_RANDOM_ROOT_PASSWORD" >&2
        exit 1
    fi

    say "initialising $data"
    "$@" --initialize-insecure
    socket=/var/run/mysqld/init.sock
    "$@" --skip-networking --socket="$socket" --mysqlx=OFF &
    server=$!
    client=(mysql --no-defaults --protocol=socket --socket="$socket" -uroot --commands=ON)
    until "${client[@]}" -e 'DO 1' 2>/dev/null; do
        kill -0 $server 2>/dev/null || { echo '[entrypoint] error: the server ended while it was being initialised; see above' >&2; exit 1; }
        sleep 0.1
    done

    database=$(setting MYSQL_DATABASE)
    user=$(setting MYSQL_USER)
    root_host=$(setting MYSQL_ROOT_HOST %)
    {
        echo "SET @@SESSION.sql_log_bin = 0;"
        echo "ALTER USER root@localhost IDENTIFIED BY $(quote "$root_password");"
        if [ "$root_host" != localhost ]; then
            echo "CREATE USER root@$(quote "$root_host") IDENTIFIED BY $(quote "$root_password");"
            echo "GRANT ALL ON *.* TO root@$(quote "$root_host") WITH GRANT OPTION;"
        fi
        if [ -n "$database" ]; then echo "CREATE DATABASE IF NOT EXISTS $(name "$database");"; fi
        if [ -n "$user" ]; then
            echo "CREATE USER $(quote "$user")@'%' IDENTIFIED BY $(quote "$(setting MYSQL_PASSWORD)");"
            if [ -n "$database" ]; then echo "GRANT ALL ON $(name "${database//_/\\_}").* TO $(quote "$user")@'%';"; fi
        fi
    } | "${client[@]}"

    export MYSQL_PWD=$root_password
    if [ -n "$database" ]; then client+=(--database="$database"); fi
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh) say "running $script"; if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
            *.sql) say "running $script"; "${client[@]}" < "$script" ;;
            *.sql.gz) say "running $script"; gunzip -c "$script" | "${client[@]}" ;;
        esac
    done
    "${client[@]}" -e SHUTDOWN
    unset MYSQL_PWD
    wait $server
    say "initialised"
fi

exec "$@"
