/* Which fact of a profile is the ceiling of some work. */
#include "device/facts.h"
#include <string.h>

typedef struct request {
    const roof_device *device;
    roof_unit unit;
    roof_precision precision;
    roof_precision accumulate; /* ROOF_PRECISION_NONE: the usual one */
    bool sparse;
    bool theory_only;
} request;

static bool is_sparse(const roof_fact *f) {
    return strncmp(f->variant, "sparse", strlen("sparse")) == 0;
}

static bool is_integer(roof_precision p) {
    return p == ROOF_INT32 || p == ROOF_INT16 || p == ROOF_INT8 || p == ROOF_INT4;
}

/* What products of a type are summed in unless someone asks for something else. */
static roof_precision usual_accumulate(roof_precision p) {
    return is_integer(p) ? ROOF_INT32 : p == ROOF_FP64 ? ROOF_FP64 : ROOF_FP32;
}

static roof_precision accumulate_of(const roof_fact *f) {
    return *f->accumulate ? roof_precision_from_name(f->accumulate)
                          : usual_accumulate(roof_precision_from_name(f->precision));
}

static roof_precision sum_of(const request *q) {
    return q->accumulate == ROOF_PRECISION_NONE ? usual_accumulate(q->precision) : q->accumulate;
}

typedef enum accumulation { ACCUMULATES_EXACTLY_SO, ACCUMULATES_WIDER } accumulation;

/* Vector units sum in the type they work on, unless someone asks for something else. */
static bool accumulates(const request *q, const roof_fact *f, accumulation how) {
    if (q->accumulate == ROOF_PRECISION_NONE && q->unit != ROOF_MATRIX)
        return true;
    return how == ACCUMULATES_EXACTLY_SO ? accumulate_of(f) == sum_of(q)
                                         : precision_holds(accumulate_of(f), sum_of(q));
}

/* The better of two ceilings of the same work: measured before published before calculated, then
 * the faster. */
static const roof_fact *better(const roof_fact *a, const roof_fact *b) {
    if (!a || !b)
        return a ? a : b;
    if (a->kind != b->kind)
        return a->kind < b->kind ? a : b;
    return b->value > a->value ? b : a;
}

static const roof_fact *pick(const request *q, accumulation how) {
    const roof_fact *best = NULL;
    for (size_t i = 0; i < q->device->n; i++) {
        const roof_fact *f = &q->device->facts[i];
        if (strcmp(f->section, "compute") == 0 && strcmp(f->name, roof_unit_name(q->unit)) == 0 &&
            strcmp(f->precision, roof_precision_name(q->precision)) == 0 &&
            is_sparse(f) == q->sparse && accumulates(q, f, how) &&
            (!q->theory_only || f->kind == ROOF_THEORY))
            best = better(best, f);
    }
    return best;
}

/* One unit and precision: as asked, else with a wider sum, else without sparsity. */
static const roof_fact *pick_any(const request *q) {
    const roof_fact *f = pick(q, ACCUMULATES_EXACTLY_SO);
    f = f ? f : pick(q, ACCUMULATES_WIDER);
    if (f || !q->sparse)
        return f;
    request dense = *q;
    dense.sparse = false;
    return pick_any(&dense);
}

static const roof_fact *pick_on(const request *q, roof_unit unit, roof_precision p) {
    request other = *q;
    other.unit = unit;
    other.precision = p;
    return pick_any(&other);
}

/* The fastest unit of a wider precision that holds the operands exactly. */
static const roof_fact *pick_wider(const request *q) {
    const roof_fact *best = NULL;
    for (int u = 0; u < ROOF_UNIT_COUNT; u++) {
        bool able = u == (int)q->unit || (u == ROOF_VECTOR && q->unit == ROOF_MATRIX);
        for (int p = 0; able && p < ROOF_PRECISION_COUNT; p++) {
            if (p == (int)q->precision || p == ROOF_TF32 ||
                !precision_holds((roof_precision)p, q->precision))
                continue;
            const roof_fact *f = pick_on(q, (roof_unit)u, (roof_precision)p);
            if (f && (!best || f->value > best->value))
                best = f;
        }
    }
    return best;
}

/* "no matrix fp16: vector fp32": of sparsity and sums only what differs is said. */
static void explain(roof_ceiling *c, const request *q) {
    const roof_fact *f = c->fact;
    bool same = c->unit == q->unit && c->precision == q->precision;
    bool dense = q->sparse && !is_sparse(f);
    bool wider = same && !accumulates(q, f, ACCUMULATES_EXACTLY_SO);
    if (same && !dense && !wider)
        return;
    const char *summed = wider ? " summed in " : "";
    snprintf(c->fallback, sizeof c->fallback, "no %s%s %s%s%s: %s%s %s%s%s",
             dense ? "2:4 sparse " : "", roof_unit_name(q->unit), roof_precision_name(q->precision),
             summed, wider ? roof_precision_name(sum_of(q)) : "", dense ? "dense " : "", f->name,
             f->precision, summed, wider ? roof_precision_name(accumulate_of(f)) : "");
}

static roof_ceiling compute(request *q) {
    roof_ceiling c = {.unit = q->unit, .precision = q->precision};
    if (q->precision < 0 || q->precision >= ROOF_PRECISION_COUNT)
        return c;
    if (q->accumulate == usual_accumulate(q->precision))
        q->accumulate = ROOF_PRECISION_NONE;
    const roof_fact *f = pick_any(q);
    if (!f && q->unit == ROOF_MATRIX)
        f = pick_on(q, ROOF_VECTOR, q->precision);
    if (!f)
        f = pick_wider(q);
    if (!f && q->unit == ROOF_SPECIAL) { /* optimistic: one vector operation for each */
        request on_vector = *q;
        on_vector.unit = ROOF_VECTOR;
        f = pick_any(&on_vector);
        f = f ? f : pick_wider(&on_vector);
    }
    if (!f) {
        snprintf(c.fallback, sizeof c.fallback, "nothing known that runs %s %s",
                 roof_unit_name(q->unit), roof_precision_name(q->precision));
        return c;
    }
    c.value = f->value;
    c.fact = f;
    c.unit = unit_from_name(f->name);
    c.precision = roof_precision_from_name(f->precision);
    explain(&c, q);
    return c;
}

roof_ceiling roof_device_compute(const roof_device *d, roof_unit unit, roof_precision p,
                                 roof_precision accumulate, bool sparse) {
    return compute(&(request){
        .device = d, .unit = unit, .precision = p, .accumulate = accumulate, .sparse = sparse});
}

roof_ceiling roof_device_compute_theory(const roof_device *d, roof_unit unit, roof_precision p,
                                        roof_precision accumulate, bool sparse) {
    return compute(&(request){.device = d,
                              .unit = unit,
                              .precision = p,
                              .accumulate = accumulate,
                              .sparse = sparse,
                              .theory_only = true});
}

static roof_ceiling memory(const roof_device *d, const char *level, bool theory_only) {
    roof_ceiling c = {.unit = ROOF_UNIT_COUNT, .precision = ROOF_PRECISION_NONE};
    for (size_t i = 0; i < d->n; i++) {
        const roof_fact *f = &d->facts[i];
        if (strcmp(f->section, "memory") == 0 && strcmp(f->name, level) == 0 &&
            (!theory_only || f->kind == ROOF_THEORY))
            c.fact = better(c.fact, f);
    }
    c.value = c.fact ? c.fact->value : 0;
    return c;
}

roof_ceiling roof_device_memory(const roof_device *d, const char *level) {
    return memory(d, level, false);
}

roof_ceiling roof_device_memory_theory(const roof_device *d, const char *level) {
    return memory(d, level, true);
}

static double value_of(const roof_device *d, const char *section, const char *name) {
    const roof_fact *f = fact_find(d, section, name);
    return f ? f->value : 0;
}

double roof_device_capacity(const roof_device *d, const char *level) {
    return value_of(d, "capacity", level);
}

double roof_device_latency(const roof_device *d, const char *name) {
    return value_of(d, "latency", name);
}
