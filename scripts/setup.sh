#!/bin/sh
# Installs what Viva needs beside Rust and Node, on Debian and its kin: `setup.sh run` for running, `setup.sh test` for the
# tests as well. What is there already is left alone; without the right to install, says what is missing.
set -eu
cd "$(dirname "$0")/.."

missing() {
    for package in "$@"; do
        case $package in
        espeak-ng | sox | flac | openssl | curl) command -v "$package" >/dev/null || echo "$package" ;;
        chromium) command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium ;;
        gcc | make) command -v "$package" >/dev/null || echo "$package" ;;
        postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || echo postgresql ;;
        python3-venv) python3 -c 'import ensurepip' 2>/dev/null || echo "python3 python3-venv" ;;
        esac
    done
}

need_tool() {
    command -v "$1" >/dev/null || {
        echo "setup: $1 is not installed; $2" >&2
        exit 1
    }
}

need_tool cargo "get Rust from https://rustup.rs"
need_tool npm "get Node.js 20 or later from https://nodejs.org or your distribution"

case ${1:-run} in
run) packages=$(missing gcc espeak-ng python3-venv) ;;
test) packages=$(missing gcc curl espeak-ng sox flac openssl chromium python3-venv postgresql) ;;
*)
    echo "setup: say 'run' or 'test'" >&2
    exit 2
    ;;
esac

if [ -n "$packages" ]; then
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! command -v sudo >/dev/null; }; then
        echo "setup: please install" $packages >&2
        exit 1
    fi
    echo "setup: installing" $packages
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

# The better voice detector; Viva runs without it too.
scripts/fetch-silero.sh || true
# The end-of-turn model is off unless it is named; the tests run the real one.
[ "${1:-run}" = run ] || scripts/fetch-smart-turn.sh

# An S3 server for the tests of what is kept; PostgreSQL is started by the tests themselves.
S3_VERSION=5.2.5
if [ "${1:-run}" = test ] && [ ! -e ".cache/s3/moto-$S3_VERSION" ]; then
    echo "setup: fetching an S3 server for tests"
    rm -rf .cache/s3
    python3 -m venv .cache/s3
    .cache/s3/bin/pip install -q --disable-pip-version-check "moto[server]==$S3_VERSION"
    touch ".cache/s3/moto-$S3_VERSION"
fi

# An OpenID Connect provider for the tests of signing in.
OIDC=replay-tests/clients/oidc
if [ "${1:-run}" = test ] && [ ! "$OIDC/node_modules/.package-lock.json" -nt "$OIDC/package-lock.json" ]; then
    echo "setup: fetching an OpenID Connect provider for tests"
    npm ci --prefix "$OIDC" --no-audit --no-fund
    touch "$OIDC/node_modules/.package-lock.json"
fi
