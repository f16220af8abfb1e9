/* AVX-512 VNNI: products of bytes, four of them added to each 32-bit sum; in whole registers and,
 * with the VL extension that came before it, in half ones (which some parts run at a higher clock).
 *
 *     kernel                per iteration                              OP      loads   stores
 *     vector int8           24 chains x 2 x 64 products x 2            6144    0       0
 *     vector int8, 256 bit  12 chains x 2 x 32 products x 2            1536    0       0
 *
 * One factor is unsigned, the other signed. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define REGISTER "v"

#define NAME        vector_int8
#define CHAINS      24
#define REPEAT      REPEAT_24
#define VECTOR      __m512i
#define LANES_BYTES 64
#define FACTORS     int8
#define STARTS      fp32
#define LOAD(p)     _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#define INSTRUCTION "vpdpbusd %2, %1, %0"
#include "microbench/cpu/dot.h"

#undef CHAINS
#undef REPEAT
#define NAME        vector_int8_256
#define CHAINS      12
#define REPEAT      REPEAT_12
#define VECTOR      __m256i
#define LANES_BYTES 32
#define FACTORS     int8
#define STARTS      fp32
#define LOAD(p)     _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define INSTRUCTION "vpdpbusd %2, %1, %0"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "int8", "int32", "avx512vnni", 24 * 2 * 64 * 2, vector_int8),
    COMPUTE_ROWS("vector", "int8", "int32", "avx512vnni-256", 12 * 2 * 32 * 2, vector_int8_256),
};

const cpu_isa cpu_isa_avx512vnni = {
    .id = CPU_AVX512_VNNI, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
