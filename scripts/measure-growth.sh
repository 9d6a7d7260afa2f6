#!/usr/bin/env bash
# Measures what growing data cost: ingest, start, memory, pages, past instants, on SQLite and PostgreSQL. Prints the table of
# docs/performance.md; every figure is written to target/test-results/growth.json, the table to growth.md beside it.
#
#   scripts/measure-growth.sh                                            up to a million, about half an hour
#   scripts/measure-growth.sh --sizes 10000000 --minutes 10              ten million, ten minutes of use
#   scripts/measure-growth.sh --program old=OLD --program new=NEW        two programs in one run; nothing is built
#   scripts/measure-growth.sh --databases sqlite --samples-share 0       observations alone, on SQLite
#
# Whatever is started listens on loopback, has its data in temporary folders, and ends with this script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LEPTOS_OUTPUT_NAME=inferno-kpi
case " $* " in *" --program"*) ;; *) cargo build --release --package server ;; esac

# A process group of its own, so that servers go too where the tool is ended before it could end them.
exec scripts/with-postgres.sh bash -c '
    set -m
    export TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/inferno-kpi-growth.XXXXXX")
    node scripts/measure-growth/growth.mjs "$@" &
    trap "kill -KILL -- -$! 2>/dev/null; rm -rf \"$TMPDIR\"" EXIT
    trap "exit 130" INT
    trap "exit 143" TERM
    wait $!' measure-growth "$@"
