/* Inside of a comparison. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "base/arena.h"
#include <roofline/compare.h>

struct roof_comparison {
    arena *arena;
    const roof_analysis *a, *b;
    roof_pair *pairs;
    size_t n;
    bool placed; /* both have a device: values are seconds */
    size_t by_match[ROOF_MATCH_COUNT];
};

typedef struct comparison_output {
    const roof_comparison *comparison;
    const roof_compare_options *options;
    int format; /* its index among the formats */
    FILE *out;
    arena *arena;
    bool markdown; /* of a table: in Markdown, else for a terminal */
} comparison_output;

void write_comparison_table(comparison_output *o);
void write_comparison_markdown(comparison_output *o);
void write_comparison_csv(comparison_output *o);
void write_comparison_json(comparison_output *o);

/* --- match.c --- */

/* Per row of A the row of B that it is, or NO_MATCH; `by_name` tells how it was found. */
#define NO_MATCH SIZE_MAX
typedef struct matching {
    size_t *of_a;
    bool *by_name; /* per row of A */
    bool *taken;   /* per row of B */
} matching;
matching match_rows(arena *memory, const roof_analysis *a, const roof_analysis *b);

#endif
