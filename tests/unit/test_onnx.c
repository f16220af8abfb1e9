/* Reading models: structure, names, attributes, messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "graph/graph.h"
#include "onnx/filter.h"
#include "onnx_bytes.h"
#include <cmocka.h>
#include <roofline/model.h>

static const int64_t two[] = {1, 2};

static model *try_graph(bytes g, roof_error *e) {
    bytes b = model_of(g);
    model *m = roof_model_from_memory(b.data, b.n, "m.onnx", e);
    free(b.data);
    return m;
}

/* The model of a graph, every invariant checked. Its bytes are gone: nothing can be decoded. */
static model *read_graph_of(bytes g) {
    roof_error e = ROOF_ERROR_INIT;
    model *m = try_graph(g, &e);
    if (!m)
        fail_msg("%s", e.text);
    const char *problem = graph_check(m);
    if (problem)
        fail_msg("%s", problem);
    return m;
}

/* x -> node -> y, with the node given. */
static bytes graph_around(bytes node_proto) {
    bytes g = {0};
    put_message(&g, GRAPH_NODE, node_proto);
    put_message(&g, GRAPH_INPUT, float_value_of("x", 2, two));
    put_message(&g, GRAPH_OUTPUT, float_value_of("y", 2, two));
    return g;
}

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

/* --- declared types --- */

static bytes symbolic_type(void) { /* fp16 [batch, ?, -1, 7] */
    bytes shape = {0}, dims[4] = {{0}}, tensor = {0}, any = {0};
    put_text(&dims[0], 2, "batch");
    put_int(&dims[2], 1, -1);
    put_int(&dims[3], 1, 7);
    for (int i = 0; i < 4; i++)
        put_message(&shape, 1, dims[i]);
    put_int(&tensor, 1, DT_FLOAT16);
    put_message(&tensor, 2, shape);
    put_message(&any, 1, tensor);
    return any;
}

static void declared_dims_are_numbers_symbols_or_nothing(void **state) {
    (void)state;
    bytes g = {0};
    put_message(&g, GRAPH_INPUT, value_of("x", symbolic_type()));
    put_message(&g, GRAPH_OUTPUT, value_of("x", symbolic_type()));
    model *m = read_graph_of(g);
    const type *t = &m->main->inputs[0]->declared;
    assert_int_equal(t->kind, TYPE_TENSOR);
    assert_int_equal(t->elem, DT_FLOAT16);
    assert_int_equal(t->rank, 4);
    assert_string_equal(t->dims[0].symbol, "batch");
    assert_int_equal(t->dims[0].size, UNKNOWN);
    assert_null(t->dims[1].symbol);
    assert_int_equal(t->dims[1].size, UNKNOWN);
    assert_int_equal(t->dims[2].size, UNKNOWN);
    assert_int_equal(t->dims[3].size, 7);
    roof_model_free(m);
}

/* The type that is `wrapper` (a field of TypeProto) around fp32 [1, 2], its field `field`. */
static bytes wrapped_type(unsigned wrapper, unsigned number) {
    bytes outer = {0}, any = {0};
    if (wrapper == 5)
        put_int(&outer, 1, DT_STRING);
    put_message(&outer, number, tensor_type_of(1, 2, two));
    put_message(&any, wrapper, outer);
    return any;
}

static void other_types_keep_their_elements(void **state) {
    (void)state;
    static const struct {
        unsigned wrapper, number;
        type_kind kind;
    } cases[] = {{4, 1, TYPE_SEQUENCE}, {9, 1, TYPE_OPTIONAL}, {5, 2, TYPE_MAP}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes g = {0};
        put_message(&g, GRAPH_INPUT,
                    value_of("x", wrapped_type(cases[i].wrapper, cases[i].number)));
        model *m = read_graph_of(g);
        const type *t = &m->main->inputs[0]->declared;
        assert_int_equal(t->kind, cases[i].kind);
        assert_int_equal(t->elem, cases[i].kind == TYPE_MAP ? DT_STRING : DT_UNKNOWN);
        assert_int_equal(t->inner->elem, DT_FLOAT);
        assert_int_equal(t->inner->dims[1].size, 2);
        roof_model_free(m);
    }
}

static void a_type_without_shape_has_no_rank(void **state) {
    (void)state;
    bytes tensor = {0}, any = {0}, nothing = {0}, g = {0};
    put_int(&tensor, 1, 99); /* a type of the future */
    put_message(&any, 1, tensor);
    put_text(&nothing, 1, "y");
    put_message(&g, GRAPH_INPUT, value_of("x", any));
    put_message(&g, GRAPH_INPUT, nothing);
    model *m = read_graph_of(g);
    assert_int_equal(m->main->inputs[0]->declared.rank, -1);
    assert_int_equal(m->main->inputs[0]->declared.elem, DT_UNKNOWN);
    assert_int_equal(m->main->inputs[1]->declared.kind, TYPE_UNDECLARED);
    roof_model_free(m);
}

/* --- attributes --- */

static const attribute *attribute_in(model **m, bytes a) {
    bytes n = node_of("Op", "n", "x", "y");
    put_message(&n, NODE_ATTRIBUTE, a);
    *m = read_graph_of(graph_around(n));
    return &(*m)->main->nodes[0]->attrs[0];
}

static void scalar_attributes(void **state) {
    (void)state;
    model *m;
    bytes f = attribute_of("a", 1), i = attribute_of("a", 2), s = attribute_of("a", 3);
    put_float(&f, ATTRIBUTE_F, 2.5f);
    assert_true(attribute_in(&m, f)->f == 2.5f);
    roof_model_free(m);
    put_int(&i, ATTRIBUTE_I, -7);
    const attribute *a = attribute_in(&m, i);
    assert_int_equal(a->i, -7);
    assert_int_equal(a->n, 1);
    roof_model_free(m);
    put_bytes(&s, ATTRIBUTE_S, "SAME\0UPPER", 10);
    assert_string_equal(attribute_in(&m, s)->s, "SAME"); /* cut at a NUL */
    roof_model_free(m);
}

static void lists_may_be_packed_or_not(void **state) {
    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        model *m;
        bytes a = attribute_of("a", ATTR_INTS), f = attribute_of("a", ATTR_FLOATS), p = {0};
        float reals[] = {1.5f, -2};
        if (packed) {
            put_varint(&p, 300);
            put_varint(&p, (uint64_t)-1);
            put_message(&a, ATTRIBUTE_INTS, p);
            put_bytes(&f, ATTRIBUTE_FLOATS, reals, sizeof reals);
        } else {
            put_int(&a, ATTRIBUTE_INTS, 300);
            put_int(&a, ATTRIBUTE_INTS, -1);
            put_float(&f, ATTRIBUTE_FLOATS, reals[0]);
            put_float(&f, ATTRIBUTE_FLOATS, reals[1]);
        }
        const attribute *got = attribute_in(&m, a);
        assert_int_equal(got->n, 2);
        assert_int_equal(got->ints[0], 300);
        assert_int_equal(got->ints[1], -1);
        roof_model_free(m);
        got = attribute_in(&m, f);
        assert_int_equal(got->n, 2);
        assert_true(got->floats[0] == 1.5f && got->floats[1] == -2);
        roof_model_free(m);
    }
}

/* Of lists beyond the limit only the number is kept, exactly. */
static void bulk_is_counted_not_kept(void **state) {
    (void)state;
    enum { N = KEPT_ELEMENTS + 5 };
    model *m;
    bytes ints = attribute_of("a", ATTR_INTS), packed = attribute_of("a", ATTR_FLOATS);
    bytes strings = attribute_of("a", ATTR_STRINGS), s = attribute_of("a", ATTR_STRING);
    for (int i = 0; i < N; i++)
        put_int(&ints, ATTRIBUTE_INTS, i < 5 ? -1 : i);
    float *reals = calloc(N, sizeof *reals);
    put_bytes(&packed, ATTRIBUTE_FLOATS, reals, N * sizeof *reals);
    for (int i = 0; i < 3; i++)
        put_bytes(&strings, ATTRIBUTE_STRINGS, reals, i ? 3 : KEPT_BYTES);
    put_bytes(&s, ATTRIBUTE_S, reals, KEPT_BYTES + 1);
    free(reals);
    const attribute *a = attribute_in(&m, ints);
    assert_true(a->n == N && !a->ints);
    assert_int_equal(a->runs, N - 4); /* the first five are equal */
    roof_model_free(m);
    a = attribute_in(&m, packed);
    assert_true(a->n == N && !a->floats);
    roof_model_free(m);
    a = attribute_in(&m, strings);
    assert_int_equal(a->n, 3);
    assert_string_equal(a->strings[2], "");
    roof_model_free(m);
    a = attribute_in(&m, s);
    assert_int_equal(a->kind, ATTR_STRING);
    assert_null(a->s);
    roof_model_free(m);
}

static void many_long_strings_are_counted(void **state) {
    (void)state;
    enum { N = KEPT_LIST_BYTES / KEPT_BYTES + 2 };
    model *m;
    bytes strings = attribute_of("a", ATTR_STRINGS);
    char *text = malloc(KEPT_BYTES);
    memset(text, 'x', KEPT_BYTES);
    for (int i = 0; i < N; i++)
        put_bytes(&strings, ATTRIBUTE_STRINGS, text, KEPT_BYTES);
    free(text);
    const attribute *a = attribute_in(&m, strings);
    assert_true(a->n == N && !a->strings);
    roof_model_free(m);
}

static void structured_attributes(void **state) {
    (void)state;
    model *m;
    bytes t = attribute_of("a", ATTR_TENSOR), tp = attribute_of("a", ATTR_TYPE_PROTO);
    put_message(&t, ATTRIBUTE_T, tensor_of("", 7, 2, two));
    const attribute *a = attribute_in(&m, t);
    assert_int_equal(a->tensor->type, DT_INT64);
    assert_int_equal(stored_elements(a->tensor), 2);
    roof_model_free(m);
    put_message(&tp, ATTRIBUTE_TP, wrapped_type(4, 1));
    assert_int_equal(attribute_in(&m, tp)->type->kind, TYPE_SEQUENCE);
    roof_model_free(m);

    bytes sparse = {0}, s = attribute_of("a", ATTR_SPARSE_TENSOR);
    put_message(&sparse, 1, tensor_of("", 1, 1, two));
    put_message(&sparse, 2, tensor_of("", 7, 1, two));
    put_int(&sparse, 3, 50);
    put_message(&s, ATTRIBUTE_SPARSE, sparse);
    a = attribute_in(&m, s);
    assert_int_equal(a->type->dims[0].size, 50);
    assert_int_equal(a->indices->type, DT_INT64);
    roof_model_free(m);

    bytes tensors = attribute_of("a", ATTR_TENSORS), graphs = attribute_of("a", ATTR_GRAPHS);
    for (int i = 0; i < 3; i++) {
        put_message(&tensors, ATTRIBUTE_TENSORS, tensor_of("", 1, 2, two));
        put_message(&graphs, ATTRIBUTE_GRAPHS, (bytes){0});
    }
    assert_int_equal(attribute_in(&m, tensors)->n, 3);
    roof_model_free(m);
    a = attribute_in(&m, graphs);
    assert_int_equal(a->n, 3);
    assert_int_equal(a->graphs[2]->n_nodes, 0);
    roof_model_free(m);
}

static void references_and_missing_types(void **state) {
    (void)state;
    model *m;
    bytes reference = attribute_of("a", ATTR_TENSOR), old = {0};
    put_text(&reference, ATTRIBUTE_REF, "outer");
    const attribute *a = attribute_in(&m, reference);
    assert_string_equal(a->reference, "outer");
    assert_null(node_attribute(m->main->nodes[0], "a"));
    roof_model_free(m);
    put_text(&old, ATTRIBUTE_NAME, "a");
    put_int(&old, ATTRIBUTE_INTS, 5);
    a = attribute_in(&m, old); /* before IR version 3 the type was not written */
    assert_int_equal(a->kind, ATTR_INTS);
    assert_int_equal(a->ints[0], 5);
    roof_model_free(m);
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

/* --- messages --- */

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
        cmocka_unit_test(a_model_is_read_whole),
        cmocka_unit_test(subgraphs_see_outer_values),
        cmocka_unit_test(names_resolve_from_the_inside_out),
        cmocka_unit_test(left_out_inputs_are_null),
        cmocka_unit_test(initializers_may_be_inputs_too),
        cmocka_unit_test(sparse_initializers_have_dense_shapes),
        cmocka_unit_test(external_data_need_not_exist),
        cmocka_unit_test(functions_are_counted_and_ai_onnx_is_the_empty_domain),
        cmocka_unit_test(declared_dims_are_numbers_symbols_or_nothing),
        cmocka_unit_test(other_types_keep_their_elements),
        cmocka_unit_test(a_type_without_shape_has_no_rank),
        cmocka_unit_test(scalar_attributes),
        cmocka_unit_test(lists_may_be_packed_or_not),
        cmocka_unit_test(bulk_is_counted_not_kept),
        cmocka_unit_test(many_long_strings_are_counted),
        cmocka_unit_test(structured_attributes),
        cmocka_unit_test(references_and_missing_types),
        cmocka_unit_test(scopes_come_from_metadata_or_names),
        cmocka_unit_test(the_hash_is_of_the_structure),
        cmocka_unit_test(every_fault_is_one_clear_line),
        cmocka_unit_test(a_model_needs_one_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
