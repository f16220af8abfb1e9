/* Live activation memory: outputs and inputs of a row coexist; a tensor dies after its last use. */
#include "work/work.h"

typedef struct live {
    const counted *c;
    count *uses;  /* per memory: consumers still to come; graph outputs never reach 0 */
    count *bytes; /* per memory; UNKNOWN when its size is */
    count now, peak;
    const char *where;
} live;

static bool is_activation(const live *l, const value *v) {
    return v && !l->c->inference->engine.facts[v->id].constant;
}

/* Counts how often each memory will be read. */
static void count_uses(live *l, const model *m) {
    for (size_t r = 0; r < l->c->n_rows; r++) {
        const node *n = l->c->nodes[r];
        for (unsigned i = 0; i < n->n_in && !n->dead; i++)
            if (is_activation(l, n->in[i]))
                l->uses[l->c->alias[n->in[i]->id]]++;
    }
    for (size_t i = 0; i < m->main->n_outputs; i++)
        l->uses[l->c->alias[m->main->outputs[i]->id]]++;
}

static void allocate(live *l, const value *v) {
    if (!is_activation(l, v) || l->c->alias[v->id] != v->id)
        return;
    const fact *f = &l->c->inference->engine.facts[v->id];
    l->bytes[v->id] = f->kind == TYPE_TENSOR ? fact_bytes(f) : 0;
    l->now = cnt_add(l->now, l->bytes[v->id]);
}

static void release(live *l, uint32_t memory) {
    l->now = cnt_sub(l->now, l->bytes[memory]);
}

static void run_row(live *l, const node *n, const char *id) {
    for (unsigned i = 0; i < n->n_out; i++)
        allocate(l, n->out[i]);
    if (l->now > l->peak) {
        l->peak = l->now;
        l->where = id;
    }
    for (unsigned i = 0; i < n->n_in; i++)
        if (is_activation(l, n->in[i]) && --l->uses[l->c->alias[n->in[i]->id]] == 0)
            release(l, l->c->alias[n->in[i]->id]);
    for (unsigned i = 0; i < n->n_out; i++)
        if (is_activation(l, n->out[i]) && l->c->alias[n->out[i]->id] == n->out[i]->id &&
            l->uses[n->out[i]->id] == 0)
            release(l, n->out[i]->id);
}

void count_live(counted *c) {
    const model *m = c->inference->engine.model;
    arena *a = c->inference->engine.arena;
    live l = {.c = c, .where = ""};
    l.uses = arena_array(a, m->n_values + 1, sizeof *l.uses);
    l.bytes = arena_array(a, m->n_values + 1, sizeof *l.bytes);
    count_uses(&l, m);
    for (size_t i = 0; i < m->main->n_inputs; i++)
        if (l.uses[m->main->inputs[i]->id] > 0)
            allocate(&l, m->main->inputs[i]);
    l.peak = l.now;
    for (size_t r = 0; r < c->n_rows && known(l.now); r++)
        if (c->rows[r].status != ROOF_DEAD && c->rows[r].status != ROOF_FOLDED)
            run_row(&l, c->nodes[r], c->rows[r].id);
    c->totals.peak_activation_bytes = known(l.now) ? l.peak : UNKNOWN;
    c->totals.peak_activation_node = known(l.now) ? l.where : "";
}
