# shellcheck shell=sh
# What every test of the program begins with: an empty folder of its own, no saved profiles, no
# measuring, and counters. ROOFLINE is the program, SOURCE the root of the sources.
set -u
: "${ROOFLINE:?the program under test}" "${SOURCE:?the root of the sources}"

work=$(mktemp -d "${TMPDIR:-/tmp}/roofline-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work" XDG_DATA_HOME="$work/data" ROOFLINE_CALIBRATE=never LC_ALL=C
unset ROOFLINE_DEVICE NO_COLOR COLUMNS

checks=0 failures=0 code=0

fail() {
    printf 'FAIL %s\n' "$*"
    failures=$((failures + 1))
}

# Runs the program; leaves its exit code in `code` and its words in the files out and err.
run() {
    checks=$((checks + 1)) code=0
    timeout 60 "$ROOFLINE" "$@" >out 2>err </dev/null || code=$?
}

is_one_of() { # VALUE CHOICES...
    value=$1
    shift
    for choice in "$@"; do
        [ "$value" = "$choice" ] && return 0
    done
    return 1
}

# stderr is one printable line that does not end in a full stop.
one_clear_line() {
    [ "$(wc -l <err)" = 1 ] || fail "$1: not one line: $(head -c 300 err)"
    if tr -d '\n' <err | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "$1: control characters"; fi
    if grep -q '\.$' err; then fail "$1: ends in a full stop"; fi
}

# expect CODE PATTERN ARGUMENTS...: the run fails with this code, and with one line that matches.
expect() {
    wanted=$1 pattern=$2
    shift 2
    run "$@"
    [ "$code" = "$wanted" ] || fail "roofline $*: exit $code, not $wanted: $(head -c 300 err)"
    one_clear_line "roofline $*"
    grep -Eq -- "$pattern" err || fail "roofline $*: no \"$pattern\" in: $(head -c 300 err)"
}

# succeed ARGUMENTS...: the run ends with 0.
succeed() {
    run "$@"
    [ "$code" = 0 ] || fail "roofline $*: exit $code: $(head -c 300 err)"
}

contains() { # FILE PATTERN
    grep -Eq -- "$2" "$1" || fail "no \"$2\" in: $(head -c 500 "$1")"
}

finish() {
    printf '%d runs, %d failures\n' "$checks" "$failures"
    [ "$failures" = 0 ] && [ "$checks" -gt 0 ]
    exit
}
