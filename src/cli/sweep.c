#include "base/error.h"
#include "cli/figure.h"
#include <roofline/sweep.h>
#include <stdlib.h>

/* The options of the command line, with the ranges among them taken out. */
typedef struct swept {
    roof_options options;
    roof_binding dims[MAX_REPEATED];
    roof_sweep_axis axes[ROOF_SWEEP_AXES];
    size_t n_axes;
    int64_t values[ROOF_SWEEP_AXES][ROOF_SWEEP_POINTS];
} swept;

static bool add_axis(swept *w, const char *name, const char *text, roof_error *e) {
    roof_error own = ROOF_ERROR_INIT;
    if (w->n_axes == ROOF_SWEEP_AXES)
        return error_set(e, ROOF_USAGE, "a sweep varies at most %d dimensions; bind %s to a number",
                         ROOF_SWEEP_AXES, name ? name : "the batch");
    roof_sweep_axis *x = &w->axes[w->n_axes];
    *x = (roof_sweep_axis){.name = name, .values = w->values[w->n_axes]};
    if (roof_sweep_parse(text, w->values[w->n_axes], &x->n, &own)) {
        w->n_axes++;
        return true;
    }
    return error_set(e, own.status, "--%s%s%s%s", name ? "dim " : "batch", name ? name : "",
                     name ? "=" : " ", own.text);
}

static bool take_ranges(const settings *s, swept *w, roof_error *e) {
    w->options = s->analysis;
    w->options.dims = w->dims;
    w->options.n_dims = 0;
    if (s->batch_range && !add_axis(w, NULL, s->batch_range, e))
        return false;
    for (size_t i = 0; i < s->analysis.n_dims; i++) {
        const roof_binding *b = &s->dims[i];
        if (!roof_sweep_is_range(b->text))
            w->dims[w->options.n_dims++] = *b;
        else if (!add_axis(w, b->name, b->text, e))
            return false;
    }
    return w->n_axes > 0 ||
           error_set(e, ROOF_USAGE,
                     "sweep needs a range of a model, as in --dim NAME=1..256 or --batch 1..64, or "
                     "an operator: conv, gemm, attention or reshape");
}

void report_sweeps(const settings *s, const roof_sweep *const *sweeps, size_t n, FILE *out,
                   roof_error *e) {
    roof_sweep_options o = {.top = s->report.top,
                            .all = s->report.all,
                            .width = terminal_width(),
                            .color = wants_color(s)};
    if (roof_study_report(sweeps, n, s->format ? s->format : "table", &o, out, e) && s->plot &&
        roof_sweep_plot(sweeps, n, s->sweep_figure, s->plot, &s->figure, e))
        note(s, "wrote %s", s->plot);
}

static void sweep_model(const settings *s, const swept *w, FILE *out, roof_error *e) {
    roof_device *d = NULL;
    roof_model *model = open_model(s, s->args[0], e);
    bool ready = model && choose_device(s, &d, e);
    roof_sweep *sweep =
        ready ? roof_sweep_run(model, d, &w->options, w->axes, w->n_axes, &interrupted, e) : NULL;
    if (sweep)
        report_sweeps(s, (const roof_sweep *[]){sweep}, 1, out, e);
    roof_sweep_free(sweep);
    roof_device_free(d);
    roof_model_free(model);
}

/* What cannot be drawn is refused before anything takes time. */
static bool check_plot(const settings *s, roof_error *e) {
    if (!s->plot)
        return check_no_figure(s, e);
    if (is_text_figure(s->plot))
        return error_set(e, ROOF_USAGE,
                         "sweeps are drawn into files alone: name one that ends in .png, .svg, "
                         ".pdf or .gp");
    if (s->sweep_figure == ROOF_SWEEP_ROOFLINE && names_no_device(s))
        return error_set(e, ROOF_USAGE, "--figure roofline needs a device, and --device is none");
    return check_figure_name("--plot ", s->plot, false, e);
}

roof_status command_sweep(const settings *s, roof_error *e) {
    output out;
    if (!check_plot(s, e))
        return e->status;
    if (is_study(s))
        return command_study(s, e);
    swept *w = calloc(1, sizeof *w);
    if (!w)
        error_set(e, ROOF_FAILED, "not enough memory");
    else if (s->n_args != 1)
        error_set(e, ROOF_USAGE,
                  "sweep needs one model or operator: roofline sweep MODEL.onnx --dim N=1..256, or "
                  "roofline sweep conv");
    else if (!refuse_factors(s, e) && take_ranges(s, w, e) && output_open(&out, s->output, e)) {
        roof_error own = ROOF_ERROR_INIT;
        sweep_model(s, w, out.file, &own);
        output_end(&out, &own, e);
    }
    free(w);
    return e->status;
}
