#!/usr/bin/env bash
# Measures which lines of the core (kpi, stats, formats, chart, forecast, samples) their own tests run, and writes
# target/test-results/lcov.info. Uses cargo-llvm-cov where it is installed, else the compiler's own tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh

core=(--package kpi --package stats --package formats --package chart --package forecast --package samples)
results=target/test-results
mkdir -p "$results"

tools="$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin"
if [ ! -x "$tools/llvm-cov" ]; then
    have rustup || fail "coverage needs LLVM's tools of the Rust compiler"
    rustup component add llvm-tools
fi

if cargo llvm-cov --version >/dev/null 2>&1; then
    cargo llvm-cov "${core[@]}" --lcov --output-path "$results/lcov.info"
    exit
fi

# A folder of its own, so that the other builds stay as they are.
folder=$PWD/target/coverage
rm -rf "$folder/profiles"
export CARGO_TARGET_DIR=$folder RUSTFLAGS=-Cinstrument-coverage LLVM_PROFILE_FILE=$folder/profiles/%p-%m.profraw
cargo test "${core[@]}" --lib --bins --tests
objects=()
while IFS= read -r program; do
    objects+=(--object "$program")
done < <(cargo test "${core[@]}" --lib --bins --tests --no-run --message-format=json 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
[ ${#objects[@]} -gt 0 ] || fail "cargo named no test programs"
"$tools/llvm-profdata" merge --sparse "$folder"/profiles/*.profraw --output "$folder/core.profdata"
"$tools/llvm-cov" export --format=lcov --instr-profile "$folder/core.profdata" \
    --ignore-filename-regex '(/\.cargo/|/rustc/|/registry/|/tests/)' "${objects[@]}" >"$results/lcov.info"
awk -F: '/^LF:/ { lines += $2 } /^LH:/ { hit += $2 }
    END { printf "coverage of the core: %.1f %% of %d lines\n", lines ? 100 * hit / lines : 0, lines }' "$results/lcov.info"
