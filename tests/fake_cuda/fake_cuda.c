/* A fake libcuda.so.1: answers for GPUs that nobody here owns, and launches that only take a
 * scripted time and write what a right kernel would write. Environment:
 *
 *     FAKE_CUDA_MACHINE   which GPUs there are (fake_gpu.c)
 *     FAKE_CUDA_FAIL      "cuLaunchKernel=702": what a call answers, "cuLaunchKernel:empty=702"
 *                         only for the kernel or image of that name
 *     FAKE_CUDA_WRONG     kernels whose entry holds this make wrong products
 *     FAKE_CUDA_GAVE_UP   ... say that a barrier did not come
 *     FAKE_CUDA_STUCK     ... never end; whoever waits for them is ended (abort)
 *     FAKE_CUDA_VERSION   of the driver, as 12020
 *     FAKE_CUDA_FREE      bytes of memory that are free
 *     CUDA_VISIBLE_DEVICES as the real driver reads it */
#include "calibrate/cuda_api.h"
#include "device/rates.h"
#include "fake_gpu.h"
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define API __attribute__((visibility("default")))

static const double EFFICIENCY = 0.96; /* of every peak */

/* The declarations that the program has of the same functions. */
#define DECLARE(field, name, parameters) API cuda_result name parameters;
#ifdef FAKE_OLD_DRIVER
#define cuDeviceGetUuid_v2 cuDeviceGetUuid
#endif
CUDA_CALLS(DECLARE)

/* --- scripts --- */

/* What a call must answer, if anything is scripted: "name=code" or "name:part=code". */
static cuda_result scripted(const char *call, const char *part) {
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

#define SCRIPTED(part)                                                                             \
    do {                                                                                           \
        cuda_result answer = scripted(__func__, part);                                             \
        if (answer != CUDA_OK)                                                                     \
            return answer;                                                                         \
    } while (0)

/* A kernel that was launched and never ends: a real driver would wait for it for ever. */
static bool stuck;
#define MUST_NOT_WAIT                                                                              \
    do {                                                                                           \
        if (stuck) {                                                                               \
            fprintf(stderr, "fake GPU: %s would wait for ever\n", __func__);                       \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

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

struct cuda_context_object {
    cuda_device device;
    int users;
    bool lost; /* by an error in a kernel: every call fails until it is reset */
    cuda_result why;
};
static struct cuda_context_object contexts[FAKE_MOST_GPUS];
static cuda_context current;
static double now_s; /* of the GPU, which only works while it is asked to */

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
    current = context;
    return CUDA_OK;
}

API cuda_result cuCtxEnablePeerAccess(cuda_context peer, unsigned flags) {
    (void)flags;
    return peer != current ? CUDA_OK : CUDA_INVALID_DEVICE;
}

static const fake_gpu *gpu_now(void) {
    return gpu_of(current->device);
}

/* --- memory: large pieces have addresses and no bytes --- */

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

/* The bytes at an address, NULL when they are not kept. What was never given out is an error of the
 * program under test. */
static void *bytes_at(cuda_address at, size_t n) {
    for (int i = 0; i < MOST_PIECES; i++)
        if (pieces[i].bytes && at >= pieces[i].at && at + n <= pieces[i].at + pieces[i].bytes)
            return pieces[i].kept ? (char *)pieces[i].kept + (at - pieces[i].at) : NULL;
    fprintf(stderr, "fake GPU: %zu bytes at %llx are not allocated\n", n, (unsigned long long)at);
    abort();
}

/* For the fake cuBLASLt, whose products are that long and take place in that memory. */
API void fake_pass_time(double seconds, cuda_address at, size_t bytes);
API void fake_pass_time(double seconds, cuda_address at, size_t bytes) {
    now_s += seconds;
    (void)bytes_at(at, bytes);
}

API cuda_result cuMemGetInfo_v2(size_t *available, size_t *total) {
    *total = (size_t)gpu_now()->memory_bytes;
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

#define CHECK_CONTEXT                                                                              \
    if (current->lost)                                                                             \
    return current->why

API cuda_result cuMemcpyHtoD_v2(cuda_address to, const void *from, size_t bytes) {
    MUST_NOT_WAIT;
    CHECK_CONTEXT;
    void *kept = bytes_at(to, bytes);
    if (kept)
        memcpy(kept, from, bytes);
    return CUDA_OK;
}

API cuda_result cuMemcpyDtoH_v2(void *to, cuda_address from, size_t bytes) {
    MUST_NOT_WAIT;
    CHECK_CONTEXT;
    const void *kept = bytes_at(from, bytes);
    if (kept)
        memcpy(to, kept, bytes);
    return CUDA_OK;
}

API cuda_result cuMemcpyDtoD_v2(cuda_address to, cuda_address from, size_t bytes) {
    CHECK_CONTEXT;
    void *into = bytes_at(to, bytes);
    const void *what = bytes_at(from, bytes);
    if (into && what)
        memcpy(into, what, bytes);
    return CUDA_OK;
}

API cuda_result cuMemsetD32_v2(cuda_address address, unsigned value, size_t words) {
    CHECK_CONTEXT;
    char *kept = bytes_at(address, words * sizeof value);
    for (size_t i = 0; kept && i < words; i++)
        memcpy(kept + i * sizeof value, &value, sizeof value);
    return CUDA_OK;
}

API cuda_result cuMemcpyHtoDAsync_v2(cuda_address to, const void *from, size_t bytes,
                                     cuda_stream stream) {
    (void)stream;
    now_s += (double)bytes / 55e9;
    return cuMemcpyHtoD_v2(to, from, bytes);
}

API cuda_result cuMemcpyDtoHAsync_v2(void *to, cuda_address from, size_t bytes,
                                     cuda_stream stream) {
    (void)stream;
    now_s += (double)bytes / 54e9;
    return cuMemcpyDtoH_v2(to, from, bytes);
}

API cuda_result cuMemcpyPeerAsync(cuda_address to, cuda_context there, cuda_address from,
                                  cuda_context here, size_t bytes, cuda_stream stream) {
    (void)stream;
    if (there == here)
        return CUDA_INVALID_DEVICE;
    now_s += (double)bytes / 400e9;
    return cuMemcpyDtoD_v2(to, from, bytes);
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
    unsigned own = cuda_architecture_bit(gpu_now()->major, gpu_now()->minor);
    SCRIPTED(name);
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->entry, name) == 0 && strcmp(k->image, module->image->name) == 0 &&
            (k->architectures & own)) {
            memcpy(function, &k, sizeof k);
            return CUDA_OK;
        }
    return CUDA_NOT_FOUND;
}

API cuda_result cuFuncSetAttribute(cuda_function function, int attribute, int value) {
    (void)function;
    return attribute == CUDA_DYNAMIC_SHARED_BYTES && value <= gpu_now()->shared_bytes
               ? CUDA_OK
               : CUDA_INVALID_DEVICE;
}

/* --- launches --- */

static bool is_sparse(const cuda_kernel *k) {
    return k->facts.variant && strncmp(k->facts.variant, "sparse", strlen("sparse")) == 0;
}

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
        bool half = (r->traits & GEFORCE_HALF) && strstr(gpu->name, "GeForce");
        return r->units * r->lanes * r->operations * (half ? 0.5 : 1) * (is_sparse(k) ? 2 : 1);
    }
    return 256;
}

static double bytes_per_second(const fake_gpu *gpu, const cuda_kernel *k) {
    double dram = 2e3 * gpu->memory_khz * gpu->bus_bits / 8;
    double inside = (gpu->major == 7 ? 64.0 : 128.0) * gpu->multiprocessors * 1e3 * gpu->clock_khz;
    return k->level == CUDA_DRAM ? dram : k->level == CUDA_L2 ? 3 * dram : inside;
}

static double duration(const fake_gpu *gpu, const cuda_kernel *k, unsigned grid,
                       const cuda_arguments *a) {
    const double n = (double)a->iterations;
    if (k->meaning == CUDA_LAUNCH)
        return 2.2e-6;
    if (k->meaning == CUDA_LATENCY)
        return n * (a->stream_bytes > (size_t)gpu->l2_bytes ? 600e-9 : 250e-9);
    if (strcmp(k->facts.section, "memory") == 0)
        return n * grid * k->facts.bytes / (EFFICIENCY * bytes_per_second(gpu, k));
    return n * grid * k->facts.flops /
           (EFFICIENCY * flops_per_clock(gpu, k) * gpu->multiprocessors * 1e3 * gpu->clock_khz);
}

/* Whether the variable holds a part of the kernel's entry. */
static bool names(const char *variable, const cuda_kernel *k) {
    const char *part = getenv(variable);
    return part && *part && strstr(k->entry, part);
}

/* The first block's products are right, and so are the last one's. */
static void write_products(const cuda_kernel *k, unsigned grid, const cuda_arguments *a) {
    void *first = bytes_at(a->results, k->result_bytes * grid);
    cuda_make_tile(k, bytes_at(a->operands, k->operand_bytes), a->iterations, first);
    if (names("FAKE_CUDA_WRONG", k)) /* as if two numbers had changed places */
        memmove((char *)first + k->result_bytes / 2, first, k->result_bytes / 2);
    memcpy((char *)first + (grid - 1) * k->result_bytes, first, grid > 1 ? k->result_bytes : 0);
}

static void write_times(const fake_gpu *gpu, unsigned grid, const cuda_arguments *a, double s,
                        bool gave_up) {
    for (unsigned i = 0; i < grid; i++) {
        cuda_time t = {.cycles = (uint64_t)(s * 1e3 * gpu->clock_khz),
                       .begin_ns = (uint64_t)(now_s * 1e9),
                       .end_ns = (uint64_t)((now_s + s) * 1e9),
                       .multiprocessor = i % (unsigned)gpu->multiprocessors,
                       .gave_up = gave_up};
        memcpy(bytes_at(a->times + i * sizeof t, sizeof t), &t, sizeof t);
    }
}

static bool capturing;
static double captured_s;

/* A real kernel would read and write all of this. */
static void check_streams(const cuda_kernel *k, unsigned grid, const cuda_arguments *a) {
    size_t blocks = k->level == CUDA_L1 ? grid : 1;
    for (int i = 0; i < 3; i++)
        if (k->streams & 1U << i)
            (void)bytes_at(a->stream[i], a->stream_bytes * blocks);
    if (k->level == CUDA_DRAM && k->meaning == CUDA_RATE &&
        a->stream_bytes % (k->chunk_bytes * grid) != 0)
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
    cuda_result answer = scripted(__func__, k->entry);
    if (answer != CUDA_OK) {
        current->lost = answer != CUDA_LAUNCH_OUT_OF_RESOURCES; /* what a real one does to it */
        current->why = answer;
        return answer;
    }
    if (grid_y != 1 || grid_z != 1 || block_y != 1 || block_z != 1 ||
        block_x != (unsigned)k->threads || shared_bytes != (unsigned)k->shared_bytes)
        return CUDA_LAUNCH_OUT_OF_RESOURCES;
    double s = duration(gpu_now(), k, grid_x, &a);
    stuck = stuck || names("FAKE_CUDA_STUCK", k);
    if (k->meaning != CUDA_LAUNCH) {
        check_streams(k, grid_x, &a);
        write_times(gpu_now(), grid_x, &a, s, names("FAKE_CUDA_GAVE_UP", k));
    }
    if (k->operands == CUDA_TILE_OPERANDS && a.iterations <= 3)
        write_products(k, grid_x, &a);
    *(capturing ? &captured_s : &now_s) += capturing ? s / 2 : s;
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

API cuda_result cuStreamBeginCapture_v2(cuda_stream stream, int mode) {
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
    now_s += captured_s;
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
    event->at = now_s;
    return CUDA_OK;
}

API cuda_result cuEventQuery(cuda_event event) {
    (void)event;
    SCRIPTED(NULL);
    CHECK_CONTEXT;
    return stuck ? CUDA_NOT_READY : CUDA_OK;
}

API cuda_result cuEventElapsedTime(float *ms, cuda_event begin, cuda_event end) {
    *ms = (float)((end->at - begin->at) * 1e3);
    return CUDA_OK;
}
