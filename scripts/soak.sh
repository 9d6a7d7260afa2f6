#!/usr/bin/env bash
# Rounds of faults against writing servers, on SQLite and on PostgreSQL: the server is killed; its disk is full, fails a random write or
# a flush, or is read-only; the database's server is killed or out of space, or connections to it break. Whatever was acknowledged must
# be there once, for a second connection and after a restart. Ends with one line of figures. The suite takes a few rounds.
#
#   scripts/soak.sh [ROUNDS] [SEED]    1000 rounds without it; the seed says which faults come when
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export INFERNO_KPI_TEST_FAULT_ROUNDS=${1:-1000}
export INFERNO_KPI_TEST_FAULT_SEED=${2:-$((RANDOM * 32768 + RANDOM))}
cargo test --package server --test it -- --exact --ignored --nocapture \
    faults::rounds::many_rounds_of_faults_lose_and_double_nothing
