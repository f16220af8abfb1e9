"""Does the table know every operator that the installed onnx package knows?

    operators.py OPERATORS     OPERATORS is the program that lists the table (--list)

Every operator of every version in the package's history must have a row that serves it."""

import collections
import subprocess
import sys

import onnx


def table(program):
    rows = collections.defaultdict(list)
    listed = subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        domain, name, since = line.split("\t")
        rows[domain, name].append(int(since))
    return rows


def main():
    rows = table(sys.argv[1])
    schemas = onnx.defs.get_all_schemas_with_history()
    missing = sorted({(s.domain or "ai.onnx", s.name, s.since_version) for s in schemas
                      if min(rows.get((s.domain, s.name), [1 << 30])) > s.since_version})
    for domain, name, version in missing:
        print(f"no row serves {name} of {domain}, version {version}")
    known = {(s.domain, s.name) for s in schemas}
    print(f"onnx {onnx.__version__}: {len(known)} operators in {len(schemas)} versions, "
          f"{len(missing)} missing")
    return 1 if missing else 0


sys.exit(main())
