"""tcgen05: moving to and from tensor memory, products in it (9.7.16)."""

import re

import numpy as np

import barriers
import descriptors
import matrix
import tensor
from ptx import Wrong

MMA = re.compile(r"tcgen05\.mma(?P<sp>\.sp)?\.cta_group::(?P<group>[12])\.kind::(?P<kind>\w+)"
                 r"(?P<scaled>\.block_scale)?(?:\.(?P<block>block\d+))?")
TYPES = {"f16": {0: "f16", 1: "bf16"}, "tf32": {2: "tf32"}, "f8f6f4": {0: "e4m3"}, "i8": {1: "s8"},
         "mxf8f6f4": {0: "e4m3"}, "mxf4": {1: "e2m1"}, "mxf4nvf4": {1: "e2m1"}}
SUMS = {"f16": {0: "f16", 1: "f32"}, "tf32": {1: "f32"}, "f8f6f4": {0: "f16", 1: "f32"}, "i8": {2: "s32"}}
DEPTH = {"f16": 16, "tf32": 8, "f8f6f4": 32, "i8": 32, "mxf8f6f4": 32, "mxf4": 64, "mxf4nvf4": 64}
SCALES = {("mxf8f6f4", None, 1): "ue8m0", ("mxf4", "block32", 1): "ue8m0", ("mxf4nvf4", "block16", 0): "ue4m3"}
UNIFORM = 32  # columns of scales, at most, for 256 rows of B and four scales each
METADATA = 4  # columns of metadata, at most


def group_of(i):
    return int(re.search(r"cta_group::([12])", i.name)[1])


def check_group(m, i):
    if group_of(i) != m.cluster:
        raise Wrong(f"cta_group::{group_of(i)} in a cluster of {m.cluster}")


def one_warp_each(m, mask):
    """First thread of the warps; one of each block."""
    first = m.whole_warps(mask) * 32
    if len(np.unique(m.block[first])) != len(first) or len(first) % m.cluster:
        raise Wrong("not one warp of each block")
    return first


def allocate(m, i, mask):
    t, first, columns = tensor.of(m), one_warp_each(m, mask), int(i.operands[1].bits)
    check_group(m, i)
    block = m.block[first]
    if m.cluster > 1 and (m.cluster_epoch[block] == 0).any():
        raise Wrong("the other block may not have begun")
    if columns not in (32, 64, 128, 256, 512) or t.allocated[block].any() or t.relinquished[block].any():
        raise Wrong("tensor memory cannot be allocated so")
    t.allocated[block] = columns
    address = np.zeros((len(first), 1), np.uint32)
    m.shared.store(block, first, m.epoch[block], m.address(i.operands[0], np.uint32)[first], address)


def relinquish(m, i, mask):
    check_group(m, i)
    tensor.of(m).relinquished[m.block[one_warp_each(m, mask)]] = True


def deallocate(m, i, mask):
    t, first = tensor.of(m), one_warp_each(m, mask)
    check_group(m, i)
    block = m.block[first]
    address = m.read_each(i.operands[0], np.uint32)[first]
    if address.any() or (t.allocated[block] != int(i.operands[1].bits)).any():
        raise Wrong("other tensor memory is given back than was allocated")
    t.check_after(first, t.accesses)
    t.check_after(first, t.products)
    t.allocated[block] = 0


def warps_address(m, operand, mask):
    m.whole_warps(mask)
    address = m.address(operand, np.uint32)[mask]
    if (address.reshape(-1, 32) != address.reshape(-1, 32)[:, :1]).any():
        raise Wrong("lanes of a warp give different addresses")
    return address


def store(m, i, mask):
    t = tensor.of(m)
    thread = m.thread[mask]
    t.check_after(thread, t.products)
    values = np.stack([m.read_each(o, np.uint32)[mask] for o in i.operands[1]], 1)
    at = t.rows(thread, warps_address(m, i.operands[0], mask), len(i.operands[1]))
    t.words[at], t.known[at] = values, True
    t.accesses[mask] = tensor.ISSUED


def load(m, i, mask):
    t = tensor.of(m)
    thread = m.thread[mask]
    t.check_after(thread, t.products)
    at = t.rows(thread, warps_address(m, i.operands[1], mask), len(i.operands[0]))
    if not t.known[at].all():
        raise Wrong("reads tensor memory that nothing has written")
    values = np.zeros((len(i.operands[0]), len(m.thread)), np.uint32)
    values[:, mask] = t.words[at].T
    for r, register in enumerate(i.operands[0]):
        m.write(register, values[r], mask)
        m.locked[register.name] = "written"
    t.accesses[mask] = tensor.ISSUED


def wait(m, i, mask):
    """For loads or stores; ours never have both under way."""
    m.whole_warps(mask)
    t = tensor.of(m)
    t.accesses[mask & (t.accesses == tensor.ISSUED)] = tensor.WAITED
    if "ld" in i.name:
        m.locked.clear()


def fence_before(m, i, mask):
    tensor.of(m).before(mask)


def fence_after(m, i, mask):
    tensor.of(m).after_barrier(mask)


def single(m, i, mask):
    if mask.sum() > len(np.unique(m.block[mask] // m.cluster)):
        raise Wrong("more than one thread of a block, or of a pair, issues it")
    check_group(m, i)
    return np.flatnonzero(mask)


def commit(m, i, mask):
    for thread in single(m, i, mask):
        block, address = m.block[thread], m.address(i.operands[0], np.uint32)[thread]
        m.shared.check_seen(block, np.arange(2) + int(address) // 4, m.tick(block))
        tensor.of(m).commit(thread, barriers.at(m, block, address))


class Form:
    """What the name and the instruction descriptor (9.7.16.4.2) say."""

    def __init__(self, m, name, d):
        form = MMA.fullmatch(name)
        if not form:
            raise Wrong("not emulated")
        f = descriptors.field
        self.kind, self.sparse, self.scaled = form["kind"], bool(form["sp"]), bool(form["scaled"])
        self.a = TYPES[self.kind].get(f(d, 7, 9))
        if self.a is None or f(d, 10, 11 if self.kind in ("mxf4", "mxf4nvf4") else 12) != f(d, 7, 9):
            raise Wrong(f"types of A and B in {int(d):#x} are not emulated")
        self.sum = "f32" if self.scaled else SUMS[self.kind].get(f(d, 4, 5))
        wide = self.kind in ("mxf4", "mxf4nvf4") and f(d, 31, 31)
        self.k = 96 if wide else DEPTH[self.kind] * (2 if self.sparse else 1)
        self.wide, self.n = bool(wide), f(d, 17, 22) * 8
        self.m = f(d, 27, 28) * 128 if self.scaled else f(d, 24, 28) * 16
        self.scale = SCALES.get((self.kind, form["block"], f(d, 23, 23))) if self.scaled else None
        rest = [f(d, 0, 1), f(d, 3, 3), f(d, 6, 6), f(d, 13, 16)]
        rest += [f(d, 24, 26), f(d, 29, 30), f(d, 4, 5), 0 if wide else f(d, 31, 31)] if self.scaled else \
            [f(d, 23, 23), f(d, 29, 31)]
        if any(rest) or self.sum is None or self.sparse != bool(f(d, 2, 2)) or (self.scaled and self.scale is None):
            raise Wrong(f"an instruction descriptor that does not fit, or is not emulated: {int(d):#x}")
        if self.m != 128 * m.cluster or self.n != 256 or (wide and self.sparse):
            raise Wrong(f"products of {self.m} x {self.n} are not emulated")


def uniform(t, block, address, columns):
    """One word, which all of these columns must hold."""
    lane, column = int(address) >> 16, int(address) & 0xFFFF
    t.own(block, column + columns)
    part = t.words[block, :, column:column + columns]
    if lane or not t.known[block, :, column:column + columns].all() or (part != part[0, 0]).any():
        raise Wrong("scales or metadata that differ are not emulated")
    return part[0, 0]


def read_operand(m, form, blocks, d, rows, depth):
    descriptors.check_tcgen05(d, form.wide)
    bytes_ = depth * matrix.BITS[form.a] // 8
    return [matrix.unpack(form.a, descriptors.read_rows(m, b, d, rows, bytes_, m.tick(b))) for b in blocks]


def mma(m, i, mask):
    for thread in single(m, i, mask):
        multiply(m, i, thread)


def multiply(m, i, thread):
    def value(operand, dtype):
        return m.read_each(operand, dtype)[thread]

    t, block = tensor.of(m), m.block[thread]
    more = list(i.operands)
    to, a_from, b_from = more.pop(0), value(more.pop(0), np.uint64), value(more.pop(0), np.uint64)
    metadata = more.pop(0) if ".sp." in i.name else None
    form = Form(m, i.name, value(more.pop(0), np.uint32))
    scales = [more.pop(0), more.pop(0)] if form.scaled else []
    if not value(more.pop(0), np.bool_) or more:
        raise Wrong("not emulated: it does not add to its accumulator, or has more operands")
    t.check_after(np.array([thread]), t.accesses)
    pair = range(block - block % m.cluster, block - block % m.cluster + m.cluster)
    if block != pair[0] and m.cluster > 1:
        raise Wrong("the second block of a pair issues")
    a = read_operand(m, form, pair, a_from, 128, form.k // 2 if form.sparse else form.k)
    b = np.concatenate(read_operand(m, form, pair, b_from, form.n // m.cluster, form.k))
    at = int(value(to.base, np.uint32)) + to.offset
    if at >> 16:
        raise Wrong("accumulators begin at lane 0")
    for block, rows in zip(pair, a):
        t.own(block, at + form.n)
        if form.sparse:
            rows = matrix.spread(form.a, rows, uniform(t, block, value(metadata.base, np.uint32), METADATA))
        for s in scales:
            rows = rows * matrix.one_scale(form.scale, uniform(t, block, value(s.base, np.uint32), UNIFORM))
        add(t, form, block, slice(at, at + form.n), rows, b)
    t.issue(thread)
    m.flops += 2 * form.m * form.n * form.k


def add(t, form, block, columns, a, b):
    """An accumulator of 16 bits is the low half of its column; nothing is promised of the other."""
    if not t.known[block, :, columns].all():
        raise Wrong("adds to tensor memory that nothing has written")
    old = t.words[block, :, columns] & np.uint32((1 << matrix.BITS[form.sum]) - 1)
    new = matrix.encode(form.sum, matrix.multiply_add(form.sum, a, b, matrix.decode(form.sum, old)))
    t.words[block, :, columns] = new.astype(np.uint32) | np.uint32(0x7E000000 if form.sum == "f16" else 0)


BY_NAME = {"tcgen05.st.sync.aligned.32x32b.x1.b32": store,
           "tcgen05.ld.sync.aligned.32x32b.x32.b32": load, "tcgen05.wait::st.sync.aligned": wait,
           "tcgen05.wait::ld.sync.aligned": wait, "tcgen05.fence::before_thread_sync": fence_before,
           "tcgen05.fence::after_thread_sync": fence_after}
for _group in "12":
    BY_NAME |= {f"tcgen05.alloc.cta_group::{_group}.sync.aligned.shared::cta.b32": allocate,
                f"tcgen05.relinquish_alloc_permit.cta_group::{_group}.sync.aligned": relinquish,
                f"tcgen05.dealloc.cta_group::{_group}.sync.aligned.b32": deallocate,
                f"tcgen05.commit.cta_group::{_group}.mbarrier::arrive::one.shared::cluster.b64": commit}
