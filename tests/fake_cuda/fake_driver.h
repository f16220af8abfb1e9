/* What the files of the fake driver share. */
#ifndef FAKE_DRIVER_H
#define FAKE_DRIVER_H

#include "calibrate/cuda_api.h"
#include "fake_gpu.h"
#include "microbench/cuda/kernels.h"
#include <stdio.h>

#define API __attribute__((visibility("default")))

/* The declarations that the program has of the same functions. */
#define DECLARE(field, name, parameters) API cuda_result name parameters;
#ifdef FAKE_OLD_DRIVER
#define cuDeviceGetUuid_v2 cuDeviceGetUuid
#endif
CUDA_CALLS(DECLARE)

/* What a call must answer, for the kernel or image `part` (NULL: for none), if anything is
 * scripted. */
cuda_result fake_scripted(const char *call, const char *part);
#define SCRIPTED(part)                                                                             \
    do {                                                                                           \
        cuda_result answer = fake_scripted(__func__, part);                                        \
        if (answer != CUDA_OK)                                                                     \
            return answer;                                                                         \
    } while (0)

/* A kernel was launched and never ends: a real driver would wait for it for ever. */
extern bool fake_stuck;
#define MUST_NOT_WAIT                                                                              \
    do {                                                                                           \
        if (fake_stuck) {                                                                          \
            fprintf(stderr, "fake GPU: %s would wait for ever\n", __func__);                       \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

struct cuda_context_object {
    cuda_device device;
    int users;
    bool lost; /* by an error in a kernel: every call fails until it is reset */
    cuda_result why;
};
extern cuda_context fake_current;
#define CHECK_CONTEXT                                                                              \
    if (fake_current->lost)                                                                        \
    return fake_current->why

const fake_gpu *fake_gpu_now(void); /* of the current context */

extern double fake_now_s; /* of the GPU, which only works while it is asked to */

/* The bytes at an address, NULL when they are not kept. What was never given out is an error of the
 * program under test. */
void *fake_bytes_at(cuda_address at, size_t n);
/* All pieces: a line "ADDRESS BYTES KEPT" for each and an empty one, then the bytes of those that
 * are kept. */
void fake_memory_write(FILE *to);
/* The first launches of each kernel and the memory that they find, where that is asked for. */
void fake_record(const cuda_kernel *k, unsigned grid, const cuda_arguments *a);

#endif
