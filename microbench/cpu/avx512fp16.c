/* AVX-512 FP16: fused multiply-add of half-precision numbers, summed in half precision.
 *
 *     kernel        per iteration                              FLOP    loads   stores
 *     vector fp16   24 chains x 2 FMA x 32 lanes x 2           3072    0       0
 */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"
#include <immintrin.h>

#define NAME        vector_fp16
#define CHAINS      24
#define REPEAT      REPEAT_24
#define REGISTER    "v"
#define VECTOR      __m512i
#define LANES_BYTES 64
#define FACTORS     fp16
#define STARTS      fp16.right
#define LOAD(p)     _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#define INSTRUCTION "vfmadd231ph %2, %1, %0"
#include "microbench/cpu/dot.h"

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("vector", "fp16", "fp16", "avx512fp16", 24 * 2 * 32 * 2, vector_fp16),
};

const cpu_isa cpu_isa_avx512fp16 = {
    .id = CPU_AVX512_FP16, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
