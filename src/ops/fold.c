#include "ops/fold.h"
#include <string.h>

/* --- lists of integers --- */

static int_list list_of_input(site *s, unsigned i) {
    const fact *f = site_in(s, i);
    int_list l = {.n = fact_elements(f), .content = site_content(s, i)};
    if (l.content && l.content->real)
        l.content = NULL;
    return l;
}

int_list site_list(site *s, const char *name, int input) {
    if (input >= 0 && site_in(s, (unsigned)input))
        return list_of_input(s, (unsigned)input);
    const attribute *a = name ? node_attribute(s->node, name) : NULL;
    if (!a)
        return (int_list){.absent = true};
    if (a->kind != ATTR_INTS || (!a->ints && a->n > 0))
        return (int_list){.n = UNKNOWN};
    return (int_list){.n = (count)a->n, .items = a->ints};
}

bool list_at(const int_list *l, count i, int64_t *v) {
    if (l->items && i >= 0 && i < l->n) {
        *v = l->items[i];
        return true;
    }
    return content_int(l->content, i, v);
}

bool list_axes(site *s, const int_list *l, count n, int rank, int axes[MAX_RANK]) {
    bool taken[MAX_RANK] = {false};
    if (!known(n) || rank < 0 || (!l->absent && !known(l->n)))
        return false;
    if (n > rank || (!l->absent && l->n != n)) {
        site_invalid(s, "%lld axes are named for %lld values and %d dimensions",
                     (long long)(l->absent ? n : l->n), (long long)n, rank);
        return false;
    }
    for (int i = 0; i < n; i++) {
        int64_t axis = i;
        if (!l->absent && !list_at(l, i, &axis))
            return false;
        axes[i] = site_axis(s, axis, rank);
        if (axes[i] < 0)
            return false;
        if (taken[axes[i]]) {
            site_invalid(s, "axis %d is named twice", axes[i]);
            return false;
        }
        taken[axes[i]] = true;
    }
    return true;
}

bool site_scalar(site *s, unsigned input, int64_t fallback, int64_t *v) {
    *v = fallback;
    return !site_in(s, input) || content_int(site_content(s, input), 0, v);
}

bool rank_allowed(site *s, count rank) {
    if (rank <= MAX_RANK)
        return true;
    site_invalid(s, "the output would have %lld dimensions (at most %d)", (long long)rank,
                 MAX_RANK);
    return false;
}

/* --- items --- */

const content *fold_source(site *s, unsigned input) {
    enum { FEW = 1024 };
    const fact *f = site_in(s, input);
    if (!f)
        return NULL;
    if (f->content && f->content->splat)
        return f->content;
    bool counts = f->elem == DT_INT64 || f->elem == DT_INT32 || f->elem == DT_BOOL;
    count n = fact_elements(f);
    return known(n) && n <= (counts ? FOLD_ELEMENTS : FEW) ? site_content(s, input) : NULL;
}

bool fold_get(const content *c, count i, scalar *v) {
    if (!c || i < 0 || i >= c->n)
        return false;
    count at = c->splat ? 0 : i;
    *v = c->item[at];
    return !c->is_known || c->is_known[at];
}

void fold_forget(site *s, content *c, count i) {
    if (!c->is_known) {
        size_t n = c->splat ? 1 : (size_t)c->n;
        c->is_known = arena_alloc(s->arena, n + 1);
        memset(c->is_known, 1, n);
    }
    c->is_known[c->splat ? 0 : i] = 0;
}

void fold_copy(site *s, content *out, count to, const content *in, count from) {
    scalar v;
    if (!fold_get(in, from, &v))
        fold_forget(s, out, to);
    else
        out->item[out->splat ? 0 : to] = v;
}

bool fold_is_single(const content *c) {
    return c && (c->splat || c->n == 1);
}

/* --- walks --- */

void walk_next(walk *w) {
    for (int k = w->rank - 1; k >= 0; k--) {
        bool at_end = ++w->index[k] == w->dims[k];
        for (int i = 0; i < w->n; i++)
            w->at[i] += w->stride[i][k] * (at_end ? 1 - w->dims[k] : 1);
        if (!at_end)
            return;
        w->index[k] = 0;
    }
}

void shape_strides(const fact *f, count strides[MAX_RANK]) {
    count stride = 1;
    for (int k = f->rank - 1; k >= 0; k--) {
        strides[k] = stride;
        stride = cnt_mul(stride, f->dims[k]);
    }
}

void walk_broadcast(walk *w, int i, const fact *f) {
    count strides[MAX_RANK];
    shape_strides(f, strides);
    int shift = w->rank - f->rank;
    for (int k = 0; k < w->rank; k++)
        w->stride[i][k] = k < shift || f->dims[k - shift] == 1 ? 0 : strides[k - shift];
}

void fold_strided(site *s, unsigned out, unsigned in, count offset, int rank, const count *dims,
                  const count *strides) {
    const content *from = fold_source(s, in);
    if (!from || rank > WALK_RANK)
        return;
    content *to = out_content(s, out, fold_is_single(from));
    if (!to || to->n == 0)
        return;
    if (to->splat) {
        fold_copy(s, to, 0, from, 0);
        return;
    }
    walk w = {.rank = rank, .n = 1, .dims = dims, .at = {offset}};
    if (rank > 0)
        memcpy(w.stride[0], strides, (size_t)rank * sizeof *strides);
    for (count i = 0; i < to->n; i++, walk_next(&w))
        fold_copy(s, to, i, from, w.at[0]);
}
