#!/usr/bin/env bash
# Runs other systems' own clients, unmodified, against target/debug/inferno-kpi. What is wanted stands in clients/.
#
#   scripts/clients.sh [ARGUMENT OF PYTEST...]    such as `test_influx.py` or `-k stripe`
#
# `scripts/setup.sh test` installs them and `scripts/build.sh dev` builds the server. Results: target/test-results/clients-junit.xml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=$PWD/target/test-results
mkdir -p "$results"
rm -f "$results/clients-junit.xml"
cd clients
# Nothing of what the person who runs it has set up may lead a client elsewhere.
for name in $(env | sed -n 's/^\(OTEL_[A-Z0-9_]*\|INFLUXDB_[A-Z0-9_]*\|INFERNO_KPI_[A-Z0-9_]*\|[a-zA-Z]*_[pP][rR][oO][xX][yY]\)=.*/\1/p'); do
    case $name in INFERNO_KPI_TEST_*) ;; *) unset "$name" ;; esac
done
PYTHONDONTWRITEBYTECODE=1 exec ../target/clients/python/bin/pytest --junitxml="$results/clients-junit.xml" "$@"
