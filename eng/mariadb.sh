#!/usr/bin/env bash
# The MariaDB server of this Debian release, unpacked into the cache folder and not installed, for the test that it refuses the plugin.
# Prints the folder; quick when it is there already. The system's package lists have to be there (apt-get update).
# Usage: eng/mariadb.sh
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rds-iam/mariadb
if [ -f "$cache/complete" ]; then echo "$cache"; exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work" "$cache.making-$$"' EXIT
cd "$work"
# mariadb-server-core and what it needs that is not installed, without the configuration packages.
mapfile -t packages < <(apt-get -qq --print-uris -y --no-install-recommends install mariadb-server-core | sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" |
    grep -v -e '-common$' || true)
[ ${#packages[@]} -gt 0 ] || packages=(mariadb-server-core)
apt-get -qq -o APT::Sandbox::User= download "${packages[@]}" >/dev/null
mkdir -p "$cache.making-$$"
for archive in ./*.deb; do dpkg-deb -x "$archive" "$cache.making-$$"; done
touch "$cache.making-$$/complete"
rm -rf "$cache"
mv -T "$cache.making-$$" "$cache"
echo "$cache"
