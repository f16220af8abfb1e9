/* Sources: the NVIDIA whitepapers of Volta to Blackwell and the throughput table of the CUDA guide;
 * Intel's and Arm's optimization guides, AMD's for Zen. Figures are dense; a fused multiply-add
 * counts two operations. What no source states is left out rather than guessed. */
#include "device/rates.h"
#include <string.h>

/* Families of architectures that share a rate. */
#define VOLTA   "sm_70"
#define XAVIER  "sm_72"
#define TURING  "sm_75"
#define AMPERE  "sm_80"
#define GA10X   "sm_86"
#define ORIN    "sm_87"
#define ADA     "sm_89"
#define HOPPER  "sm_90"
#define B200    "sm_100"
#define B300    "sm_103"
#define THOR    "sm_110"
#define GB20X   "sm_120 sm_121"
#define OLD_SM  VOLTA " " XAVIER " " TURING " " AMPERE
#define NEW_SM  GA10X " " ORIN " " ADA " " HOPPER " " B200 " " B300 " " THOR " " GB20X
#define ALL_SM  OLD_SM " " NEW_SM
#define GEFORCE GA10X " " ADA " " GB20X
#define BIG     B200 " " B300 " " THOR

#define NO_CHOICE ROOF_PRECISION_NONE
#define CORES(archs, precision, n, name)                                                           \
    { archs, ROOF_VECTOR, precision, precision, "", n, name, 1, "", 2, 0 }
#define TENSOR(archs, precision, accumulate, cores, fma, traits)                                   \
    { archs, ROOF_MATRIX, precision, accumulate, "", cores, "Tensor Cores", fma, "FMA", 2, traits }
#define TENSOR_INT(archs, precision, cores, mac, traits)                                           \
    { archs, ROOF_MATRIX, precision, ROOF_INT32, "", cores, "Tensor Cores", mac, "MAC", 2, traits }
#define SIMD(archs, precision, set, pipes, width, name)                                            \
    { archs, ROOF_VECTOR, precision, precision, set, pipes, "FMA units", width, name, 2, 0 }
#define DOT(archs, precision, accumulate, set, pipes, macs)                                        \
    { archs, ROOF_VECTOR, precision, accumulate, set, pipes, "dot units", macs, "MAC", 2, 0 }

#define X86_256 "haswell skylake-client zen2 zen3 zen4 x86-64-v3"
#define X86_512 "skylake-server icelake-server sapphirerapids zen5 x86-64-v4"
#define ARM_2   "neoverse-n1 neoverse-n2 armv8"
#define ARM_4   "neoverse-v1 neoverse-v2"
#define INTEL_2 "haswell skylake-client skylake-server icelake-server"
#define PATH(archs, precision, set, pipes, width, operations)                                      \
    {                                                                                              \
        archs, ROOF_VECTOR, precision, precision, set, pipes, "units", width, "lanes", operations, \
            NO_ROOF                                                                                \
    }

static const rate rates[] = {
    /* CUDA cores. */
    CORES(VOLTA " " AMPERE, ROOF_FP64, 32, "FP64 cores"),
    CORES(HOPPER " " B200, ROOF_FP64, 64, "FP64 cores"),
    CORES(TURING " " GEFORCE " " ORIN " " B300, ROOF_FP64, 2, "FP64 cores"),
    CORES(OLD_SM, ROOF_FP32, 64, "FP32 cores"),
    CORES(NEW_SM, ROOF_FP32, 128, "FP32 cores"),
    CORES(VOLTA " " XAVIER " " TURING " " GEFORCE, ROOF_FP16, 128, "FP16 lanes"),
    CORES(AMPERE " " HOPPER " " BIG, ROOF_FP16, 256, "FP16 lanes"),
    CORES(AMPERE " " GEFORCE, ROOF_BF16, 128, "BF16 lanes"),
    CORES(HOPPER " " BIG, ROOF_BF16, 256, "BF16 lanes"),
    CORES(ALL_SM, ROOF_INT32, 64, "INT32 lanes"),
    {ALL_SM, ROOF_VECTOR, ROOF_INT8, ROOF_INT32, "dp4a", 64, "dp4a lanes", 4, "MAC", 2, 0},
    {ALL_SM, ROOF_SPECIAL, ROOF_FP32, NO_CHOICE, "", 16, "special function lanes", 1, "", 1, 0},

    /* Tensor Cores: 8 of them per SM until Turing, 4 larger ones since. */
    TENSOR(AMPERE, ROOF_FP64, ROOF_FP64, 4, 16, 0),
    TENSOR(HOPPER, ROOF_FP64, ROOF_FP64, 4, 32, 0),
    TENSOR(B200, ROOF_FP64, ROOF_FP64, 4, 16, 0),

    TENSOR(VOLTA " " XAVIER " " TURING, ROOF_FP16, ROOF_FP16, 8, 64, 0),
    TENSOR(VOLTA " " XAVIER, ROOF_FP16, ROOF_FP32, 8, 64, 0),
    TENSOR(TURING, ROOF_FP16, ROOF_FP32, 8, 64, GEFORCE_HALF),
    TENSOR(AMPERE " " ORIN, ROOF_FP16, ROOF_FP16, 4, 256, SPARSE),
    TENSOR(AMPERE " " ORIN, ROOF_FP16, ROOF_FP32, 4, 256, SPARSE),
    TENSOR(AMPERE " " ORIN, ROOF_BF16, ROOF_FP32, 4, 256, SPARSE),
    TENSOR(AMPERE " " ORIN, ROOF_TF32, ROOF_FP32, 4, 128, SPARSE),
    TENSOR(GEFORCE, ROOF_FP16, ROOF_FP16, 4, 128, SPARSE),
    TENSOR(GEFORCE, ROOF_FP16, ROOF_FP32, 4, 128, GEFORCE_HALF | SPARSE),
    TENSOR(GEFORCE, ROOF_BF16, ROOF_FP32, 4, 128, GEFORCE_HALF | SPARSE),
    TENSOR(GEFORCE, ROOF_TF32, ROOF_FP32, 4, 64, GEFORCE_HALF | SPARSE),
    TENSOR(HOPPER, ROOF_FP16, ROOF_FP16, 4, 512, SPARSE),
    TENSOR(HOPPER, ROOF_FP16, ROOF_FP32, 4, 512, SPARSE),
    TENSOR(HOPPER, ROOF_BF16, ROOF_FP32, 4, 512, SPARSE),
    TENSOR(HOPPER, ROOF_TF32, ROOF_FP32, 4, 256, SPARSE),
    TENSOR(BIG, ROOF_FP16, ROOF_FP16, 4, 1024, SPARSE),
    TENSOR(BIG, ROOF_FP16, ROOF_FP32, 4, 1024, SPARSE),
    TENSOR(BIG, ROOF_BF16, ROOF_FP32, 4, 1024, SPARSE),
    TENSOR(BIG, ROOF_TF32, ROOF_FP32, 4, 512, SPARSE),

    TENSOR(ADA " " GB20X, ROOF_FP8, ROOF_FP16, 4, 256, SPARSE),
    TENSOR(ADA " " GB20X, ROOF_FP8, ROOF_FP32, 4, 256, GEFORCE_HALF | SPARSE),
    TENSOR(HOPPER, ROOF_FP8, ROOF_FP32, 4, 1024, SPARSE),
    TENSOR(HOPPER, ROOF_FP8, ROOF_FP16, 4, 1024, SPARSE),
    TENSOR(BIG, ROOF_FP8, ROOF_FP32, 4, 2048, SPARSE),
    TENSOR(BIG, ROOF_FP8, ROOF_FP16, 4, 2048, SPARSE),
    TENSOR(BIG, ROOF_FP6, ROOF_FP32, 4, 2048, SPARSE),
    TENSOR(B200 " " THOR, ROOF_FP4, ROOF_FP32, 4, 4096, SPARSE),
    TENSOR(B300, ROOF_FP4, ROOF_FP32, 4, 6144, SPARSE_THIRD),
    TENSOR(GB20X, ROOF_FP4, ROOF_FP32, 4, 512, SPARSE),

    TENSOR_INT(XAVIER " " TURING, ROOF_INT8, 8, 128, 0),
    TENSOR_INT(AMPERE " " ORIN, ROOF_INT8, 4, 512, SPARSE),
    TENSOR_INT(GEFORCE, ROOF_INT8, 4, 256, SPARSE),
    TENSOR_INT(HOPPER, ROOF_INT8, 4, 1024, SPARSE),
    TENSOR_INT(B200 " " THOR, ROOF_INT8, 4, 2048, SPARSE),
    TENSOR_INT(B300, ROOF_INT8, 4, 64, SPARSE),
    TENSOR_INT(TURING, ROOF_INT4, 8, 256, 0),
    TENSOR_INT(AMPERE, ROOF_INT4, 4, 1024, SPARSE),
    TENSOR_INT(GA10X " " ADA, ROOF_INT4, 4, 512, SPARSE),

    /* x86. Without FMA one port adds while another multiplies. */
    {"x86-64-v2", ROOF_VECTOR, ROOF_FP64, ROOF_FP64, "sse2", 2, "add and multiply units", 2, "FP64",
     1, 0},
    {"x86-64-v2", ROOF_VECTOR, ROOF_FP32, ROOF_FP32, "sse2", 2, "add and multiply units", 4, "FP32",
     1, 0},
    SIMD("zen1", ROOF_FP64, "avx2", 2, 2, "FP64"),
    SIMD("zen1", ROOF_FP32, "avx2", 2, 4, "FP32"),
    SIMD(X86_256, ROOF_FP64, "avx2", 2, 4, "FP64"),
    SIMD(X86_256, ROOF_FP32, "avx2", 2, 8, "FP32"),
    SIMD(X86_512, ROOF_FP64, "avx512", 2, 8, "FP64"),
    SIMD(X86_512, ROOF_FP32, "avx512", 2, 16, "FP32"),
    SIMD("sapphirerapids", ROOF_FP16, "avx512fp16", 2, 32, "FP16"),
    DOT("zen4", ROOF_BF16, ROOF_FP32, "avx512bf16", 2, 16),
    DOT("zen5", ROOF_BF16, ROOF_FP32, "avx512bf16", 2, 32),
    DOT("zen4", ROOF_INT8, ROOF_INT32, "avx512vnni", 2, 32),
    DOT("icelake-server sapphirerapids zen5", ROOF_INT8, ROOF_INT32, "avx512vnni", 2, 64),
    {"sapphirerapids", ROOF_MATRIX, ROOF_BF16, ROOF_FP32, "amx", 1, "AMX unit", 512, "MAC", 2, 0},
    {"sapphirerapids", ROOF_MATRIX, ROOF_INT8, ROOF_INT32, "amx", 1, "AMX unit", 1024, "MAC", 2, 0},

    /* Slower paths of x86, to compare their measurements with. Zen 4 runs 512 bits in two halves;
     * from Zen 2 on two pipes add while two multiply, in Sapphire Rapids one of three does both. */
    PATH(X86_512, ROOF_FP64, "avx2", 2, 4, 2),
    PATH(X86_512, ROOF_FP32, "avx2", 2, 8, 2),
    PATH("zen4", ROOF_FP64, "avx512", 2, 4, 2),
    PATH("zen4", ROOF_FP32, "avx512", 2, 8, 2),
    PATH(INTEL_2, ROOF_FP64, "avx", 2, 4, 1),
    PATH(INTEL_2, ROOF_FP32, "avx", 2, 8, 1),
    PATH(INTEL_2, ROOF_FP64, "sse2", 2, 2, 1),
    PATH(INTEL_2, ROOF_FP32, "sse2", 2, 4, 1),
    PATH("sapphirerapids", ROOF_FP64, "avx", 3, 4, 1),
    PATH("sapphirerapids", ROOF_FP32, "avx", 3, 8, 1),
    PATH("sapphirerapids", ROOF_FP64, "sse2", 3, 2, 1),
    PATH("sapphirerapids", ROOF_FP32, "sse2", 3, 4, 1),
    PATH("zen2 zen3 zen4 zen5", ROOF_FP64, "avx", 4, 4, 1),
    PATH("zen2 zen3 zen4 zen5", ROOF_FP32, "avx", 4, 8, 1),
    PATH("zen2 zen3 zen4 zen5", ROOF_FP64, "sse2", 4, 2, 1),
    PATH("zen2 zen3 zen4 zen5", ROOF_FP32, "sse2", 4, 4, 1),
    {"icelake-server sapphirerapids zen4 zen5", ROOF_VECTOR, ROOF_INT8, ROOF_INT32,
     "avx512vnni-256", 2, "dot units", 32, "MAC", 2, NO_ROOF},
    {"sapphirerapids zen5", ROOF_VECTOR, ROOF_INT8, ROOF_INT32, "avxvnni", 2, "dot units", 32,
     "MAC", 2, NO_ROOF},

    /* Arm. */
    SIMD(ARM_2, ROOF_FP64, "neon", 2, 2, "FP64"),
    SIMD(ARM_2, ROOF_FP32, "neon", 2, 4, "FP32"),
    SIMD("neoverse-n1 neoverse-n2", ROOF_FP16, "neon", 2, 8, "FP16"),
    SIMD(ARM_4, ROOF_FP64, "neon", 4, 2, "FP64"),
    SIMD(ARM_4, ROOF_FP32, "neon", 4, 4, "FP32"),
    SIMD(ARM_4, ROOF_FP16, "neon", 4, 8, "FP16"),
    SIMD("a64fx", ROOF_FP64, "sve", 2, 8, "FP64"),
    SIMD("a64fx", ROOF_FP32, "sve", 2, 16, "FP32"),
    SIMD("a64fx", ROOF_FP16, "sve", 2, 32, "FP16"),
    DOT("neoverse-n1", ROOF_INT8, ROOF_INT32, "dotprod", 2, 16),
    DOT("neoverse-n2", ROOF_INT8, ROOF_INT32, "i8mm", 2, 32),
    DOT("neoverse-n2", ROOF_BF16, ROOF_FP32, "bf16", 2, 16),
    DOT(ARM_4, ROOF_INT8, ROOF_INT32, "i8mm", 4, 32),
    DOT(ARM_4, ROOF_BF16, ROOF_FP32, "bf16", 4, 16),

    /* The other path of those with SVE, whose registers have 128 bits in N2 and V2, 256 in V1 (two
     * pipes of them) and 512 in A64FX. */
    PATH("neoverse-n2", ROOF_FP64, "sve", 2, 2, 2),
    PATH("neoverse-n2", ROOF_FP32, "sve", 2, 4, 2),
    PATH("neoverse-n2", ROOF_FP16, "sve", 2, 8, 2),
    PATH("neoverse-v1", ROOF_FP64, "sve", 2, 4, 2),
    PATH("neoverse-v1", ROOF_FP32, "sve", 2, 8, 2),
    PATH("neoverse-v1", ROOF_FP16, "sve", 2, 16, 2),
    PATH("neoverse-v2", ROOF_FP64, "sve", 4, 2, 2),
    PATH("neoverse-v2", ROOF_FP32, "sve", 4, 4, 2),
    PATH("neoverse-v2", ROOF_FP16, "sve", 4, 8, 2),
    PATH("a64fx", ROOF_FP64, "neon", 2, 2, 2),
    PATH("a64fx", ROOF_FP32, "neon", 2, 4, 2),
    PATH("a64fx", ROOF_FP16, "neon", 2, 8, 2),
};

bool arch_among(const char *words, const char *word) {
    size_t n = strlen(word);
    for (const char *at = words; n > 0 && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, word, n) == 0 && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

double rate_sparse(const rate *r) {
    return r->traits & SPARSE ? 2 : r->traits & SPARSE_THIRD ? 4.0 / 3 : 0;
}

const rate *rate_next(const char *arch, size_t *i) {
    while (*i < sizeof rates / sizeof *rates) {
        const rate *r = &rates[(*i)++];
        if (arch_among(r->archs, arch))
            return r;
    }
    return NULL;
}
