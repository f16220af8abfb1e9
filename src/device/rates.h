/* What each architecture does per clock and multiprocessor (GPU) or core (CPU). */
#ifndef DEVICE_RATES_H
#define DEVICE_RATES_H

#include <roofline/device.h>

typedef enum rate_trait {
    GEFORCE_HALF = 1, /* half as fast unless the part is a professional one */
    SPARSE = 2,       /* twice as fast where two of four weights are zero */
    NO_ROOF = 4,      /* a slower path than another one: to compare with, no ceiling */
    SPARSE_THIRD = 8, /* a third faster then, as only dense instructions have become longer */
} rate_trait;

/* units x lanes x operations per lane and clock. A lane that multiplies and adds does two. */
typedef struct rate {
    const char *archs; /* separated by blanks */
    roof_unit unit;
    roof_precision precision,
        accumulate;      /* accumulate: ROOF_PRECISION_NONE where it is no choice */
    const char *variant; /* instruction set of a CPU, "dp4a"; else "" */
    double units;
    const char *unit_name; /* "Tensor Cores" */
    double lanes;          /* 1: not worth a word */
    const char *lane_name;
    double operations;
    unsigned traits; /* of rate_trait */
} rate;

/* How much faster it is where two of four weights are zero; 0: it is not. */
double rate_sparse(const rate *r);

/* Rate i of the table that belongs to an architecture; NULL past the last of all. */
const rate *rate_next(const char *arch, size_t *i);

/* Whether an architecture is among those of a list, separated by blanks. */
bool arch_among(const char *archs, const char *arch);

#endif
