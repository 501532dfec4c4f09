# Sourced by the scripts beside it: starts Viva with scripted services, and ends it when the script does.
# Wants `viva`, the binary. Gives `work`, a folder that goes when the script ends, with the services' config.toml; and `serve`.
work=$(mktemp -d)
servers=()
finish() {
    for one in "${servers[@]}"; do kill "$one" 2>/dev/null || true; done
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

# serve NAME [FLAG...]: starts a server on a free port. Sets `url` and `server`, its process; writes to $work/NAME.log and keeps its data in
# $work/NAME. The address is the last word of the line it prints when it is ready.
serve() {
    local name=$1
    shift
    # There before it is read: the server may begin later than this script goes on.
    : >"$work/$name.log"
    "$viva" serve --listen 127.0.0.1:0 --data "$work/$name" --config "$work/config.toml" "$@" >"$work/$name.log" 2>&1 &
    server=$!
    servers+=("$server")
    for _ in $(seq 300); do
        url=$(sed -n 's/^Viva: //p' "$work/$name.log")
        [ -z "$url" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not start:" >&2
    cat "$work/$name.log" >&2
    exit 1
}
