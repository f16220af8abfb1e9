/* What the kernels of tcgen05 and the test that imagines their hardware both read: which places of
 * shared and of tensor memory an iteration names. Read by the C and by the CUDA compiler. */
#ifndef MICROBENCH_CUDA_TCGEN05_H
#define MICROBENCH_CUDA_TCGEN05_H

#include "panels.h"

enum {
    CUDA_TENSOR_COLUMNS = 512,
    CUDA_TILE_COLUMNS = 256, /* even stages add to the first ones, odd ones to the others */
    CUDA_SCALES_AT = 256,    /* where one tile leaves room for more */
    CUDA_METADATA_AT = 384,
    CUDA_WIDE_STEP = 48, /* bytes of a row that an instruction with K of 96 takes */
};

/* The descriptor of a matrix that begins there: stride 64 (1024 bytes from one 8 rows to the next),
 * version 1, 128-byte swizzle. The leading offset is unused; with K of 96 it is an address (mode
 * 1), where rows go on that end within an instruction, and none does. */
CUDA_SHARED_CODE uint64_t cuda_tcgen05_descriptor(uint32_t address, int k_96) {
    const uint64_t at = (address & 0x3ffff) >> 4;
    const uint64_t leading = k_96 ? at << 16 | UINT64_C(1) << 52 : UINT64_C(1) << 16;
    return at | leading | UINT64_C(64) << 32 | UINT64_C(1) << 46 | UINT64_C(2) << 61;
}

/* Units of 16 bytes from the first stage to where instruction k of stage s finds its A. */
CUDA_SHARED_CODE int cuda_place_of_a(int k_96, int s, int k) {
    const int in_row = k * CUDA_STEP_BYTES, last = CUDA_ROW - CUDA_WIDE_STEP;
    return (s * CUDA_STAGE_BYTES + (k_96 && in_row > last ? last : in_row)) / 16;
}

/* The same for B. A K block of sparse A needs two of B: the rows of two stages serve one, in turn.
 */
CUDA_SHARED_CODE int cuda_place_of_b(int sparse, int k_96, int s, int k) {
    const int stage = (s * 2 + k / 2) % CUDA_STAGES, in_row = k % 2 * 2 * CUDA_STEP_BYTES;
    return sparse ? (stage * CUDA_STAGE_BYTES + in_row) / 16 : cuda_place_of_a(k_96, s, k);
}

#endif
