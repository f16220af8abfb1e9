#!/bin/sh
# ROOFLINE_PYTHON names a Python that has onnx and onnxruntime; without it this is skipped.
if [ -z "${ROOFLINE_PYTHON:-}" ]; then
    echo "ROOFLINE_PYTHON does not name a Python with the package onnxruntime: skipped"
    exit 77
fi
exec "$ROOFLINE_PYTHON" "$(dirname -- "$0")/compare.py" "$ROOFLINE"
