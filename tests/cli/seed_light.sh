#!/bin/sh
# The matrix MACs of the light models that the PyPI package onnx carries, exactly. ROOFLINE_ONNX_DATA
# names the folder onnx/backend/test/data/light of an installed package; without it this is skipped.
if [ ! -f "${ROOFLINE_ONNX_DATA:-}/light_resnet50.onnx" ]; then
    echo "ROOFLINE_ONNX_DATA does not name a folder with light_resnet50.onnx: skipped"
    exit 77
fi
. "$(dirname -- "$0")/lib.sh"

macs() { # MODEL COUNT
    succeed analyze "$ROOFLINE_ONNX_DATA/light_$1.onnx" --device none --format json
    # The totals come before the rows.
    found=$(tr -d ' \n' <out | grep -oE '"totals":\{[^{}]*"macs":[0-9]+' | sed 's/.*"macs"://')
    [ "$found" = "$2" ] || fail "light_$1: $found MACs, not $2"
}

macs bvlc_alexnet 654560384
macs inception_v1 1431556352
macs resnet50 4089184256
macs squeezenet 349151936
macs vgg19 19632062464
macs zfnet512 1481727008
for other in densenet121 inception_v2 shufflenet; do
    succeed analyze "$ROOFLINE_ONNX_DATA/light_$other.onnx" --device none --strict
done

finish
