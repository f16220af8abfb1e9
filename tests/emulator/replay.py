"""Launches that the program itself makes, of a fake driver that keeps what it gives a kernel and the memory that the
kernel finds (tests/fake_cuda), executed: host and kernel must mean the same by every argument."""

import os
import struct
import subprocess
import tempfile

import numpy as np

import asynchronous
from launch import equal
from machine import Machine
from memory import WORD, GlobalMemory, Region
from ptx import Wrong, read_kernel

# A GPU for each family, of the fake driver; and which rows: where the host does the same for all, one or two.
MACHINES = {"vector": ("orin", ["vector_fp32_8"]), "special": ("orin", ["special_ex2"]), "memory": ("orin", None),
            "bulk": ("mig", None), "mma": ("a100", ["mma_bf16", "mma_sparse_tf32"]),
            "wgmma": ("mig", ["wgmma_bf16", "wgmma_sparse_int8_rs"]),
            "tcgen05": ("b300", ["tcgen05_fp16_pair", "tcgen05_sparse_mxfp8", "tcgen05_nvfp4_k96_pair"])}
FREE = {"orin": 70_000_000, "mig": 110_000_000}  # bytes of memory: streams are of a quarter then, and kept
MOST_BLOCKS = 4  # of a matrix kernel, whose blocks do not know how many there are
LATENCY, LAUNCH = 1, 2  # cuda_meaning
L1, L2, DRAM = 2, 3, 4  # cuda_level
LINE = struct.Struct("<8Q")


class Recorded:
    """One launch as it was kept."""

    def __init__(self, data):
        head, _, rest = data.partition(b"\n")
        self.entry, self.grid = head.decode().split()[0], int(head.split()[1])
        (self.iterations, self.operands, self.results, self.times, *self.streams,
         self.stream_bytes) = LINE.unpack_from(rest)
        line, _, rest = rest[LINE.size:].partition(b"\n")
        index = []
        while line:
            index.append(line.split())
            line, _, rest = rest.partition(b"\n")
        self.pieces, at = [], 0
        for address, size, kept in index:
            size, kept = int(size), kept == b"1"
            self.pieces.append((int(address, 16), size, rest[at:at + size] if kept else None))
            at += size * kept

    def bytes_at(self, address, n):
        for base, size, content in self.pieces:
            if base <= address and address + n <= base + size:
                return content[address - base:address - base + n]
        raise Wrong(f"{n} bytes at {address:#x} are not allocated")


class Replay:
    """It again, with fewer iterations or blocks where that is told."""

    def __init__(self, ptx, row, recorded, iterations=None, grid=None):
        self.grid, self.iterations = grid or recorded.grid, recorded.iterations if iterations is None else iterations
        self.memory = GlobalMemory()
        self.memory.regions = [Region(f"the piece at {base:#x}", base, size, content)
                               for base, size, content in recorded.pieces]
        self.outputs = [(recorded.times, 32 * self.grid), (recorded.results, row.results * self.grid)]
        if row.streams & 4:
            self.outputs.append((recorded.streams[2], recorded.stream_bytes))
        if row.meaning == LAUNCH:
            self.outputs = []
        for output in self.outputs:
            self.part(*output, "known")[:] = False
        arguments = LINE.pack(self.iterations, recorded.operands, recorded.results, recorded.times, *recorded.streams,
                              recorded.stream_bytes)
        self.machine = Machine(read_kernel(ptx, row.entry), self.memory, arguments, self.grid, row.threads, row.shared,
                               row.cluster)
        self.machine.run()
        asynchronous.check_over(self.machine)
        self.check_outputs()

    def part(self, address, size, what="words"):
        for r in self.memory.regions:
            if r.base <= address and address + size <= r.base + r.size:
                return getattr(r, what)[(address - r.base) // WORD:(address - r.base + size) // WORD]
        raise Wrong(f"{size} bytes at {address:#x} are not allocated")

    def check_outputs(self):
        written = sum(int((r.writes > 0).sum()) for r in self.memory.regions)
        for output in self.outputs:
            if not self.part(*output, "known").all():
                raise Wrong(f"{output[1]} bytes at {output[0]:#x} are not all written")
        equal("words written in all, with all that the host reads", written, sum(n for _, n in self.outputs) // WORD)


def record(environment, machine, row):
    """What the program launches to measure that row."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [environment["ROOFLINE"], "calibrate", "--quick", "--gpu", "0", "--only", row.name, "-o",
             os.path.join(folder, "profile.csv")], capture_output=True, env={
                 **environment, "ROOFLINE_LIBCUDA": environment["FAKE_CUDA"], "FAKE_CUDA_MACHINE": machine,
                 "ROOFLINE_NVML": environment["FAKE_NVML"], "ROOFLINE_LOCK": os.path.join(folder, "lock"),
                 "FAKE_CUDA_RECORD": folder, "FAKE_CUDA_FREE": str(FREE[machine] if row.streams else 1 << 34),
                 "CUDA_VISIBLE_DEVICES": "0"})
        if done.returncode != 0:
            raise Wrong(f"the program does not measure it: {done.stderr.decode().strip()}")
        launches = []
        for i in range(3):
            with open(os.path.join(folder, str(i)), "rb") as f:
                launches.append(Recorded(f.read()))
    if launches[0].entry != row.entry:
        raise Wrong(f"the program launches {launches[0].entry}")
    return launches


def check_streams(ptx, row, launch):
    """Of DRAM each word once, when each block has taken its share; of L2 none beyond the stream."""
    rounds = launch.stream_bytes / row.chunk / launch.grid
    if row.level == DRAM and rounds != int(rounds):
        raise Wrong(f"a block has {rounds} chunks")
    replay = Replay(ptx, row, launch, int(rounds) if row.level == DRAM else 3)
    streams = [s for i, s in enumerate(launch.streams) if row.streams >> i & 1]
    size = launch.stream_bytes * (launch.grid if row.level == L1 else 1)
    touched = [replay.part(s, size, "reads") + replay.part(s, size, "writes") for s in streams]
    if row.level == DRAM and any((t != 1).any() for t in touched):
        raise Wrong("words are not touched once each")
    if not all(t.any() for t in touched):
        raise Wrong("a stream is not touched")


def check_chase(ptx, row, launch, following):
    replay = Replay(ptx, row, launch)
    end = int(replay.part(launch.results, 8).view(np.uint64)[0])
    if end != following.streams[0]:
        raise Wrong(f"it ends at {end:#x}, and the next one begins at {following.streams[0]:#x}")


def check_tile(ptx, row, checked, timed):
    """The launch that the program checks, and the beginning of one that it times."""
    grid = min(checked.grid, MOST_BLOCKS)
    replay = Replay(ptx, row, checked, grid=grid)
    operands = checked.bytes_at(checked.operands, row.operands)
    for block in (0, grid - 1):
        results = replay.part(checked.results + block * row.results, row.results).tobytes()
        row.product.check(row, checked.iterations, operands, results, row.folder)
    Replay(ptx, row, timed, 1, grid)


def check(ptx, row, launches):
    if row.tile:
        check_tile(ptx, row, *launches[:2])
    elif row.meaning == LATENCY:
        check_chase(ptx, row, *launches[:2])
    elif row.streams:
        check_streams(ptx, row, launches[0])
    else:
        Replay(ptx, row, launches[0], 0 if row.meaning == LAUNCH else 1)


def offsets_in_ring(launch):
    """Places of the ring are numbers of bytes from its begin, and not addresses."""
    base = next(b for b, size, _ in launch.pieces if b <= launch.streams[0] < b + size)
    launch.pieces = [(b, size, (np.frombuffer(c, np.uint64) - np.uint64(base)).tobytes() if b == base else c)
                     for b, size, c in launch.pieces]


def one_block_more(launch):
    launch.grid += 1


def longer_streams(launch):
    launch.stream_bytes += launch.stream_bytes // 2


FAULTS = {"memory_chase": offsets_in_ring, "memory_write": one_block_more, "memory_triad": longer_streams,
          "bulk_copy": one_block_more}


def refused(ptx, row, launches):
    """What the program launches, with a fault put in."""
    fault = FAULTS[row.entry]
    for launch in launches:
        fault(launch)
    try:
        check(ptx, row, launches)
    except Wrong as e:
        print(f"ok: {row.entry} launched with {fault.__name__} is refused: {e}")
        return True
    print(f"not ok: {row.entry} launched with {fault.__name__} is taken")
    return False


def without_row(family, rows):
    """The entries that are to be executed as launched and that are no rows."""
    return set(MACHINES[family][1] or ()) - {r.entry for r in rows}


def all_checked(ptx, family, rows, environment):
    machine, only = MACHINES[family]
    right = True
    for row in rows:
        if only and row.entry not in only:
            continue
        try:
            launches = record(environment, machine, row)
            check(ptx, row, launches)
            print(f"ok: {row.entry} ({row.name}) as the program launches it on {machine}")
            right &= row.entry not in FAULTS or refused(ptx, row, launches)
        except Wrong as e:
            print(f"not ok: {row.entry} ({row.name}) as the program launches it on {machine}: {e}")
            right = False
    return right
