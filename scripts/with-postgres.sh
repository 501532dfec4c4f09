#!/bin/sh
# Runs a command with two empty PostgreSQL databases of its own: VIVA_BENCH_POSTGRES and VIVA_BENCH_POSTGRES_ALONE hold their
# addresses. The server listens on a socket in a folder of its own only, and both are gone when the command ends.
set -eu
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$programs" ] || programs=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$programs/initdb" ] || {
    echo "with-postgres: PostgreSQL's server is not installed; scripts/setup.sh test installs it" >&2
    exit 1
}
folder=$(mktemp -d /tmp/viva-pg-XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
    # The server refuses to run as root.
    chown nobody "$folder"
    as="setpriv --reuid=nobody --clear-groups"
fi
cd "$folder"
end() {
    $as "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    cd /
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 1' INT TERM
$as "$programs/initdb" --username=viva --auth=trust --encoding=UTF8 --no-locale -D "$folder/data" >/dev/null
$as "$programs/pg_ctl" -w -D "$folder/data" -l "$folder/log" -o "-c listen_addresses= -k $folder" start >/dev/null
"$programs/createdb" -h "$folder" -U viva viva
"$programs/createdb" -h "$folder" -U viva alone
cd "$OLDPWD"
VIVA_BENCH_POSTGRES="postgres://viva@localhost/viva?host=$folder" \
    VIVA_BENCH_POSTGRES_ALONE="postgres://viva@localhost/alone?host=$folder" "$@"
