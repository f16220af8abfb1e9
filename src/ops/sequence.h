/* Facts of sequences and optionals, for what makes and takes them. */
#ifndef OPS_SEQUENCE_H
#define OPS_SEQUENCE_H

#include "ops/merge.h"

/* The size of a declared dimension. */
typedef count (*dim_size)(const void *user, const dim *d);
/* What a declared type says; size NULL takes symbols as unknown. */
const fact *fact_of_type(arena *a, const type *t, dim_size size, const void *user);

/* Element i of a sequence; i < 0, or not known one by one: what all of them have in common. */
fact sequence_element(const fact *sequence, count i);
/* Output i is a sequence of these n elements. */
void out_sequence(site *s, unsigned i, const fact *each, count n);
/* Output i is a sequence of n (maybe UNKNOWN) elements of which each is like `inner` (maybe NULL).
 */
void out_sequence_of(site *s, unsigned i, const fact *inner, count n);

#endif
