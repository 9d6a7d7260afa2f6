# Sourced: reads how many tests passed and failed out of what test programs write.

# The sums over every "test result:" line of `cargo test`, as "PASSED FAILED".
count_cargo_test() {
    awk '/^test result: / {
        for (i = 2; i <= NF; i++) {
            if ($i == "passed;") passed += $(i - 1)
            if ($i == "failed;") failed += $(i - 1)
        }
    } END { print passed + 0, failed + 0 }' "$1"
}

# The totals of a JUnit file's root element, as "PASSED FAILED"; skipped tests are neither.
count_junit() {
    grep -m 1 '<testsuites' "$1" | awk '{
        tests = number("tests"); bad = number("failures") + number("errors"); print tests - bad - skipped(), bad
    }
    function number(name) {
        return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0
    }
    function skipped() { return number("skipped") + number("disabled") }'
}
