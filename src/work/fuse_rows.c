/* (d) Row groups: reduces and maps over the rows of one tensor, which is their only large input:
 * a normalization or softmax that an exporter took apart. */
#include "work/fuse.h"
#include <string.h>

enum { WINDOW = 48, HIGHEST = 4 };

/* A group as far as it is found, from the tensor x whose rows it works on. */
typedef struct row_group {
    const graph *owner;
    const value *x;
    count size, n_rows; /* elements of x, and of what it is reduced to */
    uint32_t rows[WINDOW + HIGHEST];
    bool after[WINDOW + HIGHEST];      /* a reduce, or what depends on one */
    uint32_t inside[WINDOW + HIGHEST]; /* how many rows of the group read its output */
    size_t n;
    bool complete; /* some row gives all of x's elements again, after a reduce */
} row_group;

static bool is_reduce(const fusion *f, uint32_t row) {
    const op_def *op = fuse_op(f, row);
    return op && op->family == FAMILY_REDUCE && op->kind == OP_ANCHOR;
}

static bool may_take(const fusion *f, const row_group *g, uint32_t row) {
    const node *n = f->c->nodes[row];
    return f->group[row] == NO_GROUP && n->owner == g->owner && n->n_in > 0 && n->n_out > 0 &&
           n->out[0];
}

static count elements_out(const fusion *f, uint32_t row) {
    return fact_elements(fuse_fact(f, f->c->nodes[row]->out[0]));
}

/* Where a row stands among the first n of the group, which are in order; n when it is not there. */
static size_t position(const row_group *g, size_t n, uint32_t row) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (g->rows[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && g->rows[low] == row ? low : n;
}

/* Which of the group's first n rows gives input i of a node; n when none does. */
static size_t giver(const fusion *f, const row_group *g, size_t n, const node *of, unsigned i) {
    uint32_t from = fuse_flows(f, of->in[i]) ? fuse_producer(f, of->in[i]) : NO_ROW;
    return from == NO_ROW ? n : position(g, n, from);
}

/* Does the row fit: is each of its inputs x, from inside, or small and made before the group
 * starts? */
static bool fits(const fusion *f, const row_group *g, uint32_t row, bool *after) {
    const node *n = f->c->nodes[row];
    bool related = false;
    *after = is_reduce(f, row);
    for (unsigned i = 0; i < n->n_in; i++) {
        if (!fuse_flows(f, n->in[i]))
            continue;
        size_t at = giver(f, g, g->n, n, i);
        bool inside = at < g->n, is_x = source_of(f->sources, n->in[i]) == g->x;
        if (inside)
            *after = *after || g->after[at];
        related = related || inside || is_x;
        count elements = fact_elements(fuse_fact(f, n->in[i]));
        uint32_t from = fuse_producer(f, n->in[i]);
        bool small = known(elements) && elements < g->size;
        bool early = from == NO_ROW || from < g->rows[0];
        if (!inside && !is_x && !(small && early))
            return false;
    }
    return related;
}

/* Reduces of the whole to as many elements; maps over the whole or over what it is reduced to. */
static bool has_its_shape(const fusion *f, const row_group *g, uint32_t row) {
    count out = elements_out(f, row);
    if (is_reduce(f, row))
        return out == g->n_rows && fact_elements(fuse_fact(f, f->c->nodes[row]->in[0])) == g->size;
    return fuse_is_map(f, row) && (out == g->size || out == g->n_rows);
}

static void count_uses(const fusion *f, row_group *g, size_t n, uint32_t row, int by) {
    const node *at = f->c->nodes[row];
    for (unsigned i = 0; i < at->n_in; i++) {
        size_t from = giver(f, g, n, at, i);
        if (from < n && !(i > 0 && at->in[i] == at->in[i - 1]))
            g->inside[from] += (unsigned)by;
    }
}

static void take(const fusion *f, row_group *g, uint32_t row, bool after) {
    count_uses(f, g, g->n, row, 1);
    g->rows[g->n] = row;
    g->after[g->n] = after;
    g->inside[g->n++] = 0;
}

/* Rows that only prepare must be of use to the group alone; of those that follow a reduce everybody
 * may have the results. */
static void drop_strangers(const fusion *f, row_group *g) {
    for (size_t i = g->n; i-- > 0;) {
        const value *out = f->c->nodes[g->rows[i]]->out[0];
        bool own = g->inside[i] > 0 && g->inside[i] == f->readers[out->id] && !f->leaves[out->id];
        if (g->after[i] || own)
            continue;
        count_uses(f, g, i, g->rows[i], -1);
        g->n--;
        memmove(&g->rows[i], &g->rows[i + 1], (g->n - i) * sizeof *g->rows);
        memmove(&g->after[i], &g->after[i + 1], (g->n - i) * sizeof *g->after);
        memmove(&g->inside[i], &g->inside[i + 1], (g->n - i) * sizeof *g->inside);
    }
}

/* What comes in is made before the group starts, so that nothing outside is both after and before
 * it. */
static bool starts_late_enough(const fusion *f, const row_group *g) {
    for (size_t i = 0; i < g->n; i++) {
        const node *n = f->c->nodes[g->rows[i]];
        for (unsigned k = 0; k < n->n_in; k++) {
            uint32_t from = fuse_flows(f, n->in[k]) ? fuse_producer(f, n->in[k]) : NO_ROW;
            if (from != NO_ROW && from >= g->rows[0] && position(g, g->n, from) == g->n)
                return false;
        }
    }
    return true;
}

/* The rows between x and the reduce are given, then what follows is looked through. */
static void gather(const fusion *f, row_group *g, size_t reduce_at, const uint32_t *above,
                   size_t n_above) {
    uint32_t reduce = f->live[reduce_at];
    for (size_t i = n_above; i-- > 0;)
        take(f, g, above[i], false);
    take(f, g, reduce, true);
    for (size_t i = reduce_at + 1; i < f->n_live && i <= reduce_at + WINDOW - 1; i++) {
        bool after;
        uint32_t row = f->live[i];
        if (!may_take(f, g, row) || !has_its_shape(f, g, row) || !fits(f, g, row, &after))
            continue;
        take(f, g, row, after);
        g->complete = g->complete || (after && elements_out(f, row) == g->size);
    }
    drop_strangers(f, g);
}

/* The map above x of which x is the one use and which itself has one large input; NO_ROW when there
 * is none: the group cannot start higher. */
static uint32_t map_above(const fusion *f, const row_group *g) {
    uint32_t row = g->x->producer ? f->row_of[g->x->producer->id] : NO_ROW;
    if (row == NO_ROW || !may_take(f, g, row) || !fuse_is_map(f, row) ||
        elements_out(f, row) != g->size)
        return NO_ROW;
    const node *n = f->c->nodes[row];
    unsigned large = 0;
    for (unsigned i = 0; i < n->n_in; i++) {
        bool repeated = i > 0 && n->in[i] == n->in[i - 1];
        large += fuse_flows(f, n->in[i]) && !repeated &&
                 fact_elements(fuse_fact(f, n->in[i])) == g->size;
    }
    return large == 1 ? row : NO_ROW;
}

/* The group of a reduce: from its input, or where that leads to nothing, from what its input is
 * made of (RMSNorm multiplies x by what it makes of x squared). */
static bool find(const fusion *f, size_t at, row_group *found) {
    uint32_t reduce = f->live[at], above[HIGHEST];
    const node *n = f->c->nodes[reduce];
    if (n->n_out == 0 || !n->out[0] || n->n_in == 0 || !fuse_flows(f, n->in[0]))
        return false;
    row_group g = {.owner = n->owner,
                   .x = source_of(f->sources, n->in[0]),
                   .size = fact_elements(fuse_fact(f, n->in[0])),
                   .n_rows = elements_out(f, reduce)};
    if (!known(g.size) || !known(g.n_rows) || g.n_rows >= g.size || !may_take(f, &g, reduce))
        return false;
    *found = g;
    gather(f, found, at, above, 0);
    for (size_t i = 0; i < HIGHEST && !found->complete; i++) {
        above[i] = map_above(f, &g);
        if (above[i] == NO_ROW)
            break;
        g.x = source_of(f->sources, fuse_main_input(f, above[i]));
        row_group higher = g;
        gather(f, &higher, at, above, i + 1);
        if (higher.complete)
            *found = higher;
    }
    return found->n > 1 && starts_late_enough(f, found);
}

void fuse_rows(fusion *f) {
    for (size_t i = 0; i < f->n_live; i++) {
        row_group found;
        if (!is_reduce(f, f->live[i]) || !find(f, i, &found))
            continue;
        uint32_t g = fuse_new_group(f, KIND_NORM);
        for (size_t k = 0; k < found.n; k++)
            fuse_join(f, found.rows[k], g);
    }
}
