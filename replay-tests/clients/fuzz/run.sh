#!/usr/bin/env bash
# Lets schemathesis send every route of the REST interface what its description allows and what it does not, against a real
# server with real interviews in it. Usage: run.sh VIVA-BINARY CACHE-FOLDER (which holds the fuzzer's venv) [SECONDS at most].
# Exit code: 0, or 1 when a route answered what its description does not say.
set -euo pipefail
viva=$(realpath "$1")
cache=$(realpath "$2")
seconds=${3:-180}
cd "$(dirname "$0")"
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# Interviews to be read, and some to be deleted.
recordings=$work/data/recordings
mkdir -p "$recordings"
for number in 1 2 3; do
    folder=$recordings/$(printf 'sess_%032x' "$number")
    cp -r ../../cases/a-demo-held-over-the-socket "$folder"
    head -c 480000 /dev/zero >"$folder/candidate.pcm"
done
for number in $(seq 4 9); do cp -r ../../cases/signals-are-only-kept "$recordings/$(printf 'sess_%032x' "$number")"; done

cat >"$work/config.toml" <<'TOML'
[stt]
provider = "fake"
[llm]
provider = "fake"
[tts]
provider = "fake"
[vad]
provider = "earshot"
[runner]
provider = "disabled"
[limits]
sessions_max = 100000
sign_ins_per_minute = 10000
requests_per_minute = 1000000
TOML

: >"$work/log"
VIVA__SERVE__API_KEY=fuzz "$viva" serve --listen 127.0.0.1:0 --data "$work/data" --config "$work/config.toml" >"$work/log" 2>&1 &
server=$!
url=
for _ in $(seq 300); do
    url=$(sed -n 's/^Viva: //p' "$work/log")
    [ -n "$url" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
taken() { curl -sf -H 'authorization: Bearer fuzz' "$url/v1/sessions/$(printf 'sess_%032x' 1)/scorecard" >/dev/null; }
for _ in $(seq 300); do
    [ -z "$url" ] || taken && break
    sleep 0.1
done
[ -n "$url" ] && taken || {
    echo "the server did not start, or did not take its recordings in:" >&2
    cat "$work/log" >&2
    exit 1
}

# The number is arbitrary and stays: what is sent is the same each time.
failed=0
timeout "$seconds" "$cache/venv/bin/st" --config-file schemathesis.toml run "$url/v1/openapi.json" --seed 20261122 || failed=1
if ! curl -sf "$url/healthz" >/dev/null; then
    echo "the server is gone" >&2
    failed=1
fi
if grep -q 'panicked' "$work/log"; then failed=1; fi
if [ "$failed" = 1 ]; then
    echo "--- server log"
    sed 's,\x1b\[[0-9;]*m,,g' "$work/log" | grep -v ' INFO ' | tail -n 40
fi
exit "$failed"
