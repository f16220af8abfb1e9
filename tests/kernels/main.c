/* Goes through all kernels that this processor runs, on all its cores or one alike. */
#include "calibrate/identity.h"
#include "kernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static const path paths[] = {
    {"sse2", SCALED_OR_SHIFTED, 16},
    {"avx", SCALED_OR_SHIFTED, 32},
    {"avx2", SCALED_AND_SHIFTED, 32},
    {"avx512", SCALED_AND_SHIFTED, 64},
    {"avxvnni", DOT_UNSIGNED, 32},
    {"avx512vnni", DOT_UNSIGNED, 64},
    {"avx512vnni-256", DOT_UNSIGNED, 32},
    {"avx512bf16", DOT, 64},
    {"avx512fp16", DOT, 64},
    {"neon", PRODUCT_ADDED, 16},
    {"dotprod", DOT, 16},
    {"i8mm", SQUARE, 16},
    {"bf16", SQUARE, 16},
    {"bf16-dot", DOT, 16},
    {"sve", PRODUCTS_ADDED, 0},
};

int wrong(const cpu_kernel *k, size_t at, double got, double want, double tolerance) {
    if (fabs(got - want) <= tolerance * fabs(want))
        return 0;
    printf("not ok: %s: number %zu is %.9g, not %.9g\n", k->facts.name, at, got, want);
    return 1;
}

cpu_work *new_work(void) {
    void *work;
    if (posix_memalign(&work, 64, sizeof(cpu_work)) != 0)
        exit(1);
    memset(work, 0, sizeof(cpu_work));
    cpu_work_init(work, 1);
    return work;
}

int64_t iterations_of(const path *p, int n) {
    return strcmp(p->name, "sve") == 0 ? n * (int64_t)p->bytes / 16 : n;
}

/* Bytes of the registers of SVE. */
static size_t vector_length(void) {
    int length = prctl(PR_SVE_GET_VL);
    return length > 0 ? (size_t)length & PR_SVE_VL_LEN_MASK : 16;
}

/* false when none is known by that name: tiles, of which a unit test sees the sums. */
static bool path_of(const cpu_kernel *k, path *p) {
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (strcmp(k->facts.variant, paths[i].name) != 0)
            continue;
        *p = paths[i];
        p->bytes = p->bytes > 0 ? p->bytes : vector_length();
        return true;
    }
    return false;
}

static int check_compute(const cpu_kernel *k) {
    const char *type = k->facts.precision;
    path p;
    if (strcmp(k->facts.unit, "special") == 0)
        return check_exp(k);
    if (!path_of(k, &p)) {
        bool tiles = strcmp(k->facts.variant, "amx") == 0;
        printf("%s: %s: no rule says what it computes\n", tiles ? "skipped" : "not ok",
               k->facts.name);
        return !tiles;
    }
    bool peak = strcmp(type, "fp32") == 0 || strcmp(type, "fp64") == 0;
    return peak ? check_peak(k, &p) : check_products(k, &p);
}

static int check_set(const cpu_isa *isa) {
    int failures = 0;
    for (size_t i = 0; i < isa->n; i++) {
        const cpu_kernel *k = &isa->kernels[i];
        bool memory = strcmp(k->facts.section, "memory") == 0;
        if (k->alone || !(memory || k->facts.precision))
            continue; /* the same again; a chase has a test of its own */
        int bad = memory ? check_streams(k) : check_compute(k);
        if (bad == 0)
            printf("ok: %s\n", k->facts.name);
        failures += bad;
    }
    return failures;
}

int main(void) {
    cpu_identity id;
    const cpu_isa *isa;
    int failures = 0;
    identity_read(&id);
    for (size_t i = 0; (isa = cpu_isa_compiled(i)); i++)
        if (id.runs[isa->id])
            failures += check_set(isa);
    return failures > 0;
}
