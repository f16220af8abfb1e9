"""wgmma (9.7.15): a warpgroup's products from shared memory and registers. Results are there at once, but nobody may
look at them, nor at registers of A, nor write to what is read, before the group has been waited for."""

import re

import numpy as np

import descriptors
import matrix
from ptx import Register, Wrong

GROUP, M = 128, 64  # threads, rows
MMA = re.compile(r"wgmma\.mma_async(?P<sp>\.sp)?\.sync\.aligned\.m64n(?P<n>\d+)k(?P<k>\d+)"
                 r"\.(?P<d>\w+)\.(?P<a>\w+)\.(?P<b>\w+)")


class State:
    def __init__(self):
        self.fenced = False
        self.open = {}  # registers of what was not committed: "read" or "written"
        self.groups = []  # the same of each group that was not waited for

    def lock(self, m):
        m.locked = {name: how for group in [*self.groups, self.open] for name, how in group.items()}


def state(m, mask):
    """Warpgroups that go different ways are not emulated."""
    if not mask.all():
        raise Wrong("not all warpgroups execute it")
    return m.units.setdefault("wgmma", State())


def fence(m, i, mask):
    state(m, mask).fenced = True
    m.written_since_fence.clear()


def commit(m, i, mask):
    s = state(m, mask)
    s.groups.append(s.open)
    s.open = {}
    s.lock(m)


def wait(m, i, mask):
    s = state(m, mask)
    n = i.operands[0].bits
    s.groups = s.groups[len(s.groups) - n:] if len(s.groups) > n and n > 0 else s.groups if n > 0 else []
    s.lock(m)
    if not m.locked:
        m.shared.release()


def fragment_d(n):
    thread, i = np.ogrid[:GROUP, :M * n // GROUP]
    return thread // 32 * 16 + thread % 32 // 4 + i // 2 % 2 * 8, i // 4 * 8 + thread % 4 * 2 + i % 2


def values(m, register):
    """What a register holds, also while instructions of the same kind add to it."""
    if register.name not in m.registers:
        raise Wrong(f"{register.name} is read and was never written")
    return m.registers[register.name].view(np.uint32).reshape(-1, GROUP)


def same(m, operand, dtype):
    """One value for each warpgroup."""
    each = m.read_each(operand, dtype).reshape(-1, GROUP)
    if (each != each[:, :1]).any():
        raise Wrong("a descriptor that differs within a warpgroup")
    return each[:, 0]


def check_fenced(m, s, names):
    touched = m.written_since_fence.intersection(names)
    if not s.fenced or touched:
        raise Wrong(f"no wgmma.fence since {sorted(touched)[:3]} were written")


def read_shared(m, operand, kind, rows, stored, groups):
    """[warpgroup, row, column], each warpgroup's by its own descriptor."""
    d = same(m, operand, np.uint64)
    for one in d:
        descriptors.check_wgmma(one)
    return np.stack([matrix.unpack(kind, descriptors.read_rows(
        m, g * GROUP // m.threads, d[g], rows, stored * matrix.BITS[kind] // 8, m.tick(g * GROUP // m.threads)))
        for g in range(groups)])


def read_a(m, operand, kind, stored, groups):
    """[warpgroup, row, column]."""
    if isinstance(operand, Register):
        return read_shared(m, operand, kind, M, stored, groups)
    r = np.stack([values(m, o) for o in operand], -1).reshape(groups, M // 16, 32, -1)
    a = np.zeros((groups, M // 16, 16, stored))
    a[:, :, *matrix.fragment_a(16, stored, kind)] = matrix.unpack(kind, r)
    return a.reshape(groups, M, stored)


def signs(kind, immediates):
    """Of A and B; for numbers of 16 bits whether A and B lie across."""
    given = [int(x.bits) for x in immediates]
    if kind == "s8":
        if given:
            raise Wrong("signs of integers")
        return 1
    if given[0] not in (1, -1) or given[1] not in (1, -1) or any(given[2:]):
        raise Wrong(f"signs and orders {given} are not emulated")
    return given[0] * given[1]


def mma(m, i, mask):
    form = MMA.fullmatch(i.name)
    if not form or form["a"] != form["b"]:
        raise Wrong("not emulated")
    s = state(m, mask)
    n, k, kind = int(form["n"]), int(form["k"]), form["a"]
    to, a_from, b_from, *more = i.operands
    a_names = [] if isinstance(a_from, Register) else [o.name for o in a_from]
    check_fenced(m, s, [o.name for o in to] + a_names)
    groups = len(m.thread) // GROUP
    a = read_a(m, a_from, kind, k // 2 if form["sp"] else k, groups)
    b = read_shared(m, b_from, kind, n, k, groups)
    if form["sp"]:
        if more[1].bits != 0:
            raise Wrong("a sparsity selector other than 0 is not emulated")
        a = matrix.spread(kind, a, m.read(more[0], np.uint32))
        more = more[2:]
    if not m.read(more[0], np.bool_).all():
        raise Wrong("an instruction that does not add to its accumulator is not emulated")
    row, column = fragment_d(n)
    c = np.zeros((groups, M, n))
    c[:, row, column] = matrix.unpack(form["d"], np.stack([values(m, o) for o in to], -1))
    d = matrix.multiply_add(form["d"], a * signs(kind, more[1:]), b, c)[:, row, column]
    packed = np.ascontiguousarray(matrix.pack(form["d"], d).reshape(len(m.thread), -1).T)
    for r, register in enumerate(to):
        m.registers[register.name] = packed[r]
    s.open.update({name: "read" for name in a_names})
    s.open.update({o.name: "written" for o in to})
    s.lock(m)
    m.flops += groups * 2 * M * n * k


BY_NAME = {"wgmma.fence.sync.aligned": fence, "wgmma.commit_group.sync.aligned": commit,
           "wgmma.wait_group.sync.aligned": wait}
