/* A picture of sweeps: which panels, and the words around them. */
#include "sweep/drawing.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "draw/picture.h"
#include "report/columns.h"
#include <math.h>
#include <roofline/version.h>
#include <string.h>

enum { DRAWING_MEMORY = 64 << 20, SHORT = 64 };

/* --- pieces --- */

size_t drawing_lines(const roof_sweep *s) {
    size_t n = s->n_axes > 1 ? s->axes[1].n : 1;
    return n < DRAWING_LINES ? n : DRAWING_LINES;
}

const roof_sweep_point *drawing_line(const roof_sweep *s, size_t i) {
    size_t all = s->n_axes > 1 ? s->axes[1].n : 1, shown = drawing_lines(s);
    size_t line = shown > 1 ? i * (all - 1) / (shown - 1) : 0;
    return &s->points[line * s->axes[0].n];
}

unsigned drawing_color(const drawing *d, roof_limiter l) {
    static const int items[ROOF_LIMITER_COUNT] = {[ROOF_LIMIT_MEMORY] = 0,
                                                  [ROOF_LIMIT_VECTOR] = 1,
                                                  [ROOF_LIMIT_MATRIX] = 2,
                                                  [ROOF_LIMIT_SPECIAL] = 3,
                                                  [ROOF_LIMIT_OVERHEAD] = 10};
    return l == ROOF_LIMIT_NONE ? d->theme->soft : d->theme->items[items[l]];
}

const char *drawing_number(const drawing *d, double value) {
    return text_ratio(arena_alloc(d->arena, SHORT), SHORT, value);
}

const char *drawing_si(const drawing *d, double value, const char *unit) {
    return text_si(arena_alloc(d->arena, SHORT), SHORT, value, unit);
}

static void turn_to(drawing *d, const roof_sweep *s) {
    d->sweep = s;
    roofs_in_use(roof_sweep_analysis(s), &d->roofs);
    d->main = roofs_main(&d->roofs);
    if (d->main && !isfinite(d->main->ridge))
        d->main = NULL;
    d->names = roof_sweep_axis_name(s, 0);
}

/* What the panels have to agree on: colours that are explained, and the intensities. */
static void look_at_all(drawing *d, const roof_sweep *const *sweeps, size_t n) {
    d->low = INFINITY;
    for (size_t i = 0; i < n; i++) {
        turn_to(d, sweeps[i]);
        if (d->main) {
            d->low = fmin(d->low, d->main->ridge);
            d->high = fmax(d->high, d->main->ridge);
        }
        for (size_t k = 0; k < sweeps[i]->n_points; k++) {
            double x = point_intensity(&sweeps[i]->points[k]);
            d->limits[sweeps[i]->points[k].totals.limiter] = true;
            d->low = x > 0 ? fmin(d->low, x) : d->low;
            d->high = x > 0 ? fmax(d->high, x) : d->high;
        }
    }
}

/* --- what does not vary --- */

static const char *join(drawing *d, const char *text, const char *more) {
    return *text ? arena_printf(d->arena, "%s, %s", text, more) : more;
}

/* A factor's value where it does not vary: that of most of the sweeps, or -1. */
static int64_t usual_value(const roof_sweep *const *sweeps, size_t n, size_t factor) {
    int64_t best = -1;
    size_t most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = 0; k < n; k++)
            same += sweeps[k]->factors[factor].axis < 0 &&
                    sweeps[k]->factors[factor].value == sweeps[i]->factors[factor].value;
        if (sweeps[i]->factors[factor].axis < 0 && same > most) {
            most = same;
            best = sweeps[i]->factors[factor].value;
        }
    }
    return best;
}

/* "past, with sequence 1": what of a sweep is not as in the others. */
static const char *unlike_text(drawing *d, const roof_sweep *const *sweeps, size_t n,
                               const roof_sweep *s) {
    const char *text = "";
    for (size_t i = 0; i < s->n_factors; i++)
        if (s->factors[i].axis < 0 && s->factors[i].value != usual_value(sweeps, n, i))
            text = join(d, text,
                        arena_printf(d->arena, "%s %lld", s->factors[i].name,
                                     (long long)s->factors[i].value));
    return text;
}

/* --- panels --- */

static chart_panel intensity_panel(drawing *d) {
    double ridge = d->main ? d->main->ridge : NAN;
    const char *text =
        d->main ? arena_printf(d->arena, "ridge %s FLOP/B", drawing_number(d, ridge)) : NULL;
    return curve_panel(d, d->in_grid ? NULL : "operational intensity, FLOP per byte",
                       point_intensity, (chart_axis){.title = d->in_grid ? "FLOP per byte" : NULL},
                       ridge, text);
}

/* What the line is, is told below the title. */
static chart_panel attainable_panel(drawing *d) {
    return curve_panel(d, "attainable performance", point_attainable,
                       (chart_axis){.unit = "FLOP/s"}, d->main->value, NULL);
}

static size_t curves_of_model(drawing *d, chart_panel *to) {
    size_t n = 1;
    to[n++] =
        curve_panel(d, arena_printf(d->arena, "%s per second", roof_sweep_axis_name(d->sweep, 0)),
                    point_per_second, (chart_axis){.unit = ""}, NAN, NULL);
    to[n++] = curve_panel(d, "time", point_seconds, (chart_axis){.unit = "s"}, NAN, NULL);
    to[n++] = d->sweep->n_axes == 1 ? share_panel(d) : attainable_panel(d);
    return n;
}

static size_t rows_of(size_t n_panels) {
    return n_panels > 3 ? 2 : 1;
}

/* Of one sweep several panels, of several one each. */
static size_t make_panels(drawing *d, const roof_sweep *const *sweeps, size_t n, bool on_roof,
                          chart_panel *to) {
    d->in_grid = n > 1;
    for (size_t i = 0; i < n; i++) {
        turn_to(d, sweeps[i]);
        const char *unlike = unlike_text(d, sweeps, n, sweeps[i]);
        if (*unlike)
            d->names = arena_printf(d->arena, "%s, with %s", d->names, unlike);
        d->with_legend = i == 0;
        to[i] = on_roof ? roof_panel(d) : intensity_panel(d);
        size_t columns = (n + rows_of(n) - 1) / rows_of(n);
        to[i].y.bare = on_roof && i % columns > 0; /* the roofs are the same */
        to[i].share = on_roof && n > 1 && i % columns == 0 ? 1.25 : 1;
    }
    d->with_legend = false;
    if (n > 1 || on_roof || !d->main)
        return n;
    if (!d->sweep->operator_name)
        return curves_of_model(d, to);
    to[1] = attainable_panel(d);
    return 2;
}

/* --- words --- */

static const char *title_of(drawing *d, size_t n, bool on_roof) {
    const char *what = d->sweep->operator_name
                           ? d->sweep->operator_name
                           : path_file(roof_analysis_model(roof_sweep_analysis(d->sweep))->path);
    if (n > 1)
        return arena_printf(d->arena, "%s: %seach factor in turn", what,
                            on_roof ? "" : "intensity by ");
    return arena_printf(d->arena, "%s by %s%s%s", what, roof_sweep_axis_name(d->sweep, 0),
                        d->sweep->n_axes > 1 ? " and " : "",
                        d->sweep->n_axes > 1 ? roof_sweep_axis_name(d->sweep, 1) : "");
}

static const char *subtitle_of(drawing *d) {
    const roof_analysis *a = roof_sweep_analysis(d->sweep);
    const roof_device *device = roof_analysis_device(a);
    const roof_options *o = roof_analysis_options(a);
    const char *types = o->types == ROOF_TYPES_NATIVE ? "" : roof_types_name(o->types);
    const char *text = device ? arena_printf(d->arena, "on %s (%s)", roof_device_name(device),
                                             roof_source_name(roof_device_source(device)))
                              : "";
    text = *types ? join(d, text, types) : text;
    text = join(d, text, arena_printf(d->arena, "traffic %s", roof_traffic_name(o->traffic)));
    if (!d->main)
        return text;
    return arena_printf(d->arena, "%s; %s %s over %s", text, d->main->name,
                        drawing_si(d, d->main->value, roofs_unit(d->main->precision)),
                        drawing_si(d, d->roofs.memory, "B/s"));
}

static const char *fixed_text(drawing *d, const roof_sweep *const *sweeps, size_t n) {
    const char *text = "";
    for (size_t i = 0; i < d->sweep->n_factors; i++) {
        int64_t value = usual_value(sweeps, n, i);
        if (value >= 0)
            text = join(
                d, text,
                arena_printf(d->arena, "%s %lld", d->sweep->factors[i].name, (long long)value));
    }
    return text;
}

static const char *dims_of(drawing *d) {
    const roof_analysis *a = roof_sweep_analysis(d->sweep);
    const char *text = "", *name;
    int64_t size;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &size)); i++)
        if (sweep_keeps(d->sweep, name))
            text = join(d, text, arena_printf(d->arena, "%s %lld", name, (long long)size));
    return text;
}

/* What the markers mean where colours tell something else. */
static const char *markers_text(const drawing *d, bool on_roof) {
    if (!d->main || d->sweep->n_axes == 1)
        return "";
    return on_roof ? "Squares: limited by memory; discs: by a unit. "
                   : "Hollow: limited by memory; filled: by a unit. ";
}

static const char *caption_of(drawing *d, const roof_sweep *const *sweeps, size_t n, bool on_roof) {
    const char *fixed = d->sweep->operator_name ? fixed_text(d, sweeps, n) : dims_of(d);
    const char *with =
        *fixed ? arena_printf(d->arena, "%s%s. ", n > 1 ? "What does not vary: " : "With ", fixed)
               : "";
    return arena_printf(d->arena, "%s%sroofline %s", with, markers_text(d, on_roof),
                        roof_version());
}

/* --- the picture --- */

static bool draw(drawing *d, const roof_sweep *const *sweeps, size_t n, bool on_roof,
                 const char *path, const roof_plot_options *options, roof_error *error) {
    chart_panel panels[CHART_PANELS];
    if (arena_escape(d->arena))
        return error_set(error, ROOF_FAILED, "not enough memory to draw the sweep");
    look_at_all(d, sweeps, n);
    size_t n_panels = make_panels(d, sweeps, n, on_roof, panels);
    const chart c = {.title = options->title ? options->title : title_of(d, n, on_roof),
                     .subtitle = subtitle_of(d),
                     .caption = caption_of(d, sweeps, n, on_roof),
                     .theme = d->theme,
                     .width = options->width,
                     .height = options->height,
                     .panels = panels,
                     .n_panels = n_panels,
                     .rows = rows_of(n_panels)};
    return chart_write(&c, path, error);
}

bool roof_sweep_plot(const roof_sweep *const *sweeps, size_t n, roof_sweep_figure kind,
                     const char *path, const roof_plot_options *options, roof_error *error) {
    static const roof_plot_options defaults = {0};
    const roof_plot_options *o = options ? options : &defaults;
    bool on_roof = kind == ROOF_SWEEP_ROOFLINE;
    if (!picture_check(path, error))
        return false;
    if (on_roof && !roof_analysis_device(roof_sweep_analysis(sweeps[0])))
        return error_set(error, ROOF_USAGE, "the roofline of a sweep needs a device");
    drawing d = {.arena = arena_new(DRAWING_MEMORY),
                 .theme = o->theme == ROOF_PLOT_DARK ? &theme_dark : &theme_light};
    bool ok =
        d.arena && draw(&d, sweeps, n < CHART_PANELS ? n : CHART_PANELS, on_roof, path, o, error);
    arena_free(d.arena);
    return ok || error_set(error, ROOF_FAILED, "not enough memory to draw the sweep");
}
