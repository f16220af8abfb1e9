/* Element-wise operators, shape arithmetic, constants and generators. Figures are derived by hand
 * from the counting rules: N is the number of output elements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data_case.h"

#define CHECK(table) data_case_check_all(table, sizeof(table) / sizeof *(table))

/* --- element-wise --- */

static void elementwise_shapes_and_work(void **state) {
    (void)state;
    static const data_case table[] = {
        /* 2 x 3 x 4 = 24 outputs of one addition; the operands are read once each: 8 and 12 */
        {"Add", 13, "fp32[2,1,4] fp32[3,4]", "", "fp32[2,3,4]", "vector 24 read 8 12 write 24"},
        /* an unknown dimension against 5 must be 1 or 5: 5 either way; against 1 it stays unknown
         */
        {"Mul", 13, "fp32[?,?] fp32[5,1]", "", "fp32[5,?]", "vector ? read ? 5 write ?"},
        {"Add", 13, "fp32[*] fp32[2]", "", "fp32[*]", "vector ? read ? 2 write ?"},
        {"Add", 13, "fp32[2,3] fp32[4]", "", "invalid", NULL},
        {"Sub", 13, "fp32[0,3] fp32[1]", "", "fp32[0,3]", "read 0 1 write 0"},
        /* Opset 6: B of 3 x 4 is laid along axes 1 and 2 of A; 2 x 3 x 4 x 5 = 120 */
        {"Add", 6, "fp32[2,3,4,5] fp32[3,4]", "broadcast=1 axis=1", "fp32[2,3,4,5]",
         "vector 120 read 120 12 write 120"},
        {"Mul", 6, "fp32[2,3,4,5] fp32[2]", "broadcast=1 axis=0", "fp32[2,3,4,5]", NULL},
        {"Div", 6, "fp32[2,3] fp32[3]", "broadcast=1", "fp32[2,3]", NULL},
        {"Add", 6, "fp32[2,3,4] fp32[4,4]", "broadcast=1 axis=2", "invalid", NULL},
        {"Add", 6, "fp32[2,3,4] fp32[4]", "broadcast=1 axis=9", "invalid", NULL},
        /* a square is a product; any other power is a special function */
        {"Pow", 13, "fp32[6] w:fp32[]{2}", "", "fp32[6]", "vector 6 read 6 1 write 6"},
        {"Pow", 13, "fp32[6] w:fp32[]{3}", "", "fp32[6]", "special 6 read 6 1 write 6"},
        {"Pow", 13, "fp32[6] fp32[6]", "", "fp32[6]", "special 6 read 6 6 write 6"},
        {"Pow", 15, "fp32[6] w:int64[]{2}", "", "fp32[6]", "vector 6 read 6 1 write 6"},
        /* n-ary: three operands are two operations per element; Mean divides besides */
        {"Sum", 13, "fp32[4] fp32[2,1] fp32[1]", "", "fp32[2,4]", "vector 16 read 4 2 1 write 8"},
        {"Mean", 13, "fp32[4] fp32[4] fp32[4]", "", "fp32[4]", "vector 12 read 4 4 4 write 4"},
        {"Max", 8, "fp32[4]", "", "fp32[4]", "read 4 write 4"},
        {"Sqrt", 13, "fp16[3,3]", "", "fp16[3,3]", "special 9 read 9 write 9"},
        {"Tan", 7, "fp32[5]", "", "fp32[5]", "special 5 read 5 write 5"},
        {"Round", 11, "fp32[5]", "", "fp32[5]", "vector 5 read 5 write 5"},
        {"Less", 13, "fp32[2,3] fp32[3]", "", "bool[2,3]", "vector 6 read 6 3 write 6"},
        {"IsNaN", 13, "fp32[7]", "", "bool[7]", "vector 7 read 7 write 7"},
        {"And", 7, "bool[2,1] bool[3]", "", "bool[2,3]", "integer 6 read 2 3 write 6"},
        {"BitwiseXor", 18, "int32[4] int32[]", "", "int32[4]", "integer 4 read 4 1 write 4"},
        {"Where", 16, "bool[3,1] fp32[4] fp32[]", "", "fp32[3,4]", "read 3 4 1 write 12"},
        {"Cast", 13, "fp32[2,?]", "to=10", "fp16[2,?]", "read ? write ?"},
        {"Cast", 1, "fp32[2]", "to=INT64", "int64[2]", NULL},
        {"Cast", 13, "fp32[2]", "to=99", "invalid", NULL},
        /* of the pattern only the type matters */
        {"CastLike", 15, "fp32[4] fp16[100]", "", "fp16[4]", "read 4 0 write 4"},
        {"BitCast", 26, "fp32[4]", "to=6", "int32[4]", "read 4 write 4"},
        {"BitCast", 26, "fp32[4]", "to=7", "invalid", NULL},
    };
    CHECK(table);
}

static void elementwise_contents(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Add", 13, "int64[2]{5 ?} int64[]{4}", "", "int64[2]{9 ?}", NULL},
        {"Mul", 13, "int64[2,1]{2 3} int64[2]{5 7}", "", "int64[2,2]{10 14 15 21}", NULL},
        /* integers are divided towards zero; by zero there is no result */
        {"Div", 13, "int64[4]{7 -7 7 1} int64[4]{2 2 -2 0}", "", "int64[4]{3 -3 -3 ?}", NULL},
        {"Div", 13, "fp32[2]{1 1} fp32[2]{4 0}", "", "fp32[2]{0.25 ?}", NULL},
        /* the sign of the divisor, or with fmod of the dividend */
        {"Mod", 13, "int64[3]{-7 7 7} int64[3]{3 -3 0}", "", "int64[3]{2 -2 ?}", NULL},
        {"Mod", 13, "int64[2]{-7 7} int64[2]{3 -3}", "fmod=1", "int64[2]{-1 1}", NULL},
        /* what does not fit the type is not known: 2^31 - 1 + 1, 2^62 x 4, INT64_MIN / -1 */
        {"Add", 13, "int32[]{2147483647} int32[]{1}", "", "int32[]{=?}", NULL},
        {"Mul", 13, "int64[]{4611686018427387904} int64[]{4}", "", "int64[]{=?}", NULL},
        {"Div", 13, "int64[]{-9223372036854775808} int64[]{-1}", "", "int64[]{=?}", NULL},
        {"Neg", 13, "int64[]{-9223372036854775808}", "", "int64[]{=?}", NULL},
        {"Sub", 13, "uint8[2]{3 5} uint8[2]{5 3}", "", "uint8[2]{? 2}", NULL},
        {"Pow", 13, "int64[3]{2 2 3} int64[3]{10 63 -1}", "", "int64[3]{1024 ? ?}", NULL},
        /* a splat of 2^40 elements stays one item */
        {"Add", 13, "int64[1099511627776]{=3} int64[]{4}", "", "int64[1099511627776]{=7}", NULL},
        {"Equal", 13, "int64[3]{1 -1 ?} int64[]{-1}", "", "bool[3]{0 1 ?}", NULL},
        {"LessOrEqual", 16, "fp32[3]{1 2 3} fp32[]{2}", "", "bool[3]{1 1 0}", NULL},
        {"Max", 13, "int64[2]{1 5} int64[]{3} int64[2]{0 9}", "", "int64[2]{3 9}", NULL},
        {"Not", 1, "bool[2]{0 1}", "", "bool[2]{1 0}", NULL},
        {"BitShift", 11, "uint8[2]{1 200} uint8[]{2}", "direction=LEFT", "uint8[2]{4 ?}", NULL},
        {"BitShift", 11, "uint8[2]{1 200} uint8[]{2}", "direction=RIGHT", "uint8[2]{0 50}", NULL},
        /* sizes of a Resize: reals are fp32 in between, halves round to even */
        {"Floor", 13, "fp32[3]{2.75 -2.25 ?}", "", "fp32[3]{2 -3 ?}", NULL},
        {"Ceil", 13, "fp32[2]{2.25 -2.25}", "", "fp32[2]{3 -2}", NULL},
        {"Round", 11, "fp32[3]{0.5 1.5 2.5}", "", "fp32[3]{0 2 2}", NULL},
        {"Cast", 13, "fp32[3]{2.9 -2.9 1e30}", "to=7", "int64[3]{2 -2 ?}", NULL},
        {"Cast", 13, "int64[3]{300 -1 7}", "to=2", "uint8[3]{44 255 7}", NULL},
        {"Cast", 13, "int64[2]{16777217 5}", "to=1", "fp32[2]{1.67772e+07 5}", NULL},
        {"Cast", 13, "fp32[3]{0 0.5 ?}", "to=9", "bool[3]{0 1 ?}", NULL},
        {"Cast", 13, "fp32[2]{70000 1}", "to=10", "fp16[2]{inf 1}", NULL},
        /* Where knows an element when its branch is known, or when both agree */
        {"Where", 16, "bool[4]{1 0 ? ?} int64[4]{1 2 3 4} int64[4]{9 8 3 6}", "",
         "int64[4]{1 8 3 ?}", NULL},
        {"Where", 16, "bool[3]{1 0 1} int64[3]{1 ? ?} int64[3]", "", "int64[3]{1 ? ?}", NULL},
        {"Where", 16, "bool[1]{0} int64[5] int64[]{7}", "", "int64[5]{=7}", NULL},
        {"Where", 16, "bool[2] int64[2]{1 2} int64[2]{1 2}", "", "int64[2]", NULL},
    };
    CHECK(table);
}

/* --- shapes and constants --- */

static void shape_arithmetic(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Shape", 13, "fp32[2,?,4]", "", "int64[3]{2 ? 4}", "read 0 write 3"},
        {"Shape", 15, "fp32[2,3,4]", "start=-2", "int64[2]{3 4}", NULL},
        {"Shape", 15, "fp32[2,3,4]", "start=1 end=-1", "int64[1]{3}", NULL},
        {"Shape", 15, "fp32[2,3,4]", "start=2 end=1", "int64[0]{}", NULL},
        {"Shape", 15, "fp32[2,3,4]", "start=-99 end=99", "int64[3]{2 3 4}", NULL},
        {"Shape", 13, "fp32[*]", "", "int64[?]", "read 0 write ?"},
        {"Size", 13, "fp32[2,3,4]", "", "int64[]{24}", "read 0 write 1"},
        {"Size", 13, "fp32[2,?]", "", "int64[]", NULL},
        /* 2^62 x 4 elements do not fit a count */
        {"Size", 13, "fp32[4611686018427387904,4]", "", "int64[]", NULL},
        {"ConstantOfShape", 9, "int64[3]{2 ? 0}", "", "fp32[2,?,0]{=}", "read 3 write 0"},
        {"ConstantOfShape", 9, "int64[2]{4611686018427387904 2}", "", "fp32[4611686018427387904,2]",
         NULL},
        {"ConstantOfShape", 9, "int64[2]{1048576 1048576}", "", "fp32[1048576,1048576]{=0}", NULL},
        {"ConstantOfShape", 9, "int64[2]{2 -1}", "", "invalid", NULL},
        {"ConstantOfShape", 9, "int64[2]", "", "fp32[?,?]", NULL},
        {"ConstantOfShape", 9, "int64[65]{=1}", "", "invalid", NULL},
        {"Range", 11, "int64[]{2} int64[]{11} int64[]{3}", "", "int64[3]{2 5 8}",
         "vector 3 read 1 1 1 write 3"},
        {"Range", 11, "int64[]{5} int64[]{0} int64[]{-2}", "", "int64[3]{5 3 1}", NULL},
        {"Range", 11, "int64[]{5} int64[]{0} int64[]{2}", "", "int64[0]{}", NULL},
        {"Range", 11, "int64[]{0} int64[]{?} int64[]{1}", "", "int64[?]", NULL},
        {"Range", 11, "int64[]{0} int64[]{5} int64[]{0}", "", "invalid", NULL},
        /* 2^63 - 1 elements are counted but not listed */
        {"Range", 11, "int64[]{0} int64[]{9223372036854775807} int64[]{1}", "",
         "int64[9223372036854775807]", NULL},
        {"Range", 11, "int64[]{-9223372036854775808} int64[]{9223372036854775807} int64[]{1}", "",
         "int64[?]", NULL},
        /* ceil((1 - 0) / 0.3) = 4 */
        {"Range", 11, "fp32[]{0} fp32[]{1} fp32[]{0.3}", "", "fp32[4]{0 0.3 0.6 0.9}", NULL},
        {"Range", 11, "fp32[]{1} fp32[]{0} fp32[]{-0.5}", "", "fp32[2]{1 0.5}", NULL},
        {"Range", 11, "fp32[]{0} fp32[]{1e30} fp32[]{1e-30}", "", "fp32[?]", NULL},
        {"EyeLike", 9, "fp32[3,4]", "dtype=7", "int64[3,4]", "read 0 write 12"},
        {"EyeLike", 9, "fp32[3]", "", "invalid", NULL},
    };
    CHECK(table);
}

static void generators(void **state) {
    (void)state;
    static const data_case table[] = {
        {"RandomNormal", 1, "", "shape=2,3", "fp32[2,3]", "read write 6"},
        {"RandomUniform", 1, "", "shape=2,-3", "invalid", NULL},
        {"RandomUniformLike", 1, "fp16[2,?]", "dtype=1", "fp32[2,?]", "read 0 write ?"},
        {"Multinomial", 7, "fp32[4,10]", "sample_size=3", "int32[4,3]", "read 40 write 12"},
        {"Bernoulli", 15, "fp32[4]", "", "fp32[4]", "vector 4 read 4 write 4"},
        /* the function body: 1 in the range, 2 angles, 3 products and sums of terms ... 7; 2 cos */
        {"HannWindow", 17, "int64[]{8}", "", "fp32[8]", "vector 56 special 16 read 1 write 8"},
        {"BlackmanWindow", 17, "int64[]", "output_datatype=11", "fp64[?]", NULL},
        {"HammingWindow", 17, "int64[]{-1}", "", "invalid", NULL},
        /* macs N.H.W.d.(d + 1) = 2.4.5.2.3 = 240; the grid has 2.4.5.2 = 80 elements */
        {"AffineGrid", 20, "fp32[2,2,3] int64[4]{2 3 4 5}", "", "fp32[2,4,5,2]",
         "macs 240 read 12 4 write 80"},
        {"AffineGrid", 20, "fp32[2,3,4] int64[5]{2 3 4 5 6}", "", "fp32[2,4,5,6,3]", NULL},
        {"AffineGrid", 20, "fp32[2,3,4] int64[3]{2 3 4}", "", "invalid", NULL},
    };
    CHECK(table);
}

/* --- Constant --- */

static bool decode_seven(data_source *self, const stored *s, scalar *out, size_t n) {
    (void)self;
    for (size_t i = 0; i < n; i++)
        if (dtype_kind(s->type) == CLASS_FLOAT)
            out[i].f = 7;
        else
            out[i].i = 7;
    return true;
}

static data_source sevens = {.decode = decode_seven};

static attribute *set_attribute(op_case *c, const char *name, attribute_kind kind, size_t n) {
    attribute *a = &c->attrs[c->node.n_attrs++];
    *a = (attribute){.name = name, .kind = kind, .n = n};
    return a;
}

static void assert_outputs(op_case *c, const char *expected) {
    char text[256];
    op_run(c, 1);
    data_case_outputs(c, text, sizeof text);
    assert_string_equal(text, expected);
    op_case_free(c);
}

static void constants(void **state) {
    (void)state;
    static const int64_t ints[] = {3, -4};
    static const float floats[] = {0.5f, 2};
    op_case *c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_int", ATTR_INT, 1)->i = 42;
    assert_outputs(c, "int64[]{42}");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_ints", ATTR_INTS, 2)->ints = ints;
    assert_outputs(c, "int64[2]{3 -4}");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_float", ATTR_FLOAT, 1)->f = 0.25f;
    assert_outputs(c, "fp32[]{0.25}");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_floats", ATTR_FLOATS, 2)->floats = floats;
    assert_outputs(c, "fp32[2]{0.5 2}");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_ints", ATTR_INTS, 1000000); /* too many to keep */
    assert_outputs(c, "int64[1000000]");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_string", ATTR_STRING, 1)->s = "x";
    assert_outputs(c, "string[]");
    c = op_case_new("", "Constant", 13);
    set_attribute(c, "value_strings", ATTR_STRINGS, 3);
    assert_outputs(c, "string[3]");
}

static void constant_tensor_is_stored(void **state) {
    (void)state;
    const stored tensor = {.type = DT_FLOAT16, .rank = 2, .dims = (count[]){2, 3}};
    op_case *c = op_case_new("", "Constant", 13);
    set_attribute(c, "value", ATTR_TENSOR, 1)->tensor = &tensor;
    op_run(c, 1);
    assert_ptr_equal(op_out(c, 0)->stored, &tensor);
    assert_true(dims_are(op_out(c, 0), 2, (count[]){2, 3}));
    op_case_free(c);
}

static void sparse_constant_has_its_dense_shape(void **state) {
    (void)state;
    const stored present = {.type = DT_FLOAT, .rank = 1, .dims = (count[]){3}};
    const type dense = {.kind = TYPE_TENSOR,
                        .elem = DT_FLOAT,
                        .rank = 2,
                        .dims = (dim[]){{.size = 4}, {.size = 5}}};
    op_case *c = op_case_new("", "Constant", 13);
    attribute *a = set_attribute(c, "sparse_value", ATTR_SPARSE_TENSOR, 1);
    a->tensor = &present;
    a->type = &dense;
    assert_outputs(c, "fp32[4,5]");
}

static void constant_of_shape_takes_its_value(void **state) {
    (void)state;
    const stored one = {.type = DT_INT64, .rank = 1, .dims = (count[]){1}};
    const stored two = {.type = DT_INT64, .rank = 1, .dims = (count[]){2}};
    for (int valid = 0; valid < 2; valid++) {
        op_case *c = op_case_new("", "ConstantOfShape", 9);
        c->model.source = &sevens;
        data_case_add_inputs(c, "int64[2]{1000 1000}");
        set_attribute(c, "value", ATTR_TENSOR, 1)->tensor = valid ? &one : &two;
        assert_outputs(c, valid ? "int64[1000,1000]{=7}" : "invalid");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elementwise_shapes_and_work),
        cmocka_unit_test(elementwise_contents),
        cmocka_unit_test(shape_arithmetic),
        cmocka_unit_test(generators),
        cmocka_unit_test(constants),
        cmocka_unit_test(constant_tensor_is_stored),
        cmocka_unit_test(sparse_constant_has_its_dense_shape),
        cmocka_unit_test(constant_of_shape_takes_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
