/* Times and limiters of the rows: the classic roofline, under the selected traffic mode. */
#include "place/place.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_placed(const roof_row *row) {
    return row->status == ROOF_COUNTED || row->status == ROOF_ESTIMATED;
}

/* The level of memory that takes longest. */
static term memory_term(const roofs *r, const roof_row *row) {
    const memory_levels *l = &r->levels;
    term t = {.limiter = ROOF_LIMIT_MEMORY,
              .amount = (double)row->work.bytes.total,
              .ceiling = r->dram,
              .level = "dram"};
    double most = -1;
    for (size_t i = 0; i < row->n_levels; i++)
        if (row->levels[i].time_s > most) {
            most = row->levels[i].time_s;
            t.amount = (double)row->levels[i].bytes;
            t.ceiling = l->level[i].roof;
            t.level = l->level[i].name;
        }
    return t;
}

static const char *unit_text(const roofs *r, const term *t) {
    char text[64];
    if (t->limiter == ROOF_LIMIT_MEMORY)
        return t->level;
    snprintf(text, sizeof text, "%s %s", roof_unit_name(t->ceiling.unit),
             roof_precision_name(t->ceiling.precision));
    return hash_intern(r->texts, text);
}

/* Layers repeat: a list that equals a recent one is kept once. */
static const roof_row_ceiling *keep_ceilings(arena *a, roofs *r, const roof_row_ceiling *all,
                                             size_t n) {
    for (size_t i = 0; i < RECENT; i++)
        if (r->recent[i].n == n && memcmp(r->recent[i].all, all, n * sizeof *all) == 0)
            return r->recent[i].all;
    roof_row_ceiling *kept = arena_array(a, n, sizeof *kept);
    memcpy(kept, all, n * sizeof *all);
    r->recent[r->next] = (recent_ceilings){kept, n};
    r->next = (r->next + 1) % RECENT;
    return kept;
}

static void set_ceilings(arena *a, roofs *r, roof_row *row, const term *terms, size_t n) {
    roof_row_ceiling all[MAX_TERMS];
    for (size_t i = 0; i < n; i++)
        all[i] = (roof_row_ceiling){.unit = unit_text(r, &terms[i]),
                                    .value = terms[i].ceiling.value,
                                    .time_s = terms[i].amount / terms[i].ceiling.value,
                                    .fallback = hash_intern(r->texts, terms[i].ceiling.fallback)};
    row->ceilings = n ? keep_ceilings(a, r, all, n) : NULL;
    row->n_ceilings = n;
}

/* A launch that takes longer than all the work is what limits the row; the time stays the roof's.
 */
static bool overhead_dominates(const roofs *r, double time) {
    return r->launch > 0 && r->launch > time;
}

static double memory_time(const roofs *r, const roof_row *row, roof_traffic t) {
    term slowest = memory_term(r, row);
    bool chosen = t == r->options->traffic && row->n_levels > 0;
    double bytes = chosen ? slowest.amount : (double)row->work.traffic[t].total;
    return bytes > 0 ? bytes / (chosen ? slowest.ceiling.value : r->dram.value) : 0;
}

/* Adds what a row takes under each traffic mode; fused groups are added as such. */
static void add_times(counted *c, const roofs *r, size_t i, double compute) {
    const roof_row *row = &c->rows[i];
    bool alone = c->groups.of[i] == NO_GROUP;
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++) {
        double time = fmax(compute, memory_time(r, row, (roof_traffic)t));
        if ((t != ROOF_TRAFFIC_FUSED || alone) && isfinite(compute) && isfinite(time))
            c->totals.time_by_traffic[t] += time * (double)row->repeat;
    }
}

static void place_row(counted *c, roofs *r, size_t i) {
    roof_row *row = &c->rows[i];
    if (row->status == ROOF_FOLDED || row->status == ROOF_DEAD)
        row->time_s = row->bound_s = row->time_share = 0;
    if (!is_placed(row))
        return;
    term terms[MAX_TERMS];
    const term *slowest;
    size_t n = compute_terms(r, row, &c->units[i], row->work.macs, terms);
    add_times(c, r, i, terms_time(terms, n, &slowest));
    if (row->work.bytes.total > 0)
        terms[n++] = memory_term(r, row);
    row->time_s = terms_time(terms, n, &slowest);
    if (isnan(row->time_s))
        return;
    set_ceilings(c->inference->engine.arena, r, row, terms, n);
    if (slowest)
        row->limiter = overhead_dominates(r, row->time_s) ? ROOF_LIMIT_OVERHEAD : slowest->limiter;
}

/* --- fused groups --- */

typedef struct group_time {
    double time;
    double rows_time; /* of its rows, each alone */
    roof_limiter limiter;
} group_time;

/* Adds what a row of a group takes at each level of memory. */
static void add_level_times(const roofs *r, const roof_row *row, double at[MAX_LEVELS]) {
    int64_t bytes = row->work.traffic[ROOF_TRAFFIC_FUSED].total;
    if (r->options->traffic != ROOF_TRAFFIC_FUSED || row->n_levels == 0)
        at[0] += bytes > 0 ? (double)bytes / r->dram.value : 0;
    else
        for (size_t i = 0; i < row->n_levels; i++)
            at[i] += row->levels[i].time_s;
}

/* A group is one kernel: what its rows ask of a unit adds up, and so do their bytes. */
static group_time time_of_group(const counted *c, roofs *r, size_t group) {
    const grouping *g = &c->groups;
    double by[ROOF_LIMITER_COUNT] = {0}, at[MAX_LEVELS] = {0}, alone = 0;
    for (uint32_t k = g->start[group]; k < g->start[group + 1]; k++) {
        const roof_row *row = &c->rows[g->row[k]];
        term terms[MAX_TERMS];
        size_t n = is_placed(row) && !isnan(row->time_s)
                       ? compute_terms(r, row, &c->units[g->row[k]], row->work.macs, terms)
                       : 0;
        for (size_t i = 0; i < n; i++)
            by[terms[i].limiter] += terms[i].amount / terms[i].ceiling.value;
        if (is_placed(row) && !isnan(row->time_s)) {
            add_level_times(r, row, at);
            alone += row->time_s;
        }
    }
    for (size_t i = 0; i < MAX_LEVELS; i++)
        by[ROOF_LIMIT_MEMORY] = fmax(by[ROOF_LIMIT_MEMORY], at[i]);
    group_time t = {.rows_time = alone};
    for (int l = 0; l < ROOF_LIMITER_COUNT; l++)
        if (by[l] > t.time) {
            t.time = by[l];
            t.limiter = (roof_limiter)l;
        }
    if (t.time > 0 && overhead_dominates(r, t.time))
        t.limiter = ROOF_LIMIT_OVERHEAD;
    return t;
}

/* Rows share the time of their group in proportion to what each would take alone. */
static void share_time(counted *c, size_t group, const group_time *t) {
    const grouping *g = &c->groups;
    c->fused[group].time_s = t->time;
    c->fused[group].limiter = t->limiter;
    for (uint32_t k = g->start[group]; k < g->start[group + 1]; k++) {
        roof_row *row = &c->rows[g->row[k]];
        if (!is_placed(row) || isnan(row->time_s))
            continue;
        row->limiter = row->time_s > 0 ? t->limiter : ROOF_LIMIT_NONE;
        row->time_s = t->rows_time > 0 ? t->time * row->time_s / t->rows_time : 0;
    }
}

static void place_groups(counted *c, roofs *r) {
    double *total = &c->totals.time_by_traffic[ROOF_TRAFFIC_FUSED];
    for (size_t g = 0; g < c->groups.n; g++) {
        group_time t = time_of_group(c, r, g);
        *total += t.time * (double)c->rows[c->groups.row[c->groups.start[g]]].repeat;
        if (c->fused)
            share_time(c, g, &t);
    }
}

/* --- totals --- */

static void total_times(counted *c) {
    roof_totals *t = &c->totals;
    double by_limiter[ROOF_LIMITER_COUNT] = {0};
    t->time_s = 0;
    for (size_t i = 0; i < c->n_rows; i++) {
        roof_row *row = &c->rows[i];
        if (is_placed(row) && isnan(row->time_s))
            t->complete = false;
        if (isnan(row->time_s))
            continue;
        if (row->time_s > 0)
            row->attainable_flops = (double)row->work.flops / row->time_s;
        t->time_s += row->time_s * (double)row->repeat;
        by_limiter[row->limiter] += row->time_s * (double)row->repeat;
    }
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
    if (options->hierarchy)
        place_hierarchy(c, &r->levels);
    for (size_t i = 0; i < c->n_rows; i++)
        place_row(c, r, i);
    place_groups(c, r);
    total_times(c);
    place_bounds(c, d, options);
}
