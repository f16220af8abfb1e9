#include "chart/chart.h"
#include "base/error.h"
#include "base/numeric.h"
#include "chart/layout.h"
#include "draw/picture.h"

enum { MEMORY_LIMIT = 1 << 28 };

static bool write_chart(arena *a, const chart *c, const char *path, roof_error *error) {
    if (arena_escape(a))
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    return picture_write(path, layout_script, layout_make(a, c), error);
}

bool chart_write(const chart *c, const char *path, roof_error *error) {
    arena *a = arena_new(MEMORY_LIMIT);
    if (!a)
        return error_set(error, ROOF_FAILED, "not enough memory to draw \"%s\"", path);
    numeric_locale numeric = numeric_begin();
    bool ok = write_chart(a, c, path, error);
    numeric_end(numeric);
    arena_free(a);
    return ok;
}
