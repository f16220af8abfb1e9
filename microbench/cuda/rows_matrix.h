/* Rows of the matrix unit, for kernels.c alone. */
#include "microbench/cuda/kernels.h"

#define MATRIX_FACTS(path, type, sum, flops_)                                                      \
    .facts = {.name = "matrix " type " " path " " sum,                                             \
              .section = "compute",                                                                \
              .unit = "matrix",                                                                    \
              .precision = type,                                                                   \
              .accumulate = sum,                                                                   \
              .variant = path,                                                                     \
              .source = "measured",                                                                \
              .flops = flops_}

/* mma.sync: registers of A, B and C in a lane, and their bytes. The assembler puts an addition of
 * the uniform unit, which is idle, between the fp8 products of sm_89: hence so many others. */
#define MMA_OPERANDS(a, b, c, bytes)                                                               \
    (CUDA_WARPS * 32 * (bytes) *                                                                   \
         (CUDA_STEPS * CUDA_A_TILES * (a) + CUDA_B_TILES * (b) + CUDA_CHAINS * (c)) +              \
     4)
#define MMA(entry_, path, type, sum, archs, sass, m_, n_, k_, number, accumulator_, a, b, c,       \
            bytes, registers_, ...)                                                                \
    {                                                                                              \
        MATRIX_FACTS(path, type, sum,                                                              \
                     2.0 * CUDA_WARPS * CUDA_STEPS * CUDA_CHAINS * (m_) * (n_) * (k_)),            \
            .image = "mma", .entry = entry_, .architectures = archs, .threads = CUDA_WARPS * 32,   \
            .blocks = 1, .registers = registers_, .loop = {{sass, CUDA_STEPS * CUDA_CHAINS}},      \
            .others = 20, .operands = CUDA_TILE_OPERANDS,                                          \
            .tile = {.layout = CUDA_FRAGMENTS,                                                     \
                     .operand = number,                                                            \
                     .accumulator = accumulator_,                                                  \
                     .m = m_,                                                                      \
                     .n = n_,                                                                      \
                     .k = k_,                                                                      \
                     __VA_ARGS__},                                                                 \
            .operand_bytes = MMA_OPERANDS(a, b, c, bytes),                                         \
            .result_bytes = CUDA_WARPS * 32 * CUDA_CHAINS * (c) * (bytes)                          \
    }

enum {
    HAVE_FP8 = CUDA_89 | CUDA_120 | CUDA_121,
    HAVE_BLOCK_SCALES = CUDA_120 | CUDA_121,
    HAVE_INT4 = CUDA_80 | CUDA_86 | CUDA_87 | CUDA_89,
    HAVE_TCGEN05 = CUDA_100 | CUDA_103 | CUDA_110,
};

static const cuda_kernel mma_rows[] = {
    MMA("mma_fp64_k16", "mma-k16", "fp64", "fp64", CUDA_90, "DMMA.16x8x16", 16, 8, 16, CUDA_FP64,
        CUDA_FP64, 8, 4, 4, 8, 176, .sparse = false),
    MMA("mma_fp64", "mma", "fp64", "fp64", CUDA_FP64_MATRIX, "DMMA.8", 8, 8, 4, CUDA_FP64,
        CUDA_FP64, 1, 1, 2, 8, 64, .sparse = false),
    MMA("mma_fp16_fp32", "mma", "fp16", "fp32", CUDA_FROM_80, "HMMA.16816.F32", 16, 8, 16,
        CUDA_FP16, CUDA_FP32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_fp16_fp16", "mma", "fp16", "fp16", CUDA_FROM_80, "HMMA.16816.F16", 16, 8, 16,
        CUDA_FP16, CUDA_FP16, 4, 2, 2, 4, 64, .sparse = false),
    MMA("mma_bf16", "mma", "bf16", "fp32", CUDA_FROM_80, "HMMA.16816.F32.BF16", 16, 8, 16,
        CUDA_BF16, CUDA_FP32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_tf32", "mma", "tf32", "fp32", CUDA_FROM_80, "HMMA.1688.F32.TF32", 16, 8, 8, CUDA_TF32,
        CUDA_FP32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_int8", "mma", "int8", "int32", CUDA_FROM_80, "IMMA.16832.S8.S8", 16, 8, 32, CUDA_INT8,
        CUDA_INT32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_int4", "mma", "int4", "int32", HAVE_INT4, "IMMA.16864.S4.S4", 16, 8, 64, CUDA_INT4,
        CUDA_INT32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_fp8_fp32", "mma", "fp8", "fp32", HAVE_FP8, "QMMA.16832.F32.E4M3.E4M3", 16, 8, 32,
        CUDA_E4M3, CUDA_FP32, 4, 2, 4, 4, 80, .sparse = false),
    MMA("mma_fp8_fp16", "mma", "fp8", "fp16", HAVE_FP8, "QMMA.16832.F16.E4M3.E4M3", 16, 8, 32,
        CUDA_E4M3, CUDA_FP16, 4, 2, 2, 4, 64, .sparse = false),
    MMA("mma_mxfp8", "mma-mxf8", "fp8", "fp32", HAVE_BLOCK_SCALES, "QMMA.SF.16832.F32.E4M3.E4M3",
        16, 8, 32, CUDA_E4M3, CUDA_FP32, 4, 2, 4, 4, 80, .scaled = true),
    MMA("mma_mxfp4", "mma-mxf4", "fp4", "fp32", HAVE_BLOCK_SCALES, "OMMA.SF.16864.F32.E2M1.E2M1.E8",
        16, 8, 64, CUDA_E2M1, CUDA_FP32, 4, 2, 4, 4, 80, .scaled = true),
    MMA("mma_nvfp4", "mma-nvf4", "fp4", "fp32", HAVE_BLOCK_SCALES,
        "OMMA.SF.16864.F32.E2M1.E2M1.UE4M3.4X", 16, 8, 64, CUDA_E2M1, CUDA_FP32, 4, 2, 4, 4, 80,
        .scaled = true),
    MMA("mma_fp16_fp32_k8", "mma-k8", "fp16", "fp32", CUDA_75, "HMMA.1688.F32", 16, 8, 8, CUDA_FP16,
        CUDA_FP32, 2, 1, 4, 4, 64, .sparse = false),
    MMA("mma_fp16_fp16_k8", "mma-k8", "fp16", "fp16", CUDA_75, "HMMA.1688.F16", 16, 8, 8, CUDA_FP16,
        CUDA_FP16, 2, 1, 2, 4, 48, .sparse = false),
    MMA("mma_int8_k16", "mma-k16", "int8", "int32", CUDA_75, "IMMA.8816.S8.S8", 8, 8, 16, CUDA_INT8,
        CUDA_INT32, 1, 1, 2, 4, 48, .sparse = false),
    MMA("mma_int4_k32", "mma-k32", "int4", "int32", CUDA_75, "IMMA.8832.S4.S4", 8, 8, 32, CUDA_INT4,
        CUDA_INT32, 1, 1, 2, 4, 48, .sparse = false),
    MMA("mma_sparse_fp16", "sparse-mma", "fp16", "fp32", CUDA_FROM_80, "HMMA.SP.16832.F32", 16, 8,
        32, CUDA_FP16, CUDA_FP32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_fp16_fp16", "sparse-mma", "fp16", "fp16", CUDA_FROM_80, "HMMA.SP.16832.F16", 16,
        8, 32, CUDA_FP16, CUDA_FP16, 4, 4, 2, 4, 72, .sparse = true),
    MMA("mma_sparse_bf16", "sparse-mma", "bf16", "fp32", CUDA_FROM_80, "HMMA.SP.16832.F32.BF16", 16,
        8, 32, CUDA_BF16, CUDA_FP32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_tf32", "sparse-mma", "tf32", "fp32", CUDA_FROM_80, "HMMA.SP.16816.F32.TF32", 16,
        8, 16, CUDA_TF32, CUDA_FP32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_int8", "sparse-mma", "int8", "int32", CUDA_FROM_80, "IMMA.SP.16864.S8.S8", 16,
        8, 64, CUDA_INT8, CUDA_INT32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_fp8", "sparse-mma", "fp8", "fp32", HAVE_FP8, "QMMA.SP.16864.F32.E4M3.E4M3", 16,
        8, 64, CUDA_E4M3, CUDA_FP32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_fp8_fp16", "sparse-mma", "fp8", "fp16", CUDA_120 | CUDA_121,
        "QMMA.SP.16864.F16.E4M3.E4M3", 16, 8, 64, CUDA_E4M3, CUDA_FP16, 4, 4, 2, 4, 72,
        .sparse = true),
    MMA("mma_sparse_int4", "sparse-mma", "int4", "int32", HAVE_INT4, "IMMA.SP.168128.S4.S4", 16, 8,
        128, CUDA_INT4, CUDA_INT32, 4, 4, 4, 4, 80, .sparse = true),
    MMA("mma_sparse_mxfp8", "sparse-mma-mxf8", "fp8", "fp32", HAVE_BLOCK_SCALES,
        "QMMA.SF.SP.16864.F32.E4M3.E4M3", 16, 8, 64, CUDA_E4M3, CUDA_FP32, 4, 4, 4, 4, 80,
        .sparse = true, .scaled = true),
    MMA("mma_sparse_mxfp4", "sparse-mma-mxf4", "fp4", "fp32", HAVE_BLOCK_SCALES,
        "OMMA.SF.SP.168128.F32.E2M1.E2M1.E8", 16, 8, 128, CUDA_E2M1, CUDA_FP32, 4, 4, 4, 4, 80,
        .sparse = true, .scaled = true),
    MMA("mma_sparse_nvfp4", "sparse-mma-nvf4", "fp4", "fp32", HAVE_BLOCK_SCALES,
        "OMMA.SF.SP.168128.F32.E2M1.E2M1.UE4M3.4X", 16, 8, 128, CUDA_E2M1, CUDA_FP32, 4, 4, 4, 4,
        80, .sparse = true, .scaled = true),
};

/* wgmma and tcgen05: `rows` of A in all. */
enum {
    STAGES_BYTES = CUDA_STAGES * CUDA_STAGE_BYTES,
    WGMMA_RESULTS = 2 * 64 * 256 * 4,
    TENSOR_RESULTS = 128 * 512 * 4,
    RS_REGISTERS_BYTES = 2 * CUDA_STEPS_IN_STAGE * 4 * 256 * 4,
};
#define STAGED_FLOPS(k) (2.0 * CUDA_STAGES * CUDA_STEPS_IN_STAGE * CUDA_A_ROWS * CUDA_B_ROWS * (k))
#define WGMMA(suffix, path, type, sum, sass, k_, number, accumulator_, layout_, is_sparse,         \
              registers_, operand_bytes_, sum_bytes)                                               \
    {                                                                                              \
        MATRIX_FACTS(path, type, sum, STAGED_FLOPS(k_)),                                           \
            .image = "wgmma", .entry = "wgmma_" suffix, .architectures = CUDA_90, .threads = 256,  \
            .blocks = 1, .shared_bytes = STAGES_BYTES + CUDA_ATOM_BYTES, .registers = registers_,  \
            .loop = {{sass, CUDA_STAGES * CUDA_STEPS_IN_STAGE},                                    \
                     {"WARPGROUP.DEPBAR", CUDA_STAGES}},                                           \
            .others = 48, .operands = CUDA_TILE_OPERANDS,                                          \
            .tile = {.layout = layout_,                                                            \
                     .operand = number,                                                            \
                     .accumulator = accumulator_,                                                  \
                     .m = 64,                                                                      \
                     .n = 256,                                                                     \
                     .k = k_,                                                                      \
                     .sparse = is_sparse},                                                         \
            .operand_bytes = operand_bytes_, .result_bytes = WGMMA_RESULTS / 4 * (sum_bytes)       \
    }
#define WGMMAS(suffix, type, sum, sass, sparse_sass, k, number, accumulator)                       \
    WGMMA(suffix, "wgmma", type, sum, sass, k, number, accumulator, CUDA_PANELS, false, 160,       \
          STAGES_BYTES, 4),                                                                        \
        WGMMA(suffix "_rs", "wgmma-rs", type, sum, sass, k, number, accumulator, CUDA_PANELS_RS,   \
              false, 192, STAGES_BYTES + RS_REGISTERS_BYTES, 4),                                   \
        WGMMA("sparse_" suffix "_rs", "sparse-wgmma-rs", type, sum, sparse_sass, 2 * (k), number,  \
              accumulator, CUDA_PANELS_RS, true, 192, STAGES_BYTES + RS_REGISTERS_BYTES + 4, 4),   \
        WGMMA("sparse_" suffix, "sparse-wgmma", type, sum, sparse_sass, 2 * (k), number,           \
              accumulator, CUDA_PANELS, true, 160, STAGES_BYTES + 4, 4)
#define WGMMA_HALVES(suffix, type, sass, k, number)                                                \
    WGMMA(suffix "_fp16", "wgmma", type, "fp16", sass, k, number, CUDA_FP16, CUDA_PANELS, false,   \
          96, STAGES_BYTES, 2)

static const cuda_kernel wgmma_rows[] = {
    WGMMAS("fp16", "fp16", "fp32", "HGMMA.64x256x16.F32", "HGMMA.SP.64x256x32.F32", 16, CUDA_FP16,
           CUDA_FP32),
    WGMMAS("bf16", "bf16", "fp32", "HGMMA.64x256x16.F32.BF16", "HGMMA.SP.64x256x32.F32.BF16", 16,
           CUDA_BF16, CUDA_FP32),
    WGMMAS("tf32", "tf32", "fp32", "HGMMA.64x256x8.F32.TF32", "HGMMA.SP.64x256x16.F32.TF32", 8,
           CUDA_TF32, CUDA_FP32),
    WGMMAS("fp8", "fp8", "fp32", "QGMMA.64x256x32.F32.E4M3.E4M3",
           "QGMMA.SP.64x256x64.F32.E4M3.E4M3", 32, CUDA_E4M3, CUDA_FP32),
    WGMMAS("int8", "int8", "int32", "IGMMA.64x256x32.S8.S8", "IGMMA.SP.64x256x64.S8.S8", 32,
           CUDA_INT8, CUDA_INT32),
    WGMMA_HALVES("fp16", "fp16", "HGMMA.64x256x16.F16", 16, CUDA_FP16),
    WGMMA_HALVES("fp8", "fp8", "QGMMA.64x256x32.F16.E4M3.E4M3", 32, CUDA_E4M3),
};

/* `together`: 1, or 2 blocks that share an instruction. */
#define TCGEN05(entry_, path, together, type, sum, archs, sass, k_, number, accumulator_,          \
                is_sparse, is_scaled)                                                              \
    {                                                                                              \
        MATRIX_FACTS(path, type, sum, STAGED_FLOPS(k_)),                                           \
            .image = "tcgen05", .entry = entry_, .architectures = archs, .threads = 128,           \
            .blocks = 1, .cluster = together, .shared_bytes = STAGES_BYTES + CUDA_ATOM_BYTES,      \
            .registers = 96, .loop = {{sass, CUDA_STAGES * CUDA_STEPS_IN_STAGE}, {"UTCBAR", 1}},   \
            .others = 112, .operands = CUDA_TILE_OPERANDS,                                         \
            .tile = {.layout = CUDA_TENSOR,                                                        \
                     .operand = number,                                                            \
                     .accumulator = accumulator_,                                                  \
                     .m = 128,                                                                     \
                     .n = 256,                                                                     \
                     .k = k_,                                                                      \
                     .sparse = is_sparse,                                                          \
                     .scaled = is_scaled},                                                         \
            .operand_bytes = STAGES_BYTES + ((is_sparse) ? 4 : 0), .result_bytes = TENSOR_RESULTS  \
    }
#define ALONE(suffix, path, type, sum, archs, sass, ...)                                           \
    TCGEN05("tcgen05_" suffix, path, 1, type, sum, archs, sass, __VA_ARGS__)
#define IN_PAIRS(suffix, path, type, sum, archs, sass, ...)                                        \
    TCGEN05("tcgen05_" suffix "_pair", path "-pair", 2, type, sum, archs, sass ".2CTA", __VA_ARGS__)
#define ALONE_AND_IN_PAIRS(...) ALONE(__VA_ARGS__), IN_PAIRS(__VA_ARGS__)
#define TCGEN05S(suffix, path, type, sum, archs, sass, k, number, accumulator, is_scaled)          \
    ALONE_AND_IN_PAIRS(suffix, "tcgen05" path, type, sum, archs, sass, k, number, accumulator,     \
                       false, is_scaled),                                                          \
        ALONE_AND_IN_PAIRS("sparse_" suffix, "sparse-tcgen05" path, type, sum, archs, sass,        \
                           2 * (k), number, accumulator, true, is_scaled)
#define SCALED(suffix, path, type, sass, k, number)                                                \
    TCGEN05S(suffix, "-" path, type, "fp32", HAVE_TCGEN05, sass, k, number, CUDA_FP32, true)
/* Shared memory keeps up with a pair alone, which is the better way so. */
#define K_96(suffix, path)                                                                         \
    IN_PAIRS(suffix, "tcgen05-" path, "fp4", "fp32", CUDA_103, "UTCOMMA", 96, CUDA_E2M1,           \
             CUDA_FP32, false, true),                                                              \
        ALONE(suffix, "tcgen05-" path, "fp4", "fp32", CUDA_103, "UTCOMMA", 96, CUDA_E2M1,          \
              CUDA_FP32, false, true)

static const cuda_kernel tcgen05_rows[] = {
    TCGEN05S("fp16", "", "fp16", "fp32", HAVE_TCGEN05, "UTCHMMA", 16, CUDA_FP16, CUDA_FP32, false),
    TCGEN05S("bf16", "", "bf16", "fp32", HAVE_TCGEN05, "UTCHMMA", 16, CUDA_BF16, CUDA_FP32, false),
    TCGEN05S("tf32", "", "tf32", "fp32", HAVE_TCGEN05, "UTCHMMA", 8, CUDA_TF32, CUDA_FP32, false),
    TCGEN05S("fp8", "", "fp8", "fp32", HAVE_TCGEN05, "UTCQMMA", 32, CUDA_E4M3, CUDA_FP32, false),
    TCGEN05S("int8", "", "int8", "int32", CUDA_100 | CUDA_110, "UTCIMMA", 32, CUDA_INT8, CUDA_INT32,
             false),
    TCGEN05S("fp16_fp16", "", "fp16", "fp16", HAVE_TCGEN05, "UTCHMMA", 16, CUDA_FP16, CUDA_FP16,
             false),
    TCGEN05S("fp8_fp16", "", "fp8", "fp16", HAVE_TCGEN05, "UTCQMMA", 32, CUDA_E4M3, CUDA_FP16,
             false),
    K_96("nvfp4_k96", "nvf4-k96"),
    K_96("mxfp4_k96", "mxf4-k96"),
    SCALED("mxfp8", "mxf8", "fp8", "UTCQMMA", 32, CUDA_E4M3),
    SCALED("mxfp4", "mxf4", "fp4", "UTCOMMA", 64, CUDA_E2M1),
    SCALED("nvfp4", "nvf4", "fp4", "UTCOMMA", 64, CUDA_E2M1),
};
