"""Memory that looks at every access: whether it is inside, aligned, and reads what was written."""

import numpy as np

from ptx import Wrong

WORD = 4  # bytes; nothing smaller is read or written


class Region:
    def __init__(self, name, base, size, data):
        self.name, self.base, self.size = name, base, size
        self.words = np.zeros((size + WORD - 1) // WORD, np.uint32)
        self.known = np.zeros(len(self.words), bool)
        self.reads = np.zeros(len(self.words), np.int64)
        self.writes = np.zeros(len(self.words), np.int64)
        self.constant = np.zeros(len(self.words), bool)  # read by a way that need not see stores
        if data is not None:
            self.words.view(np.uint8)[:size] = np.frombuffer(data, np.uint8)
            self.known[:] = True

    def bytes(self):
        return self.words.tobytes()[:self.size]


class GlobalMemory:
    """Pieces far from each other, as little aligned as those of cuMemAlloc may be."""

    APART, ALIGNMENT = 1 << 32, 256

    def __init__(self):
        self.regions = []
        self.loaded = self.stored = 0  # bytes, of all threads

    def add(self, name, size, data=None):
        base = (len(self.regions) + 1) * self.APART + self.ALIGNMENT
        self.regions.append(Region(name, base, size, data))
        return self.regions[-1]

    def find(self, address, size):
        low, high = int(address.min()), int(address.max()) + size
        for r in self.regions:
            if r.base <= low and high <= r.base + r.size:
                return r
        raise Wrong(f"{size} bytes at {low:#x} to {high:#x}: outside of what was allocated")

    def words_at(self, address, size):
        """Region of the addresses, and index of each word of each."""
        if (address % np.uint64(size)).any():
            raise Wrong(f"an address is no multiple of {size}")
        region = self.find(address, size)
        first = ((address - np.uint64(region.base)) >> np.uint64(2)).astype(np.int64)
        return region, first[:, None] + np.arange(size // WORD)

    def load(self, address, size, constant=False):
        region, at = self.words_at(address, size)
        if not region.known[at].all():
            raise Wrong(f"reads words of {region.name} that nothing has written")
        np.add.at(region.reads, at, 1)
        region.constant[at] |= constant
        self.loaded += at.size * WORD
        return region.words[at]

    def store(self, address, words):
        region, at = self.words_at(address, words.shape[1] * WORD)
        if region.constant[at].any():
            raise Wrong(f"stores to words of {region.name} that ld.nc has read")
        region.words[at] = words
        if (region.words[at] != words).any():
            raise Wrong(f"threads store different values to the same word of {region.name}")
        region.known[at] = True
        np.add.at(region.writes, at, 1)
        self.stored += at.size * WORD


class SharedMemory:
    """Of all blocks. Who wrote a word and when (barriers of the block so far) is kept: another thread may read it
    only after a barrier; a unit beside the threads only what its writer has passed through fence.proxy.async, a barrier
    ago."""

    BASE = 1024 + 16  # the system has the first KiB

    def __init__(self, blocks, variables, dynamic, dynamic_bytes):
        self.places = {}
        at = self.BASE
        for name, alignment, size in variables:
            at = -(-at // alignment) * alignment
            self.places[name] = at
            at += size
        for name, alignment in dynamic.items():
            at = -(-at // alignment) * alignment
            self.places[name] = at
        self.end = at + dynamic_bytes
        shape = (blocks, -(-self.end // WORD))
        self.words = np.zeros(shape, np.uint32)
        self.writer = np.full(shape, -1)
        self.written = np.full(shape, -1)  # barrier count of the block then
        self.fenced = np.full(shape, -1)
        self.in_use = np.zeros(shape, bool)  # by a unit that reads it
        self.arriving = np.zeros(shape, bool)  # by a bulk copy, which nobody has seen end
        self.seen_by = np.full(shape, -1)  # thread that has seen a bulk copy end
        self.loaded = 0

    def words_at(self, address, size):
        if (address % size).any():
            raise Wrong(f"a shared address is no multiple of {size}")
        if (address < self.BASE).any() or (address + size > self.end).any():
            raise Wrong(f"{size} bytes at {int(address.min())} to {int(address.max())} of shared memory: outside")
        return (address.astype(np.int64) >> 2)[:, None] + np.arange(size // WORD)

    def load(self, block, thread, epoch, address, size):
        at = self.words_at(address, size)
        block = block[:, None]
        if (self.written[block, at] < 0).any():
            raise Wrong("reads shared memory that nothing has written")
        if self.arriving[block, at].any():
            raise Wrong("reads shared memory that a bulk copy may still be writing")
        of_others = self.writer[block, at] != thread[:, None]
        if ((self.written[block, at] == epoch[:, None]) & of_others).any():
            raise Wrong("reads shared memory that another thread has written, without a barrier between")
        self.loaded += at.size * WORD
        return self.words[block, at]

    def store(self, block, thread, epoch, address, words):
        at = self.words_at(address, words.shape[1] * WORD)
        block = block[:, None]
        if self.in_use[block, at].any() or self.arriving[block, at].any():
            raise Wrong("writes shared memory that a unit beside the threads may still use")
        self.words[block, at] = words
        self.writer[block, at] = thread[:, None]
        self.written[block, at] = epoch[:, None]
        self.fenced[block, at] = self.seen_by[block, at] = -1

    def fence(self, thread, ticks):
        """What these threads have written is seen by such units after the next barrier."""
        mine = np.isin(self.writer, thread) & (self.fenced < 0)
        self.fenced = np.where(mine, ticks[:, None], self.fenced)

    def check_seen(self, block, at, tick):
        fenced = self.fenced[block, at]
        if (fenced < 0).any():
            raise Wrong("a unit uses what was not written, or passed no fence.proxy.async")
        if (fenced >= tick).any():
            raise Wrong("a unit uses what was fenced, without a barrier since")

    def read_as_unit(self, block, address, tick):
        """16 bytes at each address, by a matrix unit of a block; they are its until release()."""
        at = self.words_at(address.ravel(), 16)
        self.check_seen(block, at, tick)
        self.in_use[block, at] = True
        return self.words[block, at].reshape(*address.shape, 4)

    def release(self):
        self.in_use[:] = False
