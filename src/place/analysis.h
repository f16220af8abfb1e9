/* The inside of an analysis: what its accessors give out. It is made by counting a model, or by
 * reading what was saved of one. */
#ifndef PLACE_ANALYSIS_H
#define PLACE_ANALYSIS_H

#include "base/arena.h"
#include <roofline/analysis.h>

/* At most, of a row: ceilings that bear on it, and levels of memory. */
enum { MAX_TERMS = 4, MAX_LEVELS = 4 };

typedef struct analysis_dim {
    const char *name;
    int64_t size;
} analysis_dim;

struct roof_analysis {
    arena *arena; /* owns all of it */
    roof_row *rows;
    size_t n_rows;
    roof_totals totals;
    roof_coverage coverage;
    roof_options options;
    roof_model_info model;
    const roof_device *device;
    const roof_measured *measured; /* what real runs took; NULL until they are set beside */
    roof_device *own_device;       /* freed with the analysis; NULL: the device is someone else's */
    const roof_group *groups;
    size_t n_groups;
    const roof_tensor *outputs;
    size_t n_outputs;
    const char *const *assumptions;
    size_t n_assumptions;
    const analysis_dim *dims;
    size_t n_dims;
    const struct counted *counted; /* what lies behind the rows; NULL of a saved analysis */
};

#endif
