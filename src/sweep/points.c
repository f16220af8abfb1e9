/* The table of points, and the pieces that all tables share. */
#include "base/text.h"
#include "report/cells.h"
#include "report/columns.h"
#include "report/lines.h"
#include "sweep/table.h"

enum { SHORT = 96, USUAL_TOP = 20, LONGEST_NAME = 200 };

/* --- pieces --- */

const char *sweep_printable(sweep_output *o, const char *s) {
    char text[LONGEST_NAME];
    return arena_strdup(o->arena, text_printable(text, sizeof text, s));
}

const char *sweep_si(sweep_output *o, double value, const char *unit) {
    return text_si(arena_alloc(o->arena, SHORT), SHORT, value, unit);
}

const char *sweep_whole(sweep_output *o, int64_t n) {
    return arena_printf(o->arena, "%lld", (long long)n);
}

const char *sweep_ratio(sweep_output *o, double value) {
    return text_ratio(arena_alloc(o->arena, SHORT), SHORT, value);
}

const char *sweep_axis_text(sweep_output *o, size_t axis) {
    return sweep_printable(o, roof_sweep_axis_name(o->sweep, axis));
}

void sweep_line(sweep_output *o, const char *label, const char *text) {
    if (*text)
        write_wrapped(o->out, o->options->width, label, text);
}

bool sweep_is_placed(const sweep_output *o) {
    return roof_analysis_device(roof_sweep_analysis(o->sweep)) != NULL;
}

size_t sweep_most_shown(const sweep_output *o) {
    return o->options->all ? SIZE_MAX : o->options->top ? o->options->top : USUAL_TOP;
}

void sweep_write_options(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    const roof_device *d = roof_analysis_device(a);
    sweep_line(o, "device",
               d ? arena_printf(o->arena, "%s (%s)", sweep_printable(o, roof_device_name(d)),
                                roof_source_name(roof_device_source(d)))
                 : "none (counts only)");
    sweep_line(o, "traffic", roof_traffic_name(roof_analysis_options(a)->traffic));
}

/* --- cells --- */

static const char *amount(sweep_output *o, int64_t n, const char *unit) {
    return text_amount(arena_alloc(o->arena, SHORT), SHORT, n, unit);
}

static const char *macs(sweep_output *o, const roof_sweep_point *p) {
    return amount(o, p->totals.work.macs, "");
}

static const char *flops(sweep_output *o, const roof_sweep_point *p) {
    return amount(o, p->totals.work.flops, "");
}

static const char *bytes(sweep_output *o, const roof_sweep_point *p) {
    return amount(o, p->totals.work.bytes.total, "B");
}

static const char *weights(sweep_output *o, const roof_sweep_point *p) {
    const roof_traffic_bytes *b = &p->totals.work.bytes;
    return text_share(arena_alloc(o->arena, SHORT), SHORT,
                      b->total > 0 ? (double)b->weights / (double)b->total : 0);
}

static const char *peak(sweep_output *o, const roof_sweep_point *p) {
    return amount(o, p->totals.peak_activation_bytes, "B");
}

static const char *intensity(sweep_output *o, const roof_sweep_point *p) {
    return sweep_ratio(o, p->totals.operational_intensity);
}

static const char *seconds(sweep_output *o, const roof_sweep_point *p) {
    return sweep_si(o, p->totals.time_s, "s");
}

static const char *per_second(sweep_output *o, const roof_sweep_point *p) {
    return sweep_si(o, p->per_second, "");
}

static const char *attainable(sweep_output *o, const roof_sweep_point *p) {
    return sweep_si(o, p->totals.attainable_flops, "FLOP/s");
}

static const char *limiter(sweep_output *o, const roof_sweep_point *p) {
    const roof_totals *t = &p->totals;
    double percent = t->limiter_share[t->limiter] * 100;
    if (t->limiter == ROOF_LIMIT_NONE)
        return "-";
    return percent < 99.5
               ? arena_printf(o->arena, "%s %.0f%%", roof_limiter_name(t->limiter), percent)
               : roof_limiter_name(t->limiter);
}

/* --- columns behind those of the axes --- */

typedef enum column_sweep { OF_BOTH, OF_MODEL, OF_OPERATOR } column_sweep;

static const struct point_column {
    const char *title; /* NULL: the first axis a second */
    column_sweep of;
    bool placed; /* only with a device */
    char importance, alignment;
    const char *(*cell)(sweep_output *o, const roof_sweep_point *p);
} columns[] = {
    {"MACs", OF_MODEL, false, '0', 'r', macs},
    {"FLOPs", OF_BOTH, false, '5', 'r', flops},
    {"bytes", OF_BOTH, false, '6', 'r', bytes},
    {"weights", OF_OPERATOR, false, '2', 'r', weights},
    {"peak", OF_MODEL, false, '2', 'r', peak},
    {"FLOP/B", OF_BOTH, false, '7', 'r', intensity},
    {"time", OF_BOTH, true, '8', 'r', seconds},
    {NULL, OF_MODEL, true, '4', 'r', per_second},
    {"attainable", OF_BOTH, true, '1', 'r', attainable},
    {"limiter", OF_BOTH, true, '9', 'l', limiter},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static bool has_weights(const roof_sweep *s) {
    for (size_t i = 0; i < s->n_points; i++)
        if (s->points[i].totals.work.bytes.weights > 0)
            return true;
    return false;
}

static bool applies(const sweep_output *o, const struct point_column *c) {
    bool is_model = o->sweep->operator_name == NULL;
    if (c->cell == weights && !has_weights(o->sweep))
        return false;
    return (!c->placed || sweep_is_placed(o)) && c->of != (is_model ? OF_OPERATOR : OF_MODEL);
}

static void add_titles(sweep_output *o, cells *c) {
    for (size_t i = 0; i < o->sweep->n_axes; i++)
        cells_add(c, sweep_axis_text(o, i));
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (applies(o, &columns[i]))
            cells_add(c, columns[i].title ? columns[i].title
                                          : arena_printf(o->arena, "%s/s", sweep_axis_text(o, 0)));
    c->titled = true;
}

static void add_point(sweep_output *o, cells *c, const roof_sweep_point *p) {
    for (size_t i = 0; i < o->sweep->n_axes; i++)
        cells_add(c, sweep_whole(o, p->at[i]));
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (applies(o, &columns[i]))
            cells_add(c, columns[i].cell(o, p));
}

void sweep_write_points(sweep_output *o) {
    char alignment[ROOF_SWEEP_AXES + N_COLUMNS + 1] = "", importance[sizeof alignment] = "";
    size_t n, k = 0, most = sweep_most_shown(o);
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    size_t shown = n <= most ? n : most < 2 ? 2 : most;
    for (; k < o->sweep->n_axes; k++) {
        alignment[k] = 'r';
        importance[k] = '9';
    }
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (applies(o, &columns[i])) {
            alignment[k] = columns[i].alignment;
            importance[k++] = columns[i].importance;
        }
    cells c = cells_new(o->arena, alignment, shown + 1, 0);
    c.importance = importance;
    add_titles(o, &c);
    for (size_t i = 0; i < shown; i++)
        add_point(o, &c, &points[shown > 1 ? i * (n - 1) / (shown - 1) : 0]);
    cells_write(&c, o->options->width, o->options->color, o->out);
    if (shown < n)
        fprintf(o->out, "... %zu of %zu points not shown (--top all)\n", n - shown, n);
    fputc('\n', o->out);
}
