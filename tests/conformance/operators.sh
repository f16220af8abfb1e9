#!/bin/sh
# The operators of the onnx package against the table. ROOFLINE_PYTHON, or else python3, must have the
# package; without it this is skipped.
python=${ROOFLINE_PYTHON:-python3}
if ! "$python" -c 'import onnx' 2>/dev/null; then
    echo "$python has no package onnx: skipped"
    exit 77
fi
exec "$python" "$(dirname -- "$0")/operators.py" "$1"
