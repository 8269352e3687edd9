#!/usr/bin/env bash
# Builds the server plugin for linux-x64 and linux-arm64. Needs gcc and, for the other architecture, a cross gcc
# (Debian: gcc-aarch64-linux-gnu or gcc-x86-64-linux-gnu); says which is missing and builds what it can.
# Usage: native/build.sh [OUTPUT]     OUTPUT: the folder that linux-x64/ and linux-arm64/ go to; this one unless told otherwise
set -euo pipefail
cd "$(dirname "$0")"
output=${1:-.}
newest_glibc=2.28   # what the official images since MySQL 8.0 have at least

# -D_FORTIFY_SOURCE needs -O; no build id, path or date goes into the file, so the same compiler gives the same bytes.
# nodelete: DROP FUNCTION and UNINSTALL PLUGIN close the library even while a call is inside; its code has to stay mapped.
flags=(-std=c11 -O2 -g0 -fPIC -shared -pthread -Wall -Wextra -Werror -Wconversion -Wshadow -Wstrict-prototypes -Wformat=2
    -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fno-ident -ffile-prefix-map="$PWD"=.
    -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodelete,-z,defs,--build-id=none,--as-needed,-s)

built=0
for target in linux-x64:x86_64 linux-arm64:aarch64; do
    folder=${target%%:*} machine=${target##*:}
    compiler=$(command -v "$machine-linux-gnu-gcc" || true)
    if [ -z "$compiler" ] && [ "$(uname -m)" = "$machine" ]; then compiler=$(command -v gcc || true); fi
    if [ -z "$compiler" ]; then
        echo "skipped     $folder: no $machine-linux-gnu-gcc; on Debian type: apt-get install gcc-${machine/_/-}-linux-gnu" >&2
        continue
    fi
    mkdir -p "$output/$folder"
    file=$output/$folder/aws_authentication_plugin.so
    "$compiler" "${flags[@]}" -o "$file" aws_authentication_plugin.c
    chmod 644 "$file"
    newest=$(objdump -T "$file" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -1 || true)
    if [ -n "$newest" ] && [ "$(printf '%s\n' "$newest" $newest_glibc | sort -V | tail -1)" != $newest_glibc ]; then
        echo "error: $file needs glibc $newest; $newest_glibc is the newest allowed" >&2
        exit 1
    fi
    echo "built       $file ($(stat -c %s "$file") bytes, glibc ${newest:-not looked at})"
    built=1
done
[ $built = 1 ] || { echo "error: nothing was built: no C compiler was found" >&2; exit 1; }
