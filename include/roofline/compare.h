/* Comparing two analyses: of two models, devices or options, fresh or saved. */
#ifndef ROOFLINE_COMPARE_H
#define ROOFLINE_COMPARE_H

#include <roofline/analysis.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- quantities of the totals --- */

typedef struct roof_quantity {
    const char *name; /* "time", "flops", "peak", ...; a limiter: the time that it limits */
    const char *unit; /* "s", "FLOP", "B", ...; "" of plain numbers */
    bool is_count;    /* a whole number */
} roof_quantity;

/* Quantity i, or NULL past the last. */
ROOF_API const roof_quantity *roof_quantity_at(size_t i);
/* Its value; NaN when it is unknown. Counts are exact up to 2^53. */
ROOF_API double roof_quantity_of(const roof_analysis *a, const roof_quantity *q);

/* --- conditions: "time > +5%", "peak >= 2 GB", "flops != +0%" --- */

typedef enum roof_comparator {
    ROOF_MORE,
    ROOF_MORE_OR_EQUAL,
    ROOF_LESS,
    ROOF_LESS_OR_EQUAL,
    ROOF_EQUAL,
    ROOF_NOT_EQUAL,
    ROOF_COMPARATOR_COUNT
} roof_comparator;

typedef struct roof_condition {
    const char *text; /* as it was written; the caller's */
    const roof_quantity *quantity;
    roof_comparator comparator;
    bool relative; /* `value` is a share: how much B is to lie above A (0.05: 5 %) */
    double value;  /* else that of B, in the base unit */
} roof_condition;

typedef enum roof_truth { ROOF_FALSE, ROOF_TRUE, ROOF_NOBODY_KNOWS } roof_truth;

/* Parses QUANTITY COMPARATOR VALUE. The value is a number with a prefix and unit if need be (5ms,
 * 2 GB, 1e9), or a signed percentage of A (+5%, -10%). False and *error (ROOF_USAGE), which tells
 * what is wrong and where. */
ROOF_API bool roof_condition_parse(const char *text, roof_condition *c, roof_error *error);
/* Does it hold of B, compared with A? Writes a sentence with both numbers. */
ROOF_API roof_truth roof_condition_check(const roof_condition *c, const roof_analysis *a,
                                         const roof_analysis *b, char *sentence, size_t size);

/* --- row by row --- */

typedef enum roof_match {
    ROOF_BY_NAME,     /* the same name */
    ROOF_BY_OPERATOR, /* the same operator, in the same order */
    ROOF_ONLY_A,
    ROOF_ONLY_B,
    ROOF_MATCH_COUNT
} roof_match;

typedef struct roof_pair {
    roof_match match;
    const roof_row *a, *b; /* NULL: there is none */
    size_t row_a, row_b;
    /* Of all executions: seconds when both analyses have a device, else FLOP. NaN: unknown; of a
     * row that is not there 0. */
    double value_a, value_b;
} roof_pair;

typedef struct roof_comparison roof_comparison;

/* Matches the rows of two analyses, which must outlive the result. NULL and *error when there is no
 * memory. Owned by the caller. */
ROOF_API roof_comparison *roof_compare(const roof_analysis *a, const roof_analysis *b,
                                       roof_error *error);
ROOF_API void roof_comparison_free(roof_comparison *c); /* NULL is allowed */

/* All pairs, the largest change first, what is unknown last; *n of them. */
ROOF_API const roof_pair *roof_comparison_pairs(const roof_comparison *c, size_t *n);
ROOF_API const char *roof_match_name(roof_match m);

/* --- reports --- */

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_compare_options {
    size_t top;   /* pairs that the table shows: 0 means 20 */
    bool all;     /* all of them that changed */
    size_t width; /* columns of the terminal; 0: as wide as it needs */
    bool color;
    const roof_condition *conditions; /* of which JSON tells whether they hold */
    size_t n_conditions;
} roof_compare_options;

/* Name of format i of a comparison ("table", "csv", "json"), or NULL past the last. */
ROOF_API const char *roof_compare_format(size_t i);
/* Writes the comparison to `out`. False and *error: unknown format (ROOF_USAGE), or writing failed
 * (ROOF_FAILED). */
ROOF_API bool roof_compare_report(const roof_comparison *c, const char *format,
                                  const roof_compare_options *options, FILE *out,
                                  roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
