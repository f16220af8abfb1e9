/* The same kernel for long: burst against sustained. */
#ifndef CALIBRATE_SUSTAINED_H
#define CALIBRATE_SUSTAINED_H

#include "calibrate/engine.h"

enum { SERIES_POINTS = 120 };

typedef struct series_point {
    double seconds, rate, clock_hz, watts, celsius; /* seconds: since the start, at its end */
    const char *throttled;
} series_point;

typedef struct series {
    const bench_kernel *kernel;
    series_point points[SERIES_POINTS];
    int n;
    double burst, sustained; /* medians of the first tenth and of the last third of the points */
    double clock_hz;         /* of the last third */
    roof_error why;          /* when n is 0 */
} series;

/* Told after every kernel, with the n series so far. */
typedef struct series_keeper {
    void (*kept)(void *user, const series *list, size_t n);
    void *user;
} series_keeper;

/* Runs every kernel that options->only selects (NULL: the first) for options->sustained seconds.
 * Returns how many of `most` series were begun; *e is ROOF_INTERRUPTED when stopped. keeper: NULL
 * for none. */
size_t sustain(const backend *b, void *state, const roof_calibrate_options *options,
               const series_keeper *keeper, series *list, size_t most, roof_error *e);

/* Adds to a profile each series, and of each kernel the burst and the variant "sustained". */
bool series_add(roof_device *d, const series *list, size_t n);

#endif
