#!/usr/bin/env bash
# Attacks a release server on loopback, measures what that does to everybody else, and writes the table of docs/security.md.
#
#   scripts/attack.sh [--check] [NAME...]    all attacks, or these; --check, or a name, prints the table and writes nothing
#   scripts/attack.sh --list                 which attacks there are
#
# Every attack starts a server of its own on a fresh temporary folder, lasts seconds, and goes to 127.0.0.0/8 alone. All figures are in
# target/test-results/attack.json. Exit status: 0 everything held, 1 something did not, 2 it could not be measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
# Names of the site's files are compiled in; another value would compile the pages again.
export LEPTOS_OUTPUT_NAME=inferno-kpi

case ${1:-} in
--check) writes=false && shift ;;
*) writes=true ;;
esac
[ $# -eq 0 ] || writes=false
[ "$(uname)" = Linux ] || fail "the attacks come from addresses of 127.0.0.0/8 and read /proc, which is Linux's"

# Both at once share what they are built of, as a build of the workspace does.
cargo build --release --package server --package attack
# Ten thousand connections have two ends; the server is started with the usual limit and raises it by itself.
ulimit -n "$(ulimit -Hn)"

status=0
target/release/attack --inferno-kpi target/release/inferno-kpi "$@" || status=$?
table=target/test-results/attack.md
if [ $status -gt 1 ] || [ "${1:-}" = --list ]; then exit $status; fi
if ! $writes; then
    cat $table
    exit $status
fi

processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
{
    echo "Measured on $(date -u +%F) ($(git rev-parse --short HEAD)) by \`make attack\` on ${processor:-an unnamed processor}."
    cat $table
} >target/test-results/attack-written.md
awk -v table=target/test-results/attack-written.md '
    /^<!-- attack: begin -->$/ { print; print ""; while ((getline line < table) > 0) print line; print ""; skip = 1; next }
    /^<!-- attack: end -->$/ { skip = 0 }
    !skip' docs/security.md >target/test-results/security.md
cp target/test-results/security.md docs/security.md
echo "docs/security.md has the new table"
exit $status
