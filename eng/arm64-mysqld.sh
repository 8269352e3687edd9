#!/usr/bin/env bash
# Debian's MySQL for arm64 with the libraries it needs, unpacked into the cache folder, to be run under qemu-user (apt-get install qemu-user):
# for the one test that logs in to an arm64 server on an x64 machine. Prints the folder; quick when it is there already.
# Usage: eng/arm64-mysqld.sh
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rds-iam/arm64
if [ -f "$cache/complete" ]; then echo "$cache"; exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work" "$cache.making-$$"' EXIT

mirror=${RDS_IAM_DEBIAN_MIRROR:-$(apt-get -o Dir::State::Lists="$work/none" --print-uris update 2>/dev/null | sed -n "s|^'\(.*/debian\)/dists/.*|\1|p" | head -1)}
[ -n "$mirror" ] || { echo "arm64-mysqld: apt's sources name no Debian mirror" >&2; exit 1; }
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
# perl is for helper scripts only.
printf '%s\n' 'Package: perl' 'Status: install ok installed' 'Architecture: arm64' 'Multi-Arch: allowed' 'Version: 99:1' \
    'Maintainer: none <none@localhost>' 'Description: not needed' '' >"$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"
apt=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache"
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Install-Recommends=false -o APT::Sandbox::User=
    -o Debug::NoLocking=1)
apt-get "${apt[@]}" update >/dev/null
apt-get "${apt[@]}" -y --download-only install mysql-server-core >/dev/null
mkdir -p "$cache.making-$$"
for archive in "$work"/cache/archives/*.deb; do dpkg-deb -x "$archive" "$cache.making-$$"; done
rm -rf "$cache.making-$$"/usr/share/{doc,man,locale,perl}
touch "$cache.making-$$/complete"
rm -rf "$cache"
mv -T "$cache.making-$$" "$cache"
echo "$cache"
