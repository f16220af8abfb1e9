/* Independent chains of one instruction, each step needing the one before: the loop of vector and
 * special kernels. Factors below 1 keep every chain bounded for ever, and as factors and terms
 * change from step to step its numbers never settle: a chip multiplies constant or equal operands
 * with less power and so at a higher clock than real ones. The instructions are volatile assembly,
 * so that the compiler can neither merge nor leave out any. */
#ifndef MICROBENCH_CUDA_CHAINS_CUH
#define MICROBENCH_CUDA_CHAINS_CUH

#include "device.cuh"

/* operation::number is a register; operation::step(x, factor, term) one step. */
template <class operation, int chains, int steps>
DEVICE void run_chains(const cuda_arguments &args) {
    typedef typename operation::number number;
    enum { FACTORS = CUDA_VECTOR_FACTORS };
    const number *in = (const number *)args.operands + threadIdx.x;
    number chain[chains], factor[FACTORS], term[FACTORS];
#pragma unroll
    for (int j = 0; j < chains; j++)
        chain[j] = in[j * blockDim.x];
#pragma unroll
    for (int k = 0; k < FACTORS; k++) {
        factor[k] = in[(CUDA_VECTOR_CHAINS + k) * blockDim.x];
        term[k] = in[(CUDA_VECTOR_CHAINS + FACTORS + k) * blockDim.x];
    }
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
#pragma unroll
        for (int s = 0; s < steps; s++)
#pragma unroll
            for (int j = 0; j < chains; j++)
                operation::step(chain[j], factor[(j + s) % FACTORS],
                                term[(s + j + j / FACTORS) % FACTORS]);
    }
    stop_stopwatch(args, begin);
    number *out = (number *)args.results + (size_t)blockIdx.x * chains * blockDim.x + threadIdx.x;
#pragma unroll
    for (int j = 0; j < chains; j++)
        out[j * blockDim.x] = chain[j];
}

#endif
