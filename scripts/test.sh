#!/usr/bin/env bash
# Runs every test and ends with one line: how many passed and how many failed.
#
# Results are written to target/test-results/: junit.xml and axe.json of the browser tests, clients-junit.xml of those with other
# systems' own clients, cargo-junit.xml of the Rust tests where cargo-nextest is installed. With INFERNO_KPI_URL set, coverage is measured too and all of it is pushed there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/counts.sh

results=target/test-results
mkdir -p "$results"
rm -f "$results"/{junit.xml,cargo-junit.xml,clients-junit.xml,axe.json,lcov.info,cargo.log}

# The server that results are pushed to must never be reached by the tests themselves.
push_url=${INFERNO_KPI_URL:-}
push_token=${INFERNO_KPI_TOKEN:-}
unset INFERNO_KPI_URL INFERNO_KPI_TOKEN INFERNO_KPI_DATA INFERNO_KPI_DATABASE_URL INFERNO_KPI_CATALOGUE

passed=0
failed=0
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
}

seconds() { if [ -e target/debug/inferno-kpi ]; then echo "$1"; else echo "$2"; fi; }
plan "$(seconds 30 180)" "format, lints, layers, and the core for a browser"
plan "$(seconds 90 400)" "Rust tests on SQLite and on PostgreSQL"
plan "$(seconds 30 200)" "development build of the server and the site"
plan "$(seconds 15 90)" "the core natively and in WebAssembly"
plan 60 "other systems' own clients, unmodified, against the server"
plan 60 "browser tests in Chromium"
if [ -n "$push_url" ]; then plan 120 "coverage of the core, pushed with all results"; fi

rust_tests() {
    # The frontend stays out: with it leptos would be both a browser's and a server's.
    if cargo nextest --version >/dev/null 2>&1; then
        rm -f target/nextest/default/junit.xml
        scripts/with-postgres.sh cargo nextest run --workspace --exclude frontend
        local status=$?
        if [ -e target/nextest/default/junit.xml ]; then
            cp target/nextest/default/junit.xml "$results/cargo-junit.xml"
            count $(count_junit "$results/cargo-junit.xml")
        elif [ $status -ne 0 ]; then
            count 0 1
        fi
        cargo test --doc --workspace --exclude frontend 2>&1 | tee "$results/cargo.log"
    else
        scripts/with-postgres.sh cargo test --workspace --exclude frontend --no-fail-fast 2>&1 | tee "$results/cargo.log"
    fi
    local status=$? counted
    counted=$(count_cargo_test "$results/cargo.log")
    count $counted
    # Cargo itself failed: what does not compile runs no test that could fail.
    if [ "$status" -ne 0 ] && [ "${counted#* }" -eq 0 ]; then count 0 1; fi
}

client_tests() {
    scripts/clients.sh
    local status=$?
    if [ -e "$results/clients-junit.xml" ]; then
        count $(count_junit "$results/clients-junit.xml")
    elif [ $status -ne 0 ]; then
        count 0 1
    fi
}

browser_tests() {
    (cd end2end && node_modules/.bin/playwright test)
    local status=$?
    if [ -e "$results/junit.xml" ]; then
        count $(count_junit "$results/junit.xml")
    elif [ $status -ne 0 ]; then
        count 0 1
    fi
}

push_results() {
    local push=(target/debug/inferno-kpi push --url "$push_url" --about dashboard)
    local sent=0
    # Each kind of test under a name of its own, so that one does not hide the other.
    send() {
        if INFERNO_KPI_TOKEN=$push_token "${push[@]}" "$@"; then sent=$((sent + 1)); else count 0 1; fi
    }
    if [ -e "$results/cargo-junit.xml" ]; then send --source rust-tests --junit "$results/cargo-junit.xml"; fi
    if [ -e "$results/clients-junit.xml" ]; then send --source client-tests --junit "$results/clients-junit.xml"; fi
    if [ -e "$results/junit.xml" ]; then send --source browser-tests --junit "$results/junit.xml"; fi
    if [ -e "$results/axe.json" ]; then send --source browser-tests --axe "$results/axe.json"; fi
    if scripts/coverage.sh; then send --source rust-tests --lcov "$results/lcov.info"; else count 0 1; fi
    echo "pushed $sent reports to $push_url"
}

begin
if scripts/check.sh; then count 1 0; else count 0 1; fi
begin
rust_tests
begin
if AFTER_SECONDS=120 scripts/build.sh dev; then
    begin
    if scripts/parity.sh; then count 1 0; else count 0 1; fi
    begin
    client_tests
    begin
    browser_tests
    if [ -n "$push_url" ]; then
        begin
        push_results
    fi
else
    count 0 1
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
