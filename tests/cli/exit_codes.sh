#!/bin/sh
# Every documented exit code, and the line that comes with it.
. "$(dirname -- "$0")/lib.sh"

resnet=$SOURCE/models/resnet50.onnx
bert=$SOURCE/models/bert_base.onnx

# 0: done
succeed --help
contains out analyze
contains out calibrate
contains out devices
succeed --version
contains out '^roofline [0-9]+\.[0-9]+\.[0-9]+'
for command in analyze calibrate devices; do
    succeed "$command" --help
    contains out "roofline $command"
done
succeed analyze "$resnet" --device none
succeed analyze "$resnet" --device "RTX 3080"

# 1: could not do it
expect 1 'no-such-file\.onnx' analyze no-such-file.onnx --device none
expect 1 'no such machine' analyze "$resnet" --device 'no such machine'
expect 1 'no-such-profile\.csv' analyze "$resnet" --device ./no-such-profile.csv
expect 1 'no-such-folder' analyze "$resnet" --device none -o no-such-folder/out.txt
mkdir folder.onnx
run analyze folder.onnx --device none
is_one_of "$code" 1 3 || fail "a folder as model: exit $code"
one_clear_line "a folder as model"

# 2: usage
expect 2 'analyse' analyse "$resnet"
expect 2 'did you mean.*analyze' analyse "$resnet"
expect 2 '--no-such-option' analyze "$resnet" --no-such-option
expect 2 'MODEL' analyze --device none
expect 2 '--device' analyze "$resnet" --device
expect 2 'yaml' analyze "$resnet" --device none --format yaml
expect 2 'familly.*none, op, module' analyze "$resnet" --device none --group familly
expect 2 'depth must be from 1 to 64' analyze "$resnet" --device none --group module:0
expect 2 'depth must be from 1 to 64' analyze "$resnet" --device none --group module:x
expect 2 'op:1' analyze "$resnet" --device none --group op:1
expect 2 'heaviness' analyze "$resnet" --device none --sort heaviness
expect 2 'sideways' analyze "$resnet" --device none --traffic sideways
for number in 0 -1 x 1x '' 99999999999999999999 1.5 ' 1'; do
    expect 2 '--batch' analyze "$resnet" --device none --batch "$number"
done
expect 2 '--dim' analyze "$bert" --device none --dim sequence_length
expect 2 '--dim' analyze "$bert" --device none --dim sequence_length=-4
expect 2 '--dim sequence_length=' analyze "$bert" --device none
expect 2 'bmp' analyze "$resnet" --device "RTX 3080" --plot roofline.bmp
expect 2 'device' analyze "$resnet" --device none --plot roofline.png
expect 2 'devices' devices frobnicate

# 3: damaged
printf 'import torch\n' >text.onnx
expect 3 'text\.onnx.*text' analyze text.onnx --device none
: >empty.onnx
expect 3 'empty\.onnx.*empty' analyze empty.onnx --device none
head -c 5000 "$resnet" >short.onnx
expect 3 'short\.onnx' analyze short.onnx --device none
printf '\211PNG\r\n\032\n\0\0\0\015IHDR' >picture.onnx
expect 3 'picture\.onnx.*PNG' analyze picture.onnx --device none
printf 'PK\003\004........' >archive.onnx
expect 3 'archive\.onnx.*(zip|ZIP|PyTorch)' analyze archive.onnx --device none

# 4: strict
"$HOSTILE" write "$work" >/dev/null
succeed analyze nobody-knows-this.onnx --device none
expect 4 'Frobnicate' analyze nobody-knows-this.onnx --device none --strict

# With several models the worst code; the good ones are still reported.
run analyze "$resnet" text.onnx no-such-file.onnx --device none
[ "$code" = 3 ] || fail "several models: exit $code, not 3"
contains out resnet50

# Each of several models has its own dimensions; alone, a name that it lacks is a mistake.
succeed analyze "$resnet" "$bert" --device none --dim sequence_length=8
contains err 'resnet.*no dimension is called sequence_length'
expect 2 'sequence_length' analyze "$resnet" --device none --dim sequence_length=8

finish
