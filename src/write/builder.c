#include "write/builder.h"
#include <stdio.h>
#include <string.h>

builder *builder_new(arena *memory, const char *name, int opset, int ir_version) {
    builder *b = arena_alloc(memory, sizeof *b);
    *b = (builder){.memory = memory,
                   .counters = hash_new(memory, 64),
                   .name = name,
                   .opset = opset,
                   .ir_version = ir_version};
    b->nodes_end = &b->nodes;
    b->initializers_end = &b->initializers;
    b->inputs_end = &b->inputs;
    b->outputs_end = &b->outputs;
    return b;
}

static void *copy(builder *b, const void *items, size_t n, size_t size) {
    void *to = arena_array(b->memory, n, size);
    if (n > 0)
        memcpy(to, items, n * size);
    return to;
}

static ints copy_ints(builder *b, ints from) {
    return (ints){.items = copy(b, from.items, from.count, sizeof *from.items),
                  .count = from.count};
}

value add_tensor(builder *b, const char *name) {
    value v = arena_alloc(b->memory, sizeof *v);
    v->name = name;
    return v;
}

/* scope/Op, scope/Op_1, scope/Op_2, ... */
static const char *unique_name(builder *b, const char *scope, const char *op) {
    char key[256];
    snprintf(key, sizeof key, "%s/%s", scope, op);
    unsigned *uses = hash_get(b->counters, key);
    if (uses)
        return TEXT(b, "%s_%u", key, (*uses)++);
    uses = arena_alloc(b->memory, sizeof *uses);
    *uses = 1;
    const char *name = arena_strdup(b->memory, key);
    hash_put(b->counters, name, uses);
    return name;
}

static node *append_node(builder *b, const char *name, const char *op, const value *inputs,
                         const attribute *attributes, size_t n_outputs) {
    node *n = arena_alloc(b->memory, sizeof *n);
    *n = (node){.op = op, .name = name, .n_outputs = n_outputs};
    while (inputs && inputs[n->n_inputs])
        n->n_inputs++;
    n->inputs = copy(b, inputs, n->n_inputs, sizeof *inputs);
    while (attributes && attributes[n->n_attributes].name)
        n->n_attributes++;
    attribute *copies = copy(b, attributes, n->n_attributes, sizeof *attributes);
    for (size_t i = 0; i < n->n_attributes; i++)
        copies[i].integers = copy_ints(b, copies[i].integers);
    n->attributes = copies;
    n->outputs = arena_array(b->memory, n_outputs, sizeof *n->outputs);
    *b->nodes_end = n;
    b->nodes_end = &n->next;
    return n;
}

void add_node_outputs(builder *b, const char *scope, const char *op, const value *inputs,
                      const attribute *attributes, value *outputs, size_t n) {
    const char *name = unique_name(b, scope, op);
    node *added = append_node(b, name, op, inputs, attributes, n);
    for (size_t i = 0; i < n; i++)
        outputs[i] = added->outputs[i] = add_tensor(b, TEXT(b, "%s_output_%zu", name, i));
}

value add_node(builder *b, const char *scope, const char *op, const value *inputs,
               const attribute *attributes) {
    value output;
    add_node_outputs(b, scope, op, inputs, attributes, &output, 1);
    return output;
}

void add_named_node(builder *b, const char *name, const char *op, const value *inputs,
                    const attribute *attributes, value output) {
    append_node(b, name, op, inputs, attributes, 1)->outputs[0] = output;
}

static port *new_port(builder *b, value tensor, dtype type, const char *dims) {
    port *p = arena_alloc(b->memory, sizeof *p);
    *p = (port){.tensor = tensor, .type = type, .dims = dims};
    return p;
}

value add_input(builder *b, const char *name, dtype type, const char *dims) {
    port *p = new_port(b, add_tensor(b, name), type, dims);
    *b->inputs_end = p;
    b->inputs_end = &p->next;
    return p->tensor;
}

void add_output(builder *b, value v, const char *name, dtype type, const char *dims) {
    v->name = name;
    port *p = new_port(b, v, type, dims);
    *b->outputs_end = p;
    b->outputs_end = &p->next;
}

static constant *new_constant(builder *b, const char *name, dtype type, ints dims) {
    count elements = 1;
    for (size_t i = 0; i < dims.count; i++)
        elements = cnt_mul(elements, dims.items[i]);
    constant *c = arena_alloc(b->memory, sizeof *c);
    *c = (constant){.tensor = add_tensor(b, name),
                    .type = type,
                    .dims = copy_ints(b, dims),
                    .length = dtype_bytes(type, elements)};
    return c;
}

static constant *new_initializer(builder *b, const char *name, dtype type, ints dims,
                                 payload_kind payload) {
    constant *c = new_constant(b, name, type, dims);
    c->payload = payload;
    *b->initializers_end = c;
    b->initializers_end = &c->next;
    return c;
}

value add_weight(builder *b, const char *name, dtype type, ints dims) {
    constant *c = new_initializer(b, name, type, dims, PAYLOAD_EXTERNAL);
    c->offset = b->weight_bytes;
    b->weight_bytes += c->length;
    return c->tensor;
}

value add_zeros(builder *b, const char *name, dtype type, ints dims) {
    return new_initializer(b, name, type, dims, PAYLOAD_ZEROS)->tensor;
}

value add_initializer(builder *b, const char *name, dtype type, ints dims, payload_kind payload,
                      const void *bytes) {
    constant *c = new_initializer(b, name, type, dims, payload);
    c->bytes = copy(b, bytes, (size_t)c->length, 1);
    return c->tensor;
}

static value add_constant_node(builder *b, const char *scope, const constant *c) {
    return add_node(b, scope, "Constant", NULL,
                    ATTRIBUTES({.name = "value", .type = ATTRIBUTE_TENSOR, .tensor = c}));
}

/* Stores the low bytes of v, the lowest first. */
static void store(uint8_t *to, uint64_t v, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(v >> (8 * i));
}

const uint8_t *float_bytes(builder *b, const float *items, size_t n) {
    uint8_t *bytes = arena_array(b->memory, n, sizeof(float));
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &items[i], sizeof bits);
        store(bytes + i * sizeof bits, bits, sizeof bits);
    }
    return bytes;
}

static const constant *tensor_of_ints(builder *b, ints dims, ints items) {
    constant *c = new_constant(b, NULL, DT_INT64, dims);
    uint8_t *bytes = arena_array(b->memory, items.count, sizeof(int64_t));
    for (size_t i = 0; i < items.count; i++)
        store(bytes + i * sizeof(int64_t), (uint64_t)items.items[i], sizeof(int64_t));
    c->payload = PAYLOAD_RAW;
    c->bytes = bytes;
    return c;
}

const constant *tensor_of_int(builder *b, int64_t v) {
    return tensor_of_ints(b, INTS(1), INTS(v));
}

value constant_ints(builder *b, const char *scope, ints items) {
    return add_constant_node(b, scope, tensor_of_ints(b, INTS((int64_t)items.count), items));
}

value constant_int(builder *b, const char *scope, int64_t v) {
    return add_constant_node(b, scope, tensor_of_ints(b, (ints){0}, INTS(v)));
}

value constant_float(builder *b, const char *scope, float v) {
    constant *c = new_constant(b, NULL, DT_FLOAT, (ints){0});
    c->payload = PAYLOAD_RAW;
    c->bytes = float_bytes(b, &v, 1);
    return add_constant_node(b, scope, c);
}

const char *parameter(builder *b, const char *scope, const char *leaf) {
    const char *path = "";
    while (*scope == '/') {
        const char *part = scope + 1;
        size_t length = strcspn(part, "/");
        const char *next = part + length;
        /* A member of a sequence repeats the name of the sequence: "/layer1/layer1.0". */
        bool repeated =
            next[0] == '/' && strncmp(next + 1, part, length) == 0 && next[1 + length] == '.';
        if (!repeated)
            path = TEXT(b, "%s%.*s.", path, (int)length, part);
        scope = next;
    }
    return TEXT(b, "%s%s", path, leaf);
}
