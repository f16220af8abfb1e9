/* A graph being built, in the words of ONNX: nodes, initializers, inputs and outputs.
 *
 * Names are given as PyTorch's exporter gives them: a node lives in a scope, the path of its module
 * ("/layer1/layer1.0/conv1"), and is called scope/Op, scope/Op_1, ...; its outputs are called
 * NAME_output_0, ... Everything lives on the builder's arena; see base/arena.h for what happens
 * when memory runs out. */
#ifndef WRITE_BUILDER_H
#define WRITE_BUILDER_H

#include "base/arena.h"
#include "base/hash.h"
#include "graph/dtype.h"
#include <stddef.h>
#include <stdint.h>

/* What flows from node to node. */
typedef struct tensor {
    const char *name;
} * value;

typedef struct ints {
    const int64_t *items;
    size_t count;
} ints;
#define INTS(...)                                                                                  \
    ((ints){.items = (const int64_t[]){__VA_ARGS__},                                               \
            .count = sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)})

typedef enum payload_kind {
    PAYLOAD_EXTERNAL, /* in weights.bin, which nobody writes: the structure is all there is */
    PAYLOAD_RAW,      /* raw_data, as most exporters write */
    PAYLOAD_TYPED,    /* float_data or int32_data, as onnx.helper.make_tensor writes */
    PAYLOAD_ZEROS     /* raw_data of zeros, left as a hole in the file */
} payload_kind;

/* A TensorProto: an initializer or the value of a Constant node. */
typedef struct constant {
    value tensor;
    dtype type;
    ints dims;
    payload_kind payload;
    int64_t offset;       /* in weights.bin */
    int64_t length;       /* bytes of the elements */
    const uint8_t *bytes; /* little endian; none when external or zeros */
    struct constant *next;
} constant;

/* The numbers are those of ONNX's AttributeProto.AttributeType. */
typedef enum attribute_type {
    ATTRIBUTE_FLOAT = 1,
    ATTRIBUTE_INT = 2,
    ATTRIBUTE_TENSOR = 4,
    ATTRIBUTE_INTS = 7
} attribute_type;

typedef struct attribute {
    const char *name;
    attribute_type type;
    float number;
    int64_t integer;
    ints integers;
    const constant *tensor;
} attribute;

typedef struct node {
    const char *op, *name;
    value *inputs, *outputs;
    size_t n_inputs, n_outputs;
    const attribute *attributes;
    size_t n_attributes;
    struct node *next;
} node;

/* An input or output of the graph. */
typedef struct port {
    value tensor;
    dtype type;
    const char *dims; /* separated by commas: "batch,3,224,224" */
    struct port *next;
} port;

typedef struct builder {
    arena *memory;
    hash *counters; /* of nodes, by scope and operator */
    const char *name;
    int opset, ir_version;
    int64_t weight_bytes; /* what weights.bin would hold */
    node *nodes, **nodes_end;
    constant *initializers, **initializers_end;
    port *inputs, **inputs_end;
    port *outputs, **outputs_end;
} builder;

/* A graph on `memory`. */
builder *builder_new(arena *memory, const char *name, int opset, int ir_version);

/* Arguments of add_node. */
#define IN(...)         ((const value[]){__VA_ARGS__, NULL})
#define ATTRIBUTES(...) ((const attribute[]){__VA_ARGS__, {.name = NULL}})
#define NO_ATTRIBUTES   NULL
#define FLOAT_ATTRIBUTE(key, v)                                                                    \
    { .name = (key), .type = ATTRIBUTE_FLOAT, .number = (v) }
#define INT_ATTRIBUTE(key, v)                                                                      \
    { .name = (key), .type = ATTRIBUTE_INT, .integer = (v) }
#define INTS_ATTRIBUTE(key, ...)                                                                   \
    { .name = (key), .type = ATTRIBUTE_INTS, .integers = INTS(__VA_ARGS__) }

/* A node with one output, which is returned. As names are numbered in the order of the calls, no
 * call may add two nodes among its arguments: C does not say which comes first. */
value add_node(builder *b, const char *scope, const char *op, const value *inputs,
               const attribute *attributes);
/* A node with n outputs. */
void add_node_outputs(builder *b, const char *scope, const char *op, const value *inputs,
                      const attribute *attributes, value *outputs, size_t n);
/* A node whose name and single output are given. */
void add_named_node(builder *b, const char *name, const char *op, const value *inputs,
                    const attribute *attributes, value output);

value add_tensor(builder *b, const char *name);
value add_input(builder *b, const char *name, dtype type, const char *dims);
/* Makes v an output of the graph; like an exporter, it renames the tensor. */
void add_output(builder *b, value v, const char *name, dtype type, const char *dims);

/* An initializer whose data lie in weights.bin. */
value add_weight(builder *b, const char *name, dtype type, ints dims);
/* An initializer of zeros that lie in the model. */
value add_zeros(builder *b, const char *name, dtype type, ints dims);
/* An initializer with its elements, little endian, in the model. */
value add_initializer(builder *b, const char *name, dtype type, ints dims, payload_kind payload,
                      const void *bytes);

/* Constant nodes: a vector, and scalars. */
value constant_ints(builder *b, const char *scope, ints items);
value constant_int(builder *b, const char *scope, int64_t v);
value constant_float(builder *b, const char *scope, float v);

/* A tensor of one element, for attributes such as ConstantOfShape's value. */
const constant *tensor_of_int(builder *b, int64_t v);

/* Elements as add_initializer takes them. */
const uint8_t *float_bytes(builder *b, const float *items, size_t n);

/* printf into the arena. */
#define TEXT(b, ...) arena_printf((b)->memory, __VA_ARGS__)

/* The parameter of a module: "/layer1/layer1.0/conv1" and "weight" give "layer1.0.conv1.weight". */
const char *parameter(builder *b, const char *scope, const char *leaf);

#endif
