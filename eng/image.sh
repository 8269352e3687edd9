#!/usr/bin/env bash
# Makes the Docker image rds-iam:local: a local RDS for those without .NET (docs/without-dotnet.md). rds-iam is published self-contained.
# Usage: eng/image.sh [--force] [--base IMAGE] [--tag IMAGE] [--id]      --id writes the image's id alone
# The base is mysql:8.4, or rds-iam-mysql:9.7 (eng/mysql-image.sh) where that is here. Quick when neither sources nor base have changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { [ -n "$id" ] || printf '%-11s %s\n' image "$1"; }
fail() { echo "error: $1" >&2; exit 1; }

force='' base='' tag=rds-iam:local id=''
while [ $# -gt 0 ]; do
    case $1 in
        --force) force=1 ;;
        --base) base=${2:?--base needs an image}; shift ;;
        --tag) tag=${2:?--tag needs a name}; shift ;;
        --id) id=1 ;;
        *) fail "'$1' is no option; there are --force, --base IMAGE, --tag IMAGE and --id" ;;
    esac
    shift
done

command -v docker >/dev/null || fail "docker was not found on the PATH"
command -v dotnet >/dev/null || fail "dotnet was not found on the PATH"
if ! machine=$(docker version --format '{{.Server.Arch}}' 2>/dev/null) && [ -z "${DOCKER_API_VERSION:-}" ]; then
    export DOCKER_API_VERSION=1.41   # as in mysql-image.sh
    machine=$(docker version --format '{{.Server.Arch}}' 2>/dev/null) || true
fi
case $machine in
    amd64) rid=linux-x64 ;;
    arm64) rid=linux-arm64 ;;
    '') fail "no Docker engine answers" ;;
    *) fail "the Docker engine is for $machine; the plugin is built for amd64 and arm64" ;;
esac
if [ -z "$base" ]; then
    base=mysql:8.4
    ! docker image inspect rds-iam-mysql:9.7 >/dev/null 2>&1 || base=rds-iam-mysql:9.7
fi
docker image inspect "$base" >/dev/null 2>&1 || docker pull -q "$base" >/dev/null || fail "the image $base is not here and cannot be pulled"

# What the image is made of is its identity.
recipe=$({
    docker image inspect --format '{{.Id}}' "$base"
    find src analyzers eng/image eng/image.sh eng/ca-bundle Directory.*.props Directory.*.targets global.json -type f \
        -not -path '*/bin/*' -not -path '*/obj/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
} | sha256sum | cut -c1-16)
there=$(docker images -q --no-trunc --filter "label=rds-iam.recipe=$recipe" | head -1)
if [ -z "$force" ] && [ -n "$there" ]; then
    docker tag "$there" "$tag"
    say "$tag is there already"
    [ -z "$id" ] || echo "$there"
    exit 0
fi

say "making $tag on $base"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Apart from the tree's own bin and obj, which are of another configuration.
dotnet publish src/RdsIamAspire.Cli -c Release -r "$rid" --self-contained -o "$work/context/rds-iam" --artifacts-path "$work/artifacts" \
    -v q -nologo -p:DebugType=none >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "rds-iam was not published"; }
chmod -R go+rX "$work/context"
DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} docker build -q --build-arg "BASE=$base" --label "rds-iam.recipe=$recipe" -t "$tag" -f eng/image/Dockerfile \
    "$work/context" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$tag was not built"; }
say "$tag is made ($(docker image inspect --format '{{.Size}}' "$tag" | awk '{ printf "%d MB", $1 / 1000000 }'), $(docker image inspect \
    --format '{{.Size}}' "$base" | awk '{ printf "%d MB", $1 / 1000000 }') of it $base)"
[ -z "$id" ] || docker image inspect --format '{{.Id}}' "$tag"
