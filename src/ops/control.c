/* If, and what the loops have in common. They carry no work: their subgraphs do.
 *
 * A subgraph is inferred with the facts of its inputs set, and each of its nodes becomes a row. How
 * often it executes, and under which assumption, is in engine.runs. */
#include "ops/control.h"
#include "ops/estimate.h"
#include <string.h>

const graph *site_graph(const site *s, const char *name) {
    const attribute *a = node_attribute(s->node, name);
    return a && a->kind == ATTR_GRAPH && a->graphs && a->n == 1 ? a->graphs[0] : NULL;
}

bool site_bool(site *s, unsigned input, bool *v) {
    scalar item;
    const content *c = fold_source(s, input);
    if (!c || c->real || !fold_get(c, 0, &item))
        return false;
    *v = item.i != 0;
    return true;
}

void graph_runs(engine *e, const graph *g, count repeat, const char *assumption) {
    graph_run *run = &e->runs[g->id];
    if (run->is_run && run->repeat != repeat) { /* a node that a loop around looks at again */
        repeat = known(repeat) && repeat < run->repeat ? run->repeat : repeat;
        assumption = assumption ? assumption : "its trip counts differ: the largest";
    }
    run->is_run = true;
    run->repeat = repeat;
    run->assumption = assumption ? assumption : run->assumption;
}

void give_input(engine *e, const value *v, const fact *f) {
    fact *to = &e->facts[v->id];
    *to = *f;
    if (to->kind == TYPE_UNDECLARED)
        to->kind = v->declared.kind;
    if (to->elem == DT_UNKNOWN && to->kind == TYPE_TENSOR)
        to->elem = v->declared.elem;
}

/* Where the nodes of a subgraph leave output i. */
const fact *graph_result(const engine *e, const graph *g, size_t i) {
    return &e->facts[g->outputs[i]->id];
}

void set_output(site *s, unsigned i, const fact *f) {
    fact *out = site_out(s, i);
    if (out)
        *out = *f;
}

/* --- If --- */

static bool check_branch(site *s, const graph *g, const char *name) {
    if (!g)
        site_invalid(s, "%s is missing", name);
    else if (g->n_inputs > 0)
        site_invalid(s, "%s has %zu inputs instead of none", name, g->n_inputs);
    else if (g->n_outputs < site_n_out(s))
        site_invalid(s, "%s has %zu outputs instead of %u", name, g->n_outputs, site_n_out(s));
    return !site_failed(s);
}

/* Both branches execute in different iterations of a loop around, or nobody knows which does. */
static void mark_choice(engine *e, const graph *a, const graph *b, const char *why) {
    const graph *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        graph_run *run = &e->runs[both[i]->id];
        run->is_choice = true;
        run->assumption = why;
    }
}

static void take_branch(site *s, const graph *taken, const graph *other) {
    engine *e = s->engine;
    graph_runs(e, taken, 1, NULL);
    if (e->runs[other->id].is_run)
        mark_choice(e, taken, other, "both branches are taken in turn: the costlier is counted");
    e->infer(e, taken);
    for (unsigned i = 0; i < site_n_out(s); i++)
        set_output(s, i, graph_result(e, taken, i));
}

bool shape_known(const fact *f) {
    return f->kind != TYPE_TENSOR || known(fact_elements(f));
}

static const fact *larger_shape(const fact *a, const fact *b) {
    return fact_elements(b) > fact_elements(a) ? b : a;
}

static void take_both(site *s, const graph *a, const graph *b) {
    engine *e = s->engine;
    graph_runs(e, a, 1, NULL);
    graph_runs(e, b, 1, NULL);
    mark_choice(e, a, b, "the condition is not known: the costlier branch is counted");
    e->infer(e, a);
    e->infer(e, b);
    for (unsigned i = 0; i < site_n_out(s); i++) {
        const fact *one = graph_result(e, a, i), *other = graph_result(e, b, i);
        fact both = fact_meet(e, one, other);
        if (!shape_known(&both) && site_estimates(s)) {
            both.rank = larger_shape(one, other)->rank;
            both.dims = larger_shape(one, other)->dims;
            site_assume(s, "the larger of two branches");
        }
        set_output(s, i, &both);
    }
}

void infer_if(site *s) {
    const graph *then_branch = site_graph(s, "then_branch"),
                *else_branch = site_graph(s, "else_branch");
    bool condition;
    if (!s->engine->infer || !check_branch(s, then_branch, "then_branch") ||
        !check_branch(s, else_branch, "else_branch"))
        return;
    if (!site_bool(s, 0, &condition))
        take_both(s, then_branch, else_branch);
    else if (condition)
        take_branch(s, then_branch, else_branch);
    else
        take_branch(s, else_branch, then_branch);
}

void cost_control(site *s, work *w) {
    for (unsigned i = 0; i < site_n_in(s); i++)
        w->touched[i] = 0;
    for (unsigned i = 0; i < site_n_out(s); i++)
        w->written[i] = 0;
}

/* --- nodes that are looked at again --- */

static count n_nodes_within(engine *e, const graph *g) {
    graph_run *run = &e->runs[g->id];
    if (run->n_nodes > 0)
        return run->n_nodes;
    count n = 1;
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *inner = g->nodes[i];
        n++;
        for (uint32_t a = 0; a < inner->n_attrs; a++)
            for (size_t k = 0; inner->attrs[a].graphs && k < inner->attrs[a].n; k++)
                n += n_nodes_within(e, inner->attrs[a].graphs[k]);
    }
    return run->n_nodes = n;
}

bool may_look_again(engine *e, const graph *g) {
    count n = n_nodes_within(e, g);
    if (n > e->node_left)
        return false;
    e->node_left -= n;
    return true;
}

/* --- what the iterations of a body have in common --- */

typedef void (*visit)(engine *e, fact *f, fact *kept);

/* Visits what a graph computes, always in the same order; visit NULL only counts. */
static void each_fact(iterations *it, const graph *g, visit what, size_t *at);

static void each_value(iterations *it, value *const *list, size_t n, visit what, size_t *at) {
    for (size_t i = 0; i < n; i++) {
        if (!list[i])
            continue;
        if (what)
            what(it->engine, &it->engine->facts[list[i]->id], &it->kept[*at]);
        ++*at;
    }
}

static void each_fact(iterations *it, const graph *g, visit what, size_t *at) {
    each_value(it, g->inputs, g->n_inputs, what, at);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        each_value(it, n->out, n->n_out, what, at);
        for (uint32_t a = 0; a < n->n_attrs; a++)
            for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++)
                each_fact(it, n->attrs[a].graphs[k], what, at);
    }
}

static void keep_one(engine *e, fact *f, fact *kept) {
    (void)e;
    *kept = *f;
}

/* A value that was not computed in the iterations so far: in a branch that was not taken. */
static bool is_blank(const fact *f) {
    return f->kind == TYPE_UNDECLARED && f->elem == DT_UNKNOWN && f->rank < 0;
}

static void meet_one(engine *e, fact *f, fact *kept) {
    *kept = is_blank(kept) ? *f : fact_meet(e, kept, f);
}

static void restore_one(engine *e, fact *f, fact *kept) {
    (void)e;
    *f = *kept;
}

/* A shape that changes from iteration to iteration is estimated by that of one. */
static void fill_one(engine *e, fact *f, fact *sample) {
    (void)e;
    if (shape_known(f) || sample->kind != TYPE_TENSOR)
        return;
    f->rank = sample->rank;
    f->dims = sample->dims;
}

void iterations_start(iterations *it, engine *e, const graph *body) {
    *it = (iterations){.engine = e, .body = body};
    size_t n = 0;
    each_fact(it, body, NULL, &n);
    it->kept = arena_array(e->arena, n + 1, sizeof *it->kept);
    if (e->told && e->told_runs[body->id].is_run) {
        it->sample = arena_array(e->arena, n + 1, sizeof *it->sample);
        it->sampled = e->told_runs[body->id].repeat / 2;
    }
}

void iterations_add(iterations *it) {
    size_t at = 0;
    if (it->sample && it->n <= it->sampled) {
        fact *kept = it->kept;
        it->kept = it->sample;
        each_fact(it, it->body, keep_one, &at);
        it->kept = kept;
        at = 0;
    }
    each_fact(it, it->body, it->n == 0 ? keep_one : meet_one, &at);
    it->n++;
}

/* A node whose result differs from one iteration to the next is not folded. */
static void unfold(engine *e, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        for (uint32_t k = 0; k < n->n_out; k++)
            if (n->out[k] && !e->facts[n->out[k]->id].constant)
                e->folded[n->id] = false;
        for (uint32_t a = 0; a < n->n_attrs; a++)
            for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++)
                unfold(e, n->attrs[a].graphs[k]);
    }
}

void iterations_settle(iterations *it) {
    size_t at = 0;
    each_fact(it, it->body, restore_one, &at);
    if (it->sample) {
        at = 0;
        it->kept = it->sample;
        each_fact(it, it->body, fill_one, &at);
    }
    unfold(it->engine, it->body);
}
