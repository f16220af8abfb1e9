/* What is compiled for x86-64, and its chain of additions. */
#include "microbench/cpu/cpu.h"

const cpu_isa *cpu_isa_compiled(size_t i) {
    static const cpu_isa *const sets[] = {CPU_ISA_LIST};
    return i < sizeof sets / sizeof *sets ? sets[i] : NULL;
}

/* Both operands are registers: the newest cores fold additions of constants away. */
void cpu_cycle_chain(int64_t steps) {
    uint64_t sum = 0, term = 3;
    for (; steps > 0; steps--)
        __asm__ volatile(".rept %c2\n\taddq %1, %0\n\t.endr"
                         : "+r"(sum)
                         : "r"(term), "i"(CPU_CHAIN_STEP)
                         : "cc");
}
