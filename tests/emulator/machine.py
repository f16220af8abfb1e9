"""Runs a kernel: all threads of all blocks of a launch in lockstep, each register an array over the threads.
Where threads part, those with the lowest place in the program go first, until they meet again."""

from collections import Counter

import numpy as np

import scalar
from memory import SharedMemory
from ptx import Memory, Number, Register, Symbol, Wrong

UNSIGNED = {1: np.bool_, 16: np.uint16, 32: np.uint32, 64: np.uint64}
NEVER_WRITTEN = {1: False, 16: 0x7FFF, 32: 0x7FC0DEAD, 64: 0x7FF8DEAD7FC0DEAD}  # NaN where floating
WARP = 32
CHAINED = {"fma", "mad", "dp4a", "ex2", "lg2", "rcp", "rsqrt", "sin", "tanh"}  # whose numbers must change
STEPS = 3_000_000  # more than any kernel here takes


class Machine:
    def __init__(self, kernel, memory, arguments, grid, threads, dynamic_bytes=0, cluster=1):
        self.kernel, self.memory = kernel, memory
        self.parameters = np.frombuffer(arguments, np.uint32)
        if kernel.parameter_bytes != len(arguments):
            raise Wrong(f"the parameter has {kernel.parameter_bytes} bytes, the launch gives {len(arguments)}")
        if threads != kernel.threads or cluster != kernel.cluster or grid % cluster:
            raise Wrong(f"blocks of {kernel.threads}, clusters of {kernel.cluster}: not {threads}, {cluster}")
        self.grid, self.threads, self.cluster = grid, threads, cluster
        self.thread = np.arange(grid * threads)
        self.block = self.thread // threads
        self.tid = (self.thread % threads).astype(np.uint32)
        self.shared = SharedMemory(grid, kernel.shared, kernel.dynamic, dynamic_bytes)
        self.epoch = np.zeros(grid, np.int64)  # barriers that a block has passed
        self.cluster_epoch = np.zeros(grid, np.int64)  # those of its cluster
        self.arrived = np.zeros(len(self.thread), bool)  # at the cluster's
        self.registers = {}
        self.alive = np.ones(len(self.thread), bool)
        self.resume = np.zeros(len(self.thread), np.int64)
        self.waiting = {}  # what for: mask
        self.groups = {0: self.alive.copy()}  # place in the program: mask
        self.counts = Counter()  # name of an instruction: threads that executed it
        self.changed = Counter()  # of CHAINED: in how many of those its register then held something else
        self.steps, self.slept_ns = 0, 0
        self.locked = {}  # registers that an instruction under way will write or read: why
        self.written_since_fence = set()
        self.units = {}  # state of the matrix units
        self.flops = 0  # of matrix instructions
        self.clocked = []  # those, and bytes of global memory, whenever the clock is read

    # --- registers ---

    def read(self, operand, dtype):
        """Values of an operand for all threads; of one that is the same for all, possibly one value."""
        if isinstance(operand, Register):
            if operand.name in self.locked and self.locked[operand.name] == "written":
                raise Wrong(f"{operand.name} is read while a matrix instruction or a load is writing it")
            if operand.name not in self.registers:
                raise Wrong(f"{operand.name} is read and was never written")
            values = self.registers[operand.name]
            if dtype != np.bool_ and values.dtype.itemsize != np.dtype(dtype).itemsize:
                raise Wrong(f"{operand.name} is read as {np.dtype(dtype)}")
            return values.view(dtype)
        if isinstance(operand, Number):
            bits = np.dtype(dtype).itemsize * 8
            if dtype == np.bool_:
                return np.array([operand.bits != 0])
            if operand.floating and operand.floating != bits:
                raise Wrong("a floating-point number of another size")
            return np.array([operand.bits & (1 << bits) - 1], np.uint64).astype(UNSIGNED[bits]).view(dtype)
        if isinstance(operand, Symbol):
            return np.asarray(self.symbol(operand.name)).astype(dtype)
        raise Wrong(f"{operand} is no value")

    def read_each(self, operand, dtype):
        """One value for each thread."""
        return np.broadcast_to(self.read(operand, dtype), self.thread.shape)

    def write(self, register, values, mask):
        if isinstance(register, Symbol) and register.name == "_":
            return
        name, bits = register.name, register.bits
        if name in self.locked:
            raise Wrong(f"{name} is written while an instruction under way uses it")
        values = np.asarray(values)
        if values.dtype.itemsize * 8 != max(bits, 8):
            raise Wrong(f"{name} of {bits} bits is given {values.dtype}")
        values = values.view(UNSIGNED[bits])
        if values.shape != self.thread.shape:
            values = np.broadcast_to(values, self.thread.shape)
        if not mask.all():
            old = self.registers.get(name)
            if old is None:
                old = np.full(self.thread.shape, NEVER_WRITTEN[bits], UNSIGNED[bits])
            values = np.where(mask, values, old)
        self.registers[name] = values
        self.written_since_fence.add(name)

    def symbol(self, name):
        """Special registers; addresses of variables."""
        special = {
            "%tid.x": self.tid, "%ntid.x": self.threads, "%ctaid.x": self.block, "%nctaid.x": self.grid,
            "%clock64": 1000 + self.steps, "%globaltimer": 5_000_000 + self.steps + self.slept_ns,
            "%smid": self.block + 7, "%cluster_ctarank": self.block % self.cluster,
        }
        if name == "%clock64":
            self.clocked.append((self.flops, self.memory.loaded + self.memory.stored))
        if name in special:
            return np.broadcast_to(special[name], self.thread.shape)
        if name.startswith(self.kernel.name + "_param_0"):
            return np.array([0])
        if name in self.shared.places:
            return np.array([self.shared.places[name]])
        raise Wrong(f"unknown name {name}")

    def address(self, operand, dtype):
        if not isinstance(operand, Memory):
            raise Wrong(f"{operand} is no address")
        offset = dtype(operand.offset % (1 << dtype().itemsize * 8))
        return self.read_each(operand.base, dtype) + offset

    # --- threads ---

    def whole_warps(self, mask):
        """Numbers of the warps in which all threads are active; none may be in part."""
        each = mask.reshape(-1, WARP)
        if (each.any(1) != each.all(1)).any():
            raise Wrong("an instruction for whole warps is executed by a part of one")
        return np.flatnonzero(each.any(1))

    def wait(self, what, mask, place):
        """The threads wait; each block of which all threads do, goes on. Of clusters: all of their blocks."""
        waiting = self.waiting.setdefault(what, np.zeros_like(self.alive))
        waiting |= mask
        self.resume[mask] = place
        together = self.threads * (self.cluster if what == "cluster" else 1)
        here = (waiting | ~self.alive).reshape(-1, together).all(1) & waiting.reshape(-1, together).any(1)
        for first in np.flatnonzero(here) * together:
            part = slice(first, first + together)
            blocks = np.unique(self.block[part])
            self.epoch[blocks] += 1
            self.cluster_epoch[blocks] += what == "cluster"
            for p in np.unique(self.resume[part][waiting[part]]):
                self.join(p, part, waiting[part] & (self.resume[part] == p))
            waiting[part] = False
            self.arrived[part] &= what != "cluster"

    def ticks(self):
        """Time of each block, which goes on with every barrier of all whom it works with."""
        return self.cluster_epoch if self.cluster > 1 else self.epoch

    def tick(self, block):
        return int(self.ticks()[block])

    def join(self, place, part, mask):
        self.groups.setdefault(int(place), np.zeros_like(self.alive))[part] |= mask

    def run(self):
        with np.errstate(all="ignore"):  # inactive threads compute too
            self.run_groups()
        if any(w.any() for w in self.waiting.values()):
            raise Wrong("threads wait at a barrier that others never reach")

    def run_groups(self):
        while self.groups:
            place = min(self.groups)
            mask = self.groups.pop(place)
            while mask is not None and place < min(self.groups, default=len(self.kernel.code) + 1):
                place, mask = self.step(place, mask)
            if mask is not None:
                self.join(place, slice(None), mask)

    def step(self, place, mask):
        """Executes one instruction; returns where these threads go on, and which: None when none does."""
        i = self.kernel.code[place]
        self.steps += 1
        if self.steps > STEPS:
            raise Wrong("it does not end")
        active = mask
        if i.guard is not None:
            active = mask & (self.read(i.guard, np.bool_) ^ i.negated)
        try:
            if i.parts[0] == "bra":
                return self.branch(i, place, mask, active)
            if not active.any():
                return place + 1, mask
            self.counts[i.name] += int(active.sum())
            if i.parts[0] in ("ret", "exit"):
                self.alive &= ~active
                return (place + 1, mask & ~active) if (mask & ~active).any() else (place + 1, None)
            if i.name == "bar.sync" or i.name == "barrier.cluster.wait.acquire.aligned":
                self.whole_warps(active)
                if "cluster" in i.name and not self.arrived[active].all():
                    raise Wrong("waits without having arrived")
                self.wait("cluster" if "cluster" in i.name else "block", active, place + 1)
                return place + 1, None
            to = i.operands[0] if i.operands else None
            before = self.registers.get(to.name) if isinstance(to, Register) and i.parts[0] in CHAINED else None
            scalar.execute(self, i, active)
            if before is not None:
                self.changed[i.name] += int((before != self.registers[to.name])[active].sum())
        except Wrong as e:
            raise Wrong(f"{self.kernel.name}, instruction {place} ({i.name}): {e}") from None
        return place + 1, mask

    def branch(self, i, place, mask, taken):
        """Threads that part: those that stay behind in the program go on at once, the others are kept."""
        rest = mask & ~taken
        if not taken.any():
            return place + 1, mask
        if not rest.any():
            return i.target, mask
        self.join(i.target, slice(None), taken)
        return place + 1, rest
