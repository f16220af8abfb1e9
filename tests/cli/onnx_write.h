/* The few ONNX messages the tests build, valid or not. */
#ifndef TESTS_ONNX_WRITE_H
#define TESTS_ONNX_WRITE_H

#include "write/wire.h"

#include <stddef.h>
#include <stdint.h>

/* A file of just these bytes. */
wire wire_raw(const void *data, size_t n);
/* Announces field number and wire type; what follows need not keep the promise. */
void wire_tag(wire *w, unsigned field, unsigned wire_type);

/* Field numbers of onnx.proto that the tests use. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    MODEL_FUNCTION = 25,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_INT = 3,
    ATTRIBUTE_GRAPH = 6,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_INT64S = 7,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    TENSOR_EXTERNAL = 13,
    TENSOR_LOCATION = 14,
    TYPE_FLOAT = 1,
    TYPE_INT64 = 7,
};

/* Lists of names end in NULL. */
#define NAMES(...)                                                                                 \
    (const char *const[]) {                                                                        \
        __VA_ARGS__, NULL                                                                          \
    }

/* A node without attributes; add them, then append it to a graph as GRAPH_NODE. */
wire onnx_node(const char *op, const char *const *inputs, const char *const *outputs);
void onnx_int(wire *node, const char *name, int64_t value);
void onnx_ints(wire *node, const char *name, const int64_t *values, size_t n);
/* Declares a tensor of the graph: `field` is GRAPH_INPUT or GRAPH_OUTPUT. dims NULL: no shape. */
void onnx_value(wire *graph, unsigned field, const char *name, int type, const int64_t *dims,
                size_t rank);
/* A weight without payload, as structure-only exports have it. */
void onnx_weight(wire *graph, const char *name, int type, const int64_t *dims, size_t rank);
void onnx_int64s(wire *graph, const char *name, const int64_t *values, size_t n);
/* The file: frees `graph`. */
wire onnx_model(wire *graph, int64_t opset);

#endif
