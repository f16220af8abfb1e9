/* Times and limiters of the rows: the classic roofline, under the selected traffic mode. */
#include "place/place.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_placed(const roof_row *row) {
    return row->status == ROOF_COUNTED || row->status == ROOF_ESTIMATED;
}

static term memory_term(const roofs *r, int64_t bytes) {
    return (term){.limiter = ROOF_LIMIT_MEMORY, .amount = (double)bytes, .ceiling = r->dram};
}

static const char *unit_text(const roofs *r, const term *t) {
    char text[64];
    if (t->limiter == ROOF_LIMIT_MEMORY)
        return "dram";
    snprintf(text, sizeof text, "%s %s", roof_unit_name(t->ceiling.unit),
             roof_precision_name(t->ceiling.precision));
    return hash_intern(r->texts, text);
}

static void set_ceilings(arena *a, const roofs *r, roof_row *row, const term *terms, size_t n) {
    roof_row_ceiling *all = arena_array(a, n ? n : 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = (roof_row_ceiling){.unit = unit_text(r, &terms[i]),
                                    .value = terms[i].ceiling.value,
                                    .time_s = terms[i].amount / terms[i].ceiling.value,
                                    .fallback = hash_intern(r->texts, terms[i].ceiling.fallback)};
    row->ceilings = all;
    row->n_ceilings = n;
}

/* A launch that takes longer than all the work is what limits the row; the time stays the roof's.
 */
static bool overhead_dominates(const roof_device *d, double time) {
    double launch = roof_device_latency(d, "launch");
    return launch > 0 && launch > time;
}

static void place_row(counted *c, roofs *r, size_t i) {
    roof_row *row = &c->rows[i];
    if (row->status == ROOF_FOLDED || row->status == ROOF_DEAD)
        row->time_s = row->bound_s = row->time_share = 0;
    if (!is_placed(row))
        return;
    term terms[MAX_TERMS];
    size_t n = compute_terms(r, row, &c->units[i], row->work.macs, terms);
    if (row->work.bytes.total > 0)
        terms[n++] = memory_term(r, row->work.bytes.total);
    const term *slowest;
    row->time_s = terms_time(terms, n, &slowest);
    if (isnan(row->time_s))
        return;
    set_ceilings(c->inference->engine.arena, r, row, terms, n);
    if (slowest)
        row->limiter =
            overhead_dominates(r->device, row->time_s) ? ROOF_LIMIT_OVERHEAD : slowest->limiter;
    if (row->time_s > 0)
        row->attainable_flops = (double)row->work.flops / row->time_s;
}

/* The time of a row had it the traffic of another mode. */
static double time_in(roofs *r, const counted *c, size_t i, roof_traffic mode) {
    const roof_row *row = &c->rows[i];
    if (!is_placed(row))
        return 0;
    term terms[MAX_TERMS];
    size_t n = compute_terms(r, row, &c->units[i], row->work.macs, terms);
    if (row->work.traffic[mode].total > 0)
        terms[n++] = memory_term(r, row->work.traffic[mode].total);
    const term *slowest;
    double time = terms_time(terms, n, &slowest);
    return isnan(time) ? 0 : time;
}

static void total_times(counted *c, roofs *r) {
    roof_totals *t = &c->totals;
    double by_limiter[ROOF_LIMITER_COUNT] = {0};
    t->time_s = 0;
    for (size_t i = 0; i < c->n_rows; i++) {
        const roof_row *row = &c->rows[i];
        if (is_placed(row) && isnan(row->time_s))
            t->complete = false;
        if (isnan(row->time_s))
            continue;
        t->time_s += row->time_s * (double)row->repeat;
        by_limiter[row->limiter] += row->time_s * (double)row->repeat;
    }
    for (int mode = 0; mode < ROOF_TRAFFIC_COUNT; mode++)
        for (size_t i = 0; i < c->n_rows; i++)
            t->time_by_traffic[mode] +=
                time_in(r, c, i, (roof_traffic)mode) * (double)c->rows[i].repeat;
    for (int l = 1; l < ROOF_LIMITER_COUNT && t->time_s > 0; l++) {
        t->limiter_share[l] = by_limiter[l] / t->time_s;
        if (t->limiter_share[l] > t->limiter_share[t->limiter])
            t->limiter = (roof_limiter)l;
    }
    t->attainable_flops = t->time_s > 0 ? (double)t->work.flops / t->time_s : NAN;
    for (size_t i = 0; i < c->n_rows; i++)
        if (!isnan(c->rows[i].time_s) && t->time_s > 0)
            c->rows[i].time_share = c->rows[i].time_s * (double)c->rows[i].repeat / t->time_s;
}

static void place_nothing(roof_totals *t) {
    t->time_s = t->attainable_flops = t->bound_s = NAN;
    for (int mode = 0; mode < ROOF_TRAFFIC_COUNT; mode++)
        t->time_by_traffic[mode] = NAN;
}

void place_model(counted *c, const roof_device *d, const roof_options *options) {
    if (!d) {
        place_nothing(&c->totals);
        return;
    }
    roofs *r = arena_alloc(c->inference->engine.arena, sizeof *r);
    roofs_start(r, d, options, false);
    r->texts = hash_new(c->inference->engine.arena, 16);
    for (size_t i = 0; i < c->n_rows; i++)
        place_row(c, r, i);
    total_times(c, r);
    place_bounds(c, d, options);
}
