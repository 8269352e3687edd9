#!/usr/bin/env bash
# The public headers of MySQL's newest version in Debian's unstable suite, out of the source that its package mysql-source carries (about 430 MB,
# thrown away afterwards), for the compile-time check of the plugin's ABI. Prints the folder; quick when it is there already.
# Usage: eng/mysql-headers.sh
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rds-iam/headers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# apt with lists and an idea of what is installed of its own, as the library unpacks MySQL: no root, and nothing of the system is changed.
mirror=${RDS_IAM_DEBIAN_MIRROR:-$(apt-get -o Dir::State::Lists="$work/none" --print-uris update 2>/dev/null | sed -n "s|^'\(.*/debian\)/dists/.*|\1|p" | head -1)}
[ -n "$mirror" ] || { echo "mysql-headers: apt's sources name no Debian mirror" >&2; exit 1; }
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/download"
: >"$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"
apt=(-qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::Lists="$work/lists"
    -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update >/dev/null
version=$(apt-cache "${apt[@]}" policy mysql-source | sed -n 's/ *Candidate: //p')
[ -n "$version" ] && [ "$version" != "(none)" ] || { echo "mysql-headers: Debian has no package mysql-source any more" >&2; exit 1; }

folder=$cache/$version
if [ ! -d "$folder" ]; then
    (cd "$work/download" && apt-get "${apt[@]}" download mysql-source >/dev/null)
    mkdir -p "$work/tree" "$cache"
    dpkg-deb --fsys-tarfile "$work"/download/*.deb | tar -xO ./usr/src/mysql/mysql-source.tar.gz |
        tar -xz -C "$work/tree" --strip-components=1 --wildcards --no-wildcards-match-slash '*/include' '*/libs/mysql' '*/MYSQL_VERSION'
    mv "$work/tree" "$folder.making-$$" && { mv -T "$folder.making-$$" "$folder" 2>/dev/null || rm -rf "$folder.making-$$"; }
fi
echo "$folder/include"
