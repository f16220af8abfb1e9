/* Peaks of the matrix units that a warp feeds from its registers: mma.sync, dense, 2:4 sparse and
 * with block scales.
 *
 * Per iteration and warp: 16 instructions (2 steps x 8 chains) of m x n x k: FLOPS 16 x 2mnk,
 * BYTES 0, LOADS 0, STORES 0. 8 warps to a block, one block to a multiprocessor.
 *
 * Chain (i, j) adds tile i of A x tile j of B: eight different products. The second step uses other
 * tiles of A, which the host makes the negatives of the first ones to measure (so that nothing ever
 * overflows) and independent ones to check. */
#include "device.cuh"

template <class operation> DEVICE void run_mma(const cuda_arguments &args) {
    typedef typename operation::operand operand;
    typedef typename operation::accumulator accumulator;
    enum {
        A = operation::A,
        B = operation::B,
        C = operation::C,
        LANES = 32,
        A_ALL = CUDA_STEPS * CUDA_A_TILES * A,
        B_ALL = CUDA_B_TILES * B,
        C_ALL = CUDA_CHAINS * C,
        ALL = A_ALL + B_ALL + C_ALL,
    };
    const int warp = threadIdx.x / LANES, lane = threadIdx.x % LANES;
    const operand *in = (const operand *)args.operands + warp * ALL * LANES + lane;
    /* After the registers of all warps, one word: which numbers are zeros. */
    const uint32_t metadata =
        *(const uint32_t *)((const operand *)args.operands + CUDA_WARPS * ALL * LANES);
    operand a[CUDA_STEPS][CUDA_A_TILES][A], b[CUDA_B_TILES][B];
    accumulator c[CUDA_CHAINS][C];
#pragma unroll
    for (int r = 0; r < A_ALL; r++)
        a[r / A / CUDA_A_TILES][r / A % CUDA_A_TILES][r % A] = in[r * LANES];
#pragma unroll
    for (int r = 0; r < B_ALL; r++)
        b[r / B][r % B] = in[(A_ALL + r) * LANES];
    const accumulator *start = (const accumulator *)in + (A_ALL + B_ALL) * LANES;
#pragma unroll
    for (int r = 0; r < C_ALL; r++)
        c[r / C][r % C] = start[r * LANES];

    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
#pragma unroll
        for (int s = 0; s < CUDA_STEPS; s++)
#pragma unroll
            for (int j = 0; j < CUDA_CHAINS; j++)
                operation::step(c[j], a[s][j / CUDA_B_TILES], b[j % CUDA_B_TILES], metadata);
    }
    stop_stopwatch(args, begin);
    accumulator *out = (accumulator *)args.results +
                       ((size_t)blockIdx.x * CUDA_WARPS + warp) * C_ALL * LANES + lane;
#pragma unroll
    for (int r = 0; r < C_ALL; r++)
        out[r * LANES] = c[r / C][r % C];
}

/* Registers of A, B and C, as the text and as the operands of the assembly. */
#define TEXT_A1_B1_C2 "{%0, %1}, {%2}, {%3}, {%0, %1}"
#define TEXT_A2_B1_C2 "{%0, %1}, {%2, %3}, {%4}, {%0, %1}"
#define TEXT_A2_B1_C4 "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3}"
#define TEXT_A4_B2_C2 "{%0, %1}, {%2, %3, %4, %5}, {%6, %7}, {%0, %1}"
#define TEXT_A4_B2_C4 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3}"
#define TEXT_A4_B4_C2 "{%0, %1}, {%2, %3, %4, %5}, {%6, %7, %8, %9}, {%0, %1}"
#define TEXT_A4_B4_C4 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9, %10, %11}, {%0, %1, %2, %3}"
#define TEXT_A8_B4_C4                                                                              \
    "{%0, %1, %2, %3}, {%4, %5, %6, %7, %8, %9, %10, %11}, {%12, %13, %14, %15}, {%0, %1, %2, %3}"

#define ONE(x, r)   x(r[0])
#define TWO(x, r)   x(r[0]), x(r[1])
#define FOUR(x, r)  TWO(x, r), x(r[2]), x(r[3])
#define EIGHT(x, r) FOUR(x, r), x(r[4]), x(r[5]), x(r[6]), x(r[7])
#define COUNT_1     ONE
#define COUNT_2     TWO
#define COUNT_4     FOUR
#define COUNT_8     EIGHT

/* An entry: name, instruction, numbers of registers, their types and constraints, block scales,
 * what follows the registers. */
#define MMA(name, instruction, a_count, b_count, c_count, operand_type, in, accumulator_type,      \
            inout, scales, more)                                                                   \
    struct name##_step {                                                                           \
        typedef operand_type operand;                                                              \
        typedef accumulator_type accumulator;                                                      \
        enum { A = a_count, B = b_count, C = c_count };                                            \
        DEVICE void step(accumulator (&c)[C], const operand (&a)[A], const operand (&b)[B],        \
                         uint32_t metadata) {                                                      \
            asm volatile(instruction " " TEXT_A##a_count##_B##b_count##_C##c_count more            \
                         : COUNT_##c_count(inout, c)                                               \
                         : COUNT_##a_count(in, a), COUNT_##b_count(in, b), "r"(metadata),          \
                           "r"(scales));                                                           \
        }                                                                                          \
    };                                                                                             \
    ENTRY(name, CUDA_WARPS * 32, 1) {                                                              \
        run_mma<name##_step>(args);                                                                \
    }

#define DENSE(name, instruction, a, b, c, accumulator, inout)                                      \
    MMA(name, instruction, a, b, c, uint32_t, "r", accumulator, inout, 0, ";")
#define SPARSE(name, instruction, accumulator, inout)                                              \
    MMA(name, "mma.sp::ordered_metadata.sync.aligned." instruction, 4, 4, 4, uint32_t, "r",        \
        accumulator, inout, 0, ", %12, 0x0;")
#define SPARSE_HALVES(name, instruction)                                                           \
    MMA(name, "mma.sp::ordered_metadata.sync.aligned." instruction, 4, 4, 2, uint32_t, "r",        \
        uint32_t, "+r", 0, ", %10, 0x0;")

#if __CUDA_ARCH__ == 750
DENSE(mma_fp16_fp32_k8, "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32", 2, 1, 4, float, "+f")
DENSE(mma_fp16_fp16_k8, "mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16", 2, 1, 2, uint32_t, "+r")
DENSE(mma_int8_k16, "mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32", 1, 1, 2, uint32_t, "+r")
DENSE(mma_int4_k32, "mma.sync.aligned.m8n8k32.row.col.s32.s4.s4.s32", 1, 1, 2, uint32_t, "+r")
#else
DENSE(mma_fp16_fp32, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", 4, 2, 4, float, "+f")
DENSE(mma_fp16_fp16, "mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16", 4, 2, 2, uint32_t, "+r")
DENSE(mma_bf16, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", 4, 2, 4, float, "+f")
DENSE(mma_tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 4, 2, 4, float, "+f")
DENSE(mma_int8, "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32", 4, 2, 4, uint32_t, "+r")
SPARSE(mma_sparse_fp16, "m16n8k32.row.col.f32.f16.f16.f32", float, "+f")
SPARSE_HALVES(mma_sparse_fp16_fp16, "m16n8k32.row.col.f16.f16.f16.f16")
SPARSE(mma_sparse_bf16, "m16n8k32.row.col.f32.bf16.bf16.f32", float, "+f")
SPARSE(mma_sparse_tf32, "m16n8k16.row.col.f32.tf32.tf32.f32", float, "+f")
SPARSE(mma_sparse_int8, "m16n8k64.row.col.s32.s8.s8.s32", uint32_t, "+r")
#endif

/* Later chips have none: the compiler makes two int8 products of one there. */
#if __CUDA_ARCH__ >= 800 && __CUDA_ARCH__ <= 890
DENSE(mma_int4, "mma.sync.aligned.m16n8k64.row.col.s32.s4.s4.s32", 4, 2, 4, uint32_t, "+r")
SPARSE(mma_sparse_int4, "m16n8k128.row.col.s32.s4.s4.s32", uint32_t, "+r")
#endif

/* Elsewhere the compiler makes fp16 products of these. */
#if __CUDA_ARCH__ == 890 || __CUDA_ARCH__ >= 1200
DENSE(mma_fp8_fp32, "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32", 4, 2, 4, float, "+f")
DENSE(mma_fp8_fp16, "mma.sync.aligned.m16n8k32.row.col.f16.e4m3.e4m3.f16", 4, 2, 2, uint32_t, "+r")
SPARSE(mma_sparse_fp8, "m16n8k64.row.col.f32.e4m3.e4m3.f32", float, "+f")
#endif

/* Where the matrix unit has double precision; elsewhere it is as slow as the vector unit's. */
#if __CUDA_ARCH__ == 800 || __CUDA_ARCH__ == 900 || __CUDA_ARCH__ == 1000 || __CUDA_ARCH__ == 1100
MMA(mma_fp64, "mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64", 1, 1, 2, double, "d", double, "+d",
    0, ";")
#endif

#if __CUDA_ARCH__ == 900
MMA(mma_fp64_k16, "mma.sync.aligned.m16n8k16.row.col.f64.f64.f64.f64", 8, 4, 4, double, "d", double,
    "+d", 0, ";")
#endif

/* The scales are all alike: where each belongs need not be known. */
#define SCALED(name, dense, sparse, kind, scales)                                                  \
    MMA(mma_##name, "mma.sync.aligned." dense "." kind, 4, 2, 4, uint32_t, "r", float, "+f",       \
        scales, ", %11, {0, 0}, %11, {0, 0};")                                                     \
    MMA(mma_sparse_##name, "mma.sp::ordered_metadata.sync.aligned." sparse "." kind, 4, 4, 4,      \
        uint32_t, "r", float, "+f", scales, ", %12, 0x0, %13, {0, 0}, %13, {0, 0};")
#if defined(__CUDA_ARCH_FEAT_SM120_ALL) || defined(__CUDA_ARCH_FEAT_SM121_ALL)
SPARSE_HALVES(mma_sparse_fp8_fp16, "m16n8k64.row.col.f16.e4m3.e4m3.f16")
SCALED(mxfp8, "m16n8k32", "m16n8k64",
       "row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3.e4m3.f32.ue8m0", ONES_E8M0)
SCALED(mxfp4, "m16n8k64", "m16n8k128",
       "row.col.kind::mxf4.block_scale.scale_vec::2X.f32.e2m1.e2m1.f32.ue8m0", ONES_E8M0)
SCALED(nvfp4, "m16n8k64", "m16n8k128",
       "row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1.e2m1.f32.ue4m3", ONES_E4M3)
#endif
