"""Numbers of the matrix units, and mma.sync and mma.sp, as the manual of PTX defines them (9.7.14)."""

import re

import numpy as np

from ptx import Wrong

BITS = {"f64": 64, "f32": 32, "tf32": 32, "f16": 16, "bf16": 16, "e4m3": 8, "ue8m0": 8, "ue4m3": 8, "e2m1": 4,
        "s32": 32, "s8": 8, "s4": 4}


def small_floats(exponent, fraction, bias):
    """Value of every pattern; none is infinite."""
    values = []
    for pattern in range(1 << (1 + exponent + fraction)):
        e, f = pattern >> fraction & (1 << exponent) - 1, pattern & (1 << fraction) - 1
        size = f * 2.0**(1 - bias - fraction) if e == 0 else (1 + f / (1 << fraction)) * 2.0**(e - bias)
        values.append(-size if pattern >> (exponent + fraction) else size)
    return np.array(values)


E4M3 = small_floats(4, 3, 7)
E4M3[[0x7F, 0xFF]] = np.nan
E2M1 = small_floats(2, 1, 1)


def decode(kind, patterns):
    """Patterns of one number each, as double precision."""
    p = np.ascontiguousarray(patterns)
    if kind == "f64":
        return p.view(np.float64)
    if kind == "f32":
        return p.astype(np.uint32).view(np.float32).astype(np.float64)
    if kind == "tf32":  # 13 bits are not looked at
        return (p.astype(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32).astype(np.float64)
    if kind == "f16":
        return p.astype(np.uint16).view(np.float16).astype(np.float64)
    if kind == "bf16":
        return (p.astype(np.uint32) << np.uint32(16)).view(np.float32).astype(np.float64)
    if kind in ("e4m3", "ue4m3"):
        return E4M3[p]
    if kind == "ue8m0":
        return np.where(p == 0xFF, np.nan, np.exp2(p.astype(np.float64) - 127))
    if kind == "e2m1":
        return E2M1[p]
    if kind == "s32":
        return p.astype(np.uint32).view(np.int32).astype(np.float64)
    if kind in ("s8", "s4"):
        sign = 1 << BITS[kind] - 1
        return (p.astype(np.int64) ^ sign).astype(np.float64) - sign
    raise Wrong(f"numbers of {kind} are not emulated")


def encode(kind, values):
    """To nearest, ties to even."""
    if kind == "f64":
        return values.view(np.uint64)
    if kind == "f32":
        return values.astype(np.float32).view(np.uint32)
    if kind == "f16":
        return values.astype(np.float16).view(np.uint16).astype(np.uint32)
    if kind == "bf16":
        bits = values.astype(np.float32).view(np.uint32)
        return bits + np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1)) >> np.uint32(16)
    if kind == "s32":  # wraps
        return values.astype(np.int64).astype(np.uint32)
    raise Wrong(f"numbers of {kind} are not emulated")


def unpack(kind, registers):
    """Numbers along the last axis, the low bits of a register first."""
    bits, size = BITS[kind], registers.dtype.itemsize * 8
    if bits == size:
        return decode(kind, registers)
    shifts = np.arange(0, size, bits).astype(registers.dtype)
    patterns = registers[..., None] >> shifts & registers.dtype.type((1 << bits) - 1)
    return decode(kind, patterns.reshape(*registers.shape[:-1], -1))


def pack(kind, values):
    """Into registers of 32 bits, or of 64 for f64."""
    patterns = encode(kind, np.ascontiguousarray(values))
    if BITS[kind] >= 32:
        return patterns
    per = 32 // BITS[kind]
    shifts = (np.arange(per) * BITS[kind]).astype(np.uint32)
    return (patterns.reshape(*patterns.shape[:-1], -1, per) << shifts).sum(-1, dtype=np.uint32)


# --- 2:4 sparsity ---


def sparse_columns(kind, word, stored):
    """Which column of A each of its stored numbers stands in (9.7.14.6.1), where the metadata are the same for every
    group: their layout over lanes is not emulated. Of four numbers two are stored; of 4-bit numbers, of four pairs
    two; of tf32, of two numbers one, of which both halves are told."""
    word = np.unique(word)
    groups = {int(w) >> s & 15 for w in word for s in range(0, 32, 4)}
    if len(groups) != 1:
        raise Wrong("metadata that differ between groups are not emulated")
    first, second = divmod(groups.pop(), 4)[::-1]
    if first >= second:
        raise Wrong("metadata that do not ascend")
    at = np.arange(stored)
    if kind == "tf32":
        if (first, second) not in ((0, 1), (2, 3)):
            raise Wrong("metadata that tell halves of different numbers")
        return at * 2 + first // 2
    pair = 2 if BITS[kind] == 4 else 1
    kept = at // pair
    return (kept // 2 * 4 + np.where(kept % 2, second, first)) * pair + at % pair


def spread(kind, a, word):
    """The rows of A with its zeros."""
    dense = np.zeros((*a.shape[:-1], a.shape[-1] * 2))
    dense[..., sparse_columns(kind, word, a.shape[-1])] = a
    return dense


def one_scale(kind, word):
    """Block scales, if all are the same: which belongs to which block is not emulated."""
    scales = np.unique(np.ascontiguousarray(word).view(np.uint8))
    if len(scales) != 1:
        raise Wrong("block scales that differ are not emulated")
    return float(decode(kind, scales)[0])


def multiply_add(kind, a, b, c):
    """Rows of A by rows of the transposed B. Sums are exact to double precision and rounded once."""
    if kind == "f64":
        return (a[..., :, None, :] * b[..., None, :, :]).sum(-1) + c
    return a @ np.swapaxes(b, -1, -2) + c


# --- fragments of a warp: lanes and numbers of each, to rows and columns ---


def fragment_a(m, k, kind):
    """Rows and columns: [lane, number]. A register holds numbers of one row, four lanes one after the other; eight
    rows further the next register, in the upper half of the columns the ones after."""
    in_register = max(32 // BITS[kind], 1)
    lane, i = np.ogrid[:32, :m * k // 32]
    register = i // in_register
    down = m // 8
    return (lane // 4 + 8 * (register % down) + 0 * i,
            lane % 4 * in_register + i % in_register + register // down * 4 * in_register)


def fragment_b(k, kind):
    in_register = max(32 // BITS[kind], 1)
    lane, i = np.ogrid[:32, :k * 8 // 32]
    return lane % 4 * in_register + i % in_register + i // in_register * 4 * in_register, lane // 4 + 0 * i


def fragment_c(m):
    lane, i = np.ogrid[:32, :m * 8 // 32]
    return lane // 4 + 8 * (i // 2), lane % 4 * 2 + i % 2


MMA = re.compile(r"mma(?P<sp>\.sp::ordered_metadata)?\.sync\.aligned\.m(?P<m>\d+)n8k(?P<k>\d+)\.row\.col"
                 r"(?P<scaled>\.kind::\w+\.block_scale\.scale_vec::\dX)?"
                 r"\.(?P<d>\w+)\.(?P<a>\w+)\.(?P<b>\w+)\.(?P<c>\w+)(?:\.(?P<scale>\w+))?")


def registers(m, operands, kind, warps):
    """[warp, lane, register]."""
    t = np.uint64 if kind == "f64" else np.uint32
    return np.stack([m.read_each(o, t).reshape(-1, 32)[warps] for o in operands], -1)


def mma(m, i, mask):
    form = MMA.fullmatch(i.name)
    if not form or form["a"] != form["b"] or form["c"] != form["d"]:
        raise Wrong("not emulated")
    warps = m.whole_warps(mask)
    rows, k, kind = int(form["m"]), int(form["k"]), form["a"]
    to, a_from, b_from, c_from, *more = i.operands
    stored = k // 2 if form["sp"] else k
    a, b, c = np.zeros((len(warps), rows, stored)), np.zeros((len(warps), 8, k)), np.zeros((len(warps), rows, 8))
    a[:, *fragment_a(rows, stored, kind)] = unpack(kind, registers(m, a_from, kind, warps))
    row, column = fragment_b(k, kind)
    b[:, column, row] = unpack(kind, registers(m, b_from, kind, warps))
    c[:, *fragment_c(rows)] = unpack(form["c"], registers(m, c_from, form["c"], warps))
    if form["sp"]:
        a = spread(kind, a, registers(m, [more[0]], "s32", warps))
        if int(more[1].bits) != 0:
            raise Wrong("a sparsity selector other than 0 is not emulated")
        more = more[2:]
    if form["scaled"]:
        a = a * (one_scale(form["scale"], registers(m, [more[0]], "s32", warps)) *
                 one_scale(form["scale"], registers(m, [more[2]], "s32", warps)))
    elif more:
        raise Wrong("operands left over")
    d = multiply_add(form["d"], a, b, c)[:, *fragment_c(rows)]
    packed = pack(form["d"], d)
    for r, register in enumerate(to):
        values = np.zeros(m.thread.shape, packed.dtype)
        values.reshape(-1, 32)[warps] = packed[..., r]
        m.write(register, values, mask)
    m.flops += len(warps) * 2 * rows * 8 * k
