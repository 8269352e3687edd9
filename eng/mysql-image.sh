#!/usr/bin/env bash
# Makes the Docker image rds-iam-mysql:9.7, a real MySQL 9.7 for networks without image pulls, from Debian sid's own
# packages: no root, no debootstrap, no Dockerfile. It behaves as the official `mysql` image where tests and Aspire look:
# MYSQL_ROOT_PASSWORD, MYSQL_DATABASE, MYSQL_USER, /docker-entrypoint-initdb.d, /etc/my.cnf with /etc/mysql/conf.d, mysqld's arguments.
# Usage: eng/mysql-image.sh [--force]      Environment: RDS_IAM_DEBIAN_MIRROR (else the mirror in this machine's apt sources)
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '%-11s %s\n' image "$1"; }
fail() { echo "error: $1" >&2; exit 1; }

command -v docker >/dev/null || fail "docker was not found on the PATH; type: apt-get install docker.io"
if ! server=$(docker version --format '{{.Server.APIVersion}}' 2>/dev/null) && [ -z "${DOCKER_API_VERSION:-}" ]; then
    export DOCKER_API_VERSION=1.41   # Debian bookworm's daemon; newer clients do not negotiate that far down
    server=$(docker version --format '{{.Server.APIVersion}}' 2>/dev/null) || true
fi
[ -n "$server" ] || fail "no Docker engine answers; type: dockerd &"

# The recipe is part of the image's identity: a change of it makes a new image.
recipe=$(cat mysql-image.sh mysql-image/* | sha256sum | cut -c1-16)
if [ "${1:-}" != --force ] && [ "$(docker image inspect --format '{{index .Config.Labels "rds-iam.recipe"}}' rds-iam-mysql:9.7 2>/dev/null)" = "$recipe" ]; then
    say "rds-iam-mysql:9.7 is there already"
    exit 0
fi

for tool in apt-get dpkg-deb tar; do command -v $tool >/dev/null || fail "$tool was not found: this script needs a Debian-like machine; elsewhere: docker pull mysql:9.7"; done
mirror=${RDS_IAM_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/\?$' || true)}
[ -n "$mirror" ] || fail "no Debian mirror in this machine's apt sources; set RDS_IAM_DEBIAN_MIRROR to one"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "making rds-iam-mysql:9.7 from Debian sid"

# An apt of its own: its sources, its lists, its idea of what is installed. perl is only recommended by scripts that the image leaves out.
mkdir -p "$work"/{lists/partial,cache/archives/partial,root}
arch=$(dpkg --print-architecture)
signed=$(ls /usr/share/keyrings/debian-archive-keyring.* 2>/dev/null | head -1)
echo "deb ${signed:+[signed-by=$signed] }$mirror sid main" > "$work/sources.list"
for absent in perl debconf; do
    printf 'Package: %s\nStatus: install ok installed\nPriority: optional\nSection: misc\nMaintainer: none <none@localhost>\nArchitecture: %s\nMulti-Arch: allowed\nVersion: 99:1\nDescription: not needed to run mysqld\n\n' "$absent" "$arch"
done > "$work/status"
apt=(apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists"
    -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=
    -o APT::Install-Recommends=false -o Debug::NoLocking=1)
"${apt[@]}" update
"${apt[@]}" -y --download-only install mysql-server-core mysql-client-core base-files bash coreutils dash findutils grep gzip hostname libc-bin sed tar >/dev/null

for package in "$work"/cache/archives/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/root" --keep-directory-symlink --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'; done
root=$work/root
version=$(dpkg-deb -f "$(ls "$work"/cache/archives/mysql-server-core_*.deb)" Version)
mkdir -p "$root"/{etc/mysql/conf.d,docker-entrypoint-initdb.d,run/mysqld,var/lib/mysql,tmp,root,proc,sys,dev}
chmod 1777 "$root/tmp"
ln -sfn dash "$root/usr/bin/sh"
cat > "$root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/bash
mysql:x:999:999:MySQL Server:/var/lib/mysql:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
PASSWD
printf 'root:x:0:\nmysql:x:999:\nnogroup:x:65534:\n' > "$root/etc/group"
cp mysql-image/my.cnf "$root/etc/my.cnf"
rm -f "$root/etc/mysql/my.cnf" "$root/etc/alternatives/my.cnf"
install -D -m 755 mysql-image/docker-entrypoint.sh "$root/usr/local/bin/docker-entrypoint.sh"
ln -sfn /usr/local/bin/docker-entrypoint.sh "$root/entrypoint.sh"

tar -c -C "$root" --owner=0 --group=0 --numeric-owner . | docker import \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["mysqld"]' --change 'VOLUME /var/lib/mysql' \
    --change 'EXPOSE 3306 33060' --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change "ENV MYSQL_VERSION=${version%%-*}" --change "LABEL rds-iam.recipe=$recipe" - rds-iam-mysql:9.7 >/dev/null
say "rds-iam-mysql:9.7 holds MySQL ${version%%-*} ($(docker image inspect --format '{{.Size}}' rds-iam-mysql:9.7 | awk '{ printf "%d MB", $1 / 1000000 }'))"
