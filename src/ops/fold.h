/* Folding: contents made from contents, and the lists of integers that operators are told.
 *
 * Any content may be missing and any item of one unknown. A function here that finds nothing known,
 * or the budget spent, leaves its output without content. Offsets into contents need no overflow
 * checks: a content that is not a splat has at most FOLD_ELEMENTS items. */
#ifndef OPS_FOLD_H
#define OPS_FOLD_H

#include "ops/op.h"

/* --- lists of integers --- */

/* Integers given as an attribute (old versions) or an input (new ones), each maybe unknown. */
typedef struct int_list {
    bool absent;            /* neither is there */
    count n;                /* UNKNOWN when not even their number is known */
    const int64_t *items;   /* of an attribute */
    const content *content; /* of an input */
} int_list;

/* attribute NULL or input < 0: there is no such form. */
int_list site_list(site *s, const char *attribute, int input);
bool list_at(const int_list *l, count i, int64_t *value);
/* The n axes of a list, in [0, rank), or 0, 1, 2, ... when the list is absent. False when they are
 * not known, or after site_invalid: too many, too few, out of range or repeated. */
bool list_axes(site *s, const int_list *l, count n, int rank, int axes[MAX_RANK]);
/* The only element of an input, or the fallback when it is left out; false when unknown. */
bool site_scalar(site *s, unsigned input, int64_t fallback, int64_t *value);

/* False after site_invalid: more dimensions than any tensor may have. */
bool rank_allowed(site *s, count rank);

/* --- items --- */

/* The content of an input if folding it may matter: integers, splats, and the few reals that sizes
 * are computed with; not the weights. */
const content *fold_source(site *s, unsigned input);
/* Item i, false when not known. NULL knows nothing. */
bool fold_get(const content *c, count i, scalar *value);
/* Makes item i unknown. */
void fold_forget(site *s, content *c, count i);
/* Copies item `from` of one content to item `to` of another, which share a type. */
void fold_copy(site *s, content *out, count to, const content *in, count from);
/* Is every element the same item? */
bool fold_is_single(const content *c);

/* --- walks --- */

enum { WALK_RANK = 2 * MAX_RANK, WALK_SOURCES = 8 };

/* Visits the elements of a shape in order, knowing where each of several sources is. */
typedef struct walk {
    int rank;
    int n; /* sources */
    const count *dims;
    count at[WALK_SOURCES]; /* index of the sources' current elements */
    count stride[WALK_SOURCES][WALK_RANK];
    count index[WALK_RANK];
} walk;

void walk_next(walk *w);
/* Distance between neighbours along each axis of a shape. */
void shape_strides(const fact *f, count strides[MAX_RANK]);
/* Source i of a walk is a tensor that is broadcast to the walk's shape. */
void walk_broadcast(walk *w, int i, const fact *f);

/* Output `out` takes its elements from input `in`, beginning at `offset`, with these strides along
 * `rank` dims (which may be split finer than the output's own). */
void fold_strided(site *s, unsigned out, unsigned in, count offset, int rank, const count *dims,
                  const count *strides);

#endif
