#include "calibrate/sustained.h"
#include "base/error.h"
#include "calibrate/statistics.h"
#include "device/profile.h"
#include <math.h>
#include <stdio.h>

static const double SAMPLE = 0.02; /* seconds aimed at for one run */

typedef struct endurance {
    const backend *backend;
    void *state;
    const roof_calibrate_options *options;
    size_t index;
    int64_t repetitions;
    roof_progress report;
} endurance;

static bool stopped(const endurance *m) {
    return m->options->stop && *m->options->stop;
}

static void report(endurance *m, double value) {
    m->report.value = value;
    if (m->options->progress)
        m->options->progress(m->options->user, &m->report);
}

/* One point: runs until `until`, without a pause between. */
static bool measure_point(endurance *m, double begin, double until, series_point *to,
                          roof_error *e) {
    bench_sample whole = {0}, one;
    double clocks = 0, watts = 0;
    int n = 0;
    do {
        if (!engine_sample(m->backend, m->state, m->index, m->repetitions, &one, e))
            return false;
        whole.seconds += one.seconds;
        whole.iterations += one.iterations;
        clocks += one.clock_hz;
        watts += one.watts;
        to->celsius = fmax(to->celsius, one.celsius);
        to->throttled = one.throttled ? one.throttled : to->throttled;
        n++;
        double wanted = SAMPLE / one.seconds * (double)m->repetitions;
        m->repetitions = (int64_t)fmin(fmax(wanted, 1), (double)m->repetitions * 8);
    } while (m->backend->now(m->state) < until && !stopped(m));
    to->seconds = m->backend->now(m->state) - begin;
    to->rate = engine_rate(m->backend->kernel(m->state, m->index), &whole);
    to->clock_hz = clocks / n;
    to->watts = watts / n;
    return true;
}

static double median_rate(const series_point *points, int n) {
    double rates[SERIES_POINTS];
    for (int i = 0; i < n; i++)
        rates[i] = points[i].rate;
    return statistics_median(rates, n);
}

static void summarize(series *s) {
    if (s->n == 0)
        return;
    int first = s->n / 10 > 0 ? s->n / 10 : 1, last = s->n / 3 > 0 ? s->n / 3 : 1;
    double clocks[SERIES_POINTS];
    for (int i = 0; i < last; i++)
        clocks[i] = s->points[s->n - last + i].clock_hz;
    s->burst = median_rate(s->points, first);
    s->sustained = median_rate(s->points + s->n - last, last);
    s->clock_hz = statistics_median(clocks, last);
}

static void measure(endurance *m, series *s) {
    double begin = m->backend->now(m->state), each = m->options->sustained / SERIES_POINTS;
    while (s->n < SERIES_POINTS && !stopped(m)) {
        if (!measure_point(m, begin, begin + each * (s->n + 1), &s->points[s->n], &s->why))
            break;
        report(m, s->points[s->n++].rate);
        if (s->points[s->n - 1].seconds >= m->options->sustained)
            break;
    }
    summarize(s);
}

static bool selects(const roof_calibrate_options *options, const bench_kernel *k, size_t i) {
    return options->only ? roof_calibrate_matches(k->name, options->only) : i == 0;
}

size_t sustain(const backend *b, void *state, const roof_calibrate_options *options,
               const series_keeper *keeper, series *list, size_t most, roof_error *e) {
    const bench_kernel *kernel;
    size_t total = 0, done = 0;
    for (size_t i = 0; (kernel = b->kernel(state, i)) && total < most; i++)
        total += selects(options, kernel, i);
    for (size_t i = 0; (kernel = b->kernel(state, i)) && done < total; i++) {
        if (!selects(options, kernel, i))
            continue;
        endurance m = {.backend = b,
                       .state = state,
                       .options = options,
                       .index = i,
                       .repetitions = 1,
                       .report = {.kernel = kernel->name,
                                  .index = (int)done,
                                  .total = (int)total,
                                  .unit = engine_unit(kernel),
                                  .note = ""}};
        series *s = &list[done++];
        *s = (series){.kernel = kernel, .why = ROOF_ERROR_INIT};
        if (b->prepare(state, i, &s->why))
            measure(&m, s);
        m.report.note = s->why.text;
        m.report.done = true;
        report(&m, s->sustained);
        if (keeper)
            keeper->kept(keeper->user, list, done);
        if (stopped(&m)) {
            error_set(e, ROOF_INTERRUPTED, "interrupted after %d s of %s",
                      s->n > 0 ? (int)s->points[s->n - 1].seconds : 0, kernel->name);
            break;
        }
        if (b->gone && b->gone(state)) {
            error_set(e, ROOF_FAILED, "%s: %s", kernel->name, s->why.text);
            break;
        }
    }
    return done;
}

static roof_fact fact_of(const series *s) {
    return (roof_fact){.section = s->kernel->section,
                       .name = s->kernel->unit,
                       .precision = s->kernel->precision,
                       .accumulate = s->kernel->accumulate,
                       .variant = s->kernel->variant,
                       .unit = engine_unit(s->kernel),
                       .source = s->kernel->source};
}

static bool add_points(roof_device *d, const series *s) {
    for (int i = 0; i < s->n; i++) {
        const series_point *p = &s->points[i];
        roof_fact f = fact_of(s);
        f.section = "series";
        f.value = p->rate;
        f.clock_hz = p->clock_hz;
        f.watts = p->watts;
        f.celsius = p->celsius;
        f.seconds = p->seconds;
        f.note = p->throttled;
        if (!device_add(d, &f))
            return false;
    }
    return true;
}

static bool add_summary(roof_device *d, const series *s) {
    char variant[96];
    roof_fact f = fact_of(s);
    f.value = s->burst;
    f.clock_hz = s->points[0].clock_hz;
    if (!device_add(d, &f))
        return false;
    snprintf(variant, sizeof variant, "%s%ssustained", s->kernel->variant,
             *s->kernel->variant ? "." : "");
    f.variant = variant;
    f.value = s->sustained;
    f.clock_hz = s->clock_hz;
    f.seconds = s->points[s->n - 1].seconds;
    f.samples = s->n;
    return device_add(d, &f);
}

bool series_add(roof_device *d, const series *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (list[i].n > 0 && (!add_summary(d, &list[i]) || !add_points(d, &list[i])))
            return false;
    return true;
}
