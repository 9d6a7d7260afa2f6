#!/usr/bin/env bash
# Kills a server that writes, again and again, on SQLite and on PostgreSQL, and looks that nothing acknowledged is lost and nothing
# doubled. The suite does the same a few times.
#
#   scripts/soak.sh [ROUNDS]    50 without it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export INFERNO_KPI_TEST_KILL_ROUNDS=${1:-50}
scripts/with-postgres.sh cargo test --package server --test it doubled_by_kills
