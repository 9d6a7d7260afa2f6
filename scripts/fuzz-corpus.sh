#!/usr/bin/env bash
# Makes fuzz/corpus anew: the seeds, what once broke a target (regression-NAME), and of all that stands there and that scripts/fuzz.sh
# found the fewest inputs that reach more code, the shortest of them, so that there are 140 in all.
#
#   scripts/fuzz-corpus.sh [TARGET...]    every target unless told otherwise; after scripts/fuzz.sh, which builds them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh

most=140
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for program in fuzz/targets/*.rs; do targets+=("$(basename "$program" .rs)"); done
fi
seeds=$PWD/fuzz/target/seeds
cargo run --quiet --package fuzz-targets --example seeds -- "$seeds"
triple=$(rustc -vV | sed -n 's/^host: //p')
for target in "${targets[@]}"; do
    program=fuzz/target/$triple/release/$target
    [ -x "$program" ] || fail "scripts/fuzz.sh builds $target"
    corpus=fuzz/corpus/$target
    least=fuzz/target/least/$target
    rm -rf "$least"
    mkdir -p "$least" "$corpus" "fuzz/target/corpus/$target"
    cp "$seeds/$target"/* "$least"
    find "$corpus" -type f -name 'regression-*' -exec cp -t "$least" {} +
    # Which code is reached counts, not how often: that would keep thousands.
    "$program" -set_cover_merge=1 -use_counters=0 -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
        "$least" "$corpus" "fuzz/target/corpus/$target" 2>"$least.log" || fail "$least.log says why no inputs could be chosen"
    rm -rf "$corpus"
    mkdir "$corpus"
    find "$least" -type f \( -name 'seed-*' -o -name 'regression-*' \) -exec cp -t "$corpus" {} +
    kept=$(find "$corpus" -type f | wc -l)
    find "$least" -type f ! -name 'seed-*' ! -name 'regression-*' -printf '%s %p\n' | sort -n |
        awk -v room=$((most - kept)) 'NR <= room { print $2 }' | xargs --no-run-if-empty cp -t "$corpus"
    printf '%-15s %4s of %s inputs\n' "$target" "$(find "$corpus" -type f | wc -l)" "$(find "$least" -type f | wc -l)"
done
