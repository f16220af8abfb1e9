/* Giving times to rows, and what can be said of how they fit. */
#include "base/error.h"
#include "place/analysis.h"
#include "timing/match.h"
#include <math.h>
#include <string.h>

/* Below its bound by less than this a time is as good as at it. */
static const double ROUNDING = 1e-3;

/* A list that keeps the heaviest names. */
typedef struct list {
    roof_named *named;
    double weights[ROOF_NAMED];
} list;

typedef struct measuring {
    roof_analysis *analysis;
    const roof_timing *timing;
    arena *memory; /* of the analysis */
    roof_row *rows;
    size_t n_rows;
    roof_measured *result;
    list no_row, nested, no_time, too_fast;
} measuring;

static void add_to_list(list *l, const char *name, double seconds, double weight) {
    roof_named *named = l->named;
    named->n++;
    named->seconds += seconds;
    size_t at = named->n_names;
    while (at > 0 && weight > l->weights[at - 1])
        at--;
    if (at == ROOF_NAMED)
        return;
    if (named->n_names < ROOF_NAMED)
        named->n_names++;
    for (size_t i = named->n_names - 1; i > at; i--) {
        named->names[i] = named->names[i - 1];
        l->weights[i] = l->weights[i - 1];
    }
    named->names[at] = name;
    l->weights[at] = weight;
}

static const char *name_of(const roof_row *row) {
    return *row->name ? row->name : row->id;
}

/* --- sharing --- */

/* What a row should take, as the roofline says; without a device its work tells. */
static double weight_of(const roof_row *row) {
    if (isfinite(row->time_s))
        return row->time_s;
    double flops = row->work.flops > 0 ? (double)row->work.flops : 0;
    double bytes = row->work.bytes.total > 0 ? (double)row->work.bytes.total : 0;
    return row->status == ROOF_FOLDED || row->status == ROOF_DEAD ? 0 : flops + bytes;
}

static double executions(const roof_row *row) {
    return row->repeat > 0 ? (double)row->repeat : 0;
}

/* Adds `seconds`, of one execution of what executes least often among the rows, to the rows. Where
 * none should take time, all take as much. */
static void share(measuring *m, const row_set *s, double seconds) {
    double least = INFINITY, total = 0, even = 0;
    for (size_t i = 0; i < s->n; i++) {
        const roof_row *row = &m->rows[s->rows[i]];
        double times = executions(row);
        least = times > 0 && times < least ? times : least;
        total += weight_of(row) * times;
        even += times;
    }
    for (size_t i = 0; i < s->n && even > 0; i++) {
        roof_row *row = &m->rows[s->rows[i]];
        double part = total > 0 ? weight_of(row) * least / total : least / even;
        if (part > 0 && executions(row) > 0)
            row->measured_s = (isnan(row->measured_s) ? 0 : row->measured_s) + part * seconds;
    }
}

/* Rows of a group are one kernel: what was measured of some is shared among all. */
static void share_in_groups(measuring *m) {
    size_t n;
    const roof_group *groups = roof_analysis_groups(m->analysis, &n);
    for (size_t g = 0; g < n; g++) {
        row_set s = {.rows = arena_array(m->memory, groups[g].n_rows, sizeof *s.rows)};
        double seconds = 0;
        bool any = false;
        for (size_t i = 0; i < groups[g].n_rows; i++) {
            roof_row *row = &m->rows[groups[g].rows[i]];
            s.rows[s.n++] = groups[g].rows[i];
            any = any || isfinite(row->measured_s);
            seconds += isfinite(row->measured_s) ? row->measured_s : 0;
        }
        for (size_t i = 0; any && i < s.n; i++)
            m->rows[s.rows[i]].measured_s = NAN;
        if (any)
            share(m, &s, seconds);
    }
}

static void give_times(measuring *m) {
    const roof_timing *t = m->timing;
    matcher *match = matcher_new(m->memory, m->analysis, t);
    for (size_t i = 0; i < t->n; i++) {
        const timed *time = &t->times[i];
        double seconds = time->seconds * time->executions;
        row_set s = rows_of(match, i);
        bool nested = holds_others(match, &s);
        if (!nested)
            m->result->times_s += seconds;
        if (nested || s.n == 0)
            add_to_list(nested ? &m->nested : &m->no_row, arena_strdup(m->memory, time->name),
                        seconds, seconds);
        else
            share(m, &s, time->seconds);
    }
    share_in_groups(m);
}

/* --- what follows --- */

static void check_bound(measuring *m, const roof_row *row) {
    double measured = row->measured_s + m->timing->resolution;
    if (!(measured * (1 + ROUNDING) < row->bound_s))
        return;
    double factor = row->bound_s / measured;
    add_to_list(&m->too_fast, name_of(row), row->measured_s * executions(row), factor);
    if (factor > m->result->too_fast_by)
        m->result->too_fast_by = factor;
}

static void conclude_row(measuring *m, roof_row *row, double *predicted_all) {
    roof_measured *r = m->result;
    double predicted = isfinite(row->time_s) ? row->time_s * executions(row) : 0;
    *predicted_all += predicted;
    bool works = row->status != ROOF_FOLDED && row->status != ROOF_DEAD;
    bool counts = works && (predicted > 0 || !roof_analysis_device(m->analysis));
    if (isnan(row->measured_s)) {
        if (counts && weight_of(row) > 0)
            add_to_list(&m->no_time, name_of(row), predicted, weight_of(row));
        return;
    }
    r->rows++;
    r->measured_s += row->measured_s * executions(row);
    if (row->measured_s > 0 && row->time_s > 0) {
        row->efficiency = row->time_s / row->measured_s;
        r->compared_s += row->measured_s * executions(row);
        r->time_s += predicted;
    }
    check_bound(m, row);
}

static void conclude(measuring *m) {
    roof_measured *r = m->result;
    double predicted = 0;
    for (size_t i = 0; i < m->n_rows; i++)
        conclude_row(m, &m->rows[i], &predicted);
    r->covered = predicted > 0 ? r->time_s / predicted : NAN;
    if (!roof_analysis_device(m->analysis)) {
        r->time_s = NAN;
        r->no_time.seconds = NAN;
    }
}

bool roof_analysis_measure(roof_analysis *a, const roof_timing *t, roof_error *error) {
    arena *memory = a->arena;
    if (arena_escape(memory))
        return error_set(error, ROOF_FAILED, "%s: not enough memory for its times", t->path);
    measuring m = {.analysis = a,
                   .timing = t,
                   .memory = memory,
                   .rows = a->rows,
                   .n_rows = a->n_rows,
                   .result = arena_alloc(memory, sizeof *m.result)};
    *m.result = (roof_measured){.path = arena_strdup(memory, t->path),
                                .format = t->format,
                                .runs = t->runs,
                                .warm_ups = t->warm_ups,
                                .run_s = t->run_s,
                                .remark = t->remark};
    m.no_row.named = &m.result->no_row;
    m.nested.named = &m.result->nested;
    m.no_time.named = &m.result->no_time;
    m.too_fast.named = &m.result->too_fast;
    for (size_t i = 0; i < m.n_rows; i++)
        m.rows[i].measured_s = m.rows[i].efficiency = NAN;
    give_times(&m);
    conclude(&m);
    if (m.result->rows == 0)
        return error_set(
            error, ROOF_DAMAGED,
            "%s: none of its %zu names (\"%s\", ...) is a node of the model: is it a run "
            "of another one?",
            t->path, t->n, m.result->no_row.n_names ? m.result->no_row.names[0] : "");
    a->measured = m.result;
    return true;
}
