/* AVX-512 BF16: products of bfloat16, two of them added to each float.
 *
 *     kernel        per iteration                              FLOP    loads   stores
 *     vector bf16   24 chains x 2 x 32 products x 2            3072    0       0
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define NAME        vector_bf16
#define CHAINS      24
#define REPEAT      REPEAT_24
#define REGISTER    "v"
#define VECTOR      __m512i
#define LANES_BYTES 64
#define FACTORS     bf16
#define STARTS      fp32
#define LOAD(p)     _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#define INSTRUCTION "vdpbf16ps %2, %1, %0"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "bf16", "fp32", "avx512bf16", 24 * 2 * 32 * 2, vector_bf16),
};

const cpu_isa cpu_isa_avx512bf16 = {
    .id = CPU_AVX512_BF16, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
