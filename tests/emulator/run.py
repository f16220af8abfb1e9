"""Executes the GPU kernels without a GPU: nvcc makes PTX of them, which is interpreted here by the manual.

    run.py PRODUCT NVCC SOURCES FAMILY ARCHITECTURES [ENTRY...]

PRODUCT: the program tests/emulator/product.c; SOURCES: the folder of the kernels; ARCHITECTURES: "75,120a". Nothing
of the kernels' own rules (places of operands, descriptors, swizzle, metadata) is used to execute them, and what they
leave must be what the program's self-check takes. What is the same text on several architectures runs once."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import broken
import checks
import replay
from launch import Product
from ptx import Wrong, entries

# Where faults are put in, and what the program launches is executed.
MAIN = {"vector": "80", "special": "75", "memory": "75", "bulk": "90", "mma": "80", "wgmma": "90a",
        "tcgen05": "103a"}

FAULTS_OF = "13.0"


def compile_family(nvcc, sources, family, architecture, folder):
    out = folder / "kernels.ptx"
    subprocess.run([nvcc, "-ptx", "-std=c++17", "-O3", "-gencode",
                    f"arch=compute_{architecture},code=compute_{architecture}", str(sources / f"{family}.cu"), "-o",
                    str(out)], check=True)
    return out.read_text()


def text_of(ptx, entry):
    """Without what numbers the kernels of a file."""
    if entry not in entries(ptx):
        return ""
    return re.sub(r"_ZZ\w+|\$L__BB\d+", "", ptx[slice(*entries(ptx)[entry])])


def run_row(ptx, row, family, architecture, seen):
    text = (row.entry, row.name, text_of(ptx, row.entry))
    if text in seen:
        print(f"ok: {row.entry} on sm_{architecture} is that on sm_{seen[text]}")
        return True
    began = time.monotonic()
    try:
        checks.FAMILIES[family](ptx, row)
    except Wrong as e:
        print(f"not ok: {row.entry} on sm_{architecture}: {e}")
        return False
    seen[text] = architecture
    print(f"ok: {row.entry} on sm_{architecture} ({time.monotonic() - began:.1f} s)")
    return True


def missing(row, architectures):
    """Those that it is declared for and that it was not executed on."""
    return set(row.architectures.rstrip(",").split(",")) - {a.rstrip("a") for a in architectures}


def puts_faults_in(nvcc):
    """The faults name registers and numbers of the text that one release writes."""
    release = re.search(r"release ([\d.]+)", subprocess.run([nvcc, "--version"], check=True, capture_output=True,
                                                             text=True).stdout)[1]
    if release != FAULTS_OF:
        print(f"skipped: faults are put into what CUDA {FAULTS_OF} writes, and this is {release}")
    return release == FAULTS_OF


def has_all(family, rows):
    """Whether each fault, and each launch of the program that is executed, has its row."""
    lost = broken.without_row(family, rows) | replay.without_row(family, rows)
    if lost:
        print(f"not ok: {', '.join(sorted(lost))} is no row on sm_{MAIN[family]}")
    return not lost


def main():
    executable, nvcc, sources, family, architectures, *only = sys.argv[1:]
    product, architectures, failures, seen = Product(executable), architectures.split(","), 0, {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        rows = [r for r in product.rows(family) if not only or r.entry in only]
        for row in rows:
            row.product, row.folder = product, folder
            row.data = product.operands(row, "check") if row.operands else b""
        for architecture in architectures:
            here = [r for r in rows if architecture.rstrip("a") in r.architectures.split(",")]
            ptx = compile_family(nvcc, pathlib.Path(sources), family, architecture, folder)
            failures += sum([not run_row(ptx, r, family, architecture, seen) for r in here])
            if architecture == MAIN[family]:
                failures += not only and not has_all(family, here)
                failures += puts_faults_in(nvcc) and not broken.all_refused(ptx, family, here)
                failures += not replay.all_checked(ptx, family, here, os.environ)
    if MAIN[family] not in architectures:
        print(f"not ok: nothing of {family} is executed on sm_{MAIN[family]}")
        failures += 1
    for row in rows:
        if missing(row, architectures):
            print(f"not ok: {row.entry} is not executed on {missing(row, architectures)}")
            failures += 1
    return 1 if failures or not rows else 0


sys.exit(main())
