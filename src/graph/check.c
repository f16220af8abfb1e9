/* The invariants of a finished model, all of them. */
#include "graph/graph.h"
#include <string.h>

typedef struct checker {
    const model *m;
    unsigned char *value_seen; /* by value id */
    unsigned char *node_seen;  /* by node id; nodes are visited in execution order */
    uint32_t *uses;            /* by value id, recounted */
    uint32_t *captured;        /* by value id: 1 + the node that captures it */
    const char *problem;       /* the first */
} checker;

static bool require(checker *c, bool holds, const char *sentence) {
    if (!holds && !c->problem)
        c->problem = sentence;
    return holds;
}

static void check_type(checker *c, const type *t) {
    require(c, t->kind <= TYPE_OPAQUE, "a declared type has no such kind");
    require(c, t->elem == DT_UNKNOWN || dtype_valid(t->elem), "a declared element type is none");
    if (!require(c, t->rank >= -1 && t->rank <= MAX_RANK, "a declared rank is out of range") ||
        !require(c, t->rank <= 0 || t->dims, "a declared shape has no dims"))
        return;
    for (int i = 0; i < t->rank; i++)
        require(c, t->dims[i].size >= UNKNOWN && !(known(t->dims[i].size) && t->dims[i].symbol),
                "a declared dim is negative, or a number and a symbol at once");
    if (t->inner)
        check_type(c, t->inner);
}

static void check_stored(checker *c, const stored *s) {
    require(c, s->type == DT_UNKNOWN || dtype_valid(s->type), "a stored tensor's type is none");
    if (!require(c, s->rank >= 0 && s->rank <= MAX_RANK, "a stored rank is out of range") ||
        !require(c, s->rank == 0 || s->dims, "a stored tensor has no dims"))
        return;
    for (int i = 0; i < s->rank; i++)
        require(c, s->dims[i] >= 0, "a stored dim is negative");
}

/* A value where its graph defines it. */
static void check_definition(checker *c, const graph *g, const value *v) {
    require(c, v->owner == g, "a value is defined in a graph that is not its owner");
    require(c, v->name && *v->name, "a value has no name");
    if (!require(c, v->id < c->m->n_values, "a value's id is out of range"))
        return;
    require(c, !c->value_seen[v->id], "two values share an id, or one is defined twice");
    c->value_seen[v->id] = 1;
    check_type(c, &v->declared);
    if (v->stored)
        check_stored(c, v->stored);
    if (v->indices)
        check_stored(c, v->indices);
    require(c, !v->producer || (!v->stored && !v->is_input),
            "an input or initializer has a producer");
    require(c, v->producer || v->stored || v->is_input, "a value comes from nowhere");
    require(c, v->stored || !v->indices, "a value has indices and no values");
}

static bool is_within(const graph *g, const graph *outer) {
    while (g && g != outer)
        g = g->parent ? g->parent->owner : NULL;
    return g != NULL;
}

/* A value where it is used by graph g. */
static void check_use(checker *c, const graph *g, const value *v) {
    if (!require(c, v->id < c->m->n_values, "a used value's id is out of range"))
        return;
    require(c, c->value_seen[v->id], "a value is used that no graph around defines");
    require(c, is_within(g, v->owner), "a value of another graph is used that does not enclose");
    require(c, !v->producer || c->node_seen[v->producer->id],
            "a value is used before the node that writes it");
    c->uses[v->id]++;
}

/* Do n's captures hold every outer value that graph g (of its subgraphs) uses? */
static void check_captured(checker *c, const node *n, const graph *g, const value *v) {
    if (v && v->owner != g)
        require(c, v->id < c->m->n_values && c->captured[v->id] == n->id + 1,
                "a subgraph uses an outer value that its node does not capture");
}

static void check_captures_of(checker *c, const node *n, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        for (uint32_t k = 0; k < g->nodes[i]->n_in; k++)
            check_captured(c, n, g, g->nodes[i]->in[k]);
        for (uint32_t k = 0; k < g->nodes[i]->n_captures; k++)
            check_captured(c, n, g, g->nodes[i]->captures[k]);
    }
    for (size_t i = 0; i < g->n_outputs; i++)
        check_captured(c, n, g, g->outputs[i]);
}

static void check_graph(checker *c, const graph *g);

static void check_attribute(checker *c, const node *n, const attribute *a) {
    require(c, a->name != NULL, "an attribute has no name");
    require(c, a->kind <= ATTR_TYPE_PROTOS, "an attribute has no such kind");
    if (a->tensor)
        check_stored(c, a->tensor);
    if (a->indices)
        check_stored(c, a->indices);
    if (a->type)
        check_type(c, a->type);
    if (a->reference || a->kind == ATTR_NONE)
        return;
    require(c, a->kind != ATTR_TENSOR || a->tensor, "a tensor attribute has no tensor");
    require(c, a->kind != ATTR_TYPE_PROTO || a->type, "a type attribute has no type");
    require(c, (a->kind != ATTR_GRAPH && a->kind != ATTR_GRAPHS) || a->graphs || a->n == 0,
            "a graph attribute has no graph");
    for (size_t i = 0; a->graphs && i < a->n; i++) {
        const graph *sub = a->graphs[i];
        if (require(c, sub && sub->parent == n && sub->branch, "a subgraph has another parent")) {
            check_captures_of(c, n, sub);
            check_graph(c, sub);
        }
    }
}

static void check_captures(checker *c, const node *n) {
    for (uint32_t k = 0; k < n->n_captures; k++) {
        const value *v = n->captures[k];
        check_use(c, n->owner, v);
        if (v->id >= c->m->n_values)
            continue;
        require(c, c->captured[v->id] != n->id + 1, "a value is captured twice");
        c->captured[v->id] = n->id + 1;
    }
}

static void check_names(checker *c, const node *n) {
    require(c, n->name && n->overload && n->scope, "a node's text is NULL");
    require(c, *n->op && hash_get(c->m->strings, n->op) == n->op, "an operator is not interned");
    require(c, hash_get(c->m->strings, n->domain) == n->domain, "a domain is not interned");
    require(c, strcmp(n->domain, "ai.onnx") != 0, "the domain ai.onnx is not written as \"\"");
}

static void check_node(checker *c, const graph *g, const node *n) {
    if (!require(c, n->id < c->m->n_nodes, "a node's id is out of range"))
        return;
    require(c, n->owner == g, "a node has another owner");
    require(c, !c->node_seen[n->id], "two nodes share an id");
    check_names(c, n);
    require(c, n->n_in == 0 || n->in[n->n_in - 1], "a node's inputs end in one that is left out");
    for (uint32_t k = 0; k < n->n_in; k++) {
        if (n->in[k])
            check_use(c, g, n->in[k]);
        require(c, !n->in[k] || !n->in[k]->producer || n->dead || !n->in[k]->producer->dead,
                "a live node uses what a dead one writes");
    }
    check_captures(c, n);
    for (uint32_t k = 0; k < n->n_attrs; k++)
        check_attribute(c, n, &n->attrs[k]);
    c->node_seen[n->id] = 1;
    for (uint32_t k = 0; k < n->n_out; k++)
        require(c, !n->out[k] || n->out[k]->producer == n, "an output has another producer");
}

/* Every position occurs once, and the nodes of the graph itself have indices that grow with it. */
static void check_indices(checker *c, const graph *g, arena *scratch) {
    const node **by_position = arena_array(scratch, g->n_nodes, sizeof *by_position);
    for (size_t i = 0; i < g->n_nodes; i++) {
        uint32_t at = g->nodes[i]->position;
        require(c, at < g->n_nodes && !by_position[at], "a node's position is wrong");
        if (at < g->n_nodes)
            by_position[at] = g->nodes[i];
    }
    const node *last = NULL;
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = by_position[i];
        if (!n || n->call)
            continue;
        require(c, !last || n->index > last->index, "a node's index is wrong");
        last = n;
    }
}

static void check_definitions(checker *c, const graph *g) {
    for (size_t i = 0; i < g->n_inputs; i++) {
        check_definition(c, g, g->inputs[i]);
        require(c, g->inputs[i]->is_input, "an input does not know that it is one");
    }
    for (size_t i = 0; i < g->n_initializers; i++) {
        require(c, g->initializers[i]->stored != NULL, "an initializer is not stored");
        if (!g->initializers[i]->is_input)
            check_definition(c, g, g->initializers[i]);
    }
    for (size_t i = 0; i < g->n_nodes; i++)
        for (uint32_t k = 0; k < g->nodes[i]->n_out; k++)
            if (g->nodes[i]->out[k])
                check_definition(c, g, g->nodes[i]->out[k]);
}

static void check_graph(checker *c, const graph *g) {
    require(c, g->id < c->m->n_graphs, "a graph's id is out of range");
    check_definitions(c, g);
    if (c->problem) /* from here on ids are used as indices */
        return;
    for (size_t i = 0; i < g->n_nodes && !c->problem; i++)
        check_node(c, g, g->nodes[i]);
    for (size_t i = 0; i < g->n_outputs && !c->problem; i++) {
        const value *v = g->outputs[i];
        check_use(c, g, v);
        require(c, v->is_output || v->owner != g, "an output does not know that it is one");
    }
}

static void check_all_indices(checker *c, const graph *g, arena *scratch) {
    check_indices(c, g, scratch);
    for (size_t i = 0; i < g->n_nodes; i++)
        for (uint32_t a = 0; a < g->nodes[i]->n_attrs; a++) {
            const attribute *at = &g->nodes[i]->attrs[a];
            for (size_t k = 0; at->graphs && k < at->n; k++)
                check_all_indices(c, at->graphs[k], scratch);
        }
}

static void check_totals(checker *c, const graph *g) {
    for (size_t i = 0; i < c->m->n_values; i++)
        require(c, c->value_seen[i], "a value's id is not used");
    for (size_t i = 0; i < c->m->n_nodes; i++)
        require(c, c->node_seen[i], "a node's id is not used");
    require(c, !g->parent && !g->branch, "the main graph has a parent");
}

/* Compares the recounted uses with what the values say. */
static void check_uses(checker *c, const graph *g) {
    for (size_t i = 0; i < g->n_inputs; i++)
        require(c, g->inputs[i]->n_uses == c->uses[g->inputs[i]->id], "an input's uses are wrong");
    for (size_t i = 0; i < g->n_initializers; i++)
        require(c, g->initializers[i]->n_uses == c->uses[g->initializers[i]->id],
                "an initializer's uses are wrong");
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        for (uint32_t k = 0; k < n->n_out; k++)
            require(c, !n->out[k] || n->out[k]->n_uses == c->uses[n->out[k]->id],
                    "an output's uses are wrong");
        for (uint32_t a = 0; a < n->n_attrs; a++)
            for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++)
                check_uses(c, n->attrs[a].graphs[k]);
    }
}

static const char *check_model(const model *m, arena *scratch) {
    checker c = {
        .m = m,
        .value_seen = arena_alloc(scratch, m->n_values),
        .node_seen = arena_alloc(scratch, m->n_nodes),
        .uses = arena_array(scratch, m->n_values, sizeof *c.uses),
        .captured = arena_array(scratch, m->n_values, sizeof *c.captured),
    };
    check_graph(&c, m->main);
    if (!c.problem)
        check_totals(&c, m->main);
    if (!c.problem) {
        check_uses(&c, m->main);
        check_all_indices(&c, m->main, scratch);
    }
    return c.problem;
}

const char *graph_check(const model *m) {
    arena *scratch = arena_new(SIZE_MAX / 4);
    if (!scratch)
        return "there is no memory to check it with";
    const char *problem = "there is no memory to check it with";
    if (!arena_escape(scratch))
        problem = check_model(m, scratch);
    arena_free(scratch);
    return problem;
}
