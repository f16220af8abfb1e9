/* Adding to the work of a node, and remembering what was added for those who ask. */
#include "ops/op.h"

static count *total_of(work *w, work_quantity q) {
    count *const totals[WORK_QUANTITIES] = {[WORK_MACS] = &w->macs,
                                            [WORK_VECTOR] = &w->vector,
                                            [WORK_SPECIAL] = &w->special,
                                            [WORK_INTEGER] = &w->integer};
    return totals[q];
}

static void keep(work_trace *t, work_product made) {
    work_product *kept = arena_alloc(t->arena, sizeof *kept);
    *kept = made;
    if (t->last)
        t->last->next = kept;
    else
        t->first = kept;
    t->last = kept;
}

void work_multiply(work *w, work_quantity q, const work_factor *factors, size_t n) {
    work_product p = {.quantity = q, .value = 1};
    for (size_t i = 0; i < n && i < MAX_FACTORS; i++) {
        p.factors[p.n++] = factors[i];
        p.value = cnt_mul(p.value, factors[i].value);
    }
    count *total = total_of(w, q);
    *total = cnt_add(*total, p.value);
    if (w->trace && p.value != 0)
        keep(w->trace, p);
}

static void add_each(work *w, work_quantity q, const char *name, count n, count each) {
    if (each != 0)
        work_multiply(w, q, (work_factor[]){{name, n}, {"", each}}, each == 1 ? 1 : 2);
}

void work_each(work *w, const char *name, count n, count vector, count special) {
    add_each(w, WORK_VECTOR, name, n, vector);
    add_each(w, WORK_SPECIAL, name, n, special);
}

void work_to_integer(work *w) {
    count all = cnt_add(cnt_mul(w->macs, 2), cnt_add(w->vector, w->special));
    w->integer = cnt_add(w->integer, all);
    w->macs = w->macs_valid = w->vector = w->special = 0;
    for (work_product *p = w->trace ? w->trace->first : NULL; p; p = p->next) {
        if (p->quantity == WORK_MACS) {
            p->value = cnt_mul(p->value, 2);
            if (p->n < MAX_FACTORS)
                p->factors[p->n++] = (work_factor){"", 2};
        }
        p->quantity = WORK_INTEGER;
    }
}
