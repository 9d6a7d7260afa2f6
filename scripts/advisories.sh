#!/usr/bin/env bash
# Compares everything in Cargo.lock and fuzz/Cargo.lock with RustSec's known advisories, and says how old the data are.
#
#   scripts/advisories.sh [FOLDER]    asks the network for the newest data, or a git copy of the database in FOLDER
#
# Where the network gives nothing, the copy of an earlier run is used (target/advisories).
# Exit status: 0 nothing is known against a package, 1 something is, 2 no data or no answer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/cargo-deny.sh
unanswered() {
    echo "inferno-kpi: $*" >&2
    exit 2
}
(install_cargo_deny) || exit 2

source=https://github.com/RustSec/advisory-db
if [ $# -gt 0 ]; then
    git -C "$1" rev-parse --verify --quiet HEAD >/dev/null || unanswered "$1 is no git copy of the advisories"
    source=file://$(cd "$1" && pwd)
fi

# The name under which cargo-deny looks for the copy of that address.
copy=target/advisories/advisory-db-3157b0e258782691
fetch() {
    export GIT_TERMINAL_PROMPT=0
    # A folder of its own until all of it is there.
    rm -rf target/advisories/fetched
    mkdir -p target/advisories
    timeout 120 git clone --quiet --depth 1 "$source" target/advisories/fetched 2>target/advisories/fetch.log || return 1
    rm -rf "$copy"
    mv target/advisories/fetched "$copy"
}
if fetch; then
    echo "advisories: taken from $source"
elif [ $# -gt 0 ]; then
    unanswered "$1 could not be copied: $(tail -n 1 target/advisories/fetch.log)"
else
    echo "advisories: $source gives nothing ($(tail -n 1 target/advisories/fetch.log)); using the copy that is here"
fi
git -C "$copy" rev-parse --verify --quiet HEAD >/dev/null 2>&1 ||
    unanswered "no data: there is no copy of the advisories yet; give the folder of one, as scripts/advisories.sh FOLDER"

count=$(find "$copy/crates" "$copy/rust" -name 'RUSTSEC-*.md' | wc -l)
newest=$(grep -rhoE '^date = "[0-9-]+"' "$copy/crates" | grep -oE '[0-9-]{10}' | sort | tail -n 1)
changed_s=$(git -C "$copy" show --no-patch --format=%ct HEAD)
age_days=$((($(date +%s) - changed_s) / 86400))
[ "$count" -gt 0 ] || unanswered "no data: $copy holds no advisory"

status=0
for manifest in Cargo.toml fuzz/Cargo.toml; do
    # What is found is told on standard error.
    answer=0
    options=(--hide-inclusion-graph)
    # What is known and borne need not be in both.
    [ $manifest = Cargo.toml ] || options+=(--allow advisory-not-detected)
    cargo_deny --locked --offline --manifest-path $manifest check "${options[@]}" advisories 2>target/advisories/answer.log || answer=$?
    cat target/advisories/answer.log
    if [ $answer -ne 0 ]; then
        grep -q '^advisories FAILED' target/advisories/answer.log || unanswered "$manifest could not be compared"
        status=1
    fi
done
echo "advisories: $count, the newest of $newest; the data were last changed $age_days days ago ($(git -C "$copy" show --no-patch --format=%cs HEAD))"
[ $age_days -le 30 ] || echo "advisories: what became known in the last $age_days days is not among them"
exit $status
