"""mbarrier objects in shared memory (9.7.13.15)."""

import numpy as np

from ptx import Wrong

SLEEP_NS = 20_000_000  # of a wait for which nothing is under way


class Barrier:
    def __init__(self, count):
        self.count, self.left, self.phase = count, count, 0

    def arrive(self):
        self.left -= 1
        if self.left == 0:
            self.left, self.phase = self.count, self.phase + 1


def all_of(m):
    return m.units.setdefault("barriers", {})


def at(m, block, address):
    """Of a block: the barrier there."""
    if (found := all_of(m).get((int(block), int(address)))) is None:
        raise Wrong(f"there is no barrier at {int(address)}")
    return found


def initialise(m, i, mask):
    address = m.address(i.operands[0], np.uint32)
    zeros = np.zeros((int(mask.sum()), 2), np.uint32)
    m.shared.store(m.block[mask], m.thread[mask], m.epoch[m.block[mask]], address[mask], zeros)
    for t in np.flatnonzero(mask):
        key = (int(m.block[t]), int(address[t]))
        if key in all_of(m):
            raise Wrong("a barrier is initialised twice")
        all_of(m)[key] = Barrier(int(i.operands[1].bits))


def try_wait(m, i, mask):
    """Whether the phase of that parity has ended. What is under way ends as late as it may: when somebody has looked
    for it in vain."""
    target = i.operands[0]
    address, parity = m.address(i.operands[1], np.uint32), np.broadcast_to(m.read(i.operands[2], np.uint32),
                                                                           m.thread.shape)
    ended = np.zeros(m.thread.shape, bool)
    for t in np.flatnonzero(mask):
        barrier = at(m, m.block[t], address[t])
        m.shared.load(m.block[[t]], m.thread[[t]], m.epoch[m.block[[t]]], address[[t]], 8)
        ended[t] = barrier.phase % 2 != parity[t]
        if ended[t]:
            m.units["observe"](t)
        elif not m.units["go_on"](t):
            m.slept_ns += SLEEP_NS
    m.write(target, ended, mask)


BY_NAME = {"mbarrier.init.shared::cta.b64": initialise, "mbarrier.try_wait.parity.shared::cta.b64": try_wait}
