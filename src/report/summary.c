#include "report/summary.h"
#include "base/count.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/roofs.h"
#include <math.h>
#include <string.h>

enum { SHORT = 96, MAX_NAMED = 6 };

static const char *printable(report *r, const char *s) {
    enum { LONGEST = 200 };
    char text[LONGEST];
    return arena_strdup(r->arena, text_printable(text, sizeof text, s));
}

static const char *amount(report *r, int64_t value, const char *unit) {
    char text[SHORT];
    return arena_strdup(r->arena, text_amount(text, sizeof text, value, unit));
}

const char *summary_si(report *r, double value, const char *unit) {
    char text[SHORT];
    return arena_strdup(r->arena, text_si(text, sizeof text, value, unit));
}

const char *summary_ratio(report *r, double value) {
    char text[SHORT];
    return arena_strdup(r->arena, text_ratio(text, sizeof text, value));
}

const char *summary_share(report *r, double value) {
    char text[SHORT];
    return arena_strdup(r->arena, text_share(text, sizeof text, value));
}

void summary_add(summary_line lines[MAX_SUMMARY], size_t *n, const char *label, const char *text) {
    if (*n < MAX_SUMMARY && *text)
        lines[(*n)++] = (summary_line){.label = label, .text = text};
}

/* "a, b": joins with a comma unless the first is empty. */
static const char *join(report *r, const char *a, const char *b) {
    return *a ? arena_printf(r->arena, "%s, %s", a, b) : b;
}

static const char *model_text(report *r) {
    const roof_model_info *m = roof_analysis_model(r->analysis);
    const roof_totals *t = roof_analysis_totals(r->analysis);
    const char *text =
        arena_printf(r->arena, "%s (%s parameters, %s)", printable(r, m->path),
                     amount(r, t->parameters, ""), amount(r, t->parameter_bytes, "B"));
    for (size_t i = 0; i < m->n_opsets && i < MAX_NAMED; i++) {
        const roof_opset *o = &m->opsets[i];
        text = arena_printf(r->arena, "%s, %s%sopset %lld", text, printable(r, o->domain),
                            *o->domain ? " " : "", (long long)o->version);
    }
    return *m->producer ? arena_printf(r->arena, "%s, from %s", text, printable(r, m->producer))
                        : text;
}

static const char *device_text(report *r) {
    const roof_device *d = roof_analysis_device(r->analysis);
    if (!d)
        return "none (counts only)";
    const char *date = roof_device_date(d);
    return arena_printf(r->arena, "%s (%s%s%s)", printable(r, roof_device_name(d)),
                        roof_source_name(roof_device_source(d)), *date ? " " : "",
                        printable(r, date));
}

static const char *assumptions_text(report *r) {
    const char *text = "", *one;
    for (size_t i = 0; (one = roof_analysis_assumption(r->analysis, i)); i++)
        text = join(r, text, printable(r, one));
    return text;
}

/* The bound dimensions, without those that the assumptions already tell. */
static const char *dims_text(report *r, const char *assumptions) {
    const char *text = "", *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(r->analysis, i, &value)); i++) {
        const char *one = arena_printf(r->arena, "%s = %lld", printable(r, name), (long long)value);
        if (!strstr(assumptions, one))
            text = join(r, text, one);
    }
    return text;
}

/* The levels of memory that serve reads. */
static const char *hierarchy_text(report *r) {
    const roof_row *row = NULL;
    for (size_t i = 0; i < roof_analysis_rows(r->analysis) && !(row && row->n_levels); i++)
        row = roof_analysis_row(r->analysis, i);
    const char *text = "";
    for (size_t i = 0; row && i < row->n_levels; i++)
        text = join(r, text, row->levels[i].level);
    if (!row || row->n_levels == 0)
        return "a hierarchy needs a device";
    return row->n_levels > 1 ? arena_printf(r->arena, "memory: %s", text)
                             : "memory: dram alone, as no cache of the device is known";
}

/* What is billed, and which of the options are not those of the traffic mode. */
static const char *traffic_text(report *r) {
    const roof_options *o = roof_analysis_options(r->analysis);
    size_t n_groups;
    roof_analysis_groups(r->analysis, &n_groups);
    const char *text = roof_traffic_name(o->traffic);
    if (n_groups > 0)
        text = arena_printf(r->arena, "%s (%zu groups)", text, n_groups);
    static const roof_options usual = {0};
    bool free_views = roof_views_are_free(o, o->traffic), grow = roof_caches_grow(o, o->traffic);
    if (free_views != roof_views_are_free(&usual, o->traffic))
        text = arena_printf(r->arena, "%s; views are %s", text, free_views ? "free" : "copies");
    if (grow != roof_caches_grow(&usual, o->traffic))
        text = arena_printf(r->arena, "%s; caches %s", text, grow ? "grow in place" : "are copied");
    return o->hierarchy ? arena_printf(r->arena, "%s; %s", text, hierarchy_text(r)) : text;
}

/* In which types the model is kept, where they are not its own. */
static const char *types_text(report *r) {
    const roof_options *o = roof_analysis_options(r->analysis);
    const char *text = o->types == ROOF_TYPES_NATIVE ? "" : roof_types_name(o->types);
    if (o->tf32)
        text = join(r, text, "fp32 contractions on TF32 units");
    if (o->accumulate)
        text = join(r, text, o->accumulate == 16 ? "sums in fp16" : "sums in fp32");
    return o->sparse_weights ? join(r, text, "weights 2:4 sparse") : text;
}

/* What the rows are summed up by. */
static const char *groups_text(report *r) {
    if (!r->grouped)
        return "";
    if (r->options->group == ROOF_GROUP_OP)
        return "by operator";
    if (r->n_sums == 1 && !*r->sums[0].row.name)
        return "by module, but no node tells its module by its name or metadata";
    return arena_printf(r->arena, "by module, %d %s deep%s", r->depth,
                        r->depth == 1 ? "level" : "levels",
                        r->options->group_depth ? "" : " (--group module:N for another depth)");
}

size_t summary_head(report *r, summary_line lines[MAX_SUMMARY]) {
    const char *assumptions = assumptions_text(r);
    size_t n = 0;
    summary_add(lines, &n, "model", model_text(r));
    summary_add(lines, &n, "device", device_text(r));
    summary_add(lines, &n, "traffic", traffic_text(r));
    summary_add(lines, &n, "types", types_text(r));
    summary_add(lines, &n, "dims", dims_text(r, assumptions));
    summary_add(lines, &n, "assumed", assumptions);
    summary_add(lines, &n, "groups", groups_text(r));
    return n;
}

/* "12 more rows: 3.4% of the time" for the rows that are not shown. */
static const char *hidden_text(report *r) {
    const roof_totals *t = roof_analysis_totals(r->analysis);
    size_t n = report_rows(r), hidden = n - r->n_order;
    if (hidden == 0)
        return "";
    double rest = 1;
    for (size_t i = 0; i < r->n_order; i++) {
        const roof_row *row = report_row(r, r->order[i]);
        double flops = (double)times_repeat(row, row->work.flops);
        double part = r->placed ? row->time_share : flops / (double)t->work.flops;
        rest -= isfinite(part) && part > 0 ? part : 0;
    }
    bool any = r->placed ? t->time_s > 0 : t->work.flops > 0;
    const char *of = r->placed ? "time" : "FLOPs";
    const char *rows = arena_printf(r->arena, "%zu of %zu %s not shown", hidden, n,
                                    r->grouped ? "groups" : "rows");
    return any ? arena_printf(r->arena, "%s: %s of the %s", rows,
                              summary_share(r, rest < 0 ? 0 : rest), of)
               : rows;
}

static const char *total_text(report *r, const roof_totals *t) {
    const roof_work *w = &t->work;
    const char *text = arena_printf(
        r->arena, "%s%s (%s; matrix %s, vector %s, special %s)", t->complete ? "" : "at least ",
        amount(r, w->flops, "FLOP"), amount(r, w->macs, "MAC"), amount(r, w->matrix_flops, ""),
        amount(r, w->vector_flops, ""), amount(r, w->special_flops, ""));
    return w->integer_ops == 0 ? text
                               : arena_printf(r->arena, "%s, %s on integers", text,
                                              amount(r, w->integer_ops, "OP"));
}

static const char *bytes_text(report *r, const roof_totals *t) {
    const roof_traffic_bytes *b = &t->work.bytes;
    const char *text = arena_printf(r->arena, "%s%s (weights %s, read %s, written %s)",
                                    t->complete ? "" : "at least ", amount(r, b->total, "B"),
                                    amount(r, b->weights, "B"), amount(r, b->read, "B"),
                                    amount(r, b->written, "B"));
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        text = arena_printf(r->arena, "%s%s %s %s", text, i ? "," : "; traffic",
                            roof_traffic_name(i), amount(r, t->work.traffic[i].total, "B"));
    return arena_printf(r->arena, "%s; %s FLOP/B", text,
                        summary_ratio(r, t->operational_intensity));
}

static const char *peak_text(report *r, const roof_totals *t) {
    const char *text = amount(r, t->peak_activation_bytes, "B");
    if (!*t->peak_activation_node)
        return arena_printf(r->arena, "%s of live activations", text);
    const char *op = "";
    size_t n = roof_analysis_rows(r->analysis);
    for (size_t i = 0; i < n && !*op; i++) {
        const roof_row *row = roof_analysis_row(r->analysis, i);
        if (strcmp(row->id, t->peak_activation_node) == 0)
            op = arena_printf(r->arena, " (%s%s%s)", printable(r, row->op), *row->name ? " " : "",
                              printable(r, row->name));
    }
    return arena_printf(r->arena, "%s of live activations at %s%s", text,
                        printable(r, t->peak_activation_node), op);
}

static const char *time_text(report *r, const roof_totals *t) {
    if (!isfinite(t->time_s))
        return "-";
    const char *text = arena_printf(r->arena, "%s%s", t->complete ? "" : "at least ",
                                    summary_si(r, t->time_s, "s"));
    if (isfinite(t->attainable_flops))
        text =
            arena_printf(r->arena, "%s at %s", text, summary_si(r, t->attainable_flops, "FLOP/s"));
    if (isfinite(t->bound_s))
        text = arena_printf(r->arena, "%s; no correct run is faster than %s", text,
                            summary_si(r, t->bound_s, "s"));
    return text;
}

/* The limiters by falling share of the time. */
static const char *limits_text(report *r, const roof_totals *t) {
    const char *text = "";
    bool done[ROOF_LIMITER_COUNT] = {false};
    for (int k = 0; k < ROOF_LIMITER_COUNT; k++) {
        int best = -1;
        for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
            if (!done[i] && t->limiter_share[i] > 0.0005 &&
                (best < 0 || t->limiter_share[i] > t->limiter_share[best]))
                best = i;
        if (best < 0)
            break;
        done[best] = true;
        text = join(r, text,
                    arena_printf(r->arena, "%s %s", roof_limiter_name((roof_limiter)best),
                                 summary_share(r, t->limiter_share[best])));
    }
    return *text ? arena_printf(r->arena, "%s of the time", text) : "";
}

static const char *ridges_text(report *r) {
    roofs in_use;
    roofs_in_use(r->analysis, &in_use);
    const char *text = "";
    for (size_t i = 0; i < in_use.n; i++) {
        const roof_in_use *u = &in_use.compute[i];
        if (u->unit == ROOF_SPECIAL || !isfinite(u->ridge))
            continue;
        const char *value = summary_si(r, u->value, roofs_unit(u->precision));
        text = join(r, text,
                    arena_printf(r->arena, "%s FLOP/B (%s %s)", summary_ratio(r, u->ridge), u->name,
                                 value));
    }
    return *text ? arena_printf(r->arena, "%s over %s", text, summary_si(r, in_use.memory, "B/s"))
                 : "";
}

static const char *unsupported_text(report *r, const roof_coverage *c) {
    const char *text = "";
    for (size_t i = 0; i < c->n_unsupported && i < MAX_NAMED; i++) {
        const roof_unsupported *u = &c->unsupported[i];
        text = join(r, text,
                    arena_printf(r->arena, "%s%s%s x %lld", printable(r, u->domain),
                                 *u->domain ? ":" : "", printable(r, u->op), (long long)u->count));
    }
    return c->n_unsupported > MAX_NAMED
               ? arena_printf(r->arena, "%s and %zu more", text, c->n_unsupported - MAX_NAMED)
               : text;
}

static const char *coverage_text(report *r, const roof_coverage *c) {
    const char *text = arena_printf(r->arena, "%lld nodes:", (long long)c->nodes);
    const char *comma = " ";
    for (int i = 0; i < ROOF_STATUS_COUNT; i++)
        if (c->by_status[i] > 0) {
            text = arena_printf(r->arena, "%s%s%lld %s", text, comma, (long long)c->by_status[i],
                                roof_status_name((roof_row_status)i));
            comma = ", ";
        }
    if (c->by_status[ROOF_ESTIMATED] > 0)
        text = arena_printf(r->arena, "%s (~)", text);
    return c->n_unsupported
               ? arena_printf(r->arena, "%s; no rule for %s", text, unsupported_text(r, c))
               : text;
}

size_t summary_figures(report *r, summary_line lines[MAX_SUMMARY]) {
    const roof_totals *t = roof_analysis_totals(r->analysis);
    size_t n = 0;
    summary_add(lines, &n, "...", hidden_text(r));
    summary_add(lines, &n, "total", total_text(r, t));
    summary_add(lines, &n, "bytes", bytes_text(r, t));
    summary_add(lines, &n, "peak", peak_text(r, t));
    if (r->placed) {
        summary_add(lines, &n, "time", time_text(r, t));
        summary_add(lines, &n, "limits", limits_text(r, t));
        summary_add(lines, &n, "ridges", ridges_text(r));
    }
    summary_measured(r, lines, &n);
    summary_add(lines, &n, "covered", coverage_text(r, roof_analysis_coverage(r->analysis)));
    return n;
}
