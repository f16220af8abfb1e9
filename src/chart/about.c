#include "plot/about.h"
#include "base/text.h"
#include "chart/figure.h"
#include "report/roofs.h"
#include <math.h>

static const char *printable(const figure *f, const char *text) {
    char clean[512];
    return arena_strdup(f->arena, text_printable(clean, sizeof clean, text));
}

const char *figure_si(const figure *f, double value, const char *unit) {
    char text[64];
    return arena_strdup(f->arena, text_si(text, sizeof text, value, unit));
}

const char *figure_percent(const figure *f, double share) {
    const char *format = share > 0 && share < 0.0005 ? "%.2g%%" : "%.1f%%";
    return arena_printf(f->arena, format, 100 * share);
}

double figure_weight(const figure *f, const roof_row *row) {
    double weight = f->placed ? row_seconds(row) : row_amount(row, row->work.flops);
    return weight > 0 && isfinite(weight) ? weight : 0;
}

const char *figure_weight_unit(const figure *f) {
    return f->placed ? "s" : "FLOP";
}

const char *figure_row_name(const figure *f, size_t row) {
    const roof_row *r = roof_analysis_row(f->analysis, row);
    return *r->name ? printable(f, r->name)
                    : arena_printf(f->arena, "%s %s", printable(f, r->op), r->id);
}

const char *figure_totals(const figure *f) {
    const roof_device *d = roof_analysis_device(f->analysis);
    const char *on =
        d ? arena_printf(f->arena, "on %s", printable(f, roof_device_name(d))) : "counts only";
    return arena_printf(f->arena, "%s: %s", on, about_totals(f->arena, f->analysis));
}

const char *figure_unknown(const figure *f) {
    int64_t n = roof_analysis_coverage(f->analysis)->by_status[ROOF_ROW_UNKNOWN];
    return n == 0 ? ""
                  : arena_printf(f->arena, "; %lld %s of unknown work %s left out", (long long)n,
                                 n == 1 ? "row" : "rows", n == 1 ? "is" : "are");
}

static const char *title(const figure *f, const char *what) {
    if (f->options->title)
        return f->options->title;
    return arena_printf(f->arena, "%s: %s", about_model(f->arena, f->analysis), what);
}

static const char *caption(const figure *f) {
    const roof_device *d = roof_analysis_device(f->analysis);
    const char *text = "", *one;
    if (d) {
        const char *date = roof_device_date(d);
        text =
            arena_printf(f->arena, "ceilings: %s%s%.10s; ", roof_source_name(roof_device_source(d)),
                         *date ? " " : "", printable(f, date));
    }
    text = arena_printf(f->arena, "%straffic %s; ", text,
                        roof_traffic_name(roof_analysis_options(f->analysis)->traffic));
    for (size_t i = 0; (one = roof_analysis_assumption(f->analysis, i)); i++)
        text = arena_printf(f->arena, "%s%s%s", text, i ? ", " : "assumed: ", printable(f, one));
    return arena_printf(f->arena, "%s%sroofline " ROOF_VERSION, text,
                        roof_analysis_assumption(f->analysis, 0) ? "; " : "");
}

chart figure_chart(const figure *f, const char *what, const char *subtitle) {
    return (chart){.title = title(f, what),
                   .subtitle = subtitle,
                   .caption = caption(f),
                   .theme = f->theme,
                   .width = f->options->width,
                   .height = f->options->height};
}
