#!/bin/sh
# Rehearses a whole spoken interview over the real socket, prints it, and replays its recording.
# Usage: demo.sh QUESTION CANDIDATE (as `viva rehearse` takes them). Exit code: 0, or 1 when the interview or replay failed.
set -eu
cd "$(dirname "$0")/.."
viva=${VIVA:-target/release/viva}
data=data/demo/$(date +%Y-%m-%d-%H%M%S)

"$viva" rehearse "$1" --candidate "$2" --data "$data" --save-sound "$data/sound"
echo
echo "Replaying the recording without any service:"
"$viva" replay "$data/recordings"
echo
echo "Hear it: $data/sound (candidate left, interviewer right)"
