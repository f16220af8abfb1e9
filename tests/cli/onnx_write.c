#include "onnx_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

wire wire_raw(const void *data, size_t n) {
    wire w = {.bytes = malloc(n + !n), .used = n, .capacity = n + !n};
    if (!w.bytes) {
        perror("wire_raw");
        exit(1);
    }
    if (n > 0) {
        memcpy(w.bytes, data, n);
    }
    return w;
}

void wire_tag(wire *w, unsigned field, unsigned wire_type) {
    wire_varint(w, (uint64_t)field << 3 | wire_type);
}

wire onnx_node(const char *op, const char *const *inputs, const char *const *outputs) {
    wire node = {0};
    for (; *inputs; inputs++) {
        wire_text(&node, NODE_INPUT, *inputs);
    }
    for (; *outputs; outputs++) {
        wire_text(&node, NODE_OUTPUT, *outputs);
    }
    wire_text(&node, NODE_OP, op);
    return node;
}

void onnx_int(wire *node, const char *name, int64_t value) {
    enum { INT = 2 };
    wire attribute = {0};
    wire_text(&attribute, ATTRIBUTE_NAME, name);
    wire_int(&attribute, ATTRIBUTE_INT, value);
    wire_int(&attribute, ATTRIBUTE_TYPE, INT);
    wire_message(node, NODE_ATTRIBUTE, &attribute);
}

void onnx_ints(wire *node, const char *name, const int64_t *values, size_t n) {
    enum { INTS = 7 };
    wire attribute = {0};
    wire_text(&attribute, ATTRIBUTE_NAME, name);
    for (size_t i = 0; i < n; i++) {
        wire_int(&attribute, ATTRIBUTE_INTS, values[i]);
    }
    wire_int(&attribute, ATTRIBUTE_TYPE, INTS);
    wire_message(node, NODE_ATTRIBUTE, &attribute);
}

void onnx_value(wire *graph, unsigned field, const char *name, int type, const int64_t *dims,
                size_t rank) {
    wire shape = {0};
    for (size_t i = 0; i < rank; i++) {
        wire dim = {0};
        wire_int(&dim, 1, dims[i]);
        wire_message(&shape, 1, &dim);
    }
    wire tensor = {0};
    wire_int(&tensor, 1, type);
    if (dims) {
        wire_message(&tensor, 2, &shape);
    }
    wire any = {0};
    wire_message(&any, 1, &tensor);
    wire value = {0};
    wire_text(&value, 1, name);
    wire_message(&value, 2, &any);
    wire_message(graph, field, &value);
}

void onnx_weight(wire *graph, const char *name, int type, const int64_t *dims, size_t rank) {
    wire tensor = {0};
    for (size_t i = 0; i < rank; i++) {
        wire_int(&tensor, TENSOR_DIMS, dims[i]);
    }
    wire_int(&tensor, TENSOR_TYPE, type);
    wire_text(&tensor, TENSOR_NAME, name);
    wire_message(graph, GRAPH_INITIALIZER, &tensor);
}

void onnx_int64s(wire *graph, const char *name, const int64_t *values, size_t n) {
    wire tensor = {0};
    wire_int(&tensor, TENSOR_DIMS, (int64_t)n);
    wire_int(&tensor, TENSOR_TYPE, TYPE_INT64);
    for (size_t i = 0; i < n; i++) {
        wire_int(&tensor, TENSOR_INT64S, values[i]);
    }
    wire_text(&tensor, TENSOR_NAME, name);
    wire_message(graph, GRAPH_INITIALIZER, &tensor);
}

wire onnx_model(wire *graph, int64_t opset) {
    wire model = {0};
    wire_int(&model, MODEL_IR_VERSION, 8);
    wire_text(&model, MODEL_PRODUCER, "test");
    wire_message(&model, MODEL_GRAPH, graph);
    wire import = {0};
    wire_text(&import, 1, "");
    wire_int(&import, 2, opset);
    wire_message(&model, MODEL_OPSET, &import);
    return model;
}
