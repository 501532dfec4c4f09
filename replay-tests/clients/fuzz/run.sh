#!/usr/bin/env bash
# Lets schemathesis send every route of the REST interface what its description allows and what it does not, against a real
# server with real interviews in it. Usage: run.sh VIVA-BINARY CACHE-FOLDER (which holds the fuzzer's venv) [SECONDS at most].
# Exit code: 0, or 1 when a route answered what its description does not say.
set -euo pipefail
viva=$(realpath "$1")
cache=$(realpath "$2")
seconds=${3:-180}
cd "$(dirname "$0")"
source ../serve.sh

# Interviews to be read, and some to be deleted.
recordings=$work/fuzz/recordings
mkdir -p "$recordings"
for number in 1 2 3; do
    folder=$recordings/$(printf 'sess_%032x' "$number")
    cp -r ../../cases/a-demo-held-over-the-socket "$folder"
    head -c 480000 /dev/zero >"$folder/candidate.pcm"
done
for number in $(seq 4 9); do cp -r ../../cases/signals-are-only-kept "$recordings/$(printf 'sess_%032x' "$number")"; done

cat >>"$work/config.toml" <<'TOML'
[runner]
provider = "disabled"
[limits]
sessions_max = 100000
sign_ins_per_minute = 10000
requests_per_minute = 1000000
TOML

VIVA__SERVE__API_KEY=fuzz serve fuzz
taken() { curl -sf -H 'authorization: Bearer fuzz' "$url/v1/sessions/$(printf 'sess_%032x' 1)/scorecard" >/dev/null; }
for _ in $(seq 300); do
    taken && break
    sleep 0.1
done
taken || {
    echo "the server did not take its recordings in:" >&2
    cat "$work/fuzz.log" >&2
    exit 1
}

# The number is arbitrary and stays: what is sent is the same each time.
failed=0
timeout "$seconds" "$cache/venv/bin/st" --config-file schemathesis.toml run "$url/v1/openapi.json" --seed 20261122 || failed=1
if ! curl -sf "$url/healthz" >/dev/null; then
    echo "the server is gone" >&2
    failed=1
fi
if grep -q 'panicked' "$work/fuzz.log"; then failed=1; fi
if [ "$failed" = 1 ]; then
    echo "--- server log"
    sed 's,\x1b\[[0-9;]*m,,g' "$work/fuzz.log" | grep -v ' INFO ' | tail -n 40
fi
exit "$failed"
