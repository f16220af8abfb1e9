#include "base/error.h"
#include "cli/figure.h"
#include <roofline/plot.h>
#include <string.h>

/* --- one model --- */

static bool report(const settings *s, const roof_analysis *a, FILE *out, roof_error *e) {
    roof_report_options o = s->report;
    o.width = terminal_width();
    o.color = wants_color(s);
    return roof_report(a, s->format ? s->format : "table", &o, out, e);
}

static roof_status analyze_model(const settings *s, const char *path, const roof_device *d,
                                 FILE *out, figure *f, roof_error *e) {
    subject x;
    const roof_analysis *a = subject_open(s, path, d, &x, e) ? x.analysis : NULL;
    if (a && report(s, a, out, e))
        check_strict(s, &x, path, e);
    if (a && s->plot && (e->status == ROOF_OK || e->status == ROOF_NOT_COVERED)) {
        figure_add(f, &x);
        return e->status;
    }
    subject_close(&x);
    return e->status;
}

/* --- the command --- */

/* What can be refused is refused before anything takes time. */
static bool check_usage(const settings *s, roof_error *e) {
    if (s->n_args == 0)
        return error_set(e, ROOF_USAGE, "analyze needs a model: roofline analyze MODEL.onnx");
    if (!check_measured(s, e))
        return false;
    if (s->plot && s->n_args > ROOF_PLOT_ITEMS)
        return error_set(e, ROOF_USAGE, "--plot draws at most %d models; %zu are given",
                         ROOF_PLOT_ITEMS, s->n_args);
    bool needs_device = s->plot && s->figure_kind == ROOF_FIGURE_ROOFLINE;
    if (needs_device && names_no_device(s) && any_is_model(s))
        return error_set(e, ROOF_USAGE, "--plot needs a device, and --device is none");
    if (!s->plot)
        return check_no_figure(s, e);
    if (is_page_name(s->plot))
        return check_page(s, s->n_args, e);
    if (!is_text_figure(s->plot))
        return check_figure_name("--plot ", s->plot, true, e);
    if (!s->output && s->format && strcmp(s->format, "table") != 0)
        return error_set(e, ROOF_USAGE,
                         "--plot - writes to standard output, where the %s goes: name "
                         "a file for one of them",
                         s->format);
    return check_text_figure(s, e);
}

/* Keeps the worst status; says what went wrong, unless output_commit will. */
static void add_status(roof_status *worst, const roof_error *own, const output *out) {
    if (own->status != ROOF_OK && !ferror(out->file))
        fprintf(stderr, "roofline: %s\n", own->text);
    if (own->status > *worst)
        *worst = own->status;
}

static roof_status analyze_all(const settings *s, const roof_device *d, output *out, bool *any) {
    roof_status worst = ROOF_OK;
    figure f = {.n = 0};
    for (size_t i = 0; i < s->n_args && !interrupted && !ferror(out->file); i++) {
        roof_error own = ROOF_ERROR_INIT;
        roof_status status = analyze_model(s, s->args[i], d, out->file, &f, &own);
        *any = *any || status == ROOF_OK || status == ROOF_NOT_COVERED || ferror(out->file);
        add_status(&worst, &own, out);
    }
    roof_error failed = ROOF_ERROR_INIT;
    if (!interrupted && !figure_draw(s, &f, s->plot, &failed))
        add_status(&worst, &failed, out);
    figure_free(&f);
    return worst;
}

roof_status command_analyze(const settings *s, roof_error *e) {
    roof_device *d = NULL;
    output out;
    if (!check_usage(s, e) || !output_open(&out, s->output, e))
        return e->status;
    if (!choose_device_of_models(s, &d, e)) {
        output_discard(&out);
        return e->status;
    }
    bool any = false;
    roof_status worst = analyze_all(s, d, &out, &any);
    roof_device_free(d);
    if (interrupted)
        worst = ROOF_INTERRUPTED;
    if (s->output && (!any || interrupted))
        output_discard(&out);
    else if (!output_commit(&out, e) && worst < ROOF_FAILED)
        worst = e->status;
    return worst;
}
