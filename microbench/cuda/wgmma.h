/* What the kernels of wgmma and the test that imagines their hardware both read: which places of
 * shared memory an iteration names. Read by the C and by the CUDA compiler. */
#ifndef MICROBENCH_CUDA_WGMMA_H
#define MICROBENCH_CUDA_WGMMA_H

#include "panels.h"

/* The descriptor of a matrix that begins there: leading offset 1, stride 64 (1024 bytes from one 8
 * rows to the next), 128-byte swizzle. */
CUDA_SHARED_CODE uint64_t cuda_wgmma_descriptor(uint32_t address) {
    return (address & 0x3ffff) >> 4 | UINT64_C(1) << 16 | UINT64_C(64) << 32 | UINT64_C(1) << 62;
}

/* One iteration: STEP(a, b, ...) for each instruction, COMMIT after each four. b, and a where A is
 * in shared memory, are 16-byte units beyond the first descriptor: a stage is 3072 units, a step in
 * a row 2. Where A is in registers, a is the first of four. */
#define WGMMA_GROUP(STEP, COMMIT, a0, b0, a1, b1, a2, b2, a3, b3, ...)                             \
    STEP(a0, b0, __VA_ARGS__)                                                                      \
    STEP(a1, b1, __VA_ARGS__) STEP(a2, b2, __VA_ARGS__) STEP(a3, b3, __VA_ARGS__) COMMIT
#define WGMMA_STEPS(STEP, COMMIT, ...)                                                             \
    WGMMA_GROUP(STEP, COMMIT, 0, 0, 2, 2, 4, 4, 6, 6, __VA_ARGS__)                                 \
    WGMMA_GROUP(STEP, COMMIT, 3072, 3072, 3074, 3074, 3076, 3076, 3078, 3078, __VA_ARGS__)         \
    WGMMA_GROUP(STEP, COMMIT, 6144, 6144, 6146, 6146, 6148, 6148, 6150, 6150, __VA_ARGS__)         \
    WGMMA_GROUP(STEP, COMMIT, 9216, 9216, 9218, 9218, 9220, 9220, 9222, 9222, __VA_ARGS__)
#define WGMMA_RS_STEPS(STEP, COMMIT, ...)                                                          \
    WGMMA_GROUP(STEP, COMMIT, 0, 0, 4, 2, 8, 4, 12, 6, __VA_ARGS__)                                \
    WGMMA_GROUP(STEP, COMMIT, 0, 3072, 4, 3074, 8, 3076, 12, 3078, __VA_ARGS__)                    \
    WGMMA_GROUP(STEP, COMMIT, 16, 6144, 20, 6146, 24, 6148, 28, 6150, __VA_ARGS__)                 \
    WGMMA_GROUP(STEP, COMMIT, 16, 9216, 20, 9218, 24, 9220, 28, 9222, __VA_ARGS__)
/* Of B, 64 bytes at a time: stages 0 and 1, 2 and 3, 0 and 1, 2 and 3. */
#define WGMMA_SPARSE_STEPS(STEP, COMMIT, ...)                                                      \
    WGMMA_GROUP(STEP, COMMIT, 0, 0, 2, 4, 4, 3072, 6, 3076, __VA_ARGS__)                           \
    WGMMA_GROUP(STEP, COMMIT, 3072, 6144, 3074, 6148, 3076, 9216, 3078, 9220, __VA_ARGS__)         \
    WGMMA_GROUP(STEP, COMMIT, 6144, 0, 6146, 4, 6148, 3072, 6150, 3076, __VA_ARGS__)               \
    WGMMA_GROUP(STEP, COMMIT, 9216, 6144, 9218, 6148, 9220, 9216, 9222, 9220, __VA_ARGS__)
#define WGMMA_SPARSE_RS_STEPS(STEP, COMMIT, ...)                                                   \
    WGMMA_GROUP(STEP, COMMIT, 0, 0, 4, 4, 8, 3072, 12, 3076, __VA_ARGS__)                          \
    WGMMA_GROUP(STEP, COMMIT, 0, 6144, 4, 6148, 8, 9216, 12, 9220, __VA_ARGS__)                    \
    WGMMA_GROUP(STEP, COMMIT, 16, 0, 20, 4, 24, 3072, 28, 3076, __VA_ARGS__)                       \
    WGMMA_GROUP(STEP, COMMIT, 16, 6144, 20, 6148, 24, 9216, 28, 9220, __VA_ARGS__)

#endif
