/* Sound lower bounds: what no correct run on the device can beat.
 *
 * A row that runs alone: its valid work at the best ceiling known, and the bytes that have to cross
 * the fastest memory that outlives a row, or DRAM beyond what the last-level cache can keep. The
 * model: its compulsory bytes from DRAM, and its work per unit. That rows wait for each other is no
 * bound: an engine that fuses them starts the second on the first's tiles. */
#include "place/place.h"
#include <math.h>

typedef struct bounds {
    roofs *roofs;
    double fast_memory; /* B/s of the innermost level that outlives a row; 0 when unknown */
    double cache;       /* bytes of the last-level cache; infinite when unknown */
    double unit_time[ROOF_LIMITER_COUNT]; /* all work of each unit at its best rate */
} bounds;

static double best_memory(const roof_device *d, const char *level) {
    roof_ceiling measured = roof_device_memory(d, level);
    roof_ceiling theory = roof_device_memory_theory(d, level);
    return theory.value > measured.value ? theory.value : measured.value;
}

static double last_level_cache(const roof_device *d) {
    double l3 = roof_device_capacity(d, "l3"), l2 = roof_device_capacity(d, "l2");
    double largest = l3 > l2 ? l3 : l2;
    return largest > 0 ? largest : INFINITY;
}

static double beyond(double bytes, double cache) {
    return bytes > cache ? bytes - cache : 0;
}

/* Views move nothing in a good run, whatever the traffic mode bills. */
static double memory_bound(const bounds *b, const roof_row *row, bool is_view) {
    const roof_traffic_bytes *t = &row->work.traffic[ROOF_TRAFFIC_OP];
    if (is_view)
        return 0;
    double time = b->fast_memory > 0 ? (double)t->total / b->fast_memory : 0;
    double far = beyond((double)t->weights + (double)t->read, b->cache) +
                 beyond((double)t->written, b->cache);
    double dram = b->roofs->dram.value > 0 ? far / b->roofs->dram.value : 0;
    return dram > time ? dram : time;
}

static void bound_row(bounds *b, counted *c, size_t i) {
    roof_row *row = &c->rows[i];
    bool is_free = row->status == ROOF_FOLDED || row->status == ROOF_DEAD;
    if (isnan(row->time_s) || is_free || c->units[i].may_be_less)
        return;
    const op_def *op = c->inference->ops[c->nodes[i]->id];
    term terms[MAX_TERMS];
    size_t n = compute_terms(b->roofs, row, &c->units[i], row->work.macs_valid, terms);
    const term *slowest;
    double compute = terms_time(terms, n, &slowest);
    double memory = memory_bound(b, row, op->kind == OP_VIEW);
    row->bound_s = compute > memory ? compute : memory;
    for (size_t k = 0; k < n && !c->units[i].may_not_run; k++)
        b->unit_time[terms[k].limiter] +=
            terms[k].amount / terms[k].ceiling.value * (double)row->repeat;
}

void place_bounds(counted *c, const roof_device *d, const roof_options *options) {
    bounds b = {.cache = last_level_cache(d)};
    b.roofs = arena_alloc(c->inference->engine.arena, sizeof *b.roofs);
    roofs_start(b.roofs, d, options, true);
    b.fast_memory = best_memory(d, roof_device_get_kind(d) == ROOF_GPU ? "l2" : "l1");
    for (size_t i = 0; i < c->n_rows; i++)
        bound_row(&b, c, i);
    double bound = 0;
    int64_t ideal = cnt_sub(c->totals.work.traffic[ROOF_TRAFFIC_IDEAL].total, c->uncertain_bytes);
    if (b.roofs->dram.value > 0 && (double)ideal / b.roofs->dram.value > bound)
        bound = (double)ideal / b.roofs->dram.value;
    for (int l = 0; l < ROOF_LIMITER_COUNT; l++)
        if (b.unit_time[l] > bound)
            bound = b.unit_time[l];
    c->totals.bound_s = bound;
}
