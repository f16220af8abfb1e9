"""Kernels with a fault put in, each of which must be refused, and for that reason: a check that cannot fail proves
nothing. Of each family: an entry, what is replaced in it (a regular expression), by what, a part of what must be
said, and whether each place is replaced or the first one alone."""

import re

import checks
from ptx import Wrong, entries

TENSOR = r"\b46117566620\d+\b"  # descriptors with stride 64, version 1 and swizzle 2, and an address
WGMMA = 1 << 16 | 64 << 32 | 1 << 62
UNIT = "the self-check refuses the products"


def more(what):
    return lambda match: str(int(match[0]) + what)


FAULTS = {
    "vector": [
        ("vector_fp32_8", r"fma\.rn\.f32", "fma.rz.f32", "not emulated"),
        ("vector_fp32_8", r"fma\.rn\.f32 [^;]*;", "", "261632 operations in an iteration"),
        ("vector_int32_4", r"st\.global\.u32[^;]*;", "", "words of the results are not written"),
        ("vector_fp64_4", r"ld\.global\.f64[^;]*;", "", "is read and was never written"),
        ("vector_int8_8", r"dp4a\.s32\.s32 ([^;]*);", r"dp4a.s32.u32 \1;", "not emulated"),
    ],
    "special": [
        ("special_rcp", r"rcp\.approx\.ftz\.f32 (%f\d+), (%f\d+)", r"mov.f32 \1, \2", "operations in an iteration"),
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
    "bulk": [
        ("bulk_copy", r"wait_group\.read 2", "wait_group.read 3", "overwrites shared memory that a store may"),
        ("bulk_copy", r"cp\.async\.bulk\.wait_group\.read[^;]*;", "", "overwrites shared memory that a store may"),
        ("bulk_copy", r"cp\.async\.bulk\.wait_group 0;", "", "a block ends before its stores have"),
        ("bulk_write", r"cp\.async\.bulk\.commit_group;", "", "a block ends before its stores have"),
        ("bulk_copy", r"xor\.b32\s+(%r\d+), %r\d+, %r\d+", r"mov.b32 \1, 0", "may still be writing"),
        ("bulk_read", r"xor\.b32\s+(%r\d+), %r\d+, %r\d+", r"mov.b32 \1, 0", "may still be writing"),
        ("bulk_read", r"(expect_tx[^;]*), 16384", r"\1, 16368", "that nothing has written"),
        ("bulk_read", r"mbarrier\.arrive[^;]*;", "", "that nothing has written"),
        ("bulk_copy", r"(complete_tx[^;]*), 16384", r"\1, 8192", "that nothing has written"),
        ("bulk_copy", r"setp\.lt\.u32\s+(%p\d+), (%r\d+), 4", r"setp.lt.u32 \1, \2, 3", "ends before its stores"),
        ("bulk_copy", r"setp\.ne\.s32(\s+%p5)", r"setp.eq.s32\1", "stores what nobody has seen arrive"),
        ("bulk_copy", r"(bulk_group[^;]*), 16384", r"\1, 8192", "words of stream 2 are not written"),
        ("bulk_read", r"\[(%rd\d+)\], 16384", r"[\1+8], 16384", "no multiple of 16"),
        ("bulk_read", r", 6;", ", 7;", "that nothing has written", True),
        ("bulk_read", r"fence\.proxy[^;]*;", "", "passed no fence.proxy.async"),
        ("bulk_read", r"(elect.*?)bar\.sync[^;]*;", r"\1", "without a barrier between"),
        ("bulk_write", r"selp\.u32 (%r\d+), 1, 0, p", r"mov.u32 \1, 1", "more arrive at a barrier than it counts"),
    ],
    "mma": [
        ("mma_bf16", r"\{(%r\d+), (%r\d+), (%r\d+), (%r\d+)\}", r"{\2, \1, \3, \4}", UNIT),
        ("mma_bf16", r"mma\.sync[^;]*;", "", UNIT),
        ("mma_bf16", r"\+128\]", "+256]", UNIT),
        ("mma_sparse_fp16", r"\+65536\]", "+65532]", "metadata"),
    ],
    # The descriptors: stride 64, swizzle 1 (128 bytes) and leading offset 1 above the address.
    "wgmma": [
        ("wgmma_bf16", str(WGMMA), str(WGMMA - (1 << 32)), UNIT, True),
        ("wgmma_bf16", str(WGMMA), str(WGMMA + (1 << 32)), UNIT),
        ("wgmma_bf16", str(WGMMA), str(WGMMA + (1 << 49)), "a base offset"),
        ("wgmma_bf16", str(WGMMA), str(WGMMA - (1 << 62)), "without the 128-byte swizzle"),
        ("wgmma_bf16_rs", r"b0, 3078", "b0, 3079", "beyond a row"),
        ("wgmma_bf16", r"a0, 2;", "a0, 4;", UNIT),
        ("wgmma_fp8", r"xor\.b32", "or.b32", "what was not written", True),
        ("wgmma_fp8", r"xor\.b32\s+(%r\d+), (%r\d+), (%r\d+)", r"mov.b32 \1, \3", UNIT, True),
        ("wgmma_fp8", r", 1023;", ", 0;", "beyond a row", True),
        ("wgmma_int8", r"fence\.proxy[^;]*;", "", "passed no fence.proxy.async"),
        ("wgmma_int8", r"bar\.sync[^;]*;(.*?)bar\.sync[^;]*;", r"\1", "without a barrier since"),
        ("wgmma_int8_rs", r"wgmma\.fence[^;]*;", "", "no wgmma.fence since"),
        ("wgmma_int8", r"wgmma\.wait_group\.sync\.aligned 0", "wgmma.wait_group.sync.aligned 1", "is read while"),
        ("wgmma_sparse_fp16", r"wgmma\.commit_group", "wgmma.wait_all", "not emulated"),
    ],
    "tcgen05": [
        ("tcgen05_fp16_pair", TENSOR, more(1 << 32), UNIT, True),
        ("tcgen05_fp16_pair", TENSOR, more(1 << 61), "without the 128-byte swizzle"),
        ("tcgen05_fp16_pair", TENSOR, more(-1 << 46), "constant is missing"),
        ("tcgen05_fp16_pair", TENSOR, more(2), UNIT),
        ("tcgen05_fp16_pair", r"\b272629776\b", more(1 << 7 | 1 << 10), UNIT),
        ("tcgen05_fp16_pair", r"\b272629776\b", more(-8 << 24), "products of 128"),
        ("tcgen05_fp16_pair", r", 128, -128,", ", 0, 0,", UNIT, True),
        ("tcgen05_fp16_pair", r"barrier\.cluster\.arrive[^;]*;\s*barrier\.cluster\.wait[^;]*;", "",
         "may not have begun"),
        ("tcgen05_fp16_pair", r"tcgen05\.wait::st[^;]*;", "", "others have accesses not waited for", True),
        ("tcgen05_fp16_pair", r"tcgen05\.fence::before[^;]*;", "", "others have accesses not waited for"),
        ("tcgen05_fp16_pair", r"tcgen05\.fence::after[^;]*;", "", "without a fence after"),
        ("tcgen05_fp16_pair", r"tcgen05\.wait::ld[^;]*;", "", "is read while"),
        ("tcgen05_fp16_pair", r"tcgen05\.dealloc[^;]*;", "", "not given back"),
        ("tcgen05_fp16_pair", r"tcgen05\.commit[^;]*;", "", "others have accesses not waited for"),
        ("tcgen05_fp16", r"not\.b32", "mov.b32", "gave up"),
        ("tcgen05_fp16", r"fence\.proxy[^;]*;", "", "passed no fence.proxy.async"),
        ("tcgen05_fp16", r"bar\.sync[^;]*;", "", "without a barrier between"),
        ("tcgen05_fp16", r"selp\.u32 (%r\d+), 1, 0, p", r"mov.u32 \1, 1", "more than one thread"),
        ("tcgen05_mxfp8", r"\b2139062143\b", "2155905152", UNIT, True),
    ],
}


def put_in(ptx, entry, pattern, replacement, everywhere):
    first, last = entries(ptx)[entry]
    broken, n = re.subn(pattern, replacement, ptx[first:last], count=0 if everywhere else 1, flags=re.S)
    if n < 1:
        raise SystemExit(f"not ok: {entry} has no {pattern}")
    return ptx[:first] + broken + ptx[last:]


def refused(ptx, family, row, pattern, replacement, message, everywhere=False):
    fault = f"{row.entry} with {pattern} -> {'another number' if callable(replacement) else replacement!r}"
    try:
        checks.FAMILIES[family](put_in(ptx, row.entry, pattern, replacement, everywhere), row)
    except Wrong as e:
        if message in str(e):
            print(f"ok: {fault} is refused: {e}")
            return True
        print(f"not ok: {fault} is refused, but: {e}")
        return False
    print(f"not ok: {fault} is taken")
    return False


def all_refused(ptx, family, rows):
    """Of the faults in these rows; those of a family name rows that it has."""
    by_entry = {r.entry: r for r in rows}
    return all([refused(ptx, family, by_entry[entry], *fault) for entry, *fault in FAULTS[family] if entry in by_entry])


def without_row(family, rows):
    """The entries that faults are for and that are no rows."""
    return {entry for entry, *_ in FAULTS[family]} - {r.entry for r in rows}
