/* Rows of the vector and special units, for kernels.c alone. */
#include "microbench/cuda/kernels.h"

#define CHAIN_OPERANDS(register_bytes)                                                             \
    (256 * (CUDA_VECTOR_CHAINS + 2 * CUDA_VECTOR_FACTORS) * (register_bytes))

/* flops: of one instruction in one thread. */
#define VECTOR(type, sum_, sass, instructions, flops_, archs, bytes_, how, chains_, blocks_)       \
    {                                                                                              \
        .facts = {.name = "vector " #type " " how "-" #chains_,                                    \
                  .section = "compute",                                                            \
                  .unit = "vector",                                                                \
                  .precision = #type,                                                              \
                  .accumulate = sum_,                                                              \
                  .variant = how "-" #chains_,                                                     \
                  .source = "measured",                                                            \
                  .flops = 256.0 * (instructions) * (flops_)},                                     \
        .image = "vector", .entry = "vector_" #type "_" #chains_, .architectures = archs,          \
        .threads = 256, .blocks = blocks_, .registers = 48, .loop = {{sass, instructions}},        \
        .others = 4, .operands = CUDA_CHAIN_OPERANDS, .chain = CHAIN_##type,                       \
        .operand_bytes = CHAIN_OPERANDS(bytes_), .result_bytes = 256 * (chains_) * (bytes_)        \
    }
#define CHAIN_fp32  CUDA_FP32
#define CHAIN_fp64  CUDA_FP64
#define CHAIN_fp16  CUDA_FP16
#define CHAIN_bf16  CUDA_BF16
#define CHAIN_int32 CUDA_INT32
#define CHAIN_int8  CUDA_INT32

/* Results of the unit, not of the FFMA that follow. */
#define SPECIAL(function, sass, more)                                                              \
    {                                                                                              \
        .facts = {.name = "special " #function,                                                    \
                  .section = "compute",                                                            \
                  .unit = "special",                                                               \
                  .precision = "fp32",                                                             \
                  .accumulate = "fp32",                                                            \
                  .variant = #function,                                                            \
                  .source = "measured",                                                            \
                  .flops = 256.0 * 128},                                                           \
        .image = "special", .entry = "special_" #function, .architectures = CUDA_ALL,              \
        .threads = 256, .blocks = 2, .registers = 48,                                              \
        .loop = {{"MUFU." sass, 128}, {"FFMA", 128}}, .others = 4 + (more),                        \
        .operands = CUDA_SPECIAL_OPERANDS, .chain = CUDA_FP32, .operand_bytes = CHAIN_OPERANDS(4), \
        .result_bytes = 256 * 8 * 4                                                                \
    }

/* Fewer instructions of 4 chains than of 8 read three registers of one bank in half precision. */
static const cuda_kernel vector_rows[] = {
    VECTOR(fp32, "fp32", "FFMA", 512, 2, CUDA_ALL, 4, "ffma", 8, 2),
    VECTOR(fp32, "fp32", "FFMA", 512, 2, CUDA_ALL, 4, "ffma", 4, 4),
    VECTOR(fp64, "fp64", "DFMA", 256, 2, CUDA_ALL, 8, "dfma", 8, 2),
    VECTOR(fp64, "fp64", "DFMA", 256, 2, CUDA_ALL, 8, "dfma", 4, 4),
    VECTOR(fp16, "fp16", "HFMA2", 512, 4, CUDA_ALL, 4, "hfma2", 4, 4),
    VECTOR(fp16, "fp16", "HFMA2", 512, 4, CUDA_ALL, 4, "hfma2", 8, 2),
    VECTOR(bf16, "bf16", "HFMA2", 512, 4, CUDA_FROM_80, 4, "hfma2", 4, 4),
    VECTOR(bf16, "bf16", "HFMA2", 512, 4, CUDA_FROM_80, 4, "hfma2", 8, 2),
    VECTOR(int32, "int32", "IMAD", 256, 2, CUDA_ALL, 4, "imad", 8, 2),
    VECTOR(int32, "int32", "IMAD", 256, 2, CUDA_ALL, 4, "imad", 4, 4),
    VECTOR(int8, "int32", "IDP.4A.S8.S8", 256, 8, CUDA_ALL, 4, "dp4a", 8, 2),
    VECTOR(int8, "int32", "IDP.4A.S8.S8", 256, 8, CUDA_ALL, 4, "dp4a", 4, 4),
};

static const cuda_kernel special_rows[] = {
    SPECIAL(ex2, "EX2", 0),   SPECIAL(lg2, "LG2", 0),   SPECIAL(rcp, "RCP", 0),
    SPECIAL(rsqrt, "RSQ", 0), SPECIAL(sin, "SIN", 128), SPECIAL(tanh, "TANH", 0),
};
