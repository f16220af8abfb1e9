/* NEON FP16: fused multiply-add of half-precision numbers, summed in half precision.
 *
 *     kernel        per iteration                              OP      loads   stores
 *     vector fp16   24 chains x 2 FMA x 8 lanes x 2          768    0       0
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <arm_neon.h>

#define NAME        vector_fp16
#define CHAINS      24
#define REPEAT      REPEAT_24
#define REGISTER    "w"
#define VECTOR      uint8x16_t
#define LANES_BYTES 16
#define FACTORS     fp16
#define STARTS      fp16.right
#define LOAD(p)     vld1q_u8((const uint8_t *)(p))
#define STORE(p, v) vst1q_u8((uint8_t *)(p), v)
#define INSTRUCTION "fmla %0.8h, %1.8h, %2.8h"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "fp16", "fp16", "neon", 24 * 2 * 8 * 2, vector_fp16),
};

const cpu_isa cpu_isa_neonfp16 = {
    .id = CPU_NEON_FP16, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
