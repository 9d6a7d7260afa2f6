#!/usr/bin/env bash
# Builds the site and the server, and says how long that takes.
#
#   scripts/build.sh release   target/release/inferno-kpi and target/site
#   scripts/build.sh dev       target/debug/inferno-kpi and target/site
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh

profile=${1:-release}
case $profile in release | dev) ;; *) fail "usage: scripts/build.sh release|dev" ;; esac

# Guesses for two cores: from nothing, or after a change.
seconds() { if [ -e "$1" ]; then echo "$2"; else echo "$3"; fi; }
site_seconds=$(seconds target/site/build.json 15 90)

if [ "$profile" = release ]; then
    plan "$(seconds target/debug/site-builder 3 40)" "the tool that builds the site"
    plan "$site_seconds" "the site: WebAssembly, script, style"
    plan "$(seconds target/release/inferno-kpi 60 400)" "the server, release build"
    begin
    cargo build --package site-builder
    begin
    target/debug/site-builder
    begin
    cargo build --release --package server
else
    plan "$(seconds target/debug/inferno-kpi 15 180)" "the server, development build"
    plan "$site_seconds" "the site: WebAssembly, script, style"
    begin
    # With the features that the tests were built with, so that nothing is compiled twice. The frontend stays out: with it
    # leptos would be both a browser's and a server's.
    cargo build --workspace --exclude frontend --bins
    begin
    target/debug/site-builder
fi
