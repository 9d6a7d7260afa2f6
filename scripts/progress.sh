# Sourced by the other scripts: says which step runs, how long it takes about and how long all that is left takes.
#
#   plan 15 "the WebAssembly standard library"   # in order, before the first `begin`
#   begin                                        # prints "[1/3] the WebAssembly standard library (…)"
#
# Later steps that another script will plan are counted with AFTER_SECONDS.

step_names=()
step_seconds=()
steps_begun=0

plan() {
    step_seconds+=("$1")
    step_names+=("$2")
}

spoken() {
    if [ "$1" -lt 90 ]; then echo "$1 s"; else echo "$((($1 + 30) / 60)) min"; fi
}

begin() {
    local left=${AFTER_SECONDS:-0} index
    for ((index = steps_begun; index < ${#step_names[@]}; index++)); do
        left=$((left + step_seconds[index]))
    done
    echo "[$((steps_begun + 1))/${#step_names[@]}] ${step_names[steps_begun]}" \
        "(about $(spoken "${step_seconds[steps_begun]}"); left in total about $(spoken "$left"))"
    steps_begun=$((steps_begun + 1))
}

fail() {
    echo "inferno-kpi: $*" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}
