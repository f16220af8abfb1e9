/* Which processor this is. */
#ifndef CALIBRATE_IDENTITY_H
#define CALIBRATE_IDENTITY_H

#include "microbench/cpu/cpu.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One answer of the CPUID instruction. */
typedef struct cpuid_leaf {
    uint32_t leaf, subleaf;
    uint32_t a, b, c, d;
} cpuid_leaf;

enum { CPUID_LEAVES = 8 };

/* What the system says of an Arm processor. */
typedef struct arm_answers {
    const char *cpuinfo;    /* the text of /proc/cpuinfo, which says the part of the first core */
    uint64_t hwcap, hwcap2; /* of the auxiliary vector: what all cores can do */
    uint64_t midr; /* the register that names the part, where cpuinfo does not; 0: not to be read */
} arm_answers;

typedef struct cpu_identity {
    char vendor[16];
    unsigned family, model, stepping; /* Arm: implementer, part, revision */
    const char *source;               /* where that was read, or "" */
    char brand[64];                   /* "" when the processor does not say */
    const char *arch;                 /* a name that the theory of peaks knows, or "" */
    bool runs[CPU_ISA_COUNT]; /* the instruction set works, the system saves its registers */
    int avx512_fma_units;     /* 1 where the part is known to have one; 0: nothing known */
    double max_hz;            /* as the processor states it; 0: it does not */
} cpu_identity;

/* From captured answers of CPUID, and XCR0 (which registers the system saves). */
void identity_from_cpuid(cpu_identity *id, const cpuid_leaf *leaves, size_t n, uint64_t xcr0);
void identity_from_arm(cpu_identity *id, const arm_answers *answers);
/* Of the processor that runs this. */
void identity_read(cpu_identity *id);

#endif
