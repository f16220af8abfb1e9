/* Topological order, uses and captures. */
#include "base/error.h"
#include "base/text.h"
#include "graph/graph.h"
#include <stdlib.h>
#include <string.h>

static void add_outer(const graph *inner, value *v, value **list, size_t *n) {
    if (!v || v->owner == inner)
        return;
    if (list)
        list[*n] = v;
    ++*n;
}

/* Appends the values of outer graphs that a subgraph uses, repeats included. list NULL: counts. */
static void outer_values(const graph *g, value **list, size_t *n) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *user = g->nodes[i];
        for (uint32_t k = 0; k < user->n_in; k++)
            add_outer(g, user->in[k], list, n);
        for (uint32_t k = 0; k < user->n_captures; k++)
            add_outer(g, user->captures[k], list, n);
    }
    for (size_t i = 0; i < g->n_outputs; i++)
        add_outer(g, g->outputs[i], list, n);
}

static void subgraphs_outer_values(const node *n, value **list, size_t *total) {
    for (uint32_t i = 0; i < n->n_attrs; i++)
        for (size_t k = 0; n->attrs[i].graphs && k < n->attrs[i].n; k++)
            outer_values(n->attrs[i].graphs[k], list, total);
}

static int by_id(const void *a, const void *b) {
    uint32_t x = (*(value *const *)a)->id, y = (*(value *const *)b)->id;
    return (x > y) - (x < y);
}

static void gather_captures(model *m, node *n) {
    size_t total = 0, filled = 0, unique = 0;
    subgraphs_outer_values(n, NULL, &total);
    if (total == 0)
        return;
    value **list = arena_array(m->arena, total, sizeof *list);
    subgraphs_outer_values(n, list, &filled);
    qsort(list, total, sizeof *list, by_id);
    for (size_t i = 0; i < total; i++)
        if (i == 0 || list[i] != list[i - 1])
            list[unique++] = list[i];
    n->captures = list;
    n->n_captures = (uint32_t)unique;
}

static void count_uses(graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        for (uint32_t k = 0; k < n->n_in; k++)
            if (n->in[k])
                n->in[k]->n_uses++;
        for (uint32_t k = 0; k < n->n_captures; k++)
            n->captures[k]->n_uses++;
    }
    for (size_t i = 0; i < g->n_outputs; i++)
        g->outputs[i]->n_uses++;
}

/* The value that node n needs as its i-th (inputs, then captures) when a node of the same graph
 * writes it, else NULL. */
static const value *dependency(const node *n, uint32_t i) {
    const value *v = i < n->n_in ? n->in[i] : n->captures[i - n->n_in];
    return v && v->producer && v->producer->owner == n->owner ? v : NULL;
}

static uint32_t n_dependencies(const node *n) {
    return n->n_in + n->n_captures;
}

static bool in_order(const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        for (uint32_t k = 0; k < n_dependencies(n); k++) {
            const value *v = dependency(n, k);
            if (v && v->producer->position >= n->position)
                return false;
        }
    }
    return true;
}

typedef enum progress { NEW, OPEN, DONE } progress;

typedef struct step {
    node *node;
    uint32_t next; /* the dependency to look at next */
} step;

typedef struct sorter {
    node **sorted;
    size_t n_sorted;
    unsigned char *state; /* progress by position */
    step *stack;
    size_t depth;
} sorter;

static void open_node(sorter *s, node *n) {
    s->state[n->position] = OPEN;
    s->stack[s->depth++] = (step){.node = n};
}

static bool refuse_cycle(const model *m, const node *n, const value *v, roof_error *e) {
    char label[320], name[96];
    node_label(label, sizeof label, n);
    text_printable(name, sizeof name, v->name);
    return error_set(e, ROOF_DAMAGED,
                     "%s: %s uses \"%s\", which needs that node's own output (a cycle)", m->path,
                     label, name);
}

/* Moves a node, after all that it needs, into the sorted list. */
static bool place(const model *m, sorter *s, node *first, roof_error *e) {
    open_node(s, first);
    while (s->depth > 0) {
        step *top = &s->stack[s->depth - 1];
        if (top->next == n_dependencies(top->node)) {
            s->state[top->node->position] = DONE;
            s->sorted[s->n_sorted++] = top->node;
            s->depth--;
            continue;
        }
        const value *v = dependency(top->node, top->next++);
        if (!v || s->state[v->producer->position] == DONE)
            continue;
        if (s->state[v->producer->position] == OPEN)
            return refuse_cycle(m, top->node, v, e);
        open_node(s, v->producer);
    }
    return true;
}

/* Depth first from the nodes as the file lists them, so in linear time; with a stack of its own, as
 * a chain may be a million nodes deep. */
static bool sort_nodes(model *m, graph *g, roof_error *e) {
    sorter s = {
        .sorted = arena_array(m->arena, g->n_nodes, sizeof *s.sorted),
        .state = arena_array(m->arena, g->n_nodes, sizeof *s.state),
        .stack = arena_array(m->arena, g->n_nodes, sizeof *s.stack),
    };
    for (size_t i = 0; i < g->n_nodes; i++)
        if (s.state[i] == NEW && !place(m, &s, g->nodes[i], e))
            return false;
    g->nodes = s.sorted;
    return true;
}

bool graph_finish(model *m, graph *g, roof_error *e) {
    g->id = (uint32_t)m->n_graphs++;
    for (size_t i = 0; i < g->n_nodes; i++) {
        g->nodes[i]->position = (uint32_t)i;
        gather_captures(m, g->nodes[i]);
    }
    count_uses(g);
    return in_order(g) || sort_nodes(m, g, e);
}
