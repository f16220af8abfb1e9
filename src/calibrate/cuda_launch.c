/* Launching kernels: checked first, then timed by the GPU's own events. */
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOP = 16,          /* iterations of a kernel in a repetition */
    CHECKED = 3,        /* iterations when a result is checked */
    LAUNCHES = 64,      /* in a repetition, and in a graph */
    NOISE = 0x7fffffff, /* NaN as fp32, fp16 and bf16: what is not written shows */
};

/* --- loops --- */

static bool launch(cuda_state *s, uint64_t iterations, unsigned grid, roof_error *e) {
    const cuda_kernel *k = s->row->kernel;
    void *parameters[] = {&s->arguments};
    s->arguments.iterations = iterations;
    return cuda_did(s,
                    s->api.launch(s->function, grid, 1, 1, (unsigned)k->threads, 1, 1,
                                  (unsigned)k->shared_bytes, s->stream, parameters, NULL),
                    "launching the kernel", e);
}

static bool need_results(cuda_state *s, roof_error *e) {
    const cuda_kernel *k = s->row->kernel;
    size_t results = k->result_bytes * s->grid, times = sizeof(cuda_time) * s->grid;
    return cuda_buffer_need(s, &s->results, results ? results : 1, "memory for results", e) &&
           cuda_buffer_need(s, &s->times, times, "memory for times", e);
}

static void set_arguments(cuda_state *s) {
    s->arguments.operands = s->operands.address;
    s->arguments.results = s->results.address;
    s->arguments.times = s->times.address;
}

/* Whether every block reached its end. */
static bool ended(const cuda_state *s, const cuda_time *times, roof_error *e) {
    for (unsigned i = 0; i < s->grid; i++)
        if (times[i].gave_up)
            return error_set(e, ROOF_FAILED,
                             "the %s of multiprocessor %u did not answer within %g s, so "
                             "the kernel gave up: please report this GPU (%s)",
                             s->row->kernel->level == CUDA_DRAM ? "copying unit" : "matrix unit",
                             (unsigned)times[i].multiprocessor, CUDA_PATIENCE_NS * 1e-9,
                             s->gpu.name);
    return true;
}

/* The clock of the multiprocessors, from the kernel's own two clocks; 0 when it left none. */
static bool read_clock(cuda_state *s, double *clock_hz, roof_error *e) {
    size_t bytes = sizeof(cuda_time) * s->grid;
    cuda_time *times = malloc(bytes);
    if (!times)
        return error_set(e, ROOF_FAILED, "out of memory");
    double cycles = 0, ns = 0;
    bool done = cuda_did(s, s->api.to_host(times, s->times.address, bytes),
                         "reading the kernel's clock", e) &&
                ended(s, times, e);
    for (unsigned i = 0; done && i < s->grid; i++) {
        cycles += (double)times[i].cycles;
        ns += (double)(times[i].end_ns - times[i].begin_ns);
    }
    *clock_hz = ns > 0 ? cycles / ns * 1e9 : 0;
    free(times);
    return done;
}

static void keep_file(const char *folder, const char *entry, const char *what, const void *bytes,
                      size_t n) {
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s.%s", folder, entry, what);
    FILE *f = length > 0 && (size_t)length < sizeof path ? fopen(path, "wb") : NULL;
    if (!f)
        return;
    fwrite(bytes, 1, n, f);
    fclose(f);
}

/* ROOFLINE_GPU_WRONG names a folder for the operands and results of a self-check that failed: why
 * can then be found where there is no such GPU. */
static void keep_wrong(const cuda_kernel *k, const void *operands, const void *results) {
    const char *folder = getenv("ROOFLINE_GPU_WRONG");
    if (!folder || !*folder)
        return;
    keep_file(folder, k->entry, "operands", operands, k->operand_bytes);
    keep_file(folder, k->entry, "results", results, k->result_bytes);
}

/* Compares what the first and the last block made with products in double precision. */
static bool compare(cuda_state *s, const void *operands, void *results, roof_error *e) {
    const cuda_kernel *k = s->row->kernel;
    const unsigned step = s->grid > 1 ? s->grid - 1 : 1;
    for (unsigned block = 0; block < s->grid; block += step) {
        double worst = 0;
        cuda_address from = s->results.address + block * k->result_bytes;
        if (!cuda_did(s, s->api.to_host(results, from, k->result_bytes),
                      "reading the result of the self-check", e))
            return false;
        if (cuda_check_tile(k, operands, CHECKED, results, &worst))
            continue;
        keep_wrong(k, operands, results);
        return error_set(e, ROOF_FAILED,
                         "the self-check failed: its products are wrong (%.3g times the "
                         "tolerance), so its speed means nothing: please report this GPU (%s)",
                         worst, s->gpu.name);
    }
    return true;
}

static bool run_check(cuda_state *s, void *operands, void *results, roof_error *e) {
    const cuda_kernel *k = s->row->kernel;
    double clock_hz;
    if (!cuda_operands_fill(s, k, CUDA_FILL_CHECK, operands, e))
        return false;
    set_arguments(s);
    return cuda_did(s, s->api.fill(s->results.address, NOISE, k->result_bytes * s->grid / 4),
                    "preparing the self-check", e) &&
           launch(s, CHECKED, s->grid, e) && cuda_wait(s, "running the self-check", e) &&
           read_clock(s, &clock_hz, e) && compare(s, operands, results, e);
}

/* A wrong descriptor runs at full speed: no figure without a right result. */
static bool check(cuda_state *s, roof_error *e) {
    const cuda_kernel *k = s->row->kernel;
    if (k->operands != CUDA_TILE_OPERANDS)
        return true;
    void *operands = malloc(k->operand_bytes), *results = malloc(k->result_bytes);
    bool right = operands && results ? run_check(s, operands, results, e)
                                     : error_set(e, ROOF_FAILED, "out of memory");
    free(operands);
    free(results);
    return right;
}

bool cuda_loop_prepare(cuda_state *s, const cuda_row *row, roof_error *e) {
    const cuda_kernel *k = row->kernel;
    cuda_fill fill = row->task == CUDA_LOOP_OF_ZEROS ? CUDA_FILL_ZEROS : CUDA_FILL_RANDOM;
    bool alone = k->meaning == CUDA_LATENCY;
    s->grid = alone ? 1 : (unsigned)(s->gpu.multiprocessors * k->blocks);
    s->grid -= k->cluster > 1 ? s->grid % (unsigned)k->cluster : 0;
    s->arguments = (cuda_arguments){0};
    if (!cuda_function_find(s, k, e) || !need_results(s, e) || !check(s, e) ||
        !cuda_operands_fill(s, k, fill, NULL, e) || !cuda_streams_make(s, row, e))
        return false;
    set_arguments(s);
    return true;
}

/* The next launch of a chase begins where this one ended: what it went through is in the cache now.
 */
static bool go_on(cuda_state *s, roof_error *e) {
    return s->row->kernel->meaning != CUDA_LATENCY ||
           cuda_did(s,
                    s->api.to_host(&s->arguments.stream[0], s->results.address,
                                   sizeof s->arguments.stream[0]),
                    "reading where the chase ended", e);
}

bool cuda_loop_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e) {
    /* Kernels count in 32 bits. */
    const int64_t most = UINT32_MAX / LOOP;
    uint64_t iterations = (uint64_t)(repetitions < most ? repetitions : most) * LOOP;
    if (!cuda_did(s, s->api.event_record(s->begin, s->stream), "timing the kernel", e) ||
        !launch(s, iterations, s->grid, e) || !cuda_timed(s, sample, e))
        return false;
    sample->iterations = (double)iterations * s->grid;
    return read_clock(s, &sample->clock_hz, e) && go_on(s, e);
}

/* --- launches --- */

static bool launch_some(cuda_state *s, roof_error *e) {
    for (int i = 0; i < LAUNCHES; i++)
        if (!launch(s, 0, 1, e))
            return false;
    return true;
}

static bool make_graph(cuda_state *s, roof_error *e) {
    cuda_graph graph = NULL;
    const char *what = "making a graph of launches";
    if (s->graph)
        return true;
    if (!cuda_did(s, s->api.stream_capture(s->stream, CUDA_CAPTURE_THREAD_LOCAL), what, e))
        return false;
    bool launched = launch_some(s, e);
    bool made = cuda_did(s, s->api.stream_captured(s->stream, &graph), what, e) && launched &&
                cuda_did(s, s->api.graph_instantiate(&s->graph, graph, 0), what, e);
    if (graph)
        s->api.graph_destroy(graph);
    return made;
}

bool cuda_launches_prepare(cuda_state *s, const cuda_row *row, roof_error *e) {
    s->arguments = (cuda_arguments){0};
    return cuda_function_find(s, row->kernel, e) &&
           (row->task != CUDA_GRAPH_LAUNCHES || make_graph(s, e));
}

bool cuda_launches_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e) {
    bool done = cuda_did(s, s->api.event_record(s->begin, s->stream), "timing launches", e);
    for (int64_t i = 0; done && i < repetitions; i++)
        done = s->row->task == CUDA_LAUNCHES
                   ? launch_some(s, e)
                   : cuda_did(s, s->api.graph_launch(s->graph, s->stream), "launching a graph", e);
    sample->iterations = (double)repetitions * LAUNCHES;
    return done && cuda_timed(s, sample, e);
}
