"""Compares whole processes: roofline against what else answers the question, on the same file.

Every run is a process of its own, pinned by nothing and warmed by one run that is not counted. Ratios are
of medians within one run of this script, so that a slow machine slows all of them.
"""
import argparse
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import time

PEERS = {
    "onnx.shape_inference": """
import onnx, sys
model = onnx.load(sys.argv[1])
onnx.shape_inference.infer_shapes(model, data_prop=True)
""",
    "onnx-tool": """
import onnx_tool, sys
onnx_tool.model_profile(sys.argv[1])
""",
    "onnxsim": """
import onnx, sys
from onnxsim import model_info
info = model_info.ModelInfo(onnx.load(sys.argv[1]))
print(info.macs, info.flops, info.mem_access)
""",
}


def run_once(command, arguments):
    """Seconds and peak resident bytes of one process; None when it failed or took too long."""
    process = subprocess.Popen(
        [arguments.build / "bench" / "measure", *command], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=arguments.limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    if process.returncode != 0:
        return None
    seconds, size = output.split()
    return float(seconds), int(size)


def measure(command, runs, arguments):
    """Median seconds and bytes over several runs after one to warm the caches."""
    first = run_once(command, arguments)
    if first is None:
        return None
    if first[0] > 20:  # one run of something this slow says enough
        return first
    results = [run_once(command, arguments) for _ in range(runs)]
    if None in results:
        return None
    return tuple(statistics.median(column) for column in zip(*results))


def seconds_text(s):
    return f"{s * 1000:.2f} ms" if s < 1 else f"{s:.2f} s"


def bytes_text(b):
    return f"{b / 1e6:.1f} MB" if b < 1e9 else f"{b / 1e9:.2f} GB"


def compare(title, path, ours, peers, arguments):
    """Prints the rows of one model, ours first."""
    base = measure(ours, arguments.runs, arguments)
    if base is None:
        print(f"| {title} | roofline | failed, or over {arguments.limit} s | | | |")
        return None
    print(f"| {title} | roofline | {seconds_text(base[0])} | {bytes_text(base[1])} | 1 | 1 |")
    for name in peers:
        command = [sys.executable, "-c", PEERS[name], str(path)]
        result = measure(command, arguments.peer_runs, arguments)
        if result is None:
            print(f"| | {name} | failed, or over {arguments.limit} s | | | |")
        else:
            print(
                f"| | {name} | {seconds_text(result[0])} | {bytes_text(result[1])} "
                f"| {result[0] / base[0]:.0f} | {result[1] / base[1]:.0f} |"
            )
        sys.stdout.flush()
    return base


def growth(title, small, large):
    """Prints how ours grew from one model to the next."""
    if small and large:
        print(f"\n{title}: time x {large[0] / small[0]:.2f}, memory x {large[1] / small[1]:.2f}")


def generate(build, kind, *sizes):
    """A model from models/modelgen, written once."""
    path = build / "bench" / f"{kind}-{'-'.join(map(str, sizes))}.onnx"
    if not path.exists():
        subprocess.run([build / "models" / "modelgen", kind, *map(str, sizes), path], check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=15, help="of ours; the median counts")
    parser.add_argument("--peer-runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a run is stopped")
    parser.add_argument("--slow", action="store_true", help="peers on huge models, too")
    arguments = parser.parse_args()

    import onnx

    light = pathlib.Path(onnx.__file__).parent / "backend/test/data/light"
    program = str(arguments.build / "roofline")

    def ours(path, *options):
        return [program, "analyze", str(path), "--device", "none", *options]

    print(f"{platform.machine()}, {os.cpu_count()} processors, {time.strftime('%Y-%m-%d')}\n")
    print("| model | tool | time | peak memory | time ratio | memory ratio |")
    print("|---|---|---|---|---|---|")
    for name in ("light_resnet50", "light_densenet121"):
        path = light / f"{name}.onnx"
        compare(name, path, ours(path), PEERS, arguments)

    slow = list(PEERS) if arguments.slow else []
    sizes = {}
    for megabytes in (300, 1600):
        path = generate(arguments.build, "weights", megabytes * 1_000_000, 100)
        sizes[megabytes] = compare(f"{megabytes} MB of weights", path, ours(path), slow, arguments)
    chains = {}
    for nodes in (100_000, 1_000_000):
        path = generate(arguments.build, "chain", nodes)
        peers = [p for p in slow if p == "onnx.shape_inference" or nodes <= 100_000]
        chains[nodes] = compare(f"chain of {nodes} nodes", path, ours(path), peers, arguments)

    growth("1600 MB against 300 MB of weights", sizes[300], sizes[1600])
    growth("1,000,000 against 100,000 nodes", chains[100_000], chains[1_000_000])


if __name__ == "__main__":
    main()
