# Sourced by setup.sh: installs packages of the system, as root, through sudo, or by telling the user how.

packages_listed=false

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        fail "this needs root; run it yourself, then try again: $*"
    fi
}

# Debian's names; systems without apt-get are told what to install.
install_packages() {
    if ! have apt-get; then
        fail "please install with your system's package manager (the names are Debian's), then try again: $*"
    fi
    if [ "$(id -u)" -ne 0 ] && ! { have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; then
        fail "this needs root; run it yourself, then try again: apt-get update && apt-get install --yes $*"
    fi
    if ! $packages_listed; then
        as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
        packages_listed=true
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
        install --yes --no-install-recommends -qq "$@"
}

# Puts a package of Debian into a folder of its own instead of installing it: its service is not started, and root is
# needed only where the lists of packages are missing.
unpack_package() {
    local name=$1 folder=$2 fetched
    have apt-get && have dpkg-deb || fail "please install $name with your system's package manager, then try again"
    if [ -z "$(apt-cache policy "$name" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)"')" ] && ! $packages_listed; then
        as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
        packages_listed=true
    fi
    fetched=$(mktemp -d "${TMPDIR:-/tmp}/inferno-kpi-package.XXXXXX")
    # As root apt would rather fetch as a user of its own, who can't write there.
    if (cd "$fetched" && apt-get -o APT::Sandbox::User=root -qq download "$name") && mkdir -p "$folder" &&
        dpkg-deb --extract "$fetched"/*.deb "$folder"; then
        rm -rf "$fetched"
    else
        rm -rf "$fetched"
        fail "$name could not be fetched: install it, then run this again"
    fi
}
