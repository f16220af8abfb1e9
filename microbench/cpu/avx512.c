/* AVX-512F: 32 registers of 16 floats or 8 doubles.
 *
 *     kernel        per iteration                           FLOP    useful bytes   loads   stores
 *     vector fp32   24 chains x 2 FMA x 16 lanes x 2        1536    -              0       0
 *     vector fp64   24 chains x 2 FMA x 8 lanes x 2         768     -              0       0
 *     special exp   4 registers                             64 exp  -              4       4
 *     memory                                                see stream.h
 *
 * 24 chains cover 2 pipes x up to 6 cycles twice; with 4 operands they take 28 of the 32 registers.
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define CHAINS 24
#define REPEAT REPEAT_24
#define STEP(instruction, k, factor, term)                                                         \
    __asm__ volatile(instruction " %2, %1, %0" : "+v"(chain[k]) : "v"(factor), "v"(term));

#define NAME         vector_fp32
#define ELEMENT      float
#define OPERANDS     fp32
#define VECTOR       __m512
#define LOAD(p)      _mm512_loadu_ps(p)
#define STORE(p, v)  _mm512_storeu_ps(p, v)
#define BROADCAST(f) _mm512_set1_ps(f)
#define THERE(k)     STEP("vfmadd213ps", k, scale, shift)
#define BACK(k)      STEP("vfmadd213ps", k, unscale, unshift)
#include "microbench/cpu/peak.h"

#define NAME         vector_fp64
#define ELEMENT      double
#define OPERANDS     fp64
#define VECTOR       __m512d
#define LOAD(p)      _mm512_loadu_pd(p)
#define STORE(p, v)  _mm512_storeu_pd(p, v)
#define BROADCAST(f) _mm512_set1_pd(f)
#define THERE(k)     STEP("vfmadd213pd", k, scale, shift)
#define BACK(k)      STEP("vfmadd213pd", k, unscale, unshift)
#include "microbench/cpu/peak.h"

#define VECTOR         __m512
#define LOAD(p)        _mm512_loadu_ps(p)
#define STORE(p, v)    _mm512_storeu_ps(p, v)
#define BROADCAST(f)   _mm512_set1_ps(f)
#define MULTIPLY(a, b) _mm512_mul_ps(a, b)
#define FMA(a, b, c)   _mm512_fmadd_ps(a, b, c)
#define MINIMUM(a, b)  _mm512_min_ps(a, b)
#define MAXIMUM(a, b)  _mm512_max_ps(a, b)
#define ROUND(v)       _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT)
#define SCALE(p, n)    _mm512_scalef_ps(p, n)
#include "microbench/cpu/exp.h"

#define REPEAT_BLOCK    REPEAT_8
#define OPAQUE(v)       __asm__ volatile("" : "+v"(v))
#define FENCE           _mm_sfence()
#define STREAM_NT(p, v) _mm512_stream_ps(p, v)
#include "microbench/cpu/stream.h"

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "avx512", 24 * 2 * 16 * 2),
    PEAK_ROWS(fp64, "avx512", 24 * 2 * 8 * 2),
    EXP_ROWS("avx512"),
    ALL_LEVEL_ROWS,
    NT_ROWS,
};

const cpu_isa cpu_isa_avx512 = {
    .id = CPU_AVX512F, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
