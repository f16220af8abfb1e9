/* Asking an x86 processor who it is. */
#include "calibrate/identity.h"
#include <cpuid.h>

/* Which registers the system saves; only where CPUID says that the instruction exists. */
static uint64_t read_xcr0(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

void identity_read(cpu_identity *id) {
    static const uint32_t wanted[] = {0, 1, 7, 0x16, 0x80000002U, 0x80000003U, 0x80000004U};
    cpuid_leaf leaves[CPUID_LEAVES] = {0};
    size_t n = 0;
    uint64_t xcr0 = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cpuid_leaf *l = &leaves[n];
        if (__get_cpuid_count(wanted[i], 0, &l->a, &l->b, &l->c, &l->d))
            leaves[n++].leaf = wanted[i];
        if (wanted[i] == 1 && l->c >> 27 & 1)
            xcr0 = read_xcr0();
    }
    identity_from_cpuid(id, leaves, n, xcr0);
}
