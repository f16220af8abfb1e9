/* Graphs: read part by part, so that memory holds our own graph and one message of the file. */
#include "base/text.h"
#include "onnx/reader.h"
#include <stdio.h>
#include <string.h>

/* Fields of a GraphProto. */
enum { GRAPH_NAME = 2, LONGEST_GRAPH_NAME = 1024, EXPECTED_VALUES = 1 << 20 };

value *named_value(builder *b, const char *name) {
    value *v = hash_get(b->values, name);
    if (v)
        return v;
    arena *a = b->r->memory;
    v = arena_alloc(a, sizeof *v);
    v->name = b->body ? intern(b->r, name) : arena_strdup(a, name); /* calls share their names */
    v->declared.rank = -1;
    hash_put(b->values, v->name, v);
    b->n_open++;
    return v;
}

void define_value(builder *b, value *v) {
    if (v->owner)
        return; /* an initializer that is an input too */
    v->owner = b->g;
    b->n_open--;
    v->id = (uint32_t)b->r->model->n_values++;
}

const char *describe_definition(const value *v, char *dst, size_t size) {
    char label[320];
    if (v->producer)
        snprintf(dst, size, "the output of %s", node_label(label, sizeof label, v->producer));
    else
        snprintf(dst, size, "%s", v->stored ? "an initializer" : "a graph input");
    return dst;
}

graph *add_subgraph(builder *b, const builder *names, node *parent, const char *branch,
                    span where) {
    graph *g = arena_alloc(b->r->memory, sizeof *g);
    g->parent = parent;
    g->branch = branch;
    pending *p = arena_alloc(b->r->memory, sizeof *p);
    enum { NODE_ATTRIBUTE_GRAPH = 3 }; /* messages between one graph and the next */
    *p =
        (pending){.g = g, .where = where, .depth = b->depth + NODE_ATTRIBUTE_GRAPH, .outer = names};
    *b->root->last = p;
    b->root->last = &p->next;
    return g;
}

/* --- parts of a GraphProto --- */

static bool refuse_nameless(builder *b, const char *what) {
    return wire_damaged(b->r->file, b->r->error, b->r->item.at, "%s without a name", what);
}

static bool refuse_second(builder *b, const value *v, const char *what) {
    char name[96], other[352];
    return refuse_model(b->r, "%s \"%s\" is already %s", what,
                        text_printable(name, sizeof name, v->name),
                        describe_definition(v, other, sizeof other));
}

static bool define_initializer(builder *b, value *v) {
    if (v->stored || v->producer)
        return refuse_second(b, v, "the initializer");
    define_value(b, v);
    b->g->initializers[b->g->n_initializers++] = v;
    return true;
}

static bool add_initializer(builder *b, const void *tensor_proto) {
    const Onnx__TensorProto *p = tensor_proto;
    if (!p->name || !*p->name)
        return refuse_nameless(b, "an initializer");
    value *v = named_value(b, p->name);
    if (!define_initializer(b, v))
        return false;
    v->stored = read_stored(b->r, p, "the initializer", v->name);
    return v->stored != NULL;
}

static bool add_sparse(builder *b, const void *sparse_proto) {
    const Onnx__SparseTensorProto *p = sparse_proto;
    if (!p->values || !p->indices || !p->values->name || !*p->values->name)
        return refuse_nameless(b, "a sparse initializer");
    value *v = named_value(b, p->values->name);
    if (!define_initializer(b, v))
        return false;
    v->stored = read_stored(b->r, p->values, "the sparse initializer", v->name);
    v->indices = read_stored(b->r, p->indices, "the sparse initializer", v->name);
    return v->stored && v->indices && read_dense_type(b->r, p, &v->declared, v->name);
}

/* What inputs and outputs declare counts more than value_info. */
static bool declare(builder *b, value *v, const Onnx__ValueInfoProto *p, bool strong) {
    if (!p->type || v->indices || (!strong && v->declared.kind != TYPE_UNDECLARED))
        return true;
    return read_type(b->r, p->type, &v->declared, v->name);
}

static bool add_input(builder *b, const void *value_info) {
    const Onnx__ValueInfoProto *p = value_info;
    if (!p->name || !*p->name)
        return refuse_nameless(b, "a graph input");
    value *v = named_value(b, p->name);
    if (v->is_input || v->producer)
        return refuse_second(b, v, "the graph input");
    define_value(b, v);
    v->is_input = true;
    b->g->inputs[b->g->n_inputs++] = v;
    return declare(b, v, p, true);
}

static bool add_output(builder *b, const void *value_info) {
    const Onnx__ValueInfoProto *p = value_info;
    if (!p->name || !*p->name)
        return refuse_nameless(b, "a graph output");
    value *v = named_value(b, p->name);
    b->g->outputs[b->g->n_outputs++] = v;
    return declare(b, v, p, true);
}

static bool add_value_info(builder *b, const void *value_info) {
    const Onnx__ValueInfoProto *p = value_info;
    value *v = p->name ? hash_get(b->values, p->name) : NULL;
    return !v || declare(b, v, p, false);
}

typedef struct part {
    uint32_t number; /* of the field */
    bool late;       /* wants to know the names, whatever the order in the file */
    const ProtobufCMessageDescriptor *schema;
    bool (*add)(builder *b, const void *message);
} part;

enum { NODES, INITIALIZERS, SPARSE, INPUTS, OUTPUTS, VALUE_INFO, N_PARTS };

static const part parts[N_PARTS] = {
    [NODES] = {.number = 1, .schema = &onnx__node_proto__descriptor, .add = read_node},
    [INITIALIZERS] = {.number = 5,
                      .schema = &onnx__tensor_proto__descriptor,
                      .add = add_initializer},
    [SPARSE] = {.number = 15, .schema = &onnx__sparse_tensor_proto__descriptor, .add = add_sparse},
    [INPUTS] = {.number = 11, .schema = &onnx__value_info_proto__descriptor, .add = add_input},
    [OUTPUTS] = {.number = 12, .schema = &onnx__value_info_proto__descriptor, .add = add_output},
    [VALUE_INFO] = {.number = 13,
                    .late = true,
                    .schema = &onnx__value_info_proto__descriptor,
                    .add = add_value_info},
};

static const part *part_of(const field *f) {
    for (size_t i = 0; i < N_PARTS; i++)
        if (parts[i].number == f->number)
            return &parts[i];
    return NULL;
}

static bool read_graph_name(builder *b, const field *f) {
    char name[LONGEST_GRAPH_NAME + 1];
    size_t n =
        f->payload.length < LONGEST_GRAPH_NAME ? (size_t)f->payload.length : LONGEST_GRAPH_NAME;
    if (!source_read(b->r->file, f->payload.at, name, n, b->r->error))
        return false;
    b->g->name = arena_strndup(b->r->memory, name, strnlen(name, n));
    return true;
}

/* Counts the parts, so that every list has its final size from the start. */
static bool count_parts(builder *b, span where, size_t n[N_PARTS]) {
    cursor c = cursor_over(b->r->file, where, b->r->error);
    field f;
    while (cursor_next(&c, &f)) {
        const part *p = part_of(&f);
        if ((p || f.number == GRAPH_NAME) && f.wire != WIRE_BYTES)
            return wire_damaged(b->r->file, b->r->error, f.at,
                                "field %u of the graph is not of the type that it should be",
                                (unsigned)f.number);
        if (p)
            n[p - parts]++;
    }
    return !c.failed;
}

static void make_lists(builder *b, const size_t n[N_PARTS]) {
    arena *a = b->r->memory;
    graph *g = b->g;
    g->name = "";
    b->room = n[NODES];
    g->nodes = arena_array(a, b->room, sizeof *g->nodes);
    g->initializers = arena_array(a, n[INITIALIZERS] + n[SPARSE], sizeof *g->initializers);
    g->inputs = arena_array(a, n[INPUTS], sizeof *g->inputs);
    g->outputs = arena_array(a, n[OUTPUTS], sizeof *g->outputs);
    size_t expected = n[NODES] + n[INITIALIZERS] + n[SPARSE] + n[INPUTS];
    b->values = hash_new(b->r->names, expected < EXPECTED_VALUES ? expected : EXPECTED_VALUES);
}

static bool add_parts(builder *b, span where, bool late) {
    cursor c = cursor_over(b->r->file, where, b->r->error);
    field f;
    while (cursor_next(&c, &f)) {
        const part *p = part_of(&f);
        if (!late && f.number == GRAPH_NAME && !read_graph_name(b, &f))
            return false;
        if (!p || p->late != late)
            continue;
        const void *message = unpack(b->r, f.payload, p->schema, b->depth + 1);
        if (!message || !p->add(b, message))
            return false;
    }
    return !c.failed;
}

/* --- names --- */

/* What a name means in the graphs around b. A function sees nothing around it but its arguments,
 * which are values of the graph that it is called in, or of one around that. */
static value *outer_value(const builder *b, const char *name) {
    for (b = b->outer; b; b = b->outer) {
        value *v = hash_get(b->values, name);
        if (v && (v->owner || v == &b->r->left_out))
            return v;
        if (!b->body)
            continue;
        if (!v)
            return NULL;
        name = v->name;
        b = b->root;
    }
    return NULL;
}

/* Every name that is used must be defined in this graph or in one around it. */
static bool resolve_inputs(builder *b, node *n) {
    for (uint32_t i = 0; i < n->n_in; i++) {
        if (!n->in[i] || n->in[i]->owner)
            continue;
        value *v = outer_value(b, n->in[i]->name);
        if (!v) {
            char label[320], name[96];
            return refuse_model(b->r, "%s uses \"%s\", which nothing defines",
                                node_label(label, sizeof label, n),
                                text_printable(name, sizeof name, n->in[i]->name));
        }
        n->in[i] = v == &b->r->left_out ? NULL : v;
    }
    while (n->n_in > 0 && !n->in[n->n_in - 1])
        n->n_in--;
    return true;
}

static bool resolve_outputs(builder *b) {
    graph *g = b->g;
    for (size_t i = 0; i < g->n_outputs; i++) {
        char name[96];
        value *v = g->outputs[i]->owner ? g->outputs[i] : outer_value(b, g->outputs[i]->name);
        if (!v || v == &b->r->left_out)
            return refuse_model(b->r, "the graph output \"%s\" is written by no node",
                                text_printable(name, sizeof name, g->outputs[i]->name));
        v->is_output |= v->owner == g;
        g->outputs[i] = v;
    }
    return true;
}

static bool resolve(builder *b) {
    for (size_t i = 0; i < b->g->n_nodes; i++)
        if (!resolve_inputs(b, b->g->nodes[i]))
            return false;
    return resolve_outputs(b);
}

static bool read_subgraphs(builder *b) {
    for (pending *p = b->subgraphs; p; p = p->next)
        if (!read_graph(b->r, p->g, p->where, p->outer, p->depth))
            return false;
    return true;
}

bool refuse_depth(const reader *r, span where) {
    return wire_damaged(r->file, r->error, where.at, "messages are nested more than %d deep",
                        MAX_DEPTH);
}

bool read_graph(reader *r, graph *g, span where, const builder *outer, int depth) {
    if (depth > MAX_DEPTH)
        return refuse_depth(r, where);
    builder b = {.r = r, .g = g, .outer = outer, .depth = depth};
    b.root = &b;
    b.last = &b.subgraphs;
    size_t n[N_PARTS] = {0};
    if (!count_parts(&b, where, n))
        return false;
    make_lists(&b, n);
    return add_parts(&b, where, false) && (n[VALUE_INFO] == 0 || add_parts(&b, where, true)) &&
           resolve(&b) && read_subgraphs(&b) && graph_finish(r->model, g, r->error);
}
