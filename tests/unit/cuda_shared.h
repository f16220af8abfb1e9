/* Shared memory of imagined hardware: filled as the kernels fill it, and read as the manual of PTX
 * says that the matrix unit reads it (matrix descriptors, strides, the swizzle of addresses),
 * with nothing taken from the code that fills operands and checks results. */
#ifndef TESTS_UNIT_CUDA_SHARED_H
#define TESTS_UNIT_CUDA_SHARED_H

#include "microbench/cuda/kernels.h"

enum { SHARED_BYTES = 228 << 10 };

/* Of a block, whose dynamic part begins at an address of the launch's choice. */
typedef struct shared_memory {
    uint8_t bytes[SHARED_BYTES];
    uint32_t stages; /* where they begin */
} shared_memory;

/* As load_stages of the kernels. begin: of the dynamic part; second: block of a pair. */
void shared_fill(shared_memory *s, const cuda_kernel *k, uint32_t begin, const uint8_t *rows,
                 bool swizzled, bool second);

/* Number `column` of a row of the K-major matrix that a descriptor tells of. */
double shared_read(const shared_memory *s, uint64_t descriptor, cuda_number type, int row,
                   int column);

/* Where a stored number of A belongs: two bits tell of each of the two in a group of four; of tf32
 * four bits tell of the one in a group of two; numbers of 4 bits stay in pairs. */
int shared_dense_column(const cuda_tile *t, uint32_t metadata, int stored);

#endif
