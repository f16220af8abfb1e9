/* The GPUs that this process may use, and what the driver says of each. */
#ifndef CALIBRATE_CUDA_GPU_H
#define CALIBRATE_CUDA_GPU_H

#include "calibrate/cuda_api.h"
#include "calibrate/nvml.h"
#include <roofline/device.h>

enum { CUDA_UUID_SIZE = 48 };

typedef struct cuda_gpu {
    int ordinal; /* as CUDA_VISIBLE_DEVICES leaves them */
    cuda_device device;
    char name[128];
    char uuid[CUDA_UUID_SIZE]; /* "GPU-..." or, of a slice, "MIG-..." */
    int major, minor;          /* compute capability */
    int multiprocessors;
    int shared_bytes; /* of a multiprocessor, its L1 cache included at most */
    size_t l2_bytes, memory_bytes;
    double clock_hz, memory_clock_hz;
    int memory_bus_bits;
    bool integrated; /* shares the memory of the processor, as Jetson */
    bool ecc;
    bool time_limit; /* kernels may not last long: it drives a display */
} cuda_gpu;

/* Reads GPU `ordinal`. */
bool cuda_gpu_read(const cuda_api *api, int ordinal, cuda_gpu *gpu, roof_error *e);

/* The GPU that `which` names: a number, the beginning of a UUID with or without "GPU-", or NULL for
 * the first. */
bool cuda_gpu_find(const cuda_api *api, const char *which, cuda_gpu *gpu, roof_error *e);

/* The architecture (a bit of cuda_architecture) whose code this GPU runs: its own, the nearest
 * before it of the same generation, or of a newer generation whatever the driver makes of the
 * newest. 0: there are no kernels for it. */
unsigned cuda_gpu_architecture(const cuda_gpu *gpu);

/* Adds name, signature, params and capacities. `n` may be NULL. */
bool cuda_gpu_describe(const cuda_api *api, const cuda_gpu *gpu, const nvml *n, roof_device *d);

#endif
