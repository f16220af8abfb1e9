/* NEON of 64-bit Arm: 32 registers of 4 floats or 2 doubles.
 *
 *     kernel        per iteration                           FLOP    useful bytes   loads   stores
 *     vector fp32   24 chains x 2 FMA x 4 lanes x 2         384     -              0       0
 *     vector fp64   24 chains x 2 FMA x 2 lanes x 2         192     -              0       0
 *     special exp   4 registers                             16 exp  -              4       4
 *     memory                                                see stream.h
 *
 * 24 chains cover the 4 pipes x 4 cycles of the widest cores. The instruction adds a product to its
 * accumulator, so that a chain steps back by subtracting the same product. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <arm_neon.h>

#define CHAINS 24
#define REPEAT REPEAT_24
#define STEP(instruction, k, form)                                                                 \
    __asm__ volatile(instruction " %0." form ", %1." form ", %2." form                             \
                     : "+w"(chain[k])                                                              \
                     : "w"(scale), "w"(shift));

#define NAME         vector_fp32
#define ELEMENT      float
#define OPERANDS     fp32
#define VECTOR       float32x4_t
#define LOAD(p)      vld1q_f32(p)
#define STORE(p, v)  vst1q_f32(p, v)
#define BROADCAST(f) vdupq_n_f32(f)
#define THERE(k)     STEP("fmla", k, "4s")
#define BACK(k)      STEP("fmls", k, "4s")
#include "microbench/cpu/peak.h"

#define NAME         vector_fp64
#define ELEMENT      double
#define OPERANDS     fp64
#define VECTOR       float64x2_t
#define LOAD(p)      vld1q_f64(p)
#define STORE(p, v)  vst1q_f64(p, v)
#define BROADCAST(f) vdupq_n_f64(f)
#define THERE(k)     STEP("fmla", k, "2d")
#define BACK(k)      STEP("fmls", k, "2d")
#include "microbench/cpu/peak.h"

#define VECTOR         float32x4_t
#define LOAD(p)        vld1q_f32(p)
#define STORE(p, v)    vst1q_f32(p, v)
#define BROADCAST(f)   vdupq_n_f32(f)
#define MULTIPLY(a, b) vmulq_f32(a, b)
#define FMA(a, b, c)   vfmaq_f32(c, a, b)
#define MINIMUM(a, b)  vminq_f32(a, b)
#define MAXIMUM(a, b)  vmaxq_f32(a, b)
#define ROUND(v)       vrndnq_f32(v)
/* 2^n is added to the exponent's bits. */
#define SCALE(p, n)                                                                                \
    vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(p), vshlq_n_s32(vcvtnq_s32_f32(n), 23)))
#include "microbench/cpu/exp.h"

#define REPEAT_BLOCK REPEAT_32
#define OPAQUE(v)    __asm__ volatile("" : "+w"(v))
#define FENCE        (void)0
#include "microbench/cpu/stream.h"

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "neon", 24 * 2 * 4 * 2),
    PEAK_ROWS(fp64, "neon", 24 * 2 * 2 * 2),
    EXP_ROWS("neon"),
    ALL_LEVEL_ROWS,
};

const cpu_isa cpu_isa_neon = {
    .id = CPU_NEON, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
