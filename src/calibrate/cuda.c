/* The CUDA backend: one NVIDIA GPU, through its driver. */
#include "base/error.h"
#include "calibrate/cuda_identity.h"
#include "calibrate/cuda_state.h"
#include "calibrate/remarks.h"
#include "calibrate/team.h"
#include <stdio.h>
#include <stdlib.h>

/* Another GPU to copy to: the first that is not this one. No error: there may be none. */
static void find_peer(cuda_state *s) {
    int n = 0;
    roof_error ignored = ROOF_ERROR_INIT;
    s->peer = (cuda_gpu){0};
    if (s->api.device_count(&n) != CUDA_OK)
        return;
    for (int i = 0; i < n && !*s->peer.uuid; i++)
        if (i != s->gpu.ordinal && !cuda_gpu_read(&s->api, i, &s->peer, &ignored))
            s->peer = (cuda_gpu){0};
}

/* Those that are there before this one starts. */
static void tell_of_others(const cuda_state *s, const roof_calibrate_options *options) {
    nvml_setup setup = {.programs = 0};
    char text[128];
    if (s->nvml)
        nvml_read_setup(s->nvml, &setup);
    if (setup.programs <= 0)
        return;
    snprintf(text, sizeof text,
             "%d other program%s on this GPU, so peaks may be higher: see nvidia-smi",
             setup.programs, setup.programs == 1 ? " computes" : "s compute");
    remark_tell(options, text);
}

/* Opening it takes a second. */
static bool wants_library(const roof_calibrate_options *options) {
    const cuda_product *product;
    bool wanted = !options->quick && !options->only;
    for (size_t i = 0; options->only && (product = cuda_product_at(i)); i++)
        wanted = wanted || roof_calibrate_matches(product->facts.name, options->only);
    return wanted;
}

static bool open_gpu(cuda_state *s, const roof_calibrate_options *options, roof_error *e) {
    s->quick = options->quick;
    s->stop = options->stop;
    if (!cuda_api_open(&s->api, e) || !cuda_gpu_find(&s->api, options->gpu, &s->gpu, e))
        return false;
    if (!cuda_has_images())
        return error_set(e, ROOF_FAILED,
                         "%s: this program was built without nvcc, so it has no kernels for a GPU: "
                         "build it where CUDA is, or take its theoretical roof with --calibrate "
                         "never",
                         s->gpu.name);
    find_peer(s);
    s->nvml = nvml_open(s->gpu.uuid);
    tell_of_others(s, options);
    if (wants_library(options))
        s->library = cuda_library_open();
    return cuda_rows_make(s, e) && cuda_context_open(s, e);
}

static void cuda_close(void *state) {
    cuda_state *s = state;
    cuda_context_close(s);
    nvml_close(s->nvml);
    free(s->library);
    free(s->rows);
    free(s);
}

static void *cuda_open(const roof_calibrate_options *options, roof_error *e) {
    cuda_state *s = calloc(1, sizeof *s);
    if (!s)
        error_set(e, ROOF_FAILED, "out of memory");
    else if (open_gpu(s, options, e))
        return s;
    else
        cuda_close(s);
    return NULL;
}

static const bench_kernel *cuda_kernel_facts(const void *state, size_t i) {
    const cuda_state *s = state;
    if (!s)
        return cuda_row_any(i);
    return i < s->n_rows ? &s->rows[i].facts : NULL;
}

static bench_effort cuda_effort(const void *state, size_t i) {
    const cuda_state *s = state;
    return s ? s->rows[i].effort : EFFORT_USUAL;
}

/* After an error that ended the context, the next row starts in a new one. */
static bool cuda_prepare(void *state, size_t i, roof_error *e) {
    cuda_state *s = state;
    s->row = &s->rows[i];
    if (s->lost)
        cuda_context_close(s);
    if (!s->context && !cuda_context_open(s, e))
        return false;
    switch (s->row->task) {
    case CUDA_LOOP:
    case CUDA_LOOP_OF_ZEROS:
        return cuda_loop_prepare(s, s->row, e);
    case CUDA_LAUNCHES:
    case CUDA_GRAPH_LAUNCHES:
        return cuda_launches_prepare(s, s->row, e);
    case CUDA_PRODUCT:
        return cuda_product_prepare(s, s->row, e);
    default:
        return cuda_copy_prepare(s, s->row, e);
    }
}

static bool cuda_run(void *state, size_t i, int64_t repetitions, bench_sample *sample,
                     roof_error *e) {
    cuda_state *s = state;
    (void)i; /* as prepared */
    switch (s->row->task) {
    case CUDA_LOOP:
    case CUDA_LOOP_OF_ZEROS:
        return cuda_loop_run(s, repetitions, sample, e);
    case CUDA_LAUNCHES:
    case CUDA_GRAPH_LAUNCHES:
        return cuda_launches_run(s, repetitions, sample, e);
    case CUDA_PRODUCT:
        return cuda_product_run(s, repetitions, sample, e);
    default:
        return cuda_copy_run(s, repetitions, sample, e);
    }
}

static bool cuda_gone(const void *state) {
    const cuda_state *s = state;
    return s->stuck;
}

static double cuda_now(void *state) {
    (void)state;
    return team_clock();
}

/* The launch itself takes some microseconds of each sample: they must not show. */
static double cuda_shortest_sample(const void *state) {
    const cuda_state *s = state;
    return s->quick ? 0.003 : 0.02;
}

static bool cuda_describe(void *state, roof_device *d) {
    cuda_state *s = state;
    return cuda_gpu_describe(&s->api, &s->gpu, s->nvml, d);
}

const backend backend_cuda = {
    .name = "cuda",
    .automatic = true,
    .real = true,
    .answers = cuda_measurable,
    .absent = cuda_api_absent,
    .open = cuda_open,
    .close = cuda_close,
    .kernel = cuda_kernel_facts,
    .effort = cuda_effort,
    .prepare = cuda_prepare,
    .run = cuda_run,
    .gone = cuda_gone,
    .now = cuda_now,
    .shortest_sample = cuda_shortest_sample,
    .clock_source = "measured: the kernel's cycles in its nanoseconds",
    .describe = cuda_describe,
};
