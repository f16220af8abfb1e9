/* The longest chain of rows that wait for each other: no run is shorter, however many rows execute
 * at once.
 *
 * A subgraph waits for nothing but the values that it uses, as an engine may begin it early; one
 * that perhaps does not execute adds nothing. The iterations of a loop follow each other as far as
 * one hands values to the next. For that the body is measured first: the gain of a state and an
 * output is the longest path from one to the other within an iteration. */
#include "place/place.h"
#include <math.h>

enum { MEASURED_STATES = 8 }; /* of a body; others add the time of one iteration */

typedef struct chain {
    const counted *c;
    const uint32_t *row_of; /* per node */
    double **gains;         /* per graph: [state][output]; NULL: not a loop's body */
    double *ready;          /* per value: seconds from the start */
    uint32_t *pass;         /* per value: the pass that set `ready` */
    uint32_t current;
    double base; /* when values are ready that the current pass does not set */
    double longest;
} chain;

static double ready_at(const chain *w, const value *v) {
    return v && w->pass[v->id] == w->current ? w->ready[v->id] : w->base;
}

static void set_ready(chain *w, const value *v, double t) {
    w->ready[v->id] = t;
    w->pass[v->id] = w->current;
    if (t > w->longest)
        w->longest = t;
}

static void start_pass(chain *w, double base) {
    w->current++;
    w->base = base;
    w->longest = 0;
}

static bool is_certain(const chain *w, const graph *g) {
    return !w->c->inference->engine.runs[g->id].assumption && !w->c->is_skipped[g->id];
}

static void walk(chain *w, const graph *g);

/* --- loops --- */

/* When output o is ready after all iterations, by what each state gains in one. */
static double after_iterations(const chain *w, const node *n, const graph *g, size_t o) {
    const inference *inf = w->c->inference;
    const double *gains = w->gains[g->id];
    double iterations = (double)inf->engine.runs[g->id].repeat, latest = -INFINITY;
    for (size_t k = 0; gains && k < MEASURED_STATES && k < n->n_out; k++) {
        passage p = passage_out(inf, n, g, k);
        if (!p.next)
            break;
        const double *row = gains + k * n->n_out;
        double begin = ready_at(w, passage_in(inf, n, g, p.next_index).other);
        if (row[k] >= 0 && row[o] >= 0 && begin + (iterations - 1) * row[k] + row[o] > latest)
            latest = begin + (iterations - 1) * row[k] + row[o];
    }
    return latest;
}

static void walk_inside(chain *w, const node *n, const graph *g) {
    const inference *inf = w->c->inference;
    for (size_t i = 0; i < g->n_inputs; i++)
        set_ready(w, g->inputs[i], ready_at(w, passage_in(inf, n, g, i).other));
    walk(w, g);
    for (uint32_t o = 0; o < n->n_out; o++) {
        if (!n->out[o])
            continue;
        double first = ready_at(w, passage_out(inf, n, g, o).other);
        double last = after_iterations(w, n, g, o);
        set_ready(w, n->out[o], last > first ? last : first);
    }
}

static void walk_node(chain *w, const node *n) {
    uint32_t r = w->row_of[n->id];
    double done = w->base;
    for (unsigned i = 0; i < n->n_in; i++)
        done = n->in[i] && ready_at(w, n->in[i]) > done ? ready_at(w, n->in[i]) : done;
    if (!isnan(w->c->rows[r].bound_s) && !w->c->units[r].may_not_run)
        done += w->c->rows[r].bound_s;
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i])
            set_ready(w, n->out[i], done);
}

static void walk(chain *w, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        const graph *inner = executed_graph(w->c->inference, n, 0);
        if (!inner)
            walk_node(w, n);
        else if (is_certain(w, inner))
            walk_inside(w, n, inner);
    }
}

/* --- gains --- */

static void measure_loop(chain *w, const node *n, const graph *g) {
    const inference *inf = w->c->inference;
    size_t n_states = 0;
    while (n_states < MEASURED_STATES && n_states < n->n_out &&
           passage_out(inf, n, g, n_states).next)
        n_states++;
    if (n_states == 0)
        return;
    double *gains = arena_array(inf->engine.arena, n_states * n->n_out, sizeof *gains);
    for (size_t k = 0; k < n_states; k++) {
        start_pass(w, -INFINITY);
        set_ready(w, passage_out(inf, n, g, k).next, 0);
        walk(w, g);
        for (uint32_t o = 0; o < n->n_out; o++)
            gains[k * n->n_out + o] = ready_at(w, passage_out(inf, n, g, o).other);
    }
    w->gains[g->id] = gains;
}

/* Inner loops before those around them. */
static void measure(chain *w, const graph *g) {
    const inference *inf = w->c->inference;
    for (size_t i = 0; i < g->n_nodes; i++) {
        const graph *inner = executed_graph(inf, g->nodes[i], 0);
        if (!inner || !is_certain(w, inner))
            continue;
        measure(w, inner);
        if (inf->engine.runs[inner->id].repeat > 1)
            measure_loop(w, g->nodes[i], inner);
    }
}

double longest_chain(const counted *c) {
    const model *m = c->inference->engine.model;
    arena *a = c->inference->engine.arena;
    arena_mark before = arena_mark_here(a);
    uint32_t *row_of = arena_array(a, m->n_nodes + 1, sizeof *row_of);
    for (size_t r = 0; r < c->n_rows; r++)
        row_of[c->nodes[r]->id] = (uint32_t)r;
    chain w = {.c = c,
               .row_of = row_of,
               .gains = arena_array(a, m->n_graphs + 1, sizeof *w.gains),
               .ready = arena_array(a, m->n_values + 1, sizeof *w.ready),
               .pass = arena_array(a, m->n_values + 1, sizeof *w.pass)};
    measure(&w, m->main);
    start_pass(&w, 0);
    walk(&w, m->main);
    arena_release(a, before);
    return w.longest;
}
