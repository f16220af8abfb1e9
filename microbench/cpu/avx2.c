/* AVX2 with FMA: 16 registers of 8 floats or 4 doubles.
 *
 *     kernel        per iteration                           FLOP    useful bytes   loads   stores
 *     vector fp32   12 chains x 2 FMA x 8 lanes x 2         384     -              0       0
 *     vector fp64   12 chains x 2 FMA x 4 lanes x 2         192     -              0       0
 *     special exp   4 registers                             32 exp  -              4       4
 *     memory                                                see stream.h
 *
 * 12 chains cover 2 pipes x up to 6 cycles; with 4 operands they fill the 16 registers. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define CHAINS 12
#define REPEAT REPEAT_12
#define STEP(instruction, k, factor, term)                                                         \
    __asm__ volatile(instruction " %2, %1, %0" : "+x"(chain[k]) : "x"(factor), "x"(term));

#define NAME         vector_fp32
#define ELEMENT      float
#define OPERANDS     fp32
#define VECTOR       __m256
#define LOAD(p)      _mm256_loadu_ps(p)
#define STORE(p, v)  _mm256_storeu_ps(p, v)
#define BROADCAST(f) _mm256_set1_ps(f)
#define THERE(k)     STEP("vfmadd213ps", k, scale, shift)
#define BACK(k)      STEP("vfmadd213ps", k, unscale, unshift)
#include "microbench/cpu/peak.h"

#define NAME         vector_fp64
#define ELEMENT      double
#define OPERANDS     fp64
#define VECTOR       __m256d
#define LOAD(p)      _mm256_loadu_pd(p)
#define STORE(p, v)  _mm256_storeu_pd(p, v)
#define BROADCAST(f) _mm256_set1_pd(f)
#define THERE(k)     STEP("vfmadd213pd", k, scale, shift)
#define BACK(k)      STEP("vfmadd213pd", k, unscale, unshift)
#include "microbench/cpu/peak.h"

#define VECTOR         __m256
#define LOAD(p)        _mm256_loadu_ps(p)
#define STORE(p, v)    _mm256_storeu_ps(p, v)
#define BROADCAST(f)   _mm256_set1_ps(f)
#define MULTIPLY(a, b) _mm256_mul_ps(a, b)
#define FMA(a, b, c)   _mm256_fmadd_ps(a, b, c)
#define MINIMUM(a, b)  _mm256_min_ps(a, b)
#define MAXIMUM(a, b)  _mm256_max_ps(a, b)
#define ROUND(v)       _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
/* 2^n is added to the exponent's bits. */
#define SCALE(p, n)                                                                                \
    _mm256_castsi256_ps(                                                                           \
        _mm256_add_epi32(_mm256_castps_si256(p), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23)))
#include "microbench/cpu/exp.h"

#define REPEAT_BLOCK    REPEAT_16
#define OPAQUE(v)       __asm__ volatile("" : "+x"(v))
#define FENCE           _mm_sfence()
#define STREAM_NT(p, v) _mm256_stream_ps(p, v)
#include "microbench/cpu/stream.h"

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "avx2", 12 * 2 * 8 * 2),
    PEAK_ROWS(fp64, "avx2", 12 * 2 * 4 * 2),
    EXP_ROWS("avx2"),
    ALL_LEVEL_ROWS,
    NT_ROWS,
};

const cpu_isa cpu_isa_avx2 = {
    .id = CPU_AVX2_FMA, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
