/* The theory of caches: what a core's ports move per clock. Sources: Intel's optimization manual
 * (loads and stores of a cycle, L2 to L1), AMD's optimization guides of Zen, NVIDIA's whitepapers
 * of Volta, GA102 and A100. What no source states (the third level of CPUs, what goes on into L2,
 * L2 of most GPUs) is left out rather than guessed. */
#include "device/caches.h"
#include "base/text.h"
#include "device/rates.h"
#include <math.h>
#include <string.h>

/* Bytes per clock: of each core or multiprocessor, or of the whole chip. */
static const struct cache_rate {
    const char *archs, *level;
    double read, write; /* write 0: not stated */
    bool of_chip;
} rates[] = {
    {"haswell skylake-client zen2 zen3 zen4", "l1", 64, 32, false},
    {"skylake-server icelake-server sapphirerapids zen5", "l1", 128, 64, false},
    {"zen1", "l1", 32, 16, false},
    {"haswell skylake-client skylake-server icelake-server sapphirerapids zen5", "l2", 64, 0,
     false},
    {"zen1 zen2 zen3 zen4", "l2", 32, 0, false},
    {"sm_70 sm_80 sm_86 sm_87 sm_89 sm_90", "shared", 128, 0, false},
    {"sm_75", "shared", 64, 0, false},
    {"sm_70", "l2", 2048, 0, true},
    {"sm_80", "l2", 5120, 0, true},
};

static double param(const roof_device *d, const char *name) {
    const roof_fact *f = device_param(d, name);
    return f ? f->value : 0;
}

/* Useful bytes per clock of a kernel: a copy loads as much as it stores, a triad twice as much. */
static double useful(const struct cache_rate *r, const char *kernel) {
    if (strcmp(kernel, "read") == 0)
        return r->read;
    if (strcmp(kernel, "write") == 0)
        return r->write;
    if (strcmp(kernel, "copy") == 0)
        return 2 * fmin(r->read, r->write);
    return 3 * fmin(r->read / 2, r->write);
}

/* How many of them there are. */
static double count(const roof_device *d, const struct cache_rate *r) {
    bool gpu = roof_device_get_kind(d) == ROOF_GPU;
    return r->of_chip ? 1 : param(d, gpu ? "sm_count" : "core_count");
}

static void derive(roof_device *d, const struct cache_rate *r, const char *kernel) {
    bool gpu = roof_device_get_kind(d) == ROOF_GPU;
    double cores = count(d, r);
    double clock = param(d, "clock_hz"), bytes = useful(r, kernel), value = cores * bytes * clock;
    if (value == 0)
        return;
    char result[40], units[40] = "";
    text_si(result, sizeof result, value, "B/s");
    if (!r->of_chip)
        snprintf(units, sizeof units, "%.10g %s x ", cores, gpu ? "SM" : "cores");
    fact_append_derived(d,
                        &(roof_fact){.section = "memory",
                                     .name = r->level,
                                     .variant = kernel,
                                     .value = value,
                                     .unit = "B/s",
                                     .clock_hz = clock,
                                     .source = "theory",
                                     .formula = arena_printf(d->arena, "%s%g byte x %.6g GHz = %s",
                                                             units, bytes, clock / 1e9, result)});
}

static const char *const kernels[] = {"read", "write", "copy", "triad"};
enum { N_RATES = sizeof rates / sizeof *rates, N_KERNELS = sizeof kernels / sizeof *kernels };

void derive_caches(roof_device *d) {
    const roof_fact *arch = device_param(d, "arch");
    for (size_t i = 0; arch && i < N_RATES; i++)
        for (size_t k = 0; k < N_KERNELS; k++)
            if (arch_among(rates[i].archs, arch->text))
                derive(d, &rates[i], kernels[k]);
}

/* The kernel that a fact was measured with, "read" of "read.1core"; NULL when it is none of these.
 */
static const char *kernel_of(const roof_fact *f) {
    size_t n = strcspn(f->variant, ".");
    for (size_t k = 0; k < N_KERNELS; k++)
        if (strlen(kernels[k]) == n && strncmp(kernels[k], f->variant, n) == 0)
            return kernels[k];
    return NULL;
}

double theory_of_cache(const roof_device *d, const roof_fact *f) {
    const roof_fact *arch = device_param(d, "arch");
    const char *kernel = kernel_of(f);
    double clock = f->clock_hz > 0 ? f->clock_hz : param(d, "clock_hz");
    for (size_t i = 0; arch && kernel && i < N_RATES; i++)
        if (strcmp(rates[i].level, f->name) == 0 && arch_among(rates[i].archs, arch->text))
            return (strstr(f->variant, ".1core") ? 1 : count(d, &rates[i])) *
                   useful(&rates[i], kernel) * clock;
    return 0;
}
