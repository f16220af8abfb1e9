/* Binding of dimensions, folding, and what counts as a constant. */
#include "tiny_model.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SYMBOL(name)                                                                               \
    { .size = UNKNOWN, .symbol = name }
#define SIZE(n)                                                                                    \
    { .size = n }

/* One Relu over an input of the given dims. */
static tiny *relu(int rank, const dim *dims) {
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, rank, dims);
    tiny_output(t, tiny_node(t, "Relu", 1, &x));
    return t;
}

static void binds_dimensions(void **state) {
    (void)state;
    const struct {
        dim dims[3];
        roof_options options;
        count expected[3];
        const char *assumption;
    } cases[] = {
        /* the batch is taken as 1, and said so */
        {{SYMBOL("batch"), SIZE(3), SIZE(4)}, {0}, {1, 3, 4}, "batch = 1"},
        {{SYMBOL("N"), SIZE(3), SIZE(4)}, {0}, {1, 3, 4}, "N = 1"},
        {{SYMBOL(NULL), SIZE(3), SIZE(4)},
         {0},
         {1, 3, 4},
         "the unnamed first dimension of the inputs (the batch) = 1"},
        {{SYMBOL("batch_size"), SIZE(3), SIZE(4)}, {.batch = 8}, {8, 3, 4}, NULL},
        /* a fixed batch is replaced on request */
        {{SIZE(1), SIZE(3), SIZE(4)}, {.batch = 8}, {8, 3, 4}, NULL},
        {{SYMBOL("batch"), SYMBOL("seq"), SIZE(4)},
         {.dims = (roof_binding[]){{"seq", "128"}}, .n_dims = 1},
         {1, 128, 4},
         "batch = 1"},
        /* expressions follow from their names; 0 is a size */
        {{SIZE(2), SYMBOL("past + 1"), SYMBOL("past")},
         {.dims = (roof_binding[]){{"past", "0"}}, .n_dims = 1},
         {2, 1, 0},
         NULL},
        {{SIZE(2), SYMBOL("8*h8"), SYMBOL("h8")},
         {.shapes = (roof_binding[]){{"x", "2x64x8"}}, .n_shapes = 1},
         {2, 64, 8},
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        tiny *t = relu(3, cases[i].dims);
        roof_analysis *a = tiny_analyze(t, NULL, &cases[i].options, &e);
        assert_string_equal(e.text, "");
        assert_non_null(a);
        size_t n;
        const roof_tensor *y = roof_analysis_outputs(a, &n);
        assert_int_equal(y->rank, 3);
        for (int k = 0; k < 3; k++)
            assert_int_equal(y->dims[k], cases[i].expected[k]);
        const char *assumption = roof_analysis_assumption(a, 0);
        if (cases[i].assumption)
            assert_string_equal(assumption, cases[i].assumption);
        else
            assert_null(assumption);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

static void refuses_with_the_way_out(void **state) {
    (void)state;
    const struct {
        dim dims[2];
        roof_options options;
        const char *text;
    } cases[] = {
        {{SYMBOL("batch"), SYMBOL("seq")},
         {0},
         "tiny.onnx: the model leaves dimensions open; add --dim seq=N"},
        {{SYMBOL("rows"), SYMBOL("past + new")},
         {.dims = (roof_binding[]){{"past", "4"}}, .n_dims = 1},
         "tiny.onnx: the model leaves dimensions open; add --dim rows=N --dim new=N"},
        {{SIZE(3), SYMBOL(NULL)},
         {0},
         "tiny.onnx: the model leaves dimensions open; add --shape 'x=3xN'"},
        {{SIZE(3), SYMBOL("my dim")},
         {0},
         "tiny.onnx: the model leaves dimensions open; add --dim 'my dim=N'"},
        {{SIZE(3), SYMBOL("seq")},
         {.dims = (roof_binding[]){{"seq", "4"}, {"sec", "4"}}, .n_dims = 2},
         "--dim sec=4: the model has no dimension of that name (it has: seq)"},
        {{SIZE(3), SYMBOL("seq")},
         {.dims = (roof_binding[]){{"seq", "-4"}}, .n_dims = 1},
         "--dim seq=-4: the size must be a whole number, 0 or more"},
        {{SIZE(3), SIZE(4)},
         {.shapes = (roof_binding[]){{"y", "3x4"}}, .n_shapes = 1},
         "--shape y=3x4: the model has no input of that name (did you mean \"x\"?)"},
        {{SIZE(3), SIZE(4)},
         {.shapes = (roof_binding[]){{"x", "3x"}}, .n_shapes = 1},
         "--shape x=3x: a shape looks like 1x3x224x224"},
        {{SIZE(3), SIZE(4)},
         {.shapes = (roof_binding[]){{"x", "3x4x5"}}, .n_shapes = 1},
         "--shape x=3x4x5: the input has 2 dimensions, not 3"},
        {{SYMBOL("n"), SYMBOL("n")},
         {.shapes = (roof_binding[]){{"x", "3x4"}}, .n_shapes = 1},
         "--shape x=3x4: dimension \"n\" is 4 there and 3 elsewhere"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        tiny *t = relu(2, cases[i].dims);
        assert_null(tiny_analyze(t, NULL, &cases[i].options, &e));
        assert_string_equal(e.text, cases[i].text);
        assert_int_equal(e.status, ROOF_USAGE);
        tiny_free(t);
    }
}

/* Shape - Gather - Concat - Reshape, as exporters write a flatten: everything but the Reshape is
 * folded, and the Reshape knows its output. */
static void folds_shape_arithmetic(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 3, (dim[]){SYMBOL("batch"), SIZE(6), SIZE(4)});
    value *shape = tiny_node(t, "Shape", 1, &x);
    value *zero = tiny_ints(t, "zero", 1, (int64_t[]){0});
    value *first = tiny_node(t, "Gather", 2, (value *[]){shape, zero});
    value *rest = tiny_ints(t, "rest", 1, (int64_t[]){-1});
    value *target = tiny_node(t, "Concat", 2, (value *[]){first, rest});
    tiny_attribute(t, "axis", 0);
    tiny_output(t, tiny_node(t, "Reshape", 2, (value *[]){x, target}));
    roof_error e = ROOF_ERROR_INIT;
    roof_options o = {.batch = 5};
    roof_analysis *a = tiny_analyze(t, NULL, &o, &e);
    assert_string_equal(e.text, "");
    size_t n;
    const roof_tensor *y = roof_analysis_outputs(a, &n);
    assert_int_equal(y->rank, 2);
    assert_int_equal(y->dims[0], 5);
    assert_int_equal(y->dims[1], 24);
    const roof_coverage *c = roof_analysis_coverage(a);
    assert_int_equal(c->by_status[ROOF_FOLDED], 3);
    assert_int_equal(c->by_status[ROOF_COUNTED], 1);
    roof_analysis_free(a);
    tiny_free(t);
}

static void names_the_invalid_node(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(2), SIZE(3)});
    value *w = tiny_weight(t, "w", DT_FLOAT, 1, (count[]){4});
    tiny_output(t, tiny_node(t, "Add", 2, (value *[]){x, w}));
    roof_error e = ROOF_ERROR_INIT;
    assert_null(tiny_analyze(t, NULL, NULL, &e));
    assert_int_equal(e.status, ROOF_DAMAGED);
    assert_string_equal(
        e.text,
        "tiny.onnx: node #0 \"n0\" (Add) is invalid: dimensions 3 and 4 cannot be broadcast");
    tiny_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds_dimensions),
        cmocka_unit_test(refuses_with_the_way_out),
        cmocka_unit_test(folds_shape_arithmetic),
        cmocka_unit_test(names_the_invalid_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
