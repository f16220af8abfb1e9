/* Panels along the first axis of a sweep: the curve of a value, and what limits. */
#include "sweep/drawing.h"
#include <math.h>

/* More values than that are told by the axis, and have no marker each. */
enum { MOST_TICS = 14, MOST_MARKERS = 40 };

double point_intensity(const roof_sweep_point *p) {
    return p->totals.operational_intensity;
}

double point_attainable(const roof_sweep_point *p) {
    return p->totals.attainable_flops;
}

double point_per_second(const roof_sweep_point *p) {
    return p->per_second;
}

double point_seconds(const roof_sweep_point *p) {
    return p->totals.time_s;
}

/* --- axes --- */

/* Do the steps grow with the values? */
static bool is_geometric(const roof_sweep_axis *x) {
    const int64_t *v = x->values;
    return x->n >= 3 && v[0] > 0 && v[x->n - 1] / v[0] >= 4 &&
           v[x->n - 1] - v[x->n - 2] >= 2 * (v[1] - v[0]);
}

static const double *numbers(drawing *d, const roof_sweep_axis *x) {
    double *all = arena_array(d->arena, x->n, sizeof *all);
    for (size_t i = 0; i < x->n; i++)
        all[i] = (double)x->values[i];
    return all;
}

/* All values, or every second, third, ... of them. */
static void choose_tics(drawing *d, chart_axis *a, size_t most) {
    const roof_sweep_axis *x = &d->sweep->axes[0];
    size_t step = (x->n + most - 1) / most, n = 0;
    double *tics = arena_array(d->arena, most, sizeof *tics);
    for (size_t i = 0; i < x->n && n < most; i += step)
        tics[n++] = (double)x->values[i];
    a->tics = tics;
    a->n_tics = n;
}

static chart_axis factor_axis(drawing *d) {
    const roof_sweep_axis *x = &d->sweep->axes[0];
    bool geometric = is_geometric(x);
    chart_axis a = {.title = d->names, .scale = geometric ? CHART_LOG2 : CHART_LINEAR};
    if (geometric || x->n <= MOST_TICS)
        choose_tics(d, &a, d->in_grid ? 8 : MOST_TICS);
    if (!geometric && x->n > 1) { /* no marker on the frame */
        double length = (double)(x->values[x->n - 1] - x->values[0]);
        a.low = (double)x->values[0] - 0.03 * length;
        a.high = (double)x->values[x->n - 1] + 0.03 * length;
    }
    return a;
}

/* Over wide ranges logarithmic, over equal steps very wide ones; the level counts as well. */
static chart_scale scale_of(const roof_sweep *s, drawing_value *of, double level) {
    double low = level > 0 ? level : INFINITY, high = level > 0 ? level : 0;
    for (size_t i = 0; i < s->n_points; i++) {
        double y = of(&s->points[i]);
        low = y > 0 ? fmin(low, y) : low;
        high = y > 0 ? fmax(high, y) : high;
    }
    double wide = is_geometric(&s->axes[0]) ? 30 : 1000;
    return high > wide * low ? CHART_LOG10 : CHART_LINEAR;
}

/* --- series --- */

/* Values of a line; with a limiter only of the points that it limits (its runs are lines). */
static const double *values_of(drawing *d, const roof_sweep_point *p, drawing_value *of,
                               const roof_limiter *limiter) {
    size_t n = d->sweep->axes[0].n;
    double *y = arena_array(d->arena, n, sizeof *y);
    for (size_t i = 0; i < n; i++)
        y[i] = !limiter || p[i].totals.limiter == *limiter ? of(&p[i]) : NAN;
    return y;
}

static bool is_limited(const drawing *d, const roof_sweep_point *p, roof_limiter l) {
    for (size_t i = 0; i < d->sweep->axes[0].n; i++)
        if (p[i].totals.limiter == l)
            return true;
    return false;
}

static chart_marker marker_of(const drawing *d, roof_limiter l) {
    if (d->sweep->axes[0].n > MOST_MARKERS)
        return CHART_NO_MARKER;
    return l == ROOF_LIMIT_MEMORY ? CHART_CIRCLE : CHART_DISC;
}

/* One line: its parts have the colours of their limiters, which the legend names. */
static size_t add_limited(drawing *d, const double *x, drawing_value *of, chart_series *to) {
    const roof_sweep_point *p = drawing_line(d->sweep, 0);
    size_t n = 0, points = d->sweep->axes[0].n;
    to[n++] = (chart_series){.x = x,
                             .y = values_of(d, p, of, NULL),
                             .n = points,
                             .color = d->main ? d->theme->soft : d->theme->items[0],
                             .marker = d->main ? CHART_NO_MARKER : CHART_DISC};
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++) {
        roof_limiter l = (roof_limiter)i;
        if (is_limited(d, p, l) || (d->with_legend && d->limits[l]))
            to[n++] =
                (chart_series){.name = d->with_legend ? arena_printf(d->arena, "limited by %s",
                                                                     roof_limiter_name(l))
                                                      : NULL,
                               .x = x,
                               .y = values_of(d, p, of, &l),
                               .n = points,
                               .color = drawing_color(d, l),
                               .marker = marker_of(d, l)};
    }
    return n;
}

/* One of several lines has one colour; its markers tell the limiter. */
static size_t add_line(drawing *d, const double *x, drawing_value *of, size_t line,
                       chart_series *to) {
    const roof_sweep_point *p = drawing_line(d->sweep, line);
    size_t n = 0, points = d->sweep->axes[0].n;
    unsigned color = d->theme->items[line % THEME_ITEMS];
    const char *name =
        arena_printf(d->arena, "%s %lld", roof_sweep_axis_name(d->sweep, 1), (long long)p->at[1]);
    to[n++] = (chart_series){.name = d->with_legend ? name : NULL,
                             .x = x,
                             .y = values_of(d, p, of, NULL),
                             .n = points,
                             .color = color};
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT && n < 3; i++) {
        roof_limiter l = (roof_limiter)i;
        if (is_limited(d, p, l))
            to[n++] = (chart_series){.x = x,
                                     .y = values_of(d, p, of, &l),
                                     .n = points,
                                     .color = color,
                                     .marker = marker_of(d, l)};
    }
    return n;
}

static void add_level(drawing *d, chart_panel *panel, double level, const char *text) {
    if (!isfinite(level))
        return;
    chart_mark *m = arena_alloc(d->arena, sizeof *m);
    *m = (chart_mark){.kind = CHART_HORIZONTAL,
                      .y = level,
                      .text = text,
                      .color = d->theme->roof,
                      .dashed = true};
    panel->marks = m;
    panel->n_marks = 1;
}

chart_panel curve_panel(drawing *d, const char *title, drawing_value *of, chart_axis y,
                        double level, const char *level_text) {
    enum { EACH = 3 }; /* series of a line */
    size_t lines = drawing_lines(d->sweep), n = 0;
    const double *x = numbers(d, &d->sweep->axes[0]);
    chart_series *series = arena_array(d->arena, lines * EACH + ROOF_LIMITER_COUNT, sizeof *series);
    y.scale = scale_of(d->sweep, of, level);
    if (d->sweep->n_axes == 1)
        n = add_limited(d, x, of, series);
    for (size_t i = 0; d->sweep->n_axes > 1 && i < lines; i++)
        n += add_line(d, x, of, i, series + n);
    chart_panel panel = {
        .title = title, .x = factor_axis(d), .y = y, .series = series, .n_series = n};
    add_level(d, &panel, level, level_text);
    return panel;
}

/* --- shares --- */

chart_panel share_panel(drawing *d) {
    const roof_sweep_point *p = drawing_line(d->sweep, 0);
    size_t points = d->sweep->axes[0].n, n = 0;
    const double *x = numbers(d, &d->sweep->axes[0]);
    chart_series *series = arena_array(d->arena, ROOF_LIMITER_COUNT, sizeof *series);
    for (int l = ROOF_LIMIT_MATRIX; l < ROOF_LIMITER_COUNT; l++) {
        double *y = arena_array(d->arena, points, sizeof *y), most = 0;
        for (size_t i = 0; i < points; i++)
            most = fmax(most, y[i] = p[i].totals.limiter_share[l]);
        if (most > 0.005)
            series[n++] = (chart_series){.name = roof_limiter_name((roof_limiter)l),
                                         .x = x,
                                         .y = y,
                                         .n = points,
                                         .color = drawing_color(d, (roof_limiter)l)};
    }
    return (chart_panel){.title = "what limits, by share of the time",
                         .x = factor_axis(d),
                         .y = {.unit = "%", .low = 0, .high = 1.02},
                         .series = series,
                         .n_series = n};
}
