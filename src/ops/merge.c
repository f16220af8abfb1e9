#include "ops/merge.h"
#include <string.h>

enum { COMPARED = 4096 }; /* items of content that are compared one by one */

/* --- contents --- */

static bool item_known(const content *c, count i) {
    return !c->is_known || c->is_known[i];
}

static bool same_item(const content *a, const content *b, count i) {
    return item_known(a, i) && item_known(b, i) && a->item[i].i == b->item[i].i;
}

static bool is_comparable(const content *a, const content *b) {
    return a && b && a->n == b->n && a->real == b->real && a->splat == b->splat &&
           a->strings == b->strings && (a->splat || a->n <= COMPARED);
}

static bool same_content(const content *a, const content *b) {
    if (a == b)
        return true;
    if (!is_comparable(a, b))
        return false;
    for (count i = 0; i < (a->splat ? 1 : a->n); i++)
        if (item_known(a, i) != item_known(b, i) || (item_known(a, i) && !same_item(a, b, i)))
            return false;
    return true;
}

/* Items that differ become unknown. */
static const content *meet_content(engine *e, const content *a, const content *b) {
    if (same_content(a, b))
        return a;
    if (!is_comparable(a, b) || (!a->splat && a->n > e->fold_left))
        return NULL;
    count items = a->splat ? 1 : a->n;
    e->fold_left -= items;
    content *c = arena_alloc(e->arena, sizeof *c);
    *c = *a;
    c->is_known = arena_alloc(e->arena, (size_t)items);
    for (count i = 0; i < items; i++)
        c->is_known[i] = same_item(a, b, i);
    return c;
}

/* --- shapes --- */

static bool same_dims(const fact *a, const fact *b) {
    if (a->rank != b->rank)
        return false;
    for (int k = 0; k < a->rank; k++)
        if (a->dims[k] != b->dims[k])
            return false;
    return true;
}

static void meet_dims(engine *e, fact *f, const fact *a, const fact *b) {
    if (same_dims(a, b))
        return;
    f->dims = NULL;
    f->content = NULL;
    f->rank = a->rank == b->rank ? a->rank : -1;
    if (f->rank < 0)
        return;
    count *dims = arena_array(e->arena, (size_t)f->rank, sizeof *dims);
    for (int k = 0; k < f->rank; k++)
        dims[k] = a->dims[k] == b->dims[k] ? a->dims[k] : UNKNOWN;
    f->dims = dims;
}

/* --- elements --- */

static bool same_inner(const fact *a, const fact *b) {
    return a == b || (a && b && fact_same(a, b));
}

static bool same_elements(const holding *a, const holding *b) {
    if (a == b)
        return true;
    if (!a || !b || a->n != b->n || !a->each != !b->each)
        return false;
    for (count i = 0; a->each && i < a->n; i++)
        if (!fact_same(&a->each[i], &b->each[i]))
            return false;
    return true;
}

static const fact *meet_inner(engine *e, const fact *a, const fact *b) {
    if (!a || !b || a == b)
        return a && b ? a : NULL;
    fact *f = arena_alloc(e->arena, sizeof *f);
    *f = fact_meet(e, a, b);
    return f;
}

static bool is_empty(const fact *f) {
    return f->held && f->held->n == 0;
}

static void meet_elements(engine *e, fact *f, const fact *a, const fact *b) {
    /* What holds for all of no elements is what holds for the others. */
    if (is_empty(a) && b->inner)
        f->inner = b->inner;
    else if (is_empty(b) && a->inner)
        f->inner = a->inner;
    else
        f->inner = meet_inner(e, a->inner, b->inner);
    if (same_elements(a->held, b->held))
        return;
    f->held = NULL;
    if (!a->held || !b->held || a->held->n != b->held->n)
        return;
    holding *number = arena_alloc(e->arena, sizeof *number);
    number->n = a->held->n;
    f->held = number;
}

/* --- facts --- */

bool fact_same(const fact *a, const fact *b) {
    return a->kind == b->kind && a->elem == b->elem && same_dims(a, b) &&
           same_content(a->content, b->content) && same_inner(a->inner, b->inner) &&
           same_elements(a->held, b->held);
}

fact fact_of_flow(const fact *f) {
    return (fact){.kind = f->kind,
                  .elem = f->elem,
                  .rank = f->rank,
                  .dims = f->dims,
                  .content = f->content,
                  .inner = f->inner,
                  .held = f->held,
                  .quantized = f->quantized,
                  .quantized_zero = f->quantized_zero};
}

fact fact_meet(engine *e, const fact *a, const fact *b) {
    bool same_constant = a->constant && b->constant && a->root == b->root &&
                         a->stored_bytes == b->stored_bytes && fact_same(a, b);
    if (same_constant)
        return *a;
    fact f = fact_of_flow(a);
    if (a->kind == TYPE_UNDECLARED)
        f.kind = b->kind;
    else if (b->kind != TYPE_UNDECLARED && b->kind != a->kind)
        f.kind = TYPE_UNDECLARED;
    if (a->elem == DT_UNKNOWN)
        f.elem = b->elem;
    else if (b->elem != DT_UNKNOWN && b->elem != a->elem)
        f.elem = DT_UNKNOWN;
    if (a->quantized != b->quantized || a->quantized_zero != b->quantized_zero)
        f.quantized = DT_UNKNOWN;
    f.content = meet_content(e, a->content, b->content);
    meet_dims(e, &f, a, b);
    meet_elements(e, &f, a, b);
    return f;
}
