#!/usr/bin/env bash
# Starts Viva with scripted services, once open and once with TLS, and lets every real client hold its conversation.
# Usage: run.sh VIVA-BINARY CACHE-FOLDER (which holds the Python clients' venv). Exit code: 0, or 1 when a client failed.
set -euo pipefail
viva=$(realpath "$1")
cache=$(realpath "$2")
cd "$(dirname "$0")"
work=$(mktemp -d)
servers=()
finish() {
    for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

espeak-ng -v en-us -s 165 -w "$work/spoken.wav" "I would use a hash map."
sox "$work/spoken.wav" -r 24000 -c 1 -b 16 "$work/speech.wav" norm -6
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

cat >"$work/config.toml" <<'TOML'
[stt]
provider = "fake"
[llm]
provider = "fake"
[llm.fake]
seed = 1
answers = ["That is a sound idea to begin with. How much memory would the map need when the list is very long, and what would you say if memory were scarce on that machine?"]
[tts]
provider = "fake"
[vad]
provider = "earshot"
TOML

# Starts a server on a free port; its address is the last word of the line it prints when it is ready.
start() {
    local name=$1
    shift
    # There before it is read: the server may begin later than this script goes on.
    : >"$work/$name.log"
    "$viva" serve --listen 127.0.0.1:0 --data "$work/$name" --config "$work/config.toml" "$@" >"$work/$name.log" 2>&1 &
    servers+=($!)
    for _ in $(seq 300); do
        url=$(sed -n 's/^Viva: //p' "$work/$name.log")
        [ -n "$url" ] && return
        kill -0 "${servers[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not start:" >&2
    cat "$work/$name.log" >&2
    exit 1
}

failed=0
run() {
    echo "--- $*"
    timeout 300 "$@" || failed=1
}

start open
open=$url
start tls --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"
tls=https://localhost:${url##*:}

run "$cache/venv/bin/python" python/samples.py
run node node/samples.mjs
run "$cache/venv/bin/python" python/talk.py "$open/v1" "$work/speech.wav"
run node node/agents.mjs "ws${open#http}/v1/realtime?model=viva" "$work/speech.wav"
NODE_EXTRA_CA_CERTS=$work/cert.pem run node node/openai.mjs "$tls/v1" "$work/speech.wav"

if [ $failed = 1 ]; then
    echo "--- server logs"
    tail -n 40 "$work"/*.log
fi
exit $failed
