/* What all kernels share: the clock around a loop. */
#ifndef MICROBENCH_CUDA_DEVICE_CUH
#define MICROBENCH_CUDA_DEVICE_CUH

#include "arguments.h"

#define DEVICE static __device__ __forceinline__

/* Four block scales of 1: the exponent's bias in its place. */
#define ONES_E8M0 0x7f7f7f7fu
#define ONES_E4M3 0x38383838u

/* An entry has one parameter and is found by its plain name. */
#define ENTRY(name, threads, blocks)                                                               \
    extern "C" __global__ void __launch_bounds__(threads, blocks)                                  \
        name(const __grid_constant__ cuda_arguments args)

DEVICE uint64_t read_global_timer() {
    uint64_t ns;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(ns)::"memory");
    return ns;
}

struct stopwatch {
    uint64_t cycles, ns;
};

/* All warps of the block begin together. */
DEVICE stopwatch start_stopwatch() {
    __syncthreads();
    stopwatch s;
    s.ns = read_global_timer();
    s.cycles = clock64();
    return s;
}

/* After the last warp of the block. */
DEVICE void stop_stopwatch(const cuda_arguments &args, const stopwatch &begin) {
    __syncthreads();
    uint64_t cycles = clock64(), ns = read_global_timer();
    if (threadIdx.x != 0)
        return;
    uint32_t multiprocessor;
    asm volatile("mov.u32 %0, %%smid;" : "=r"(multiprocessor));
    cuda_time *to = (cuda_time *)args.times + blockIdx.x;
    to->cycles = cycles - begin.cycles;
    to->begin_ns = begin.ns;
    to->end_ns = ns;
    to->multiprocessor = multiprocessor;
    to->gave_up = 0;
}

/* A loop of `iterations`, counted down in 32 bits: the fewest instructions beside what is measured.
 */
#define REPEAT_LOOP(args)                                                                          \
    _Pragma("unroll 1") for (uint32_t n = (uint32_t)(args).iterations; n > 0; n--)

#endif
