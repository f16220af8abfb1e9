/* Rows from point to point: where each crosses the ridge. */
#include "report/roofs.h"
#include "sweep/sweep.h"
#include <string.h>

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
    /* A model that is swept outlives the sweep; one that was made is gone with its point. */
    bool stays = s->made.model == NULL;
    f->public.name = stays ? r->name : arena_strdup(s->arena, r->name);
    f->public.op = stays ? r->op : arena_strdup(s->arena, r->op);
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
    roof_unit unit;
    roof_precision precision;
    if (r->limiter != ROOF_LIMIT_NONE && r->limiter != ROOF_LIMIT_OVERHEAD)
        return r->limiter;
    for (size_t i = 0; i < r->n_ceilings; i++)
        if (!longest || r->ceilings[i].time_s > longest->time_s)
            longest = &r->ceilings[i];
    if (!longest)
        return ROOF_LIMIT_NONE;
    return roofs_parse(longest->unit, &unit, &precision) ? limiters[unit] : ROOF_LIMIT_MEMORY;
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

void follow_rows(roof_sweep *s, size_t point) {
    const roof_analysis *a = s->last;
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
