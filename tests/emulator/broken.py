"""Kernels with a fault put in, each of which must be refused, and for that reason: a check that cannot fail proves
nothing. Of each family: an entry, what is replaced (a regular expression, its first place in the entry), by what, and
a part of what must be said."""

import re

import checks
from ptx import Wrong, entries

UNIT = "the self-check refuses the products"

FAULTS = {
    "vector": [
        ("vector_fp32_8", r"fma\.rn\.f32", "fma.rz.f32", "not emulated"),
        ("vector_fp32_8", r"fma\.rn\.f32 [^;]*;", "", "an iteration has 261632 operations"),
        ("vector_int32_4", r"st\.global\.u32[^;]*;", "", "words of the results are not written"),
        ("vector_fp64_4", r"ld\.global\.f64[^;]*;", "", "is read and was never written"),
        ("vector_int8_8", r"dp4a\.s32\.s32 ([^;]*);", r"dp4a.s32.u32 \1;", "not emulated"),
    ],
    "special": [
        ("special_rcp", r"rcp\.approx\.ftz\.f32 (%f\d+), (%f\d+)", r"mov.f32 \1, \2", "operations, declared"),
    ],
    "memory": [
        ("memory_shared", r"st\.shared[^;]*;", "", "reads shared memory that nothing has written"),
        ("memory_read", r"57344", "65536", "outside of what was allocated"),
        ("memory_l2", r"57344", "57348", "no multiple of 16"),
        ("memory_l2", r"57344", "49152", "words are touched 0 to 2 times"),
        ("memory_copy", r"57344", "49152", "words of stream 2 are not written"),
        ("memory_write", r"st\.global\.cs[^;]*;", "", "words of stream 2 are not written"),
        ("memory_chase", r"\[%rd28\]", "[%rd28+8]", "8 bytes at 0x8 to 0x10: outside"),
    ],
    "mma": [
        ("mma_bf16", r"\{(%r\d+), (%r\d+), (%r\d+), (%r\d+)\}", r"{\2, \1, \3, \4}", UNIT),
        ("mma_bf16", r"mma\.sync[^;]*;", "", UNIT),
        ("mma_bf16", r"\+128\]", "+256]", UNIT),
        ("mma_sparse_fp16", r"\+65536\]", "+65532]", "metadata"),
    ],
}


def put_in(ptx, entry, pattern, replacement):
    first, last = entries(ptx)[entry]
    broken, n = re.subn(pattern, replacement, ptx[first:last], count=1, flags=re.S)
    if n != 1:
        raise SystemExit(f"not ok: {entry} has no {pattern}")
    return ptx[:first] + broken + ptx[last:]


def refused(ptx, family, row, pattern, replacement, message):
    try:
        checks.FAMILIES[family](put_in(ptx, row.entry, pattern, replacement), row)
    except Wrong as e:
        if message in str(e):
            print(f"ok: {row.entry} with {pattern} -> {replacement} is refused: {e}")
            return True
        print(f"not ok: {row.entry} with {pattern} -> {replacement} is refused, but: {e}")
        return False
    print(f"not ok: {row.entry} with {pattern} -> {replacement} is taken")
    return False


def all_refused(ptx, family, rows):
    by_entry = {r.entry: r for r in rows}
    return all([refused(ptx, family, by_entry[entry], *fault) for entry, *fault in FAULTS.get(family, [])
                if entry in by_entry])
