/* Sweeping: the same analysis as one or two dimensions vary. */
#ifndef ROOFLINE_SWEEP_H
#define ROOFLINE_SWEEP_H

#include <roofline/analysis.h>
#include <roofline/plot.h>
#include <signal.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ROOF_SWEEP_AXES = 2, ROOF_SWEEP_POINTS = 4096 }; /* the most there may be */

/* One dimension that varies. */
typedef struct roof_sweep_axis {
    const char *name;      /* of a symbolic dimension; NULL: the batch, as options.batch */
    const int64_t *values; /* n of them, each larger than the one before, from 1 on */
    size_t n;
} roof_sweep_axis;

/* Is this text more than one number: has it a range or a list? */
ROOF_API bool roof_sweep_is_range(const char *text);
/* Parses what people write: numbers and ranges separated by commas, in rising order. A range is
 * FIRST..LAST, FIRST..LAST:+STEP or FIRST..LAST:xFACTOR: "1,2,4", "1..64", "128..4096:+128",
 * "1..1024:x2". Writes the values and their number (ROOF_SWEEP_POINTS at most); false and *error
 * (ROOF_USAGE) when it is nothing of the kind. */
ROOF_API bool roof_sweep_parse(const char *text, int64_t values[ROOF_SWEEP_POINTS], size_t *n,
                               roof_error *error);

/* The model at one point. */
typedef struct roof_sweep_point {
    int64_t at[ROOF_SWEEP_AXES]; /* values of the axes */
    roof_totals totals;
    double per_second; /* at[0] / time_s, "sequences per second"; NaN without a device, and in the
                          study of an operator */
} roof_sweep_point;

/* Where a row crosses the ridge as the first axis grows: the first time for each value of the
 * second. */
typedef struct roof_crossing {
    int64_t before, at; /* neighbours on the first axis: the last on the old side, the first on the
                         * new one */
    int64_t second;     /* value of the second axis; 0 without one */
    roof_limiter from, to; /* one of them is ROOF_LIMIT_MEMORY */
} roof_crossing;

typedef struct roof_sweep_row {
    const char *id, *name, *op; /* not safe to print as they are */
    /* Memory, or the unit that would limit the row; without regard to launch overhead. NONE where
     * the row does nothing or is unknown. */
    roof_limiter first, last; /* at the first and the last point */
    const roof_crossing *crossings;
    size_t n_crossings;
} roof_sweep_row;

typedef struct roof_sweep roof_sweep;

/* Analyses the model at every point of one or two axes; the first varies fastest. `options` binds
 * all else. `stop`: NULL, or where a signal handler sets nonzero to stop (ROOF_INTERRUPTED). NULL
 * and *error as roof_analyze, or when an axis is empty, not rising, or there are too many points
 * (ROOF_USAGE). Model and device must outlive the result; the axes are copied. Owned by the caller.
 */
ROOF_API roof_sweep *roof_sweep_run(const roof_model *model, const roof_device *device,
                                    const roof_options *options, const roof_sweep_axis *axes,
                                    size_t n_axes, const volatile sig_atomic_t *stop,
                                    roof_error *error);
ROOF_API void roof_sweep_free(roof_sweep *s); /* NULL is allowed */

/* The axes, and a name for each: "batch" where there is none. */
ROOF_API const roof_sweep_axis *roof_sweep_axes(const roof_sweep *s, size_t *n);
ROOF_API const char *roof_sweep_axis_name(const roof_sweep *s, size_t axis);
ROOF_API const roof_sweep_point *roof_sweep_points(const roof_sweep *s, size_t *n);
/* Row i in execution order, or NULL past the last. */
ROOF_API const roof_sweep_row *roof_sweep_row_at(const roof_sweep *s, size_t i);
/* The analysis of the last point, for what all points share: model, device, options. */
ROOF_API const roof_analysis *roof_sweep_analysis(const roof_sweep *s);

/* A factor of an operator that is studied, see study.h. */
typedef struct roof_sweep_factor {
    const char *name;
    int axis;      /* whose values it has; -1: it is fixed */
    int64_t value; /* when fixed */
} roof_sweep_factor;

/* The operator that is studied, or NULL when it is a model that is swept. */
ROOF_API const char *roof_sweep_operator(const roof_sweep *s);
/* Its factors, in the order of the operator; none of a model. */
ROOF_API const roof_sweep_factor *roof_sweep_factors(const roof_sweep *s, size_t *n);

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_sweep_options {
    size_t top;   /* points and rows that the table shows: 0 means 20 */
    bool all;     /* all of them */
    size_t width; /* columns of the terminal; 0: as wide as it needs */
    bool color;
} roof_sweep_options;

/* Name of format i of a sweep ("table", "csv", "json"), or NULL past the last. */
ROOF_API const char *roof_sweep_format(size_t i);
/* Writes the sweep of a model to `out`. False and *error: unknown format (ROOF_USAGE), or writing
 * failed (ROOF_FAILED). */
ROOF_API bool roof_sweep_report(const roof_sweep *s, const char *format,
                                const roof_sweep_options *options, FILE *out, roof_error *error);
/* The same of n >= 1 sweeps of one operator, on one device, under the same options. */
ROOF_API bool roof_study_report(const roof_sweep *const *sweeps, size_t n, const char *format,
                                const roof_sweep_options *options, FILE *out, roof_error *error);

/* What a picture shows. */
typedef enum roof_sweep_figure {
    ROOF_SWEEP_CURVE,   /* intensity and performance (of a model: rate, time and limiter) along
                           the first axis */
    ROOF_SWEEP_ROOFLINE /* the points on the roof of the device */
} roof_sweep_figure;

/* Draws n sweeps (as roof_study_report) into one figure at `path`; see roof_plot for what may fail.
 * Without a device it shows the intensity alone. */
ROOF_API bool roof_sweep_plot(const roof_sweep *const *sweeps, size_t n, roof_sweep_figure figure,
                              const char *path, const roof_plot_options *options,
                              roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
