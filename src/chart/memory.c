/* Live activations along the graph. */
#include "base/error.h"
#include "chart/figure.h"
#include <math.h>
#include <string.h>

enum { COLUMNS = 1400 }; /* more than this nobody can tell apart: each shows its largest */

typedef struct curve {
    double *x, *y;
    size_t n;
    size_t peak; /* row */
    double most;
} curve;

static double live_of(const figure *f, size_t i) {
    int64_t live = roof_analysis_row(f->analysis, i)->live_bytes;
    return live < 0 ? NAN : (double)live;
}

/* A step for each row, or for so many rows that there are COLUMNS steps. */
static curve make_curve(const figure *f) {
    size_t rows = roof_analysis_rows(f->analysis), wide = (rows + COLUMNS - 1) / COLUMNS;
    curve c = {.x = arena_array(f->arena, 2 * (COLUMNS + 1), sizeof *c.x),
               .y = arena_array(f->arena, 2 * (COLUMNS + 1), sizeof *c.y),
               .most = -1};
    for (size_t i = 0; i < rows; i += wide) {
        double most = NAN;
        size_t end = i + wide < rows ? i + wide : rows;
        for (size_t k = i; k < end; k++) {
            most = fmax(most, live_of(f, k));
            if (live_of(f, k) > c.most) {
                c.most = live_of(f, k);
                c.peak = k;
            }
        }
        c.x[c.n] = (double)i;
        c.x[c.n + 1] = (double)end;
        c.y[c.n] = c.y[c.n + 1] = most;
        c.n += 2;
    }
    return c;
}

static size_t add_marks(const figure *f, const curve *c, chart_mark marks[3]) {
    double weights = (double)roof_analysis_totals(f->analysis)->parameter_bytes;
    double at = (double)c->peak + 0.5;
    size_t n = 0;
    marks[n++] =
        (chart_mark){.kind = CHART_POINT,
                     .x = at,
                     .y = c->most,
                     .text = arena_printf(f->arena, "peak %s at %s", figure_si(f, c->most, "B"),
                                          figure_row_name(f, c->peak))};
    if (weights > 0 && weights < 1.6 * c->most)
        marks[n++] = (chart_mark){
            .kind = CHART_HORIZONTAL,
            .y = weights,
            .text = arena_printf(f->arena, "weights as stored, %s", figure_si(f, weights, "B")),
            .color = f->theme->faint,
            .dashed = true};
    return n;
}

bool draw_memory(const figure *f, const char *path, roof_error *error) {
    curve c = make_curve(f);
    if (!(c.most > 0))
        return error_set(error, ROOF_USAGE,
                         "cannot draw memory: what is alive is not known for any row");
    unsigned color = theme_family(f->theme, 0);
    const chart_series series[] = {
        {.kind = CHART_AREA, .color = color, .x = c.x, .y = c.y, .n = c.n},
        {.kind = CHART_LINES, .color = color, .x = c.x, .y = c.y, .n = c.n, .width = 1.5}};
    chart_mark marks[3];
    const chart_panel panel = {.x = {.title = "rows in order of execution"},
                               .y = {.title = "live activations", .unit = "B"},
                               .series = series,
                               .n_series = 2,
                               .marks = marks,
                               .n_marks = add_marks(f, &c, marks)};
    const roof_totals *t = roof_analysis_totals(f->analysis);
    const char *subtitle =
        arena_printf(f->arena,
                     "at most %s alive at once, beside %s of weights as stored; a tensor "
                     "lives from the row that makes it to its last use",
                     figure_si(f, c.most, "B"), figure_si(f, (double)t->parameter_bytes, "B"));
    chart drawn = figure_chart(f, "live activation memory", subtitle);
    drawn.panels = &panel;
    drawn.n_panels = 1;
    return chart_write(&drawn, path, error);
}
