#include "base/text.h"
#include "report/roofs.h"
#include "report/summary.h"
#include <ctype.h>
#include <math.h>

enum { SHORT = 96 };

/* Worth mentioning: ideal traffic saves at least a tenth of the time. */
static const double WORTH_SAVING = 0.9;
/* A limiter with less of the time is not the whole story; one with less than that is no story. */
static const double MOST = 0.6, ALMOST_ALL = 0.95, LITTLE = 0.1;

static const char *factor(report *r, double value) {
    return arena_printf(r->arena, value < 9.95 ? "%.1f" : value < 1e6 ? "%.0f" : "%.2g", value);
}

static const char *percent(report *r, double share) {
    return arena_printf(r->arena, "%.0f%%", share * 100);
}

/* "Mostly memory bound: 71%". */
static const char *bound_by(report *r, const char *what) {
    const roof_totals *t = roof_analysis_totals(r->analysis);
    double share = t->limiter_share[t->limiter];
    const char *extent = share < MOST ? "Partly " : share < ALMOST_ALL ? "Mostly " : "";
    return arena_printf(r->arena, "%s%c%s: %s", extent, *extent ? tolower(*what) : *what, what + 1,
                        percent(r, share));
}

/* The ceiling that most of the time of one unit goes to, or NULL. */
static const roof_in_use *main_of_unit(const roofs *in_use, roof_unit unit) {
    const roof_in_use *best = NULL;
    for (size_t i = 0; i < in_use->n; i++) {
        const roof_in_use *u = &in_use->compute[i];
        if (u->unit == unit && (!best || u->time_s > best->time_s))
            best = u;
    }
    return best;
}

/* The name (or else id) of the row with most time among those that memory limits. */
static const char *heaviest_memory_row(report *r) {
    const roof_row *best = NULL;
    size_t n = roof_analysis_rows(r->analysis);
    for (size_t i = 0; i < n; i++) {
        const roof_row *row = roof_analysis_row(r->analysis, i);
        if (row->limiter == ROOF_LIMIT_MEMORY && (!best || row_seconds(row) > row_seconds(best)))
            best = row;
    }
    char name[SHORT / 2] = "";
    if (best)
        text_printable(name, sizeof name, *best->name ? best->name : best->id);
    return arena_strdup(r->arena, name);
}

static const char *ideal_text(report *r, const roof_totals *t) {
    double ideal = t->time_by_traffic[ROOF_TRAFFIC_IDEAL];
    if (!(ideal < WORTH_SAVING * t->time_s))
        return "";
    char then[SHORT], now[SHORT];
    return arena_printf(
        r->arena, " With every tensor moved once (--traffic ideal): %s instead of %s.",
        text_si(then, sizeof then, ideal, "s"), text_si(now, sizeof now, t->time_s, "s"));
}

static const char *memory_text(report *r, const roof_totals *t, const roofs *in_use) {
    const roof_in_use *u = roofs_main(in_use);
    const char *share = bound_by(r, "Memory bound");
    double x = t->operational_intensity;
    if (t->work.flops == 0)
        return arena_printf(r->arena,
                            "%s of the time moves data, and nothing is computed; "
                            "fewer copies or smaller types make it faster.",
                            share);
    if (!u || !isfinite(u->ridge))
        return arena_printf(r->arena,
                            "%s of the time is memory traffic; fewer bytes (fusion, "
                            "smaller types) make it faster.",
                            share);
    if (x < u->ridge)
        return arena_printf(
            r->arena,
            "%s of the time is memory traffic. At %s FLOP/B the model "
            "needs %s times more reuse (a larger batch, a smaller type, fusion) to reach "
            "the %s ridge of %s FLOP/B.%s",
            share, summary_ratio(r, x), factor(r, u->ridge / x), u->name,
            summary_ratio(r, u->ridge), ideal_text(r, t));
    return arena_printf(
        r->arena,
        "%s of the time is memory traffic, although the model as a "
        "whole (%s FLOP/B) lies above the %s ridge of %s: rows of low intensity take "
        "the time, \"%s\" most.%s",
        share, summary_ratio(r, x), u->name, summary_ratio(r, u->ridge), heaviest_memory_row(r),
        ideal_text(r, t));
}

static const char *compute_text(report *r, const roof_totals *t, const roofs *in_use) {
    roof_unit unit = t->limiter == ROOF_LIMIT_MATRIX ? ROOF_MATRIX : ROOF_VECTOR;
    const roof_in_use *u = main_of_unit(in_use, unit);
    char peak[SHORT];
    const char *of =
        u ? arena_printf(r->arena, " (%s, %s)", u->name,
                         text_si(peak, sizeof peak, u->value, roofs_unit(u->precision)))
          : "";
    double memory = t->limiter_share[ROOF_LIMIT_MEMORY];
    const char *rest = memory < LITTLE ? "more bandwidth does not"
                                       : arena_printf(r->arena, "memory traffic takes another %s",
                                                      percent(r, memory));
    return arena_printf(r->arena,
                        "%s of the time is %s arithmetic%s. Fewer FLOPs, a smaller "
                        "type or a faster unit make it faster; %s.",
                        bound_by(r, "Compute bound"), roof_unit_name(unit), of, rest);
}

static const char *special_text(report *r) {
    return arena_printf(r->arena,
                        "%s of the time is exp, tanh, erf and the like. Cheaper approximations or "
                        "fewer of them make it faster.",
                        bound_by(r, "Bound by special functions"));
}

static const char *overhead_text(report *r) {
    return arena_printf(r->arena,
                        "%s of the time. Fewer and larger operations (fusion, a larger batch) make "
                        "it faster.",
                        bound_by(r, "Bound by launch overhead"));
}

static const char *placed_text(report *r, const roof_totals *t) {
    roofs in_use;
    roofs_in_use(r->analysis, &in_use);
    switch (t->limiter) {
    case ROOF_LIMIT_MEMORY:
        return memory_text(r, t, &in_use);
    case ROOF_LIMIT_MATRIX:
    case ROOF_LIMIT_VECTOR:
        return compute_text(r, t, &in_use);
    case ROOF_LIMIT_SPECIAL:
        return special_text(r);
    case ROOF_LIMIT_OVERHEAD:
        return overhead_text(r);
    default:
        return "No verdict: nothing that was counted takes time.";
    }
}

static const char *counts_text(report *r, const roof_totals *t) {
    if (t->work.flops == 0)
        return "Counts only: the model moves data and computes nothing.";
    if (!isfinite(t->operational_intensity))
        return "Counts only: name a device (--device) to see what limits each row.";
    return arena_printf(
        r->arena,
        "Counts only: at %s FLOP/B the model as a whole is memory bound on machines "
        "whose ridge is higher; name one (--device) to see what limits each row.",
        summary_ratio(r, t->operational_intensity));
}

const char *summary_verdict(report *r) {
    const roof_totals *t = roof_analysis_totals(r->analysis);
    const roof_coverage *c = roof_analysis_coverage(r->analysis);
    long long unknown = c->by_status[ROOF_ROW_UNKNOWN];
    int64_t known = c->by_status[ROOF_COUNTED] + c->by_status[ROOF_ESTIMATED];
    if (roof_analysis_rows(r->analysis) == 0)
        return "Nothing to do: the graph has no nodes.";
    if (known == 0 && unknown > 0)
        return arena_printf(r->arena, "No verdict: the work of all %lld rows is unknown.", unknown);
    if (known == 0)
        return "Nothing to do when the model runs: every node is constant or unused.";
    const char *text = r->placed ? placed_text(r, t) : counts_text(r, t);
    return unknown == 0
               ? text
               : arena_printf(r->arena,
                              "%s True of what is counted: the work of %lld %s is unknown.", text,
                              unknown, unknown == 1 ? "row" : "rows");
}
