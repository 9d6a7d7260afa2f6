#!/usr/bin/env bash
# Measures the keeping of samples side by side with Debian's InfluxDB 1.6.7, in one run: the same points, over HTTP, each server durable
# before it answers; then charts of a year at every zoom. Prints the tables of docs/performance.md.
# Writes every figure to target/test-results/samples.json, and the tables to samples.md beside it.
#
#   scripts/measure-samples.sh [OPTION OF sample-load...]    such as `--rounds 3 --no-charts`; `--help` lists them
#
# InfluxDB is unpacked under target/ and not installed. Whatever is started is ended, and runs on loopback in temporary folders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/packages.sh
export LEPTOS_OUTPUT_NAME=inferno-kpi

influxd=target/clients/influxdb/usr/bin/influxd
[ -x "$influxd" ] || unpack_package influxdb target/clients/influxdb
cargo build --release --package server --package sample-load

# The address of PostgreSQL is known only inside.
exec scripts/with-postgres.sh bash -c '
    exec target/release/sample-load --influxd "$0" --inferno-kpi target/release/inferno-kpi \
        --postgres "$INFERNO_KPI_TEST_POSTGRES_URL" "$@"' "$influxd" "$@"
