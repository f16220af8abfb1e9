/* One number for the structure of a model. */
#include "graph/graph.h"
#include <string.h>

static uint64_t mix(uint64_t h, uint64_t v) {
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

static uint64_t mix_text(uint64_t h, const char *s) {
    return hash_bytes(h, s, strlen(s) + 1); /* with the end, so that "a" "bc" is not "ab" "c" */
}

static uint64_t mix_value(uint64_t h, const value *v) {
    return mix(h, v ? v->id : UINT64_MAX);
}

static uint64_t mix_values(uint64_t h, value *const *list, size_t n) {
    h = mix(h, n);
    for (size_t i = 0; i < n; i++)
        h = mix_value(h, list[i]);
    return h;
}

static uint64_t mix_type(uint64_t h, const type *t) {
    h = mix(mix(mix(h, t->kind), t->elem), (uint64_t)t->rank);
    for (int i = 0; i < t->rank; i++) {
        h = mix(h, (uint64_t)t->dims[i].size);
        h = t->dims[i].symbol ? mix_text(h, t->dims[i].symbol) : h;
    }
    return t->inner ? mix_type(h, t->inner) : h;
}

static uint64_t mix_stored(uint64_t h, const stored *s) {
    if (!s)
        return mix(h, 0);
    h = mix(mix(h, s->type), (uint64_t)s->rank);
    for (int i = 0; i < s->rank; i++)
        h = mix(h, (uint64_t)s->dims[i]);
    return h;
}

static uint64_t mix_definition(uint64_t h, const value *v) {
    h = mix_text(mix(h, v->id), v->name);
    return mix_stored(mix_stored(mix_type(h, &v->declared), v->stored), v->indices);
}

static uint64_t mix_graph(uint64_t h, const graph *g);

static uint64_t mix_attribute(uint64_t h, const attribute *a) {
    h = mix(mix(mix_text(h, a->name), a->kind), a->n);
    uint32_t real;
    memcpy(&real, &a->f, sizeof real);
    h = mix(mix(h, (uint64_t)a->i), real);
    h = a->reference ? mix_text(h, a->reference) : h;
    h = a->s ? mix_text(h, a->s) : h;
    h = a->ints ? hash_bytes(h, a->ints, a->n * sizeof *a->ints) : h;
    h = a->floats ? hash_bytes(h, a->floats, a->n * sizeof *a->floats) : h;
    for (size_t i = 0; a->strings && i < a->n; i++)
        h = mix_text(h, a->strings[i]);
    h = mix_stored(mix_stored(h, a->tensor), a->indices);
    h = a->type ? mix_type(h, a->type) : h;
    for (size_t i = 0; a->graphs && i < a->n; i++)
        h = mix_graph(h, a->graphs[i]);
    return h;
}

static uint64_t mix_node(uint64_t h, const node *n) {
    h = mix_text(mix_text(mix_text(mix_text(h, n->op), n->domain), n->overload), n->name);
    h = mix_values(mix_values(h, n->in, n->n_in), n->out, n->n_out);
    for (uint32_t i = 0; i < n->n_out; i++)
        h = n->out[i] ? mix_definition(h, n->out[i]) : h;
    for (uint32_t i = 0; i < n->n_attrs; i++)
        h = mix_attribute(h, &n->attrs[i]);
    return h;
}

static uint64_t mix_graph(uint64_t h, const graph *g) {
    h = mix(mix_text(h, g->name), g->n_nodes);
    h = mix_values(mix_values(h, g->inputs, g->n_inputs), g->outputs, g->n_outputs);
    for (size_t i = 0; i < g->n_inputs; i++)
        h = mix_definition(h, g->inputs[i]);
    for (size_t i = 0; i < g->n_initializers; i++)
        h = mix_definition(h, g->initializers[i]);
    for (size_t i = 0; i < g->n_nodes; i++)
        h = mix_node(h, g->nodes[i]);
    return h;
}

uint64_t model_digest(const model *m) {
    uint64_t h = mix(mix(0, m->n_opsets), m->n_functions);
    for (size_t i = 0; i < m->n_opsets; i++)
        h = mix(mix_text(h, m->opsets[i].domain), (uint64_t)m->opsets[i].version);
    return mix_graph(h, m->main);
}
