/* The sweep for people: the points, then what crosses the ridge between them. */
#include "base/text.h"
#include "report/cells.h"
#include "report/columns.h"
#include "report/lines.h"
#include "sweep/sweep.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT = 96, USUAL_TOP = 20, LONGEST_NAME = 200 };

/* --- pieces --- */

static const char *printable(sweep_output *o, const char *s) {
    char text[LONGEST_NAME];
    return arena_strdup(o->arena, text_printable(text, sizeof text, s));
}

static const char *amount(sweep_output *o, int64_t n, const char *unit) {
    return text_amount(arena_alloc(o->arena, SHORT), SHORT, n, unit);
}

static const char *si(sweep_output *o, double number, const char *unit) {
    return text_si(arena_alloc(o->arena, SHORT), SHORT, number, unit);
}

static const char *whole(sweep_output *o, int64_t n) {
    return arena_printf(o->arena, "%lld", (long long)n);
}

static const char *axis_name(sweep_output *o, size_t axis) {
    return printable(o, roof_sweep_axis_name(o->sweep, axis));
}

static void line(sweep_output *o, const char *label, const char *text) {
    if (*text)
        write_wrapped(o->out, o->options->width, label, text);
}

static bool is_placed(const sweep_output *o) {
    return roof_analysis_device(roof_sweep_analysis(o->sweep)) != NULL;
}

static size_t most_shown(const sweep_output *o) {
    return o->options->all ? SIZE_MAX : o->options->top ? o->options->top : USUAL_TOP;
}

/* --- what was swept --- */

/* Does the batch vary, or the dimension of this name? */
static bool varies(sweep_output *o, const char *name) {
    size_t n;
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n);
    for (size_t i = 0; i < n; i++)
        if (name && axes[i].name ? !strcmp(axes[i].name, name) : name == axes[i].name)
            return true;
    return false;
}

static bool is_given(const roof_options *options, const char *name) {
    for (size_t i = 0; i < options->n_dims; i++)
        if (!strcmp(options->dims[i].name, name))
            return true;
    return false;
}

/* What holds at every point: when the batch varies, that is only what was given. */
static const char *dims_text(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    const char *text = "", *name;
    int64_t size;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &size)); i++)
        if (!varies(o, name) && (!varies(o, NULL) || is_given(roof_analysis_options(a), name)))
            text = arena_printf(o->arena, "%s%s%s = %lld", text, *text ? ", " : "",
                                printable(o, name), (long long)size);
    return text;
}

static void write_head(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    const roof_device *d = roof_analysis_device(a);
    size_t n;
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n);
    line(o, "model", printable(o, roof_analysis_model(a)->path));
    line(o, "device",
         d ? arena_printf(o->arena, "%s (%s)", printable(o, roof_device_name(d)),
                          roof_source_name(roof_device_source(d)))
           : "none (counts only)");
    line(o, "traffic", roof_traffic_name(roof_analysis_options(a)->traffic));
    line(o, "dims", dims_text(o));
    for (size_t i = 0; i < n; i++)
        line(o, i ? "" : "sweep",
             arena_printf(o->arena, "%s from %lld to %lld: %zu value%s", axis_name(o, i),
                          (long long)axes[i].values[0], (long long)axes[i].values[axes[i].n - 1],
                          axes[i].n, axes[i].n == 1 ? "" : "s"));
    fputc('\n', o->out);
}

/* --- points --- */

static const char *limiter_text(sweep_output *o, const roof_totals *t) {
    return t->limiter == ROOF_LIMIT_NONE
               ? "-"
               : arena_printf(o->arena, "%s %.0f%%", roof_limiter_name(t->limiter),
                              t->limiter_share[t->limiter] * 100);
}

static void add_point(sweep_output *o, cells *c, const roof_sweep_point *p, size_t n_axes) {
    const roof_totals *t = &p->totals;
    char ratio[SHORT];
    for (size_t i = 0; i < n_axes; i++)
        cells_add(c, whole(o, p->at[i]));
    cells_add(c, amount(o, t->work.macs, ""));
    cells_add(c, amount(o, t->work.flops, ""));
    cells_add(c, amount(o, t->work.bytes.total, "B"));
    cells_add(c, amount(o, t->peak_activation_bytes, "B"));
    cells_add(c, arena_strdup(o->arena, text_ratio(ratio, sizeof ratio, t->operational_intensity)));
    if (!is_placed(o))
        return;
    cells_add(c, si(o, t->time_s, "s"));
    cells_add(c, si(o, p->per_second, ""));
    cells_add(c, si(o, t->attainable_flops, "FLOP/s"));
    cells_add(c, limiter_text(o, t));
}

static void add_titles(sweep_output *o, cells *c, size_t n_axes) {
    static const char *const counts[] = {"MACs", "FLOPs", "bytes", "peak", "FLOP/B"};
    for (size_t i = 0; i < n_axes; i++)
        cells_add(c, axis_name(o, i));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        cells_add(c, counts[i]);
    if (is_placed(o)) {
        cells_add(c, "time");
        cells_add(c, arena_printf(o->arena, "%s/s", axis_name(o, 0)));
        cells_add(c, "attainable");
        cells_add(c, "limiter");
    }
    c->titled = true;
}

/* Of more points than there is room for, the first and the last and some evenly between. */
static void write_points(sweep_output *o) {
    size_t n, n_axes, most = most_shown(o);
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    roof_sweep_axes(o->sweep, &n_axes);
    size_t shown = n <= most ? n : most < 2 ? 2 : most;
    size_t skipped = ROOF_SWEEP_AXES - n_axes;
    cells c =
        cells_new(o->arena, (is_placed(o) ? "rrrrrrrrrrl" : "rrrrrrr") + skipped, shown + 1, 0);
    c.importance = (is_placed(o) ? "99056278419" : "9905627") + skipped;
    add_titles(o, &c, n_axes);
    for (size_t i = 0; i < shown; i++)
        add_point(o, &c, &points[shown > 1 ? i * (n - 1) / (shown - 1) : 0], n_axes);
    cells_write(&c, o->options->width, o->options->color, o->out);
    if (shown < n)
        fprintf(o->out, "... %zu of %zu points not shown (--top all)\n", n - shown, n);
    fputc('\n', o->out);
}

/* --- crossings --- */

/* Rows that cross in the same way; one of each unless all are asked for. */
typedef struct crossing_group {
    const roof_sweep_row *row; /* the first of them */
    roof_crossing crossing;
    size_t n;
} crossing_group;

static bool is_same(const crossing_group *g, const roof_sweep_row *r, const roof_crossing *c) {
    return !strcmp(g->row->op, r->op) && g->crossing.at == c->at &&
           g->crossing.second == c->second && g->crossing.from == c->from &&
           g->crossing.to == c->to;
}

static int by_value(const void *left, const void *right) {
    const crossing_group *a = left, *b = right;
    if (a->crossing.second != b->crossing.second)
        return a->crossing.second < b->crossing.second ? -1 : 1;
    if (a->crossing.at != b->crossing.at)
        return a->crossing.at < b->crossing.at ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static size_t count_crossings(const sweep_output *o) {
    const roof_sweep_row *r;
    size_t n = 0;
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)); i++)
        n += r->n_crossings;
    return n;
}

static void add_to_groups(crossing_group *all, size_t *n, const roof_sweep_row *r,
                          const roof_crossing *c, bool alone) {
    enum { LOOKED_AT = 256 }; /* keeps hostile models linear */
    for (size_t i = *n; !alone && i > 0 && *n - i < LOOKED_AT; i--)
        if (is_same(&all[i - 1], r, c)) {
            all[i - 1].n++;
            return;
        }
    all[(*n)++] = (crossing_group){.row = r, .crossing = *c, .n = 1};
}

static crossing_group *group_crossings(sweep_output *o, size_t *n) {
    crossing_group *all = arena_array(o->arena, count_crossings(o) + 1, sizeof *all);
    const roof_sweep_row *r;
    *n = 0;
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)); i++)
        for (size_t k = 0; k < r->n_crossings; k++)
            add_to_groups(all, n, r, &r->crossings[k], o->options->all);
    qsort(all, *n, sizeof *all, by_value);
    return all;
}

static void add_group(sweep_output *o, cells *c, const crossing_group *g, size_t n_axes) {
    const roof_crossing *x = &g->crossing;
    cells_add(c, printable(o, g->row->id));
    cells_add(c, printable(o, g->row->name));
    cells_add(c, printable(o, g->row->op));
    cells_add(c, g->n > 1 ? arena_printf(o->arena, "and %zu like it", g->n - 1) : "");
    cells_add(c, n_axes > 1 ? whole(o, x->second) : "");
    cells_add(c, arena_printf(o->arena, "%s to %lld, %s from %lld", roof_limiter_name(x->from),
                              (long long)x->before, roof_limiter_name(x->to), (long long)x->at));
}

static void write_crossings(sweep_output *o) {
    size_t n, n_axes;
    crossing_group *groups = group_crossings(o, &n);
    roof_sweep_axes(o->sweep, &n_axes);
    if (n == 0)
        return;
    size_t shown = n < most_shown(o) ? n : most_shown(o);
    cells c = cells_new(o->arena, "lllrrl", shown + 1, 1);
    const char *titles[] = {
        "#", "crosses the ridge", "op", "", n_axes > 1 ? axis_name(o, 1) : "", axis_name(o, 0)};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cells_add(&c, titles[i]);
    c.titled = true;
    c.importance = "991299";
    for (size_t i = 0; i < shown; i++)
        add_group(o, &c, &groups[i], n_axes);
    cells_write(&c, o->options->width, o->options->color, o->out);
    if (shown < n)
        fprintf(o->out, "... %zu more (--top all)\n", n - shown);
    fputc('\n', o->out);
}

/* --- in one line --- */

static void write_rows(sweep_output *o) {
    size_t crossing = 0, memory = 0, compute = 0, idle = 0;
    const roof_sweep_row *r;
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)); i++) {
        if (r->n_crossings > 0)
            crossing++;
        else if (r->last == ROOF_LIMIT_MEMORY)
            memory++;
        else if (r->last == ROOF_LIMIT_NONE)
            idle++;
        else
            compute++;
    }
    line(o, "rows",
         arena_printf(o->arena,
                      "%zu cross the ridge; %zu stay memory bound, %zu stay compute bound, %zu do "
                      "nothing",
                      crossing, memory, compute, idle));
}

/* "memory from 1, vector from 64": what limits most of the model's time along the first axis. */
static const char *limiters_text(sweep_output *o, const roof_sweep_point *p, size_t n) {
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        if (i == 0 || p[i].totals.limiter != p[i - 1].totals.limiter)
            text = arena_printf(o->arena, "%s%s%s from %lld", text, i ? ", " : "",
                                roof_limiter_name(p[i].totals.limiter), (long long)p[i].at[0]);
    return text;
}

static void write_verdict(sweep_output *o) {
    size_t n, n_axes, most = most_shown(o), shown = 0;
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n_axes);
    fputs(o->options->color ? "\033[1m" : "", o->out);
    for (size_t i = 0; i < n && shown < most; i += axes[0].n, shown++) {
        const char *with = n_axes > 1 ? arena_printf(o->arena, "with %s = %lld ", axis_name(o, 1),
                                                     (long long)points[i].at[1])
                                      : "";
        line(o, shown ? "" : "verdict",
             arena_printf(o->arena, "%sthe model is limited, over %s, by %s", with, axis_name(o, 0),
                          limiters_text(o, &points[i], axes[0].n)));
    }
    fputs(o->options->color ? "\033[0m" : "", o->out);
}

void write_sweep_table(sweep_output *o) {
    write_head(o);
    write_points(o);
    if (!is_placed(o)) {
        line(o, "rows", "name a device (--device) to see where rows cross the ridge");
        return;
    }
    write_crossings(o);
    write_rows(o);
    write_verdict(o);
}
