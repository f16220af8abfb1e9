/* Asking an x86 processor who it is. */
#include "calibrate/identity.h"
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Which registers the system saves; only where CPUID says that the instruction exists. */
static uint64_t read_xcr0(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/* Linux saves the large tiles only of processes that ask for it, before their threads begin. */
static bool ask_for_tiles(void) {
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

void identity_read(cpu_identity *id) {
    static const struct {
        uint32_t leaf, subleaf;
    } wanted[CPUID_LEAVES] = {{0, 0},    {1, 0},           {7, 0},           {7, 1},
                              {0x16, 0}, {0x80000002U, 0}, {0x80000003U, 0}, {0x80000004U, 0}};
    cpuid_leaf leaves[CPUID_LEAVES] = {0};
    size_t n = 0;
    uint64_t xcr0 = 0;
    for (size_t i = 0; i < CPUID_LEAVES; i++) {
        cpuid_leaf *l = &leaves[n];
        l->leaf = wanted[i].leaf;
        l->subleaf = wanted[i].subleaf;
        if (__get_cpuid_count(l->leaf, l->subleaf, &l->a, &l->b, &l->c, &l->d))
            n++;
        if (wanted[i].leaf == 1 && l->c >> 27 & 1)
            xcr0 = read_xcr0();
    }
    identity_from_cpuid(id, leaves, n, xcr0);
    id->runs[CPU_AMX] = id->runs[CPU_AMX] && ask_for_tiles();
}
