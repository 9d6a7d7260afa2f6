#!/usr/bin/env bash
# Everything that can be said about the sources without running the product: format, lints, layers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --all --check
# The server's half and the browser's half apart, as they are built.
cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
cargo clippy --package frontend --target wasm32-unknown-unknown -- -D warnings
# The core runs in a browser too.
cargo check --package kpi --package stats --package formats --package chart --package forecast --package series-block --target wasm32-unknown-unknown
cargo test --package site-builder --test layers
# Licences, bans and sources of every package.
scripts/dependencies.sh
