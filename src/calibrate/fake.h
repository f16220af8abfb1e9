/* A backend whose kernels take scripted times on a clock of its own, for tests: every statistic,
 * failure and interruption happens the same way each time, and at once. */
#ifndef CALIBRATE_FAKE_H
#define CALIBRATE_FAKE_H

#include "calibrate/backend.h"

typedef struct fake_kernel {
    bench_kernel facts;
    double seconds;      /* of a repetition, which is one iteration */
    double noise;        /* each sample takes up to this part longer */
    int outlier_every;   /* such a sample takes ten times as long; 0: none */
    int disturbed_from;  /* from this run on samples are disturbed and twice as long; 0: none */
    double drift;        /* each sample takes this part longer than the one before */
    int fails_after;     /* runs; 0: never */
    bool unprepared;     /* prepare fails */
    double second_speed; /* every third sample takes so many times as long; 0: none */
    int throttled_from;  /* from this run on the clock is held down by "heat"; 0: never */
    bench_effort effort;
} fake_kernel;

typedef struct fake_script {
    const fake_kernel *kernels;
    size_t n;
    bench_load load;
} fake_script;

/* A state for backend_fake that follows another script than the built-in one, which must outlive
 * it. NULL when there is no memory. */
void *fake_open_script(const fake_script *script);

#endif
