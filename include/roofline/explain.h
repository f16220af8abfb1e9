/* Explaining one row of an analysis: its counting rule with the numbers put in, its tensors, and
 * what its time is made of. */
#ifndef ROOFLINE_EXPLAIN_H
#define ROOFLINE_EXPLAIN_H

#include <roofline/analysis.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct roof_factor {
    const char *name; /* as the rule has it: "N", "Cin/group"; "" for a bare number */
    int64_t value;    /* maybe ROOF_UNKNOWN */
} roof_factor;

/* One product that counting added. Those of a quantity add up to the row's figure. */
typedef struct roof_product {
    const char *quantity; /* the row's figure: "macs", "vector_flops", "special_flops", ... */
    const roof_factor *factors;
    size_t n_factors;
    int64_t value; /* of all factors; maybe ROOF_UNKNOWN */
} roof_product;

/* One operand of the row. */
typedef struct roof_operand {
    roof_tensor tensor;
    const char *role;  /* "weight", "input", "output"; "attribute" for weights without a tensor */
    const char *dtype; /* in which it is stored (weights) or flows */
    int64_t bytes;     /* of all of it, as stored; maybe ROOF_UNKNOWN */
    int64_t touched;   /* of what an execution touches, each tensor once: `op` traffic */
} roof_operand;

/* One term of the row's time. */
typedef struct roof_term {
    const char *unit;        /* "matrix fp16", "vector fp32", "dram", ... */
    double amount;           /* FLOP, OP or byte */
    const char *amount_unit; /* "FLOP", "OP" or "B" */
    double ceiling;          /* amount_unit per second */
    double time_s;
    double ridge;          /* FLOP/byte from which on this unit limits; NaN of memory */
    const char *fallback;  /* "", or why it is not the ceiling that was asked for */
    const roof_fact *fact; /* where the ceiling comes from; NULL when that is not known */
} roof_term;

typedef struct roof_explanation {
    const roof_row *row;
    const roof_product *products;
    size_t n_products;
    const roof_operand *operands; /* inputs, outputs, attributes */
    size_t n_operands;
    const roof_term *terms; /* none without a device or when the work is unknown */
    size_t n_terms;
    const char *why; /* a sentence: what limits the row, or why nothing does; printable */
} roof_explanation;

/* The row that a person names: by its id ("#12", "#5/MyFunction/#2"), its name, or the name of one
 * of its outputs. NULL and *error (ROOF_USAGE) when there is none, with the nearest names, or more
 * than one, with their ids. */
ROOF_API const roof_row *roof_find_row(const roof_analysis *a, const char *name, roof_error *error);

/* Explains a row of the analysis, which must outlive the result. Counts the row once more, so no
 * other thread may use the analysis meanwhile. NULL and *error when memory runs out. Owned by the
 * caller. */
ROOF_API roof_explanation *roof_explain(const roof_analysis *a, const roof_row *row,
                                        roof_error *error);
ROOF_API void roof_explanation_free(roof_explanation *x); /* NULL is allowed */

/* Name of format i of an explanation ("text", "json"), or NULL past the last. */
ROOF_API const char *roof_explain_format(size_t i);
/* Writes the explanation in a format to `out`, lines at most `width` columns wide (0: any) where
 * that is possible, with ANSI colours if `color`. False and *error: unknown format (ROOF_USAGE), or
 * writing failed (ROOF_FAILED). */
ROOF_API bool roof_explain_report(const roof_analysis *a, const roof_explanation *x,
                                  const char *format, size_t width, bool color, FILE *out,
                                  roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
