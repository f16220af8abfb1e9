#!/bin/sh
# roofline sweep: ranges, crossings, formats, and what is refused.
. "$(dirname -- "$0")/lib.sh"

llama=$SOURCE/models/llama_decode.onnx
resnet=$SOURCE/models/resnet50.onnx

# By hand: the products multiply b rows by a matrix of K x N weights in fp32, 2bKN FLOP over
# 4 (KN + bK + bN) bytes. An H100 SXM has 66.9 TFLOP/s of vector fp32 over 3.35 TB/s, a ridge of 19.96.
# It is reached where b = 39.92 / (1 - 39.92 (1/K + 1/N)): at 40.4 in the head of 4096 x 128256, at 40.4 in
# the MLP of 4096 x 14336, at 40.7 in the projections of 4096 x 4096, at 42.0 in those of 4096 x 1024.
succeed sweep "$llama" --batch 30..50 --dim past_sequence_length=128 --device 'H100 SXM'
contains out 'MatMul +and 10 like it +memory to 40, vector from 41'
contains out 'MatMul +and 3 like it +memory to 41, vector from 42'
contains out '^rows +15 cross the ridge'
contains out '^verdict .*memory from 30, vector from 41'
succeed sweep "$llama" --batch 1..1024:x2 --dim past_sequence_length=128 --device 'H100 SXM'
contains out 'memory to 32, vector from 64'

# Two dimensions; every row by itself; formats.
succeed sweep "$llama" --batch 1,64 --dim past_sequence_length=128,256 --device 'H100 SXM' --top all
contains out 'mlp/gate_proj/MatMul +MatMul +256 +memory to 1, vector from 64'
succeed sweep "$resnet" --batch 1..4 --device none
contains out '^ +4 +16.4 G'
succeed sweep "$resnet" --batch 1..4 --device none --format csv
[ "$(grep -c '^point,' out)" = 4 ] || fail "a CSV of $(grep -c '^point,' out) points"
succeed sweep "$resnet" --batch 1..4 --device none --format json -o sweep.json
[ ! -s out ] || fail "with -o nothing goes to stdout"
contains sweep.json '"schema":"roofline.sweep/1"'
COLUMNS=60 "$ROOFLINE" sweep "$resnet" --batch 1..4 --device 'RTX 3080' >out
[ "$(awk 'length > 60' out | wc -l)" = 0 ] || fail "wider than 60 columns: $(awk 'length > 60' out)"

expect 2 'range' sweep "$resnet" --device none
expect 2 'range' sweep "$resnet" --batch 4 --device none
expect 2 'one model' sweep --batch 1..4
expect 2 '--batch 4\.\.1: ' sweep "$resnet" --batch 4..1 --device none
expect 2 '--dim batch=1\.\.4:2: ' sweep "$resnet" --dim batch=1..4:2 --device none
expect 2 'btch.*batch' sweep "$resnet" --dim btch=1..4 --device none
expect 2 'more than 4096' sweep "$resnet" --batch 1..5000 --device none
expect 2 'at most 2' sweep "$llama" --batch 1..2 --dim past_sequence_length=1..2 --dim batch_size=1..2
expect 2 'table, csv, json' sweep "$resnet" --batch 1..4 --device none --format md
expect 2 '--dim past_sequence_length' sweep "$llama" --batch 1..4 --device none
expect 3 'lib\.sh' sweep "$SOURCE/tests/cli/lib.sh" --batch 1..4 --device none
if [ -w /dev/full ]; then
    expect 1 '/dev/full' sweep "$resnet" --batch 1..4 --device none -o /dev/full
fi

finish
