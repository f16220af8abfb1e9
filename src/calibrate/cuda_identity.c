#include "calibrate/cuda_identity.h"
#include "base/error.h"
#include "calibrate/cuda_gpu.h"
#include "device/profile.h"
#include "microbench/cuda/kernels.h"
#include <roofline/measure.h>
#include <stdio.h>

/* An automatic probe is quiet. */
static bool first_gpu(cuda_api *api, cuda_gpu *gpu) {
    return cuda_api_open(api, NULL) && cuda_gpu_find(api, NULL, gpu, NULL);
}

bool cuda_signature(char *dst, size_t size) {
    cuda_api api;
    cuda_gpu gpu;
    if (!first_gpu(&api, &gpu))
        return false;
    int n = snprintf(dst, size, "%s", gpu.uuid);
    return n > 0 && (size_t)n < size;
}

bool cuda_measurable(void) {
    cuda_api api;
    cuda_gpu gpu;
    return cuda_has_images() && first_gpu(&api, &gpu) && cuda_gpu_architecture(&gpu) != 0;
}

roof_device *cuda_theory(void) {
    cuda_api api;
    cuda_gpu gpu;
    if (!first_gpu(&api, &gpu))
        return NULL;
    nvml *n = nvml_open(gpu.uuid);
    roof_device *d = device_new();
    if (d && !(cuda_gpu_describe(&api, &gpu, n, d) && device_derive(d))) {
        roof_device_free(d);
        d = NULL;
    }
    nvml_close(n);
    return d;
}

bool roof_gpu_signature(size_t i, char *dst, size_t size, roof_error *error) {
    cuda_api api;
    cuda_gpu gpu;
    int count = 0;
    if (!cuda_api_open(&api, error) ||
        !cuda_succeeded(&api, api.device_count(&count), "counting the GPUs", error) ||
        i >= (size_t)count || !cuda_gpu_read(&api, (int)i, &gpu, error))
        return false;
    int n = snprintf(dst, size, "%s", gpu.uuid);
    return (n > 0 && (size_t)n < size) || error_set(error, ROOF_FAILED, "the UUID does not fit");
}
