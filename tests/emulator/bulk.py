"""Bulk copies between global and shared memory (9.7.9). Everything happens as late as it may: a load arrives, the
last one first, when somebody has looked for one in vain; a store reads its source when that is waited for, and is seen
in global memory when its end is waited for."""

from dataclasses import dataclass

import numpy as np

import barriers
from ptx import Wrong

PIECE = 16  # bytes; whatever is copied is a multiple, and so are addresses
LOAD = "cp.async.bulk.shared::cta.global.mbarrier::complete_tx::bytes"
STORE = "cp.async.bulk.global.shared::cta.bulk_group"


@dataclass
class Copy:
    block: int
    shared: np.ndarray  # places of its words
    addresses: np.ndarray  # in global memory, of each 16 bytes
    barrier: object = None  # of a load
    phase: int = 0  # of the barrier, that it belongs to
    words: np.ndarray = None  # of a store that has read


class BulkCopies:
    def __init__(self, m):
        self.m = m
        self.loads = []  # on their way
        self.landed = []  # nobody has seen it yet
        self.open = {}  # thread: stores of no group
        self.groups = {}  # thread: groups of stores
        m.units["observe"], m.units["go_on"] = self.observe, self.go_on

    def start_load(self, copy):
        shared, at = self.m.shared, (copy.block, copy.shared)
        if shared.in_use[at].any():
            raise Wrong("overwrites shared memory that a store may still read")
        if shared.arriving[at].any():
            raise Wrong("two copies write to the same shared memory")
        if ((shared.written[at] >= 0) & (shared.fenced[at] < 0) & (shared.seen_by[at] < 0)).any():
            raise Wrong("overwrites what a thread has written, which passed no fence.proxy.async")
        shared.arriving[at] = True
        self.loads.append(copy)

    def go_on(self, thread):
        """The last load of the thread's block arrives; false if there is none."""
        mine = [c for c in self.loads if c.block == self.m.block[thread]]
        if not mine:
            return False
        copy = mine[-1]
        self.loads = [c for c in self.loads if c is not copy]
        self.m.shared.words[copy.block, copy.shared] = self.m.memory.load(copy.addresses, PIECE).ravel()
        self.landed.append(copy)
        copy.barrier.complete(len(copy.addresses) * PIECE)
        return True

    def observe(self, thread, barrier):
        """The thread has seen the end of a phase: what arrived in it, it may use; others after a barrier."""
        shared = self.m.shared
        for c in self.landed:
            if c.barrier is barrier and c.phase < barrier.phase:
                at = c.block, c.shared
                shared.arriving[at] = False
                shared.writer[at] = shared.seen_by[at] = thread
                shared.written[at] = self.m.epoch[c.block]
        self.landed = [c for c in self.landed if not (c.barrier is barrier and c.phase < barrier.phase)]

    def start_store(self, thread, copy):
        shared, at = self.m.shared, (copy.block, copy.shared)
        if shared.arriving[at].any():
            raise Wrong("stores what nobody has seen arrive")
        arrived = shared.seen_by[at] >= 0
        if (arrived & (shared.seen_by[at] != thread) & (shared.written[at] >= self.m.epoch[copy.block])).any():
            raise Wrong("stores what another thread has seen arrive, without a barrier since")
        if not arrived.all():
            shared.check_seen(copy.block, copy.shared[~arrived], self.m.tick(copy.block))
        shared.in_use[at] = True
        self.open.setdefault(thread, []).append(copy)

    def commit(self, thread):
        self.groups.setdefault(thread, []).append(self.open.pop(thread, []))

    def wait(self, thread, left, only_read):
        """For all groups of the thread but the last `left`."""
        groups = self.groups.setdefault(thread, [])
        over = groups[:max(len(groups) - left, 0)]
        for c in [c for g in over for c in g if c.words is None]:
            c.words = self.m.shared.words[c.block, c.shared].reshape(-1, PIECE // 4)
        if not only_read:
            for c in [c for g in over for c in g]:
                self.m.memory.store(c.addresses, c.words)
            del groups[:len(over)]
        self.m.shared.release()
        for c in [c for all_of in self.groups.values() for g in all_of for c in g if c.words is None]:
            self.m.shared.in_use[c.block, c.shared] = True


def of(m):
    if "bulk" not in m.units:
        m.units["bulk"] = BulkCopies(m)
    return m.units["bulk"]


def check_over(m):
    if "bulk" in m.units and (of(m).loads or of(m).landed):
        raise Wrong("a block ends while its shared memory is written to")
    if "bulk" in m.units and (any(of(m).open.values()) or any(of(m).groups.values())):
        raise Wrong("a block ends before its stores have")


def copies(m, shared, memory, size, mask):
    """Of each thread: itself, and the copy."""
    for t in np.flatnonzero(mask):
        n = int(m.read_each(size, np.uint32)[t])
        if n <= 0 or n % PIECE:
            raise Wrong(f"copies {n} bytes: no multiple of 16")
        steps = np.arange(0, n, PIECE)
        at = m.shared.words_at(m.address(shared, np.uint32)[t] + steps.astype(np.uint32), PIECE).ravel()
        yield t, Copy(int(m.block[t]), at, m.address(memory, np.uint64)[t] + steps.astype(np.uint64))


def load(m, i, mask):
    to, source, size, at = i.operands
    for t, copy in copies(m, to, source, size, mask):
        address = m.address(at, np.uint32)[t]
        copy.barrier = barriers.at(m, copy.block, address)
        copy.phase = copy.barrier.phase
        m.shared.check_seen(copy.block, np.arange(2) + int(address) // 4, m.tick(copy.block))
        of(m).start_load(copy)


def store(m, i, mask):
    to, source, size = i.operands
    for t, copy in copies(m, source, to, size, mask):
        of(m).start_store(t, copy)


def commit(m, i, mask):
    for t in np.flatnonzero(mask):
        of(m).commit(t)


def wait(m, i, mask):
    for t in np.flatnonzero(mask):
        of(m).wait(t, int(i.operands[0].bits), i.name.endswith(".read"))


BY_NAME = {LOAD: load, STORE: store, "cp.async.bulk.commit_group": commit, "cp.async.bulk.wait_group": wait,
           "cp.async.bulk.wait_group.read": wait}
