/* AVX without fused multiply-add: 16 registers of 8 floats or 4 doubles.
 *
 *     kernel        per iteration                           FLOP    useful bytes   loads   stores
 *     vector fp32   12 chains x 2 steps x 8 lanes           192     -              0       0
 *     vector fp64   12 chains x 2 steps x 4 lanes           96      -              0       0
 *
 * Even chains multiply and odd chains add, as processors of that age have one pipe for each. Memory
 * is no faster than with SSE2 there: their loads and stores are 16 bytes wide. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define CHAINS 12
#define REPEAT REPEAT_12
#define STEP(multiply, add, k, factor)                                                             \
    if ((k) % 2 == 0)                                                                              \
        __asm__ volatile(multiply " %1, %0, %0" : "+x"(chain[k]) : "x"(factor));                   \
    else                                                                                           \
        __asm__ volatile(add " %1, %0, %0" : "+x"(chain[k]) : "x"(shift));

#define NAME         vector_fp32
#define ELEMENT      float
#define OPERANDS     fp32
#define VECTOR       __m256
#define LOAD(p)      _mm256_loadu_ps(p)
#define STORE(p, v)  _mm256_storeu_ps(p, v)
#define BROADCAST(f) _mm256_set1_ps(f)
#define THERE(k)     STEP("vmulps", "vaddps", k, scale)
#define BACK(k)      STEP("vmulps", "vsubps", k, unscale)
#include "microbench/cpu/peak.h"

#define NAME         vector_fp64
#define ELEMENT      double
#define OPERANDS     fp64
#define VECTOR       __m256d
#define LOAD(p)      _mm256_loadu_pd(p)
#define STORE(p, v)  _mm256_storeu_pd(p, v)
#define BROADCAST(f) _mm256_set1_pd(f)
#define THERE(k)     STEP("vmulpd", "vaddpd", k, scale)
#define BACK(k)      STEP("vmulpd", "vsubpd", k, unscale)
#include "microbench/cpu/peak.h"

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "avx", 12 * 2 * 8),
    PEAK_ROWS(fp64, "avx", 12 * 2 * 4),
};

const cpu_isa cpu_isa_avx = {
    .id = CPU_AVX, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
