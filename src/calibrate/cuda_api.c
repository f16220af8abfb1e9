/* Finding the driver, and what its errors mean to a person. */
#include "calibrate/cuda_api.h"
#include "base/error.h"
#include "calibrate/library.h"
#include <stdlib.h>
#include <string.h>

static const char LIBRARY[] = "libcuda.so.1", VARIABLE[] = "ROOFLINE_LIBCUDA";

static const library_symbol symbols[] = {
#define CUDA_SYMBOL(field, name, parameters) {#name, offsetof(cuda_api, field)},
    CUDA_CALLS(CUDA_SYMBOL)
#undef CUDA_SYMBOL
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };

/* What a person can do about an error. */
static const struct {
    cuda_result result;
    const char *advice;
} remedies[] = {
    {CUDA_OUT_OF_MEMORY,
     "the GPU has too little free memory: end the other programs that use it (nvidia-smi lists "
     "them)"},
    {CUDA_STUB_LIBRARY,
     "libcuda.so.1 is the toolkit's stub, not the driver: take the folder \"stubs\" out of "
     "LD_LIBRARY_PATH"},
    {CUDA_DEVICE_UNAVAILABLE,
     "another program has the GPU for itself (compute mode exclusive): end it, or try later"},
    {CUDA_INVALID_IMAGE, "its kernels are not what this driver takes: update the driver"},
    {CUDA_NO_BINARY_FOR_GPU, "no machine code for this architecture is in this program"},
    {CUDA_ECC_UNCORRECTABLE,
     "the GPU's memory has an error that ECC cannot correct: nvidia-smi -q shows it, and the GPU "
     "must be reset"},
    {CUDA_JIT_COMPILER_NOT_FOUND, "install libnvidia-ptxjitcompiler of the same driver"},
    {CUDA_UNSUPPORTED_PTX_VERSION, "the driver is older than these kernels: update it"},
    {CUDA_LAUNCH_TIMEOUT,
     "the GPU drives a display, whose time limit ended the kernel: measure without the display"},
    {CUDA_SYSTEM_NOT_READY,
     "the NVLink switches are not ready: start nvidia-fabricmanager of the driver's version"},
    {CUDA_SYSTEM_DRIVER_MISMATCH,
     "the driver's library and its kernel module are of different versions: restart the machine"},
};

bool cuda_is_fatal(cuda_result result) {
    return result == CUDA_ECC_UNCORRECTABLE ||
           (result >= CUDA_ILLEGAL_ADDRESS && result <= CUDA_LAUNCH_FAILED &&
            result != CUDA_LAUNCH_OUT_OF_RESOURCES && result != CUDA_PEER_ACCESS_ALREADY_ENABLED);
}

bool cuda_succeeded(const cuda_api *api, cuda_result result, const char *what, roof_error *e) {
    if (result == CUDA_OK)
        return true;
    const char *name = NULL, *text = NULL;
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (remedies[i].result == result)
            text = remedies[i].advice;
    if (api->error_name(result, &name) != CUDA_OK || !name)
        name = "an error without a name";
    if (!text && (api->error_text(result, &text) != CUDA_OK || !text))
        text = "the driver says no more";
    return error_set(e, ROOF_FAILED, "%s: %s (%s, %d)", what, text, name, (int)result);
}

/* Without cuInit it is another library; with it, an old one. */
static bool explain_missing(const cuda_api *api, const char *missing, roof_error *e) {
    const char *other = getenv(VARIABLE);
    const char *path = other && *other ? other : LIBRARY;
    int version = 0;
    if (!api->driver_version || api->driver_version(&version) != CUDA_OK)
        return error_set(e, ROOF_FAILED,
                         "%s is no CUDA driver (it has no %s): remove it from LD_LIBRARY_PATH or "
                         "install NVIDIA's driver",
                         path, missing);
    return error_set(e, ROOF_FAILED,
                     "the NVIDIA driver is too old (CUDA %d.%d, without %s): CUDA %d.%d is needed",
                     version / 1000, version % 1000 / 10, missing, CUDA_OLDEST_DRIVER / 1000,
                     CUDA_OLDEST_DRIVER % 1000 / 10);
}

static bool explain_init(const cuda_api *api, cuda_result result, roof_error *e) {
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    if (result == CUDA_NO_DEVICE && visible)
        return error_set(e, ROOF_FAILED,
                         "no NVIDIA GPU may be used: CUDA_VISIBLE_DEVICES is \"%s\"", visible);
    if (result == CUDA_NO_DEVICE)
        return error_set(e, ROOF_FAILED,
                         "no NVIDIA GPU answers, though a driver is installed: see nvidia-smi, or "
                         "measure the processor with --cpu");
    return cuda_succeeded(api, result, "the NVIDIA driver does not start", e);
}

static bool start(cuda_api *api, roof_error *e) {
    const char *missing = library_symbols(api->library, symbols, SYMBOLS, api);
    if (missing)
        return explain_missing(api, missing, e);
    cuda_result result = api->init(0);
    if (result != CUDA_OK)
        return explain_init(api, result, e);
    if (!cuda_succeeded(api, api->driver_version(&api->version), "asking for the driver's version",
                        e))
        return false;
    if (api->version < CUDA_OLDEST_DRIVER)
        return explain_missing(api, "what CUDA 11.4 added", e);
    return true;
}

bool cuda_api_open(cuda_api *api, roof_error *e) {
    const char *why;
    *api = (cuda_api){.library = library_open(VARIABLE, LIBRARY, &why)};
    if (!api->library)
        return error_set(e, ROOF_FAILED,
                         "no NVIDIA driver here (%s): install it, or measure the processor with "
                         "--cpu",
                         why);
    if (start(api, e))
        return true;
    *api = (cuda_api){0};
    return false;
}

bool cuda_api_absent(void) {
    const char *why;
    cuda_api api = {.library = library_open(VARIABLE, LIBRARY, &why)};
    if (!api.library)
        return true;
    library_symbols(api.library, symbols, SYMBOLS, &api); /* an old driver has the first of them */
    return api.init && api.init(0) == CUDA_NO_DEVICE;
}
