/* Placement: the time, bound and limiter of every row on a device. docs/counting.md section 5. */
#ifndef PLACE_PLACE_H
#define PLACE_PLACE_H

#include "place/analysis.h"
#include "work/work.h"

/* Fills in the placement part of the rows and totals. `options` as given to the analysis. */
void place_model(counted *c, const roof_device *d, const roof_options *options);

/* The rows of an analysis with what lies behind them, for those that look closer; NULL of a saved
 * analysis. */
const counted *analysis_counted(const roof_analysis *a);

/* --- between the files of this floor, and for those --- */

/* One term of a row's time: work on a unit, or bytes on a memory. */
typedef struct term {
    roof_limiter limiter;
    double amount; /* FLOP or byte */
    roof_ceiling ceiling;
    const char *level; /* of memory */
} term;

typedef struct memory_level {
    const char *name;
    double capacity; /* bytes; infinite of DRAM */
    roof_ceiling roof;
} memory_level;

/* The levels that outlive a row, from the inside; DRAM is the last. */
typedef struct memory_levels {
    memory_level level[MAX_LEVELS];
    size_t n;
} memory_levels;
void levels_start(memory_levels *l, const roof_device *d, bool with_caches,
                  const roof_ceiling *dram);
/* Serves what each row reads and writes: row.levels. */
void place_hierarchy(counted *c, const memory_levels *l);

enum { RECENT = 16 };

typedef struct recent_ceilings { /* of a row; n 0: none */
    const roof_row_ceiling *all;
    size_t n;
} recent_ceilings;

/* The ceilings of a device, each looked up once. */
typedef struct roofs {
    const roof_device *device;
    const roof_options *options;
    bool best; /* the larger of theory and measured (for bounds), else the usual choice */
    /* By unit, precision, accumulator and sparsity. */
    roof_ceiling compute[ROOF_UNIT_COUNT][ROOF_PRECISION_COUNT][ROOF_PRECISION_COUNT + 1][2];
    bool looked_up[ROOF_UNIT_COUNT][ROOF_PRECISION_COUNT][ROOF_PRECISION_COUNT + 1][2];
    roof_ceiling dram;
    memory_levels levels; /* with caches only where a hierarchy is asked for */
    hash *texts;          /* what rows say of their ceilings, each text once */
    recent_ceilings recent[RECENT];
    size_t next;   /* to be forgotten */
    double launch; /* seconds; 0 when not known */
} roofs;
void roofs_start(roofs *r, const roof_device *d, const roof_options *o, bool best);
/* The terms of a row's compute work (macs as given), work on one unit added up; their number. */
size_t compute_terms(roofs *r, const roof_row *row, const row_units *u, int64_t macs,
                     term terms[MAX_TERMS]);
/* Seconds that the terms take: the slowest. NaN when one cannot be executed at all. */
double terms_time(const term *terms, size_t n, const term **slowest);

/* The sound lower bounds of the rows and of the whole model. */
void place_bounds(counted *c, const roof_device *d, const roof_options *options);

#endif
