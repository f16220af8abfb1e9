/* The context on a GPU, the kernels' code and memory in it. */
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include <stdio.h>
#include <string.h>

bool cuda_did(cuda_state *s, cuda_result result, const char *what, roof_error *e) {
    s->lost = s->lost || cuda_is_fatal(result);
    return cuda_succeeded(&s->api, result, what, e);
}

static bool make_context(cuda_state *s, roof_error *e) {
    const cuda_api *api = &s->api;
    const char *what = "starting the GPU";
    return cuda_did(s, api->context_retain(&s->context, s->gpu.device), what, e) &&
           cuda_did(s, api->context_set(s->context), what, e) &&
           cuda_did(s, api->stream_create(&s->stream, 0), what, e) &&
           cuda_did(s, api->event_create(&s->begin, 0), what, e) &&
           cuda_did(s, api->event_create(&s->end, 0), what, e);
}

bool cuda_context_open(cuda_state *s, roof_error *e) {
    s->lost = false;
    if (make_context(s, e))
        return true;
    cuda_context_close(s);
    return false;
}

static void release(cuda_state *s, cuda_buffer *b) {
    if (b->address)
        s->api.release(b->address);
    *b = (cuda_buffer){0};
}

static void release_all(cuda_state *s) {
    cuda_buffer *buffers[] = {&s->operands, &s->results, &s->times, &s->streams};
    cuda_copy_close(s);
    cuda_library_close(s);
    if (s->graph)
        s->api.graph_exec_destroy(s->graph);
    s->graph = NULL;
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        release(s, buffers[i]);
    for (size_t i = 0; i < CUDA_MOST_IMAGES; i++) {
        if (s->modules[i])
            s->api.module_unload(s->modules[i]);
        s->modules[i] = NULL;
    }
    s->content = CUDA_NOTHING;
}

/* What these calls answer does not matter: nothing is left after them. A lost context must be
 * reset, or the next one is lost as well. */
void cuda_context_close(cuda_state *s) {
    if (!s->context || s->stuck) /* which the driver would wait for */
        return;
    release_all(s);
    if (s->begin)
        s->api.event_destroy(s->begin);
    if (s->end)
        s->api.event_destroy(s->end);
    if (s->stream)
        s->api.stream_destroy(s->stream);
    s->begin = s->end = NULL;
    s->stream = NULL;
    if (s->lost)
        s->api.context_reset(s->gpu.device);
    s->api.context_release(s->gpu.device);
    s->context = NULL;
}

/* "sm_80, sm_90a" */
static char *architectures(unsigned mask, char *dst, size_t size) {
    size_t used = 0;
    dst[0] = '\0';
    for (unsigned bit = 1; bit & CUDA_ALL; bit <<= 1) {
        const char *name = mask & bit ? cuda_architecture_name(bit) : NULL;
        if (name && used < size)
            used += (size_t)snprintf(dst + used, size - used, "%s%s", used ? ", " : "", name);
    }
    return dst;
}

/* Why the code of a kernel cannot be used here. */
static bool explain_missing(cuda_state *s, const cuda_kernel *kernel, cuda_result result,
                            roof_error *e) {
    char known[160];
    bool wrong = result == CUDA_NO_BINARY_FOR_GPU || result == CUDA_NOT_FOUND ||
                 result == CUDA_INVALID_PTX || result == CUDA_INVALID_IMAGE;
    bool old = wrong && s->api.version / 1000 < cuda_toolkit_version / 1000;
    if (old || result == CUDA_UNSUPPORTED_PTX_VERSION)
        return error_set(e, ROOF_FAILED,
                         "the driver is too old (CUDA %d.%d) for these kernels, which need CUDA "
                         "%d.%d: update it, or build with a CUDA that it knows",
                         s->api.version / 1000, s->api.version % 1000 / 10,
                         cuda_toolkit_version / 1000, cuda_toolkit_version % 1000 / 10);
    if (wrong)
        return error_set(e, ROOF_FAILED,
                         "the driver finds no machine code for sm_%d%d of this kernel (error %d); "
                         "it was written for %s",
                         s->gpu.major, s->gpu.minor, (int)result,
                         architectures(kernel->architectures, known, sizeof known));
    return cuda_did(s, result, "loading the kernel", e);
}

bool cuda_function_find(cuda_state *s, const cuda_kernel *kernel, roof_error *e) {
    const cuda_image *image = cuda_image_find(kernel->image);
    size_t i = image ? (size_t)(image - cuda_images) : CUDA_MOST_IMAGES;
    if (i >= CUDA_MOST_IMAGES || image->size == 0)
        return error_set(e, ROOF_FAILED,
                         "this program has no code of it: it was built without nvcc");
    cuda_result result = CUDA_OK;
    if (!s->modules[i])
        result = s->api.module_load(&s->modules[i], image->bytes);
    if (result == CUDA_OK)
        result = s->api.module_function(&s->function, s->modules[i], kernel->entry);
    if (result != CUDA_OK)
        return explain_missing(s, kernel, result, e);
    enum { WITHOUT_ASKING = 48 << 10 }; /* bytes of shared memory */
    return kernel->shared_bytes <= WITHOUT_ASKING ||
           cuda_did(
               s, s->api.function_set(s->function, CUDA_DYNAMIC_SHARED_BYTES, kernel->shared_bytes),
               "asking for shared memory", e);
}

bool cuda_buffer_need(cuda_state *s, cuda_buffer *b, size_t bytes, const char *what,
                      roof_error *e) {
    if (b->bytes >= bytes)
        return true;
    release(s, b);
    if (!cuda_did(s, s->api.allocate(&b->address, bytes), what, e))
        return false;
    b->bytes = bytes;
    return true;
}
