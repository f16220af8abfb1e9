/* GPUs that nobody here owns, for the fake driver and the fake NVML: what those answer, from public
 * specifications. FAKE_CUDA_MACHINE chooses the machine. */
#ifndef FAKE_GPU_H
#define FAKE_GPU_H

#include <stdbool.h>
#include <stddef.h>

typedef struct fake_gpu {
    const char *name;
    unsigned char uuid[16];
    int major, minor, multiprocessors;
    int shared_bytes; /* of a multiprocessor */
    int l2_bytes;
    double memory_bytes;
    int clock_khz, memory_khz, bus_bits;
    bool integrated, ecc, slice;
    int watts; /* 0: NVML does not know this GPU */
} fake_gpu;

enum { FAKE_MOST_GPUS = 4 };

/* GPU i of the machine, whatever CUDA_VISIBLE_DEVICES says; NULL past the last. */
const fake_gpu *fake_gpu_at(size_t i);

/* "GPU-..." or "MIG-..." */
void fake_uuid_text(const fake_gpu *gpu, char text[48]);

#endif
