/* What is compiled for 64-bit Arm, and its chain of additions. */
#include "microbench/cpu/cpu.h"

const cpu_isa *cpu_isa_compiled(size_t i) {
    return i == 0 ? &cpu_isa_neon : NULL;
}

void cpu_cycle_chain(int64_t steps) {
    uint64_t sum = 0, term = 3;
    for (; steps > 0; steps--)
        __asm__ volatile(".rept %c2\n\tadd %0, %0, %1\n\t.endr"
                         : "+r"(sum)
                         : "r"(term), "i"(CPU_CHAIN_STEP));
}
