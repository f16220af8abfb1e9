/* Bfloat16 in NEON registers, summed in floats: dot products of two, and matrix products of 2 x 4
 * by 4 x 2, which do twice the work.
 *
 *     kernel             per iteration                              FLOP    loads   stores
 *     vector bf16 dot    24 chains x 2 x 8 products x 2             768     0       0
 *     vector bf16        24 chains x 2 x 16 products x 2            1536    0       0
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <arm_neon.h>

#define CHAINS   24
#define REPEAT   REPEAT_24
#define REGISTER "w"

#define NAME        vector_bf16
#define VECTOR      uint8x16_t
#define LANES_BYTES 16
#define FACTORS     bf16
#define STARTS      fp32
#define LOAD(p)     vld1q_u8((const uint8_t *)(p))
#define STORE(p, v) vst1q_u8((uint8_t *)(p), v)
#define INSTRUCTION "bfmmla %0.4s, %1.8h, %2.8h"
#include "microbench/cpu/dot.h"

#define NAME        vector_bf16_dot
#define VECTOR      uint8x16_t
#define LANES_BYTES 16
#define FACTORS     bf16
#define STARTS      fp32
#define LOAD(p)     vld1q_u8((const uint8_t *)(p))
#define STORE(p, v) vst1q_u8((uint8_t *)(p), v)
#define INSTRUCTION "bfdot %0.4s, %1.8h, %2.8h"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "bf16", "fp32", "bf16", 24 * 2 * 16 * 2, vector_bf16),
    COMPUTE_ROWS("vector", "bf16", "fp32", "bf16-dot", 24 * 2 * 8 * 2, vector_bf16_dot),
};

const cpu_isa cpu_isa_armbf16 = {
    .id = CPU_NEON_BF16, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
