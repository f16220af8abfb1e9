#!/bin/sh
# One suite of the onnx package against the lists of cases that are right here. ROOFLINE_PYTHON names
# a Python that has the package; without it this is skipped.
if [ -z "${ROOFLINE_PYTHON:-}" ]; then
    echo "ROOFLINE_PYTHON does not name a Python with the package onnx: skipped"
    exit 77
fi
here=$(dirname -- "$0")
exec "$ROOFLINE_PYTHON" "$here/run.py" "$ROOFLINE" --expected "$here/$1.txt" --suite "${1%-unaided}" \
    ${2+"$2"}
