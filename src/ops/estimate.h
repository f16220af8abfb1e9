/* Sizes that depend on data.
 *
 * Inference says what is sure: where NonZero finds how many, nobody knows. When such a size was
 * met, the model is inferred once more by the same functions, with an upper bound (or another
 * estimate) for it. What the first look said stays the truth that is reported; the second serves to
 * count with, and every row of which a shape rests upon it is estimated. A node that has no place
 * for an estimate (a Reshape that does not come out even, say) keeps what is sure. */
#ifndef OPS_ESTIMATE_H
#define OPS_ESTIMATE_H

#include "ops/engine.h"

/* A size that is at most so much, of what is named in the plural: UNKNOWN, or, when estimates are
 * made, the bound. */
count site_at_most(site *s, count most, const char *what);
/* Are estimates made? If they are not, notes that some would be of use. */
bool site_estimates(site *s);
/* What the node assumes, for the rows that rest upon it. */
void site_assume(site *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Does the shape of a value, or of its elements, rest upon an estimate? */
bool is_estimated(const engine *e, const value *v);
/* Why; NULL when it is not said, or there are no estimates. */
const char *estimate_reason(const engine *e, const value *v);

/* Around the inference of a node, when estimates are made: what begin gives, end takes. */
const char *estimate_begin(engine *e, const node *n);
void estimate_end(engine *e, const node *n, const char *outer);
/* Before there are any: what is open of the node's outputs, does the file declare it? */
void estimate_look_for_hints(engine *e, const node *n);

#endif
