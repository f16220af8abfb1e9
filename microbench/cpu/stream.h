/* The loops over memory, written once for all instruction sets, which define before:
 *
 *     VECTOR, LOAD, STORE, BROADCAST, FMA   a register of floats
 *     STREAM_NT(p, v)                       stores past the caches, where there is such a store
 *     REPEAT_BLOCK                          REPEAT_<registers in CPU_STREAM_BLOCK>
 *     OPAQUE(v)                             makes the compiler believe that v has changed
 *     FENCE                                 what must follow non-temporal stores
 *
 * Per iteration, with B = CPU_STREAM_BLOCK bytes and V = B / sizeof(VECTOR):
 *
 *     kernel   useful bytes   loads   stores   FLOP (not counted in the figure)
 *     read     B              V       0        0
 *     write    B              0       V        0
 *     copy     2 B            V       V        0
 *     triad    3 B            2 V     V        2 per float
 *
 * Each is run on what fits each level of cache, and on what fits none; with non-temporal stores
 * only there. The value passes through OPAQUE between load and store, as compilers turn a plain
 * copying loop into a call of memcpy, which then measures libc's choices. */
#ifndef MICROBENCH_STREAM_H
#define MICROBENCH_STREAM_H

enum {
    STREAM_FLOATS = CPU_STREAM_BLOCK / sizeof(float),
    STREAM_LANES = sizeof(VECTOR) / sizeof(float),
    STREAM_VECTORS = CPU_STREAM_BLOCK / sizeof(VECTOR)
};

/* In a register of its own: with an index beside it, older cores store at half the rate. */
static inline float *stream_at(char *stream, size_t at) {
    char *p = stream + at;
    __asm__("" : "+r"(p));
    return (float *)(void *)p;
}

#define STREAM_LOOP(BODY)                                                                          \
    for (size_t at = 0; iterations > 0; iterations--, at = (at + CPU_STREAM_BLOCK) & mask) {       \
        BODY                                                                                       \
    }

#define READ_ONE(k)                                                                                \
    {                                                                                              \
        VECTOR value = LOAD(from + (k)*STREAM_LANES);                                              \
        OPAQUE(value);                                                                             \
    }
static void memory_read(cpu_work *work, int64_t iterations) {
    const size_t mask = work->mask;
    STREAM_LOOP(const float *from = stream_at(work->stream[0], at); REPEAT_BLOCK(READ_ONE))
}

#define WRITE_ONE(k) PUT(to + (k)*STREAM_LANES, value);
#define DEFINE_WRITE(function)                                                                     \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        const size_t mask = work->mask;                                                            \
        char *const target = work->stream[0];                                                      \
        VECTOR value = BROADCAST(0.75F);                                                           \
        STREAM_LOOP(float *to = stream_at(target, at); REPEAT_BLOCK(WRITE_ONE))                    \
        FENCE;                                                                                     \
    }

#define COPY_ONE(k)                                                                                \
    {                                                                                              \
        VECTOR value = LOAD(from + (k)*STREAM_LANES);                                              \
        OPAQUE(value);                                                                             \
        PUT(to + (k)*STREAM_LANES, value);                                                         \
    }
#define DEFINE_COPY(function)                                                                      \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        const size_t mask = work->mask;                                                            \
        char *const target = work->stream[0], *const source = work->stream[1];                     \
        STREAM_LOOP(float *to = stream_at(target, at); const float *from = stream_at(source, at);  \
                    REPEAT_BLOCK(COPY_ONE))                                                        \
        FENCE;                                                                                     \
    }

#define TRIAD_ONE(k)                                                                               \
    {                                                                                              \
        VECTOR value = LOAD(left + (k)*STREAM_LANES);                                              \
        value = FMA(LOAD(right + (k)*STREAM_LANES), factor, value);                                \
        OPAQUE(value);                                                                             \
        PUT(to + (k)*STREAM_LANES, value);                                                         \
    }
#define DEFINE_TRIAD(function)                                                                     \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        const size_t mask = work->mask;                                                            \
        char *const target = work->stream[0];                                                      \
        char *const first = work->stream[1], *const second = work->stream[2];                      \
        const VECTOR factor = BROADCAST(0.5F);                                                     \
        STREAM_LOOP(float *to = stream_at(target, at); const float *left = stream_at(first, at);   \
                    const float *right = stream_at(second, at); REPEAT_BLOCK(TRIAD_ONE))           \
        FENCE;                                                                                     \
    }

#define PUT(p, v) STORE(p, v)
DEFINE_WRITE(memory_write)
DEFINE_COPY(memory_copy)
DEFINE_TRIAD(memory_triad)
#undef PUT
#ifdef STREAM_NT
#define PUT(p, v) STREAM_NT(p, v)
DEFINE_WRITE(memory_write_nt)
DEFINE_COPY(memory_copy_nt)
DEFINE_TRIAD(memory_triad_nt)
#undef PUT
#endif

/* Rows of the table: `what` is the variant, moving `blocks` blocks and going through `n` streams.
 */
#define MEMORY_ROW(name_, level_, what, where, path, function, n, in, out, one)                    \
    {                                                                                              \
        .facts = {.name = name_ " " what where,                                                    \
                  .section = "memory",                                                             \
                  .unit = name_,                                                                   \
                  .variant = what path,                                                            \
                  .source = "measured",                                                            \
                  .bytes = (in + out) * CPU_STREAM_BLOCK,                                          \
                  .loads = in * STREAM_VECTORS,                                                    \
                  .stores = out * STREAM_VECTORS},                                                 \
        .symbol = #function, .loop = function, .streams = n, .level = level_, .alone = one         \
    }
#define MEMORY_ROWS(name, level, what, function, in, out)                                          \
    MEMORY_ROW(name, level, what, "", "", function, in + out, in, out, false),                     \
        MEMORY_ROW(name, level, what, " 1core", ".1core", function, in + out, in, out, true)
#define LEVEL_ROWS(name, level)                                                                    \
    MEMORY_ROWS(name, level, "read", memory_read, 1, 0),                                           \
        MEMORY_ROWS(name, level, "write", memory_write, 0, 1),                                     \
        MEMORY_ROWS(name, level, "copy", memory_copy, 1, 1),                                       \
        MEMORY_ROWS(name, level, "triad", memory_triad, 2, 1)
#define ALL_LEVEL_ROWS                                                                             \
    LEVEL_ROWS("l1", 1), LEVEL_ROWS("l2", 2), LEVEL_ROWS("l3", 3), LEVEL_ROWS("dram", 0)
#define NT_ROWS                                                                                    \
    MEMORY_ROWS("dram", 0, "write-nt", memory_write_nt, 0, 1),                                     \
        MEMORY_ROWS("dram", 0, "copy-nt", memory_copy_nt, 1, 1),                                   \
        MEMORY_ROWS("dram", 0, "triad-nt", memory_triad_nt, 2, 1)

#endif
