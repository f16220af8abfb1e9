#!/bin/sh
# roofline sweep: ranges, crossings, formats, factors of operators, and what is refused.
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
# In bf16: 2bKN FLOP over 2 (KN + bK + bN) bytes. Its Tensor Cores reach 132 SM x 4096 FLOP x 1.83 GHz =
# 989.4 TFLOP/s over 3.352 TB/s, a ridge of 295.15, where b = 295.15 / (1 - 295.15 (1/K + 1/N)): at 318.9
# in the head, at 325.3 in the MLP, at 344.8 and 461.4 in the projections.
succeed sweep "$llama" --batch 310..470 --dim past_sequence_length=128 --device 'H100 SXM' --precision bf16
contains out 'lm_head/MatMul +MatMul +memory to 318, matrix from 319'
contains out 'mlp/gate_proj/MatMul +MatMul +and 5 like it +memory to 325, matrix from 326'
contains out 'q_proj/MatMul +MatMul +and 3 like it +memory to 344, matrix from 345'
contains out 'k_proj/MatMul +MatMul +and 3 like it +memory to 461, matrix from 462'

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
[ "$(sed 's|µ|u|g' out | awk 'length > 60' | wc -l)" = 0 ] || fail "wider than 60 columns: $(sed 's|µ|u|g' out | awk 'length > 60')"

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
# Operators. The course's example: four 3x3 kernels, 3x3 outputs, 72 words; the 3x3 convolution of 128
# channels of 28 x 28 does 231 MFLOP over 4 (2 x 100352 + 147456) bytes = 1.39 MB; 166 FLOP/B lie above the
# ridge of 29.8 TFLOP/s over 760.3 GB/s = 39.2, those of the 1x1 (25.7 MFLOP over 868 kB) below.
succeed sweep conv --kernel 1..11:+2 --resolution 3 --channels 4 --in-channels 1 --traffic output --device none
contains out '^ +3 +648 +288 B '
succeed sweep conv --device 'RTX 3080'
contains out '^ridge +39.2 FLOP/B: vector fp32'
contains out '^ +3 +231 M +1.39 MB +42.4% +166 .* vector'
contains out '^limits +over kernel: memory to 1, vector from 3'
[ "$(grep -c '^factor ' out)" = 6 ] || fail "the standard study of conv varies $(grep -c '^factor ' out) factors"
# 200704 words: 6 of them and 73728 of weights are 5.11 MB; each reshape adds two, 1.61 MB.
succeed sweep reshape --device 'Jetson AGX Xavier'
contains out '^ +0 +463 M +5.11 MB'
contains out '^ +3 +463 M +9.93 MB'
contains out '^ +5 +463 M +13.1 MB'
succeed sweep reshape --device none --traffic fused
contains out '^ +5 +463 M +3.51 MB' # as without: views cost nothing, and the Relu is fused
# The same product as in the MLP above.
succeed sweep gemm --m 320..330 --k 4096 --n 14336 --precision bf16 --device 'H100 SXM' --format csv
contains out '^crossing,m,"#0","gemm","Gemm",325,memory,matrix,326,14336,4096,'
succeed sweep attention --past 0..4096:+2048 --batch 1,8 --sequence 1 --kv inplace --device H200 --format json
contains out '"schema":"roofline.study/1"'
for operator in conv gemm attention reshape; do
    for traffic in op output fused ideal; do
        succeed sweep "$operator" --device 'RTX 3080' --precision fp16 --traffic "$traffic"
    done
done
COLUMNS=60 "$ROOFLINE" sweep conv --device 'RTX 3080' >out
[ "$(sed 's|µ|u|g' out | awk 'length > 60' | wc -l)" = 0 ] || fail "wider than 60 columns: $(sed 's|µ|u|g' out | awk 'length > 60')"

for range in 0 -1..3 1..1000000000 1..99999999999999999999 3..1 '' x 1..3:x1 1,1; do
    expect 2 '--kernel ' sweep conv --kernel "$range" --device none
done
expect 2 '5 groups do not divide 128 channels' sweep conv --groups 4..5 --device none
expect 2 '--past 0\.\.9999999999: must be at most' sweep attention --past 0..9999999999 --device none
expect 2 '63 bits' sweep attention --sequence 1073741824 --batch 16777216 --heads 65535..65536 --device none
expect 2 '--kernel is no factor of gemm; it has --m' sweep gemm --kernel 3 --device none
expect 2 '--kernel is a factor' sweep "$resnet" --kernel 1..3 --device none
expect 2 'at most 2 factors' sweep gemm --m 1,2 --n 1,2 --k 1,2 --device none
expect 2 '--dim.*are for models' sweep conv --dim batch=1..4 --device none
expect 2 'no factor is left' sweep gemm --m 1 --n 1 --k 1 --device none
expect 2 'options only' sweep conv "$resnet" --device none
expect 1 'convolution' sweep convolution --batch 1..2 --device none

# Pictures, of every kind of sweep and in every format.
for extension in png svg pdf gp; do
    succeed sweep conv --kernel 1..11:+2 --device 'RTX 3080' --plot "kernel.$extension" --size 800x600
    [ -s "kernel.$extension" ] || fail "no kernel.$extension"
    contains err "wrote kernel.$extension"
done
command -v xmllint >/dev/null && { xmllint --noout kernel.svg 2>err || fail "$(cat err)"; }
contains kernel.svg 'ridge 39.2 FLOP/B'
succeed sweep attention --device H200 --precision bf16 --figure roofline --plot roof.gp --theme dark --title 'A title' -q
contains roof.gp '"A title"'
succeed sweep "$llama" --batch 1..64:x2 --dim past_sequence_length=128,4096 --device H200 --plot llama.gp -q
contains roof.gp 'ridge '
succeed sweep "$resnet" --batch 1..4 --device none --plot resnet.gp -q
succeed sweep conv --resolution 7..28:x2 --size 800x600 --device none --plot size.gp -q
contains size.gp '"resolution"'
expect 2 'bmp' sweep conv --device none --plot conv.bmp
expect 2 'did you mean roofline' sweep conv --device none --plot conv.gp --figure rooflin
expect 2 'needs a device' sweep conv --device none --plot conv.gp --figure roofline
expect 2 '--size 10x10' sweep conv --device none --plot conv.gp --size 10x10

if [ -w /dev/full ]; then
    expect 1 '/dev/full' sweep "$resnet" --batch 1..4 --device none -o /dev/full
fi

finish
