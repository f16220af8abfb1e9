/* Inside of the times of real runs: what importers fill in, and the importers themselves.
 *
 * An importer is one row of the table in timing.c and one file with its read function. */
#ifndef TIMING_TIMING_H
#define TIMING_TIMING_H

#include "base/arena.h"
#include <csv.h>
#include <jansson.h>
#include <roofline/timing.h>

/* One execution of something that the file names. */
typedef struct sample {
    const char *name;
    const char *op; /* the operator, "" when the file does not tell */
    double seconds;
    double start; /* when it began, seconds; 0 when the file does not tell */
} sample;

/* What the samples of one name come to. */
typedef struct timed {
    const char *name, *op;
    double seconds;    /* the median of one execution */
    double executions; /* in one run */
} timed;

struct roof_timing {
    arena *memory;
    const char *path;
    const char *format;
    timed *times; /* by name */
    size_t n;
    double resolution; /* seconds by which a time may be too short, as it is rounded down */
    int64_t runs, warm_ups;
    double run_s;
    const char *remark;
};

/* A file that is being read. */
typedef struct reading {
    roof_timing *timing;
    const char *name; /* of the file, for messages */
    const char *text;
    size_t n;
    json_t *first; /* the first item, when the file is an array in JSON; else NULL */
    json_t *item;  /* that is being read; freed with the rest, as memory may run out meanwhile */
    struct csv_parser csv; /* freed with the rest, as memory may run out while it parses */
    sample *samples;
    size_t n_samples, room;
    int64_t sampled_runs; /* that the samples are of; 0: each name is there once for all runs */
    bool failed;
    roof_error *error;
} reading;

/* Refuses the file: exit code 3, one line after the name of the file. */
bool refuse_times(reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Keeps a sample, whose texts are copied; refuses times that are none. `what` names the place. */
bool add_sample(reading *r, sample s, const char *what);

/* Calls `item` for every item of the array in JSON that the file is, one at a time, so that memory
 * stays small. */
bool read_items(reading *r, bool (*item)(reading *r, size_t i, const json_t *o, void *user),
                void *user);
/* The number under a key: false when it is missing, negative or none. */
bool json_seconds(const json_t *o, const char *key, double unit, double *seconds);
const char *json_text(const json_t *o, const char *key); /* "" when there is none */

/* The median of n values (at least one), which it sorts. */
double median(double *values, size_t n);

/* Each importer: does the content look like its format, and read it. */
bool knows_onnxruntime(const reading *r);
bool read_onnxruntime(reading *r);
bool knows_trtexec(const reading *r);
bool read_trtexec(reading *r);
bool knows_csv(const reading *r);
bool read_csv(reading *r);

#endif
