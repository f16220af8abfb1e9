/* The CPU kernels: one file per instruction set, each with one table.
 *
 * Every file is compiled with the flags of its own instruction set, so only a kernel that the
 * processor `supports` may be called; the tables themselves are safe to read anywhere. */
#ifndef MICROBENCH_CPU_H
#define MICROBENCH_CPU_H

#include "microbench/bench.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CPU_OPERANDS = 2048,    /* bytes of random numbers that a compute kernel starts from */
    CPU_FACTORS = 1024,     /* bytes of one factor: a tile */
    CPU_ELEMENTS = 1024,    /* numbers that an element-wise kernel goes round in: they stay in L1 */
    CPU_STREAM_BLOCK = 512, /* bytes that a memory kernel takes from each stream per iteration */
    CPU_LINE = 64,          /* bytes between two pointers of a chase */
};

/* What kernels multiply that add products to accumulators: `back` is -right, element by element. */
typedef struct cpu_factors {
    char left[2][CPU_FACTORS], right[CPU_FACTORS], back[CPU_FACTORS];
} cpu_factors;

/* What one thread works on. Everything is aligned to 64 bytes. */
typedef struct cpu_work {
    /* Numbers in [1, 2), and one multiplier per type with its inverse. */
    float fp32[CPU_OPERANDS / sizeof(float)] __attribute__((aligned(64)));
    double fp64[CPU_OPERANDS / sizeof(double)] __attribute__((aligned(64)));
    float input[CPU_ELEMENTS] __attribute__((aligned(64)));
    float output[CPU_ELEMENTS] __attribute__((aligned(64)));
    char result[6144] __attribute__((aligned(64))); /* where accumulators end: 24 of 2048 bits */
    cpu_factors bf16, fp16, int8 __attribute__((aligned(64)));
    /* Streams of a memory kernel: written, read, read; of a chase: where it begins. */
    char *stream[3];
    size_t mask; /* streams begin again after mask + 1 bytes, a power of two; SIZE_MAX: never */
} cpu_work;

/* Fills in the numbers that compute kernels start from. */
void cpu_work_init(cpu_work *work, unsigned seed);

typedef struct cpu_kernel {
    bench_kernel facts;
    const char *symbol; /* of the loop, for whoever reads the machine code */
    void (*loop)(cpu_work *work, int64_t iterations);
    int streams; /* of memory that it goes through: 0 for a compute kernel */
    int level;   /* of the cache that they fit in: 1, 2, 3; 0: none, it is DRAM's or no memory */
    bool alone;  /* on one core, while the others rest */
} cpu_kernel;

/* Instruction sets that the kernels are written for. */
typedef enum cpu_isa_id {
    CPU_ANY, /* plain C */
    CPU_SSE2,
    CPU_AVX,
    CPU_AVX2_FMA,
    CPU_AVX_VNNI,
    CPU_AVX512F,
    CPU_AVX512_VNNI,
    CPU_AVX512_BF16,
    CPU_AVX512_FP16,
    CPU_AMX,
    CPU_NEON,
    CPU_NEON_FP16,
    CPU_NEON_DOT,
    CPU_NEON_I8MM,
    CPU_NEON_BF16,
    CPU_SVE,
    CPU_ISA_COUNT
} cpu_isa_id;

typedef struct cpu_isa {
    cpu_isa_id id;
    const cpu_kernel *kernels;
    size_t n;
} cpu_isa;

/* Instruction set i of those compiled in, or NULL past the last: the one of general use first that
 * is widest, then those of special types, then the narrower ones. */
const cpu_isa *cpu_isa_compiled(size_t i);

/* Runs `steps` x 64 additions that each need the one before: so many cycles, as an addition of two
 * registers takes one on every processor. */
enum { CPU_CHAIN_STEP = 64 };
void cpu_cycle_chain(int64_t steps);

extern const cpu_isa cpu_isa_any, cpu_isa_sse2, cpu_isa_avx, cpu_isa_avx2, cpu_isa_avxvnni,
    cpu_isa_avx512, cpu_isa_avx512vnni, cpu_isa_avx512bf16, cpu_isa_avx512fp16, cpu_isa_amx;
extern const cpu_isa cpu_isa_neon, cpu_isa_neonfp16, cpu_isa_dotprod, cpu_isa_i8mm, cpu_isa_armbf16,
    cpu_isa_sve;

#endif
