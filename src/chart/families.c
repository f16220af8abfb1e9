/* Time by operator family and what limits it; bytes by family and what they are. */
#include "base/error.h"
#include "chart/figure.h"
#include "report/roofs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAMILIES = 32, BYTE_PARTS = 3, WORK_PARTS = 3 };

typedef struct family {
    const char *name;
    double weight;                      /* seconds, or FLOPs without a device */
    double limited[ROOF_LIMITER_COUNT]; /* seconds, by what limits them */
    double work[WORK_PARTS];            /* FLOPs: matrix, vector, special */
    double bytes[BYTE_PARTS];           /* weights, read, written */
    size_t rows;
} family;

static family *family_of(family *list, size_t *n, const char *name) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    if (*n == MAX_FAMILIES)
        return NULL;
    list[*n] = (family){.name = name};
    return &list[(*n)++];
}

static double times(int64_t value, int64_t repeat) {
    return value < 0 || repeat < 0 ? 0 : (double)value * (double)repeat;
}

static void add_row(const figure *f, family *to, const roof_row *row) {
    const roof_work *w = &row->work;
    double weight = figure_weight(f, row);
    to->rows++;
    to->weight += weight;
    to->limited[row->limiter] += weight;
    to->work[0] += times(w->matrix_flops, row->repeat);
    to->work[1] += times(w->vector_flops, row->repeat);
    to->work[2] += times(w->special_flops, row->repeat);
    to->bytes[0] += times(w->bytes.weights, row->repeat);
    to->bytes[1] += times(w->bytes.read, row->repeat);
    to->bytes[2] += times(w->bytes.written, row->repeat);
}

static double bytes_of(const family *f) {
    return f->bytes[0] + f->bytes[1] + f->bytes[2];
}

static int heavier_first(const void *left, const void *right) {
    const family *a = left, *b = right;
    int order = (a->weight < b->weight) - (a->weight > b->weight);
    order = order ? order : (bytes_of(a) < bytes_of(b)) - (bytes_of(a) > bytes_of(b));
    return order ? order : strcmp(a->name, b->name);
}

static size_t gather(const figure *f, family list[MAX_FAMILIES]) {
    size_t n = 0, kept = 0, rows = roof_analysis_rows(f->analysis);
    for (size_t i = 0; i < rows; i++) {
        const roof_row *row = roof_analysis_row(f->analysis, i);
        bool runs = row->status != ROOF_FOLDED && row->status != ROOF_DEAD;
        family *to = runs ? family_of(list, &n, row->family) : NULL;
        if (to)
            add_row(f, to, row);
    }
    for (size_t i = 0; i < n; i++)
        if (list[i].weight > 0 || bytes_of(&list[i]) > 0)
            list[kept++] = list[i];
    qsort(list, kept, sizeof *list, heavier_first);
    return kept;
}

/* --- the panels --- */

/* Bars of one part of each family, which is `at` bytes into it. */
static chart_series part(const figure *f, const family *list, size_t n, size_t at, const char *name,
                         unsigned color) {
    double *y = arena_array(f->arena, n, sizeof *y);
    for (size_t i = 0; i < n; i++)
        memcpy(&y[i], (const char *)&list[i] + at, sizeof *y);
    return (chart_series){.name = name, .kind = CHART_BARS, .color = color, .y = y, .n = n};
}

static bool is_empty(const chart_series *s) {
    for (size_t i = 0; i < s->n; i++)
        if (s->y[i] > 0)
            return false;
    return true;
}

static void add_part(chart_panel *p, chart_series *series, chart_series one) {
    if (!is_empty(&one))
        series[p->n_series++] = one;
}

static const char **totals_of(const figure *f, const family *list, size_t n, bool bytes) {
    const char **labels = arena_array(f->arena, n, sizeof *labels);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bytes ? bytes_of(&list[i]) : list[i].weight;
    for (size_t i = 0; i < n; i++) {
        double value = bytes ? bytes_of(&list[i]) : list[i].weight;
        const char *unit = bytes ? "B" : figure_weight_unit(f);
        labels[i] = arena_printf(f->arena, "%s  %s", figure_si(f, value, unit),
                                 figure_percent(f, sum > 0 ? value / sum : 0));
    }
    return labels;
}

static void add_weights(const figure *f, const family *list, size_t n, chart_panel *p,
                        chart_series *series) {
    static const char *const works[] = {"matrix", "vector", "special"};
    for (int i = 0; i < WORK_PARTS && !f->placed; i++)
        add_part(p, series,
                 part(f, list, n, offsetof(family, work) + (size_t)i * sizeof(double), works[i],
                      theme_limiter(f->theme, ROOF_LIMIT_MATRIX + i)));
    for (int i = 0; i < ROOF_LIMITER_COUNT && f->placed; i++)
        add_part(p, series,
                 part(f, list, n, offsetof(family, limited) + (size_t)i * sizeof(double),
                      roof_limiter_name((roof_limiter)i), theme_limiter(f->theme, i)));
}

static void add_bytes(const figure *f, const family *list, size_t n, chart_panel *p,
                      chart_series *series) {
    static const char *const names[] = {"weights", "read", "written"};
    for (int i = 0; i < BYTE_PARTS; i++)
        add_part(p, series,
                 part(f, list, n, offsetof(family, bytes) + (size_t)i * sizeof(double), names[i],
                      f->theme->bytes[i]));
}

bool draw_families(const figure *f, const char *path, roof_error *error) {
    family *list = arena_array(f->arena, MAX_FAMILIES, sizeof *list);
    size_t n = gather(f, list);
    if (n == 0)
        return error_set(error, ROOF_USAGE,
                         "cannot draw families: no row of the model does anything "
                         "that is known");
    const char **names = arena_array(f->arena, n, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = arena_printf(f->arena, "%s (%zu)", list[i].name, list[i].rows);
    const chart_axis rows = {.scale = CHART_NAMES, .names = names, .n_names = n};
    chart_series weight[ROOF_LIMITER_COUNT], bytes[BYTE_PARTS];
    chart_panel panels[] = {
        {.title = f->placed ? "Time, by what limits it" : "FLOPs, by the unit that does them",
         .x = {.unit = figure_weight_unit(f)},
         .y = rows,
         .series = weight,
         .share = 1.2},
        {.title = "Bytes, by what they are", .x = {.unit = "B"}, .y = rows, .series = bytes}};
    panels[1].y.bare = true;
    add_weights(f, list, n, &panels[0], weight);
    add_bytes(f, list, n, &panels[1], bytes);
    if (panels[0].n_series)
        weight[panels[0].n_series - 1].labels = totals_of(f, list, n, false);
    if (panels[1].n_series)
        bytes[panels[1].n_series - 1].labels = totals_of(f, list, n, true);
    const char *subtitle =
        arena_printf(f->arena, "%s%s; in brackets: rows", figure_totals(f), figure_unknown(f));
    chart c = figure_chart(f, "operator families", subtitle);
    c.design_height = n < 8 ? 330 + 80 * (int)n : 1000;
    c.panels = panels;
    c.n_panels = 2;
    return chart_write(&c, path, error);
}
