#!/usr/bin/env bash
# Starts Viva with scripted services, once open and once with TLS, and lets every real client hold its conversation.
# Usage: run.sh VIVA-BINARY CACHE-FOLDER (which holds the Python clients' venv). Exit code: 0, or 1 when a client failed.
set -euo pipefail
viva=$(realpath "$1")
cache=$(realpath "$2")
cd "$(dirname "$0")"
source serve.sh

espeak-ng -v en-us -s 165 -w "$work/spoken.wav" "I would use a hash map."
sox "$work/spoken.wav" -r 24000 -c 1 -b 16 "$work/speech.wav" norm -6
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

cat >>"$work/config.toml" <<'TOML'
[llm.fake]
seed = 1
answers = ["That is a sound idea to begin with. How much memory would the map need when the list is very long, and what would you say if memory were scarce on that machine?"]
TOML

failed=0
run() {
    echo "--- $*"
    timeout 300 "$@" || failed=1
}

serve open
open=$url
serve tls --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"
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
