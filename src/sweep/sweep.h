/* Inside of sweeping. */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include "base/arena.h"
#include "base/hash.h"
#include <roofline/sweep.h>

/* --- running --- */

/* A model that was made for one point. */
typedef struct sweep_model {
    roof_model *model;
    void *bytes; /* of the model, from malloc; gone after it */
} sweep_model;

/* Where the model of a point comes from: all points have the same, or each has one made for it. */
typedef struct sweep_source {
    const roof_model *model; /* NULL: made */
    const char *operator_name, *meaning;
    bool (*make)(const void *context, const int64_t *at, sweep_model *made, roof_error *error);
    const void *context;
    const roof_sweep_factor *factors; /* n_factors of them, copied */
    size_t n_factors;
} sweep_source;

/* roof_sweep_run of any source. */
roof_sweep *sweep_run(const sweep_source *source, const roof_device *device,
                      const roof_options *options, const roof_sweep_axis *axes, size_t n_axes,
                      const volatile sig_atomic_t *stop, roof_error *error);

/* roof_sweep_parse with values from `least` to `most`. */
bool sweep_parse(const char *text, int64_t least, int64_t most, int64_t values[ROOF_SWEEP_POINTS],
                 size_t *n, roof_error *error);

/* A row as it is seen from point to point. There is one for every row of a model, so it is small.
 */
typedef struct followed {
    roof_sweep_row public; /* first */
    int64_t at;            /* the last point on this line where it had a side */
    unsigned line;         /* second axis's index of the last crossing, + 1 */
    roof_limiter side;     /* at that point */
} followed;

struct roof_sweep {
    arena *arena;
    const char *operator_name, *meaning; /* of a study; else NULL */
    sweep_model made;                    /* the model of `last`, when it was made */
    roof_analysis *last; /* of the point that was analysed last: one at a time, for memory's sake */
    roof_sweep_axis axes[ROOF_SWEEP_AXES];
    size_t n_axes;
    roof_sweep_factor *factors;
    size_t n_factors;
    roof_sweep_point *points;
    size_t n_points;
    hash *by_id; /* NULL until a row is not where it was */
    followed **rows;
    size_t n_rows, room;
};

/* Looks at which side of the ridge each row is at this point. */
void follow_rows(roof_sweep *s, size_t point);

/* --- writing --- */

typedef struct sweep_output {
    const roof_sweep *sweep; /* the one that is being written */
    const roof_sweep *const *all;
    size_t n_all;
    const roof_sweep_options *options;
    int format; /* its index among the formats */
    FILE *out;
    arena *arena;
} sweep_output;

/* Has the model's dimension of this name the same value at every point, as far as is known? When
 * the batch varies, only what was given has. */
bool sweep_keeps(const roof_sweep *s, const char *dim);

/* What a point is known by: the axes of a model, the factors of an operator. */
size_t sweep_columns(const roof_sweep *s);
const char *sweep_column(const roof_sweep *s, size_t i);
int64_t sweep_column_value(const roof_sweep *s, size_t i, const int64_t *at);

void write_sweep_csv(sweep_output *o);
void write_sweep_table(sweep_output *o);
void write_sweep_json(sweep_output *o);
/* All sweeps of one operator. */
void write_study_table(sweep_output *o);
void write_study_json(sweep_output *o);

#endif
