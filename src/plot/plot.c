#include "base/error.h"
#include "base/numeric.h"
#include "draw/picture.h"
#include "plot/scene.h"

enum { MEMORY_LIMIT = 1 << 30 };

const char *roof_plot_extension(size_t i) {
    return picture_extension(i);
}

static bool plot(arena *a, const roof_plot_item *items, size_t n, const char *path,
                 const roof_plot_options *options, roof_error *error) {
    if (arena_escape(a))
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    if (!picture_check(path, error))
        return false;
    if (n == 0 || n > ROOF_PLOT_ITEMS)
        return error_set(error, ROOF_USAGE, "a figure shows 1 to %d models or devices, not %zu",
                         ROOF_PLOT_ITEMS, n);
    scene *s = scene_make(a, items, n, options, error);
    return s && picture_write(path, scene_script, s, error);
}

bool roof_plot(const roof_plot_item *items, size_t n, const char *path,
               const roof_plot_options *options, roof_error *error) {
    static const roof_plot_options defaults = {0};
    arena *memory = arena_new(MEMORY_LIMIT);
    if (!memory)
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    numeric_locale numeric = numeric_begin();
    bool ok = plot(memory, items, n, path, options ? options : &defaults, error);
    numeric_end(numeric);
    arena_free(memory);
    return ok;
}
