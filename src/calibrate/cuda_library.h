/* What NVIDIA's own library reaches in large matrix products, beside our kernels. */
#ifndef CALIBRATE_CUDA_LIBRARY_H
#define CALIBRATE_CUDA_LIBRARY_H

#include "calibrate/cublaslt.h"
#include "calibrate/cuda_gpu.h"
#include "microbench/cuda/kernels.h"

/* One kind of product. Its facts count single operations: an iteration is one. */
typedef struct cuda_product {
    bench_kernel facts;
    cuda_number number; /* of A and B */
    cublaslt_type operand, result, scale;
    cublaslt_compute compute;
    unsigned architectures; /* that have it */
} cuda_product;

/* Kind i, NULL past the last. */
const cuda_product *cuda_product_at(size_t i);

typedef struct cuda_library cuda_library;

/* NULL when it is not installed. ROOFLINE_CUBLASLT names another file (for tests). */
cuda_library *cuda_library_open(void);
/* "cuBLASLt 13.1.0"; lives as long as the library. */
const char *cuda_library_name(const cuda_library *library);

#endif
