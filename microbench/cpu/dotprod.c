/* The dot product of Arm: products of bytes, four of them added to each 32-bit sum.
 *
 *     kernel        per iteration                              OP      loads   stores
 *     vector int8   24 chains x 2 x 16 products x 2          1536    0       0
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <arm_neon.h>

#define NAME        vector_int8
#define CHAINS      24
#define REPEAT      REPEAT_24
#define REGISTER    "w"
#define VECTOR      uint8x16_t
#define LANES_BYTES 16
#define FACTORS     int8
#define STARTS      fp32
#define LOAD(p)     vld1q_u8((const uint8_t *)(p))
#define STORE(p, v) vst1q_u8((uint8_t *)(p), v)
#define INSTRUCTION "sdot %0.4s, %1.16b, %2.16b"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "int8", "int32", "dotprod", 24 * 2 * 16 * 2, vector_int8),
};

const cpu_isa cpu_isa_dotprod = {
    .id = CPU_NEON_DOT, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
