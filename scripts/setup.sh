#!/usr/bin/env bash
# Installs what is missing, and nothing else: packages of Debian, npm and PyPI, and rustup's WebAssembly target.
#
#   scripts/setup.sh run    what building and serving needs
#   scripts/setup.sh test   that, and a browser, PostgreSQL's programs, cargo-deny and other systems' own clients for the tests
#
# May be run again at any time. Works without root where sudo does, and else says which command is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/progress.sh
source scripts/packages.sh
source scripts/find-chromium.sh
source scripts/cargo-deny.sh

stage=${1:-run}
case $stage in run | test) ;; *) fail "usage: scripts/setup.sh run|test" ;; esac

# What comes after this script, on two cores and from nothing.
if [ "$stage" = run ] && [ ! -e target/release/inferno-kpi ]; then
    AFTER_SECONDS=530
elif [ "$stage" = test ] && [ ! -e target/debug/inferno-kpi ]; then
    AFTER_SECONDS=600
fi

have_compiler() { have cc || have gcc || have clang; }

# A wasm target of the current toolchain, or Debian's sources of the standard library.
have_wasm() {
    local folder
    folder=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) && [ -d "$folder" ] && return
    folder=$(/usr/bin/rustc --print sysroot 2>/dev/null) && [ -d "$folder/lib/rustlib/src/rust/library" ] && [ -x /usr/bin/cargo ]
}

have_npm_packages() { cmp -s end2end/package-lock.json end2end/node_modules/.installed-lock.json; }

have_postgres() {
    local program
    have initdb && return
    for program in /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb; do
        [ -x "$program" ] && return
    done
    return 1
}

have_python() { python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

have_python_clients() { cmp -s clients/requirements.txt target/clients/python/installed-requirements.txt; }

have_node_clients() { cmp -s clients/package-lock.json clients/node_modules/.installed-lock.json; }

have_prometheus() { have prometheus || [ -x target/clients/prometheus/usr/bin/prometheus ]; }

limited() {
    local seconds=$1
    shift
    if have timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

install_wasm() {
    if have rustup && limited 180 rustup target add wasm32-unknown-unknown; then return; fi
    echo "rustup could not fetch the target; using Debian's packages instead"
    install_packages rustc-web cargo-web rust-web-src lld-22
    have_wasm || fail "no WebAssembly standard library: run \`rustup target add wasm32-unknown-unknown\`"
}

install_npm_packages() {
    if (cd end2end && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
        cp end2end/package-lock.json end2end/node_modules/.installed-lock.json
    elif [ "$stage" = test ]; then
        fail "the browser tests need the packages of end2end/package.json: run \`npm ci\` there"
    else
        echo "npm could not install binaryen and esbuild: the site works, but its files stay larger"
    fi
}

install_python_clients() {
    have_python || fail "other systems' own clients need Python 3.10 or newer with venv: install it, then run this again"
    rm -rf target/clients/python
    python3 -m venv target/clients/python
    target/clients/python/bin/pip install --quiet --disable-pip-version-check --requirement clients/requirements.txt ||
        fail "the tests with other systems' own clients need the packages of clients/requirements.txt"
    cp clients/requirements.txt target/clients/python/installed-requirements.txt
}

install_node_clients() {
    (cd clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
        fail "the tests with other systems' own clients need the packages of clients/package.json: run \`npm ci\` there"
    cp clients/package-lock.json clients/node_modules/.installed-lock.json
}

# Debian starts a database of its own when the package comes; the tests make theirs, so that one is not wanted.
install_postgres() {
    local settings=/etc/postgresql-common/createcluster.conf
    if have apt-get && [ ! -e "$settings" ]; then
        as_root mkdir -p "$(dirname "$settings")"
        echo "create_main_cluster = false" | as_root tee "$settings" >/dev/null
    fi
    install_packages postgresql
}

have cargo || fail "Rust is missing: install it with rustup, then run this again"

tasks=()
need() {
    tasks+=("$3")
    plan "$1" "$2"
}

have_compiler || need 40 "a C compiler, for SQLite and the linker" "install_packages build-essential"
have_wasm || need 15 "the WebAssembly standard library" install_wasm
if ! have_npm_packages; then
    if have npm; then
        need 10 "npm packages: binaryen and esbuild shrink the site, Playwright drives the browser" install_npm_packages
    elif [ "$stage" = test ]; then
        fail "the browser tests need Node 20 or newer with npm: install it, then run this again"
    else
        echo "npm is missing: the site works, but its files stay larger"
    fi
fi
if [ "$stage" = test ]; then
    find_chromium >/dev/null || need 60 "Chromium, for the browser tests" "install_packages chromium fonts-dejavu-core"
    have_postgres || need 40 "PostgreSQL's programs, for the tests of both databases" install_postgres
    have_python || need 15 "Python 3 with venv, for other systems' own clients" "install_packages python3 python3-venv"
    have_cargo_deny || need 5 "cargo-deny, which holds licences, bans and sources of packages" install_cargo_deny
    have_python_clients || need 25 "other systems' own clients for Python, for the tests of the protocols" install_python_clients
    have_node_clients || need 10 "other systems' own clients for Node, for the tests of the protocols" install_node_clients
    have_prometheus || need 15 "Prometheus, which writes to the server in the tests" "unpack_package prometheus target/clients/prometheus"
fi

for task in ${tasks[@]+"${tasks[@]}"}; do
    begin
    $task
done
