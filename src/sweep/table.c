/* The sweep for people: the points, then what crosses the ridge between them. */
#include "sweep/table.h"
#include <string.h>

/* --- what was swept --- */

static const char *dims_text(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    const char *text = "", *name;
    int64_t size;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &size)); i++)
        if (sweep_keeps(o->sweep, name))
            text = arena_printf(o->arena, "%s%s%s = %lld", text, *text ? ", " : "",
                                sweep_printable(o, name), (long long)size);
    return text;
}

static void write_head(sweep_output *o) {
    size_t n;
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n);
    sweep_line(o, "model",
               sweep_printable(o, roof_analysis_model(roof_sweep_analysis(o->sweep))->path));
    sweep_write_options(o);
    sweep_line(o, "dims", dims_text(o));
    for (size_t i = 0; i < n; i++)
        sweep_line(o, i ? "" : "sweep",
                   arena_printf(o->arena, "%s from %lld to %lld: %zu value%s",
                                sweep_axis_text(o, i), (long long)axes[i].values[0],
                                (long long)axes[i].values[axes[i].n - 1], axes[i].n,
                                axes[i].n == 1 ? "" : "s"));
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
    sweep_line(
        o, "rows",
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
    size_t n, n_axes, most = sweep_most_shown(o), shown = 0;
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    const roof_sweep_axis *axes = roof_sweep_axes(o->sweep, &n_axes);
    fputs(o->options->color ? "\033[1m" : "", o->out);
    for (size_t i = 0; i < n && shown < most; i += axes[0].n, shown++) {
        const char *with = n_axes > 1
                               ? arena_printf(o->arena, "with %s = %lld ", sweep_axis_text(o, 1),
                                              (long long)points[i].at[1])
                               : "";
        sweep_line(o, shown ? "" : "verdict",
                   arena_printf(o->arena, "%sthe model is limited, over %s, by %s", with,
                                sweep_axis_text(o, 0), limiters_text(o, &points[i], axes[0].n)));
    }
    fputs(o->options->color ? "\033[0m" : "", o->out);
}

void write_sweep_table(sweep_output *o) {
    write_head(o);
    sweep_write_points(o);
    if (!sweep_is_placed(o)) {
        sweep_line(o, "rows", "name a device (--device) to see where rows cross the ridge");
        return;
    }
    sweep_write_crossings(o);
    write_rows(o);
    write_verdict(o);
}
