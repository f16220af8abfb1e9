/* The study of an operator for people: for each sweep its points, how the intensity goes, and where
 * it crosses the ridge. */
#include "report/roofs.h"
#include "sweep/table.h"
#include <math.h>

/* "size 56, channels 64": what does not vary. */
static const char *fixed_text(sweep_output *o) {
    size_t n;
    const roof_sweep_factor *factors = roof_sweep_factors(o->sweep, &n);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        if (factors[i].axis < 0)
            text = arena_printf(o->arena, "%s%s%s %lld", text, *text ? ", " : "", factors[i].name,
                                (long long)factors[i].value);
    return text;
}

static const char *axes_text(sweep_output *o) {
    size_t n;
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(o->arena, "%s%s%s from %lld to %lld", text, i ? ", " : "",
                            sweep_axis_text(o, i), (long long)axes[i].values[0],
                            (long long)axes[i].values[axes[i].n - 1]);
    return text;
}

static const char *ridge_text(sweep_output *o) {
    roofs in_use;
    roofs_in_use(roof_sweep_analysis(o->sweep), &in_use);
    const roof_in_use *u = roofs_main(&in_use);
    if (!u || !isfinite(u->ridge))
        return "";
    return arena_printf(o->arena, "%s FLOP/B: %s %s over %s", sweep_ratio(o, u->ridge), u->name,
                        sweep_si(o, u->value, roofs_unit(u->precision)),
                        sweep_si(o, in_use.memory, "B/s"));
}

/* "memory to 3, vector from 5": along one line of the first axis. */
static const char *limits_text(sweep_output *o, const roof_sweep_point *p, size_t n) {
    const char *text = roof_limiter_name(p[0].totals.limiter);
    for (size_t i = 1; i < n; i++)
        if (p[i].totals.limiter != p[i - 1].totals.limiter)
            text =
                arena_printf(o->arena, "%s to %lld, %s from %lld", text, (long long)p[i - 1].at[0],
                             roof_limiter_name(p[i].totals.limiter), (long long)p[i].at[0]);
    return text;
}

static void write_limits(sweep_output *o) {
    size_t n, most = sweep_most_shown(o), shown = 0;
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    size_t line = o->sweep->axes[0].n;
    for (size_t i = 0; i < n && shown < most; i += line, shown++) {
        const char *with = o->sweep->n_axes > 1
                               ? arena_printf(o->arena, "with %s %lld ", sweep_axis_text(o, 1),
                                              (long long)points[i].at[1])
                               : "";
        sweep_line(o, shown ? "" : "limits",
                   arena_printf(o->arena, "%sover %s: %s", with, sweep_axis_text(o, 0),
                                limits_text(o, &points[i], line)));
    }
}

static void write_one(sweep_output *o) {
    const char *fixed = fixed_text(o);
    sweep_line(o, "factor",
               arena_printf(o->arena, "%s%s%s", axes_text(o), *fixed ? "; " : "", fixed));
    fputc('\n', o->out);
    sweep_write_points(o);
    if (sweep_is_placed(o))
        write_limits(o);
}

void write_study_table(sweep_output *o) {
    sweep_line(o, "study",
               arena_printf(o->arena, "%s: %s", o->sweep->operator_name, o->sweep->meaning));
    sweep_write_options(o);
    sweep_line(o, "ridge", ridge_text(o));
    for (size_t i = 0; i < o->n_all; i++) {
        o->sweep = o->all[i];
        if (i == 0 || sweep_is_placed(o)) /* a table of points ends with a blank line */
            fputc('\n', o->out);
        write_one(o);
    }
    if (!sweep_is_placed(o))
        sweep_line(o, "limits", "name a device (--device) to see where the ridge is crossed");
}
