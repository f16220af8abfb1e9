/* Shapes: products, axes, broadcasting. */
#include "ops/op.h"
#include <string.h>

count fact_elements(const fact *f) {
    return f && f->rank >= 0 ? fact_range(f, 0, f->rank) : UNKNOWN;
}

count fact_bytes(const fact *f) {
    return f ? dtype_bytes(f->elem, fact_elements(f)) : UNKNOWN;
}

count fact_dim(const fact *f, int axis) {
    if (!f || f->rank < 0)
        return UNKNOWN;
    if (axis < 0)
        axis += f->rank;
    return axis >= 0 && axis < f->rank ? f->dims[axis] : UNKNOWN;
}

count fact_range(const fact *f, int from, int to) {
    if (!f || f->rank < 0 || from < 0 || to > f->rank)
        return UNKNOWN;
    count n = 1;
    for (int i = from; i < to; i++)
        if (f->dims[i] == 0)
            return 0;
    for (int i = from; i < to; i++)
        n = cnt_mul(n, f->dims[i]);
    return n;
}

int site_axis(site *s, int64_t axis, int rank) {
    if (axis < -rank || axis >= rank) {
        site_invalid(s, "axis %lld is outside a tensor of %d dimensions", (long long)axis, rank);
        return -1;
    }
    return (int)(axis < 0 ? axis + rank : axis);
}

/* One dimension of the broadcast; -2 when the two exclude each other. */
static count broadcast_dim(count a, count b) {
    if (a == 1 || a == b)
        return b;
    if (b == 1)
        return a;
    if (known(a) && known(b))
        return -2;
    return known(a) ? a : b; /* the unknown one must be 1 or the same */
}

/* The dims on the arena: as a rule they are those of an operand. */
static const count *kept_dims(site *s, const fact *const *facts, size_t n, int rank,
                              const count *dims) {
    size_t size = (size_t)rank * sizeof *dims;
    for (size_t i = 0; i < n; i++)
        if (facts[i]->rank == rank && rank > 0 && !memcmp(facts[i]->dims, dims, size))
            return facts[i]->dims;
    count *copy = arena_alloc(s->arena, size);
    return rank > 0 ? memcpy(copy, dims, size) : copy;
}

const count *site_broadcast(site *s, const fact *const *facts, size_t n, int *rank) {
    *rank = 0;
    for (size_t i = 0; i < n; i++) {
        if (!facts[i] || facts[i]->rank < 0) {
            *rank = -1;
            return NULL;
        }
        if (facts[i]->rank > *rank)
            *rank = facts[i]->rank;
    }
    count dims[MAX_RANK];
    for (int k = 0; k < *rank; k++)
        dims[k] = 1;
    for (size_t i = 0; i < n; i++) {
        int shift = *rank - facts[i]->rank;
        for (int k = 0; k < facts[i]->rank; k++) {
            count d = broadcast_dim(dims[shift + k], facts[i]->dims[k]);
            if (d == -2) {
                site_invalid(s, "dimensions %lld and %lld cannot be broadcast",
                             (long long)dims[shift + k], (long long)facts[i]->dims[k]);
                *rank = -1;
                return NULL;
            }
            dims[shift + k] = d;
        }
    }
    return kept_dims(s, facts, n, *rank, dims);
}
