#!/usr/bin/env bash
# What the tests need on a Debian-like machine: a Docker engine, a real MySQL 9.7 as image and as unpacked server, and the clients that must log in.
# Sourced by .ci/run, and fine to run by hand as root; says in one line each what it does; quick when all is there.
ci_say() { printf '%-11s %s\n' setup "$1"; }

ci_packages() {
    local wanted=() package
    command -v dockerd >/dev/null || wanted+=(docker.io)
    [ -x /usr/bin/aws ] || command -v aws >/dev/null || wanted+=(awscli)
    command -v node >/dev/null || wanted+=(nodejs)
    command -v npm >/dev/null || wanted+=(npm)
    # A real sshd on loopback leads to a private endpoint in the tests of --via.
    [ -x /usr/sbin/sshd ] && command -v ssh >/dev/null || wanted+=(openssh-server openssh-client)
    command -v gcc >/dev/null || wanted+=(gcc libc6-dev)
    # The plugin's own checks: against MySQL's headers, under valgrind, for the other architecture and in a server of that one.
    command -v g++ >/dev/null || wanted+=(g++)
    command -v valgrind >/dev/null || wanted+=(valgrind)
    if [ "$(uname -m)" = x86_64 ]; then
        command -v aarch64-linux-gnu-gcc >/dev/null || wanted+=(gcc-aarch64-linux-gnu)
        command -v qemu-aarch64 >/dev/null || wanted+=(qemu-user)
    fi
    # The client tests use the system's own Python: that is where Debian puts PyMySQL.
    [ -f /usr/lib/python3/dist-packages/pymysql/__init__.py ] || wanted+=(python3-pymysql)
    [ -f /usr/lib/python3/dist-packages/boto3/__init__.py ] || wanted+=(python3-boto3)
    command -v php >/dev/null && php -m | grep -qx mysqli || wanted+=(php-cli php-mysql)
    # A clock that is off, and the shells that completion scripts are for.
    command -v faketime >/dev/null || wanted+=(faketime)
    command -v zsh >/dev/null || wanted+=(zsh)
    command -v fish >/dev/null || wanted+=(fish)
    # Drivers of Go and Java, as Debian packs them.
    command -v go >/dev/null || wanted+=(golang-go)
    [ -d /usr/share/gocode/src/github.com/go-sql-driver/mysql ] || wanted+=(golang-github-go-sql-driver-mysql-dev)
    [ -d /usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/feature/rds/auth ] || wanted+=(golang-github-aws-aws-sdk-go-v2-dev)
    command -v javac >/dev/null || wanted+=(default-jdk-headless)
    [ -f /usr/share/java/mariadb-java-client.jar ] || wanted+=(libmariadb-java)
    [ ${#wanted[@]} -gt 0 ] || return 0
    ci_say "installing ${wanted[*]}"
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null 2>&1 && return 0
    # One package that cannot be had must not cost the others; its tests skip and say so.
    for package in "${wanted[@]}"; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || ci_say "$package cannot be installed; tests that need it will be skipped"
    done
}

ci_docker() {
    command -v docker >/dev/null || { ci_say "no docker; tests in containers will be skipped"; return 0; }
    if ! docker version >/dev/null 2>&1 && ! DOCKER_API_VERSION=1.41 docker version >/dev/null 2>&1; then
        ci_say "starting dockerd"
        (dockerd >"${TMPDIR:-/tmp}/dockerd.log" 2>&1 &)
        for _ in $(seq 60); do
            DOCKER_API_VERSION=1.41 docker version >/dev/null 2>&1 && break
            sleep 0.5
        done
    fi
    # An engine older than what clients ask for (Debian bookworm's) does not negotiate: they have to be told.
    local api
    api=$(DOCKER_API_VERSION=1.41 docker version --format '{{.Server.APIVersion}}' 2>/dev/null) || { ci_say "no Docker engine answers; tests in containers will be skipped"; return 0; }
    if [ "$(printf '%s\n1.44\n' "$api" | sort -V | head -1)" != 1.44 ]; then export DOCKER_API_VERSION=$api; fi
    # The clean-up container of Testcontainers needs an image from a registry.
    docker image inspect testcontainers/ryuk >/dev/null 2>&1 || export TESTCONTAINERS_RYUK_DISABLED=true
    # A machine that looks like a container but runs its own engine reaches published ports on loopback.
    if [ -e /.dockerenv ] && [ -z "${DOCKER_HOST:-}" ]; then export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1; fi
    eng/mysql-image.sh || ci_say "the image rds-iam-mysql:9.7 cannot be made; tests in containers will be skipped"
}

ci_node() {
    command -v npm >/dev/null || return 0
    local folder
    for folder in playground/orders-report tests/RdsIamAspire.Clients.Tests/node tests/RdsIamAspire.Tests/Conformance; do
        [ -f "$folder/package.json" ] || continue
        [ -d "$folder/node_modules" ] && continue
        ci_say "npm packages of $folder"
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1) || ci_say "npm packages of $folder cannot be had; their tests will be skipped"
    done
}

ci_aspire() {
    # The aspire command line of the release that the tree builds with, for the tests that run the playground as a user does.
    local folder=$PWD/artifacts/tools
    if [ ! -x "$folder/aspire" ]; then
        ci_say "the aspire command line"
        local version
        version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' Directory.Packages.props)
        dotnet tool install --tool-path "$folder" Aspire.Cli --version "$version" >/dev/null 2>&1 || { ci_say "Aspire.Cli $version cannot be had; its tests will be skipped"; return 0; }
    fi
    export PATH=$folder:$PATH
}

ci_mysqld() {
    # Building with the stand-in for AWSSDK.RDS works on every feed.
    AwsSdkRds=false dotnet run --project src/RdsIamAspire.Cli -v q -- server prepare || ci_say "no mysqld was unpacked; its tests will be skipped"
}

# The image for those without .NET; its tests skip where the base is not here.
ci_image() {
    docker image inspect rds-iam-mysql:9.7 >/dev/null 2>&1 || return 0
    AwsSdkRds=false eng/image.sh || ci_say "the image rds-iam:local cannot be made; its tests will fail"
}

# What the plugin is held against beside the machine's own MySQL; each test skips with its reason where it cannot be had.
ci_plugin() {
    local folder
    if [ -z "${RDS_IAM_MYSQL_HEADERS:-}" ] && command -v g++ >/dev/null; then
        if folder=$(eng/mysql-headers.sh); then export RDS_IAM_MYSQL_HEADERS=$folder; else ci_say "MySQL's headers cannot be had; the ABI is not checked"; fi
    fi
    if [ -z "${RDS_IAM_MARIADB:-}" ]; then
        if folder=$(eng/mariadb.sh); then export RDS_IAM_MARIADB=$folder; else ci_say "no MariaDB was unpacked; its test will be skipped"; fi
    fi
    if [ -z "${RDS_IAM_ARM64_MYSQL:-}" ] && command -v qemu-aarch64 >/dev/null; then
        if folder=$(eng/arm64-mysqld.sh); then export RDS_IAM_ARM64_MYSQL=$folder; else ci_say "no arm64 MySQL was unpacked; its test will be skipped"; fi
    fi
}

# Without Terraform's registry its AWS provider may still be on the machine, as a folder of providers.
ci_terraform() {
    command -v terraform >/dev/null && [ -z "${TF_CLI_ARGS_init:-}" ] || return 0
    local provider
    provider=$(find /opt /usr/share /usr/local/share -maxdepth 8 -type f -path '*/registry.terraform.io/hashicorp/aws/*' -print -quit 2>/dev/null)
    [ -z "$provider" ] || export TF_CLI_ARGS_init="-plugin-dir=${provider%/registry.terraform.io/*}"
}

ci_packages
ci_docker
ci_node
ci_aspire
ci_mysqld
ci_image
ci_plugin
ci_terraform
