"""Tensor memory (9.7.16): 128 lanes of 512 columns of 32 bits for each block; who may touch it when (9.7.16.6)."""

import numpy as np

from ptx import Wrong

LANES, COLUMNS = 128, 512
IDLE, ISSUED, WAITED = -3, -2, -1  # of a thread's accesses; from 0 on: the time of its fence before a barrier


class TensorMemory:
    def __init__(self, m):
        blocks = m.grid
        self.m = m
        self.words = np.full((blocks, LANES, COLUMNS), 0x7FC0DEAD, np.uint32)
        self.known = np.zeros(self.words.shape, bool)
        self.allocated = np.zeros(blocks, int)
        self.relinquished = np.zeros(blocks, bool)
        self.accesses = np.full(len(m.thread), IDLE)  # by ld and st
        self.products = np.full(len(m.thread), IDLE)  # by mma
        self.after = np.full(len(m.thread), -1)  # time of the last fence after a barrier
        self.queue = {}  # thread: commits that have not arrived
        self.uncommitted = set()  # threads that have issued products since their last commit
        m.units["observe"], m.units["go_on"] = self.observe, self.go_on

    # --- order ---

    def before(self, mask):
        """Accesses that have ended are ordered before the next barrier."""
        now = self.m.ticks()[self.m.block]
        for state in (self.accesses, self.products):
            state[mask & (state == WAITED)] = now[mask & (state == WAITED)]

    def after_barrier(self, mask):
        self.after[mask] = self.m.ticks()[self.m.block][mask]

    def check_after(self, thread, others):
        """Accesses of these threads' clusters are over, and these threads know."""
        size = self.m.threads * self.m.cluster
        for cluster in np.unique(thread // size):
            them, mine = others[cluster * size:(cluster + 1) * size], thread[thread // size == cluster]
            if not (them != IDLE).any():
                continue
            now = self.m.tick(self.m.block[mine[0]])
            if (np.isin(them, (ISSUED, WAITED)) | (them >= now)).any():
                raise Wrong("tensor memory is used: others have accesses not waited for, fenced and a barrier ago")
            if (self.after[mine] <= them.max()).any():
                raise Wrong("tensor memory is used without a fence after the barrier")

    def issue(self, thread):
        self.products[thread] = ISSUED
        self.queue.setdefault(thread, [])
        self.uncommitted.add(thread)

    def commit(self, thread, barrier):
        self.uncommitted.discard(thread)
        self.queue.setdefault(thread, []).append(barrier)

    def go_on(self, thread):
        """The next commit of any thread of the cluster arrives; false if there is none."""
        size = self.m.threads * self.m.cluster
        for t, commits in self.queue.items():
            if t // size == thread // size and commits:
                commits.pop(0).arrive()
                return True
        return False

    def observe(self, thread, _barrier):
        """A barrier's phase has ended: when nothing is left, products of this thread are complete."""
        if self.products[thread] == ISSUED and not self.queue[thread] and thread not in self.uncommitted:
            self.products[thread] = WAITED
            if not any(self.queue.values()):
                self.m.shared.release()

    # --- places ---

    def own(self, block, columns_to):
        if (columns_to > self.allocated[block]).any():
            raise Wrong("columns of tensor memory that are not allocated")

    def rows(self, thread, address, n):
        """Of ld and st 32x32b: every thread a lane, of its warp's quarter: block, lane, columns."""
        lane = (address >> np.uint32(16)).astype(int)
        column = (address & np.uint32(0xFFFF)).astype(int)
        if (lane != thread % 128 // 32 * 32).any():
            raise Wrong("a warp asks for lanes that are another's")
        block = self.m.block[thread]
        self.own(block, column + n)
        return block[:, None], (lane + thread % 32)[:, None], column[:, None] + np.arange(n)


def of(m):
    if "tensor" not in m.units:
        m.units["tensor"] = TensorMemory(m)
    return m.units["tensor"]


def check_given_back(m):
    if "tensor" in m.units and of(m).allocated.any():
        raise Wrong("tensor memory is not given back")
