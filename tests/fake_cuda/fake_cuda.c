/* A fake libcuda.so.1: answers for GPUs that nobody here owns, and launches that only take a
 * scripted time and write what a right kernel would write. Environment:
 *
 *     FAKE_CUDA_MACHINE   which GPUs there are (fake_gpu.c)
 *     FAKE_CUDA_FAIL      "cuLaunchKernel=702": what a call answers, "cuLaunchKernel:empty=702"
 *                         only for the kernel or image of that name
 *     FAKE_CUDA_WRONG     kernels whose entry holds this make wrong products
 *     FAKE_CUDA_GAVE_UP   ... say that a barrier did not come
 *     FAKE_CUDA_SLOW      ... are a tenth slower
 *     FAKE_CUDA_STUCK     ... never end; whoever waits for them is ended (abort)
 *     FAKE_CUDA_EFFICIENCY the part of every peak that is reached (0.96)
 *     FAKE_CUDA_VERSION   of the driver, as 12020
 *     FAKE_CUDA_FREE      bytes of memory that are free
 *     FAKE_CUDA_RECORD    a folder for the first launches of each kernel, with all memory
 *     CUDA_VISIBLE_DEVICES as the real driver reads it */
#include "fake_driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- scripts --- */

/* "name=code" or "name:part=code" */
cuda_result fake_scripted(const char *call, const char *part) {
    const char *script = getenv("FAKE_CUDA_FAIL");
    size_t n = strlen(call);
    if (!script || strncmp(script, call, n) != 0)
        return CUDA_OK;
    const char *equals = strchr(script, '=');
    if (!equals || (script[n] != '=' && script[n] != ':'))
        return CUDA_OK;
    if (script[n] == ':') {
        size_t length = (size_t)(equals - script) - n - 1;
        if (!part || strlen(part) != length || strncmp(part, script + n + 1, length) != 0)
            return CUDA_OK;
    }
    return (cuda_result)atoi(equals + 1);
}

/* --- devices --- */

/* The GPUs in the order of CUDA_VISIBLE_DEVICES; the first name that is none ends the list. */
static int visible_gpus(const fake_gpu *list[FAKE_MOST_GPUS]) {
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    int n = 0;
    for (size_t i = 0; !visible && fake_gpu_at(i); i++)
        list[n++] = fake_gpu_at(i);
    for (const char *at = visible; at && *at && n < FAKE_MOST_GPUS; at += *at == ',') {
        size_t length = strcspn(at, ",");
        const fake_gpu *found = NULL;
        for (size_t i = 0; fake_gpu_at(i) && !found; i++) {
            char uuid[48], number[8];
            fake_uuid_text(fake_gpu_at(i), uuid);
            snprintf(number, sizeof number, "%zu", i);
            if (strncasecmp(uuid, at, length) == 0 || strncmp(number, at, length) == 0)
                found = fake_gpu_at(i);
        }
        if (!found)
            break;
        list[n++] = found;
        at += length;
    }
    return n;
}

static const fake_gpu *gpu_of(cuda_device device) {
    const fake_gpu *list[FAKE_MOST_GPUS];
    int n = visible_gpus(list);
    return device >= 0 && device < n ? list[device] : NULL;
}

API cuda_result cuInit(unsigned flags) {
    const fake_gpu *list[FAKE_MOST_GPUS];
    (void)flags;
    SCRIPTED(NULL);
    return visible_gpus(list) > 0 ? CUDA_OK : CUDA_NO_DEVICE;
}

API cuda_result cuDriverGetVersion(int *version) {
    const char *text = getenv("FAKE_CUDA_VERSION");
    *version = text ? atoi(text) : 13000;
    return CUDA_OK;
}

API cuda_result cuGetErrorName(cuda_result error, const char **name) {
    static char text[32]; /* the fake has one thread */
    snprintf(text, sizeof text, "FAKE_ERROR_%d", (int)error);
    *name = text;
    return CUDA_OK;
}

API cuda_result cuGetErrorString(cuda_result error, const char **text) {
    (void)error;
    *text = "as the script says";
    return CUDA_OK;
}

API cuda_result cuDeviceGetCount(int *n) {
    const fake_gpu *list[FAKE_MOST_GPUS];
    SCRIPTED(NULL);
    *n = visible_gpus(list);
    return CUDA_OK;
}

API cuda_result cuDeviceGet(cuda_device *device, int ordinal) {
    *device = ordinal;
    return gpu_of(ordinal) ? CUDA_OK : CUDA_INVALID_DEVICE;
}

API cuda_result cuDeviceGetName(char *name, int size, cuda_device device) {
    snprintf(name, (size_t)size, "%s", gpu_of(device)->name);
    return CUDA_OK;
}

API cuda_result cuDeviceGetUuid_v2(cuda_uuid *uuid, cuda_device device) {
    memcpy(uuid->bytes, gpu_of(device)->uuid, sizeof uuid->bytes);
    return CUDA_OK;
}

API cuda_result cuDeviceTotalMem_v2(size_t *bytes, cuda_device device) {
    *bytes = (size_t)gpu_of(device)->memory_bytes;
    return CUDA_OK;
}

API cuda_result cuDeviceGetAttribute(int *value, cuda_attribute attribute, cuda_device device) {
    const fake_gpu *g = gpu_of(device);
    const struct {
        cuda_attribute attribute;
        int value;
    } known[] = {
        {CUDA_CLOCK_KHZ, g->clock_khz},
        {CUDA_MULTIPROCESSORS, g->multiprocessors},
        {CUDA_KERNEL_TIMEOUT, 0},
        {CUDA_INTEGRATED, g->integrated},
        {CUDA_ECC_ENABLED, g->ecc},
        {CUDA_MEMORY_CLOCK_KHZ, g->memory_khz},
        {CUDA_MEMORY_BUS_BITS, g->bus_bits},
        {CUDA_L2_BYTES, g->l2_bytes},
        {CUDA_CAPABILITY_MAJOR, g->major},
        {CUDA_CAPABILITY_MINOR, g->minor},
        {CUDA_SHARED_BYTES, g->shared_bytes},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].attribute == attribute) {
            *value = known[i].value;
            return CUDA_OK;
        }
    return 1; /* CUDA_ERROR_INVALID_VALUE */
}

API cuda_result cuDeviceCanAccessPeer(int *can, cuda_device device, cuda_device peer) {
    *can = device != peer;
    return CUDA_OK;
}

/* --- contexts --- */

static struct cuda_context_object contexts[FAKE_MOST_GPUS];
cuda_context fake_current;
double fake_now_s;

API cuda_result cuDevicePrimaryCtxRetain(cuda_context *context, cuda_device device) {
    SCRIPTED(NULL);
    *context = &contexts[device];
    (*context)->device = device;
    (*context)->users++;
    return (*context)->lost ? (*context)->why : CUDA_OK;
}

API cuda_result cuDevicePrimaryCtxRelease_v2(cuda_device device) {
    MUST_NOT_WAIT;
    return contexts[device].users-- > 0 ? CUDA_OK : CUDA_INVALID_DEVICE;
}

API cuda_result cuDevicePrimaryCtxReset_v2(cuda_device device) {
    MUST_NOT_WAIT;
    contexts[device].lost = false;
    return CUDA_OK;
}

API cuda_result cuCtxSetCurrent(cuda_context context) {
    fake_current = context;
    return CUDA_OK;
}

API cuda_result cuCtxEnablePeerAccess(cuda_context peer, unsigned flags) {
    (void)flags;
    return peer != fake_current ? CUDA_OK : CUDA_INVALID_DEVICE;
}

const fake_gpu *fake_gpu_now(void) {
    return gpu_of(fake_current->device);
}
