/* Reading models: what is refused, and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "onnx_case.h"
#include <cmocka.h>

static bytes bad_dims(int64_t size, size_t rank) {
    int64_t dims[80];
    for (size_t i = 0; i < rank; i++)
        dims[i] = size;
    bytes g = graph_around(node_of("Add", "a", "x,w", "y"));
    put_message(&g, GRAPH_INITIALIZER, tensor_of("w", 1, rank, dims));
    return g;
}

static bytes faulty_graph(int which) {
    bytes g = {0}, a;
    static const int64_t minus[] = {-5};
    switch (which) {
    case 0:
        g = graph_around(node_of("Relu", "first", "x", "y"));
        put_message(&g, GRAPH_NODE, node_of("Relu", "second", "x", "y"));
        return g;
    case 1:
        return graph_around(node_of("Relu", "r", "q", "y"));
    case 2:
        return graph_around(node_of("Relu", "r", "x", "z"));
    case 3:
        g = graph_around(node_of("Relu", "r", "x", "y"));
        put_message(&g, GRAPH_INITIALIZER, tensor_of("w", 1, 0, NULL));
        put_message(&g, GRAPH_INITIALIZER, tensor_of("w", 1, 0, NULL));
        return g;
    case 4:
        g = graph_around(node_of("Relu", "r", "x", "y"));
        put_message(&g, GRAPH_INPUT, float_value_of("x", 2, two));
        return g;
    case 5:
        return graph_around(node_of("Relu", "r", "y", "y"));
    case 6:
        return bad_dims(-5, 1);
    case 7:
        return bad_dims(1, 65);
    case 8:
        return graph_around(node_of("", "r", "x", "y"));
    case 9:
        g = graph_around(node_of("Relu", "r", "x", "y"));
        put_message(&g, GRAPH_INITIALIZER, tensor_of("", 1, 0, NULL));
        return g;
    case 10:
        put_message(&g, GRAPH_INPUT, float_value_of("x", 1, minus));
        return g;
    case 11:
        a = node_of("Constant", "k", "", "y");
        put_message(&a, NODE_ATTRIBUTE, attribute_of("value", ATTR_TENSOR));
        return graph_around(a);
    case 12:
        a = node_of("If", "k", "x", "y");
        put_message(&a, NODE_ATTRIBUTE, attribute_of("then_branch", ATTR_GRAPH));
        return graph_around(a);
    case 13:
        return graph_around(node_of("Relu", "bad\nname\x1b[31m", "q\x01", "y"));
    default:
        g = graph_around(node_of("Relu", "r", "x", "y"));
        put_message(&g, GRAPH_INITIALIZER, tensor_of("y", 1, 0, NULL));
        return g;
    }
}

static const char *const faults[] = {
    "m.onnx: node #1 Relu \"second\" writes \"y\", which is already the output of node #0 Relu "
    "\"first\"",
    "m.onnx: node #0 Relu \"r\" uses \"q\", which nothing defines",
    "m.onnx: the graph output \"y\" is written by no node",
    "m.onnx: the initializer \"w\" is already an initializer",
    "m.onnx: the graph input \"x\" is already a graph input",
    "m.onnx: node #0 Relu \"r\" uses \"y\", which needs that node's own output (a cycle)",
    "m.onnx: the initializer \"w\" has -5 as its dimension 0",
    "m.onnx: the initializer \"w\" has 65 dimensions; at most 64 are allowed",
    "m.onnx: damaged at byte 28: node #0 names no operator",
    "m.onnx: damaged at byte 87: an initializer without a name",
    "m.onnx: value \"x\" has -5 as its dimension 0",
    "m.onnx: node #0 Constant \"k\": attribute \"value\" is a tensor, but there is none",
    "m.onnx: node #0 If \"k\": attribute \"then_branch\" is a graph, but there is none",
    "m.onnx: node #0 Relu \"bad\\x0aname\\x1b[31m\" uses \"q\\x01\", which nothing defines",
    "m.onnx: the initializer \"y\" is already the output of node #0 Relu \"r\"",
};

static void every_fault_is_one_clear_line(void **state) {
    (void)state;
    for (int i = 0; i < (int)(sizeof faults / sizeof *faults); i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_null(try_graph(faulty_graph(i), &e));
        assert_int_equal(e.status, ROOF_DAMAGED);
        assert_string_equal(e.text, faults[i]);
    }
}

static void a_model_needs_one_graph(void **state) {
    (void)state;
    bytes none = {0}, twice = model_of(sample_graph());
    put_int(&none, MODEL_IR, 8);
    put_message(&twice, MODEL_GRAPH, sample_graph());
    roof_error e = ROOF_ERROR_INIT;
    assert_null(roof_model_from_memory(none.data, none.n, "m.onnx", &e));
    assert_int_equal(e.status, ROOF_DAMAGED);
    assert_string_equal(e.text,
                        "m.onnx: holds no graph, so it is no ONNX model (or not all of it)");
    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(roof_model_from_memory(twice.data, twice.n, "m.onnx", &e));
    assert_int_equal(e.status, ROOF_DAMAGED);
    assert_non_null(strstr(e.text, "ModelProto.graph occurs twice"));
    free(none.data);
    free(twice.data);
    roof_model_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_one_clear_line),
        cmocka_unit_test(a_model_needs_one_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
