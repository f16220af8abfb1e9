/* The loops over memory, written once for all instruction sets, which define before:
 *
 *     VECTOR, LOAD, BROADCAST, FMA      a register of floats
 *     REPEAT_BLOCK                      REPEAT_<registers in CPU_STREAM_BLOCK>
 *     OPAQUE(v)                         makes the compiler believe that v has changed
 *     FINISH                            what must follow non-temporal stores
 *
 * Per iteration, with B = CPU_STREAM_BLOCK bytes and V = B / sizeof(VECTOR):
 *
 *     kernel   useful bytes   loads   stores   FLOP (not counted in the figure)
 *     read     B              V       0        0
 *     copy     2 B            V       V        0
 *     triad    3 B            2 V     V        2 per float
 *
 * The value passes through OPAQUE between load and store, as compilers turn a plain copying loop
 * into a call of memcpy, which then measures libc's choices. */
#ifndef MICROBENCH_STREAM_H
#define MICROBENCH_STREAM_H

enum {
    STREAM_FLOATS = CPU_STREAM_BLOCK / sizeof(float),
    STREAM_LANES = sizeof(VECTOR) / sizeof(float),
    STREAM_VECTORS = CPU_STREAM_BLOCK / sizeof(VECTOR)
};

#define READ_ONE(k)                                                                                \
    {                                                                                              \
        VECTOR value = LOAD(from + (k)*STREAM_LANES);                                              \
        OPAQUE(value);                                                                             \
    }

#define DEFINE_READ(function)                                                                      \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        const float *from = (const float *)(const void *)work->stream[0];                          \
        for (; iterations > 0; iterations--, from += STREAM_FLOATS) {                              \
            REPEAT_BLOCK(READ_ONE)                                                                 \
        }                                                                                          \
    }

#define COPY_ONE(k)                                                                                \
    {                                                                                              \
        VECTOR value = LOAD(from + (k)*STREAM_LANES);                                              \
        OPAQUE(value);                                                                             \
        PUT(to + (k)*STREAM_LANES, value);                                                         \
    }

#define DEFINE_COPY(function)                                                                      \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        float *to = (float *)(void *)work->stream[0];                                              \
        const float *from = (const float *)(const void *)work->stream[1];                          \
        for (; iterations > 0; iterations--, from += STREAM_FLOATS, to += STREAM_FLOATS) {         \
            REPEAT_BLOCK(COPY_ONE)                                                                 \
        }                                                                                          \
        FINISH;                                                                                    \
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
        float *to = (float *)(void *)work->stream[0];                                              \
        const float *left = (const float *)(const void *)work->stream[1];                          \
        const float *right = (const float *)(const void *)work->stream[2];                         \
        const VECTOR factor = BROADCAST(0.5F);                                                     \
        for (; iterations > 0; iterations--) {                                                     \
            REPEAT_BLOCK(TRIAD_ONE)                                                                \
            to += STREAM_FLOATS, left += STREAM_FLOATS, right += STREAM_FLOATS;                    \
        }                                                                                          \
        FINISH;                                                                                    \
    }

/* Rows of the table; `what` is the variant, "-nt" where the stores bypass the caches. */
#define READ_ROW(function)                                                                         \
    {                                                                                              \
        .facts = {.name = "dram read",                                                             \
                  .section = "memory",                                                             \
                  .unit = "dram",                                                                  \
                  .variant = "read",                                                               \
                  .source = "measured",                                                            \
                  .bytes = CPU_STREAM_BLOCK,                                                       \
                  .loads = STREAM_VECTORS},                                                        \
        .symbol = #function, .loop = function, .streams = 1                                        \
    }
#define COPY_ROW(function, what)                                                                   \
    {                                                                                              \
        .facts = {.name = "dram " what,                                                            \
                  .section = "memory",                                                             \
                  .unit = "dram",                                                                  \
                  .variant = what,                                                                 \
                  .source = "measured",                                                            \
                  .bytes = 2 * CPU_STREAM_BLOCK,                                                   \
                  .loads = STREAM_VECTORS,                                                         \
                  .stores = STREAM_VECTORS},                                                       \
        .symbol = #function, .loop = function, .streams = 2                                        \
    }
#define TRIAD_ROW(function, what)                                                                  \
    {                                                                                              \
        .facts = {.name = "dram " what,                                                            \
                  .section = "memory",                                                             \
                  .unit = "dram",                                                                  \
                  .variant = what,                                                                 \
                  .source = "measured",                                                            \
                  .bytes = 3 * CPU_STREAM_BLOCK,                                                   \
                  .loads = 2 * STREAM_VECTORS,                                                     \
                  .stores = STREAM_VECTORS},                                                       \
        .symbol = #function, .loop = function, .streams = 3                                        \
    }

#endif
