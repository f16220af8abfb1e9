/* Sums on an arena that is the caller's; see roof_sum_up. */
#ifndef REPORT_SUMS_H
#define REPORT_SUMS_H

#include "base/arena.h"
#include <roofline/sums.h>

/* *depth: of module paths, set where it is 0. */
const roof_sum *sum_up(arena *memory, const roof_analysis *a, roof_grouping by, int *depth,
                       size_t *n);

#endif
