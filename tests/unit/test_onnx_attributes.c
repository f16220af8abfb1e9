/* Reading models: declared types and attributes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "onnx/filter.h"
#include "onnx_case.h"
#include <cmocka.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declared_dims_are_numbers_symbols_or_nothing),
        cmocka_unit_test(other_types_keep_their_elements),
        cmocka_unit_test(a_type_without_shape_has_no_rank),
        cmocka_unit_test(scalar_attributes),
        cmocka_unit_test(lists_may_be_packed_or_not),
        cmocka_unit_test(bulk_is_counted_not_kept),
        cmocka_unit_test(many_long_strings_are_counted),
        cmocka_unit_test(structured_attributes),
        cmocka_unit_test(references_and_missing_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
