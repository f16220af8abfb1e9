/* Measuring: warm-up, repetitions, statistics and the time budget, whatever the backend. */
#ifndef CALIBRATE_ENGINE_H
#define CALIBRATE_ENGINE_H

#include "calibrate/backend.h"

enum {
    ENGINE_SAMPLES = 1024, /* kept of one kernel */
    ENGINE_ENOUGH = 5      /* undisturbed samples that speak for themselves */
};

/* What was found of one kernel; rates in FLOP/s or B/s of the whole machine. */
typedef struct engine_result {
    const bench_kernel *kernel;
    double min, median, max;
    double clock_hz;       /* median; 0 when the backend cannot tell */
    double watts, celsius; /* median and highest; 0 when it cannot */
    const char *throttled; /* NULL, or what held the clock down at last */
    int n;                 /* samples; 0: nothing was measured, `why` says why */
    int disturbed;         /* samples left out when enough others remained */
    int taken;             /* samples in all */
    int outliers;          /* of the n */
    double drift;          /* part by which the last samples differ from the first; 0: none */
    double low, high;      /* where samples fall into two groups; 0: they do not */
    roof_error why;
} engine_result;

/* How long things take, in seconds. */
typedef struct engine_plan {
    double total;    /* for all kernels */
    double warm_up;  /* of each kernel */
    double sample;   /* aimed at for one sample */
    double at_least; /* of sampling each kernel */
    double at_most;  /* 0: what the total leaves */
    double narrow;   /* width of the median's confidence interval at which sampling may end */
    bench_effort effort;
    /* NULL, or told after every kernel, with the n results so far. */
    void (*kept)(void *user, const engine_result *results, size_t n);
    void *user;
} engine_plan;

extern const engine_plan engine_quick, engine_thorough, engine_full;

/* The plan when opening the backend has taken so many seconds already: those beyond what every plan
 * leaves for it are taken from the time to measure, of which half at least stays. */
engine_plan engine_plan_after(const engine_plan *plan, double opening);

/* Measures the kernels that options->only names (NULL: those of the plan's effort) into results, at
 * most `capacity` of them, and returns how many were begun. A kernel that fails is kept with its
 * reason and the next one follows. When stopped, *e is ROOF_INTERRUPTED and the results so far
 * stand; so they do when the backend is gone, and *e says why. */
size_t engine_run(const backend *b, void *state, const roof_calibrate_options *options,
                  const engine_plan *plan, engine_result *results, size_t capacity, roof_error *e);

/* Whether kernel i is one of those asked for. */
bool engine_selects(const backend *b, const void *state, const roof_calibrate_options *options,
                    bench_effort effort, size_t i);

/* Runs kernel i once, as backend->run; a clock that did not advance is an error, too. */
bool engine_sample(const backend *b, void *state, size_t i, int64_t repetitions,
                   bench_sample *sample, roof_error *e);

/* What a sample says, in the unit of its kernel: of a latency the seconds of one load. */
double engine_rate(const bench_kernel *kernel, const bench_sample *sample);
const char *engine_unit(const bench_kernel *kernel);

#endif
