/* What a row's time is made of, and which part is the longest. */
#include "base/text.h"
#include "explain/explain.h"
#include <math.h>
#include <string.h>

enum { SHORT = 64 };

static bool is_compute(const roof_row_ceiling *c) {
    for (int u = 0; u < ROOF_UNIT_COUNT; u++) {
        size_t n = strlen(roof_unit_name((roof_unit)u));
        if (!strncmp(c->unit, roof_unit_name((roof_unit)u), n) && c->unit[n] == ' ')
            return true;
    }
    return false;
}

static bool is_integer(const char *unit) {
    return strstr(unit, " int") != NULL;
}

/* The work that goes to a ceiling, as placement put it there. */
static const term *compute_term(const term *terms, size_t n, const roof_row_ceiling *c) {
    for (size_t i = 0; i < n; i++)
        if (terms[i].ceiling.value == c->value &&
            terms[i].amount / terms[i].ceiling.value == c->time_s)
            return &terms[i];
    return NULL;
}

static roof_term made_of(const roof_row_ceiling *c, const term *compute, const roof_ceiling *memory,
                         double bandwidth) {
    roof_term t = {.unit = c->unit,
                   .ceiling = c->value,
                   .time_s = c->time_s,
                   .fallback = c->fallback,
                   .amount = round(c->time_s * c->value),
                   .amount_unit = "B",
                   .ridge = NAN};
    if (compute) {
        t.amount = compute->amount;
        t.amount_unit = is_integer(c->unit) ? "OP" : "FLOP";
        t.fact = compute->ceiling.fact;
        t.ridge = c->value / bandwidth;
    } else {
        t.fact = memory->fact;
    }
    return t;
}

const roof_term *explain_terms(arena *a, const roof_analysis *analysis, size_t row, size_t *n) {
    const counted *c = analysis_counted(analysis);
    const roof_row *r = &c->rows[row];
    const roof_device *d = roof_analysis_device(analysis);
    roof_term *all = arena_array(a, r->n_ceilings + 1, sizeof *all);
    *n = r->n_ceilings;
    if (!d)
        return all;
    roofs *in_use = arena_alloc(a, sizeof *in_use);
    roofs_start(in_use, d, roof_analysis_options(analysis), false);
    term terms[MAX_TERMS];
    size_t n_terms = compute_terms(in_use, r, &c->units[row], r->work.macs, terms);
    for (size_t i = 0; i < *n; i++) {
        const roof_row_ceiling *one = &r->ceilings[i];
        bool computes = is_compute(one);
        roof_ceiling memory = computes ? in_use->dram : roof_device_memory(d, one->unit);
        all[i] = made_of(one, computes ? compute_term(terms, n_terms, one) : NULL, &memory,
                         in_use->dram.value);
    }
    return all;
}

/* --- why --- */

static const roof_term *slowest(const roof_explanation *x, bool of_compute) {
    const roof_term *most = NULL;
    for (size_t i = 0; i < x->n_terms; i++)
        if (isfinite(x->terms[i].ridge) == of_compute &&
            (!most || x->terms[i].time_s > most->time_s))
            most = &x->terms[i];
    return most;
}

static const char *seconds(arena *a, double t) {
    char text[SHORT];
    return arena_strdup(a, text_si(text, sizeof text, t, "s"));
}

static const char *ratio(arena *a, double r) {
    return arena_printf(a, r < 9.95 ? "%.2g" : r < 999.5 ? "%.3g" : "%.0f", r);
}

/* Where the row lies on the roofline of its slowest unit. */
static const char *against_ridge(arena *a, const roof_term *compute, const roof_term *memory) {
    double x = compute->amount / memory->amount;
    return arena_printf(a, "%s FLOP/B on %s, %s the ridge of %s FLOP/B", ratio(a, x), compute->unit,
                        x < compute->ridge ? "below" : "above", ratio(a, compute->ridge));
}

static const char *limit_of_two(arena *a, const roof_term *compute, const roof_term *memory) {
    bool by_memory = memory->time_s > compute->time_s;
    const roof_term *longer = by_memory ? memory : compute, *shorter = by_memory ? compute : memory;
    return arena_printf(a, "%s takes %s, %s times the %s of %s: %s", longer->unit,
                        seconds(a, longer->time_s), ratio(a, longer->time_s / shorter->time_s),
                        seconds(a, shorter->time_s), shorter->unit,
                        against_ridge(a, compute, memory));
}

static const char *without_terms(const roof_row *row, const roof_device *d) {
    switch (row->status) {
    case ROOF_FOLDED:
        return "nothing: it depends on constants and known shapes alone, so that it is computed "
               "before the model runs";
    case ROOF_DEAD:
        return "nothing: no output of the graph depends on it";
    case ROOF_ROW_UNKNOWN:
        return "unknown, as its work is";
    default:
        return !d ? "unknown without a device; name one (--device)"
                  : "nothing: it neither computes nor moves anything";
    }
}

const char *explain_limit(arena *a, const roof_explanation *x, const roof_device *d) {
    const roof_term *compute = slowest(x, true), *memory = slowest(x, false);
    if (!compute && !memory)
        return without_terms(x->row, d);
    const char *text = compute && memory
                           ? limit_of_two(a, compute, memory)
                           : arena_printf(a, "%s takes %s, and there is nothing else",
                                          compute ? compute->unit : memory->unit,
                                          seconds(a, compute ? compute->time_s : memory->time_s));
    if (x->row->group >= 0)
        return arena_printf(a, "%s in its group; alone %s", roof_limiter_name(x->row->limiter),
                            text);
    if (x->row->limiter == ROOF_LIMIT_OVERHEAD)
        return arena_printf(a, "a launch takes %s, longer than the work; of that %s",
                            seconds(a, roof_device_latency(d, "launch")), text);
    return text;
}
