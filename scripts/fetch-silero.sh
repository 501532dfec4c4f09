#!/bin/sh
# Fetches the weights of Silero VAD (MIT) out of the authors' Python package into .cache/silero/, or into the folder named
# as the first argument. Says nothing when they are there; without them Viva uses its built-in detector, so a failure is a
# line of text and exit code 1, nothing worse.
set -u
version=6.2.3
name=silero_vad_16k_sequence.onnx
sha256=9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85
folder=${1:-$(dirname "$0")/../.cache/silero}

failed() {
    echo "fetch-silero: $1; Viva will use its built-in voice detector (earshot) instead" >&2
    exit 1
}
is_right() {
    [ -f "$1" ] && echo "$sha256  $1" | sha256sum -c --status 2>/dev/null
}

is_right "$folder/$name" && exit 0
command -v python3 >/dev/null || failed "python3 is not installed"
work=$(mktemp -d) || failed "no temporary folder"
trap 'rm -rf "$work"' EXIT
echo "fetch-silero: getting the weights of silero-vad $version (11 MB) from PyPI"
python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d "$work" "silero-vad==$version" \
    >"$work/log" 2>&1 || failed "pip could not download silero-vad $version ($(tail -n 1 "$work/log"))"
python3 -m zipfile -e "$work"/*.whl "$work/wheel" || failed "the package could not be unpacked"
is_right "$work/wheel/silero_vad/data/$name" || failed "the package's weights are not the expected ones (sha256)"
mkdir -p "$folder" && cp "$work/wheel/silero_vad/data/$name" "$folder/.$name.new" && mv "$folder/.$name.new" "$folder/$name" ||
    failed "cannot write to $folder"
