"""mbarrier objects in shared memory (9.7.13.15)."""

import numpy as np

from ptx import Wrong

SLEEP_NS = 20_000_000  # of a wait for which nothing is under way


MOST_BYTES = (1 << 20) - 1  # that a barrier can expect


class Barrier:
    """A phase ends when all have arrived, and all bytes that are expected."""

    def __init__(self, count):
        self.count, self.left, self.bytes, self.phase = count, count, 0, 0

    def arrive(self):
        if self.left == 0:
            raise Wrong("more arrive at a barrier than it counts")
        self.left -= 1
        self.end_phase()

    def expect(self, n):
        self.bytes += n
        if self.bytes > MOST_BYTES:
            raise Wrong(f"a barrier expects {self.bytes} bytes")

    def complete(self, n):
        self.bytes -= n
        if self.bytes < -MOST_BYTES:
            raise Wrong("a barrier is given more bytes than it can count")
        self.end_phase()

    def end_phase(self):
        if self.left == 0 and self.bytes == 0:
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


def looked_at(m, thread, address):
    """The barrier there, which the thread may use."""
    m.shared.load(m.block[[thread]], m.thread[[thread]], m.epoch[m.block[[thread]]], address[[thread]], 8)
    return at(m, m.block[thread], address[thread])


def arrive_expecting(m, i, mask):
    if getattr(i.operands[0], "name", "") != "_":
        raise Wrong("not emulated: it gives a state")
    address, n = m.address(i.operands[1], np.uint32), m.read_each(i.operands[2], np.uint32)
    for t in np.flatnonzero(mask):
        barrier = looked_at(m, t, address)
        barrier.expect(int(n[t]))
        barrier.arrive()


def try_wait(m, i, mask):
    """Whether the phase of that parity has ended. What is under way ends as late as it may: when somebody has looked
    for it in vain."""
    target = i.operands[0]
    address, parity = m.address(i.operands[1], np.uint32), m.read_each(i.operands[2], np.uint32)
    ended = np.zeros(m.thread.shape, bool)
    for t in np.flatnonzero(mask):
        barrier = looked_at(m, t, address)
        ended[t] = barrier.phase % 2 != parity[t]
        if ended[t]:
            m.units["observe"](t, barrier)
        elif not m.units["go_on"](t):
            m.slept_ns += SLEEP_NS
    m.write(target, ended, mask)


BY_NAME = {"mbarrier.init.shared::cta.b64": initialise, "mbarrier.try_wait.parity.shared::cta.b64": try_wait,
           "mbarrier.arrive.expect_tx.shared::cta.b64": arrive_expecting}
