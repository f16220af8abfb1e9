/* Where the rows of stages lie in shared memory, for the kernels whose unit reads them there and
 * for the tests that imagine the hardware. Read by the C and by the CUDA compiler. */
#ifndef MICROBENCH_CUDA_PANELS_H
#define MICROBENCH_CUDA_PANELS_H

#include "arguments.h"

#ifdef __CUDACC__
#define CUDA_SHARED_CODE static __host__ __device__ __forceinline__
#else
#define CUDA_SHARED_CODE static inline
#endif

/* Where a stage's 16-byte chunk lies among those of its row, by the 128-byte swizzle. */
CUDA_SHARED_CODE int cuda_swizzled_chunk(int row, int chunk) {
    return chunk ^ row % (CUDA_ATOM_BYTES / CUDA_ROW);
}

/* Where row `row` of all stages comes from: of the second block of a pair, whose unit looks for the
 * second half of B where the first block's has the first, B's halves change places. */
CUDA_SHARED_CODE int cuda_source_row(int row, int second) {
    enum { IN_STAGE = CUDA_A_ROWS + CUDA_B_ROWS, HALF = CUDA_B_ROWS / 2 };
    const int in_stage = row % IN_STAGE;
    if (!second || in_stage < CUDA_A_ROWS)
        return row;
    return in_stage < CUDA_A_ROWS + HALF ? row + HALF : row - HALF;
}

#endif
