/* Runs the analysis again and again, and keeps of each run what a sweep tells. */
#include "sweep/sweep.h"
#include "base/error.h"
#include "base/hash.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_LIMIT = 900 << 20, DIGITS = 24 };

/* A row as it is seen from point to point. There is one for every row of a model, so it is small.
 */
typedef struct followed {
    roof_sweep_row public; /* first */
    int64_t at;            /* the last point on this line where it had a side */
    unsigned line;         /* second axis's index of the last crossing, + 1 */
    roof_limiter side;     /* at that point */
} followed;

struct roof_sweep {
    arena *arena;
    roof_analysis *last; /* of the point that was analysed last: one at a time, for memory's sake */
    roof_sweep_axis axes[ROOF_SWEEP_AXES];
    size_t n_axes;
    roof_sweep_point *points;
    size_t n_points;
    hash *by_id; /* NULL until a row is not where it was */
    followed **rows;
    size_t n_rows, room;
};

/* --- axes --- */

static bool check_axis(const roof_sweep_axis *x, roof_error *error) {
    const char *name = x->name ? x->name : "batch";
    if (x->n == 0)
        return error_set(error, ROOF_USAGE, "%s: there is no value to take", name);
    for (size_t i = 0; i < x->n; i++)
        if (x->values[i] < 1 || (i > 0 && x->values[i] <= x->values[i - 1]))
            return error_set(error, ROOF_USAGE, "%s: the values must rise from 1 on", name);
    return true;
}

static bool check_axes(const roof_sweep_axis *axes, size_t n, roof_error *error) {
    size_t points = 1;
    if (n < 1 || n > ROOF_SWEEP_AXES)
        return error_set(error, ROOF_USAGE, "%zu dimensions vary; there may be one or two", n);
    for (size_t i = 0; i < n; i++) {
        if (!check_axis(&axes[i], error))
            return false;
        if (axes[i].n > ROOF_SWEEP_POINTS / points)
            return error_set(error, ROOF_USAGE,
                             "these are more than %d points; take larger steps, as in 1..1024:x2",
                             ROOF_SWEEP_POINTS);
        points *= axes[i].n;
    }
    return true;
}

static void copy_axes(roof_sweep *s, const roof_sweep_axis *axes, size_t n) {
    s->n_axes = n;
    s->n_points = 1;
    for (size_t i = 0; i < n; i++) {
        int64_t *values = arena_array(s->arena, axes[i].n, sizeof *values);
        memcpy(values, axes[i].values, axes[i].n * sizeof *values);
        s->axes[i] = (roof_sweep_axis){axes[i].name ? arena_strdup(s->arena, axes[i].name) : NULL,
                                       values, axes[i].n};
        s->n_points *= axes[i].n;
    }
}

/* --- one point --- */

static void place_point(const roof_sweep *s, size_t i, roof_sweep_point *p) {
    for (size_t k = 0; k < s->n_axes; k++) {
        p->at[k] = s->axes[k].values[i % s->axes[k].n];
        i /= s->axes[k].n;
    }
}

/* The caller's options with the axes bound, on an arena. */
static roof_options bind_point(const roof_sweep *s, const roof_options *options,
                               const roof_sweep_point *p, arena *a) {
    roof_options o = *options;
    roof_binding *dims = arena_array(a, o.n_dims + s->n_axes, sizeof *dims);
    if (o.n_dims > 0)
        memcpy(dims, o.dims, o.n_dims * sizeof *dims);
    for (size_t k = 0; k < s->n_axes; k++) {
        if (s->axes[k].name)
            dims[o.n_dims++] =
                (roof_binding){s->axes[k].name, arena_printf(a, "%lld", (long long)p->at[k])};
        else
            o.batch = p->at[k];
    }
    o.dims = dims;
    return o;
}

static void keep_totals(roof_sweep *s, const roof_analysis *a, roof_sweep_point *p) {
    p->totals = *roof_analysis_totals(a);
    p->totals.peak_activation_node = arena_strdup(s->arena, p->totals.peak_activation_node);
    p->per_second = p->totals.time_s > 0 ? (double)p->at[0] / p->totals.time_s : NAN;
}

/* --- rows --- */

static followed *new_row(roof_sweep *s, const roof_row *r) {
    if (s->n_rows == s->room) {
        size_t room = s->room ? 2 * s->room : 256;
        followed **rows = arena_array(s->arena, room, sizeof *rows);
        if (s->n_rows > 0)
            memcpy(rows, s->rows, s->n_rows * sizeof *rows);
        s->rows = rows;
        s->room = room;
    }
    followed *f = arena_alloc(s->arena, sizeof *f);
    f->public.id = arena_strdup(s->arena, r->id);
    f->public.name = r->name; /* the model's */
    f->public.op = r->op;
    if (s->by_id)
        hash_put(s->by_id, f->public.id, f);
    s->rows[s->n_rows++] = f;
    return f;
}

static followed *find_row(roof_sweep *s, const char *id) {
    if (!s->by_id) {
        s->by_id = hash_new(s->arena, s->n_rows);
        for (size_t i = 0; i < s->n_rows; i++)
            hash_put(s->by_id, s->rows[i]->public.id, s->rows[i]);
    }
    return hash_get(s->by_id, id);
}

/* The row of an earlier point, which usually had the same place. */
static followed *same_row(roof_sweep *s, const roof_row *r, size_t i, bool at_start) {
    if (i < s->n_rows && !strcmp(s->rows[i]->public.id, r->id))
        return s->rows[i];
    followed *f = at_start ? NULL : find_row(s, r->id);
    return f ? f : new_row(s, r);
}

/* Memory or the unit that limits the row: that of its fused group if it has one, else what takes
 * longest, whatever a launch costs. */
static roof_limiter side_of(const roof_row *r) {
    static const roof_limiter limiters[ROOF_UNIT_COUNT] = {[ROOF_MATRIX] = ROOF_LIMIT_MATRIX,
                                                           [ROOF_VECTOR] = ROOF_LIMIT_VECTOR,
                                                           [ROOF_SPECIAL] = ROOF_LIMIT_SPECIAL};
    const roof_row_ceiling *longest = NULL;
    if (r->limiter != ROOF_LIMIT_NONE && r->limiter != ROOF_LIMIT_OVERHEAD)
        return r->limiter;
    for (size_t i = 0; i < r->n_ceilings; i++)
        if (!longest || r->ceilings[i].time_s > longest->time_s)
            longest = &r->ceilings[i];
    for (int u = 0; longest && u < ROOF_UNIT_COUNT; u++) {
        const char *name = roof_unit_name((roof_unit)u);
        if (!strncmp(longest->unit, name, strlen(name)) && longest->unit[strlen(name)] == ' ')
            return limiters[u];
    }
    return longest ? ROOF_LIMIT_MEMORY : ROOF_LIMIT_NONE;
}

/* The room for crossings is the power of two from their number on. */
static void add_crossing(roof_sweep *s, roof_sweep_row *r, roof_crossing made) {
    size_t n = r->n_crossings;
    if ((n & (n - 1)) == 0) {
        roof_crossing *all = arena_array(s->arena, n ? 2 * n : 1, sizeof *all);
        if (n > 0)
            memcpy(all, r->crossings, n * sizeof *all);
        r->crossings = all;
    }
    ((roof_crossing *)(uintptr_t)r->crossings)[n] = made;
    r->n_crossings = n + 1;
}

/* `line` is the index on the second axis: along each line only the first crossing counts. */
static void follow(roof_sweep *s, followed *f, roof_limiter side, const roof_sweep_point *p,
                   size_t line) {
    bool crosses = f->side != ROOF_LIMIT_NONE && side != ROOF_LIMIT_NONE &&
                   (f->side == ROOF_LIMIT_MEMORY) != (side == ROOF_LIMIT_MEMORY);
    if (crosses && f->line != line + 1) {
        add_crossing(s, &f->public,
                     (roof_crossing){.before = f->at,
                                     .at = p->at[0],
                                     .second = s->n_axes > 1 ? p->at[1] : 0,
                                     .from = f->side,
                                     .to = side});
        f->line = (unsigned)line + 1;
    }
    if (side != ROOF_LIMIT_NONE) {
        f->side = side;
        f->at = p->at[0];
    }
}

static void follow_rows(roof_sweep *s, const roof_analysis *a, size_t point) {
    const roof_sweep_point *p = &s->points[point];
    size_t n = roof_analysis_rows(a);
    bool new_line = point % s->axes[0].n == 0;
    for (size_t i = 0; new_line && i < s->n_rows; i++)
        s->rows[i]->side = ROOF_LIMIT_NONE;
    for (size_t i = 0; i < n; i++) {
        const roof_row *r = roof_analysis_row(a, i);
        roof_limiter side = side_of(r);
        followed *f = same_row(s, r, i, point == 0);
        if (point == 0)
            f->public.first = side;
        if (point + 1 == s->n_points)
            f->public.last = side;
        follow(s, f, side, p, point / s->axes[0].n);
    }
}

/* --- all points --- */

static bool run_point(roof_sweep *s, const roof_model *model, const roof_device *device,
                      const roof_options *options, size_t i, roof_error *error) {
    roof_sweep_point *p = &s->points[i];
    place_point(s, i, p);
    roof_options bound = bind_point(s, options, p, s->arena);
    roof_analysis_free(s->last);
    s->last = roof_analyze(model, device, &bound, error);
    if (!s->last)
        return false;
    keep_totals(s, s->last, p);
    follow_rows(s, s->last, i);
    return true;
}

static bool run_all(roof_sweep *s, const roof_model *model, const roof_device *device,
                    const roof_options *options, const volatile sig_atomic_t *stop,
                    roof_error *error) {
    for (size_t i = 0; i < s->n_points; i++) {
        if (stop && *stop)
            return error_set(error, ROOF_INTERRUPTED, "interrupted at point %zu of %zu", i + 1,
                             s->n_points);
        if (!run_point(s, model, device, options, i, error))
            return false;
    }
    return true;
}

static void out_of_memory(roof_error *error) {
    error_set(error, ROOF_FAILED, "not enough memory for a sweep of so many points and rows");
}

roof_sweep *roof_sweep_run(const roof_model *model, const roof_device *device,
                           const roof_options *options, const roof_sweep_axis *axes, size_t n_axes,
                           const volatile sig_atomic_t *stop, roof_error *error) {
    static const roof_options defaults = {0};
    if (!check_axes(axes, n_axes, error))
        return NULL;
    arena *memory = arena_new(MEMORY_LIMIT);
    roof_sweep *s = calloc(1, sizeof *s);
    if (!memory || !s) {
        arena_free(memory);
        free(s);
        out_of_memory(error);
        return NULL;
    }
    s->arena = memory;
    if (arena_escape(memory)) {
        out_of_memory(error);
        roof_sweep_free(s);
        return NULL;
    }
    copy_axes(s, axes, n_axes);
    s->points = arena_array(memory, s->n_points, sizeof *s->points);
    if (run_all(s, model, device, options ? options : &defaults, stop, error))
        return s;
    roof_sweep_free(s);
    return NULL;
}

void roof_sweep_free(roof_sweep *s) {
    if (!s)
        return;
    roof_analysis_free(s->last);
    arena_free(s->arena);
    free(s);
}

/* --- looking at it --- */

const roof_sweep_axis *roof_sweep_axes(const roof_sweep *s, size_t *n) {
    *n = s->n_axes;
    return s->axes;
}

const char *roof_sweep_axis_name(const roof_sweep *s, size_t axis) {
    return s->axes[axis].name ? s->axes[axis].name : "batch";
}

const roof_sweep_point *roof_sweep_points(const roof_sweep *s, size_t *n) {
    *n = s->n_points;
    return s->points;
}

const roof_sweep_row *roof_sweep_row_at(const roof_sweep *s, size_t i) {
    return i < s->n_rows ? &s->rows[i]->public : NULL;
}

const roof_analysis *roof_sweep_analysis(const roof_sweep *s) {
    return s->last;
}
