"""What each family of kernels must do: its results, and that an iteration is what its row declares."""

import numpy as np

import bulk
import matrix
from launch import Launch, difference, equal, words
from ptx import Wrong

OPERATIONS = {"fma.rn.f32": 2, "fma.rn.f64": 2, "fma.rn.f16x2": 4, "fma.rn.bf16x2": 4, "mad.lo.u32": 2,
              "dp4a.s32.s32": 8}
KINDS = {"fp32": "f32", "fp64": "f64", "fp16": "f16", "bf16": "bf16", "int32": None, "int8": None}


def random_words(n, seed=1):
    """Numbers in [0.5, 1) of fp32."""
    return (np.random.default_rng(seed).integers(0, 1 << 23, n, np.uint32) | np.uint32(0x3F000000)).tobytes()


def finite(kind, data):
    if kind is None:
        return True
    t = np.uint64 if kind == "f64" else np.uint32
    return bool(np.isfinite(matrix.unpack(kind, np.frombuffer(data, t)[:, None])).all())


def check_chains(ptx, row, kind, operations):
    """Numbers stay finite, change in (nearly) every step, and are not those of another thread."""
    shorter, longer = (Launch(ptx, row, n, 2, row.data) for n in (2, 3))
    counts, _ = difference(shorter, longer)
    equal("operations in an iteration", sum(n * operations.get(name, 0) for name, n in counts.items()), row.flops)
    if shorter.of_block(0) != shorter.of_block(1):
        raise Wrong("blocks with the same operands differ")
    if not finite(kind, longer.of_block(0)):
        raise Wrong("accumulators are not finite")
    numbers = np.frombuffer(longer.of_block(0), np.uint64 if kind == "f64" else np.uint32)
    if len(np.unique(numbers)) < 0.99 * len(numbers):
        raise Wrong(f"of {len(numbers)} accumulators only {len(np.unique(numbers))} differ")
    m = longer.machine
    done = [name for name in m.counts if name in operations or name in OPERATIONS]
    for name in done:
        if m.changed[name] < 0.99 * m.counts[name]:
            raise Wrong(f"{name} leaves its number as it was, {m.counts[name] - m.changed[name]} times")


def check_vector(ptx, row):
    check_chains(ptx, row, KINDS[row.entry.split("_")[1]], OPERATIONS)


def check_special(ptx, row):
    name = row.entry.removeprefix("special_")
    check_chains(ptx, row, "f32", {f"{name}.approx.ftz.f32": 1, f"{name}.approx.f32": 1})


def check_iteration(row, shorter, longer, moved="global"):
    """Bytes, loads and stores of one iteration."""
    counts, work = difference(shorter, longer)
    equal("bytes in an iteration", work[moved], row.bytes)
    for what, declared in (("ld.", row.loads), ("st.", row.stores)):
        equal(f"{what}* in an iteration", sum(n for name, n in counts.items() if name.startswith(what)) / row.threads,
              declared)
    equal("operations in an iteration", sum(n * OPERATIONS.get(name, 0) for name, n in counts.items()), row.flops)


def run_streams(ptx, row, iterations, grid, chunks):
    """Streams of that many chunks each."""
    size = row.chunk * chunks
    streams = [random_words(size // 4, i) if row.streams >> i & 1 and i < 2 else None for i in range(2)]
    streams.append(size if row.streams & 4 else None)
    return Launch(ptx, row, iterations, grid, row.data, streams, size)


def expected_output(row, launch):
    a, b = (words(s.bytes()).view(np.float32) if s else None for s in launch.streams[:2])
    if row.entry in ("memory_copy", "bulk_copy"):
        return a.view(np.uint32)
    if row.entry == "memory_triad":
        return (a.astype(np.float64) + 0.75 * b.astype(np.float64)).astype(np.float32).view(np.uint32)
    tile = words(row.data)
    return np.resize(tile, len(launch.streams[2].words))


def check_once(row, whole):
    """Each word of the streams is touched once, and what is written is right."""
    for s in whole.streams:
        if s and ((s.reads + s.writes) != 1).any():
            raise Wrong(f"{s.name}: words are touched {s.reads.min()} to {s.reads.max()} times, not once")
    if whole.streams[2] and (whole.streams[2].words != expected_output(row, whole)).any():
        raise Wrong("the stream that is written holds something else")


def check_streams(ptx, row):
    """Three blocks, of which each takes four chunks: each word once; and two blocks that begin again at once. What is
    read is what ends, all blocks together, in the results."""
    whole = run_streams(ptx, row, 4, 3, 12)
    check_once(row, whole)
    results = np.bitwise_xor.reduce(words(whole.results.bytes()))
    if not whole.streams[2] and results != np.bitwise_xor.reduce(whole.streams[0].words):
        raise Wrong("the results are not what was read")
    shorter, longer = (run_streams(ptx, row, n, 3, 2) for n in (2, 3))
    check_iteration(row, shorter, longer)


def check_bulk(ptx, row):
    """The same of 9 pieces for each of three blocks, more than its shared memory has; a block's last one ends in its
    results. Fewer pieces than fit are as right."""
    grid, n = 3, 9
    whole = run_streams(ptx, row, n, grid, n * grid)
    check_once(row, whole)
    source = whole.streams[0].words if whole.streams[0] else np.resize(words(row.data), row.chunk // 4 * n * grid)
    for block, last in enumerate(source.reshape(n, grid, -1)[-1]):
        if np.bitwise_xor.reduce(words(whole.of_block(block))) != np.bitwise_xor.reduce(last):
            raise Wrong("the results are not the last piece")
    check_once(row, run_streams(ptx, row, 2, grid, 2 * grid))
    shorter, longer = (run_streams(ptx, row, n, grid, 2) for n in (8, 9))
    counts, work = difference(shorter, longer)
    equal("bytes", work["global"], row.bytes)
    equal("bulk loads", counts.get(bulk.LOAD, 0), row.loads)
    equal("bulk stores", counts.get(bulk.STORE, 0), row.stores)
    equal("other accesses", sum(c for name, c in counts.items() if name.startswith(("ld.", "st."))), 0)


def check_l1(ptx, row):
    grid = 3
    shorter, longer = (Launch(ptx, row, n, grid, b"", [random_words(row.chunk // 4 * grid), None, None], row.chunk)
                       for n in (1, 2))
    check_iteration(row, shorter, longer)
    for block in range(grid):
        own = shorter.streams[0].words.reshape(grid, -1)[block]
        if np.bitwise_xor.reduce(words(shorter.of_block(block))) != np.bitwise_xor.reduce(own):
            raise Wrong("a block has not read its own chunk")


def check_shared(ptx, row):
    shorter, longer = (Launch(ptx, row, n, 2, row.data, (), row.chunk) for n in (1, 2))
    check_iteration(row, shorter, longer, "shared")
    if np.bitwise_xor.reduce(words(shorter.of_block(1))) != np.bitwise_xor.reduce(words(row.data)):
        raise Wrong("the results are not what was read")


def check_chase(ptx, row):
    """A ring of lines in random order, that begins somewhere and is gone through further than its end."""
    lines, line = 50, 16  # words of 8 bytes
    order = np.random.default_rng(1).permutation(lines)
    empty = Launch(ptx, row, 0, 1, b"", [random_words(lines * line * 2), None, None], lines * line * 8)
    base = empty.streams[0].base
    ring = np.zeros((lines, line), np.uint64)
    ring[order, 0] = base + np.roll(order, -1) * line * 8
    ends = {}
    for n in (lines - 1, lines, lines + 1):
        ends[n] = Launch(ptx, row, n, 1, b"", [ring.tobytes(), None, None], lines * line * 8)
        at = base
        for _ in range(n):
            at = int(ring[(at - base) // (line * 8), 0])
        if int(np.frombuffer(ends[n].of_block(0), np.uint64)[0]) != at:
            raise Wrong("the chase ended elsewhere than the ring goes")
    counts, work = difference(ends[lines], ends[lines + 1])
    if {n: c for n, c in counts.items() if n.startswith("ld.")} != {"ld.global.cg.u64": 32}:
        raise Wrong(f"a step has other loads: {counts}")


def check_empty(ptx, row):
    Launch(ptx, row, 0, 1)


def check_memory(ptx, row):
    {"memory_l1": check_l1, "memory_shared": check_shared, "memory_chase": check_chase,
     "empty": check_empty}.get(row.entry, check_streams)(ptx, row)


def check_tiles(ptx, row):
    """The product's own check of what four iterations leave in each block: the barriers of tcgen05 come again after
    two. All work, and no access to global memory, lies between the two readings of the clock."""
    n, grid = 4, 2
    launch = Launch(ptx, row, n, grid, row.data)
    for block in range(grid):
        row.product.check(row, n, row.data, launch.of_block(block), row.folder)
    (before, bytes_before), (after, bytes_after) = launch.machine.clocked[0], launch.machine.clocked[-1]
    equal("operations of the matrix unit in an iteration", (after - before) / n / grid, row.flops)
    equal("operations outside of the clock", launch.machine.flops - (after - before), 0)
    equal("bytes in an iteration", (bytes_after - bytes_before) / n / grid, row.bytes)


FAMILIES = {"vector": check_vector, "special": check_special, "memory": check_memory, "bulk": check_bulk,
            "mma": check_tiles, "wgmma": check_tiles, "tcgen05": check_tiles}
