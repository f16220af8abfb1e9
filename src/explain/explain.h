/* Inside of explaining. */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "place/place.h"
#include <roofline/explain.h>

/* The terms of a row's time, on the arena; their number is *n. */
const roof_term *explain_terms(arena *a, const roof_analysis *analysis, size_t row, size_t *n);
/* What limits the row, in a sentence. */
const char *explain_limit(arena *a, const roof_explanation *x, const roof_device *d);

/* The formats. */
typedef struct explain_output {
    const roof_analysis *analysis;
    const roof_explanation *x;
    size_t width;
    bool color;
    int format; /* its index among the formats */
    FILE *out;
    arena *arena;
} explain_output;
void write_explanation_text(explain_output *o);
void write_explanation_json(explain_output *o);

#endif
