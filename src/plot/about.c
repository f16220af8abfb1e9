#include "plot/about.h"
#include "base/path.h"
#include "base/text.h"
#include <math.h>

static const char *printable(arena *a, const char *text) {
    char clean[512];
    return arena_strdup(a, text_printable(clean, sizeof clean, text));
}

static const char *si(arena *a, double value, const char *unit) {
    char text[64];
    return arena_strdup(a, text_si(text, sizeof text, value, unit));
}

/* A sum, of which maybe nothing is known. */
static const char *amount(arena *a, int64_t n, const char *unit) {
    return n < 0 ? arena_printf(a, "? %s", unit) : si(a, (double)n, unit);
}

const char *about_file(const roof_analysis *analysis) {
    return path_file(roof_analysis_model(analysis)->path);
}

const char *about_model(arena *a, const roof_analysis *analysis) {
    const char *text = printable(a, about_file(analysis)), *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(analysis, i, &value)); i++)
        text = arena_printf(a, "%s, %s = %lld", text, printable(a, name), (long long)value);
    return text;
}

const char *about_totals(arena *a, const roof_analysis *analysis) {
    const roof_totals *t = roof_analysis_totals(analysis);
    const char *least = t->complete ? "" : "at least ";
    const char *time =
        t->time_s > 0 ? arena_printf(a, "%s%s predicted, ", least, si(a, t->time_s, "s")) : "";
    const char *text = arena_printf(a, "%s%s%s, %s", time, least, amount(a, t->work.flops, "FLOP"),
                                    amount(a, t->work.bytes.total, "B"));
    return isfinite(t->operational_intensity)
               ? arena_printf(a, "%s, %.3g FLOP/B", text, t->operational_intensity)
               : text;
}
