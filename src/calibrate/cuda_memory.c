/* What the kernels work on: operands, and streams as large as the level of memory asks for. */
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include <stdlib.h>
#include <string.h>

enum {
    PATTERN = 32 << 20, /* bytes of random words, which are repeated */
    LINE = 128,         /* bytes between two places of a chase */
};
static const size_t MEGABYTE = 1 << 20;

/* xorshift: any stream of distinct bits will do. */
static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* Numbers in [0.5, 1) of fp32: what a triad adds up, and no pattern that could be compressed. */
static void fill_random(void *memory, size_t bytes) {
    uint32_t x = 2463534242U, *word = memory;
    for (size_t i = 0; i < bytes / sizeof *word; i++)
        word[i] = 0x3f000000U | next_random(&x) >> 9;
}

bool cuda_operands_fill(cuda_state *s, const cuda_kernel *kernel, cuda_fill fill, void *copy,
                        roof_error *e) {
    size_t bytes = kernel->operand_bytes;
    if (bytes == 0)
        return true;
    void *operands = copy ? copy : malloc(bytes);
    if (!operands)
        return error_set(e, ROOF_FAILED, "out of memory");
    cuda_fill_operands(kernel, fill, 1, operands);
    bool done = cuda_buffer_need(s, &s->operands, bytes, "memory for operands", e) &&
                cuda_did(s, s->api.to_device(s->operands.address, operands, bytes),
                         "copying operands to the GPU", e);
    if (!copy)
        free(operands);
    return done;
}

/* The first part comes from the host, the rest is copied from what is there, twice as much each
 * time. */
bool cuda_repeat(cuda_state *s, cuda_address to, const void *pattern, size_t first, size_t bytes,
                 roof_error *e) {
    size_t done = first < bytes ? first : bytes;
    bool good = cuda_did(s, s->api.to_device(to, pattern, done), "filling the GPU's memory", e);
    for (size_t next; good && done < bytes; done += next) {
        next = bytes - done < done ? bytes - done : done;
        good =
            cuda_did(s, s->api.within_device(to + done, to, next), "filling the GPU's memory", e);
    }
    return good;
}

static bool stream_random(cuda_state *s, roof_error *e) {
    size_t first = s->streams.bytes < PATTERN ? s->streams.bytes : PATTERN;
    void *pattern = malloc(first);
    if (!pattern)
        return error_set(e, ROOF_FAILED, "out of memory");
    fill_random(pattern, first);
    bool good = cuda_repeat(s, s->streams.address, pattern, first, s->streams.bytes, e);
    free(pattern);
    s->content = good ? CUDA_RANDOM_WORDS : CUDA_NOTHING;
    return good;
}

/* One cycle through all lines in random order (Sattolo): each line holds the address of the next,
 * of memory that will lie at `base`. */
static bool make_chain(uint64_t *memory, size_t lines, cuda_address base) {
    uint32_t *order = malloc(lines * sizeof *order), x = 2463534242U;
    if (!order)
        return false;
    for (size_t i = 0; i < lines; i++)
        order[i] = (uint32_t)i;
    for (size_t i = lines - 1; i > 0; i--) {
        size_t k = next_random(&x) % i;
        uint32_t swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    for (size_t i = 0; i < lines; i++)
        memory[(size_t)order[i] * (LINE / sizeof *memory)] =
            base + (uint64_t)order[(i + 1) % lines] * LINE;
    free(order);
    return true;
}

static bool stream_chain(cuda_state *s, size_t bytes, roof_error *e) {
    uint64_t *memory = calloc(bytes / LINE, LINE);
    s->content = CUDA_CHAIN;
    bool done = memory && make_chain(memory, bytes / LINE, s->streams.address);
    if (!done)
        error_set(e, ROOF_FAILED, "out of memory");
    done = done && cuda_did(s, s->api.to_device(s->streams.address, memory, bytes),
                            "filling the GPU's memory", e);
    free(memory);
    return done;
}

/* Bytes of all streams together, for a level of memory; 0 and *e when there are too few. */
static size_t working_set(cuda_state *s, const cuda_row *row, roof_error *e) {
    const size_t l2 = s->gpu.l2_bytes ? s->gpu.l2_bytes : MEGABYTE;
    if (row->kernel->level == CUDA_L2)
        return l2 * (size_t)row->l2_percent / 100;
    size_t available = 0, total, most = s->quick ? 1024 * MEGABYTE : 4096 * MEGABYTE;
    if (row->kernel->meaning == CUDA_LATENCY)
        most = 8 * l2 < 512 * MEGABYTE ? 8 * l2 : 512 * MEGABYTE;
    if (!cuda_did(s, s->api.memory_info(&available, &total), "asking for free memory", e))
        return 0;
    available += s->streams.bytes; /* what is already ours */
    size_t bytes = available / 4 < most ? available / 4 : most;
    if (bytes >= 4 * l2)
        return bytes;
    error_set(e, ROOF_FAILED,
              "%zu MB of free memory are too little beside %zu MB of L2 cache: end the other "
              "programs that use the GPU",
              available / MEGABYTE, l2 / MEGABYTE);
    return 0;
}

static int count_bits(unsigned mask) {
    int n = 0;
    for (; mask; mask &= mask - 1)
        n++;
    return n;
}

/* Streams of equal length, one beside the other. */
static void place_streams(cuda_state *s, const cuda_kernel *kernel, size_t each, size_t apart) {
    cuda_address at = s->streams.address;
    s->arguments.stream_bytes = each;
    for (unsigned i = 0; i < 3; i++) {
        if (!(kernel->streams & 1U << i))
            continue;
        s->arguments.stream[i] = at;
        at += apart;
    }
}

static bool need_random(cuda_state *s, size_t bytes, roof_error *e) {
    if (s->streams.bytes < bytes)
        s->content = CUDA_NOTHING;
    return cuda_buffer_need(s, &s->streams, bytes, "memory to stream through", e) &&
           (s->content == CUDA_RANDOM_WORDS || stream_random(s, e));
}

/* Every block its own chunk. */
static bool make_l1(cuda_state *s, const cuda_kernel *kernel, roof_error *e) {
    size_t needed = kernel->chunk_bytes * s->grid;
    if (!need_random(s, needed, e))
        return false;
    place_streams(s, kernel, kernel->chunk_bytes, 0);
    return true;
}

static bool make_chase(cuda_state *s, const cuda_row *row, size_t bytes, roof_error *e) {
    bytes -= bytes % LINE;
    if (!cuda_buffer_need(s, &s->streams, bytes, "memory to chase through", e) ||
        !stream_chain(s, bytes, e))
        return false;
    place_streams(s, row->kernel, bytes, 0);
    return true;
}

bool cuda_streams_make(cuda_state *s, const cuda_row *row, roof_error *e) {
    const cuda_kernel *kernel = row->kernel;
    if (kernel->level == CUDA_NO_LEVEL)
        return true;
    if (kernel->level == CUDA_SHARED || kernel->streams == 0) {
        s->arguments.stream_bytes = kernel->chunk_bytes;
        return true;
    }
    if (kernel->level == CUDA_L1)
        return make_l1(s, kernel, e);
    size_t bytes = working_set(s, row, e);
    if (bytes == 0)
        return false;
    if (kernel->meaning == CUDA_LATENCY)
        return make_chase(s, row, bytes, e);
    /* Each block has as many chunks of DRAM as every other; how much of L2 is used is what counts.
     */
    size_t round = kernel->chunk_bytes * (kernel->level == CUDA_DRAM ? s->grid : 1),
           each = bytes / (size_t)count_bits(kernel->streams);
    each = each < round ? round : each - each % round;
    if (!need_random(s, each * (size_t)count_bits(kernel->streams), e))
        return false;
    place_streams(s, kernel, each, each);
    return true;
}
