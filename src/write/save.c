#include "write/save.h"
#include "base/text.h"
#include "write/wire.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Field numbers of onnx.proto. */
enum { MODEL_IR_VERSION = 1, MODEL_PRODUCER_NAME = 2, MODEL_GRAPH = 7, MODEL_OPSET_IMPORT = 8 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP_TYPE = 4, NODE_ATTRIBUTE = 5 };
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_INTEGERS = 8,
    ATTRIBUTE_TYPE = 20
};
enum {
    TENSOR_DIMS = 1,
    TENSOR_DATA_TYPE = 2,
    TENSOR_FLOAT_DATA = 4,
    TENSOR_INT32_DATA = 5,
    TENSOR_NAME = 8,
    TENSOR_RAW_DATA = 9,
    TENSOR_EXTERNAL_DATA = 13,
    TENSOR_DATA_LOCATION = 14
};
enum { ENTRY_KEY = 1, ENTRY_VALUE = 2 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2 };
enum { TYPE_TENSOR = 1, TENSOR_TYPE_ELEMENT = 1, TENSOR_TYPE_SHAPE = 2 };
enum { SHAPE_DIM = 1, DIM_VALUE = 1, DIM_PARAM = 2 };

enum { DATA_LOCATION_EXTERNAL = 1 };

static void put_entry(wire *tensor, const char *key, const char *text) {
    wire entry = {0};
    wire_text(&entry, ENTRY_KEY, key);
    wire_text(&entry, ENTRY_VALUE, text);
    wire_message(tensor, TENSOR_EXTERNAL_DATA, &entry);
}

static void put_external(wire *tensor, const constant *c) {
    char number[24];
    put_entry(tensor, "location", "weights.bin");
    snprintf(number, sizeof number, "%" PRId64, c->offset);
    put_entry(tensor, "offset", number);
    snprintf(number, sizeof number, "%" PRId64, c->length);
    put_entry(tensor, "length", number);
    wire_int(tensor, TENSOR_DATA_LOCATION, DATA_LOCATION_EXTERNAL);
}

/* float_data holds the bytes as they are, int32_data each element as a varint. */
static void put_typed(wire *tensor, const constant *c) {
    if (c->type == DT_FLOAT) {
        wire_bytes(tensor, TENSOR_FLOAT_DATA, c->bytes, (size_t)c->length);
        return;
    }
    wire packed = {0};
    for (int64_t i = 0; i < c->length; i++)
        wire_varint(&packed, (uint64_t)(int64_t)(int8_t)c->bytes[i]);
    wire_message(tensor, TENSOR_INT32_DATA, &packed);
}

static void put_tensor(wire *parent, unsigned field, const constant *c) {
    wire tensor = {0};
    for (size_t i = 0; i < c->dims.count; i++)
        wire_int(&tensor, TENSOR_DIMS, c->dims.items[i]);
    wire_int(&tensor, TENSOR_DATA_TYPE, c->type);
    if (c->payload == PAYLOAD_TYPED)
        put_typed(&tensor, c);
    if (c->tensor->name)
        wire_text(&tensor, TENSOR_NAME, c->tensor->name);
    if (c->payload == PAYLOAD_RAW)
        wire_bytes(&tensor, TENSOR_RAW_DATA, c->bytes, (size_t)c->length);
    if (c->payload == PAYLOAD_ZEROS)
        wire_zeros(&tensor, TENSOR_RAW_DATA, (uint64_t)c->length);
    if (c->payload == PAYLOAD_EXTERNAL)
        put_external(&tensor, c);
    wire_message(parent, field, &tensor);
}

static void put_attribute(wire *node_message, const attribute *a) {
    wire message = {0};
    wire_text(&message, ATTRIBUTE_NAME, a->name);
    switch (a->type) {
    case ATTRIBUTE_FLOAT:
        wire_float(&message, ATTRIBUTE_F, a->number);
        break;
    case ATTRIBUTE_INT:
        wire_int(&message, ATTRIBUTE_I, a->integer);
        break;
    case ATTRIBUTE_TENSOR:
        put_tensor(&message, ATTRIBUTE_T, a->tensor);
        break;
    case ATTRIBUTE_INTS:
        for (size_t i = 0; i < a->integers.count; i++)
            wire_int(&message, ATTRIBUTE_INTEGERS, a->integers.items[i]);
        break;
    }
    wire_int(&message, ATTRIBUTE_TYPE, a->type);
    wire_message(node_message, NODE_ATTRIBUTE, &message);
}

static void put_node(wire *graph, const node *n) {
    wire message = {0};
    for (size_t i = 0; i < n->n_inputs; i++)
        wire_text(&message, NODE_INPUT, n->inputs[i]->name);
    for (size_t i = 0; i < n->n_outputs; i++)
        wire_text(&message, NODE_OUTPUT, n->outputs[i]->name);
    wire_text(&message, NODE_NAME, n->name);
    wire_text(&message, NODE_OP_TYPE, n->op);
    for (size_t i = 0; i < n->n_attributes; i++)
        put_attribute(&message, &n->attributes[i]);
    wire_message(graph, GRAPH_NODE, &message);
}

/* Dims are separated by commas; one that is no number is a name. */
static wire shape_message(const char *dims) {
    wire shape = {0};
    while (*dims) {
        char text[64];
        size_t length = strcspn(dims, ",");
        snprintf(text, sizeof text, "%.*s", (int)length, dims);
        wire dim = {0};
        int64_t number;
        if (text_to_int(text, &number))
            wire_int(&dim, DIM_VALUE, number);
        else
            wire_text(&dim, DIM_PARAM, text);
        wire_message(&shape, SHAPE_DIM, &dim);
        dims += length + (dims[length] == ',');
    }
    return shape;
}

static void put_port(wire *graph, unsigned field, const port *p) {
    wire shape = shape_message(p->dims), tensor = {0}, type = {0}, info = {0};
    wire_int(&tensor, TENSOR_TYPE_ELEMENT, p->type);
    wire_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    wire_message(&type, TYPE_TENSOR, &tensor);
    wire_text(&info, VALUE_NAME, p->tensor->name);
    wire_message(&info, VALUE_TYPE, &type);
    wire_message(graph, field, &info);
}

static wire graph_message(const builder *b) {
    wire graph = {0};
    for (const node *n = b->nodes; n; n = n->next)
        put_node(&graph, n);
    wire_text(&graph, GRAPH_NAME, b->name);
    for (const constant *c = b->initializers; c; c = c->next)
        put_tensor(&graph, GRAPH_INITIALIZER, c);
    for (const port *p = b->inputs; p; p = p->next)
        put_port(&graph, GRAPH_INPUT, p);
    for (const port *p = b->outputs; p; p = p->next)
        put_port(&graph, GRAPH_OUTPUT, p);
    return graph;
}

wire model_message(const builder *b) {
    wire model = {0}, opset = {0}, graph = graph_message(b);
    wire_int(&model, MODEL_IR_VERSION, b->ir_version);
    wire_text(&model, MODEL_PRODUCER_NAME, "roofline-models");
    wire_message(&model, MODEL_GRAPH, &graph);
    wire_text(&opset, OPSET_DOMAIN, "");
    wire_int(&opset, OPSET_VERSION, b->opset);
    wire_message(&model, MODEL_OPSET_IMPORT, &opset);
    return model;
}

bool save_model(const builder *b, const char *path) {
    wire model = model_message(b);
    bool saved = wire_save(&model, path);
    wire_free(&model);
    return saved;
}
