/* Peaks of the vector units.
 *
 * Per iteration and thread:     instructions   FLOPS          BYTES  LOADS  STORES
 *   vector_fp32_*               512 FFMA       512 x 2        0      0      0
 *   vector_fp64_*               256 DFMA       256 x 2        0      0      0
 *   vector_fp16_*               512 HFMA2      512 x 4        0      0      0
 *   vector_bf16_*               512 HFMA2.BF16 512 x 4        0      0      0
 *   vector_int32_*              256 IMAD       256 x 2        0      0      0
 *   vector_int8_*               256 IDP.4A     256 x 8        0      0      0
 *
 * in 4 or in 8 chains (the end of the name). The loops are long, as FFMA takes every issue slot of
 * some chips: the two or three instructions that count and jump would show. */
#include "chains.cuh"

#define OPERATION(name, type, constraint, instruction)                                             \
    struct name##_step {                                                                           \
        typedef type number;                                                                       \
        DEVICE void step(number &x, number factor, number term) {                                  \
            asm volatile(instruction : "+" constraint(x) : constraint(factor), constraint(term));  \
        }                                                                                          \
    };

OPERATION(fp32, float, "f", "fma.rn.f32 %0, %0, %1, %2;")
OPERATION(fp64, double, "d", "fma.rn.f64 %0, %0, %1, %2;")
OPERATION(fp16, uint32_t, "r", "fma.rn.f16x2 %0, %0, %1, %2;")
OPERATION(int32, uint32_t, "r", "mad.lo.u32 %0, %0, %1, %2;")
OPERATION(int8, uint32_t, "r", "dp4a.s32.s32 %0, %1, %2, %0;")

/* Fewer chains need more warps to fill the pipes. */
#define ENTRIES(operation, count)                                                                  \
    ENTRY(vector_##operation##_4, 256, 4) {                                                        \
        run_chains<operation##_step, 4, count / 4>(args);                                          \
    }                                                                                              \
    ENTRY(vector_##operation##_8, 256, 2) {                                                        \
        run_chains<operation##_step, 8, count / 8>(args);                                          \
    }

ENTRIES(fp32, 512)
ENTRIES(fp64, 256)
ENTRIES(fp16, 512)
ENTRIES(int32, 256)
ENTRIES(int8, 256)

#if __CUDA_ARCH__ >= 800
OPERATION(bf16, uint32_t, "r", "fma.rn.bf16x2 %0, %0, %1, %2;")
ENTRIES(bf16, 512)
#endif
