/* The theory of peaks: what a machine could do at most, from its params alone. */
#include "base/numeric.h"
#include "base/text.h"
#include "device/caches.h"
#include "device/facts.h"
#include "device/rates.h"
#include <string.h>

/* The given params from which compute peaks follow. */
typedef struct machine {
    roof_device *device;
    double cores;
    const char *core_name;
    bool professional;   /* Tensor Cores accumulate in FP32 at full rate */
    double avx512_units; /* 0: as the architecture has them */
} machine;

static double param(const roof_device *d, const char *name) {
    const roof_fact *f = device_param(d, name);
    return f ? f->value : 0;
}

/* The clock of a unit and precision: the param that says most about it; 0 when there is none. */
static double clock_of(const roof_device *d, const rate *r) {
    double clock = 0;
    int best = -1;
    for (size_t i = 0; i < d->n_given; i++) {
        const roof_fact *f = &d->facts[i];
        if (strcmp(f->section, "param") != 0 || strcmp(f->name, "clock_hz") != 0)
            continue;
        bool unit = strcmp(f->variant, roof_unit_name(r->unit)) == 0;
        bool precision = strcmp(f->precision, roof_precision_name(r->precision)) == 0;
        int score = unit + 2 * precision;
        if ((*f->variant && !unit) || (*f->precision && !precision) || score <= best)
            continue;
        best = score;
        clock = f->value;
    }
    return clock;
}

static bool is_integer(roof_precision p) {
    return p == ROOF_INT32 || p == ROOF_INT16 || p == ROOF_INT8 || p == ROOF_INT4;
}

static double units_of(const machine *m, const rate *r) {
    bool avx512 = strncmp(r->variant, "avx512", strlen("avx512")) == 0;
    return avx512 && m->avx512_units ? m->avx512_units : r->units;
}

static double lanes_of(const machine *m, const rate *r) {
    return (r->traits & GEFORCE_HALF) && !m->professional ? r->lanes / 2 : r->lanes;
}

/* "108 SM x 4 Tensor Cores x 256 FMA x 2 x 1.41 GHz = 312 TFLOP/s" */
static const char *formula_of(const machine *m, const rate *r, double clock, double value) {
    arena *a = m->device->arena;
    char result[40];
    double lanes = lanes_of(m, r);
    const char *inner = lanes != 1 ? arena_printf(a, " x %g %s", lanes, r->lane_name) : "";
    const char *twice = r->operations != 1 ? arena_printf(a, " x %g", r->operations) : "";
    text_si(result, sizeof result, value, is_integer(r->precision) ? "OP/s" : "FLOP/s");
    return arena_printf(a, "%.10g %s x %g %s%s%s x %.6g GHz = %s", m->cores, m->core_name,
                        units_of(m, r), r->unit_name, inner, twice, clock / 1e9, result);
}

static const char *precision_or_empty(roof_precision p) {
    return p == ROOF_PRECISION_NONE ? "" : roof_precision_name(p);
}

static void derive_sparse(const machine *m, const roof_fact *dense, double faster) {
    arena *a = m->device->arena;
    char slow[40], fast[40];
    roof_fact f = *dense;
    f.variant = "sparse";
    f.value = dense->value * faster;
    text_si(slow, sizeof slow, dense->value, dense->unit);
    text_si(fast, sizeof fast, f.value, dense->unit);
    f.formula = arena_printf(a, "2:4 sparsity: %.4g x %s = %s", faster, slow, fast);
    fact_append_derived(m->device, &f);
}

static void derive_rate(const machine *m, const rate *r) {
    double clock = clock_of(m->device, r);
    if (clock == 0)
        return;
    double value = m->cores * units_of(m, r) * lanes_of(m, r) * r->operations * clock;
    roof_fact f = {.section = "compute",
                   .name = roof_unit_name(r->unit),
                   .precision = roof_precision_name(r->precision),
                   .accumulate = precision_or_empty(r->accumulate),
                   .variant = r->variant,
                   .value = value,
                   .unit = is_integer(r->precision) ? "OP/s" : "FLOP/s",
                   .clock_hz = clock,
                   .source = "theory",
                   .formula = formula_of(m, r, clock, value)};
    fact_append_derived(m->device, &f);
    if (rate_sparse(r) > 0)
        derive_sparse(m, &f, rate_sparse(r));
}

static void derive_compute(roof_device *d) {
    const roof_fact *arch = device_param(d, "arch"),
                    *accumulate = device_param(d, "fp32_accumulate");
    bool gpu = roof_device_get_kind(d) == ROOF_GPU;
    machine m = {.device = d,
                 .cores = param(d, gpu ? "sm_count" : "core_count"),
                 .core_name = gpu ? "SM" : "cores",
                 .professional = accumulate && strcmp(accumulate->text, "full") == 0,
                 .avx512_units = param(d, "avx512_fma_units")};
    if (!arch || m.cores == 0)
        return;
    size_t i = 0;
    for (const rate *r; (r = rate_next(arch->text, &i));)
        if (!(r->traits & NO_ROOF))
            derive_rate(&m, r);
}

/* Whether a measured ceiling took the path of a rate: "avx512.1core" that of "avx512". */
static bool took_path(const roof_fact *f, const rate *r) {
    size_t n = strcspn(f->variant, ".");
    return strcmp(f->name, roof_unit_name(r->unit)) == 0 &&
           strcmp(f->precision, roof_precision_name(r->precision)) == 0 &&
           strlen(r->variant) == n && strncmp(f->variant, r->variant, n) == 0;
}

static double theory_of_cpu(const roof_device *d, const roof_fact *f) {
    const roof_fact *arch = device_param(d, "arch");
    machine m = {.avx512_units = param(d, "avx512_fma_units")};
    double cores = strstr(f->variant, ".1core") ? 1 : param(d, "core_count");
    size_t i = 0;
    for (const rate *r; arch && (r = rate_next(arch->text, &i));) {
        double clock = f->clock_hz > 0 ? f->clock_hz : clock_of(d, r);
        if (took_path(f, r))
            return cores * units_of(&m, r) * lanes_of(&m, r) * r->operations * clock;
    }
    return 0;
}

/* With block scales a GeForce adds in fp32 as fast as in fp16. */
static roof_precision limiting_accumulate(const roof_fact *f) {
    if (strstr(f->variant, "-mxf8"))
        return ROOF_FP16;
    return *f->accumulate ? roof_precision_from_name(f->accumulate) : ROOF_PRECISION_NONE;
}

/* At the clock of the measurement; 0 where nothing is known of just that. */
static double theory_of_unit(const roof_device *d, const roof_fact *f, bool sparse) {
    roof_ceiling c = roof_device_compute_theory(d, unit_from_name(f->name),
                                                roof_precision_from_name(f->precision),
                                                limiting_accumulate(f), sparse);
    if (c.value == 0 || *c.fallback)
        return 0;
    bool rescale = c.fact->clock_hz > 0 && f->clock_hz > 0;
    return rescale ? c.value * f->clock_hz / c.fact->clock_hz : c.value;
}

/* Dense instructions that have not become longer do half of what sparse ones do. */
static double theory_of_gpu(const roof_device *d, const roof_fact *f) {
    bool is_sparse = strncmp(f->variant, "sparse", strlen("sparse")) == 0;
    double value = theory_of_unit(d, f, is_sparse);
    double half = is_sparse || strstr(f->variant, "-k96") ? 0 : theory_of_unit(d, f, true) / 2;
    return half > 0 && half < value ? half : value;
}

double roof_device_theory_of(const roof_device *d, const roof_fact *f) {
    if (strcmp(f->section, "memory") == 0)
        return strcmp(f->name, "dram") == 0 ? roof_device_memory_theory(d, f->name).value
                                            : theory_of_cache(d, f);
    if (strcmp(f->section, "compute") != 0 && strcmp(f->section, "zeros") != 0)
        return 0;
    return roof_device_get_kind(d) == ROOF_GPU ? theory_of_gpu(d, f) : theory_of_cpu(d, f);
}

/* Pins that toggle at a multiple of a clock, or channels of 8 bytes. */
static void derive_memory(roof_device *d) {
    double clock = param(d, "memory_clock_hz"), per_clock = param(d, "memory_data_rate"),
           bits = param(d, "memory_bus_bits"), transfers = param(d, "memory_transfer_rate"),
           channels = param(d, "memory_channels");
    bool pins = clock != 0 && per_clock != 0 && bits != 0;
    double value = pins ? clock * per_clock * bits / 8 : transfers * channels * 8;
    if (value == 0)
        return;
    char result[40];
    text_si(result, sizeof result, value, "B/s");
    const char *formula = pins ? arena_printf(d->arena, "%.7g MHz x %g per clock x %g bit / 8 = %s",
                                              clock / 1e6, per_clock, bits, result)
                               : arena_printf(d->arena, "%g channels x %.6g GT/s x 8 byte = %s",
                                              channels, transfers / 1e9, result);
    fact_append_derived(d, &(roof_fact){.section = "memory",
                                        .name = "dram",
                                        .value = value,
                                        .unit = "B/s",
                                        .source = "theory",
                                        .formula = formula});
}

bool device_derive(roof_device *d) {
    numeric_locale before = numeric_begin();
    bool good = !arena_escape(d->arena);
    if (good) {
        d->n = d->n_given;
        derive_compute(d);
        derive_memory(d);
        derive_caches(d);
    }
    numeric_end(before);
    return good;
}
