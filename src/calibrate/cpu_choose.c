/* Which of the CPU kernels a processor runs, in which order, and with how much effort. */
#include "calibrate/cpu.h"
#include <string.h>

/* What is measured one after the other: what needs no memory first, as filling memory takes time of
 * its own; on one core last. */
static const struct pass {
    const char *section;
    bool alone;
    bool several; /* only where there are several cores: it would be the same again */
} passes[] = {{"compute", false, false},
              {"memory", false, false},
              {"latency", true, false},
              {"compute", true, true},
              {"memory", true, true}};

static bool is_of(const cpu_kernel *k, const struct pass *p) {
    return strcmp(k->facts.section, p->section) == 0 && k->alone == p->alone;
}

/* The kernels of one pass; takes those it finds off *i. Of memory only those of the first set. */
static const cpu_kernel *find_in_pass(const bool runs[CPU_ISA_COUNT], const struct pass *p,
                                      size_t *i) {
    const cpu_isa *isa;
    bool found = false;
    for (size_t s = 0; (isa = cpu_isa_compiled(s)); s++) {
        bool again = found && strcmp(p->section, "memory") == 0;
        for (size_t k = 0; runs[isa->id] && !again && k < isa->n; k++) {
            if (!is_of(&isa->kernels[k], p))
                continue;
            found = true;
            if ((*i)-- == 0)
                return &isa->kernels[k];
        }
    }
    return NULL;
}

const cpu_kernel *cpu_kernel_at(const bool runs[CPU_ISA_COUNT], bool several, size_t i) {
    for (size_t p = 0; p < sizeof passes / sizeof *passes; p++) {
        const cpu_kernel *kernel =
            several || !passes[p].several ? find_in_pass(runs, &passes[p], &i) : NULL;
        if (kernel)
            return kernel;
    }
    return NULL;
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
    const char *variant = kernel->facts.variant;
    bool near = strcmp(variant, "avx2") == 0 || strcmp(variant, "neon") == 0;
    return !kernel->alone && near ? EFFORT_QUICK : EFFORT_FULL;
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
