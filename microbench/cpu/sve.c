/* SVE, whose registers are as long as the processor makes them: 128 to 2048 bits.
 *
 *     kernel        per iteration                           FLOP                  loads   stores
 *     vector fp32   24 chains x 2 FMA x 2                   96 per 32-bit lane    0       0
 *     vector fp64   24 chains x 2 FMA x 2                   96 per 64-bit lane    0       0
 *
 * The table states FLOP of the shortest registers, of 128 bits; the loop goes so many times fewer
 * through its iterations as they are longer. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include "microbench/cpu/repeat.h"

#define LOAD_ONE(k)                                                                                \
    "ptrue p0.b\n\tmov x9, %[from]\n\tadd x9, x9, #(" #k " * 8)\n\tld1b z" #k ".b, p0/z, [x9]\n\t"
#define THERE_FP32(k) "fmla z" #k ".s, p0/m, z24.s, z25.s\n\t"
#define BACK_FP32(k)  "fmls z" #k ".s, p0/m, z24.s, z25.s\n\t"
#define THERE_FP64(k) "fmla z" #k ".d, p0/m, z24.d, z25.d\n\t"
#define BACK_FP64(k)  "fmls z" #k ".d, p0/m, z24.d, z25.d\n\t"

/* One statement, as C has no variables of a length unknown before it runs in arrays. */
#define DEFINE_PEAK(function, operands, there, back)                                               \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        uint64_t bytes;                                                                            \
        __asm__("cntb %0" : "=r"(bytes));                                                          \
        int64_t left = iterations * 16 / (int64_t)bytes;                                           \
        __asm__ volatile(REPEAT_24(LOAD_ONE) LOAD_ONE(24) LOAD_ONE(25) "1:\n\t" REPEAT_24(there)   \
                             REPEAT_24(back) "subs %[left], %[left], #1\n\tb.gt 1b"                \
                         : [left] "+r"(left)                                                       \
                         : [from] "r"(work->operands)                                              \
                         : "x9", "p0", "cc", "memory", "z0", "z1", "z2", "z3", "z4", "z5", "z6",   \
                           "z7", "z8", "z9", "z10", "z11", "z12", "z13", "z14", "z15", "z16",      \
                           "z17", "z18", "z19", "z20", "z21", "z22", "z23", "z24", "z25");         \
    }

DEFINE_PEAK(vector_fp32, fp32, THERE_FP32, BACK_FP32)
DEFINE_PEAK(vector_fp64, fp64, THERE_FP64, BACK_FP64)

static const cpu_kernel kernels[] = {
    PEAK_ROWS(fp32, "sve", 24 * 2 * 4 * 2),
    PEAK_ROWS(fp64, "sve", 24 * 2 * 2 * 2),
};

const cpu_isa cpu_isa_sve = {
    .id = CPU_SVE, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
