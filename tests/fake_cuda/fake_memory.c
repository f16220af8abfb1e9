/* The memory of the fake driver: large pieces have addresses and no bytes. */
#include "fake_driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 96 << 20, MOST_PIECES = 64 };
typedef struct piece {
    cuda_address at;
    size_t bytes;
    void *kept; /* NULL: a large one */
} piece;
static piece pieces[MOST_PIECES];
static cuda_address next_address = UINT64_C(1) << 40;

static size_t used_memory(void) {
    size_t used = 0;
    for (int i = 0; i < MOST_PIECES; i++)
        used += pieces[i].bytes;
    return used;
}

void *fake_bytes_at(cuda_address at, size_t n) {
    for (int i = 0; i < MOST_PIECES; i++)
        if (pieces[i].bytes && at >= pieces[i].at && at + n <= pieces[i].at + pieces[i].bytes)
            return pieces[i].kept ? (char *)pieces[i].kept + (at - pieces[i].at) : NULL;
    fprintf(stderr, "fake GPU: %zu bytes at %llx are not allocated\n", n, (unsigned long long)at);
    abort();
}

void fake_memory_write(FILE *to) {
    for (int i = 0; i < MOST_PIECES; i++)
        if (pieces[i].bytes)
            fprintf(to, "%llx %zu %d\n", (unsigned long long)pieces[i].at, pieces[i].bytes,
                    pieces[i].kept != NULL);
    fputc('\n', to);
    for (int i = 0; i < MOST_PIECES; i++)
        if (pieces[i].kept)
            fwrite(pieces[i].kept, 1, pieces[i].bytes, to);
}

/* For the fake cuBLASLt, whose products are that long and take place in that memory. */
API void fake_pass_time(double seconds, cuda_address at, size_t bytes);
API void fake_pass_time(double seconds, cuda_address at, size_t bytes) {
    fake_now_s += seconds;
    (void)fake_bytes_at(at, bytes);
}

API cuda_result cuMemGetInfo_v2(size_t *available, size_t *total) {
    *total = (size_t)fake_gpu_now()->memory_bytes;
    *available = *total / 100 * 97 - used_memory();
    const char *less = getenv("FAKE_CUDA_FREE");
    if (less)
        *available = (size_t)strtoull(less, NULL, 10);
    return CUDA_OK;
}

API cuda_result cuMemAlloc_v2(cuda_address *address, size_t bytes) {
    SCRIPTED(NULL);
    size_t available, total;
    cuMemGetInfo_v2(&available, &total);
    for (int i = 0; i < MOST_PIECES && bytes <= available; i++) {
        if (pieces[i].bytes)
            continue;
        pieces[i] = (piece){.at = next_address, .bytes = bytes};
        pieces[i].kept = bytes <= KEPT ? malloc(bytes) : NULL;
        next_address += (bytes / 4096 + 2) * 4096;
        *address = pieces[i].at;
        return CUDA_OK;
    }
    return CUDA_OUT_OF_MEMORY;
}

API cuda_result cuMemFree_v2(cuda_address address) {
    MUST_NOT_WAIT;
    for (int i = 0; i < MOST_PIECES; i++)
        if (pieces[i].bytes && pieces[i].at == address) {
            free(pieces[i].kept);
            pieces[i] = (piece){0};
            return CUDA_OK;
        }
    return CUDA_INVALID_DEVICE;
}

API cuda_result cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
    (void)flags;
    SCRIPTED(NULL);
    *address = malloc(bytes);
    return *address ? CUDA_OK : CUDA_OUT_OF_MEMORY;
}

API cuda_result cuMemFreeHost(void *address) {
    MUST_NOT_WAIT;
    free(address);
    return CUDA_OK;
}

API cuda_result cuMemcpyHtoD_v2(cuda_address to, const void *from, size_t bytes) {
    MUST_NOT_WAIT;
    CHECK_CONTEXT;
    void *kept = fake_bytes_at(to, bytes);
    if (kept)
        memcpy(kept, from, bytes);
    return CUDA_OK;
}

API cuda_result cuMemcpyDtoH_v2(void *to, cuda_address from, size_t bytes) {
    MUST_NOT_WAIT;
    CHECK_CONTEXT;
    const void *kept = fake_bytes_at(from, bytes);
    if (kept)
        memcpy(to, kept, bytes);
    return CUDA_OK;
}

API cuda_result cuMemcpyDtoD_v2(cuda_address to, cuda_address from, size_t bytes) {
    CHECK_CONTEXT;
    void *into = fake_bytes_at(to, bytes);
    const void *what = fake_bytes_at(from, bytes);
    if (into && what)
        memcpy(into, what, bytes);
    return CUDA_OK;
}

API cuda_result cuMemsetD32_v2(cuda_address address, unsigned value, size_t words) {
    CHECK_CONTEXT;
    char *kept = fake_bytes_at(address, words * sizeof value);
    for (size_t i = 0; kept && i < words; i++)
        memcpy(kept + i * sizeof value, &value, sizeof value);
    return CUDA_OK;
}

API cuda_result cuMemcpyHtoDAsync_v2(cuda_address to, const void *from, size_t bytes,
                                     cuda_stream stream) {
    (void)stream;
    fake_now_s += (double)bytes / 55e9;
    return cuMemcpyHtoD_v2(to, from, bytes);
}

API cuda_result cuMemcpyDtoHAsync_v2(void *to, cuda_address from, size_t bytes,
                                     cuda_stream stream) {
    (void)stream;
    fake_now_s += (double)bytes / 54e9;
    return cuMemcpyDtoH_v2(to, from, bytes);
}

API cuda_result cuMemcpyPeerAsync(cuda_address to, cuda_context there, cuda_address from,
                                  cuda_context here, size_t bytes, cuda_stream stream) {
    (void)stream;
    if (there == here)
        return CUDA_INVALID_DEVICE;
    fake_now_s += (double)bytes / 400e9;
    return cuMemcpyDtoD_v2(to, from, bytes);
}
