/* Filling shared memory for matrix units that read it themselves (wgmma, tcgen05). */
#ifndef MICROBENCH_CUDA_SWIZZLE_CUH
#define MICROBENCH_CUDA_SWIZZLE_CUH

#include "device.cuh"
#include "panels.h"

/* Atoms of the swizzle lie at multiples of 1024 bytes, which launches do not promise of their
 * dynamic shared memory: it is that much larger than the stages. */
DEVICE uint8_t *stages_in_shared_memory() {
    extern __shared__ __align__(16) uint8_t shared[];
    const uint32_t address = (uint32_t)__cvta_generic_to_shared(shared);
    return shared + (CUDA_ATOM_BYTES - address % CUDA_ATOM_BYTES) % CUDA_ATOM_BYTES;
}

/* All stages, from rows in plain order to the 128-byte swizzle: 16-byte chunk c of row r at c ^ r.
 * The unit reads through another path than the stores that fill: hence the fence. */
DEVICE void load_stages(uint8_t *stages, const uint8_t *operands, int threads,
                        bool second = false) {
    enum { CHUNK = sizeof(uint4), IN_ROW = CUDA_ROW / CHUNK };
    const uint4 *from = (const uint4 *)operands;
    uint4 *to = (uint4 *)stages;
    for (int i = threadIdx.x; i < CUDA_STAGES * CUDA_STAGE_BYTES / CHUNK; i += threads) {
        int row = i / IN_ROW, chunk = i % IN_ROW;
        to[row * IN_ROW + cuda_swizzled_chunk(row, chunk)] =
            from[cuda_source_row(row, second) * IN_ROW + chunk];
    }
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    __syncthreads();
}

#endif
