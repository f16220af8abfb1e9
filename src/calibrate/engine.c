/* Measuring: warm-up, repetitions, statistics and the time budget. */
#include "calibrate/engine.h"
#include "base/error.h"
#include "calibrate/remarks.h"
#include "calibrate/statistics.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Samples are shorter than the turns that a scheduler gives, so that on a busy machine some remain
 * undisturbed. `total` of the quick plan leaves room in 3 seconds for starting, filling memory and
 * saving. */
const engine_plan engine_quick = {.total = 2.1,
                                  .warm_up = 0.02,
                                  .sample = 0.001,
                                  .at_least = 0.04,
                                  .at_most = 0.5,
                                  .narrow = 0.005,
                                  .effort = EFFORT_QUICK};
const engine_plan engine_thorough = {.total = 50,
                                     .warm_up = 0.2,
                                     .sample = 0.004,
                                     .at_least = 0.5,
                                     .at_most = 3,
                                     .narrow = 0.002,
                                     .effort = EFFORT_USUAL};
const engine_plan engine_full = {.total = 240,
                                 .warm_up = 0.5,
                                 .sample = 0.004,
                                 .at_least = 1,
                                 .at_most = 8,
                                 .narrow = 0.001,
                                 .effort = EFFORT_FULL};

engine_plan engine_plan_after(const engine_plan *plan, double opening) {
    static const double LEFT_FOR_OPENING = 0.4;
    engine_plan shorter = *plan;
    shorter.total = fmax(plan->total - fmax(opening - LEFT_FOR_OPENING, 0), plan->total / 2);
    return shorter;
}

static const int64_t MOST_REPETITIONS = (int64_t)1 << 40;

typedef struct sample_set {
    double rates[ENGINE_SAMPLES], clocks[ENGINE_SAMPLES], watts[ENGINE_SAMPLES];
    int n;
} sample_set;

/* One kernel being measured. */
typedef struct engine {
    const backend *backend;
    void *state;
    const roof_calibrate_options *options;
    const engine_plan *plan;
    size_t index; /* of the kernel in the backend */
    roof_progress report;
    double sample_s; /* aimed at */
    int64_t repetitions;
    double reported;         /* when */
    sample_set clean, every; /* undisturbed samples, and all of them */
    double celsius;          /* the highest so far */
    const char *throttled;
} engine;

bool engine_selects(const backend *b, const void *state, const roof_calibrate_options *options,
                    bench_effort effort, size_t i) {
    if (options->only)
        return roof_calibrate_matches(b->kernel(state, i)->name, options->only);
    return !b->effort || b->effort(state, i) <= effort;
}

static bool stopped(const engine *m) {
    return m->options->stop && *m->options->stop;
}

static void report(engine *m, double value) {
    m->reported = m->backend->now(m->state);
    m->report.value = value;
    if (m->options->progress)
        m->options->progress(m->options->user, &m->report);
}

const char *engine_unit(const bench_kernel *kernel) {
    if (strcmp(kernel->section, "memory") == 0)
        return "B/s";
    if (strcmp(kernel->section, "latency") == 0)
        return "s";
    return kernel->precision && strncmp(kernel->precision, "int", 3) == 0 ? "OP/s" : "FLOP/s";
}

double engine_rate(const bench_kernel *kernel, const bench_sample *sample) {
    if (strcmp(kernel->section, "latency") == 0)
        return sample->seconds / (sample->iterations * (kernel->loads > 0 ? kernel->loads : 1));
    double each = strcmp(kernel->section, "memory") == 0 ? kernel->bytes : kernel->flops;
    return each * sample->iterations / sample->seconds;
}

bool engine_sample(const backend *b, void *state, size_t i, int64_t repetitions,
                   bench_sample *sample, roof_error *e) {
    *sample = (bench_sample){0};
    if (!b->run(state, i, repetitions, sample, e))
        return false;
    if (!(sample->seconds > 0) || !(sample->iterations > 0))
        return error_set(e, ROOF_FAILED, "the clock did not advance while it ran");
    return true;
}

static bool run(engine *m, bench_sample *sample, roof_error *e) {
    return engine_sample(m->backend, m->state, m->index, m->repetitions, sample, e);
}

/* Runs until the clock has settled, and finds how many repetitions make a sample. */
static bool warm_up(engine *m, roof_error *e) {
    double begin = m->backend->now(m->state), lasted = INFINITY;
    m->repetitions = 1;
    while (!stopped(m)) {
        bench_sample sample;
        if (!run(m, &sample, e))
            return false;
        /* the shortest: others were interrupted */
        lasted = fmin(lasted, sample.seconds / (double)m->repetitions);
        bool warm = m->backend->now(m->state) - begin >= m->plan->warm_up;
        if (warm && sample.seconds >= m->sample_s / 2)
            break;
        double wanted = m->sample_s / lasted;
        double next = fmin(wanted, (double)m->repetitions * 8);
        m->repetitions = (int64_t)fmin(fmax(next, 1), (double)MOST_REPETITIONS);
        if (warm && m->repetitions == 1)
            break; /* one repetition alone is longer than a sample */
    }
    if (isfinite(lasted))
        m->repetitions = (int64_t)fmin(fmax(m->sample_s / lasted, 1), (double)MOST_REPETITIONS);
    return true;
}

/* Whether the median is known well enough. Looks only now and then, as it sorts. */
static bool settled(engine *m, double since) {
    const sample_set *s = &m->clean;
    if (s->n < 8 || s->n % 4 || m->backend->now(m->state) - since < m->plan->at_least)
        return false;
    double sorted[ENGINE_SAMPLES];
    memcpy(sorted, s->rates, (size_t)s->n * sizeof *sorted);
    statistics_median(sorted, s->n);
    return statistics_width(sorted, s->n) <= m->plan->narrow;
}

static void keep(sample_set *set, double rate, const bench_sample *sample) {
    set->rates[set->n] = rate;
    set->watts[set->n] = sample->watts;
    set->clocks[set->n++] = sample->clock_hz;
}

static void take(engine *m, double rate, const bench_sample *sample) {
    keep(&m->every, rate, sample);
    if (!sample->disturbed)
        keep(&m->clean, rate, sample);
    m->celsius = fmax(m->celsius, sample->celsius);
    m->throttled = sample->throttled ? sample->throttled : m->throttled;
}

/* At the deadline; a few short samples more are worth it, as one says nothing of its own. */
static bool over(const engine *m, const bench_sample *sample, double now, double deadline) {
    return now >= deadline &&
           (m->every.n >= ENGINE_ENOUGH || sample->seconds > 4 * m->plan->sample);
}

static bool take_samples(engine *m, const bench_kernel *kernel, double deadline, roof_error *e) {
    double begin = m->backend->now(m->state);
    while (m->every.n < ENGINE_SAMPLES && !stopped(m)) {
        bench_sample sample;
        if (!run(m, &sample, e))
            return false;
        double rate = engine_rate(kernel, &sample);
        take(m, rate, &sample);
        double now = m->backend->now(m->state);
        if (over(m, &sample, now, deadline) || settled(m, begin))
            break;
        if (now - m->reported > 0.1)
            report(m, rate);
    }
    return true;
}

static void summarize(engine *m, engine_result *result) {
    sample_set *s = m->clean.n >= ENGINE_ENOUGH ? &m->clean : &m->every;
    result->n = s->n;
    result->taken = m->every.n;
    result->disturbed = m->every.n - m->clean.n;
    if (s->n == 0)
        return;
    result->drift = statistics_drift(s->rates, s->n); /* before they are sorted */
    result->median = statistics_median(s->rates, s->n);
    result->min = s->rates[0];
    result->max = s->rates[s->n - 1];
    result->outliers = statistics_outliers(s->rates, s->n);
    if (!statistics_two_modes(s->rates, s->n, &result->low, &result->high))
        result->low = result->high = 0;
    result->clock_hz = statistics_median(s->clocks, s->n);
    result->watts = statistics_median(s->watts, s->n);
    result->celsius = m->celsius;
    result->throttled = m->throttled;
}

/* The end of the time for this kernel: what earlier kernels did not need, later ones get. */
static double deadline_of(engine *m, double end) {
    double now = m->backend->now(m->state);
    double share = fmax(end - now, 0) / (m->report.total - m->report.index);
    return now + (m->plan->at_most > 0 ? fmin(share, m->plan->at_most) : share);
}

/* Measures one kernel, when everything is to be over at `end`. */
static void measure(engine *m, double end, engine_result *result) {
    report(m, 0);
    if (m->backend->prepare(m->state, m->index, &result->why)) {
        double deadline = deadline_of(m, end);
        if (warm_up(m, &result->why))
            take_samples(m, result->kernel, deadline, &result->why);
    }
    if (result->why.status == ROOF_OK)
        summarize(m, result);
    char text[sizeof result->why.text];
    remark_kernel(result, text, sizeof text);
    m->report.note = text;
    m->report.done = true;
    report(m, result->median);
}

static int count_selected(const backend *b, const void *state,
                          const roof_calibrate_options *options, bench_effort effort) {
    int n = 0;
    for (size_t i = 0; b->kernel(state, i); i++)
        n += engine_selects(b, state, options, effort, i);
    return n;
}

size_t engine_run(const backend *b, void *state, const roof_calibrate_options *options,
                  const engine_plan *plan, engine_result *results, size_t capacity, roof_error *e) {
    const double end = b->now(state) + plan->total;
    const int total = count_selected(b, state, options, plan->effort);
    const bench_kernel *kernel;
    size_t done = 0;
    for (size_t i = 0; (kernel = b->kernel(state, i)) && done < capacity; i++) {
        if (!engine_selects(b, state, options, plan->effort, i))
            continue;
        engine m = {.backend = b,
                    .state = state,
                    .options = options,
                    .plan = plan,
                    .index = i,
                    .sample_s = fmax(plan->sample, b->shortest_sample(state)),
                    .report = {.kernel = kernel->name,
                               .index = (int)done,
                               .total = total,
                               .unit = engine_unit(kernel),
                               .note = ""}};
        results[done] = (engine_result){.kernel = kernel, .why = ROOF_ERROR_INIT};
        measure(&m, end, &results[done]);
        done++;
        if (plan->kept)
            plan->kept(plan->user, results, done);
        if (stopped(&m)) {
            error_set(e, ROOF_INTERRUPTED, "interrupted after %zu of %d measurements", done, total);
            break;
        }
        if (b->gone && b->gone(state)) {
            error_set(e, ROOF_FAILED, "ended after %zu of %d measurements: %s: %s", done - 1, total,
                      kernel->name, results[done - 1].why.text);
            break;
        }
    }
    return done;
}
