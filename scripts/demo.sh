#!/bin/sh
# Rehearses a whole spoken interview over the real socket, prints it, replays its recording, and scores and measures it.
# Usage: demo.sh QUESTION CANDIDATE (as `viva rehearse` takes them). Exit code: 0, or 1 when the interview or replay failed or a
# second scoring gave other bytes.
set -eu
cd "$(dirname "$0")/.."
viva=${VIVA:-target/release/viva}
data=data/demo/$(date +%Y-%m-%d-%H%M%S)

"$viva" rehearse "$1" --candidate "$2" --data "$data" --save-sound "$data/sound"
echo
echo "Replaying the recording without any service:"
"$viva" replay "$data/recordings"
echo
echo "Scoring it from the recording, twice:"
for recording in "$data"/recordings/*/; do
    "$viva" score "$recording"
    "$viva" score --json "$recording" >"$data/scorecard.json"
    "$viva" score --json "$recording" | cmp - "$data/scorecard.json"
    echo
    "$viva" metrics "$recording"
    "$viva" metrics --json "$recording" >"$data/metrics.json"
    "$viva" metrics --json "$recording" | cmp - "$data/metrics.json"
done
echo
echo "Hear it: $data/sound (candidate left, interviewer right)"
