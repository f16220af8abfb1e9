#include "cli/figure.h"
#include "base/error.h"
#include <roofline/html.h>
#include <string.h>
#include <strings.h>

void figure_add(figure *f, const subject *x) {
    f->subjects[f->n] = *x;
    f->items[f->n++] = (roof_plot_item){.analysis = x->analysis};
}

void figure_free(figure *f) {
    for (size_t i = 0; i < f->n; i++)
        subject_close(&f->subjects[i]);
}

bool is_text_figure(const char *path) {
    return !path || strcmp(path, "-") == 0;
}

static bool draw_text(const settings *s, const figure *f, roof_error *e) {
    settings to_terminal = *s;
    to_terminal.output = NULL; /* which is of the report */
    const roof_text_options o = {.width = terminal_width(),
                                 .color = wants_color(&to_terminal),
                                 .utf8 = terminal_utf8(),
                                 .title = s->figure.title};
    return check_text_figure(s, e) && roof_plot_text(f->items, f->n, &o, stdout, e);
}

bool write_page(const settings *s, const roof_analysis *a, const char *path, roof_error *e) {
    output out;
    if (!output_open(&out, path, e))
        return false;
    if (!roof_html(a, out.file, e) || interrupted) {
        output_discard(&out);
        return false;
    }
    if (!output_commit(&out, e))
        return false;
    if (path)
        note(s, "wrote %s", path);
    return true;
}

bool figure_draw(const settings *s, const figure *f, const char *path, roof_error *e) {
    if (f->n == 0)
        return true;
    if (is_text_figure(path))
        return draw_text(s, f, e);
    if (is_page_name(path))
        return write_page(s, f->items[0].analysis, path, e);
    if (!roof_figure(s->figure_kind, f->items, f->n, path, &s->figure, e))
        return false;
    note(s, "wrote %s", path);
    return true;
}

bool check_text_figure(const settings *s, roof_error *e) {
    return s->figure_kind == ROOF_FIGURE_ROOFLINE ||
           error_set(e, ROOF_USAGE,
                     "the figure \"%s\" is drawn into files alone: name one that ends "
                     "in .png, .svg, .pdf or .gp",
                     roof_figure_name(s->figure_kind));
}

/* Is nothing asked of a picture? */
static bool is_plain(const settings *s) {
    const roof_plot_options *o = &s->figure;
    return s->figure_kind == ROOF_FIGURE_ROOFLINE && s->sweep_figure == ROOF_SWEEP_CURVE &&
           !o->title && o->width == 0 && o->theme == ROOF_PLOT_LIGHT;
}

bool check_no_figure(const settings *s, roof_error *e) {
    return is_plain(s) || error_set(e, ROOF_USAGE,
                                    "--figure, --title, --size and --theme are of a picture: name "
                                    "it with --plot FILE.png");
}

bool is_picture_name(const char *path) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && roof_plot_extension(i); i++)
        if (!strcasecmp(dot + 1, roof_plot_extension(i)))
            return true;
    return false;
}

bool is_page_name(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm"));
}

bool check_page(const settings *s, size_t n, roof_error *e) {
    if (n != 1)
        return error_set(e, ROOF_USAGE, "a page is of one model, and %zu are given", n);
    return is_plain(s) ||
           error_set(e, ROOF_USAGE,
                     "a page holds all figures in both themes: --figure, --title, --size and "
                     "--theme are of pictures");
}

bool check_figure_name(const char *option, const char *path, bool pages, roof_error *e) {
    return is_text_figure(path) || is_picture_name(path) ||
           error_set(e, ROOF_USAGE, "%s%s: the name must end in .png, .svg, .pdf%s .gp%s", option,
                     path, pages ? "," : " or",
                     pages                ? " or .html"
                     : is_page_name(path) ? "; roofline report writes pages"
                                          : "");
}
