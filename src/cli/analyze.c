#include "base/error.h"
#include "cli/cli.h"
#include <roofline/plot.h>
#include <stdlib.h>
#include <string.h>

/* --- one model --- */

static bool report(const settings *s, const roof_analysis *a, FILE *out, roof_error *e) {
    roof_report_options o = s->report;
    o.width = terminal_width();
    o.color = wants_color(s);
    return roof_report(a, s->format ? s->format : "table", &o, out, e);
}

static roof_status check_strict(const settings *s, const roof_analysis *a, const char *path,
                                roof_error *e) {
    const roof_coverage *c = roof_analysis_coverage(a);
    int64_t unknown = c->by_status[ROOF_ROW_UNKNOWN];
    if (!s->strict || unknown == 0)
        return ROOF_OK;
    const char *op = c->n_unsupported ? c->unsupported[0].op : NULL;
    error_set(e, ROOF_NOT_COVERED, "%s: %lld of %lld nodes are not covered%s%s%s", path,
              (long long)unknown, (long long)c->nodes, op ? " (" : "", op ? op : "",
              op ? ", ...)" : "");
    return ROOF_NOT_COVERED;
}

/* What is to be drawn when all models are analysed; with their models, which must outlive them. */
typedef struct figure {
    roof_model *models[ROOF_PLOT_ITEMS];
    roof_plot_item items[ROOF_PLOT_ITEMS];
    roof_analysis *analyses[ROOF_PLOT_ITEMS];
    size_t n;
} figure;

static void figure_free(figure *f) {
    for (size_t i = 0; i < f->n; i++) {
        roof_analysis_free(f->analyses[i]);
        roof_model_free(f->models[i]);
    }
}

static bool figure_draw(const settings *s, const figure *f, roof_error *e) {
    if (f->n == 0)
        return true;
    if (!roof_plot(f->items, f->n, s->plot, &s->figure, e))
        return false;
    note(s, "wrote %s", s->plot);
    return true;
}

static roof_status analyze_model(const settings *s, const char *path, const roof_device *d,
                                 FILE *out, figure *f, roof_error *e) {
    roof_model *model = roof_model_open(path, e);
    roof_analysis *a = model ? roof_analyze(model, d, &s->analysis, e) : NULL;
    if (a && report(s, a, out, e))
        check_strict(s, a, path, e);
    if (a && s->plot && (e->status == ROOF_OK || e->status == ROOF_NOT_COVERED)) {
        f->models[f->n] = model;
        f->analyses[f->n] = a;
        f->items[f->n++] = (roof_plot_item){.analysis = a};
        return e->status;
    }
    roof_analysis_free(a);
    roof_model_free(model);
    return e->status;
}

/* --- the command --- */

static bool is_plot_name(const char *path) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && roof_plot_extension(i); i++)
        if (!strcmp(dot + 1, roof_plot_extension(i)))
            return true;
    return false;
}

/* What can be refused is refused before anything takes time. */
static bool check_usage(const settings *s, roof_error *e) {
    const char *device = s->device ? s->device : getenv("ROOFLINE_DEVICE");
    if (s->n_args == 0)
        return error_set(e, ROOF_USAGE, "analyze needs a model: roofline analyze MODEL.onnx");
    if (s->plot && s->n_args > ROOF_PLOT_ITEMS)
        return error_set(e, ROOF_USAGE, "--plot draws at most %d models; %zu are given",
                         ROOF_PLOT_ITEMS, s->n_args);
    if (s->plot && device && !strcmp(device, "none"))
        return error_set(e, ROOF_USAGE, "--plot needs a device, and --device is none");
    if (s->plot && !is_plot_name(s->plot))
        return error_set(e, ROOF_USAGE, "--plot %s: the name must end in .png, .svg, .pdf or .gp",
                         s->plot);
    return true;
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
    if (!interrupted && !figure_draw(s, &f, &failed))
        add_status(&worst, &failed, out);
    figure_free(&f);
    return worst;
}

roof_status command_analyze(const settings *s, roof_error *e) {
    roof_device *d = NULL;
    output out;
    if (!check_usage(s, e) || !output_open(&out, s->output, e))
        return e->status;
    if (!choose_device(s, &d, e)) {
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
