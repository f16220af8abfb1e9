/* Live activation memory: outputs and inputs of a row coexist; a tensor dies after its last use.
 *
 * Subgraphs are walked where they execute: what their node uses stays alive until they have, and
 * one iteration of a loop is looked at. Values that share memory form a group: views, what a loop
 * hands from one iteration to the next, the elements of a sequence. A group holds the bytes of all
 * of them until the last use of any. */
#include "work/work.h"

typedef struct live {
    const counted *c;
    uint32_t *parent; /* per value, towards the root of its group */
    count *uses;      /* per group: consumers still to come; graph outputs never reach 0 */
    count *bytes;     /* per group, now allocated; UNKNOWN when its size is */
    size_t next;      /* the row that is walked next */
    count now, peak;
    const char *where;
} live;

/* --- groups --- */

static uint32_t group_of(live *l, const value *v) {
    uint32_t i = v->id;
    while (l->parent[i] != i) {
        l->parent[i] = l->parent[l->parent[i]];
        i = l->parent[i];
    }
    return i;
}

static bool is_activation(const live *l, const value *v) {
    return v && !l->c->inference->engine.facts[v->id].constant;
}

static void join(live *l, const value *a, const value *b) {
    if (is_activation(l, a) && is_activation(l, b))
        l->parent[group_of(l, a)] = group_of(l, b);
}

static bool runs(const roof_row *row) {
    return row->status != ROOF_DEAD && row->status != ROOF_FOLDED;
}

/* A row that moves nothing hands on references: its results are its inputs. */
static bool hands_on(const roof_row *row) {
    return row->work.traffic[ROOF_TRAFFIC_OP].total == 0;
}

/* A slice of a tensor lies in that tensor. */
static void join_slices(live *l, const node *n, const graph *g) {
    for (size_t i = 0; i < g->n_inputs; i++)
        join(l, g->inputs[i], passage_in(l->c->inference, n, g, i).other);
}

static void form_groups(live *l) {
    const inference *inf = l->c->inference;
    for (uint32_t i = 0; i < inf->engine.model->n_values; i++)
        l->parent[i] = l->c->alias[i];
    for (size_t r = 0; r < l->c->n_rows; r++) {
        const node *n = l->c->nodes[r];
        const graph *g;
        if (!runs(&l->c->rows[r]))
            continue;
        for (size_t k = 0; (g = executed_graph(inf, n, k)); k++)
            join_slices(l, n, g);
        if (executed_graph(inf, n, 0) || !hands_on(&l->c->rows[r]))
            continue;
        for (unsigned i = 0; i < n->n_in && n->n_out > 0; i++)
            join(l, n->in[i], n->out[0]);
    }
}

/* --- uses --- */

static void use(live *l, const value *v) {
    if (is_activation(l, v))
        l->uses[group_of(l, v)]++;
}

static void each_use(live *l, const node *n, void (*what)(live *l, const value *v)) {
    for (unsigned i = 0; i < n->n_in; i++)
        what(l, n->in[i]);
    for (unsigned i = 0; i < n->n_captures; i++)
        what(l, n->captures[i]);
}

static void count_uses(live *l) {
    const inference *inf = l->c->inference;
    const graph *g;
    for (size_t r = 0; r < l->c->n_rows; r++) {
        const node *n = l->c->nodes[r];
        if (!runs(&l->c->rows[r]))
            continue;
        each_use(l, n, use);
        for (size_t k = 0; (g = executed_graph(inf, n, k)); k++)
            for (size_t i = 0; i < g->n_outputs && !l->c->is_skipped[g->id]; i++)
                use(l, g->outputs[i]);
    }
    g = inf->engine.model->main;
    for (size_t i = 0; i < g->n_outputs; i++)
        use(l, g->outputs[i]);
}

/* --- the walk --- */

/* Bytes of a tensor, or of all elements of a sequence. */
static count held_bytes(const fact *f) {
    if (f->kind == TYPE_TENSOR)
        return fact_bytes(f);
    if (f->kind != TYPE_SEQUENCE || !f->held)
        return 0;
    count bytes = 0;
    for (count i = 0; f->held->each && i < f->held->n; i++)
        bytes = cnt_add(bytes, fact_bytes(&f->held->each[i]));
    return f->held->each ? bytes : cnt_mul(f->held->n, fact_bytes(f->inner));
}

static void allocate(live *l, const value *v) {
    if (!is_activation(l, v))
        return;
    count bytes = held_bytes(&l->c->inference->engine.facts[v->id]);
    uint32_t g = group_of(l, v);
    l->bytes[g] = cnt_add(l->bytes[g], bytes);
    l->now = cnt_add(l->now, bytes);
}

static void release(live *l, uint32_t g) {
    l->now = cnt_sub(l->now, l->bytes[g]);
    l->bytes[g] = 0;
}

static void release_use(live *l, const value *v) {
    if (!is_activation(l, v))
        return;
    uint32_t g = group_of(l, v);
    if (--l->uses[g] == 0)
        release(l, g);
}

static void watch(live *l, roof_row *row) {
    row->live_bytes = cnt_max(row->live_bytes, l->now);
    if (l->now > l->peak) {
        l->peak = l->now;
        l->where = row->id;
    }
}

static void allocate_outputs(live *l, const node *n, roof_row *row) {
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i] && l->c->alias[n->out[i]->id] == n->out[i]->id && !hands_on(row))
            allocate(l, n->out[i]);
    watch(l, row);
}

/* Those that nobody reads. */
static void release_outputs(live *l, const node *n) {
    for (unsigned i = 0; i < n->n_out; i++)
        if (is_activation(l, n->out[i]) && l->uses[group_of(l, n->out[i])] == 0)
            release(l, group_of(l, n->out[i]));
}

static void walk(live *l, const graph *g);

/* Tensors that are made slice by slice are there from the first slice on. */
static void allocate_stacked(live *l, const node *n, const graph *g) {
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i] && passage_out(l->c->inference, n, g, i).is_slice)
            allocate(l, n->out[i]);
}

static void walk_inside(live *l, const node *n, roof_row *row) {
    const inference *inf = l->c->inference;
    const graph *g;
    for (size_t k = 0; (g = executed_graph(inf, n, k)); k++) {
        bool is_counted = runs(row) && !l->c->is_skipped[g->id];
        if (is_counted) {
            allocate_stacked(l, n, g);
            watch(l, row);
        }
        walk(l, g);
        for (size_t i = 0; i < g->n_outputs && is_counted; i++)
            release_use(l, g->outputs[i]);
    }
}

static void walk(live *l, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        roof_row *row = &l->c->rows[l->next++];
        row->live_bytes = l->now;
        bool has_graph = executed_graph(l->c->inference, n, 0) != NULL;
        if (has_graph)
            walk_inside(l, n, row);
        else if (runs(row))
            allocate_outputs(l, n, row);
        if (!runs(row))
            continue;
        each_use(l, n, release_use);
        release_outputs(l, n);
    }
}

void count_live(counted *c) {
    const model *m = c->inference->engine.model;
    arena *a = c->inference->engine.arena;
    live l = {.c = c, .where = ""};
    arena_mark before = arena_mark_here(a);
    l.parent = arena_array(a, m->n_values + 1, sizeof *l.parent);
    l.uses = arena_array(a, m->n_values + 1, sizeof *l.uses);
    l.bytes = arena_array(a, m->n_values + 1, sizeof *l.bytes);
    form_groups(&l);
    count_uses(&l);
    for (size_t i = 0; i < m->main->n_inputs; i++)
        if (is_activation(&l, m->main->inputs[i]) && l.uses[group_of(&l, m->main->inputs[i])] > 0)
            allocate(&l, m->main->inputs[i]);
    l.peak = l.now;
    walk(&l, m->main);
    c->totals.peak_activation_bytes = known(l.now) ? l.peak : UNKNOWN;
    c->totals.peak_activation_node = known(l.now) ? l.where : "";
    arena_release(a, before);
}
