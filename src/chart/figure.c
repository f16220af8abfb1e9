#include "chart/figure.h"
#include "base/error.h"
#include "base/numeric.h"
#include "draw/picture.h"

enum { MEMORY_LIMIT = 1 << 28 };

/* Every figure but the roofline, which is roof_plot's. */
static const struct {
    const char *name;
    bool (*draw)(const figure *f, const char *path, roof_error *error);
} figures[ROOF_FIGURE_COUNT] = {
    [ROOF_FIGURE_ROOFLINE] = {.name = "roofline"},
    [ROOF_FIGURE_FAMILIES] = {.name = "families", .draw = draw_families},
    [ROOF_FIGURE_SHARE] = {.name = "share", .draw = draw_share},
    [ROOF_FIGURE_MEMORY] = {.name = "memory", .draw = draw_memory},
    [ROOF_FIGURE_TRAFFIC] = {.name = "traffic", .draw = draw_traffic},
};

const char *roof_figure_name(roof_figure_kind kind) {
    return figures[kind].name;
}

static bool draw(arena *a, roof_figure_kind kind, const roof_analysis *analysis, const char *path,
                 const roof_plot_options *options, roof_error *error) {
    if (arena_escape(a))
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    const figure f = {.arena = a,
                      .analysis = analysis,
                      .options = options,
                      .theme = options->theme == ROOF_PLOT_DARK ? &theme_dark : &theme_light,
                      .placed = roof_analysis_device(analysis) != NULL};
    return picture_check(path, error) && figures[kind].draw(&f, path, error);
}

bool roof_figure(roof_figure_kind kind, const roof_plot_item *items, size_t n, const char *path,
                 const roof_plot_options *options, roof_error *error) {
    static const roof_plot_options defaults = {0};
    if (!figures[kind].draw)
        return roof_plot(items, n, path, options, error);
    if (n != 1 || !items[0].analysis)
        return error_set(error, ROOF_USAGE, "the figure \"%s\" shows one model; %s",
                         figures[kind].name, n == 1 ? "a device is given" : "several are given");
    arena *a = arena_new(MEMORY_LIMIT);
    if (!a)
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    numeric_locale numeric = numeric_begin();
    bool ok = draw(a, kind, items[0].analysis, path, options ? options : &defaults, error);
    numeric_end(numeric);
    arena_free(a);
    return ok;
}
