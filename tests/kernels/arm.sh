#!/bin/sh
# The kernels for 64-bit Arm on another machine: compiled by a cross compiler, their loops read from
# the machine code, and run by an emulator that takes the part of several processors, which must
# choose what each can do. Nothing here is timed.
#
#   arm.sh SOURCE SET=FLAGS...    the sets in the order in which they are measured
#
# Exit 77 (skipped) where there is no cross compiler or no emulator (Debian: gcc-aarch64-linux-gnu,
# qemu-user-static).
set -eu

source=$1
shift
cross=${ROOFLINE_ARM_CROSS:-aarch64-linux-gnu-}
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || emulator=''

skip() {
    echo "skipped: $*"
    exit 77
}
for tool in gcc objdump; do
    command -v "$cross$tool" >/dev/null || skip "there is no $cross$tool"
done
[ -n "$emulator" ] || skip "there is no qemu-aarch64-static"

work=$(mktemp -d "${TMPDIR:-/tmp}/roofline-arm.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$source"

compile() { # ARGUMENTS...
    "${cross}gcc" -std=c11 -O2 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -Isrc -I. "$@"
}

objects='' list=''
for set in "$@"; do
    name=${set%%=*} flags=${set#*=}
    # Split on purpose: flags have no blanks.
    # shellcheck disable=SC2086
    compile $flags -E -x c /dev/null -o /dev/null 2>/dev/null || skip "this compiler does not know $flags"
    # shellcheck disable=SC2086
    compile $flags -c "microbench/cpu/$name.c" -o "$work/$name.o"
    objects="$objects $work/$name.o" list="$list${list:+,}&cpu_isa_$name"
done

# shellcheck disable=SC2086
link() { # PROGRAM SOURCE...
    program=$work/$1
    shift
    compile -static "-DCPU_ISA_LIST=$list" "$@" microbench/cpu/arm.c microbench/cpu/operands.c \
        $objects -lm -o "$program"
}
link check_loops microbench/check_loops.c
link kernel_sums tests/kernels/main.c tests/kernels/peaks.c tests/kernels/products.c tests/kernels/streams.c \
    src/calibrate/identity.c src/calibrate/identity_arm.c src/calibrate/sysfile.c src/base/text.c

failures=0
fail() {
    echo "not ok: $*"
    failures=$((failures + 1))
}

# shellcheck disable=SC2086
"$emulator" "$work/check_loops" "${cross}objdump" $objects || fail "the loops of the machine code"

runs() { # PROCESSOR PATHS: which paths its kernels take, in the order of the alphabet
    "$emulator" -cpu "$1" "$work/kernel_sums" >"$work/said" || fail "$1: exit $?"
    grep '^not ok' "$work/said" || true
    paths=$(sed -n 's/^ok: vector \(.*\) \(.*\)/\1-\2/p' "$work/said" | LC_ALL=C sort | tr '\n' ' ')
    if [ "$paths" = "$2 " ]; then
        echo "ok: $1: $2"
    else
        fail "$1: runs $paths, not $2"
    fi
}

neon='fp32-neon fp64-neon'
runs cortex-a72 "$neon"
runs neoverse-n1 "fp16-neon $neon int8-dotprod"
runs a64fx 'fp16-neon fp16-sve fp32-neon fp32-sve fp64-neon fp64-sve int8-sve'
runs max,sve=off "bf16-bf16 bf16-bf16-dot fp16-neon $neon int8-dotprod int8-i8mm"
for bits in 128 256 512 1024 2048; do
    runs "max,sve-max-vq=$((bits / 128)),sve-default-vector-length=-1" \
        'bf16-bf16 bf16-bf16-dot fp16-neon fp16-sve fp32-neon fp32-sve fp64-neon fp64-sve int8-dotprod int8-i8mm int8-sve'
done
[ "$failures" = 0 ]
