#!/bin/sh
# roofline explain: how rows are named, what is told, and what is refused.
. "$(dirname -- "$0")/lib.sh"

resnet=$SOURCE/models/resnet50.onnx
conv=/layer1/layer1.0/conv2/Conv

# 64 channels of 56 x 56 from 64 by 3 x 3: 200704 x 64 x 9 macs; 231 MFLOP at 66.9 TFLOP/s; the padding
# takes (3 x 56 - 2)^2 of the (3 x 56)^2 taps.
for node in '#5' "$conv" "${conv}_output_0"; do
    succeed explain "$resnet" "$node" --device 'H100 SXM'
    contains out "^#5 Conv  $conv\$"
    contains out '^macs +N 200,704 x Cin/group 64 x kernel 9 += +115,605,504$'
    contains out '^flops +2 x macs \+ vector += +231,411,712$'
    contains out '^valid +112,869,376 of the macs'
    contains out '147,712 weights \+ 802,816 read \+ 802,816 written = 1,753,344 \(traffic op\)$'
    contains out 'vector fp32 +231 MFLOP +/ +66.9 TFLOP/s += +3.46 µs +<- the longest$'
    contains out 'vector fp32: 132 SM x 128 FP32 cores x 2 x 1.98 GHz = 66.9 TFLOP/s \(theory\)'
done
COLUMNS=60 "$ROOFLINE" explain "$resnet" '#5' --device 'RTX 3080' >out
[ "$(sed 's|µ|u|g' out | awk 'length > 60' | grep -vc '^tensors')" -lt 12 ] || fail "not fitted to 60 columns"
succeed explain "$resnet" '#5' --device none --format json -o row.json
contains row.json '"schema":"roofline.explanation/1"'
contains row.json '"name":"Cin/group","value":64'

expect 2 'a node' explain "$resnet" --device none
expect 2 'a node' explain "$resnet" '#5' '#6' --device none
expect 2 'did you mean /layer' explain "$resnet" /layer1/layer1.0/conv2/Con --device none
expect 2 '#0 to #121' explain "$resnet" '#122' --device none
expect 2 'text, json' explain "$resnet" '#5' --device none --format csv
expect 1 'no-such-file' explain no-such-file.onnx '#5' --device none
if [ -w /dev/full ]; then
    expect 1 '/dev/full' explain "$resnet" '#5' --device none -o /dev/full
fi

finish
