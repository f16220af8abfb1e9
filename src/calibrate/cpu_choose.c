/* Which of the CPU kernels a processor runs, in which order, and with how much effort. */
#include "calibrate/cpu.h"
#include <string.h>

static bool has_memory(const cpu_isa *isa) {
    for (size_t k = 0; k < isa->n; k++)
        if (strcmp(isa->kernels[k].facts.section, "memory") == 0)
            return true;
    return false;
}

/* The kernels of one pass, on all cores or on one; takes those it finds off *i. */
static const cpu_kernel *find_in_pass(const bool runs[CPU_ISA_COUNT], bool alone, size_t *i) {
    const cpu_isa *isa;
    bool memory_found = false;
    for (size_t s = 0; (isa = cpu_isa_compiled(s)); s++) {
        if (!runs[isa->id])
            continue;
        for (size_t k = 0; k < isa->n; k++) {
            const cpu_kernel *kernel = &isa->kernels[k];
            bool again = memory_found && strcmp(kernel->facts.section, "memory") == 0;
            if (kernel->alone == alone && !again && (*i)-- == 0)
                return kernel;
        }
        memory_found = memory_found || has_memory(isa);
    }
    return NULL;
}

/* On a machine of one core the rows on one core would be the others again, but for latencies. */
static const cpu_kernel *find_latency(const bool runs[CPU_ISA_COUNT], size_t i) {
    const cpu_kernel *kernel;
    size_t skipped = 0;
    for (size_t at = 0, k = at; (kernel = find_in_pass(runs, true, &k)); k = ++at)
        if (strcmp(kernel->facts.section, "latency") == 0 && skipped++ == i)
            return kernel;
    return NULL;
}

const cpu_kernel *cpu_kernel_at(const bool runs[CPU_ISA_COUNT], bool several, size_t i) {
    const cpu_kernel *kernel = find_in_pass(runs, false, &i);
    if (kernel)
        return kernel;
    return several ? find_in_pass(runs, true, &i) : find_latency(runs, i);
}

static bool same_ceiling(const cpu_kernel *a, const cpu_kernel *b) {
    return a->alone == b->alone && strcmp(a->facts.section, b->facts.section) == 0 &&
           strcmp(a->facts.unit, b->facts.unit) == 0 &&
           strcmp(a->facts.precision, b->facts.precision) == 0;
}

/* Whether it is the widest way to its ceiling. */
static bool is_first(const bool runs[CPU_ISA_COUNT], const cpu_kernel *kernel) {
    const cpu_kernel *other;
    for (size_t i = 0; (other = cpu_kernel_at(runs, true, i)) && other != kernel; i++)
        if (other->facts.precision && same_ceiling(other, kernel))
            return false;
    return true;
}

static bench_effort compute_effort(const bool runs[CPU_ISA_COUNT], const cpu_kernel *kernel) {
    if (is_first(runs, kernel))
        return kernel->alone ? EFFORT_USUAL : EFFORT_QUICK;
    return !kernel->alone && strcmp(kernel->facts.variant, "avx2") == 0 ? EFFORT_QUICK
                                                                        : EFFORT_FULL;
}

static bench_effort memory_effort(const cpu_kernel *kernel) {
    const char *variant = kernel->facts.variant;
    if (kernel->alone)
        return strcmp(variant, "read.1core") == 0 ? EFFORT_USUAL : EFFORT_FULL;
    bool plain = strcmp(variant, "write") == 0 || strcmp(variant, "triad") == 0;
    return plain ? EFFORT_USUAL : EFFORT_QUICK;
}

bench_effort cpu_effort(const bool runs[CPU_ISA_COUNT], const cpu_kernel *kernel) {
    if (strcmp(kernel->facts.section, "latency") == 0)
        return EFFORT_QUICK;
    return kernel->facts.precision ? compute_effort(runs, kernel) : memory_effort(kernel);
}
