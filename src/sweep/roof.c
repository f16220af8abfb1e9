/* The points of a sweep on the roof of its device: one unit and one memory. */
#include "sweep/drawing.h"
#include <math.h>

enum { MOST_NAMED = 12, MARKER_SERIES = ROOF_LIMITER_COUNT };

typedef struct stretch { /* of intensity */
    double low, high;
} stretch;

/* The same for all sweeps of a picture, so that they can be compared. */
static stretch seen(const drawing *d) {
    return (stretch){d->low / 5, d->high * 5};
}

static chart_series roof_series(drawing *d, stretch s) {
    double *x = arena_array(d->arena, 3, sizeof *x), *y = arena_array(d->arena, 3, sizeof *y);
    const double at[] = {s.low, d->main->ridge, s.high};
    for (size_t i = 0; i < 3; i++) {
        x[i] = at[i];
        y[i] = fmin(at[i] * d->roofs.memory, d->main->value);
    }
    return (chart_series){.x = x,
                          .y = y,
                          .n = 3,
                          .color = d->theme->roof,
                          .width = 3,
                          .dashed = roof_device_source(roof_analysis_device(
                                        roof_sweep_analysis(d->sweep))) != ROOF_MEASURED};
}

/* The first and the last point, and where the limiter changes; all of them when they are few. */
static bool is_named(const drawing *d, const roof_sweep_point *p, size_t i) {
    size_t n = d->sweep->axes[0].n;
    bool few = d->sweep->n_axes == 1 && n <= MOST_NAMED && !d->in_grid;
    return few || i == 0 || i + 1 == n || p[i].totals.limiter != p[i - 1].totals.limiter;
}

static const char *point_name(const drawing *d, const roof_sweep_point *p, size_t i) {
    const char *second = d->sweep->n_axes > 1 && i + 1 == d->sweep->axes[0].n
                             ? arena_printf(d->arena, ", %s %lld",
                                            roof_sweep_axis_name(d->sweep, 1), (long long)p->at[1])
                             : "";
    return arena_printf(d->arena, "%s%s%lld%s", i ? "" : roof_sweep_axis_name(d->sweep, 0),
                        i ? "" : " ", (long long)p->at[0], second);
}

static chart_marker marker_of(roof_limiter l) {
    return l == ROOF_LIMIT_MEMORY ? CHART_SQUARE : CHART_DISC;
}

/* The points of a line that a limiter limits; the names keep clear of their markers. */
static chart_series point_series(drawing *d, const roof_sweep_point *p, roof_limiter l,
                                 unsigned color) {
    size_t n = d->sweep->axes[0].n;
    double *x = arena_array(d->arena, 2 * n, sizeof *x),
           *y = arena_array(d->arena, 2 * n, sizeof *y);
    for (size_t i = 0; i < n; i++) { /* a gap after each: they are no line */
        bool mine = p[i].totals.limiter == l;
        x[2 * i] = x[2 * i + 1] = point_intensity(&p[i]);
        y[2 * i] = mine ? point_attainable(&p[i]) : NAN;
        y[2 * i + 1] = NAN;
    }
    return (chart_series){.x = x, .y = y, .n = 2 * n, .color = color, .marker = marker_of(l)};
}

static size_t add_points(drawing *d, size_t line, chart_series *to) {
    const roof_sweep_point *p = drawing_line(d->sweep, line);
    size_t n = 0;
    for (int l = ROOF_LIMIT_MATRIX; l < ROOF_LIMITER_COUNT; l++) {
        unsigned color = d->sweep->n_axes > 1 ? d->theme->items[line % THEME_ITEMS]
                                              : drawing_color(d, (roof_limiter)l);
        to[n] = point_series(d, p, (roof_limiter)l, color);
        if (l == ROOF_LIMIT_MATRIX && d->sweep->n_axes > 1)
            to[n].name = arena_printf(d->arena, "%s %lld", roof_sweep_axis_name(d->sweep, 1),
                                      (long long)p->at[1]);
        else if (d->with_legend && d->sweep->n_axes == 1 && d->limits[l])
            to[n].name =
                arena_printf(d->arena, "limited by %s", roof_limiter_name((roof_limiter)l));
        n++;
    }
    return n;
}

static size_t add_names(drawing *d, size_t line, chart_mark *to) {
    const roof_sweep_point *p = drawing_line(d->sweep, line);
    size_t n = 0;
    for (size_t i = 0; i < d->sweep->axes[0].n; i++)
        if (is_named(d, p, i))
            to[n++] =
                (chart_mark){.kind = CHART_POINT,
                             .x = point_intensity(&p[i]),
                             .y = point_attainable(&p[i]),
                             .text = point_name(d, &p[i], i),
                             .marker = marker_of(p[i].totals.limiter),
                             .color = d->sweep->n_axes > 1 ? d->theme->items[line % THEME_ITEMS]
                                                           : drawing_color(d, p[i].totals.limiter)};
    return n;
}

static chart_axis intensity_axis(drawing *d, stretch s) {
    enum { MOST = 24 };
    double *tics = arena_array(d->arena, MOST, sizeof *tics);
    size_t n = 0;
    for (double power = ceil(log10(s.low)); power <= log10(s.high) && n < MOST; power++)
        tics[n++] = pow(10, power);
    return (chart_axis){.title = "operational intensity, FLOP per byte",
                        .scale = CHART_LOG10,
                        .low = s.low,
                        .high = s.high,
                        .tics = tics,
                        .n_tics = n};
}

/* There is room for names above the roof. */
static chart_axis performance_axis(const drawing *d, stretch s) {
    return (chart_axis){.title = "attainable performance",
                        .unit = "FLOP/s",
                        .scale = CHART_LOG10,
                        .low = fmin(s.low * d->roofs.memory, d->main->value) / 1.5,
                        .high = d->main->value * 3};
}

chart_panel roof_panel(drawing *d) {
    stretch s = seen(d);
    size_t lines = drawing_lines(d->sweep), n = 0, n_marks = 0;
    chart_series *series = arena_array(d->arena, lines * MARKER_SERIES + 1, sizeof *series);
    chart_mark *marks = arena_array(d->arena, lines * d->sweep->axes[0].n + 1, sizeof *marks);
    series[n++] = roof_series(d, s);
    marks[n_marks++] = (chart_mark){
        .kind = CHART_VERTICAL,
        .x = d->main->ridge,
        .text = arena_printf(d->arena, "ridge %s FLOP/B", drawing_number(d, d->main->ridge)),
        .color = d->theme->faint,
        .dashed = true};
    for (size_t i = 0; i < lines; i++) {
        n += add_points(d, i, series + n);
        n_marks += add_names(d, i, marks + n_marks);
    }
    return (chart_panel){.title = d->in_grid ? d->names : NULL,
                         .x = intensity_axis(d, s),
                         .y = performance_axis(d, s),
                         .series = series,
                         .n_series = n,
                         .marks = marks,
                         .n_marks = n_marks};
}
