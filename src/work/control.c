/* Nodes with subgraphs: which of these execute, which branch of an If counts, and how values pass
 * in and out. */
#include "work/work.h"
#include <string.h>

/* --- subgraphs --- */

const graph *executed_graph(const inference *inf, const node *n, size_t i) {
    for (uint32_t a = 0; a < n->n_attrs; a++)
        for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++) {
            const graph *g = n->attrs[a].graphs[k];
            if (inf->engine.runs[g->id].is_run && i-- == 0)
                return g;
        }
    return NULL;
}

/* --- the branch that counts --- */

/* What decides between branches: FLOPs and, where these are equal, bytes. */
typedef struct weight {
    double flops, bytes;
} weight;

typedef struct scale {
    const inference *inf;
    ledger ledger; /* of its own: nothing is paid for by weighing it */
    work *work;
    bool *is_skipped;
} scale;

static void weigh(scale *s, const graph *g, weight *total);

static void add_row(scale *s, const node *n, weight *total) {
    roof_row row = {.activation_dtype = ""};
    row_units units;
    count_row(s->inf, n, &row, &units, s->work);
    if (row.status == ROOF_FOLDED || row.status == ROOF_DEAD)
        return;
    count_traffic(&s->ledger, n, s->inf->ops[n->id], s->work, &row.work);
    int64_t bytes = row.work.traffic[ROOF_TRAFFIC_OP].total;
    total->flops += known(row.work.flops) ? (double)row.work.flops : 0;
    total->bytes += known(bytes) ? (double)bytes : 0;
}

static void add_graph(scale *s, const graph *g, weight *total) {
    weight one = {0};
    count repeat = s->inf->engine.runs[g->id].repeat;
    weigh(s, g, &one);
    total->flops += one.flops * (double)repeat;
    total->bytes += one.bytes * (double)repeat;
}

static bool is_heavier(const weight *a, const weight *b) {
    return a->flops != b->flops ? a->flops > b->flops : a->bytes > b->bytes;
}

/* Skips all branches of a choice but the heaviest. */
static void choose(scale *s, const node *n) {
    const graph *best = executed_graph(s->inf, n, 0), *g;
    weight most = {0};
    weigh(s, best, &most);
    for (size_t i = 1; (g = executed_graph(s->inf, n, i)); i++) {
        weight other = {0};
        weigh(s, g, &other);
        bool wins = is_heavier(&other, &most);
        s->is_skipped[wins ? best->id : g->id] = true;
        if (wins) {
            best = g;
            most = other;
        }
    }
}

static bool is_choice(const inference *inf, const node *n) {
    const graph *g = executed_graph(inf, n, 0);
    return g && inf->engine.runs[g->id].is_choice;
}

static void weigh(scale *s, const graph *g, weight *total) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        const graph *inner;
        add_row(s, n, total);
        if (is_choice(s->inf, n))
            choose(s, n);
        for (size_t k = 0; (inner = executed_graph(s->inf, n, k)); k++)
            if (!s->is_skipped[inner->id])
                add_graph(s, inner, total);
    }
}

static bool has_choice(const inference *inf) {
    for (size_t i = 0; i < inf->engine.model->n_graphs; i++)
        if (inf->engine.runs[i].is_choice)
            return true;
    return false;
}

/* Only what lies within a choice is weighed. */
static void choose_within(scale *s, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        const graph *inner;
        if (is_choice(s->inf, n))
            choose(s, n);
        else
            for (size_t k = 0; (inner = executed_graph(s->inf, n, k)); k++)
                choose_within(s, inner);
    }
}

bool *skipped_graphs(const inference *inf, const roof_options *o, work *w) {
    const model *m = inf->engine.model;
    arena *a = inf->engine.arena;
    bool *is_skipped = arena_array(a, m->n_graphs + 1, sizeof *is_skipped);
    if (!has_choice(inf))
        return is_skipped;
    scale s = {.inf = inf, .work = w, .is_skipped = is_skipped};
    uint32_t *alias = arena_array(a, m->n_values + 1, sizeof *alias);
    for (uint32_t i = 0; i < m->n_values; i++)
        alias[i] = i;
    ledger_start(&s.ledger, &(counted){.inference = inf, .alias = alias}, o);
    choose_within(&s, m->main);
    return is_skipped;
}

/* --- how values pass --- */

static bool is_called(const node *n, const char *op) {
    return !*n->domain && !strcmp(n->op, op);
}

/* Where the states are: among the inputs and outputs of node and body. */
typedef struct ports {
    uint32_t node_in, body_in, body_out; /* the first state */
    uint32_t n_states;
    bool slices_all; /* also of the states every execution of the body has its own slice */
    bool hands_on;   /* states, from one iteration to the next */
} ports;

static ports ports_of(const inference *inf, const node *n, const graph *g) {
    uint32_t n_inputs = (uint32_t)g->n_inputs;
    if (is_called(n, "Loop"))
        return (ports){
            .node_in = 2, .body_in = 2, .body_out = 1, .n_states = n_inputs - 2, .hands_on = true};
    if (is_called(n, "Scan")) {
        bool has_batch = inf->versions[n->id] < 9;
        const attribute *a = node_attribute(n, "num_scan_inputs");
        uint32_t n_scan = a ? (uint32_t)a->i : 0;
        return (ports){.node_in = has_batch,
                       .n_states = n_inputs - n_scan,
                       .slices_all = has_batch,
                       .hands_on = true};
    }
    if (is_called(n, "SequenceMap"))
        return (ports){0};
    return (ports){.n_states = (uint32_t)g->n_outputs}; /* If */
}

passage passage_in(const inference *inf, const node *n, const graph *g, size_t i) {
    ports p = ports_of(inf, n, g);
    if (i < p.body_in)
        return (passage){0};
    size_t k = i - p.body_in + p.node_in;
    return (passage){.other = k < n->n_in ? n->in[k] : NULL,
                     .is_slice = p.slices_all || i - p.body_in >= p.n_states};
}

passage passage_out(const inference *inf, const node *n, const graph *g, size_t i) {
    ports p = ports_of(inf, n, g);
    passage out = {.other = g->outputs[i + p.body_out],
                   .is_slice = p.slices_all || i >= p.n_states};
    if (p.hands_on && !out.is_slice) {
        out.next_index = i + p.body_in;
        out.next = g->inputs[out.next_index];
    }
    return out;
}

/* --- memory --- */

static void alias_nodes(const inference *inf, const bool *is_skipped, const graph *g,
                        uint32_t *alias);

static void alias_graph(const inference *inf, const bool *is_skipped, const node *n, const graph *g,
                        uint32_t *alias) {
    for (size_t i = 0; i < g->n_inputs; i++) {
        passage p = passage_in(inf, n, g, i);
        if (p.other && !p.is_slice)
            alias[g->inputs[i]->id] = alias[p.other->id];
    }
    alias_nodes(inf, is_skipped, g, alias);
    for (uint32_t i = 0; i < n->n_out; i++) {
        passage p = passage_out(inf, n, g, i);
        if (n->out[i] && !p.is_slice)
            alias[n->out[i]->id] = alias[p.other->id];
    }
}

static void alias_nodes(const inference *inf, const bool *is_skipped, const graph *g,
                        uint32_t *alias) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        const op_def *op = inf->ops[n->id];
        const graph *inner;
        if (op && op->kind == OP_VIEW && n->n_in && n->n_out && n->in[0] && n->out[0] &&
            !inf->folded[n->id])
            alias[n->out[0]->id] = alias[n->in[0]->id];
        for (size_t k = 0; (inner = executed_graph(inf, n, k)); k++)
            if (!is_skipped[inner->id])
                alias_graph(inf, is_skipped, n, inner, alias);
    }
}

uint32_t *find_aliases(const inference *inf, const bool *is_skipped) {
    const model *m = inf->engine.model;
    uint32_t *alias = arena_array(inf->engine.arena, m->n_values + 1, sizeof *alias);
    for (uint32_t i = 0; i < m->n_values; i++)
        alias[i] = i;
    alias_nodes(inf, is_skipped, m->main, alias);
    return alias;
}
