/* Reading models: structure, names, scopes, the hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "onnx_case.h"
#include <cmocka.h>

static void a_model_is_read_whole(void **state) {
    (void)state;
    model *m = read_graph_of(sample_graph());
    assert_int_equal(m->ir_version, 8);
    assert_string_equal(m->producer, "pytorch 2.1.0");
    assert_string_equal(m->path, "m.onnx");
    assert_int_equal(model_opset(m, ""), 17);
    assert_string_equal(m->main->name, "sample");
    assert_int_equal(m->main->n_nodes, 4);
    assert_int_equal(m->n_nodes, 5);  /* with the one in the branch */
    assert_int_equal(m->n_values, 9); /* x yes w b, c i s y, t */
    const node *conv = m->main->nodes[0];
    assert_string_equal(conv->op, "Conv");
    assert_string_equal(conv->scope, "features/conv1");
    assert_int_equal(conv->n_in, 3);
    const value *x = conv->in[0], *w = conv->in[1];
    assert_true(x->is_input && !x->stored);
    assert_int_equal(x->declared.rank, 4);
    assert_int_equal(x->declared.dims[3].size, 8);
    assert_int_equal(x->declared.elem, DT_FLOAT);
    assert_int_equal(w->stored->type, DT_FLOAT);
    assert_int_equal(stored_elements(w->stored), 4 * 3 * 3 * 3);
    assert_int_equal(conv->out[0]->declared.rank, 4); /* value_info */
    assert_true(m->main->outputs[0]->is_output);
    roof_model_free(m);
}

static void subgraphs_see_outer_values(void **state) {
    (void)state;
    model *m = read_graph_of(sample_graph());
    const node *either = m->main->nodes[1];
    const attribute *branch = node_attribute(either, "then_branch");
    assert_int_equal(branch->kind, ATTR_GRAPH);
    const graph *g = branch->graphs[0];
    assert_ptr_equal(g->parent, either);
    assert_string_equal(g->branch, "then_branch");
    assert_ptr_equal(g->nodes[0]->in[0], m->main->nodes[0]->in[0]);
    assert_ptr_equal(g->nodes[0]->in[1], m->main->nodes[0]->in[1]);
    assert_int_equal(either->n_captures, 2);
    roof_model_free(m);
}

/* A name that an inner graph defines itself hides the outer one; a branch may return an outer value
 * and may use one that is written later in the file. */
static void names_resolve_from_the_inside_out(void **state) {
    (void)state;
    bytes inner = {0}, branch = {0}, g = {0};
    put_message(&inner, GRAPH_NODE, node_of("Add", "add", "h,late", "r"));
    put_message(&inner, GRAPH_OUTPUT, float_value_of("r", 2, two));
    bytes nested = attribute_of("body", 5), loop = node_of("Loop", "loop", "", "q");
    put_message(&nested, ATTRIBUTE_G, inner);
    put_message(&loop, NODE_ATTRIBUTE, nested);
    put_message(&branch, GRAPH_NODE, loop);
    put_message(&branch, GRAPH_NODE, node_of("Relu", "hides", "x", "h"));
    put_message(&branch, GRAPH_OUTPUT, float_value_of("q", 2, two));
    put_message(&branch, GRAPH_OUTPUT, float_value_of("x", 2, two));
    bytes then_branch = attribute_of("then_branch", 5), either = node_of("If", "if", "h", "y,z");
    put_message(&then_branch, ATTRIBUTE_G, branch);
    put_message(&either, NODE_ATTRIBUTE, then_branch);
    put_message(&g, GRAPH_NODE, either);
    put_message(&g, GRAPH_NODE, node_of("Relu", "later", "x", "late"));
    put_message(&g, GRAPH_NODE, node_of("Relu", "outer", "x", "h"));
    put_message(&g, GRAPH_INPUT, float_value_of("x", 2, two));
    put_message(&g, GRAPH_OUTPUT, float_value_of("y", 2, two));
    model *m = read_graph_of(g);
    assert_string_equal(m->main->nodes[2]->name, "if"); /* after what its branches need */
    const graph *then = m->main->nodes[2]->attrs[0].graphs[0];
    assert_string_equal(then->nodes[0]->name, "hides");
    assert_ptr_equal(then->outputs[1], m->main->inputs[0]);
    const node *add = then->nodes[1]->attrs[0].graphs[0]->nodes[0];
    assert_ptr_equal(add->in[0]->producer, then->nodes[0]);
    assert_string_equal(add->in[1]->producer->name, "later");
    roof_model_free(m);
}

static void left_out_inputs_are_null(void **state) {
    (void)state;
    bytes n = node_of("Resize", "r", "x,,x,,", ",y,");
    model *m = read_graph_of(graph_around(n));
    const node *r = m->main->nodes[0];
    assert_int_equal(r->n_in, 3); /* empty names at the end are dropped */
    assert_null(r->in[1]);
    assert_ptr_equal(r->in[2], r->in[0]);
    assert_int_equal(r->n_out, 2);
    assert_null(r->out[0]);
    assert_int_equal(r->in[0]->n_uses, 2);
    roof_model_free(m);
}

static void initializers_may_be_inputs_too(void **state) {
    (void)state;
    bytes g = graph_around(node_of("Add", "a", "x,w", "y"));
    put_message(&g, GRAPH_INITIALIZER, tensor_of("w", 1, 2, two));
    put_message(&g, GRAPH_INPUT, float_value_of("w", 2, two));
    model *m = read_graph_of(g);
    const value *w = m->main->inputs[1];
    assert_true(w->is_input && w->stored);
    assert_ptr_equal(w, m->main->initializers[0]);
    roof_model_free(m);
}

static void sparse_initializers_have_dense_shapes(void **state) {
    (void)state;
    static const int64_t three[] = {3};
    bytes sparse = {0};
    put_message(&sparse, 1, tensor_of("w", 1, 1, three));
    put_message(&sparse, 2, tensor_of("", 7, 1, three));
    put_int(&sparse, 3, 30);
    put_int(&sparse, 3, 40);
    bytes g = graph_around(node_of("MatMul", "a", "x,w", "y"));
    put_message(&g, GRAPH_SPARSE, sparse);
    model *m = read_graph_of(g);
    const value *w = m->main->initializers[0];
    assert_int_equal(stored_elements(w->stored), 3);
    assert_int_equal(w->indices->type, DT_INT64);
    assert_int_equal(w->declared.rank, 2);
    assert_int_equal(w->declared.dims[1].size, 40);
    roof_model_free(m);
}

static void external_data_need_not_exist(void **state) {
    (void)state;
    bytes w = tensor_of("w", 1, 2, two);
    put_message(&w, TENSOR_EXTERNAL, pair_of("location", "nowhere.bin"));
    put_int(&w, TENSOR_LOCATION, 1);
    bytes g = graph_around(node_of("Add", "a", "x,w", "y"));
    put_message(&g, GRAPH_INITIALIZER, w);
    model *m = read_graph_of(g);
    assert_true(m->main->initializers[0]->stored->external);
    roof_model_free(m);
}

static void functions_are_counted_and_ai_onnx_is_the_empty_domain(void **state) {
    (void)state;
    bytes call = node_of("Mine", "call", "x", "m"), relu = node_of("Relu", "r", "m", "y");
    put_text(&call, NODE_DOMAIN, "local");
    put_text(&relu, NODE_DOMAIN, "ai.onnx");
    bytes g = graph_around(call), function = {0};
    put_message(&g, GRAPH_NODE, relu);
    put_text(&function, 1, "Mine");
    bytes b = model_of(g);
    put_message(&b, MODEL_OPSET, opset_of("ai.onnx", 3)); /* the first counts */
    put_message(&b, MODEL_OPSET, opset_of("local", 2));
    put_message(&b, MODEL_FUNCTION, function);
    roof_error e = ROOF_ERROR_INIT;
    model *m = roof_model_from_memory(b.data, b.n, "m.onnx", &e);
    assert_non_null(m);
    assert_int_equal(m->n_functions, 1);
    assert_string_equal(m->main->nodes[0]->domain, "local");
    assert_string_equal(m->main->nodes[1]->domain, "");
    assert_int_equal(model_opset(m, ""), 17);
    assert_int_equal(model_opset(m, "local"), 2);
    roof_model_free(m);
    free(b.data);
}

/* --- scopes --- */

static const struct {
    const char *name, *key, *text, *scope;
} scopes[] = {
    {"/layer1/layer1.0/conv1/Conv", "", "", "layer1/layer1.0/conv1"},
    {"model/conv/Conv2D", "", "", "model/conv"},
    {"Conv_12", "", "", ""},
    {"/Conv", "", "", ""},
    {"a/b", "pkg.torch.onnx.name_scopes", "['', 'layer1', 'layer1.conv1', 'conv2d']",
     "layer1.conv1"},
    {"a/b", "pkg.torch.onnx.name_scopes", "['conv2d']", ""},
    {"a/b", "pkg.torch.onnx.name_scopes", "['broken", ""},
    {"a/b", "namespace", ": Net/layer1: Sequential/layer1.conv1: Conv2d/conv2d: aten.conv2d",
     "layer1.conv1"},
    {"a/b", "namespace", "nothing", ""},
    {"a/b", "other", "x/y", "a"},
};

static void scopes_come_from_metadata_or_names(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        bytes n = node_of("Conv", scopes[i].name, "x", "y");
        if (*scopes[i].key)
            put_message(&n, NODE_METADATA, pair_of(scopes[i].key, scopes[i].text));
        model *m = read_graph_of(graph_around(n));
        assert_string_equal(m->main->nodes[0]->scope, scopes[i].scope);
        roof_model_free(m);
    }
}

/* --- the structure hash --- */

/* x + w -> y. What a variant changes: 0 nothing, 1 to 5 what does not count, from 6 on what does.
 */
enum { SAME_VARIANTS = 6, VARIANTS = 11 };

static bytes variant_graph(int variant) {
    static const int64_t other[] = {2, 1};
    float values[] = {1, 2};
    bytes n = node_of(variant == 6 ? "Sub" : "Add", variant == 7 ? "other" : "n", "x,w", "y");
    bytes w = tensor_of("w", 1, 2, variant == 8 ? other : two), axis = attribute_of("axis", 2);
    if (variant == 1)
        put_text(&n, NODE_DOC, "documentation");
    if (variant == 2) /* values somewhere else */
        put_bytes(&w, TENSOR_FLOATS, values, sizeof values);
    else if (variant == 3) {
        put_message(&w, TENSOR_EXTERNAL, pair_of("location", "w.bin"));
        put_int(&w, TENSOR_LOCATION, 1);
    } else
        put_bytes(&w, TENSOR_RAW, values, sizeof values);
    put_int(&axis, ATTRIBUTE_I, variant == 9);
    put_message(&n, NODE_ATTRIBUTE, axis);
    bytes g = graph_around(n);
    if (variant == 4)
        put_text(&g, GRAPH_DOC, "documentation");
    if (variant == 5)
        put_text(&g, 77, "an unknown field");
    put_message(&g, GRAPH_INITIALIZER, w);
    if (variant == 10)
        put_message(&g, GRAPH_OUTPUT, float_value_of("x", 2, two));
    return g;
}

static void the_hash_is_of_the_structure(void **state) {
    (void)state;
    uint64_t hashes[VARIANTS];
    for (int i = 0; i < VARIANTS; i++) {
        model *m = read_graph_of(variant_graph(i));
        hashes[i] = m->structure_hash;
        roof_model_free(m);
        for (int k = 0; k < i; k++)
            if ((hashes[i] == hashes[k]) != (i < SAME_VARIANTS))
                fail_msg("variants %d and %d", k, i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_read_whole),
        cmocka_unit_test(subgraphs_see_outer_values),
        cmocka_unit_test(names_resolve_from_the_inside_out),
        cmocka_unit_test(left_out_inputs_are_null),
        cmocka_unit_test(initializers_may_be_inputs_too),
        cmocka_unit_test(sparse_initializers_have_dense_shapes),
        cmocka_unit_test(external_data_need_not_exist),
        cmocka_unit_test(functions_are_counted_and_ai_onnx_is_the_empty_domain),
        cmocka_unit_test(scopes_come_from_metadata_or_names),
        cmocka_unit_test(the_hash_is_of_the_structure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
