/* The CPU kernels: one file per instruction set, each with one table.
 *
 * Every file is compiled with the flags of its own instruction set, so only a kernel that the
 * processor `supports` may be called; the tables themselves are safe to read anywhere. */
#ifndef MICROBENCH_CPU_H
#define MICROBENCH_CPU_H

#include "microbench/bench.h"
#include <stddef.h>
#include <stdint.h>

enum {
    CPU_OPERANDS = 1024,    /* bytes of random numbers that a compute kernel starts from */
    CPU_ELEMENTS = 1024,    /* numbers that an element-wise kernel goes round in: they stay in L1 */
    CPU_STREAM_BLOCK = 256, /* bytes that a memory kernel takes from each stream per iteration */
};

/* What one thread works on. Everything is aligned to 64 bytes. */
typedef struct cpu_work {
    /* Numbers in [1, 2), and one multiplier per type with its inverse. */
    float fp32[CPU_OPERANDS / sizeof(float)] __attribute__((aligned(64)));
    double fp64[CPU_OPERANDS / sizeof(double)] __attribute__((aligned(64)));
    float input[CPU_ELEMENTS] __attribute__((aligned(64)));
    float output[CPU_ELEMENTS] __attribute__((aligned(64)));
    char result[4096] __attribute__((aligned(64))); /* where accumulators end */
    /* Streams of a memory kernel: CPU_STREAM_BLOCK x iterations bytes each; written, read, read. */
    char *stream[3];
} cpu_work;

typedef struct cpu_kernel {
    bench_kernel facts;
    const char *symbol; /* of the loop, for whoever reads the machine code */
    void (*loop)(cpu_work *work, int64_t iterations);
    int streams; /* of memory that it goes through: 0 for a compute kernel */
} cpu_kernel;

/* Instruction sets that the kernels are written for. */
typedef enum cpu_isa_id { CPU_SSE2, CPU_AVX2_FMA, CPU_AVX512F, CPU_NEON, CPU_ISA_COUNT } cpu_isa_id;

typedef struct cpu_isa {
    cpu_isa_id id;
    const cpu_kernel *kernels;
    size_t n;
} cpu_isa;

/* Instruction set i of those compiled in, widest first, or NULL past the last. */
const cpu_isa *cpu_isa_compiled(size_t i);

/* Runs `steps` x 64 additions that each need the one before: so many cycles, as an addition of two
 * registers takes one on every processor. */
enum { CPU_CHAIN_STEP = 64 };
void cpu_cycle_chain(int64_t steps);

extern const cpu_isa cpu_isa_sse2, cpu_isa_avx2, cpu_isa_avx512, cpu_isa_neon;

#endif
