#include "cli/figure.h"
#include "base/error.h"
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

bool figure_draw(const settings *s, const figure *f, const char *path, roof_error *e) {
    if (f->n == 0)
        return true;
    if (!roof_figure(s->figure_kind, f->items, f->n, path, &s->figure, e))
        return false;
    note(s, "wrote %s", path);
    return true;
}

bool check_figure_name(const char *option, const char *path, roof_error *e) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && roof_plot_extension(i); i++)
        if (!strcasecmp(dot + 1, roof_plot_extension(i)))
            return true;
    return error_set(e, ROOF_USAGE, "%s%s: the name must end in .png, .svg, .pdf or .gp", option,
                     path);
}
