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
    double clock_hz; /* median; 0 when the backend cannot tell */
    int n;           /* samples; 0: nothing was measured, `why` says why */
    int disturbed;   /* more samples, left out when enough others remained */
    roof_error why;
} engine_result;

/* How long things take, in seconds. */
typedef struct engine_plan {
    double total;    /* for all kernels */
    double warm_up;  /* of each kernel */
    double sample;   /* aimed at for one sample */
    double at_least; /* of sampling each kernel */
    double narrow;   /* width of the median's confidence interval at which sampling may end */
} engine_plan;

extern const engine_plan engine_quick, engine_thorough;

/* Measures the kernels whose name contains options->only (NULL: all) into results, at most
 * `capacity` of them, and returns how many were begun. A kernel that fails is kept with its reason
 * and the next one follows. When stopped, *e is ROOF_INTERRUPTED and the results so far stand. */
size_t engine_run(const backend *b, void *state, const roof_calibrate_options *options,
                  const engine_plan *plan, engine_result *results, size_t capacity, roof_error *e);

/* Whether a kernel is one of those asked for. */
bool engine_selects(const roof_calibrate_options *options, const bench_kernel *kernel);

/* Sorts n > 0 values and returns their median. */
double engine_median(double *values, int n);
/* Width of the 95 % confidence interval of the median of n sorted values, relative to it; infinite
 * when n is too small to have one. */
double engine_width(const double *sorted, int n);

#endif
