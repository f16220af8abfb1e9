/* The memory hierarchy: where each read finds its data.
 *
 * A read is served by the innermost level that has kept what it reads since that was touched last:
 * the level's capacity covers the reuse distance, which is the bytes of the distinct tensors
 * touched since, its own included. What was never touched, and all that is written, is of DRAM.
 * Bytes that a level serves pass through all levels within it. */
#include "place/place.h"
#include <math.h>
#include <string.h>

/* Levels that outlive a row, from the inside. */
static const char *const gpu_caches[] = {"l2", NULL};
static const char *const cpu_caches[] = {"l1", "l2", "l3", NULL};

void levels_start(memory_levels *l, const roof_device *d, bool with_caches,
                  const roof_ceiling *dram) {
    const char *const *names = roof_device_get_kind(d) == ROOF_GPU ? gpu_caches : cpu_caches;
    *l = (memory_levels){0};
    for (size_t i = 0; with_caches && names[i]; i++) {
        memory_level one = {names[i], roof_device_capacity(d, names[i]),
                            roof_device_memory(d, names[i])};
        if (one.capacity > 0 && one.roof.value > 0)
            l->level[l->n++] = one;
    }
    l->level[l->n++] = (memory_level){"dram", INFINITY, *dram};
}

/* --- reuse distances --- */

/* Bytes of tensors by the time of their last touch; prefix sums in logarithmic time (Fenwick). */
typedef struct timeline {
    double *sum; /* 1 to n */
    size_t n;
} timeline;

static void add_at(timeline *t, size_t when, double bytes) {
    for (size_t i = when; i <= t->n; i += i & -i)
        t->sum[i] += bytes;
}

static double sum_until(const timeline *t, size_t when) {
    double sum = 0;
    for (size_t i = when; i > 0; i -= i & -i)
        sum += t->sum[i];
    return sum;
}

typedef struct touch {
    uint32_t when; /* 0: never */
    double bytes;
} touch;

/* Touches a memory and gives the reuse distance: infinite the first time. */
static double reuse_distance(timeline *t, touch *last, size_t now, double bytes) {
    double distance = INFINITY;
    if (last->when) {
        distance = sum_until(t, now - 1) - sum_until(t, last->when) + bytes;
        add_at(t, last->when, -last->bytes);
    }
    *last = (touch){(uint32_t)now, bytes};
    add_at(t, now, bytes);
    return distance;
}

static void serve(roof_row *row, const memory_levels *l, int64_t bytes, double distance) {
    size_t at = 0;
    while (at + 1 < l->n && l->level[at].capacity < distance)
        at++;
    roof_row_level *levels = (roof_row_level *)(uintptr_t)row->levels;
    for (size_t i = 0; i <= at; i++)
        levels[i].bytes = cnt_add(levels[i].bytes, bytes);
}

/* --- rows --- */

static void make_levels(counted *c, const memory_levels *l) {
    for (size_t i = 0; i < c->n_rows; i++) {
        roof_row *row = &c->rows[i];
        if (row->status != ROOF_COUNTED && row->status != ROOF_ESTIMATED)
            continue;
        roof_row_level *levels = arena_array(c->inference->engine.arena, l->n, sizeof *levels);
        for (size_t k = 0; k < l->n; k++)
            levels[k] =
                (roof_row_level){.level = l->level[k].name, .bandwidth = l->level[k].roof.value};
        row->levels = levels;
        row->n_levels = (unsigned)l->n;
    }
}

static void set_times(counted *c) {
    for (size_t i = 0; i < c->n_rows; i++) {
        roof_row_level *levels = (roof_row_level *)(uintptr_t)c->rows[i].levels;
        for (size_t k = 0; k < c->rows[i].n_levels; k++)
            levels[k].time_s = (double)levels[k].bytes / levels[k].bandwidth;
    }
}

/* Accountings that are no course of events: all of it is of DRAM. */
static void serve_all_from_dram(counted *c, const memory_levels *l) {
    for (size_t i = 0; i < c->n_rows; i++)
        if (c->rows[i].n_levels)
            serve(&c->rows[i], l, c->rows[i].work.bytes.total, INFINITY);
}

void place_hierarchy(counted *c, const memory_levels *l) {
    arena *a = c->inference->engine.arena;
    const access_log *log = &c->accesses;
    make_levels(c, l);
    if (!log->arena) {
        serve_all_from_dram(c, l);
        set_times(c);
        return;
    }
    arena_mark before = arena_mark_here(a);
    timeline t = {.sum = arena_array(a, log->n + 1, sizeof *t.sum), .n = log->n};
    touch *last = arena_array(a, c->inference->engine.model->n_values + 1, sizeof *last);
    for (size_t i = 0; i < log->n; i++) {
        const access *x = &log->all[i];
        double distance = x->memory == NO_MEMORY
                              ? INFINITY
                              : reuse_distance(&t, &last[x->memory], i + 1, (double)x->bytes);
        if (c->rows[x->row].n_levels)
            serve(&c->rows[x->row], l, x->bytes, x->is_write ? INFINITY : distance);
    }
    arena_release(a, before);
    set_times(c);
}
