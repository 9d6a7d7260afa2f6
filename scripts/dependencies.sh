#!/usr/bin/env bash
# Holds licences, bans and sources of everything in Cargo.lock and fuzz/Cargo.lock with cargo-deny; deny.toml says what is allowed.
# Installs cargo-deny where it is missing. All that it says is in target/test-results/dependencies.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/cargo-deny.sh
install_cargo_deny

results=target/test-results/dependencies.txt
mkdir -p target/test-results
: >"$results"
for manifest in Cargo.toml fuzz/Cargo.toml; do
    options=(--hide-inclusion-graph)
    # The fuzzer needs few of the licences that the product's packages have.
    [ $manifest = Cargo.toml ] || options+=(--allow license-not-encountered)
    echo "== $manifest" >>"$results"
    if ! cargo_deny --locked --manifest-path $manifest check "${options[@]}" licenses bans sources >>"$results" 2>&1; then
        # The whole graph of whoever brings it, this time.
        cargo_deny --locked --manifest-path $manifest --log-level error check "${options[@]:1}" licenses bans sources >&2 || true
        fail "$manifest brings a package that deny.toml does not allow"
    fi
    duplicates=$(sed -n "s/^warning\[duplicate\].* crate '\(.*\)'$/\1/p" "$results" | sort -u | paste -s -d ' ')
done
echo "licences, bans and sources are as deny.toml says; in more than one version: ${duplicates:-none}"
