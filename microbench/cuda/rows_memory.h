/* Rows of memory and latency, for kernels.c alone. */
#include "microbench/cuda/kernels.h"

enum {
    STREAM_CHUNK = CUDA_STREAM_THREADS * CUDA_ACCESSES * CUDA_ACCESS,
    TRIAD_CHUNK = CUDA_STREAM_THREADS * CUDA_TRIAD_ACCESSES * CUDA_ACCESS,
    CACHE_CHUNK = CUDA_CACHE_THREADS * CUDA_ACCESSES * CUDA_ACCESS,
};

#define BANDWIDTH(entry_, unit_, how, level_, streams_, chunk, flops_, bytes_, loads_, stores_,    \
                  threads_, blocks_, first, second, operand_bytes_)                                \
    {                                                                                              \
        .facts = {.name = unit_ " " how,                                                           \
                  .section = "memory",                                                             \
                  .unit = unit_,                                                                   \
                  .variant = how,                                                                  \
                  .source = "measured",                                                            \
                  .flops = flops_,                                                                 \
                  .bytes = bytes_,                                                                 \
                  .loads = loads_,                                                                 \
                  .stores = stores_},                                                              \
        .image = "memory", .entry = entry_, .architectures = CUDA_ALL, .threads = threads_,        \
        .blocks = blocks_, .registers = 64, .loop = {first, second}, .others = 48,                 \
        .operands = (operand_bytes_) > 0 ? CUDA_WORD_OPERANDS : CUDA_NO_OPERANDS,                  \
        .operand_bytes = operand_bytes_, .result_bytes = (threads_)*CUDA_ACCESS,                   \
        .streams = streams_, .level = level_, .chunk_bytes = chunk                                 \
    }
#define BULK(entry_, how, streams_, loads_, stores_, operand_bytes_, later_, ...)                  \
    {                                                                                              \
        .facts = {.name = "dram " how,                                                             \
                  .section = "memory",                                                             \
                  .unit = "dram",                                                                  \
                  .variant = how,                                                                  \
                  .source = "measured",                                                            \
                  .bytes = ((loads_) + (stores_)) * CUDA_BULK_PIECE,                               \
                  .loads = loads_,                                                                 \
                  .stores = stores_},                                                              \
        .image = "bulk", .entry = entry_, .architectures = CUDA_FROM_90, .later = later_,          \
        .threads = CUDA_BULK_THREADS, .blocks = 1,                                                 \
        .shared_bytes = CUDA_BULK_STAGES * CUDA_BULK_PIECE, .registers = 32,                       \
        .loop = {__VA_ARGS__}, .others = 88,                                                       \
        .operands = (operand_bytes_) > 0 ? CUDA_WORD_OPERANDS : CUDA_NO_OPERANDS,                  \
        .operand_bytes = operand_bytes_, .result_bytes = CUDA_BULK_THREADS * CUDA_ACCESS,          \
        .streams = streams_, .level = CUDA_DRAM, .chunk_bytes = CUDA_BULK_PIECE                    \
    }
#define LATENCY(name_, unit_, entry_, meaning_, level_, ...)                                       \
    {                                                                                              \
        .facts = {.name = name_, .section = "latency", .unit = unit_, .source = "measured"},       \
        .image = "memory", .entry = entry_, .architectures = CUDA_ALL, .meaning = meaning_,        \
        .threads = 32, .blocks = 1, .registers = 24, .level = level_, __VA_ARGS__                  \
    }
#define CHASE(unit, level)                                                                         \
    LATENCY("latency " unit, unit, "memory_chase", CUDA_LATENCY, level, .loop = {{"LDG.E.64", 1}}, \
            .others = 8, .streams = 1, .chunk_bytes = 8, .result_bytes = 8)

#define NOTHING                                                                                    \
    { .name = NULL }
#define LOADS                                                                                      \
    { "LDG.E.NA.128", 8 }
#define STORES                                                                                     \
    { "STG.E.EF.128", 8 }
#define HALF                                                                                       \
    { "STG.E.EF.128", 4 }
#define CACHED                                                                                     \
    { "LDG.E.128", 8 }
#define SHARED                                                                                     \
    { "LDS", 8 }

#define BULK_LOAD                                                                                  \
    { "UBLKCP.S.G", 1 }
#define BULK_STORE                                                                                 \
    { "UBLKCP.G.S", 1 }
#define STORE_WAIT                                                                                 \
    { "DEPBAR.LE", 1 }

static const cuda_kernel memory_rows[] = {
    BANDWIDTH("memory_read", "dram", "read", CUDA_DRAM, 1, STREAM_CHUNK, 0, STREAM_CHUNK, 8, 0,
              CUDA_STREAM_THREADS, 2, LOADS, NOTHING, 0),
    BANDWIDTH("memory_write", "dram", "write", CUDA_DRAM, 4, STREAM_CHUNK, 0, STREAM_CHUNK, 0, 8,
              CUDA_STREAM_THREADS, 2, STORES, NOTHING, CUDA_STREAM_THREADS *CUDA_ACCESS),
    BANDWIDTH("memory_copy", "dram", "copy", CUDA_DRAM, 1 | 4, STREAM_CHUNK, 0, 2.0 * STREAM_CHUNK,
              8, 8, CUDA_STREAM_THREADS, 2, LOADS, STORES, 0),
    BANDWIDTH("memory_triad", "dram", "triad", CUDA_DRAM, 1 | 2 | 4, TRIAD_CHUNK,
              TRIAD_CHUNK / 4 * 2.0, 3.0 * TRIAD_CHUNK, 8, 4, CUDA_STREAM_THREADS, 2, LOADS, HALF,
              0),
    BULK("bulk_read", "read-bulk", 1, 1, 0, 0, false, BULK_LOAD),
    BULK("bulk_write", "write-bulk", 4, 0, 1, CUDA_BULK_PIECE, true, BULK_STORE, STORE_WAIT),
    BULK("bulk_copy", "copy-bulk", 1 | 4, 1, 1, 0, true, BULK_LOAD, BULK_STORE, STORE_WAIT),
    BANDWIDTH("memory_l2", "l2", "read", CUDA_L2, 1, STREAM_CHUNK, 0, STREAM_CHUNK, 8, 0,
              CUDA_STREAM_THREADS, 2, CACHED, NOTHING, 0),
    BANDWIDTH("memory_l1", "l1", "read", CUDA_L1, 1, CACHE_CHUNK, 0, CACHE_CHUNK, 8, 0,
              CUDA_CACHE_THREADS, 1, CACHED, NOTHING, 0),
    BANDWIDTH("memory_shared", "shared", "read", CUDA_SHARED, 0, CACHE_CHUNK, 0, CACHE_CHUNK, 8, 0,
              CUDA_CACHE_THREADS, 1, SHARED, NOTHING, CACHE_CHUNK),
    CHASE("dram", CUDA_DRAM),
    CHASE("l2", CUDA_L2),
    LATENCY("latency launch", "launch", "empty", CUDA_LAUNCH, CUDA_NO_LEVEL, .others = 0),
};
