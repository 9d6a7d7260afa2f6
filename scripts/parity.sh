#!/usr/bin/env bash
# Compares the core on this machine with the core in WebAssembly: every case must give the same line, to the last bit.
#
# usage: scripts/parity.sh [COUNT [SEED]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=${1:-10000}
seed=${2:-110}
folder=${CARGO_TARGET_DIR:-target}/site-build/parity

cargo run --quiet --package site-builder -- --parity
cargo run --quiet --package parity -- "$seed" "$count" >"$folder/native.txt"
node -e '
    const { results } = require(require("node:path").resolve(process.argv[1], "parity.js"));
    require("node:fs").writeFileSync(process.argv[4], results(BigInt(process.argv[2]), Number(process.argv[3])));
' "$folder" "$seed" "$count" "$folder/wasm.txt"

lines=$(wc -l <"$folder/native.txt")
if [ "$lines" -ne "$count" ]; then
    echo "parity: $lines lines instead of $count" >&2
    exit 1
fi
if ! cmp "$folder/native.txt" "$folder/wasm.txt"; then
    echo "parity: the first different cases:" >&2
    diff "$folder/native.txt" "$folder/wasm.txt" | cut -c1-300 | head -20 >&2
    exit 1
fi
echo "parity: $count cases give the same results natively and in WebAssembly"
