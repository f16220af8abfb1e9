/* What a GPU kernel is given and gives back. Read by the C and by the CUDA compiler: the same bytes
 * on both sides. */
#ifndef MICROBENCH_CUDA_ARGUMENTS_H
#define MICROBENCH_CUDA_ARGUMENTS_H

#include <stdint.h>

/* The one parameter of every kernel, by value. Addresses are the device's; those that a kernel does
 * not need (see cuda_kernel) may be 0. */
typedef struct cuda_arguments {
    uint64_t iterations; /* of the loop, in every block; below 2^31 */
    uint64_t operands;   /* operand_bytes, the same for all blocks, aligned to 1024 */
    uint64_t results;    /* result_bytes for each block of the grid */
    uint64_t times;      /* one cuda_time for each block of the grid */
    uint64_t stream[3];  /* memory kernels: read, read, written; stream_bytes each */
    uint64_t stream_bytes;
} cuda_arguments;

/* Around the loop of one block. */
typedef struct cuda_time {
    uint64_t cycles;           /* difference of the multiprocessor's clock */
    uint64_t begin_ns, end_ns; /* of the global timer, which ticks coarsely */
    uint32_t multiprocessor;
    uint32_t gave_up; /* 1: a barrier did not come within CUDA_PATIENCE_NS, and the block ended */
} cuda_time;

/* How compute kernels use their operands; the host fills in what they say. */
enum {
    CUDA_VECTOR_CHAINS = 8,  /* starts of the chains in the operands of vector kernels, and after */
    CUDA_VECTOR_FACTORS = 4, /* them so many factors and as many terms, each one per thread */
    CUDA_STEPS = 2,          /* sets of A that mma.sync goes through in one iteration */
    CUDA_A_TILES = 2,        /* tiles of A in each of them, per warp */
    CUDA_B_TILES = 4,        /* tiles of B; A tile i x B tile j is added to chain i * 4 + j */
    CUDA_CHAINS = CUDA_A_TILES * CUDA_B_TILES,
    CUDA_WARPS = 8,       /* per block of mma.sync */
    CUDA_STAGES = 4,      /* of shared memory, per block of wgmma and tcgen05 */
    CUDA_ROW = 128,       /* bytes of a row in a stage */
    CUDA_A_ROWS = 128,    /* rows of A per stage; wgmma: 64 for each warpgroup */
    CUDA_B_ROWS = 256,    /* rows of B per stage */
    CUDA_STEP_BYTES = 32, /* of a row that one matrix instruction takes */
    CUDA_STEPS_IN_STAGE = CUDA_ROW / CUDA_STEP_BYTES,
    CUDA_PATIENCE_NS = 1000000000,  /* of a block with its matrix unit, which takes microseconds */
    CUDA_ATOM_BYTES = 8 * CUDA_ROW, /* rows that swizzle among each other */
    CUDA_STAGE_BYTES = CUDA_ROW * (CUDA_A_ROWS + CUDA_B_ROWS),

    /* Memory kernels: threads of a block, bytes of an access, accesses in an iteration. */
    CUDA_STREAM_THREADS = 512,
    CUDA_CACHE_THREADS = 256,
    CUDA_ACCESS = 16,
    CUDA_ACCESSES = 8,
    CUDA_TRIAD_ACCESSES = 4, /* of each stream */
    CUDA_BULK_THREADS = 32,  /* of which one asks for bulk copies: */
    CUDA_BULK_STAGES = 6,    /* so many pieces in shared memory, */
    CUDA_BULK_PIECE = 16 << 10,
};

#endif
