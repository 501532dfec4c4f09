#!/bin/sh
# Installs what Viva needs beside Rust and Node, on Debian and its kin: `setup.sh run` for running, `setup.sh test` for the
# tests as well. What is there already is left alone; without the right to install, says what is missing.
set -eu
cd "$(dirname "$0")/.."

missing() {
    for package in "$@"; do
        case $package in
        espeak-ng | sox | flac | openssl) command -v "$package" >/dev/null || echo "$package" ;;
        chromium) command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium ;;
        gcc | make) command -v "$package" >/dev/null || echo "$package" ;;
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
test) packages=$(missing gcc espeak-ng sox flac openssl chromium python3-venv) ;;
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
