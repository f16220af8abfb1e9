#include "tiny_model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 64, MOST_OUTPUTS = 4 };

struct tiny {
    data_source source; /* first: decode() gets a pointer to it */
    model model;
    graph graph;
    opset opset;
    bool finished;
    node *nodes[ROOM];
    value *inputs[ROOM], *outputs[ROOM], *initializers[ROOM];
    const int64_t *items[ROOM]; /* contents of stored integers, by stored.offset */
    size_t n_items;
};

static bool decode(data_source *self, const stored *s, scalar *out, size_t n) {
    const tiny *t = (const tiny *)self;
    if (s->offset >= t->n_items)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i].i = t->items[s->offset][i];
    return true;
}

tiny *tiny_new(void) {
    tiny *t = calloc(1, sizeof *t);
    arena *a = arena_new(16u << 20);
    if (arena_escape(a))
        abort();
    t->source.decode = decode;
    t->opset = (opset){"", 17};
    t->graph = (graph){.name = "tiny",
                       .nodes = t->nodes,
                       .inputs = t->inputs,
                       .outputs = t->outputs,
                       .initializers = t->initializers};
    t->model = (model){.arena = a,
                       .main = &t->graph,
                       .strings = hash_new(a, 16),
                       .opsets = &t->opset,
                       .n_opsets = 1,
                       .ir_version = 8,
                       .path = "tiny.onnx",
                       .producer = "",
                       .source = &t->source};
    return t;
}

void tiny_free(tiny *t) {
    arena_free(t->model.arena);
    free(t);
}

static value *add_value(tiny *t, const char *name) {
    value *v = arena_alloc(t->model.arena, sizeof *v);
    v->name = arena_strdup(t->model.arena, name);
    v->id = (uint32_t)t->model.n_values++;
    v->owner = &t->graph;
    v->declared.rank = -1;
    return v;
}

value *tiny_input(tiny *t, const char *name, dtype elem, int rank, const dim *dims) {
    value *v = add_value(t, name);
    dim *copy = arena_array(t->model.arena, (size_t)rank + 1, sizeof *copy);
    for (int i = 0; i < rank; i++)
        copy[i] = dims[i];
    v->declared = (type){.kind = TYPE_TENSOR, .elem = elem, .rank = rank, .dims = copy};
    v->is_input = true;
    t->inputs[t->graph.n_inputs++] = v;
    return v;
}

value *tiny_weight(tiny *t, const char *name, dtype elem, int rank, const count *dims) {
    value *v = add_value(t, name);
    count *copy = arena_array(t->model.arena, (size_t)rank + 1, sizeof *copy);
    for (int i = 0; i < rank; i++)
        copy[i] = dims[i];
    stored *s = arena_alloc(t->model.arena, sizeof *s);
    *s = (stored){.type = elem, .rank = rank, .dims = copy, .offset = ROOM};
    v->stored = s;
    t->initializers[t->graph.n_initializers++] = v;
    return v;
}

value *tiny_ints(tiny *t, const char *name, size_t n, const int64_t *items) {
    value *v = tiny_weight(t, name, DT_INT64, 1, (count[]){(count)n});
    int64_t *copy = arena_array(t->model.arena, n + 1, sizeof *copy);
    memcpy(copy, items, n * sizeof *copy);
    stored *s = (stored *)(uintptr_t)v->stored;
    s->offset = t->n_items;
    t->items[t->n_items++] = copy;
    return v;
}

value *tiny_node(tiny *t, const char *op, unsigned n_in, value *const *in) {
    arena *a = t->model.arena;
    node *n = arena_alloc(a, sizeof *n);
    char name[16];
    snprintf(name, sizeof name, "v%zu", t->graph.n_nodes);
    *n = (node){.name = arena_printf(a, "n%zu", t->graph.n_nodes),
                .op = hash_intern(t->model.strings, op),
                .domain = hash_intern(t->model.strings, ""),
                .overload = "",
                .scope = "",
                .id = (uint32_t)t->model.n_nodes,
                .index = (uint32_t)t->model.n_nodes++,
                .owner = &t->graph,
                .n_in = n_in,
                .n_out = 1};
    n->in = arena_array(a, n_in + 1, sizeof *n->in);
    for (unsigned i = 0; i < n_in; i++)
        n->in[i] = in[i];
    n->out = arena_array(a, MOST_OUTPUTS, sizeof *n->out);
    n->out[0] = add_value(t, name);
    n->out[0]->producer = n;
    n->attrs = arena_array(a, 8, sizeof *n->attrs);
    t->nodes[t->graph.n_nodes++] = n;
    return n->out[0];
}

value *tiny_further(tiny *t) {
    node *n = t->nodes[t->graph.n_nodes - 1];
    char name[32];
    snprintf(name, sizeof name, "%s.%u", n->out[0]->name, n->n_out);
    value *v = add_value(t, name);
    v->producer = n;
    n->out[n->n_out++] = v;
    return v;
}

void tiny_opset(tiny *t, int64_t version) {
    t->opset.version = version;
}

void tiny_attribute(tiny *t, const char *name, int64_t i) {
    node *n = t->nodes[t->graph.n_nodes - 1];
    n->attrs[n->n_attrs++] = (attribute){.name = name, .kind = ATTR_INT, .n = 1, .i = i};
}

void tiny_output(tiny *t, value *v) {
    v->is_output = true;
    t->outputs[t->graph.n_outputs++] = v;
}

const model *tiny_model(const tiny *t) {
    return &t->model;
}

roof_analysis *tiny_analyze(tiny *t, const roof_device *d, const roof_options *o, roof_error *e) {
    if (!t->finished) {
        if (!graph_finish(&t->model, &t->graph, e))
            return NULL;
        graph_mark_dead(&t->model);
        const char *wrong = graph_check(&t->model);
        if (wrong) {
            fprintf(stderr, "graph_check: %s\n", wrong);
            abort();
        }
        t->finished = true;
    }
    return roof_analyze(&t->model, d, o, e);
}
