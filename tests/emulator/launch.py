"""Launches of the program's kernels as its host makes them, in emulated memory."""

import struct
import subprocess
from dataclasses import dataclass

import numpy as np

import asynchronous
from machine import Machine
from memory import GlobalMemory
from ptx import Wrong, read_kernel


@dataclass
class Row:
    """A line of `product list`."""
    values: dict

    def __getattr__(self, name):
        value = self.values[name]
        return int(value) if value.isdigit() else value


class Product:
    """The program's host part: which kernels there are, their operands, its check of results."""

    def __init__(self, executable):
        self.executable = executable

    def ask(self, *arguments, data=None):
        return subprocess.run([self.executable, *arguments], input=data, capture_output=True)

    def rows(self, image):
        lines = self.ask("list").stdout.decode().splitlines()
        rows = [Row(dict(word.split("=") for word in line.split())) for line in lines]
        return [r for r in rows if r.image == image]

    def operands(self, row, fill):
        return self.ask("operands", row.entry, fill).stdout

    def check(self, row, iterations, operands, results, folder):
        (folder / "operands").write_bytes(operands)
        done = self.ask("check", row.entry, str(iterations), str(folder / "operands"), data=results)
        if done.returncode != 0:
            raise Wrong(f"the self-check refuses the products: {done.stdout.decode().strip()}")


class Launch:
    """One launch, run to its end. streams: bytes of each, or how many there are, or None."""

    def __init__(self, ptx, row, iterations, grid, operands=b"", streams=(), stream_bytes=0):
        self.row, self.grid, self.iterations = row, grid, iterations
        self.memory = memory = GlobalMemory()
        self.operands = memory.add("the operands", len(operands), operands) if operands else None
        self.results = memory.add("the results", row.results * grid) if row.results else None
        self.times = memory.add("the times", 32 * grid if row.results else 0)
        self.streams = [self.add_stream(i, s) if s else None for i, s in enumerate(streams or (None,) * 3)]
        where = [r.base if r else 0 for r in [self.operands, self.results, self.times, *self.streams]]
        arguments = struct.pack("<8Q", iterations, *where, stream_bytes)
        self.machine = Machine(read_kernel(ptx, row.entry), memory, arguments, grid, row.threads, row.shared,
                               row.cluster)
        self.machine.run()
        asynchronous.check_over(self.machine)
        self.check_stores()

    def add_stream(self, i, content):
        """Bytes, or only how many."""
        if isinstance(content, int):
            return self.memory.add(f"stream {i}", content)
        return self.memory.add(f"stream {i}", len(content), content)

    def check_stores(self):
        """Everything that the host reads is written, once; nothing else is."""
        for region in self.memory.regions:
            expected = region in (self.results, self.times) or region is self.streams[2]
            if expected and not region.known.all():
                raise Wrong(f"{int((~region.known).sum())} words of {region.name} are not written")
            if not expected and region.writes.any():
                raise Wrong(f"{region.name} are written")
        if self.results and (self.results.writes != 1).any():
            raise Wrong("results are written twice")
        self.check_times()

    def check_times(self):
        for cycles, begin, end, multiprocessor, gave_up in struct.iter_unpack("<QQQII", self.times.bytes()):
            if not (cycles > 0 and 0 < begin < end and multiprocessor > 0):
                raise Wrong(f"times make no sense: {cycles} cycles, {begin} to {end} ns")
            if gave_up:
                raise Wrong("a block gave up")

    def of_block(self, block):
        size = self.row.results
        return self.results.bytes()[block * size:(block + 1) * size]


def difference(shorter, longer):
    """What one iteration of one block executes: names of instructions, bytes."""
    a, b = shorter.machine, longer.machine
    grid = shorter.grid * (longer.iterations - shorter.iterations)
    counts = {name: n / grid for name in b.counts if (n := b.counts[name] - a.counts[name])}
    return counts, {"global": (b.memory.loaded + b.memory.stored - a.memory.loaded - a.memory.stored) / grid,
                    "shared": (b.shared.loaded - a.shared.loaded) / grid}


def equal(what, found, declared):
    if found != declared:
        raise Wrong(f"{found:g} {what}, {declared:g} are right")


def words(data):
    return np.frombuffer(data, np.uint32)
