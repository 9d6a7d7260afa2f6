#!/usr/bin/env bash
# Fuzzes the readers of everything that comes from outside, one target after the other, and says what came of each.
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]    600 seconds for every target unless told otherwise
#
# The first run installs cargo-fuzz under target/tools and builds the targets with AddressSanitizer, which takes minutes. It begins with
# fuzz/corpus and with what earlier runs found (fuzz/target/corpus); what breaks a target is written to fuzz/artifacts/TARGET.
# docs/fuzzing.md says more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh

seconds=${1:-600}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "the first argument is a number of seconds"
shift $(($# > 0 ? 1 : 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for program in fuzz/targets/*.rs; do targets+=("$(basename "$program" .rs)"); done
fi

export PATH="$PWD/target/tools/bin:$PATH"
have cargo-fuzz || cargo install cargo-fuzz --locked --root target/tools
# cargo-fuzz asks for flags that a stable compiler takes with this alone.
export RUSTC_BOOTSTRAP=1
triple=$(rustc -vV | sed -n 's/^host: //p')
export ASAN_OPTIONS=detect_odr_violation=0
results=$PWD/target/test-results/fuzz
mkdir -p "$results"
for target in "${targets[@]}"; do
    [ -e "fuzz/targets/$target.rs" ] || fail "there is no target $target"
    (cd fuzz && cargo fuzz build --target "$triple" "$target")
done

# The last of the numbers that libFuzzer prints behind a word, as `stat::new_units_added: 5` and `cov: 1234`.
number() { sed -n "s/.*$1: *\([0-9]*\).*/\1/p" "$2" | tail -n 1; }

printf '%-15s %8s %12s %8s %9s %8s  %s\n' target seconds executions exec/s coverage rss_mb result
for target in "${targets[@]}"; do
    log=$results/$target.log
    options=("-max_total_time=$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        "-artifact_prefix=artifacts/$target/")
    if [ -e "fuzz/dictionaries/$target.dict" ]; then options+=("-dict=dictionaries/$target.dict"); fi
    start=$SECONDS
    result=ok
    mkdir -p "fuzz/target/corpus/$target" "fuzz/artifacts/$target"
    (cd fuzz && "target/$triple/release/$target" "${options[@]}" "target/corpus/$target" "corpus/$target") >"$log" 2>&1 || result=broken
    printf '%-15s %8s %12s %8s %9s %8s  %s\n' "$target" $((SECONDS - start)) "$(number stat::number_of_executed_units "$log")" \
        "$(number stat::average_exec_per_sec "$log")" "$(number ' cov' "$log")" "$(number stat::peak_rss_mb "$log")" "$result"
    if [ $result = broken ]; then
        artifact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        grep -m 3 -E "panicked at|ERROR: |SUMMARY: " "$log" >&2 || tail -n 20 "$log" >&2
        fail "$target is broken by ${artifact:-what $log tells}"
    fi
done
echo "${#targets[@]} targets, no crash"
