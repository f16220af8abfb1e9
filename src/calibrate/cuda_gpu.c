/* The GPUs that this process may use. */
#include "calibrate/cuda_gpu.h"
#include "base/error.h"
#include "base/text.h"
#include "device/profile.h"
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_slice(const cuda_gpu *gpu) {
    return strstr(gpu->name, " MIG ") != NULL;
}

static void write_uuid(cuda_gpu *gpu, const cuda_uuid *uuid) {
    const unsigned char *b = uuid->bytes;
    snprintf(gpu->uuid, sizeof gpu->uuid,
             "%s-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             is_slice(gpu) ? "MIG" : "GPU", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8],
             b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* An attribute that an old or a new driver does not have counts as 0. */
static int attribute(const cuda_api *api, const cuda_gpu *gpu, cuda_attribute which) {
    int value = 0;
    return api->device_attribute(&value, which, gpu->device) == CUDA_OK && value > 0 ? value : 0;
}

static void read_attributes(const cuda_api *api, cuda_gpu *gpu) {
    gpu->major = attribute(api, gpu, CUDA_CAPABILITY_MAJOR);
    gpu->minor = attribute(api, gpu, CUDA_CAPABILITY_MINOR);
    gpu->multiprocessors = attribute(api, gpu, CUDA_MULTIPROCESSORS);
    gpu->shared_bytes = attribute(api, gpu, CUDA_SHARED_BYTES);
    gpu->l2_bytes = (size_t)attribute(api, gpu, CUDA_L2_BYTES);
    gpu->clock_hz = 1e3 * attribute(api, gpu, CUDA_CLOCK_KHZ);
    gpu->memory_clock_hz = 1e3 * attribute(api, gpu, CUDA_MEMORY_CLOCK_KHZ);
    gpu->memory_bus_bits = attribute(api, gpu, CUDA_MEMORY_BUS_BITS);
    gpu->integrated = attribute(api, gpu, CUDA_INTEGRATED);
    gpu->ecc = attribute(api, gpu, CUDA_ECC_ENABLED);
    gpu->time_limit = attribute(api, gpu, CUDA_KERNEL_TIMEOUT);
}

bool cuda_gpu_read(const cuda_api *api, int ordinal, cuda_gpu *gpu, roof_error *e) {
    cuda_uuid uuid = {{0}};
    *gpu = (cuda_gpu){.ordinal = ordinal};
    if (!cuda_succeeded(api, api->device_get(&gpu->device, ordinal), "opening the GPU", e) ||
        !cuda_succeeded(api, api->device_name(gpu->name, sizeof gpu->name - 1, gpu->device),
                        "asking for the GPU's name", e) ||
        !cuda_succeeded(api, api->device_uuid(&uuid, gpu->device), "asking for the GPU's UUID",
                        e) ||
        !cuda_succeeded(api, api->device_memory(&gpu->memory_bytes, gpu->device),
                        "asking for the GPU's memory", e))
        return false;
    write_uuid(gpu, &uuid);
    read_attributes(api, gpu);
    return true;
}

/* Whether a UUID is the one that the words begin. */
static bool is_named(const char *uuid, const char *words) {
    size_t n = strlen(words);
    return n >= 4 &&
           (strncasecmp(uuid, words, n) == 0 || strncasecmp(uuid + strlen("GPU-"), words, n) == 0);
}

static bool find_ordinal(const cuda_api *api, int n, int64_t ordinal, cuda_gpu *gpu,
                         roof_error *e) {
    if (ordinal >= 0 && ordinal < n)
        return cuda_gpu_read(api, (int)ordinal, gpu, e);
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    return error_set(e, ROOF_USAGE, "no GPU %lld: there %s %d%s%s%s%s", (long long)ordinal,
                     n == 1 ? "is" : "are", n, n > 0 ? ", counted from 0" : "",
                     visible ? " (CUDA_VISIBLE_DEVICES is \"" : "", visible ? visible : "",
                     visible ? "\")" : "");
}

static bool find_uuid(const cuda_api *api, int n, const char *which, cuda_gpu *gpu, roof_error *e) {
    char known[512] = "";
    cuda_gpu one;
    int matches = 0;
    for (int i = 0; i < n; i++) {
        if (!cuda_gpu_read(api, i, &one, e))
            return false;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", one.uuid);
        if (!is_named(one.uuid, which))
            continue;
        *gpu = one;
        matches++;
    }
    if (matches > 1)
        return error_set(e, ROOF_USAGE, "--gpu %s could be several: give more of the UUID (%s)",
                         which, known);
    return matches == 1 || error_set(e, ROOF_USAGE,
                                     "no GPU \"%s\": it is a number or the beginning of a UUID; "
                                     "there %s %s",
                                     which, n == 1 ? "is" : "are", *known ? known : "none");
}

bool cuda_gpu_find(const cuda_api *api, const char *which, cuda_gpu *gpu, roof_error *e) {
    int n = 0;
    int64_t ordinal = 0;
    if (!cuda_succeeded(api, api->device_count(&n), "counting the GPUs", e))
        return false;
    /* A UUID may begin with digits only: nobody has a thousand GPUs. */
    if (!which || (strlen(which) < 4 && text_to_int(which, &ordinal)))
        return find_ordinal(api, n, ordinal, gpu, e);
    return find_uuid(api, n, which, gpu, e);
}

unsigned cuda_gpu_architecture(const cuda_gpu *gpu) {
    enum { NEWEST_GENERATION = 12 };
    unsigned bit = 0;
    for (int minor = gpu->minor; minor >= 0 && bit == 0; minor--)
        bit = cuda_architecture_bit(gpu->major, minor);
    return bit || gpu->major <= NEWEST_GENERATION ? bit : CUDA_121;
}

/* --- the profile --- */

static bool add_text(roof_device *d, const char *section, const char *name, const char *text,
                     const char *source) {
    return !*text ||
           device_add(
               d, &(roof_fact){.section = section, .name = name, .text = text, .source = source});
}

static bool add_number(roof_device *d, const char *section, const char *name, double value,
                       const char *unit, const char *source) {
    return !(value > 0) || device_add(d, &(roof_fact){.section = section,
                                                      .name = name,
                                                      .value = value,
                                                      .unit = unit,
                                                      .source = source});
}

static bool add_switch(roof_device *d, const char *name, nvml_switch s, const char *source) {
    static const char *const words[] = {"", "off", "on"};
    return add_text(d, "param", name, words[s], source);
}

static bool add_identity(const cuda_api *api, const cuda_gpu *gpu, const nvml_setup *setup,
                         roof_device *d) {
    char cuda[32], visible[256] = "";
    snprintf(cuda, sizeof cuda, "%d.%d", api->version / 1000, api->version % 1000 / 10);
    const char *list = getenv("CUDA_VISIBLE_DEVICES");
    if (list)
        text_printable(visible, sizeof visible, list);
    return add_text(d, "device", "name", gpu->name, "driver") &&
           add_text(d, "device", "kind", "gpu", "") &&
           add_text(d, "device", "signature", gpu->uuid, "driver") &&
           add_text(d, "param", "driver_version", setup->driver, "NVML") &&
           add_text(d, "param", "cuda_version", cuda, "driver") &&
           add_text(d, "param", "cuda_visible_devices", visible, "environment");
}

static bool add_setup(const cuda_gpu *gpu, const nvml_setup *setup, roof_device *d) {
    nvml_switch ecc = setup->ecc != NVML_UNKNOWN ? setup->ecc : gpu->ecc ? NVML_ON : NVML_OFF;
    nvml_switch mig = is_slice(gpu) ? NVML_ON : setup->mig;
    return add_switch(d, "ecc", ecc, setup->ecc != NVML_UNKNOWN ? "NVML" : "driver") &&
           add_switch(d, "persistence", setup->persistence, "NVML") &&
           add_switch(d, "mig", mig, "driver") &&
           add_number(d, "param", "power_limit", setup->power_limit, "W", "NVML");
}

/* The driver's memory clock is that of a bus on which two bits follow each other in a cycle. Of
 * memory that the processor owns it says nothing reliable, nor of the share of a slice. */
static bool add_memory(const cuda_gpu *gpu, roof_device *d) {
    if (gpu->integrated || is_slice(gpu) || !(gpu->memory_clock_hz > 0) ||
        gpu->memory_bus_bits <= 0)
        return true;
    return add_number(d, "param", "memory_clock_hz", gpu->memory_clock_hz, "Hz", "driver") &&
           add_number(d, "param", "memory_data_rate", 2, "transfers per clock", "driver") &&
           add_number(d, "param", "memory_bus_bits", gpu->memory_bus_bits, "bit", "driver");
}

bool cuda_gpu_describe(const cuda_api *api, const cuda_gpu *gpu, const nvml *n, roof_device *d) {
    nvml_setup setup = {.programs = -1};
    char arch[32];
    snprintf(arch, sizeof arch, "sm_%d%d", gpu->major, gpu->minor);
    if (n)
        nvml_read_setup(n, &setup);
    /* GeForce parts sum in FP32 at half the rate of the others. */
    bool full = !strstr(gpu->name, "GeForce");
    return add_identity(api, gpu, &setup, d) && add_setup(gpu, &setup, d) &&
           add_text(d, "param", "arch", arch, "driver") &&
           add_number(d, "param", "sm_count", gpu->multiprocessors, "", "driver") &&
           add_number(d, "param", "clock_hz", gpu->clock_hz, "Hz", "driver: highest clock") &&
           add_text(d, "param", "fp32_accumulate", full ? "full" : "half", "name") &&
           add_memory(gpu, d) &&
           add_number(d, "capacity", "l1", (double)gpu->shared_bytes * gpu->multiprocessors, "B",
                      "driver: shared memory") &&
           add_number(d, "capacity", "l2", (double)gpu->l2_bytes, "B", "driver") &&
           add_number(d, "capacity", "dram", (double)gpu->memory_bytes, "B", "driver");
}
