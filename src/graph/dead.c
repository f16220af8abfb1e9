/* Which nodes reach an output of the main graph. */
#include "graph/graph.h"

static void need(unsigned char *needed, const value *v) {
    if (v)
        needed[v->id] = 1;
}

static bool writes_needed(const node *n, const unsigned char *needed) {
    for (uint32_t i = 0; i < n->n_out; i++)
        if (n->out[i] && needed[n->out[i]->id])
            return true;
    return false;
}

/* From the outputs backwards. Nodes of subgraphs mark the outer values they use directly: those are
 * written before the node that holds the subgraph, so they are looked at later. */
static void sweep(graph *g, unsigned char *needed, bool alive) {
    for (size_t i = 0; alive && i < g->n_outputs; i++)
        need(needed, g->outputs[i]);
    for (size_t i = g->n_nodes; i-- > 0;) {
        node *n = g->nodes[i];
        n->dead = !alive || !writes_needed(n, needed);
        for (uint32_t k = 0; !n->dead && k < n->n_in; k++)
            need(needed, n->in[k]);
        for (uint32_t a = 0; a < n->n_attrs; a++)
            for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++)
                sweep(n->attrs[a].graphs[k], needed, !n->dead);
    }
}

void graph_mark_dead(model *m) {
    sweep(m->main, arena_alloc(m->arena, m->n_values), true);
}
