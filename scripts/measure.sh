#!/usr/bin/env bash
# Measures the release build on demo data in Chromium and prints the table of docs/performance.md.
# Also writes it to target/test-results/performance.md, and every single value to performance.json beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/setup.sh test
scripts/build.sh release
exec node end2end/measure.mjs
