/* Writes the protobuf bytes of small models, right or wrong, without any schema.
 *
 *     bytes g = {0};
 *     put_message(&g, GRAPH_NODE, node_of("Relu", "r1", "x", "y"));
 *     bytes m = model_of(g);
 *
 * put_message takes over its message. */
#ifndef TESTS_ONNX_BYTES_H
#define TESTS_ONNX_BYTES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes {
    unsigned char *data;
    size_t n, size;
} bytes;

/* ONNX's field numbers. */
enum {
    MODEL_IR = 1,
    MODEL_PRODUCER = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_DOC = 6,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    MODEL_TRAINING = 20,
    MODEL_FUNCTION = 25,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_DOC = 10,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    GRAPH_VALUE_INFO = 13,
    GRAPH_SPARSE = 15,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOC = 6,
    NODE_DOMAIN = 7,
    NODE_OVERLOAD = 8,
    NODE_METADATA = 9,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_G = 6,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_STRINGS = 9,
    ATTRIBUTE_TENSORS = 10,
    ATTRIBUTE_GRAPHS = 11,
    ATTRIBUTE_TP = 14,
    ATTRIBUTE_TYPE = 20,
    ATTRIBUTE_REF = 21,
    ATTRIBUTE_SPARSE = 22,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_FLOATS = 4,
    TENSOR_INT32S = 5,
    TENSOR_STRINGS = 6,
    TENSOR_INT64S = 7,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    TENSOR_DOUBLES = 10,
    TENSOR_UINT64S = 11,
    TENSOR_DOC = 12,
    TENSOR_EXTERNAL = 13,
    TENSOR_LOCATION = 14
};

static inline void put_raw(bytes *b, const void *data, size_t n) {
    while (b->size - b->n < n) {
        b->size = b->size ? 2 * b->size : 256;
        b->data = realloc(b->data, b->size);
        if (!b->data)
            abort();
    }
    if (n)
        memcpy(b->data + b->n, data, n);
    b->n += n;
}

static inline void put_varint(bytes *b, uint64_t v) {
    unsigned char c;
    for (; v >= 0x80; v >>= 7) {
        c = (unsigned char)(v | 0x80);
        put_raw(b, &c, 1);
    }
    c = (unsigned char)v;
    put_raw(b, &c, 1);
}

static inline void put_tag(bytes *b, unsigned number, unsigned wire) {
    put_varint(b, (uint64_t)number << 3 | wire);
}

static inline void put_int(bytes *b, unsigned number, int64_t v) {
    put_tag(b, number, 0);
    put_varint(b, (uint64_t)v);
}

static inline void put_float(bytes *b, unsigned number, float v) {
    put_tag(b, number, 5);
    put_raw(b, &v, sizeof v);
}

static inline void put_bytes(bytes *b, unsigned number, const void *data, size_t n) {
    put_tag(b, number, 2);
    put_varint(b, n);
    put_raw(b, data, n);
}

static inline void put_text(bytes *b, unsigned number, const char *s) {
    put_bytes(b, number, s, strlen(s));
}

static inline void put_message(bytes *b, unsigned number, bytes message) {
    put_bytes(b, number, message.data, message.n);
    free(message.data);
}

/* One text field for each part of a list with commas; "" is none. */
static inline void put_list(bytes *b, unsigned number, const char *list) {
    while (*list) {
        size_t n = strcspn(list, ",");
        put_bytes(b, number, list, n);
        list += n;
        if (*list++ != ',')
            break;
        if (!*list)
            put_bytes(b, number, list, 0); /* an empty part at the end */
    }
}

/* Inputs and outputs are lists with commas: "x,,w". */
static inline bytes node_of(const char *op, const char *name, const char *inputs,
                            const char *outputs) {
    bytes b = {0};
    put_list(&b, NODE_INPUT, inputs);
    put_list(&b, NODE_OUTPUT, outputs);
    put_text(&b, NODE_NAME, name);
    put_text(&b, NODE_OP, op);
    return b;
}

static inline bytes pair_of(const char *key, const char *text) {
    bytes b = {0};
    put_text(&b, 1, key);
    put_text(&b, 2, text);
    return b;
}

/* An attribute with its name and type; the value is for the caller to add. */
static inline bytes attribute_of(const char *name, int kind) {
    bytes b = {0};
    put_text(&b, ATTRIBUTE_NAME, name);
    put_int(&b, ATTRIBUTE_TYPE, kind);
    return b;
}

/* A tensor without values. */
static inline bytes tensor_of(const char *name, int elem, size_t rank, const int64_t *dims) {
    bytes b = {0};
    for (size_t i = 0; i < rank; i++)
        put_int(&b, TENSOR_DIMS, dims[i]);
    put_int(&b, TENSOR_TYPE, elem);
    if (*name)
        put_text(&b, TENSOR_NAME, name);
    return b;
}

static inline bytes shape_of(size_t rank, const int64_t *dims) {
    bytes shape = {0};
    for (size_t i = 0; i < rank; i++) {
        bytes entry = {0};
        put_int(&entry, 1, dims[i]);
        put_message(&shape, 1, entry);
    }
    return shape;
}

static inline bytes tensor_type_of(int elem, size_t rank, const int64_t *dims) {
    bytes tensor = {0}, any = {0};
    put_int(&tensor, 1, elem);
    put_message(&tensor, 2, shape_of(rank, dims));
    put_message(&any, 1, tensor);
    return any;
}

static inline bytes value_of(const char *name, bytes type_proto) {
    bytes b = {0};
    put_text(&b, 1, name);
    put_message(&b, 2, type_proto);
    return b;
}

/* An fp32 value of these dims. */
static inline bytes float_value_of(const char *name, size_t rank, const int64_t *dims) {
    return value_of(name, tensor_type_of(1, rank, dims));
}

static inline bytes opset_of(const char *domain, int64_t version) {
    bytes b = {0};
    put_text(&b, 1, domain);
    put_int(&b, 2, version);
    return b;
}

static inline bytes model_of(bytes g) {
    bytes b = {0};
    put_int(&b, MODEL_IR, 8);
    put_text(&b, MODEL_PRODUCER, "pytorch");
    put_text(&b, MODEL_PRODUCER_VERSION, "2.1.0");
    put_message(&b, MODEL_OPSET, opset_of("", 17));
    put_message(&b, MODEL_GRAPH, g);
    return b;
}

/* y = Relu(Conv(x, w) + b), with the branch of an If that uses x and w from outside; every part
 * that a graph can have. */
static inline bytes sample_graph(void) {
    static const int64_t x[] = {1, 3, 8, 8}, w[] = {4, 3, 3, 3}, y[] = {1, 4, 6, 6}, one[] = {4};
    bytes conv = node_of("Conv", "/features/conv1/Conv", "x,w,b", "c");
    bytes strides = attribute_of("strides", 7);
    put_int(&strides, ATTRIBUTE_INTS, 1);
    put_int(&strides, ATTRIBUTE_INTS, 1);
    put_message(&conv, NODE_ATTRIBUTE, strides);
    bytes branch = {0};
    put_message(&branch, GRAPH_NODE, node_of("Conv", "inner", "x,w", "t"));
    put_message(&branch, GRAPH_OUTPUT, float_value_of("t", 4, y));
    bytes then_branch = attribute_of("then_branch", 5), either = node_of("If", "", "yes", "i");
    put_message(&then_branch, ATTRIBUTE_G, branch);
    put_message(&either, NODE_ATTRIBUTE, then_branch);
    bytes weights = tensor_of("w", 1, 4, w), bias = tensor_of("b", 1, 1, one);
    unsigned char payload[4 * 4 * 3 * 3 * 3] = {0};
    put_bytes(&weights, TENSOR_RAW, payload, sizeof payload);
    put_bytes(&bias, TENSOR_FLOATS, payload, 16);

    bytes g = {0};
    put_message(&g, GRAPH_NODE, conv);
    put_message(&g, GRAPH_NODE, either);
    put_message(&g, GRAPH_NODE, node_of("Add", "sum", "c,i", "s"));
    put_message(&g, GRAPH_NODE, node_of("Relu", "relu", "s", "y"));
    put_text(&g, GRAPH_NAME, "sample");
    put_message(&g, GRAPH_INITIALIZER, weights);
    put_message(&g, GRAPH_INITIALIZER, bias);
    put_message(&g, GRAPH_INPUT, float_value_of("x", 4, x));
    put_message(&g, GRAPH_INPUT, value_of("yes", tensor_type_of(9, 0, NULL)));
    put_message(&g, GRAPH_OUTPUT, float_value_of("y", 4, y));
    put_message(&g, GRAPH_VALUE_INFO, float_value_of("c", 4, y));
    return g;
}

#endif
