/* Damage between nodes: cycles, writers, declarations, weights that lie about themselves. */
#include "hostile_models.h"

#include <string.h>

static const int64_t row[] = {1, 4};

static void add(wire *graph, const char *op, const char *input, const char *output) {
    wire node = onnx_node(op, NAMES(input), NAMES(output));
    wire_message(graph, GRAPH_NODE, &node);
}

static wire finish(wire *graph) {
    wire_text(graph, GRAPH_NAME, "g");
    onnx_value(graph, GRAPH_INPUT, "x", TYPE_FLOAT, row, 2);
    onnx_value(graph, GRAPH_OUTPUT, "y", TYPE_FLOAT, row, 2);
    return onnx_model(graph, 17);
}

static wire self_loop(void) {
    wire graph = {0};
    add(&graph, "Relu", "y", "y");
    return finish(&graph);
}

static wire cycle(void) {
    wire graph = {0};
    wire sum = onnx_node("Add", NAMES("x", "b"), NAMES("a"));
    wire_message(&graph, GRAPH_NODE, &sum);
    add(&graph, "Relu", "a", "b");
    add(&graph, "Relu", "b", "y");
    return finish(&graph);
}

static wire two_writers(void) {
    wire graph = {0};
    add(&graph, "Relu", "x", "y");
    add(&graph, "Abs", "x", "y");
    return finish(&graph);
}

static wire writes_an_input(void) {
    wire graph = {0};
    add(&graph, "Relu", "x", "y");
    add(&graph, "Relu", "y", "x");
    return finish(&graph);
}

static wire reads_nothing_known(void) {
    wire graph = {0};
    add(&graph, "Relu", "nobody-writes-this", "y");
    return finish(&graph);
}

static wire output_of_nobody(void) {
    wire graph = {0};
    add(&graph, "Relu", "x", "z");
    return finish(&graph);
}

static wire without_nodes(void) {
    wire graph = {0};
    return finish(&graph);
}

static wire without_outputs(void) {
    wire graph = {0};
    add(&graph, "Relu", "x", "z");
    wire_text(&graph, GRAPH_NAME, "g");
    onnx_value(&graph, GRAPH_INPUT, "x", TYPE_FLOAT, row, 2);
    return onnx_model(&graph, 17);
}

/* y = Relu(x) where x is declared in an odd way. */
static wire declared(int type, const int64_t *dims, size_t rank, int64_t opset) {
    wire graph = {0};
    add(&graph, "Relu", "x", "y");
    wire_text(&graph, GRAPH_NAME, "g");
    onnx_value(&graph, GRAPH_INPUT, "x", type, dims, rank);
    onnx_value(&graph, GRAPH_OUTPUT, "y", type, dims, rank);
    return onnx_model(&graph, opset);
}

static wire dims_2_62(void) {
    return declared(TYPE_FLOAT, (int64_t[]){INT64_C(1) << 62, INT64_C(1) << 62}, 2, 17);
}

static wire dims_max(void) {
    return declared(TYPE_FLOAT, (int64_t[]){INT64_MAX, 1}, 2, 17);
}

static wire dims_negative(void) {
    return declared(TYPE_FLOAT, (int64_t[]){-5, 4}, 2, 17);
}

static wire dims_zero(void) {
    return declared(TYPE_FLOAT, (int64_t[]){0, 4}, 2, 17);
}

static wire rank_5000(void) {
    static int64_t dims[5000];
    for (size_t i = 0; i < 5000; i++) {
        dims[i] = 2;
    }
    return declared(TYPE_FLOAT, dims, 5000, 17);
}

static wire type_unheard_of(void) {
    return declared(9999, row, 2, 17);
}

static wire type_negative(void) {
    return declared(-1, row, 2, 17);
}

static wire opset_negative(void) {
    return declared(TYPE_FLOAT, row, 2, -1);
}

static wire opset_far_away(void) {
    return declared(TYPE_FLOAT, row, 2, INT64_MAX);
}

/* y = MatMul(x, w) with a weight of the caller's making. */
static wire weighted(wire *weight) {
    wire graph = {0};
    wire node = onnx_node("MatMul", NAMES("x", "w"), NAMES("y"));
    wire_message(&graph, GRAPH_NODE, &node);
    wire_text(weight, TENSOR_NAME, "w");
    wire_int(weight, TENSOR_TYPE, TYPE_FLOAT);
    wire_message(&graph, GRAPH_INITIALIZER, weight);
    return finish(&graph);
}

static wire weight_huge(void) {
    wire weight = {0};
    wire_int(&weight, TENSOR_DIMS, INT64_C(1) << 62);
    wire_int(&weight, TENSOR_DIMS, INT64_C(1) << 62);
    return weighted(&weight);
}

static wire weight_negative(void) {
    wire weight = {0};
    wire_int(&weight, TENSOR_DIMS, -5);
    wire_int(&weight, TENSOR_DIMS, 4);
    return weighted(&weight);
}

static wire weight_shorter_than_its_shape(void) {
    wire weight = {0};
    wire_int(&weight, TENSOR_DIMS, 4);
    wire_int(&weight, TENSOR_DIMS, 4);
    wire_bytes(&weight, TENSOR_RAW, "abc", 3);
    return weighted(&weight);
}

static void external(wire *weight, const char *key, const char *value) {
    wire entry = {0};
    wire_text(&entry, 1, key);
    wire_text(&entry, 2, value);
    wire_message(weight, TENSOR_EXTERNAL, &entry);
}

static wire weight_elsewhere(void) {
    wire weight = {0};
    wire_int(&weight, TENSOR_DIMS, 4);
    wire_int(&weight, TENSOR_DIMS, 4);
    external(&weight, "location", "../../../../../../etc/passwd");
    external(&weight, "offset", "9223372036854775807");
    external(&weight, "length", "-1");
    wire_int(&weight, TENSOR_LOCATION, 1);
    return weighted(&weight);
}

/* A shape that lies outside the file: its values are asked for, and must not be read. */
static wire shape_elsewhere(void) {
    wire graph = {0}, shape = {0};
    wire node = onnx_node("Reshape", NAMES("x", "s"), NAMES("y"));
    wire_message(&graph, GRAPH_NODE, &node);
    wire_int(&shape, TENSOR_DIMS, 2);
    wire_int(&shape, TENSOR_TYPE, TYPE_INT64);
    wire_text(&shape, TENSOR_NAME, "s");
    external(&shape, "location", "/dev/zero");
    wire_int(&shape, TENSOR_LOCATION, 1);
    wire_message(&graph, GRAPH_INITIALIZER, &shape);
    return finish(&graph);
}

/* Constants that double 62 times: 2^63 values if someone really computed them. */
static wire doubling_constants(void) {
    wire graph = {0};
    onnx_int64s(&graph, "c0", (int64_t[]){1, 2}, 2);
    char from[8] = "c0", to[8] = "c0";
    for (int i = 1; i < 63; i++) {
        strcpy(from, to);
        to[1] = (char)('0' + i / 10);
        to[2] = (char)('0' + i % 10);
        wire node = onnx_node("Concat", NAMES(from, from), NAMES(to));
        onnx_int(&node, "axis", 0);
        wire_message(&graph, GRAPH_NODE, &node);
    }
    wire node = onnx_node("Reshape", NAMES("x", to), NAMES("y"));
    wire_message(&graph, GRAPH_NODE, &node);
    return finish(&graph);
}

static wire function_of_itself(void) {
    wire graph = {0};
    wire call = onnx_node("F", NAMES("x"), NAMES("y"));
    wire_text(&call, NODE_DOMAIN, "mine");
    wire_message(&graph, GRAPH_NODE, &call);
    wire model = finish(&graph);
    wire body = onnx_node("F", NAMES("a"), NAMES("b")), function = {0};
    wire_text(&body, NODE_DOMAIN, "mine");
    wire_text(&function, 1, "F"); /* name, input, output, node, domain of FunctionProto */
    wire_text(&function, 4, "a");
    wire_text(&function, 5, "b");
    wire_message(&function, 7, &body);
    wire_text(&function, 10, "mine");
    wire_message(&model, MODEL_FUNCTION, &function);
    return model;
}

static const struct {
    const char *name;
    wire (*build)(void);
    unsigned right;
} graphs[] = {
    {"small-model", small_model, FINE},
    {"self-loop", self_loop, DAMAGED},
    {"cycle", cycle, DAMAGED},
    {"two-writers", two_writers, DAMAGED},
    {"writes-an-input", writes_an_input, DAMAGED},
    {"reads-nothing-known", reads_nothing_known, DAMAGED},
    {"output-of-nobody", output_of_nobody, DAMAGED},
    {"without-nodes", without_nodes, ODD},
    {"without-outputs", without_outputs, ODD},
    {"dims-2-62", dims_2_62, ODD},
    {"dims-max", dims_max, ODD},
    {"dims-negative", dims_negative, ODD},
    {"dims-zero", dims_zero, ODD},
    {"rank-5000", rank_5000, ODD},
    {"type-unheard-of", type_unheard_of, ODD},
    {"type-negative", type_negative, ODD},
    {"opset-negative", opset_negative, ODD},
    {"opset-far-away", opset_far_away, ODD},
    {"weight-huge", weight_huge, ODD},
    {"weight-negative", weight_negative, ODD},
    {"weight-short", weight_shorter_than_its_shape, ODD},
    {"weight-elsewhere", weight_elsewhere, FINE},
    {"shape-elsewhere", shape_elsewhere, ODD},
    {"doubling-constants", doubling_constants, ODD},
    {"function-of-itself", function_of_itself, ODD},
};

bool hostile_graph(size_t i, hostile *out) {
    if (i >= sizeof graphs / sizeof *graphs) {
        return false;
    }
    *out = (hostile){.right = graphs[i].right, .file = graphs[i].build()};
    strcpy(out->name, graphs[i].name);
    return true;
}
