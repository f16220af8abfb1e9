/* What the times of real runs say, in lines of the summary. */
#include "base/text.h"
#include "report/summary.h"
#include <math.h>

enum { NAME = 200 };

/* Times that add up to more than the run by this are no rounding. */
static const double MORE_THAN_ALL = 1.02;

static const char *seconds(report *r, double value) {
    return summary_si(r, value, "s");
}

static const char *names(report *r, const roof_named *n) {
    const char *text = "";
    char name[NAME];
    for (size_t i = 0; i < n->n_names; i++)
        text = arena_printf(r->arena, "%s%s\"%s\"", text, i ? ", " : "",
                            text_printable(name, sizeof name, n->names[i]));
    return n->n > (int64_t)n->n_names ? arena_printf(r->arena, "%s, ...", text) : text;
}

static const char *origin(report *r, const roof_measured *m) {
    char path[NAME];
    const char *text =
        arena_printf(r->arena, "%s %s", m->format, text_printable(path, sizeof path, m->path));
    if (m->runs > 0)
        text = arena_printf(r->arena, "%s, %lld run%s", text, (long long)m->runs,
                            m->runs == 1 ? "" : "s");
    return m->warm_ups > 0 ? arena_printf(r->arena, "%s after one to warm up", text) : text;
}

static const char *of_run(report *r, const roof_measured *m) {
    if (!(m->run_s > 0))
        return "";
    const char *text = arena_printf(r->arena, "; a run takes %s", seconds(r, m->run_s));
    return m->times_s > MORE_THAN_ALL * m->run_s
               ? arena_printf(r->arena,
                              "%s, and its times add up to %s of that: nodes ran side by side, or "
                              "hold one another",
                              text, summary_share(r, m->times_s / m->run_s))
               : text;
}

static const char *efficiency(report *r, const roof_measured *m) {
    if (!(m->compared_s > 0))
        return "";
    double value = m->time_s / m->compared_s;
    return arena_printf(r->arena, "%s; %s of the predicted time is of rows that were measured",
                        value < 1 ? arena_printf(r->arena, "%s: the roof takes %s of the %s",
                                                 summary_share(r, value), seconds(r, m->time_s),
                                                 seconds(r, m->compared_s))
                                  : arena_printf(r->arena,
                                                 "%s: %s is less than the %s of the roof, as data "
                                                 "stays in caches or rows run as one",
                                                 summary_share(r, value), seconds(r, m->compared_s),
                                                 seconds(r, m->time_s)),
                        summary_share(r, m->covered));
}

static const char *many(report *r, const roof_named *n, const char *what) {
    return arena_printf(r->arena, "%lld %s%s", (long long)n->n, what, n->n == 1 ? "" : "s");
}

static const char *no_time(report *r, const roof_named *n) {
    const char *text = many(r, n, "row");
    if (isfinite(n->seconds))
        text = arena_printf(r->arena, "%s, predicted %s", text, seconds(r, n->seconds));
    bool fused = roof_analysis_options(r->analysis)->traffic == ROOF_TRAFFIC_FUSED;
    return arena_printf(r->arena, "%s: %s%s", text, names(r, n),
                        fused ? "" : "; engines fuse rows into others (--traffic fused)");
}

static const char *too_fast(report *r, const roof_measured *m) {
    return arena_printf(
        r->arena,
        "%s below what the device can do, by up to %.2g times: %s. This cannot be: were the "
        "dimensions others (--dim, --batch), or is it TF32 (--tf32), Winograd, sparsity, or a "
        "clock "
        "above the profile's?",
        many(r, &m->too_fast, "time"), m->too_fast_by, names(r, &m->too_fast));
}

void summary_measured(report *r, summary_line lines[MAX_SUMMARY], size_t *n) {
    const roof_measured *m = roof_analysis_measured(r->analysis);
    if (!m)
        return;
    summary_add(lines, n, "measured",
                arena_printf(r->arena, "%s in %lld rows (%s)%s", seconds(r, m->measured_s),
                             (long long)m->rows, origin(r, m), of_run(r, m)));
    summary_add(lines, n, "remark", m->remark);
    summary_add(lines, n, "of roof", efficiency(r, m));
    if (m->no_time.n)
        summary_add(lines, n, "no time", no_time(r, &m->no_time));
    if (m->no_row.n)
        summary_add(lines, n, "no row",
                    arena_printf(r->arena, "%s, %s: %s", many(r, &m->no_row, "time"),
                                 seconds(r, m->no_row.seconds), names(r, &m->no_row)));
    if (m->nested.n)
        summary_add(lines, n, "nested",
                    arena_printf(r->arena, "%s left out, %s, as others are inside: %s",
                                 many(r, &m->nested, "time"), seconds(r, m->nested.seconds),
                                 names(r, &m->nested)));
    if (m->too_fast.n)
        summary_add(lines, n, "too fast", too_fast(r, m));
}
