/* What runs in the fake driver: the code of kernels, launches, streams, graphs and events. */
#include "device/rates.h"
#include "fake_driver.h"
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of every peak that is reached. */
static double efficiency(void) {
    const char *other = getenv("FAKE_CUDA_EFFICIENCY");
    return other ? strtod(other, NULL) : 0.96;
}

/* --- modules --- */

struct cuda_module_object {
    const cuda_image *image;
};
static struct cuda_module_object modules[32];

API cuda_result cuModuleLoadData(cuda_module *module, const void *image) {
    for (size_t i = 0; i < cuda_image_count; i++)
        if (strcmp(cuda_images[i].name, image) == 0) { /* fake_images.c: the name is the image */
            SCRIPTED(cuda_images[i].name);
            modules[i].image = &cuda_images[i];
            *module = &modules[i];
            return CUDA_OK;
        }
    return CUDA_INVALID_IMAGE;
}

API cuda_result cuModuleUnload(cuda_module module) {
    MUST_NOT_WAIT;
    return module->image ? CUDA_OK : CUDA_INVALID_IMAGE;
}

/* The kernel itself is the handle. */
API cuda_result cuModuleGetFunction(cuda_function *function, cuda_module module, const char *name) {
    const cuda_kernel *k;
    unsigned own = cuda_architecture_bit(fake_gpu_now()->major, fake_gpu_now()->minor);
    SCRIPTED(name);
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->entry, name) == 0 && strcmp(k->image, module->image->name) == 0 &&
            (k->architectures & own)) {
            memcpy(function, &k, sizeof k);
            return CUDA_OK;
        }
    return CUDA_NOT_FOUND;
}

API cuda_result cuFuncSetAttribute(cuda_function function, cuda_function_attribute attribute,
                                   int value) {
    (void)function;
    return attribute == CUDA_DYNAMIC_SHARED_BYTES && value <= fake_gpu_now()->shared_bytes
               ? CUDA_OK
               : CUDA_INVALID_DEVICE;
}

/* --- launches --- */

/* FLOP per clock of a multiprocessor: what the theory says, or 256 where it says nothing. */
static double flops_per_clock(const fake_gpu *gpu, const cuda_kernel *k) {
    char arch[32];
    size_t i = 0;
    snprintf(arch, sizeof arch, "sm_%d%d", gpu->major, gpu->minor);
    for (const rate *r; (r = rate_next(arch, &i));) {
        if (strcmp(roof_unit_name(r->unit), k->facts.unit) != 0 || !k->facts.precision ||
            strcmp(roof_precision_name(r->precision), k->facts.precision) != 0 ||
            (r->unit == ROOF_MATRIX && k->facts.accumulate &&
             strcmp(roof_precision_name(r->accumulate), k->facts.accumulate) != 0))
            continue;
        bool half = (r->traits & GEFORCE_HALF) && strstr(gpu->name, "GeForce") && !k->tile.scaled;
        bool shorter = (r->traits & SPARSE_THIRD) && k->tile.k != 96;
        double part = k->tile.sparse ? rate_sparse(r) : shorter ? rate_sparse(r) / 2 : 1;
        return r->units * r->lanes * r->operations * (half ? 0.5 : 1) * part;
    }
    return 256;
}

/* L2 is three times as fast as DRAM, and the less so the more of it is used. */
static double bytes_per_second(const fake_gpu *gpu, const cuda_kernel *k, const cuda_arguments *a) {
    double dram = 2e3 * gpu->memory_khz * gpu->bus_bits / 8;
    double l2 = 3 * dram * (1 - (double)a->stream_bytes / gpu->l2_bytes / 2);
    double inside = (gpu->major == 7 ? 64.0 : 128.0) * gpu->multiprocessors * 1e3 * gpu->clock_khz;
    return k->level == CUDA_DRAM ? dram : k->level == CUDA_L2 ? l2 : inside;
}

/* Seconds of one. What the launch before went through is in the cache, however large the ring is.
 */
static double chase_step(const fake_gpu *gpu, const cuda_arguments *a) {
    static cuda_address last;
    const bool again = a->stream[0] == last;
    last = a->stream[0];
    return a->stream_bytes > (size_t)gpu->l2_bytes && !again ? 600e-9 : 250e-9;
}

/* Goes through the ring as the kernel does; in one whose bytes are not kept, to any other line. */
static void chase(const cuda_arguments *a) {
    uint64_t at = a->stream[0];
    const void *bytes = fake_bytes_at(at, sizeof at);
    for (uint64_t i = 0; bytes && i < a->iterations; i++) {
        memcpy(&at, bytes, sizeof at);
        bytes = fake_bytes_at(at, sizeof at);
    }
    at ^= bytes ? 0 : 128;
    memcpy(fake_bytes_at(a->results, sizeof at), &at, sizeof at);
}

static double duration(const fake_gpu *gpu, const cuda_kernel *k, unsigned grid,
                       const cuda_arguments *a) {
    const double n = (double)a->iterations;
    if (k->meaning == CUDA_LAUNCH)
        return 2.2e-6;
    if (k->meaning == CUDA_LATENCY)
        return n * chase_step(gpu, a);
    if (strcmp(k->facts.section, "memory") == 0)
        return n * grid * k->facts.bytes / (efficiency() * bytes_per_second(gpu, k, a));
    return n * grid * k->facts.flops /
           (efficiency() * flops_per_clock(gpu, k) * gpu->multiprocessors * 1e3 * gpu->clock_khz);
}

/* Whether the variable holds a part of the kernel's entry. */
static bool names(const char *variable, const cuda_kernel *k) {
    const char *part = getenv(variable);
    return part && *part && strstr(k->entry, part);
}

/* The first block's products are right, and so are the last one's. */
static void write_products(const cuda_kernel *k, unsigned grid, const cuda_arguments *a) {
    void *first = fake_bytes_at(a->results, k->result_bytes * grid);
    cuda_make_tile(k, fake_bytes_at(a->operands, k->operand_bytes), a->iterations, first);
    if (names("FAKE_CUDA_WRONG", k)) /* as if two numbers had changed places */
        memmove((char *)first + k->result_bytes / 2, first, k->result_bytes / 2);
    memcpy((char *)first + (grid - 1) * k->result_bytes, first, grid > 1 ? k->result_bytes : 0);
}

static void write_times(const fake_gpu *gpu, unsigned grid, const cuda_arguments *a, double s,
                        bool gave_up) {
    for (unsigned i = 0; i < grid; i++) {
        cuda_time t = {.cycles = (uint64_t)(s * 1e3 * gpu->clock_khz),
                       .begin_ns = (uint64_t)(fake_now_s * 1e9),
                       .end_ns = (uint64_t)((fake_now_s + s) * 1e9),
                       .multiprocessor = i % (unsigned)gpu->multiprocessors,
                       .gave_up = gave_up};
        memcpy(fake_bytes_at(a->times + i * sizeof t, sizeof t), &t, sizeof t);
    }
}

bool fake_stuck;
static bool capturing;
static double captured_s;

/* A real kernel would read and write all of this. */
static void check_streams(const cuda_kernel *k, unsigned grid, const cuda_arguments *a) {
    size_t blocks = k->level == CUDA_L1 ? grid : 1;
    if (k->meaning == CUDA_LATENCY) {
        chase(a);
        return;
    }
    for (int i = 0; i < 3; i++)
        if (k->streams & 1U << i)
            (void)fake_bytes_at(a->stream[i], a->stream_bytes * blocks);
    if (k->chunk_bytes && a->stream_bytes % k->chunk_bytes != 0)
        abort();
}

API cuda_result cuLaunchKernel(cuda_function function, unsigned grid_x, unsigned grid_y,
                               unsigned grid_z, unsigned block_x, unsigned block_y,
                               unsigned block_z, unsigned shared_bytes, cuda_stream stream,
                               void **parameters, void **extra) {
    cuda_kernel const *k;
    cuda_arguments a;
    (void)stream, (void)extra;
    memcpy(&k, &function, sizeof k);
    memcpy(&a, parameters[0], sizeof a);
    CHECK_CONTEXT;
    cuda_result answer = fake_scripted(__func__, k->entry);
    if (answer != CUDA_OK) {
        fake_current->lost =
            answer != CUDA_LAUNCH_OUT_OF_RESOURCES; /* what a real one does to it */
        fake_current->why = answer;
        return answer;
    }
    if (grid_y != 1 || grid_z != 1 || block_y != 1 || block_z != 1 ||
        block_x != (unsigned)k->threads || shared_bytes != (unsigned)k->shared_bytes)
        return CUDA_LAUNCH_OUT_OF_RESOURCES;
    fake_record(k, grid_x, &a);
    double s = duration(fake_gpu_now(), k, grid_x, &a) / (names("FAKE_CUDA_SLOW", k) ? 0.9 : 1);
    fake_stuck = fake_stuck || names("FAKE_CUDA_STUCK", k);
    if (k->meaning != CUDA_LAUNCH) {
        check_streams(k, grid_x, &a);
        write_times(fake_gpu_now(), grid_x, &a, s, names("FAKE_CUDA_GAVE_UP", k));
    }
    if (k->operands == CUDA_TILE_OPERANDS && a.iterations <= 3)
        write_products(k, grid_x, &a);
    *(capturing ? &captured_s : &fake_now_s) += capturing ? s / 2 : s;
    return CUDA_OK;
}

/* --- streams, graphs, events --- */

struct cuda_event_object {
    double at;
};
static char some_stream, some_graph;

API cuda_result cuStreamCreate(cuda_stream *stream, unsigned flags) {
    (void)flags;
    *stream = (cuda_stream)(void *)&some_stream;
    return CUDA_OK;
}

API cuda_result cuStreamDestroy_v2(cuda_stream stream) {
    MUST_NOT_WAIT;
    (void)stream;
    return CUDA_OK;
}

API cuda_result cuStreamBeginCapture_v2(cuda_stream stream, cuda_capture_mode mode) {
    (void)stream, (void)mode;
    SCRIPTED(NULL);
    capturing = true;
    captured_s = 0;
    return CUDA_OK;
}

API cuda_result cuStreamEndCapture(cuda_stream stream, cuda_graph *graph) {
    (void)stream;
    capturing = false;
    *graph = (cuda_graph)(void *)&some_graph;
    return CUDA_OK;
}

API cuda_result cuGraphInstantiateWithFlags(cuda_graph_exec *exec, cuda_graph graph,
                                            unsigned long long flags) {
    (void)flags;
    *exec = (cuda_graph_exec)(void *)graph;
    return CUDA_OK;
}

API cuda_result cuGraphLaunch(cuda_graph_exec exec, cuda_stream stream) {
    (void)exec, (void)stream;
    fake_now_s += captured_s;
    return CUDA_OK;
}

API cuda_result cuGraphExecDestroy(cuda_graph_exec exec) {
    (void)exec;
    return CUDA_OK;
}

API cuda_result cuGraphDestroy(cuda_graph graph) {
    (void)graph;
    return CUDA_OK;
}

/* Not from the heap: nobody can destroy those of a GPU that is stuck. */
static struct cuda_event_object events[16];
static bool event_used[16];

API cuda_result cuEventCreate(cuda_event *event, unsigned flags) {
    (void)flags;
    for (int i = 0; i < 16; i++)
        if (!event_used[i]) {
            event_used[i] = true;
            *event = &events[i];
            return CUDA_OK;
        }
    return CUDA_OUT_OF_MEMORY;
}

API cuda_result cuEventDestroy_v2(cuda_event event) {
    event_used[event - events] = false;
    return CUDA_OK;
}

API cuda_result cuEventRecord(cuda_event event, cuda_stream stream) {
    (void)stream;
    CHECK_CONTEXT;
    event->at = fake_now_s;
    return CUDA_OK;
}

API cuda_result cuEventQuery(cuda_event event) {
    (void)event;
    SCRIPTED(NULL);
    CHECK_CONTEXT;
    return fake_stuck ? CUDA_NOT_READY : CUDA_OK;
}

API cuda_result cuEventElapsedTime(float *ms, cuda_event begin, cuda_event end) {
    *ms = (float)((end->at - begin->at) * 1e3);
    return CUDA_OK;
}
