/* What can measure: one row and one file each. */
#ifndef CALIBRATE_BACKEND_H
#define CALIBRATE_BACKEND_H

#include "microbench/bench.h"
#include <roofline/measure.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One timed run of a kernel. */
typedef struct bench_sample {
    double seconds;
    double iterations;     /* of all threads together */
    double clock_hz;       /* while it ran; 0 when it cannot be told */
    double watts, celsius; /* of the chip; 0 when they cannot be told */
    const char *throttled; /* NULL, or what held the clock down; in words that outlive the state */
    bool disturbed;        /* something else had a part of the time */
} bench_sample;

/* What else went on while everything was measured, in processors' worth of time. */
typedef struct bench_load {
    bool known;
    double others;    /* used by other programs, of the processors that may be used */
    double stolen;    /* used by other guests of the host */
    double held_back; /* lost to a quota */
    double preempted; /* times per second that a thread had to make way */
    double average;   /* programs that wanted to run, as /proc/loadavg says */
} bench_load;

/* How much trouble is taken: each includes the ones before. */
typedef enum bench_effort { EFFORT_QUICK, EFFORT_USUAL, EFFORT_FULL } bench_effort;

typedef struct backend {
    const char *name;
    bool automatic; /* may be chosen without being asked for */
    bool real;      /* measures hardware, which another calibration would disturb */
    /* Whether this machine has what it measures, quietly; NULL: always. */
    bool (*answers)(void);
    /* Whether this machine has nothing of the kind, so that nobody need be told when another
     * backend takes its place; NULL: as if it had none. */
    bool (*absent)(void);
    /* Makes ready to measure; NULL and *e when this machine has nothing that it could measure. */
    void *(*open)(const roof_calibrate_options *options, roof_error *e);
    void (*close)(void *state);
    /* Kernel i that this machine can run, best first within a unit, or NULL past the last. `state`
     * may be NULL: before `open`. */
    const bench_kernel *(*kernel)(const void *state, size_t i);
    /* The least effort in which kernel i takes part. NULL: all of them always do. */
    bench_effort (*effort)(const void *state, size_t i);
    /* Called before the runs of kernel i. */
    bool (*prepare)(void *state, size_t i, roof_error *e);
    /* Runs kernel i: `repetitions` of what the backend finds the least worth timing. */
    bool (*run)(void *state, size_t i, int64_t repetitions, bench_sample *sample, roof_error *e);
    /* Whether the last error ended everything, so that nothing more can be measured. NULL: never.
     */
    bool (*gone)(const void *state);
    /* Seconds since some moment: on the clock that the time budget is kept on. */
    double (*now)(void *state);
    /* Seconds that a sample must last to be typical; 0: any time. */
    double (*shortest_sample)(const void *state);
    const char *clock_source; /* how clock_hz is found: "measured: ..." */
    /* What else went on since `open`. NULL when it cannot be told. */
    bench_load (*load)(void *state);
    /* Adds what the profile says of the machine: name, kind, signature, params, capacities. */
    bool (*describe)(void *state, roof_device *d);
} backend;

/* The backend of that name (NULL: the first automatic one that opens, opened into *state). NULL and
 * *e when there is none or it does not open. */
const backend *backend_open(const char *name, const roof_calibrate_options *options, void **state,
                            roof_error *e);
/* The same without opening it. */
const backend *backend_find(const char *name);

extern const backend backend_cpu, backend_cuda, backend_fake;

#endif
