/* The heaviest rows, and how many of them make most of the time. */
#include "base/error.h"
#include "base/text.h"
#include "chart/figure.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 14, MAX_FAMILIES = 32, COLUMNS = 700, FEW = 12 };

typedef struct heavy {
    double weight;
    size_t row;
} heavy;

static int heavier_first(const void *left, const void *right) {
    const heavy *a = left, *b = right;
    int order = (a->weight < b->weight) - (a->weight > b->weight);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* The rows that weigh anything, from the heaviest on; *sum of all. */
static size_t gather(const figure *f, heavy *list, double *sum) {
    size_t n = 0, rows = roof_analysis_rows(f->analysis);
    *sum = 0;
    for (size_t i = 0; i < rows; i++) {
        double weight = figure_weight(f, roof_analysis_row(f->analysis, i));
        if (weight > 0)
            list[n++] = (heavy){weight, i};
        *sum += weight;
    }
    qsort(list, n, sizeof *list, heavier_first);
    return n;
}

/* --- the heaviest, named: bars in the colours of their families --- */

static const char **names_of(const figure *f, const heavy *list, size_t n) {
    const char **names = arena_array(f->arena, n, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = figure_row_name(f, list[i].row);
    size_t scope = text_common(names, n, '/'); /* "/bert/encoder/" */
    for (size_t i = 0; i < n; i++)
        names[i] += names[i][scope] ? scope : 0;
    return names;
}

/* One series per family, so that the legend names its colour. */
static size_t bars_of(const figure *f, const heavy *list, size_t n, double sum,
                      chart_series series[MAX_FAMILIES]) {
    size_t n_series = 0;
    double *y[MAX_FAMILIES];
    const char **labels = arena_array(f->arena, n, sizeof *labels);
    for (size_t i = 0; i < n; i++) {
        const roof_row *row = roof_analysis_row(f->analysis, list[i].row);
        size_t k = 0;
        while (k < n_series && strcmp(series[k].name, row->family) != 0)
            k++;
        if (k == MAX_FAMILIES)
            continue;
        if (k == n_series) {
            y[k] = arena_array(f->arena, n, sizeof(double));
            series[n_series++] = (chart_series){.name = row->family,
                                                .kind = CHART_BARS,
                                                .color = theme_family(f->theme, row->family_index),
                                                .y = y[k],
                                                .n = n};
        }
        y[k][i] = list[i].weight / sum;
        labels[i] = arena_printf(f->arena, "%s  %s", figure_percent(f, list[i].weight / sum),
                                 figure_si(f, list[i].weight, figure_weight_unit(f)));
    }
    series[n_series - 1].labels = labels;
    return n_series;
}

/* --- the cumulated share --- */

/* The curve over 1, 2, ... rows; of very many, some that are evenly apart on its axis. */
static chart_series curve_of(const figure *f, const heavy *list, size_t n, double sum) {
    double *x = arena_array(f->arena, COLUMNS + 2, sizeof *x), at = 0, next = 1;
    double *y = arena_array(f->arena, COLUMNS + 2, sizeof *y);
    double step = n > COLUMNS ? pow((double)n, 1.0 / COLUMNS) : 1;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        at += list[i].weight;
        if (((double)(i + 1) < next || kept > COLUMNS) && i + 1 < n)
            continue;
        x[kept] = (double)(i + 1);
        y[kept++] = fmin(at / sum, 1);
        next = fmax(next * step, (double)(i + 1) + 0.5);
    }
    return (chart_series){.kind = CHART_LINES,
                          .color = theme_family(f->theme, 0),
                          .x = x,
                          .y = y,
                          .n = kept,
                          .marker = n <= 40 ? CHART_DISC : CHART_NO_MARKER};
}

static const char *heaviest_title(const figure *f, const heavy *list, size_t n, double sum) {
    double at = 0;
    for (size_t i = 0; i < n; i++)
        at += list[i].weight;
    return arena_printf(f->arena, "The heaviest rows: these %zu make %s", n,
                        figure_percent(f, at / sum));
}

/* Where the curve reaches a share. */
static chart_mark mark_of(const figure *f, const heavy *list, size_t n, double sum, double share) {
    double at = 0;
    size_t i = 0;
    while (i < n && at < share * sum * (1 - 1e-12))
        at += list[i++].weight;
    return (chart_mark){.kind = CHART_POINT,
                        .x = (double)i,
                        .y = at / sum,
                        .text = arena_printf(f->arena, "%zu of %zu rows make%s %.0f%%", i, n,
                                             i == 1 ? "s" : "", 100 * share)};
}

bool draw_share(const figure *f, const char *path, roof_error *error) {
    double sum;
    heavy *list = arena_array(f->arena, roof_analysis_rows(f->analysis) + 1, sizeof *list);
    size_t n = gather(f, list, &sum), named = n < NAMED ? n : NAMED;
    if (n == 0)
        return error_set(error, ROOF_USAGE, "cannot draw shares: nothing that is counted takes %s",
                         f->placed ? "time" : "FLOPs");
    chart_series bars[MAX_FAMILIES], curves[2];
    curves[0] = curves[1] = curve_of(f, list, n, sum);
    curves[0].kind = CHART_AREA;
    curves[0].marker = CHART_NO_MARKER;
    const chart_mark marks[] = {mark_of(f, list, n, sum, 0.5), mark_of(f, list, n, sum, 0.9)};
    const chart_panel panels[] = {
        {.title = heaviest_title(f, list, named, sum),
         .x = {.unit = "%"},
         .y = {.scale = CHART_NAMES, .names = names_of(f, list, named), .n_names = named},
         .series = bars,
         .n_series = bars_of(f, list, named, sum, bars),
         .share = 1.15},
        {.title = f->placed ? "Cumulated share of the time" : "Cumulated share of the FLOPs",
         .x = {.title = "heaviest rows", .scale = n > FEW ? CHART_LOG10 : CHART_LINEAR},
         .y = {.unit = "%", .low = 0, .high = 1.04},
         .series = curves,
         .n_series = 2,
         .marks = marks,
         .n_marks = 2}};
    chart c = figure_chart(f, f->placed ? "where the time goes" : "where the FLOPs are",
                           arena_printf(f->arena, "%s%s", figure_totals(f), figure_unknown(f)));
    c.panels = panels;
    c.n_panels = 2;
    return chart_write(&c, path, error);
}
