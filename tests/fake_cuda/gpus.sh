#!/bin/sh
# The host's side of the CUDA backend against a fake driver (fake_cuda.c): GPUs are found, described, chosen and
# measured, and the suite for machines that have one runs. What goes wrong: gpu_faults.sh.
. "$SOURCE/tests/fake_cuda/lib.sh"
: "${FAKE_CUBLASLT:?}"
export ROOFLINE_CUBLASLT="$FAKE_CUBLASLT"

# --- what is there ---

# 132 SM x 1.98 GHz x 4096 FLOP x 0.96, which the fake reaches of everything; 256 and 128 of vectors.
# DRAM: 2 x 3201 MHz x 6144 bit / 8 x 0.96.
machine h200
measured h200 --gpu 0
is h200.csv compute,matrix,bf16,fp32,wgmma 1.0277e15
succeed devices show ./h200.csv
contains out '^dram +read .*measured: 96.0 % of 4.92 TB/s, theory, [0-9]+ samples'
contains out '^power_limit +700 W  NVML'
is h200.csv compute,vector,fp32,fp32,ffma-8 6.423e13
is h200.csv memory,dram,,,read 4.720e12
is h200.csv memory,dram,,,read-bulk 4.720e12
if grep -q '^memory,dram,,,copy-bulk' h200.csv; then fail 'a second way to copy in a quick run'; fi
is h200.csv latency,launch,,,stream 2.2e-6
is h200.csv param,sm_count,,, 132
is h200.csv capacity,l2,,, 62914560
is h200.csv param,clock_hz,bf16,,matrix 1.98e9
contains h200.csv '^device,name,,,,NVIDIA H200,.*,driver'
contains h200.csv '^device,signature,,,,GPU-02020202-0202-4202-8202-020202020202,'
contains h200.csv '^param,arch,,,,sm_90,'
contains h200.csv '^param,driver_version,,,,580.95.05,.*NVML'
contains h200.csv '^param,cuda_version,,,,13.0,'
contains h200.csv '^param,ecc,,,,on,.*NVML'
contains h200.csv '^param,persistence,,,,on,'
contains h200.csv '^param,mig,,,,off,'
contains h200.csv '^param,power_limit,,,,700,W'
contains h200.csv '^compute,matrix,bf16,fp32,wgmma,.*,500,measured'

# GeForce: half the speed with sums in fp32: 128 SM x 2.52 GHz x 512 x 0.96.
machine rtx4090
measured rtx4090 --gpu 0
is rtx4090.csv compute,matrix,bf16,fp32,mma 1.5854e14
is rtx4090.csv compute,matrix,fp16,fp16,mma 3.1709e14
is rtx4090.csv memory,dram,,,read 9.678e11
contains rtx4090.csv '^param,fp32_accumulate,,,,half,'
contains rtx4090.csv '^param,ecc,,,,off,.*driver'

# Instructions that only some chips have: B200 148 SM x 1.965 GHz x 4 x 4096 x 2 in FP4, x 1024 in
# TF32 with zeros counted; RTX 5090 170 x 2.407 GHz x 4 x 512 x 2; A100 108 x 1.41 GHz x 8192 in INT4.
machine b200
measured fp4 --gpu 0 --only 'matrix fp4'
for path in mxf4 mxf4-pair nvf4 nvf4-pair; do is fp4.csv "compute,matrix,fp4,fp32,tcgen05-$path" 9.148e15; done
measured sparse --gpu 0 --only 'matrix tf32 sparse'
for path in mma tcgen05 tcgen05-pair; do is sparse.csv "compute,matrix,tf32,fp32,sparse-$path" 2.287e15; done
is fp4.csv compute,matrix,fp4,fp32,sparse-tcgen05-nvf4 1.8296e16
measured halves --gpu 0 --only 'tcgen05 fp16'
is halves.csv compute,matrix,fp16,fp16,tcgen05 2.287e15
is halves.csv compute,matrix,fp8,fp16,sparse-tcgen05 9.148e15
# B300: of what is dense, products of K = 96 alone are half as fast again; 13.5 and 18 PFLOP/s x 0.96.
machine b300
measured k96 --gpu 0 --only 'matrix fp4'
for path in nvf4-k96 nvf4-k96-pair mxf4-k96; do is k96.csv "compute,matrix,fp4,fp32,tcgen05-$path" 1.296e16; done
is k96.csv compute,matrix,fp4,fp32,sparse-tcgen05-mxf4-pair 1.728e16
is k96.csv compute,matrix,fp4,fp32,tcgen05-nvf4-pair 8.64e15
succeed devices show k96.csv
contains out 'fp4 .*18.0 PFLOP/s .*2:4 sparsity: 1.333 x 13.5 PFLOP/s'
contains out 'tcgen05-nvf4-k96 .*96.0 % of 13.5 PFLOP/s'
contains out 'tcgen05-nvf4 .*96.0 % of 9.00 PFLOP/s'
# Bulk copies of DRAM, from 9.0 on: 2 x 14001 MHz x 512 bit / 8 x 0.96.
machine rtx5090
measured bulk --gpu 0 --only bulk
for how in read write copy; do is bulk.csv "memory,dram,,,$how-bulk" 1.7205e12; done
machine a100
expect 2 'no kernel here has "bulk"' calibrate --quick -q --gpu 0 --only bulk
machine rtx5090
measured nvf4 --gpu 0 --only 'matrix fp4'
is nvf4.csv compute,matrix,fp4,fp32,mma-nvf4 1.609e15
is nvf4.csv compute,matrix,fp4,fp32,sparse-mma-nvf4 3.218e15
# With block scales sums in fp32 are not halved.
measured mxf8 --gpu 0 --only 'matrix fp8'
is mxf8.csv compute,matrix,fp8,fp32,mma 4.023e14
is mxf8.csv compute,matrix,fp8,fp32,mma-mxf8 8.046e14
succeed devices show mxf8.csv
contains out 'fp32  mma-mxf8 .*96.0 % of 838 TFLOP/s'
machine a100
measured int4 --gpu 0 --only 'matrix int4'
is int4.csv compute,matrix,int4,int32,mma 1.1976e15
is int4.csv compute,matrix,int4,int32,sparse-mma 2.3952e15
machine h200
measured half --gpu 0 --only 'wgmma fp16'
is half.csv compute,matrix,fp8,fp16,wgmma 2.0554e15

# What NVIDIA's library reaches, beside: 5e14, of products of 8192, or the largest that do not last
# (a slow chip, little memory).
measured library --gpu 0 --only library
for row in matrix,fp16,fp32 matrix,bf16,fp32 matrix,tf32,fp32 matrix,fp8,fp32 matrix,int8,int32 \
    vector,fp32,fp32 matrix,fp64,fp64; do
    is library.csv "compute,$row,library" 5e14
done
contains library.csv '^compute,matrix,bf16,fp32,library,.*measured: cuBLASLt 13.1.0'
export FAKE_CUBLASLT_RATE=1e12 FAKE_CUDA_FREE=400000000
measured slow --gpu 0 --only 'library fp64'
is slow.csv compute,matrix,fp64,fp64,library 1e12
measured pattern --gpu 0 --only 'LIBRARY*64'
is pattern.csv compute,matrix,fp64,fp64,library 1e12
unset FAKE_CUBLASLT_RATE FAKE_CUDA_FREE
export FAKE_CUBLASLT_LACKS=28
succeed calibrate --quick --gpu 0 --only library -o lacks.csv
contains err 'library fp8 matrix  -: cuBLASLt: it has no such product'
if grep -q '^compute,matrix,fp8' lacks.csv; then fail 'a product that does not exist'; fi
unset FAKE_CUBLASLT_LACKS
# The table names each row as --list does, also where only the sums differ; what the library does not
# reach is not put down to the machine.
FAKE_CUBLASLT_RATE=1.05e15 succeed calibrate --quick -q --gpu 0 --only fp16
for row in 'matrix fp16 wgmma fp32' 'matrix fp16 wgmma fp16'; do contains out "^$row  .* 1.07 PFLOP/s  96.0 %"; done
contains out '^kernel  .*ratio  power  temp$'
if grep -q '^note' out; then fail "a note on 96 %: $(grep '^note' out)"; fi
succeed calibrate --quick -q --gpu 0 --only library
contains out '^note +the library below 85 % of theory: .*matrix fp16 library fp32 47 %'
if grep -q 'busy GPU' out; then fail 'the machine blamed for the library'; fi
# Anything below 85 % or above 102 % is noted: of memory and of zeros as well.
export FAKE_CUDA_EFFICIENCY=0.8
succeed calibrate --quick -q --gpu 0 -o low.csv
contains out '^note +below 85 % of theory: .*vector fp32 ffma-8 80 %.*dram read 80 %.*shared read 80 %'
if grep -q 'threads' out; then fail 'threads of a GPU'; fi
FAKE_CUDA_EFFICIENCY=1.03
succeed calibrate --quick -q --gpu 0 --only 'fp16 wgmma fp32 zeros'
contains out '^note +above 102 % of theory: matrix fp16 wgmma-zeros fp32 103 %.*the clock was read wrong'
unset FAKE_CUDA_EFFICIENCY
# It fits the terminal, without the columns that matter least.
for columns in 40 80; do
    COLUMNS=$columns succeed calibrate --quick -q --gpu 0 --only 'fp16 wgmma fp32'
    widest=$(awk '!/^not saved/ { if (length($0) > most) most = length($0) } END { print most }' out)
    [ "$widest" -le "$columns" ] || fail "$columns columns: a line of $widest"
    contains out '^kernel.*median.*ratio'
done
# So does the bar of progress, which a terminal that cannot draw a line again does not get.
if command -v script >/dev/null; then
    for columns in 30 60; do
        checks=$((checks + 1))
        script -qc "stty cols $columns; $ROOFLINE calibrate --quick --gpu 0 --only 'fp16 wgmma fp32' >/dev/null" seen \
            </dev/null >/dev/null
        tr '\r' '\n' <seen | grep -a '1/' >lines || fail 'no bar'
        widest=$(sed "s/$(printf '\033')\[K//g" lines | grep -av '^Script' |
            awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }')
        [ "$widest" -lt "$columns" ] || fail "$columns columns: a bar of $widest: $(cat lines)"
    done
    script -qc "TERM=dumb $ROOFLINE calibrate --quick --gpu 0 --only 'fp16 wgmma fp32'" seen </dev/null >/dev/null
    if grep -aq "$(printf '\033')\[K" seen; then fail 'a bar on a dumb terminal'; fi
    contains seen '^\[1/[0-9]+\] matrix fp16 wgmma fp32  1.03 PFLOP/s'
fi
ROOFLINE_CUBLASLT=/nowhere/libcublasLt.so
expect 2 'no kernel here has "library"' calibrate --quick -q --gpu 0 --only library
ROOFLINE_CUBLASLT=libm.so.6
expect 2 'no kernel here has "library"' calibrate --quick -q --gpu 0 --only library
ROOFLINE_CUBLASLT=$FAKE_CUBLASLT

# A slice has its own multiprocessors, signature and memory; its share of the bus is not known.
machine mig
measured mig --gpu mig-0404
is mig.csv param,sm_count,,, 16
contains mig.csv '^device,signature,,,,MIG-04040404'
contains mig.csv '^param,mig,,,,on,'
if grep -q '^param,memory_bus_bits' mig.csv; then fail 'a slice does not own the bus'; fi

# Jetson has no NVML, and memory that the processor owns.
machine orin
measured orin --gpu 0
is orin.csv param,sm_count,,, 16
for absent in power_limit persistence driver_version memory_clock_hz; do
    if grep -q "^param,$absent" orin.csv; then fail "Orin knows no $absent"; fi
done
contains orin.csv '^compute,vector,fp32,fp32,ffma-8,([^,]*,){6},measured'

# --- several ---

machine two-h200
succeed calibrate --quick -q --all-gpus
[ "$(find "$XDG_DATA_HOME/roofline" -name 'gpu-*.csv' | wc -l)" = 2 ] || fail 'not two profiles'
succeed calibrate --quick -q --gpu 030303 --only launch -o second.csv
contains second.csv '^device,signature,,,,GPU-03030303'
succeed calibrate --quick -q --gpu 1 --only peer -o peer.csv
is peer.csv memory,peer,,,copy 4e11
succeed calibrate --quick -q --gpu 1 --only host -o host.csv
is host.csv memory,host,,,to-gpu 5.5e10
is host.csv memory,host,,,to-host 5.4e10
expect 2 'no GPU 2: there are 2, counted from 0' calibrate --gpu 2
expect 2 'no GPU "GPU-99": .*GPU-02020202.*GPU-03030303' calibrate --gpu GPU-99
expect 2 'all-gpus' calibrate --all-gpus -o one.csv
export CUDA_VISIBLE_DEVICES=1
succeed calibrate --quick -q --gpu 0 --only launch -o visible.csv
contains visible.csv '^device,signature,,,,GPU-03030303'
contains visible.csv '^param,cuda_visible_devices,,,,1,'
expect 2 'no GPU 1: there is 1, .*CUDA_VISIBLE_DEVICES is "1"' calibrate --gpu 1
export CUDA_VISIBLE_DEVICES=
expect 1 'no NVIDIA GPU may be used: CUDA_VISIBLE_DEVICES is ""' calibrate --gpu 0
unset CUDA_VISIBLE_DEVICES

# --- chosen without being asked for ---

rm -rf "$XDG_DATA_HOME"
machine a100
export ROOFLINE_CALIBRATE=auto
succeed analyze "$SOURCE/models/resnet50.onnx"
contains out 'A100-SXM4-80GB'
contains err 'measured this machine in [0-3]\.[0-9] s'
succeed analyze "$SOURCE/models/resnet50.onnx"
[ ! -s err ] || fail "measured again: $(cat err)"
machine rtx4090
export ROOFLINE_CALIBRATE=never
succeed analyze "$SOURCE/models/resnet50.onnx"
contains out 'GeForce RTX 4090'
machine v100
succeed analyze "$SOURCE/models/resnet50.onnx"
contains out 'V100'
machine none
succeed analyze "$SOURCE/models/resnet50.onnx"
if grep -q NVIDIA out err; then fail 'there is no GPU'; fi

# --- the other rows: all that is listed runs on one machine or another ---

machine h200
succeed calibrate --quick -q --gpu 0 --only latency -o latency.csv
is latency.csv latency,launch,,,graph 1.1e-6
is latency.csv latency,dram,,, 6e-7
is latency.csv latency,l2,,, 2.5e-7
# Orin has so little L2 that the fake keeps the bytes of both rings, and goes through them.
machine orin
succeed calibrate --quick -q --gpu 0 --only latency -o ring.csv
is ring.csv latency,dram,,, 6e-7
is ring.csv latency,l2,,, 2.5e-7
machine h200
succeed calibrate --quick -q --gpu 0 --only 'l2 read' -o sweep.csv
[ "$(grep -c '^memory,l2' sweep.csv)" = 5 ] || fail 'no sweep of sizes'
# In whole chunks of 64 KiB: 115, 480 and 960 of 960; 3 x 4.720e12 x (1 - that part / 2).
is sweep.csv memory,l2,,,read-12% 1.331e13
is sweep.csv memory,l2,,,read-50% 1.062e13
is sweep.csv memory,l2,,,read-100% 7.080e12
succeed calibrate --quick -q --gpu 0 --only zeros -o zeros.csv
contains out '^matrix bf16 wgmma-zeros .* 96.0 %'
contains zeros.csv '^zeros,matrix,bf16,fp32,wgmma-zeros,.*FLOP/s'
if grep -q '^compute,.*measured: all' zeros.csv; then fail 'zeros are no ceiling'; fi
succeed devices show ./zeros.csv
contains out '^on operands that are all zero.*no ceilings$'
contains out '^matrix bf16  fp32  wgmma-zeros .*measured: 96.0 % of 1.07 PFLOP/s, theory at 1.98 GHz'
succeed calibrate --quick -q --gpu 0 --only sparse -o sparse.csv
contains sparse.csv '^compute,matrix,.*sparse'

# --- the suite for machines that have a GPU ---

machine h200
code=0
"$SOURCE/tests/gpu/run" results --quick >out 2>err || code=$?
[ "$code" = 0 ] || fail "tests/gpu/run: exit $code: $(tail -n 5 out err)"
contains results/summary.txt '96.0 % .*matrix bf16 wgmma'
contains results/summary.txt '^everything is as it must be'
contains results/summary.txt 'no libcublasLt.so here'
is results/full.csv compute,matrix,bf16,fp32,wgmma 1.0277e15
for part in full.txt show.txt sustained.csv machine.txt; do
    [ -s "results/$part" ] || fail "tests/gpu/run wrote no $part"
done
contains results/sustained.csv '^series,matrix,bf16,fp32,wgmma,'
contains results/summary.txt '^matrix bf16 wgmma fp32: burst 1.03 PFLOP/s, sustained 1.03 PFLOP/s after 1 s'
if grep '^series' results/sustained.csv | grep -v ',wgmma'; then fail 'more than one kernel, and its zeros'; fi
mkdir tools
for tool in sh awk sed grep tee date uname cat mkdir rm tr tail head dirname sort; do
    ln -s "$(command -v "$tool")" tools/
done
# The full run, on the one ceiling of which the library has as much as we; gnuplot is not there, and of Python
# only that it has cuBLASLt among its packages.
unset ROOFLINE_CUBLASLT
cat >tools/python3 <<END
#!/bin/sh
case "\$2" in *glob*) echo "$FAKE_CUBLASLT" ;; *) exit 1 ;; esac
END
chmod +x tools/python3
code=0
PATH=$work/tools EFFORT='--full --only fp64' "$SOURCE/tests/gpu/run" everything --quick >out 2>err || code=$?
[ "$code" = 1 ] || fail "tests/gpu/run with a library that is faster: exit $code: $(tail -n 5 out err)"
contains everything/summary.txt '^matrix fp64 fp64: ours 64.2.*, cuBLASLt 500 TFLOP/s'
contains everything/summary.txt 'WRONG: cuBLASLt is faster, so ours is no ceiling: matrix fp64 fp64'
contains everything/summary.txt 'no torch with CUDA here'
export ROOFLINE_CUBLASLT="$FAKE_CUBLASLT"
export FAKE_CUDA_WRONG=wgmma_bf16
code=0
"$SOURCE/tests/gpu/run" results --quick >out 2>err || code=$?
[ "$code" = 1 ] || fail "tests/gpu/run with wrong products: exit $code"
contains results/summary.txt 'self-check failed'
# 4 stages of 384 rows of 128 bytes; 128 x 256 sums of 4.
[ "$(wc -c <results/wrong/wgmma_bf16.operands)" = 196608 ] || fail 'the operands were not kept'
[ "$(wc -c <results/wrong/wgmma_bf16.results)" = 131072 ] || fail 'the results were not kept'
unset FAKE_CUDA_WRONG
export FAKE_CUDA_SLOW=bf16
code=0
EFFORT='--quick --only matrix?bf16' "$SOURCE/tests/gpu/run" results --quick >out 2>err || code=$?
[ "$code" = 1 ] || fail "tests/gpu/run with a slow kernel: exit $code"
contains results/summary.txt '^WRONG: .*matrix bf16 fp32: 86.4 % of theory, must be 93 %;$'
# Of DRAM the best way counts: 4.917 TB/s x 0.96 x 0.9 are too little when both ways to copy are as slow.
export FAKE_CUDA_SLOW=memory_copy
EFFORT='--quick --only dram?copy' "$SOURCE/tests/gpu/run" results --quick >out 2>err ||
    fail "tests/gpu/run with one slow way to copy: $(tail -n 5 out err)"
FAKE_CUDA_SLOW=_copy
code=0
EFFORT='--quick --only dram?copy' "$SOURCE/tests/gpu/run" results --quick >out 2>err || code=$?
[ "$code" = 1 ] || fail "tests/gpu/run with slow copies: exit $code"
contains results/summary.txt '^WRONG: dram copy 4.248.* TB/s, must be 4.32;$'
unset FAKE_CUDA_SLOW
machine none
code=0
"$SOURCE/tests/gpu/run" results --quick >out 2>err || code=$?
[ "$code" = 77 ] || fail "tests/gpu/run without a GPU: exit $code"
contains out '^SKIP: no NVIDIA GPU answers'

finish
