/* Waiting for memory: each load needs the one before, as it loads where the next one goes.
 *
 *     kernel     per iteration     loads
 *     latency    16 loads          16
 *
 * Plain C, on one core. The pointers lie a line apart and lead through all lines in an order that
 * no prefetcher follows. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/repeat.h"

static void chase(cpu_work *work, int64_t iterations) {
    void *p = work->stream[0];
#define HOP(k)                                                                                     \
    p = *(void **)p;                                                                               \
    __asm__ volatile("" : "+r"(p));
    for (int64_t i = 0; i < iterations; i++) {
        REPEAT_16(HOP)
    }
#undef HOP
    work->stream[0] = p;
}

#define CHASE_ROW(name_, level_)                                                                   \
    {                                                                                              \
        .facts = {.name = name_ " latency",                                                        \
                  .section = "latency",                                                            \
                  .unit = name_,                                                                   \
                  .variant = "",                                                                   \
                  .source = "measured: loads that each need the one before",                       \
                  .loads = 16},                                                                    \
        .symbol = "chase", .loop = chase, .streams = 1, .level = level_, .alone = true             \
    }

static const cpu_kernel kernels[] = {
    CHASE_ROW("l1", 1),
    CHASE_ROW("l2", 2),
    CHASE_ROW("l3", 3),
    CHASE_ROW("dram", 0),
};

const cpu_isa cpu_isa_any = {
    .id = CPU_ANY, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
