#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own: made in a temporary folder, stopped and removed afterwards,
# whatever becomes of the command. The command finds the server's address in INFERNO_KPI_TEST_POSTGRES_URL.
#
#   scripts/with-postgres.sh cargo test -p storage-postgres
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT...]" >&2
    exit 64
fi

find_binaries() {
    local folder newest=""
    for folder in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
        if [ -x "$folder/initdb" ]; then newest=$folder; fi
    done
    if [ -z "$newest" ] && command -v initdb >/dev/null; then
        newest=$(dirname "$(command -v initdb)")
    fi
    echo "$newest"
}

binaries=$(find_binaries)
if [ -z "$binaries" ]; then
    echo "$0: PostgreSQL's server is not installed; on Debian: apt-get install postgresql" >&2
    exit 69
fi

# The server refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    if ! id postgres >/dev/null 2>&1; then
        echo "$0: as root this needs a user named postgres to run the server; on Debian: apt-get install postgresql" >&2
        exit 69
    fi
    as_owner=(runuser -u postgres --)
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/inferno-kpi-postgres.XXXXXX")
started=false
command_process=""

clean_up() {
    local status=$?
    # One step failing must not keep the next from being taken.
    set +e
    trap '' INT TERM HUP
    trap - EXIT
    if [ -n "$command_process" ]; then
        kill -TERM "$command_process" 2>/dev/null
        wait "$command_process" 2>/dev/null
    fi
    # Asked of the folder: a signal may come when the server runs and this script does not know it yet.
    if [ -e "$home/data/postmaster.pid" ]; then
        "${as_owner[@]}" "$binaries/pg_ctl" -D "$home/data" -m fast -w stop >/dev/null 2>&1
    fi
    rm -rf "$home"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s' "$password" >"$home/password"
if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$home"; fi
cd "$home"

# A dictionary's order of text as the default, where the build has one, shows what relies on the order of bytes.
make_cluster() {
    "${as_owner[@]}" "$binaries/initdb" -D "$home/data" -U tester --pwfile="$home/password" --encoding=UTF8 \
        --auth-local=trust --auth-host=scram-sha-256 --no-sync "$@" >"$home/initdb.log" 2>&1
}
if ! make_cluster --locale=C --locale-provider=icu --icu-locale=en-US; then
    rm -rf "$home/data"
    make_cluster --locale=C || { cat "$home/initdb.log" >&2; exit 70; }
fi

for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 30000))
    if "${as_owner[@]}" "$binaries/pg_ctl" -D "$home/data" -l "$home/server.log" -w -t 60 \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$home' -c max_connections=300 -c fsync=on" \
        start >/dev/null 2>&1; then
        started=true
        break
    fi
    grep -q "could not bind\|Address already in use" "$home/server.log" || break
done
if ! $started; then
    echo "$0: the server did not start:" >&2
    cat "$home/server.log" >&2
    exit 70
fi

cd "$OLDPWD"
export INFERNO_KPI_TEST_POSTGRES_URL="postgres://tester:$password@127.0.0.1:$port/postgres"
# In the background, because bash attends to signals only while it waits.
"$@" <&0 &
command_process=$!
status=0
wait "$command_process" || status=$?
command_process=""
exit "$status"
