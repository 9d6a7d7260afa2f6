#!/usr/bin/env bash
# Measures the keeping of samples side by side with Debian's InfluxDB 1.6.7, in one run: the same points, over HTTP, each server durable
# before it answers; then charts of a year at every zoom. Prints the tables of docs/performance.md.
# Writes every figure to target/test-results/samples.json, and the tables to samples.md beside it.
#
#   scripts/measure-samples.sh [OPTION OF sample-load...]    such as `--rounds 3 --no-charts`; `--help` lists them
#
# InfluxDB is unpacked under target/ and not installed. Whatever is started listens on loopback, has its data in temporary folders, and
# ends with this script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/packages.sh
# Names of the site's files are compiled in; another value would compile the pages again.
export LEPTOS_OUTPUT_NAME=inferno-kpi

export influxd=target/clients/influxdb/usr/bin/influxd
[ -x "$influxd" ] || unpack_package influxdb target/clients/influxdb
cargo build --release --package server --package sample-load

# A process group of its own, so that servers go too where the tool is ended before it could end them.
exec scripts/with-postgres.sh bash -c '
    set -m
    export TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/inferno-kpi-samples.XXXXXX")
    target/release/sample-load --influxd "$influxd" --inferno-kpi target/release/inferno-kpi \
        --postgres "$INFERNO_KPI_TEST_POSTGRES_URL" "$@" &
    trap "kill -KILL -- -$! 2>/dev/null; rm -rf \"$TMPDIR\"" EXIT
    trap "exit 130" INT
    trap "exit 143" TERM
    wait $!' sample-load "$@"
