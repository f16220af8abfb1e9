/* The rows of an analysis summed up by what they have in common. */
#ifndef ROOFLINE_SUMS_H
#define ROOFLINE_SUMS_H

#include <roofline/analysis.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum roof_grouping {
    ROOF_GROUP_NONE,
    ROOF_GROUP_OP,    /* rows of one operator of one domain */
    ROOF_GROUP_MODULE /* rows of one module: the first parts of their scope */
} roof_grouping;

/* What the rows of a group come to. */
typedef struct roof_sum {
    /* As a row that executes once: its figures are of all executions of its rows, name is the
     * operator (with its domain where it has one) or the path of the module ("" of rows outside of
     * any), limiter is what limits the largest share of its time, status the worst of its rows.
     * Without tensors, types, note and ceilings. measured_s is of the rows that were measured, and
     * efficiency theirs. */
    roof_row row;
    int64_t nodes;
    bool complete; /* false: the work of some rows is unknown, and the sums are of the others */
} roof_sum;

typedef struct roof_sums roof_sums;

/* Sums up the rows of `a`, which must outlive the result, by operator or by module; of module paths
 * the first `depth` parts count (0: as many as give the number of groups nearest to 20). In the
 * order in which the groups begin. NULL and *error when memory runs out. Owned by the caller. */
ROOF_API roof_sums *roof_sum_up(const roof_analysis *a, roof_grouping by, int depth,
                                roof_error *error);
ROOF_API void roof_sums_free(roof_sums *s);
ROOF_API const roof_sum *roof_sums_all(const roof_sums *s, size_t *n);
ROOF_API int roof_sums_depth(const roof_sums *s); /* parts of module paths; 0 by operator */

ROOF_API const char *roof_grouping_name(roof_grouping g); /* "none", "op", "module" */

#ifdef __cplusplus
}
#endif

#endif
