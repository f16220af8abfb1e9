/* Which rows a time belongs to. */
#ifndef TIMING_MATCH_H
#define TIMING_MATCH_H

#include "timing/timing.h"

/* Rows by their place in the analysis. */
typedef struct row_set {
    size_t *rows;
    size_t n;
} row_set;

typedef struct matcher matcher;

matcher *matcher_new(arena *memory, const roof_analysis *a, const roof_timing *t);
/* The rows of time i; none when nothing answers to its name. */
row_set rows_of(matcher *m, size_t i);
/* Does time i hold those of the rows inside of its own, which the file also tells? */
bool holds_others(const matcher *m, const row_set *s);

#endif
