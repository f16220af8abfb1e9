/* Damage below the graph: bytes that are no protobuf, or protobuf that means harm. */
#include "hostile_models.h"

#include <string.h>

wire small_model(void) {
    static const int64_t image[] = {1, 2, 8, 8}, kernel[] = {3, 2, 3, 3}, shape[] = {1, -1},
                         dense[] = {108, 4}, out[] = {1, 4};
    wire graph = {0};
    wire conv = onnx_node("Conv", NAMES("x", "k"), NAMES("c"));
    wire_message(&graph, GRAPH_NODE, &conv);
    wire relu = onnx_node("Relu", NAMES("c"), NAMES("r"));
    wire_message(&graph, GRAPH_NODE, &relu);
    wire flat = onnx_node("Reshape", NAMES("r", "s"), NAMES("f"));
    wire_message(&graph, GRAPH_NODE, &flat);
    wire matmul = onnx_node("MatMul", NAMES("f", "w"), NAMES("y"));
    wire_message(&graph, GRAPH_NODE, &matmul);
    wire_text(&graph, GRAPH_NAME, "g");
    onnx_weight(&graph, "k", TYPE_FLOAT, kernel, 4);
    onnx_int64s(&graph, "s", shape, 2);
    onnx_weight(&graph, "w", TYPE_FLOAT, dense, 2);
    onnx_value(&graph, GRAPH_INPUT, "x", TYPE_FLOAT, image, 4);
    onnx_value(&graph, GRAPH_OUTPUT, "y", TYPE_FLOAT, out, 2);
    return onnx_model(&graph, 17);
}

static wire empty(void) {
    return (wire){0};
}

static wire noise(void) {
    static uint8_t bytes[100000];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(state >> 24);
    }
    return wire_raw(bytes, sizeof bytes);
}

static wire zeros(void) {
    static const uint8_t nothing[4096];
    return wire_raw(nothing, sizeof nothing);
}

static wire text(void) {
    static const char words[] = "import torch\n\nmodel = torch.load('model.pt')\n";
    return wire_raw(words, sizeof words - 1);
}

static wire length(uint64_t n) {
    wire file = {0};
    wire_int(&file, MODEL_IR_VERSION, 8);
    wire_tag(&file, MODEL_GRAPH, 2);
    wire_varint(&file, n);
    wire_text(&file, GRAPH_NAME, "short");
    return file;
}

static wire length_2_63(void) {
    return length(UINT64_C(1) << 63);
}

static wire length_2_63_less_1(void) {
    return length((UINT64_C(1) << 63) - 1);
}

static wire length_2_64_less_1(void) {
    return length(UINT64_MAX);
}

static wire endless_varint(void) {
    uint8_t bytes[64];
    memset(bytes, 0xff, sizeof bytes);
    return wire_raw(bytes, sizeof bytes);
}

static wire groups(void) {
    enum { START_GROUP = 3 };
    wire file = {0};
    for (int i = 0; i < 10000; i++) {
        wire_tag(&file, 99, START_GROUP);
    }
    return file;
}

/* Messages nested 10,000 deep through one field; the lengths are right. */
static wire nested(unsigned field, unsigned through, unsigned first, unsigned second) {
    wire inner = {0};
    for (int i = 0; i < 10000; i++) {
        wire outer = {0};
        wire_message(&outer, i % 2 ? first : second, &inner);
        inner = outer;
    }
    wire wrapped = {0};
    wire_message(&wrapped, through, &inner);
    wire graph = {0};
    wire_message(&graph, field, &wrapped);
    return onnx_model(&graph, 17);
}

static wire nested_types(void) { /* sequence(4).elem_type(1) of an input's type(2) */
    return nested(GRAPH_INPUT, 2, 1, 4);
}

static wire nested_graphs(void) {
    wire inner = {0};
    wire_text(&inner, GRAPH_NAME, "bottom");
    for (int i = 0; i < 10000; i++) {
        wire attribute = {0}, outer = {0};
        wire_text(&attribute, ATTRIBUTE_NAME, "body");
        wire_message(&attribute, ATTRIBUTE_GRAPH, &inner);
        wire node = onnx_node("Loop", NAMES(""), NAMES("y"));
        wire_message(&node, NODE_ATTRIBUTE, &attribute);
        wire_message(&outer, GRAPH_NODE, &node);
        inner = outer;
    }
    return onnx_model(&inner, 17);
}

static wire many(unsigned field, int count) {
    wire node = onnx_node("Relu", NAMES("x"), NAMES("y"));
    wire graph = {0};
    if (field == NODE_ATTRIBUTE) {
        for (int i = 0; i < count; i++) {
            wire_bytes(&node, NODE_ATTRIBUTE, "", 0);
        }
    }
    wire_message(&graph, GRAPH_NODE, &node);
    if (field != NODE_ATTRIBUTE) {
        for (int i = 0; i < count; i++) {
            wire_bytes(&graph, field, "", 0);
        }
    }
    return onnx_model(&graph, 17);
}

static wire attributes_without_end(void) {
    return many(NODE_ATTRIBUTE, 4000000);
}

static wire nodes_without_end(void) {
    return many(GRAPH_NODE, 4000000);
}

/* One graph in two pieces, which a protobuf parser merges: every node twice. */
static wire two_graphs(void) {
    uint8_t bytes[4096];
    wire once = small_model();
    memcpy(bytes, once.bytes, once.used);
    memcpy(bytes + once.used, once.bytes, once.used);
    wire twice = wire_raw(bytes, 2 * once.used);
    wire_free(&once);
    return twice;
}

static wire no_graph(void) {
    wire file = {0};
    wire_int(&file, MODEL_IR_VERSION, 8);
    wire_text(&file, MODEL_PRODUCER, "test");
    return file;
}

static wire mistyped_fields(void) {
    wire file = {0};
    wire_text(&file, MODEL_IR_VERSION, "eight");
    wire_int(&file, MODEL_GRAPH, 7);
    return file;
}

static const struct {
    const char *name;
    wire (*build)(void);
    unsigned right;
} files[] = {
    {"empty-file", empty, DAMAGED},
    {"noise", noise, DAMAGED},
    {"zeros", zeros, DAMAGED},
    {"text", text, DAMAGED},
    {"length-2-63", length_2_63, DAMAGED},
    {"length-2-63-less-1", length_2_63_less_1, DAMAGED},
    {"length-2-64-less-1", length_2_64_less_1, DAMAGED},
    {"endless-varint", endless_varint, DAMAGED},
    {"nested-groups", groups, DAMAGED},
    {"nested-types", nested_types, DAMAGED},
    {"nested-graphs", nested_graphs, DAMAGED},
    {"attributes-without-end", attributes_without_end, ODD | FAILED},
    {"nodes-without-end", nodes_without_end, ODD | FAILED},
    {"two-graphs", two_graphs, ODD},
    {"no-graph", no_graph, DAMAGED},
    {"mistyped-fields", mistyped_fields, DAMAGED},
};

bool hostile_file(size_t i, hostile *out) {
    if (i >= sizeof files / sizeof *files) {
        return false;
    }
    *out = (hostile){.right = files[i].right, .file = files[i].build()};
    strcpy(out->name, files[i].name);
    return true;
}
