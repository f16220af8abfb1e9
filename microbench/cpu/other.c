/* Processors that no kernel is written for: nothing can be measured, and the tool says so. */
#include "microbench/cpu/cpu.h"

const cpu_isa *cpu_isa_compiled(size_t i) {
    (void)i;
    return NULL;
}

void cpu_cycle_chain(int64_t steps) {
    (void)steps;
}
