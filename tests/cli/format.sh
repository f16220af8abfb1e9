#!/bin/sh
# Layout of C (clang-format 14 decides) and of shell scripts (shellcheck). Skipped without the tools.
set -u
cd "${SOURCE:?the root of the sources}" || exit 1
failures=0 checks=0

if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    checks=$((checks + 1))
    find docs include src models microbench tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + ||
        failures=$((failures + 1))
fi
if command -v shellcheck >/dev/null; then
    checks=$((checks + 1))
    shellcheck -x -P tests/cli bootstrap .ci/run bench/run microbench/cuda/compile microbench/cuda/refused \
        plots/regenerate tests/emulator/emulate tests/golden/run tests/gpu/run tests/*/*.sh ||
        failures=$((failures + 1))
fi
[ "$checks" -gt 0 ] || exit 77
[ "$failures" = 0 ]
