#!/usr/bin/env bash
# Starts Viva and lets the npm clients of its editor work in it: what they meet there, then many edits over bad lines.
# Usage: run.sh VIVA-BINARY. Exit code: 0, or 1 when something failed. Afterwards every recording must replay.
set -euo pipefail
viva=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
server=
finish() {
    [ -n "$server" ] && kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

cat >"$work/config.toml" <<'TOML'
[stt]
provider = "fake"
[llm]
provider = "fake"
[tts]
provider = "fake"
[vad]
provider = "earshot"
TOML

# There before it is read: the server may begin later than this script goes on.
: >"$work/log"
"$viva" serve --listen 127.0.0.1:0 --data "$work/data" --config "$work/config.toml" >"$work/log" 2>&1 &
server=$!
# The address is the last word of the line it prints when it is ready.
for _ in $(seq 300); do
    url=$(sed -n 's/^Viva: //p' "$work/log")
    [ -n "$url" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
if [ -z "$url" ]; then
    echo "the server did not start:" >&2
    cat "$work/log" >&2
    exit 1
fi

# A question with a starter in every language.
export QUESTION=${QUESTION:-parcel-lockers}
failed=0
run() {
    echo "--- $*"
    timeout 120 "$@" || failed=1
}

run node cases.mjs "$url"
run node converge.mjs "$url"

# What it took: the largest memory it ever had, in KiB, and processor time, in hundredths of a second.
echo "--- server: $(awk '/VmHWM/ { print $2 " KiB at most" }' "/proc/$server/status"), \
$(awk '{ print ($14 + $15) / 100 " s of processor time" }' "/proc/$server/stat")"

if grep -q panicked "$work/log"; then
    echo "FAILED editor server: it panicked"
    failed=1
fi
kill "$server"
wait "$server" 2>/dev/null || true
server=
# Every update is in the recordings: the same edits give the same document and the same answers.
run "$viva" replay "$work/data"
[ $failed = 0 ] || tail -n 40 "$work/log"
exit $failed
