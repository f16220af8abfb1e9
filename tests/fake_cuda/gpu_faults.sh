#!/bin/sh
# Whatever goes wrong with a GPU, against a fake driver (fake_cuda.c), becomes one clear line; a fault of one
# kernel costs its own row.
. "$SOURCE/tests/fake_cuda/lib.sh"
: "${FAKE_OLD_CUDA:?}" "${FAKE_CUBLASLT:?}" "${ROOFLINE_WITHOUT_IMAGES:?}"
export ROOFLINE_CUBLASLT="$FAKE_CUBLASLT"
fp32='vector fp32'

machine a100
for fault in \
    'cuInit=999 does.not.start' \
    'cuInit=34 stub' \
    'cuInit=803 different.versions' \
    'cuInit=802 fabricmanager' \
    'cuDevicePrimaryCtxRetain=2 too.little.free.memory' \
    'cuDevicePrimaryCtxRetain=46 exclusive'; do
    export FAKE_CUDA_FAIL="${fault%% *}"
    expect 1 "${fault#* }" calibrate --gpu 0 --quick -q
done
# Faults of one kernel: its row says why, and is not in the profile.
for fault in \
    'cuMemAlloc_v2=2 too.little.free.memory' \
    'cuModuleLoadData=222 driver.is.too.old..CUDA.13.0..*need.CUDA.13.0' \
    'cuModuleLoadData:vector=209 no.machine.code.for.sm_80.*sm_75' \
    'cuModuleGetFunction=500 no.machine.code.for.sm_80' \
    'cuLaunchKernel=702 time.limit' \
    'cuLaunchKernel=700 launching.the.kernel' \
    'cuEventQuery=214 ECC' \
    'cuLaunchKernel=719 launching'; do
    export FAKE_CUDA_FAIL="${fault%% *}"
    expect 1 "nothing could be measured.*${fault#* }" calibrate --gpu 0 --quick -q --only "$fp32"
done
FAKE_CUDA_VERSION=12020
FAKE_CUDA_FAIL=cuModuleLoadData=209
export FAKE_CUDA_VERSION FAKE_CUDA_FAIL
expect 1 'driver is too old .CUDA 12.2.*need CUDA 13.0' calibrate --gpu 0 --quick -q --only "$fp32"
unset FAKE_CUDA_VERSION

# A kernel that ends the context does not take the others with it.
export FAKE_CUDA_FAIL=cuLaunchKernel:vector_fp64_8=719
succeed calibrate --quick --gpu 0 --only 'vector fp' -o survivors.csv
contains err 'vector fp64 dfma-8 .*launching the kernel'
contains survivors.csv '^compute,vector,fp16'
if grep -q '^compute,vector,fp64,fp64,dfma-8,[^,]*,[^,]*,[0-9]' survivors.csv; then
    fail 'a kernel that failed has a figure'
fi
unset FAKE_CUDA_FAIL

# A matrix unit that does not answer ends its kernel, and that alone.
machine b200
export FAKE_CUDA_GAVE_UP=tcgen05_bf16
succeed calibrate --quick --gpu 0 --only 'matrix bf16' -o gave_up.csv
contains err 'matrix bf16 tcgen05 fp32  -: the matrix unit of multiprocessor 0 did not answer within 1 s'
contains gave_up.csv '^compute,matrix,bf16,fp32,mma,'
if grep -q '^compute,matrix,bf16,fp32,tcgen05,[^,]*,[^,]*,[0-9]' gave_up.csv; then fail 'a figure'; fi
FAKE_CUDA_GAVE_UP=bulk_read
succeed calibrate --quick --gpu 0 --only 'dram read' -o gave_up.csv
contains err 'dram read-bulk  -: the copying unit of multiprocessor 0 did not answer within 1 s'
contains gave_up.csv '^memory,dram,,,read,'
unset FAKE_CUDA_GAVE_UP
machine a100

# A kernel that never ends: one line, what was measured before it is kept, the profile before stays.
# No call that would wait for it is made (the fake driver would abort).
export ROOFLINE_GPU_PATIENCE=0.3
succeed calibrate --quick -q --gpu 0 --only 'vector fp' -o stuck.csv
cp stuck.csv before.csv
export FAKE_CUDA_STUCK=vector_fp16_8
expect 1 'vector fp16 hfma2-8: running the kernel: the GPU has not answered for 0.3.* s' \
    calibrate --quick -q --gpu 0 --only 'vector fp' -o stuck.csv
[ "$(wc -l <err)" = 1 ] || fail "more than a line: $(cat err)"
cmp stuck.csv before.csv || fail 'a stuck kernel changed the profile before'
contains stuck.csv.partial '^compute,vector,fp32'
contains stuck.csv.partial '^device,partial,'
contains out 'kept as stuck.csv.partial$'
FAKE_CUDA_STUCK=mma_bf16
expect 1 'running the self-check: the GPU has not answered' \
    calibrate --quick -q --gpu 0 --only 'matrix bf16 mma fp32'
expect 1 'the GPU has not answered' calibrate -q --gpu 0 --only 'matrix bf16 mma fp32' --sustained 1s
unset FAKE_CUDA_STUCK ROOFLINE_GPU_PATIENCE

# Wrong products are no figure.
export FAKE_CUDA_WRONG=mma_bf16
succeed calibrate --quick --gpu 0 --only 'matrix bf16' -o right.csv
contains err 'matrix bf16 mma fp32  -: the self-check failed: .*tolerance'
contains right.csv '^compute,matrix,bf16,fp32,sparse-mma'
if grep -q '^compute,matrix,bf16,fp32,mma,[^,]*,[^,]*,[0-9]' right.csv; then fail 'a wrong figure'; fi
expect 1 'self-check failed' calibrate --quick -q --gpu 0 --only 'matrix bf16 mma fp32'
unset FAKE_CUDA_WRONG

export FAKE_CUDA_FREE=100000000
expect 1 '0 MB of free memory|[0-9]+ MB of free memory are too little' \
    calibrate --gpu 0 --quick -q --only 'dram read'
unset FAKE_CUDA_FREE

export FAKE_NVML_THROTTLE=0x4 FAKE_NVML_PROGRAMS=2
succeed calibrate --quick --gpu 0 --only "$fp32" -o throttled.csv
contains err 'held down: power limit'
contains err '2 other programs compute on this GPU'
contains throttled.csv 'held down: power limit'
unset FAKE_NVML_THROTTLE FAKE_NVML_PROGRAMS

ROOFLINE_NVML=/nowhere/libnvidia-ml.so.1
succeed calibrate --quick -q --gpu 0 --only "$fp32" -o blind.csv
is blind.csv compute,vector,fp32,fp32,ffma-8 1.871e13
ROOFLINE_NVML=$FAKE_NVML

# A GPU that is there and cannot be measured is told of when the processor takes its place; one that
# nobody expects is not.
passed_over() { # PATTERN: "" for nothing
    succeed calibrate --quick --only 'l1 read' -o cpu.csv
    contains cpu.csv '^device,kind,,,,cpu,'
    if [ -n "$1" ]; then contains err "^roofline: not the GPU but the processor is measured: $1"
    elif grep 'not the GPU' err; then fail 'no GPU, and missed'; fi
}
export FAKE_CUDA_FAIL=cuDevicePrimaryCtxRetain=46
passed_over '.*exclusive'
FAKE_CUDA_FAIL=cuInit=999
passed_over 'the NVIDIA driver does not start'
unset FAKE_CUDA_FAIL
machine v100
passed_over 'there are no kernels for sm_70'
machine none
passed_over ''
ROOFLINE_LIBCUDA=/nowhere/libcuda.so.1
passed_over ''
ROOFLINE_LIBCUDA=$FAKE_CUDA
expect 1 'no NVIDIA GPU answers' calibrate --gpu 0
machine v100
expect 1 'no kernels for sm_70 .Tesla V100' calibrate --gpu 0
machine a100
ROOFLINE_LIBCUDA=/nowhere/libcuda.so.1
expect 1 'no NVIDIA driver here' calibrate --gpu 0
expect 1 'no NVIDIA driver here' calibrate --all-gpus
ROOFLINE_LIBCUDA=libm.so.6
expect 1 'is no CUDA driver .it has no cuInit' calibrate --gpu 0
ROOFLINE_LIBCUDA=$FAKE_OLD_CUDA
export FAKE_CUDA_VERSION=11020
expect 1 'driver is too old .CUDA 11.2, without cuDeviceGetUuid_v2.: CUDA 11.4' calibrate --gpu 0
unset FAKE_CUDA_VERSION
ROOFLINE_LIBCUDA=$FAKE_CUDA

if [ -n "$ROOFLINE_WITHOUT_IMAGES" ] && [ "$WITHOUT_NVCC" = 1 ]; then
    ROOFLINE=$ROOFLINE_WITHOUT_IMAGES
    expect 1 'A100.*built without nvcc' calibrate --gpu 0
fi

finish
