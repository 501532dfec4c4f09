#!/usr/bin/env bash
# Starts Viva and lets the npm clients of its editor work in it: what they meet there, then many edits over bad lines.
# Usage: run.sh VIVA-BINARY. Exit code: 0, or 1 when something failed. Afterwards every recording must replay.
set -euo pipefail
viva=$(realpath "$1")
cd "$(dirname "$0")"
source ../serve.sh
serve editor

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

if grep -q panicked "$work/editor.log"; then
    echo "FAILED editor server: it panicked"
    failed=1
fi
kill "$server"
wait "$server" 2>/dev/null || true
servers=()
# Every update is in the recordings: the same edits give the same document and the same answers.
run "$viva" replay "$work/editor"
[ $failed = 0 ] || tail -n 40 "$work/editor.log"
exit $failed
