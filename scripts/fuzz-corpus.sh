#!/usr/bin/env bash
# Makes fuzz/corpus anew: of the seeds, of what stands there and of what scripts/fuzz.sh found, the fewest inputs that reach the same
# code, the shortest 140 of them. What once broke a target (regression-NAME) stays.
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
cargo run --quiet --package fuzz-targets --example seeds
triple=$(rustc -vV | sed -n 's/^host: //p')
for target in "${targets[@]}"; do
    program=fuzz/target/$triple/release/$target
    [ -x "$program" ] || fail "scripts/fuzz.sh builds $target"
    least=fuzz/target/least/$target
    rm -rf "$least"
    mkdir -p "$least" "fuzz/target/corpus/$target"
    # Which code is reached counts, not how often: that would keep thousands.
    "$program" -set_cover_merge=1 -use_counters=0 -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
        "$least" "fuzz/corpus/$target" "fuzz/target/corpus/$target" 2>"fuzz/target/least/$target.log" ||
        fail "fuzz/target/least/$target.log says why no inputs could be chosen"
    find "fuzz/corpus/$target" -type f ! -name 'regression-*' -delete
    ls -rS "$least" | head -n $most | while IFS= read -r input; do cp "$least/$input" "fuzz/corpus/$target/"; done
    printf '%-15s %4s of %s inputs\n' "$target" "$(find "fuzz/corpus/$target" -type f | wc -l)" \
        "$(find "$least" -type f | wc -l)"
done
