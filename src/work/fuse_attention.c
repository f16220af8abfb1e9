/* (c) Attention: contraction - maps - Softmax over the last axis - maps - contraction. */
#include "work/fuse.h"
#include <string.h>

enum { LONGEST = 24, MOST_TRIED = 128 };

/* The rows of one attention as far as they are found. */
typedef struct chain {
    uint32_t rows[2 * LONGEST];
    size_t n;
    const graph *owner;
    int tried;
} chain;

static bool is_contraction(const fusion *f, uint32_t row) {
    const op_def *op = fuse_op(f, row);
    return op && op->kind == OP_ANCHOR &&
           ((op->traits & OP_CONTRACTION) || op->family == FAMILY_MATMUL);
}

static bool is_softmax(const fusion *f, uint32_t row) {
    const op_def *op = fuse_op(f, row);
    if (!op || strcmp(op->name, "Softmax") != 0)
        return false;
    const inference *inf = f->c->inference;
    const node *n = f->c->nodes[row];
    site s = site_of((engine *)(uintptr_t)&inf->engine, n, op, inf->versions[n->id]);
    const fact *x = site_in(&s, 0);
    int64_t axis = site_int(&s, "axis", s.version < 13 ? 1 : -1);
    return x && x->rank > 0 && (axis == -1 || axis == x->rank - 1);
}

/* With one output each, what leaves the group leaves it at the end: nothing outside can be both
 * after and before it. */
static bool may_take(const fusion *f, const chain *c, uint32_t row) {
    return row != NO_ROW && f->group[row] == NO_GROUP && f->c->nodes[row]->owner == c->owner &&
           f->c->nodes[row]->n_out == 1;
}

/* Does nothing but `readers` rows need what v is? */
static bool is_link(const fusion *f, const value *v, uint32_t readers) {
    const value *memory = source_of(f->sources, v);
    return f->readers[memory->id] == readers && !f->leaves[memory->id];
}

static bool same_size(const fusion *f, const value *v, const value *w) {
    count n = fact_elements(fuse_fact(f, v));
    return known(n) && n == fact_elements(fuse_fact(f, w));
}

/* Adds the maps above `row` and the contraction that their chain starts with. */
static bool climb(const fusion *f, chain *c, uint32_t row) {
    const node *n = f->c->nodes[row];
    for (unsigned i = 0; i < n->n_in; i++) {
        if (!fuse_flows(f, n->in[i]) || !same_size(f, n->in[i], n->out[0]) ||
            !is_link(f, n->in[i], 1))
            continue;
        uint32_t from = fuse_producer(f, n->in[i]);
        if (!may_take(f, c, from) || c->n == LONGEST || ++c->tried > MOST_TRIED)
            continue;
        c->rows[c->n++] = from;
        if (is_contraction(f, from) || (fuse_is_map(f, from) && climb(f, c, from)))
            return true;
        c->n--;
    }
    return false;
}

/* A map between `from` and `to` that nothing else feeds or reads: Where(IsNaN(x), 0, x). */
static uint32_t side_map(const fusion *f, const chain *c, uint32_t from, uint32_t to) {
    const node *n = f->c->nodes[to];
    for (unsigned i = 0; i < n->n_in; i++) {
        uint32_t row = fuse_flows(f, n->in[i]) ? fuse_producer(f, n->in[i]) : NO_ROW;
        if (row == from || !may_take(f, c, row) || !fuse_is_map(f, row) || !is_link(f, n->in[i], 1))
            continue;
        const value *input = fuse_main_input(f, row);
        if (input && fuse_producer(f, input) == from)
            return row;
    }
    return NO_ROW;
}

/* Adds the maps below `row` and the contraction that ends their chain. */
static bool descend(const fusion *f, chain *c, uint32_t row) {
    while (c->n < 2 * LONGEST - 1) {
        const value *out = f->c->nodes[row]->out[0];
        bool forked = is_link(f, out, 2);
        if (!forked && !is_link(f, out, 1))
            return false;
        uint32_t to = f->reader[source_of(f->sources, out)->id];
        uint32_t side = forked && fuse_is_map(f, to) ? side_map(f, c, row, to) : NO_ROW;
        if (!may_take(f, c, to) || (forked && side == NO_ROW))
            return false;
        if (side != NO_ROW)
            c->rows[c->n++] = side;
        c->rows[c->n++] = to;
        if (is_contraction(f, to))
            return true;
        if (!fuse_is_map(f, to))
            return false;
        row = to;
    }
    return false;
}

/* Rows join a group in execution order: fuse_maps looks for the last of them. */
static void sort(chain *c) {
    for (size_t i = 1; i < c->n; i++)
        for (size_t k = i; k > 0 && c->rows[k] < c->rows[k - 1]; k--) {
            uint32_t row = c->rows[k];
            c->rows[k] = c->rows[k - 1];
            c->rows[k - 1] = row;
        }
}

void fuse_attention(fusion *f) {
    for (size_t i = 0; i < f->n_live; i++) {
        uint32_t row = f->live[i];
        if (!is_softmax(f, row))
            continue;
        chain c = {.owner = f->c->nodes[row]->owner};
        if (!may_take(f, &c, row) || !climb(f, &c, row))
            continue;
        c.rows[c.n++] = row;
        if (!descend(f, &c, row))
            continue;
        sort(&c);
        uint32_t g = fuse_new_group(f, FAMILY_ATTENTION);
        for (size_t k = 0; k < c.n; k++)
            fuse_join(f, c.rows[k], g);
    }
}
