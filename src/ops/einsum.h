/* Einsum equations: which operand has which index, and the work of summing from left to right. */
#ifndef OPS_EINSUM_H
#define OPS_EINSUM_H

#include "ops/op.h"

enum {
    EINSUM_LETTERS = 52, /* then the dims of the ellipsis, the last one at 63 */
    EINSUM_INDICES = 64,
    EINSUM_OPERANDS = 32
};

typedef uint64_t index_set; /* one bit per index */

typedef struct einsum {
    unsigned n_operands;
    index_set operand[EINSUM_OPERANDS];
    count extent[EINSUM_INDICES];
    int n_output;
    unsigned char output[MAX_RANK]; /* indices in order */
    index_set output_set;
} einsum;

/* Reads the equation against the operands' shapes. False when a rank is not known, there are more
 * operands or ellipsis dims than are kept, or after site_invalid. */
bool einsum_read(site *s, einsum *e);

void einsum_output(const einsum *e, count *dims);
void einsum_work(const einsum *e, work *w);

#endif
