/* What tests of GPU kernels have in common. */
#ifndef TESTS_CUDA_CASE_H
#define TESTS_CUDA_CASE_H

#include "microbench/cuda/kernels.h"

/* The kernel with this entry; fails the test where there is none. */
const cuda_kernel *find_kernel(const char *entry);

#endif
