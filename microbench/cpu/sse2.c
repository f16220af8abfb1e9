/* SSE2, which every x86-64 has: 16 registers of 4 floats or 2 doubles, no fused multiply-add.
 *
 *     kernel        per iteration                           FLOP    useful bytes   loads   stores
 *     vector fp32   12 chains x 2 steps x 4 lanes           96      -              0       0
 *     vector fp64   12 chains x 2 steps x 2 lanes           48      -              0       0
 *     special exp   4 registers                             16 exp  -              4       4
 *     memory                                                see stream.h
 *
 * Even chains multiply and odd chains add, as processors of that age have one pipe for each. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <emmintrin.h>

#define CHAINS 12
#define REPEAT REPEAT_12
#define STEP(multiply, add, k, factor)                                                             \
    if ((k) % 2 == 0)                                                                              \
        __asm__ volatile(multiply " %1, %0" : "+x"(chain[k]) : "x"(factor));                       \
    else                                                                                           \
        __asm__ volatile(add " %1, %0" : "+x"(chain[k]) : "x"(shift));

#define NAME         vector_fp32
#define ELEMENT      float
#define OPERANDS     fp32
#define VECTOR       __m128
#define LOAD(p)      _mm_loadu_ps(p)
#define STORE(p, v)  _mm_storeu_ps(p, v)
#define BROADCAST(f) _mm_set1_ps(f)
#define THERE(k)     STEP("mulps", "addps", k, scale)
#define BACK(k)      STEP("mulps", "subps", k, unscale)
#include "microbench/cpu/peak.h"

#define NAME         vector_fp64
#define ELEMENT      double
#define OPERANDS     fp64
#define VECTOR       __m128d
#define LOAD(p)      _mm_loadu_pd(p)
#define STORE(p, v)  _mm_storeu_pd(p, v)
#define BROADCAST(f) _mm_set1_pd(f)
#define THERE(k)     STEP("mulpd", "addpd", k, scale)
#define BACK(k)      STEP("mulpd", "subpd", k, unscale)
#include "microbench/cpu/peak.h"

#define VECTOR         __m128
#define LOAD(p)        _mm_loadu_ps(p)
#define STORE(p, v)    _mm_storeu_ps(p, v)
#define BROADCAST(f)   _mm_set1_ps(f)
#define MULTIPLY(a, b) _mm_mul_ps(a, b)
#define FMA(a, b, c)   _mm_add_ps(_mm_mul_ps(a, b), c)
#define MINIMUM(a, b)  _mm_min_ps(a, b)
#define MAXIMUM(a, b)  _mm_max_ps(a, b)
#define ROUND(v)       _mm_cvtepi32_ps(_mm_cvtps_epi32(v))
/* 2^n is added to the exponent's bits. */
#define SCALE(p, n)                                                                                \
    _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(p), _mm_slli_epi32(_mm_cvtps_epi32(n), 23)))
#include "microbench/cpu/exp.h"

#define REPEAT_BLOCK    REPEAT_32
#define OPAQUE(v)       __asm__ volatile("" : "+x"(v))
#define FENCE           _mm_sfence()
#define STREAM_NT(p, v) _mm_stream_ps(p, v)
#include "microbench/cpu/stream.h"

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "sse2", 12 * 2 * 4),
    PEAK_ROWS(fp64, "sse2", 12 * 2 * 2),
    EXP_ROWS("sse2"),
    ALL_LEVEL_ROWS,
    NT_ROWS,
};

const cpu_isa cpu_isa_sse2 = {
    .id = CPU_SSE2, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
