/* AVX-VNNI: products of bytes on processors without AVX-512, four of them added to each 32-bit sum.
 *
 *     kernel        per iteration                              OP      loads   stores
 *     vector int8   12 chains x 2 x 32 products x 2            1536    0       0
 *
 * One factor is unsigned, the other signed. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define NAME        vector_int8
#define CHAINS      12
#define REPEAT      REPEAT_12
#define REGISTER    "x"
#define VECTOR      __m256i
#define LANES_BYTES 32
#define FACTORS     int8
#define STARTS      fp32
#define LOAD(p)     _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define INSTRUCTION "%{vex%} vpdpbusd %2, %1, %0"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "int8", "int32", "avxvnni", 12 * 2 * 32 * 2, vector_int8),
};

const cpu_isa cpu_isa_avxvnni = {
    .id = CPU_AVX_VNNI, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
