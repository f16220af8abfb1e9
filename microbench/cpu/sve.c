/* SVE, whose registers are as long as the processor makes them: 128 to 2048 bits.
 *
 *     kernel        per iteration                           FLOP                  loads   stores
 *     vector fp64   24 chains x 2 FMA x 2                   96 per 64-bit lane    0       0
 *     vector fp32   24 chains x 2 FMA x 2                   96 per 32-bit lane    0       0
 *     vector fp16   24 chains x 2 FMA x 2                   96 per 16-bit lane    0       0
 *     vector int8   24 chains x 2 x 4 products x 2          384 per 32-bit lane   0       0
 *
 * The table states FLOP of the shortest registers, of 128 bits; the loop goes so many times fewer
 * through its iterations as they are longer. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"

#define LOAD_ONE(k)  "add x9, %[from], #(" #k " * 8)\n\tld1b z" #k ".b, p0/z, [x9]\n\t"
#define STORE_ONE(k) "str z" #k ", [%[to], #" #k ", mul vl]\n\t"

#define CLOBBERED                                                                                  \
    "x9", "p0", "cc", "memory", "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10", \
        "z11", "z12", "z13", "z14", "z15", "z16", "z17", "z18", "z19", "z20", "z21", "z22", "z23", \
        "z24", "z25", "z26", "z27"

/* One statement, as C has no variables of a length unknown before it runs in arrays. */
#define DEFINE_LOOP(function, starts, operands, load_factors, there, back)                         \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        uint64_t bytes;                                                                            \
        __asm__("cntb %0" : "=r"(bytes));                                                          \
        int64_t left = iterations * 16 / (int64_t)bytes;                                           \
        __asm__ volatile(                                                                          \
            "ptrue p0.b\n\t" REPEAT_24(LOAD_ONE) load_factors "1:\n\t" REPEAT_24(there)            \
                REPEAT_24(back) "subs %[left], %[left], #1\n\tb.gt 1b\n\t" REPEAT_24(STORE_ONE)    \
            : [left] "+&r"(left)                                                                   \
            : [from] "r"(work->starts), [factors] "r"(&work->operands), [to] "r"(work->result),    \
              [size] "i"(CPU_FACTORS)                                                              \
            : CLOBBERED);                                                                          \
    }

/* As peak.h: what a step adds, the next one takes away. */
#define THERE_FP64(k) "fmla z" #k ".d, p0/m, z24.d, z25.d\n\t"
#define BACK_FP64(k)  "fmls z" #k ".d, p0/m, z24.d, z25.d\n\t"
#define THERE_FP32(k) "fmla z" #k ".s, p0/m, z24.s, z25.s\n\t"
#define BACK_FP32(k)  "fmls z" #k ".s, p0/m, z24.s, z25.s\n\t"
#define TWO_OPERANDS  LOAD_ONE(24) LOAD_ONE(25)
DEFINE_LOOP(vector_fp64, fp64, fp64, TWO_OPERANDS, THERE_FP64, BACK_FP64)
DEFINE_LOOP(vector_fp32, fp32, fp32, TWO_OPERANDS, THERE_FP32, BACK_FP32)

/* As dot.h: two left factors, of which two chains each take one in turn; the right one; and its
 * negative. */
#define FOUR_FACTORS                                                                               \
    "mov x9, %[factors]\n\tld1b z24.b, p0/z, [x9]\n\t"                                             \
    "add x9, x9, %[size]\n\tld1b z25.b, p0/z, [x9]\n\t"                                            \
    "add x9, x9, %[size]\n\tld1b z26.b, p0/z, [x9]\n\t"                                            \
    "add x9, x9, %[size]\n\tld1b z27.b, p0/z, [x9]\n\t"
#define BY_LEFT(k, first, second) ".if " #k " / 2 %% 2\n\t" second ".else\n\t" first ".endif\n\t"
#define HALVES(k, left, right)    "fmla z" #k ".h, p0/m, " left ".h, " right ".h\n\t"
#define THERE_FP16(k)             BY_LEFT(k, HALVES(k, "z24", "z26"), HALVES(k, "z25", "z26"))
#define BACK_FP16(k)              BY_LEFT(k, HALVES(k, "z24", "z27"), HALVES(k, "z25", "z27"))
#define BYTES(k, left, right)     "sdot z" #k ".s, " left ".b, " right ".b\n\t"
#define THERE_INT8(k)             BY_LEFT(k, BYTES(k, "z24", "z26"), BYTES(k, "z25", "z26"))
#define BACK_INT8(k)              BY_LEFT(k, BYTES(k, "z24", "z27"), BYTES(k, "z25", "z27"))
DEFINE_LOOP(vector_fp16, fp16.right, fp16, FOUR_FACTORS, THERE_FP16, BACK_FP16)
DEFINE_LOOP(vector_int8, fp32, int8, FOUR_FACTORS, THERE_INT8, BACK_INT8)

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "sve", 24 * 2 * 4 * 2),
    PEAK_ROWS(fp64, "sve", 24 * 2 * 2 * 2),
    PEAK_ROWS(fp16, "sve", 24 * 2 * 8 * 2),
    COMPUTE_ROWS("vector", "int8", "int32", "sve", 24 * 2 * 16 * 2, vector_int8),
};

const cpu_isa cpu_isa_sve = {
    .id = CPU_SVE, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
