"""Instructions of single threads, as the manual of PTX defines them. What is not here is an error."""

import numpy as np

import asynchronous
import matrix
from ptx import Wrong

TYPES = {"u16": np.uint16, "s16": np.int16, "b16": np.uint16, "u32": np.uint32, "s32": np.int32, "b32": np.uint32,
         "f32": np.float32, "u64": np.uint64, "s64": np.int64, "b64": np.uint64, "f64": np.float64, "pred": np.bool_}
WIDE = {"u16": np.uint32, "s16": np.int32, "u32": np.uint64, "s32": np.int64}


def type_of(i, at=-1):
    if i.parts[at] not in TYPES:
        raise Wrong(f"type {i.parts[at]} is not known")
    return TYPES[i.parts[at]]


def sources(m, i, *types):
    return [m.read(o, t) for o, t in zip(i.operands[1:], types)]


def same_types(function):
    """d, a, b, c are all of the type at the end of the name."""
    def run(m, i, mask):
        t = type_of(i)
        m.write(i.operands[0], function(*sources(m, i, *[t] * (len(i.operands) - 1))).astype(t, copy=False), mask)
    return run


def fused(a, b, c):
    """a x b is exact in twice the bits (of fp64: in 64); the sum is rounded there, and again."""
    wide = {np.float32: np.float64, np.float64: np.longdouble}[a.dtype.type]
    return (a.astype(wide) * b.astype(wide) + c.astype(wide)).astype(a.dtype)


def halves(values):
    """Both numbers of a register."""
    return np.stack([values & np.uint32(0xFFFF), values >> np.uint32(16)])


def fma(m, i, mask):
    if i.name in ("fma.rn.f32", "fma.rn.f64"):
        return same_types(fused)(m, i, mask)
    if i.name not in ("fma.rn.f16x2", "fma.rn.bf16x2"):
        raise Wrong("not emulated")
    kind = i.name.split(".")[2].removesuffix("x2")
    a, b, c = (matrix.decode(kind, halves(x)) for x in sources(m, i, *[np.uint32] * 3))
    low, high = matrix.encode(kind, a * b + c)
    m.write(i.operands[0], low | high << np.uint32(16), mask)


def multiply(m, i, mask):
    how, t = i.parts[1], type_of(i)
    a, b = sources(m, i, t, t)
    if how == "wide":
        w = WIDE[i.parts[2]]
        return m.write(i.operands[0], a.astype(w) * b.astype(w), mask)
    if how == "lo":
        return m.write(i.operands[0], a * b, mask)
    if how == "hi" and i.parts[2] in WIDE:
        w = WIDE[i.parts[2]]
        return m.write(i.operands[0], (a.astype(w) * b.astype(w) >> w(t().itemsize * 8)).astype(t), mask)
    raise Wrong("not emulated")


def multiply_add(m, i, mask):
    if i.parts[1] != "lo":
        raise Wrong("not emulated")
    same_types(lambda a, b, c: a * b + c)(m, i, mask)


def shift(m, i, mask):
    """Beyond the register nothing is left, or the sign."""
    t = type_of(i)
    bits = t().itemsize * 8
    a, by = sources(m, i, t, np.uint32)
    by = np.minimum(by, bits).astype(t)
    if i.parts[0] == "shl":
        values = np.where(by < bits, a << np.minimum(by, t(bits - 1)), t(0))
    elif np.issubdtype(t, np.signedinteger):
        values = a >> np.minimum(by, t(bits - 1))
    else:
        values = np.where(by < bits, a >> np.minimum(by, t(bits - 1)), t(0))
    m.write(i.operands[0], values.astype(t), mask)


def insert_bits(m, i, mask):
    a, b, at, size = sources(m, i, *[np.uint32] * 4)
    field = ((np.uint64(1) << size.astype(np.uint64)) - np.uint64(1)) << at.astype(np.uint64)
    field = field.astype(np.uint32)
    m.write(i.operands[0], b & ~field | a << at & field, mask)


def dot_product(m, i, mask):
    if i.parts[1:] != ["s32", "s32"]:
        raise Wrong("not emulated")
    a, b, c = sources(m, i, np.uint32, np.uint32, np.int32)
    a, b = (np.broadcast_to(x, m.thread.shape).copy().view(np.int8).reshape(-1, 4).astype(np.int32) for x in (a, b))
    m.write(i.operands[0], (a * b).sum(1, dtype=np.int32) + c, mask)


COMPARISONS = {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
               "ge": np.greater_equal}


def compare(m, i, mask):
    t = type_of(i)
    if np.issubdtype(t, np.floating) or i.parts[1] not in COMPARISONS:
        raise Wrong("not emulated")
    m.write(i.operands[0], COMPARISONS[i.parts[1]](*sources(m, i, t, t)), mask)


def select(m, i, mask):
    t = type_of(i)
    a, b, which = sources(m, i, t, t, np.bool_)
    m.write(i.operands[0], np.where(which, a, b), mask)


def convert(m, i, mask):
    to, of = type_of(i, 1), type_of(i, 2)
    if len(i.parts) != 3 or not all(np.issubdtype(t, np.integer) for t in (to, of)):
        raise Wrong("not emulated")
    m.write(i.operands[0], sources(m, i, of)[0].astype(to), mask)


def move(m, i, mask):
    m.write(i.operands[0], sources(m, i, type_of(i))[0], mask)


def same_address(m, i, mask):
    """Of global memory alone, whose addresses are the generic ones."""
    if i.name != "cvta.to.global.u64":
        raise Wrong("not emulated")
    move(m, i, mask)


def shuffle(m, i, mask):
    if i.name != "shfl.sync.idx.b32":
        raise Wrong("not emulated")
    m.whole_warps(mask)
    value, lane, clamp, members = sources(m, i, *[np.uint32] * 4)
    if (clamp != 31).any() or (members != 0xFFFFFFFF).any():
        raise Wrong("a shuffle of a part of a warp is not emulated")
    target, inside = i.operands[0]
    by_warp = np.broadcast_to(value, m.thread.shape).reshape(-1, 32)
    lane = np.broadcast_to(lane % 32, m.thread.shape).reshape(-1, 32).astype(np.int64)
    m.write(target, np.take_along_axis(by_warp, lane, 1).reshape(-1), mask)
    m.write(inside, np.ones(1, bool), mask)


def elect(m, i, mask):
    """Some lane of each warp: not the first one, which nobody promises."""
    m.whole_warps(mask)
    if (m.read(i.operands[1], np.uint32) != 0xFFFFFFFF).any():
        raise Wrong("electing in a part of a warp is not emulated")
    target, leader = i.operands[0]
    m.write(target, np.array([21], np.uint32), mask)
    m.write(leader, m.thread % 32 == 21, mask)


def load(m, i, mask):
    space, target = i.parts[1], i.operands[0]
    registers = target if isinstance(target, list) else [target]
    t = type_of(i)
    each, size = t().itemsize, t().itemsize * len(registers)
    if space == "param":
        at = m.address(i.operands[1], np.uint64)[mask].astype(np.int64)[:, None] // 4 + np.arange(size // 4)
        if at.min() < 0 or at.max() >= len(m.parameters):
            raise Wrong("reads beyond the parameter")
        words = m.parameters[at]
    elif space == "global":
        words = m.memory.load(m.address(i.operands[1], np.uint64)[mask], size, "nc" in i.parts)
    elif space == "shared":
        words = m.shared.load(m.block[mask], m.thread[mask], m.epoch[m.block[mask]],
                              m.address(i.operands[1], np.uint32)[mask], size)
    else:
        raise Wrong("not emulated")
    for k, register in enumerate(registers):
        values = np.zeros((len(m.thread), each // 4), np.uint32)
        values[mask] = words[:, k * each // 4:(k + 1) * each // 4]
        m.write(register, np.ascontiguousarray(values).view(t)[:, 0], mask)


def store(m, i, mask):
    space, source = i.parts[1], i.operands[1]
    t = type_of(i)
    values = [m.read_each(s, t)[mask] for s in (source if isinstance(source, list) else [source])]
    words = np.stack(values, 1).view(np.uint32)
    if space == "global":
        m.memory.store(m.address(i.operands[0], np.uint64)[mask], words)
    elif space == "shared":
        m.shared.store(m.block[mask], m.thread[mask], m.epoch[m.block[mask]],
                       m.address(i.operands[0], np.uint32)[mask], words)
    else:
        raise Wrong("not emulated")


def special(function):
    def run(m, i, mask):
        if i.parts[1:] not in (["approx", "ftz", "f32"], ["approx", "f32"]):
            raise Wrong("not emulated")
        m.write(i.operands[0], function(sources(m, i, np.float32)[0].astype(np.float64)).astype(np.float32), mask)
    return run


BY_NAME = {
    "add": same_types(np.add), "sub": same_types(np.subtract), "neg": same_types(np.negative),
    "rem": same_types(np.remainder), "max": same_types(np.maximum), "min": same_types(np.minimum),
    "and": same_types(np.bitwise_and), "or": same_types(np.bitwise_or), "xor": same_types(np.bitwise_xor),
    "not": same_types(np.invert), "fma": fma, "mul": multiply, "mad": multiply_add, "shl": shift, "shr": shift,
    "bfi": insert_bits, "dp4a": dot_product, "setp": compare, "selp": select, "cvt": convert, "mov": move,
    "cvta": same_address, "shfl": shuffle, "elect": elect, "ld": load, "st": store,
    "ex2": special(np.exp2), "lg2": special(np.log2), "rcp": special(np.reciprocal), "sin": special(np.sin),
    "rsqrt": special(lambda x: 1 / np.sqrt(x)), "tanh": special(np.tanh), "mma": matrix.mma,
}


def execute(m, i, mask):
    run = BY_NAME.get(i.parts[0]) or asynchronous.find(i)
    if run is None:
        raise Wrong("not emulated")
    run(m, i, mask)
