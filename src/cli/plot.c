/* roofline plot: models, saved analyses and devices in one picture. */
#include "base/error.h"
#include "cli/figure.h"
#include <stdlib.h>

typedef struct drawing {
    figure figure;
    roof_device *devices[ROOF_PLOT_ITEMS]; /* of the variants */
    roof_error uncovered;                  /* with --strict; the picture is drawn all the same */
} drawing;

/* Every model on every variant, saved analyses as they are; without any, the devices alone. */
static size_t count_items(const settings *s) {
    size_t n = s->n_args ? 0 : s->n_variants;
    for (size_t i = 0; i < s->n_args; i++)
        n += is_saved(s->args[i]) ? 1 : s->n_variants;
    return n;
}

static bool check_usage(const settings *s, roof_error *e) {
    size_t n = count_items(s);
    if (!check_measured(s, e))
        return false;
    if (s->measured && s->n_args == 0)
        return error_set(e, ROOF_USAGE, "--measured needs the model that was run");
    if (n > ROOF_PLOT_ITEMS)
        return error_set(e, ROOF_USAGE,
                         "a picture holds at most %d models, analyses and devices; "
                         "%zu are given",
                         ROOF_PLOT_ITEMS, n);
    bool needs_device =
        s->n_args == 0 || (s->figure_kind == ROOF_FIGURE_ROOFLINE && any_is_model(s));
    for (size_t i = 0; needs_device && i < s->n_variants; i++)
        if (names_no_device(variant(s, i)))
            return error_set(e, ROOF_USAGE, "a picture needs a device, and --device is none");
    if (s->output && is_page_name(s->output))
        return check_page(s, s->n_args == 0 ? 0 : n, e);
    return is_text_figure(s->output) ? check_text_figure(s, e)
                                     : check_figure_name("-o ", s->output, true, e);
}

static bool open_devices(const settings *s, drawing *d, roof_error *e) {
    for (size_t i = 0; i < s->n_variants && (s->n_args == 0 || any_is_model(s)); i++)
        if (!choose_device(variant(s, i), &d->devices[i], e))
            return false;
    return true;
}

static bool add_subject(const settings *s, drawing *d, const char *path, size_t v, roof_error *e) {
    subject x;
    if (!subject_open(variant(s, v), path, d->devices[v], &x, e))
        return false;
    figure_add(&d->figure, &x);
    check_strict(s, &x, path, &d->uncovered);
    return true;
}

static bool add_items(const settings *s, drawing *d, roof_error *e) {
    figure *f = &d->figure;
    for (size_t v = 0; v < s->n_variants && s->n_args == 0; v++)
        f->items[f->n++] = (roof_plot_item){.device = d->devices[v]};
    for (size_t i = 0; i < s->n_args; i++)
        for (size_t v = 0; v < (is_saved(s->args[i]) ? 1 : s->n_variants); v++)
            if (!add_subject(s, d, s->args[i], v, e))
                return false;
    return true;
}

roof_status command_plot(const settings *s, roof_error *e) {
    drawing *d = calloc(1, sizeof *d);
    bool ready = d ? check_usage(s, e) : error_set(e, ROOF_FAILED, "not enough memory");
    if (ready && open_devices(s, d, e) && add_items(s, d, e) && !interrupted)
        if (figure_draw(s, &d->figure, s->output, e))
            *e = d->uncovered;
    if (d)
        figure_free(&d->figure);
    for (size_t i = 0; d && i < ROOF_PLOT_ITEMS; i++)
        roof_device_free(d->devices[i]);
    free(d);
    return interrupted ? ROOF_INTERRUPTED : e->status;
}
