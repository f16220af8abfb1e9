"""Executes the GPU kernels without a GPU: nvcc makes PTX of them, which is interpreted here by the manual.

    run.py PRODUCT NVCC SOURCES FAMILY [ENTRY...]

PRODUCT: the program tests/emulator/product.c; SOURCES: the folder of the kernels. Nothing of the kernels' own rules
(places of operands, descriptors, swizzle, metadata) is used to execute them, and what they leave must be what the
program's self-check takes."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

import broken
import checks
import replay
from launch import Product
from ptx import Wrong

# Each row runs on all of these that have it; of those of tcgen05, where the text is the same, on the first one.
# From 10.0 on nvcc has another compiler for them, which writes other code.
ARCHITECTURES = {"vector": ["75", "80", "120"], "special": ["75", "120"], "memory": ["75", "90", "120"],
                 "bulk": ["90", "100", "120"], "mma": ["75", "80", "89", "90", "100", "120a"], "wgmma": ["90a"],
                 "tcgen05": ["103a", "100a"]}
MAIN = {"vector": "80", "special": "75", "memory": "75", "bulk": "90", "mma": "80", "wgmma": "90a",
        "tcgen05": "103a"}  # of faults


def compile_family(nvcc, sources, family, architecture, folder):
    out = folder / "kernels.ptx"
    subprocess.run([nvcc, "-ptx", "-std=c++17", "-O3", "-gencode",
                    f"arch=compute_{architecture},code=compute_{architecture}", str(sources / f"{family}.cu"), "-o",
                    str(out)], check=True)
    return out.read_text()


def run_row(ptx, row, family, architecture):
    began = time.monotonic()
    try:
        checks.FAMILIES[family](ptx, row)
    except Wrong as e:
        print(f"not ok: {row.entry} on sm_{architecture}: {e}")
        return False
    print(f"ok: {row.entry} on sm_{architecture} ({time.monotonic() - began:.1f} s)")
    return True


def main():
    product, nvcc, sources, family, *only = sys.argv[1:]
    product, failures, missing = Product(product), 0, set()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        rows = [r for r in product.rows(family) if not only or r.entry in only]
        missing = {r.entry for r in rows}
        for row in rows:
            row.product, row.folder = product, folder
            row.data = product.operands(row, "check") if row.operands else b""
        for architecture in ARCHITECTURES[family]:
            here = [r for r in rows if architecture.rstrip("a") in r.architectures.split(",")
                    and (family != "tcgen05" or r.entry in missing)]
            ptx = compile_family(nvcc, pathlib.Path(sources), family, architecture, folder) if here else ""
            for row in here:
                missing.discard(row.entry)
                failures += not run_row(ptx, row, family, architecture)
            if architecture == MAIN[family]:
                failures += not broken.all_refused(ptx, family, here)
                failures += not replay.all_checked(ptx, family, here, os.environ)
    for entry in sorted(missing):
        print(f"not ok: {entry} runs on none of the architectures")
    return 1 if failures or missing or not rows else 0


sys.exit(main())
