/* Edges of the compute families: what no model holds, what is not known, what does not fit,
 * further outputs, types, folded contents. */
#include "op_expect.h"

/* --- what no valid model holds --- */

static void invalid(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("strides", 0)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("dilations", -1)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("strides", 1, 1)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("pads", -6, 9)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("pads", INT64_MAX, 0)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("kernel_shape", 2)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {TEXT("auto_pad", "SOME")}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 6)}},
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 0)}},
        {"Conv", 11, .in = {F(1, 4, 5), F(4, 4, 3)}, .options = {INT("group", 0)}},
        {"Conv", 11, .in = {F(1, 4, 5), F(4, 3, 3)}},
        {"Conv", 11, .in = {F(1, 4, 5), F(3, 2, 3)}, .options = {INT("group", 2)}},
        {"Conv", 11, .in = {F(1, 4, 5), F(4, 4, 3, 3)}},
        {"Conv", 11, .in = {F(1, 4), F(4, 4)}},
        {"ConvTranspose", 11, .in = {F(1, 4, 5), F(3, 4, 3)}},
        {"ConvTranspose", 11, .in = {F(1, 1, 1), F(1, 1, 2)}, .options = {INTS("pads", 1, 1)}},
        {"ConvTranspose", 11, .in = {F(1, 1, 1), F(1, 1, 2)},
         .options = {INTS("output_shape", 1, 1, 4)}},
        {"MaxPool", 12, .in = {F(1, 1, 5)}},
        {"MaxPool", 12, .in = {F(1, 1, 2)}, .options = {INTS("kernel_shape", 3)}},
        {"MatMul", 13, .in = {F(2, 3), F(4, 5)}},
        {"MatMul", 13, .in = {F(2, 2, 3), F(3, 3, 5)}},
        {"MatMul", 13, .in = {SCALAR(DT_FLOAT), F(3)}},
        {"Gemm", 13, .in = {F(2, 3), F(3, 4), F(5)}},
        {"Gemm", 13, .in = {F(1, 2, 3), F(3, 4)}},
        {"Einsum", 12, .in = {F(2, 3)}, .options = {TEXT("equation", "ij,jk->ik")}},
        {"Einsum", 12, .in = {F(2, 3)}, .options = {TEXT("equation", "i->i")}},
        {"Einsum", 12, .in = {F(2, 3)}, .options = {TEXT("equation", "ij->k")}},
        {"Einsum", 12, .in = {F(2, 3)}, .options = {TEXT("equation", "i.j->k")}},
        {"Einsum", 12, .in = {F(2, 3), F(4, 5)}, .options = {TEXT("equation", "ij,jk->ik")}},
        {"Attention", 23, .in = {F(1, 3, 2, 4), F(1, 2, 2, 4), F(1, 2, 2, 4)}},
        {"Attention", 23, .in = {F(1, 2, 2, 4), F(1, 2, 2, 5), F(1, 2, 2, 5)}},
        {"Softmax", 13, .in = {F(2, 3)}, .options = {INT("axis", 2)}},
        {"GroupNormalization", 21, .in = {F(1, 4, 2), F(4), F(4)},
         .options = {INT("num_groups", 3)}},
        {"ReduceSum", 13, .in = {F(2, 3), LIST(2)}},
        {"TopK", 11, .in = {F(2, 3), LIST(4)}},
        {"QuantizeLinear", 13, .in = {F(2, 5), F(4)}},
        {"QuantizeLinear", 21, .in = {F(2, 5), SCALAR(DT_FLOAT)},
         .options = {INT("output_dtype", 99)}},
        {"GroupQueryAttention", MS, .in = {F(1, 1, 32)}, .options = {INT("num_heads", 3)}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        op_case *c = expect_run(&cases[i], 1);
        if (c->error.status != ROOF_DAMAGED)
            fail_msg("case %zu, %s: was taken as valid", i, cases[i].op);
        op_case_free(c);
    }
}

/* --- unknown dims and ranks make unknown counts, never 0 --- */

static void unknown(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* the batch alone */
        {"Conv", 11, .in = {F(-1, 3, 8, 8), F(4, 3, 3, 3)}, SHAPE(-1, 4, 6, 6), .macs = UNKNOWN},
        /* a stride of 1 keeps an unknown extent under SAME, not its size */
        {"Conv", 11, .in = {F(1, 3, -1), F(4, 3, 3)}, .options = {TEXT("auto_pad", "SAME_UPPER")},
         SHAPE(1, 4, -1), .macs = UNKNOWN},
        /* K is known from one side */
        {"MatMul", 13, .in = {F(2, -1), F(3, 4)}, SHAPE(2, 4), .macs = 24, .touched = UNKNOWN},
        {"MatMul", 13, .in = {F(-1, 2, 3), F(3, 4)}, SHAPE(-1, 2, 4), .macs = UNKNOWN},
        {"Einsum", 12, .in = {F(2, -1), F(1, 4)}, .options = {TEXT("equation", "ij,jk->ik")},
         SHAPE(2, 4), .macs = UNKNOWN},
        {"MaxPool", 12, .in = {F(1, 2, -1)}, .options = {INTS("kernel_shape", 3)}, SHAPE(1, 2, -1),
         .vector = UNKNOWN},
        {"LayerNormalization", 17, .in = {F(2, -1, 4), F(4)}, SHAPE(2, -1, 4), .vector = UNKNOWN,
         .special = UNKNOWN},
        {"Attention", 23, .in = {F(1, 2, -1, 5), F(1, 2, 4, 5), F(1, 2, 4, 6)}, SHAPE(1, 2, -1, 6),
         .macs = UNKNOWN, .vector = UNKNOWN, .special = UNKNOWN},
        {"TopK", 11, .in = {F(2, 3), T(DT_INT64, 1)}, SHAPE(2, -1), .vector = UNKNOWN},
        /* an unknown rank */
        {"Conv", 11, .in = {{DT_FLOAT, .rank = -1}, F(4, 3, 3, 3)}, .rank = -1, .macs = UNKNOWN},
        {"MatMul", 13, .in = {{DT_FLOAT, .rank = -1}, F(3, 4)}, .rank = -1, .macs = UNKNOWN},
        {"Gemm", 13, .in = {{DT_FLOAT, .rank = -1}, F(3, 4)}, .rank = -1, .macs = UNKNOWN},
        {"MaxPool", 12, .in = {{DT_FLOAT, .rank = -1}}, .options = {INTS("kernel_shape", 3)},
         .rank = -1, .vector = UNKNOWN},
        {"Softmax", 13, .in = {{DT_FLOAT, .rank = -1}}, .rank = -1, .vector = UNKNOWN,
         .special = UNKNOWN},
        {"ReduceMean", 11, .in = {{DT_FLOAT, .rank = -1}}, .rank = -1, .vector = UNKNOWN},
        /* nothing to do is known to be nothing */
        {"Conv", 11, .in = {F(0, 3, 8), F(4, 3, 3)}, SHAPE(0, 4, 6)},
        {"MatMul", 13, .in = {F(0, 3), F(3, 4)}, SHAPE(0, 4)},
    };
    EXPECT_ALL(cases);
}

/* Sizes that no product can hold end as unknown, and at once. */
static void huge(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"Conv", 11, .in = {F(1, 1, (count)1 << 60), F(1, 1, (count)1 << 59)},
         SHAPE(1, 1, ((count)1 << 59) + 1), .macs = UNKNOWN},
        {"Conv", 11, .in = {F(1, 1, INT32_MAX), F(1, 1, 1 << 30)},
         SHAPE(1, 1, INT32_MAX - (1 << 30) + 1), .macs = (count)1 << 60},
        {"MaxPool", 12, .in = {F(1, 1, INT32_MAX)},
         .options = {INTS("kernel_shape", 1 << 30), INTS("strides", 1 << 29)}, SHAPE(1, 1, 2),
         .vector = 2 * ((1 << 30) - 1), .touched = ((count)3 << 29)},
        {"MatMul", 13, .in = {F((count)1 << 40, (count)1 << 40), F((count)1 << 40, 1)},
         SHAPE((count)1 << 40, 1), .macs = UNKNOWN},
    };
    EXPECT_ALL(cases);
}

/* --- further outputs, types, contents --- */

static void outputs(void **state) {
    (void)state;
    op_case *c = expect_run(
        &(expectation){"MaxPool", 8, .in = {F(1, 2, 4)}, .options = {INTS("kernel_shape", 2)}}, 2);
    assert_true(dims_are(op_out(c, 1), 3, (count[]){1, 2, 3}));
    assert_int_equal(op_out(c, 1)->elem, DT_INT64);
    op_case_free(c);
    c = expect_run(&(expectation){"LayerNormalization", 17, .in = {T(DT_FLOAT16, 2, 3, 4), F(4)},
                                  .options = {INT("axis", 1)}},
                   3);
    assert_true(dims_are(op_out(c, 1), 3, (count[]){2, 1, 1}));
    assert_int_equal(op_out(c, 2)->elem, DT_FLOAT);
    op_case_free(c);
    c = expect_run(&(expectation){"Attention", 23,
                                  .in = {F(1, 4, 3, 4), F(1, 2, 3, 4), F(1, 2, 3, 5), NONE,
                                         F(1, 2, 2, 4), F(1, 2, 2, 5)}},
                   4);
    assert_true(dims_are(op_out(c, 1), 4, (count[]){1, 2, 5, 4}));
    assert_true(dims_are(op_out(c, 2), 4, (count[]){1, 2, 5, 5}));
    assert_true(dims_are(op_out(c, 3), 4, (count[]){1, 4, 3, 5}));
    op_case_free(c);
    /* outputs beyond the first are training before version 14 */
    c = expect_run(
        &(expectation){"BatchNormalization", 9, .in = {F(2, 3, 4), F(3), F(3), F(3), F(3)}}, 5);
    assert_true(dims_are(op_out(c, 4), 1, (count[]){3}));
    assert_int_equal(c->work.special, 6);
    op_case_free(c);
    c = expect_run(&(expectation){"TopK", 11, .in = {F(2, 3), LIST(2)}}, 2);
    assert_true(dims_are(op_out(c, 1), 2, (count[]){2, 2}));
    assert_true(c->work.estimated && c->work.note);
    op_case_free(c);
    /* the cache is a buffer of 9, 5 of it filled: 1.2.5.8 of past are read */
    c = expect_run(&(expectation){"GroupQueryAttention", MS,
                                  .in = {F(1, 1, 32), F(1, 1, 16), F(1, 1, 16), F(1, 2, 9, 8),
                                         F(1, 2, 9, 8), T(DT_INT32, 1), LIST(6)},
                                  .options = {INT("num_heads", 4), INT("kv_num_heads", 2)}},
                   3);
    assert_true(dims_are(op_out(c, 1), 4, (count[]){1, 2, 9, 8}));
    assert_int_equal(c->work.macs, 384);
    assert_int_equal(c->work.touched[3], 80);
    op_case_free(c);
    /* 3 tokens read 3 rows of 4 of the tables */
    c = expect_run(&(expectation){"RotaryEmbedding", 23,
                                  .in = {F(1, 3, 16), F(9, 4), F(9, 4), T(DT_INT64, 1, 3)},
                                  .options = {INT("num_heads", 2)}},
                   1);
    assert_int_equal(c->work.touched[1], 12);
    assert_int_equal(c->work.touched[2], 12);
    op_case_free(c);
}

static void types(void **state) {
    (void)state;
    op_case *c =
        expect_run(&(expectation){"QLinearConv", 10,
                                  .in = {T(DT_UINT8, 1, 1, 3), SCALAR(DT_FLOAT), SCALAR(DT_UINT8),
                                         T(DT_INT8, 1, 1, 2), SCALAR(DT_FLOAT), SCALAR(DT_INT8),
                                         SCALAR(DT_FLOAT), SCALAR(DT_INT8)}},
                   1);
    assert_int_equal(op_out(c, 0)->elem, DT_INT8);
    assert_int_equal(c->work.precision, DT_INT8);
    assert_int_equal(c->work.accumulate, DT_INT32);
    op_case_free(c);
    c = expect_run(
        &(expectation){"ConvInteger", 10, .in = {T(DT_UINT8, 1, 1, 3), T(DT_UINT8, 1, 1, 2)}}, 1);
    assert_int_equal(op_out(c, 0)->elem, DT_INT32);
    assert_int_equal(c->work.precision, DT_UINT8);
    op_case_free(c);
    c = expect_run(&(expectation){"QuantizeLinear", 21, .in = {F(4), SCALAR(DT_FLOAT)},
                                  .options = {INT("output_dtype", DT_INT4)}},
                   1);
    assert_int_equal(op_out(c, 0)->elem, DT_INT4);
    op_case_free(c);
    c = expect_run(&(expectation){"DequantizeLinear", 19,
                                  .in = {T(DT_INT8, 4), SCALAR(DT_FLOAT16), SCALAR(DT_INT8)}},
                   1);
    assert_int_equal(op_out(c, 0)->elem, DT_FLOAT16);
    assert_int_equal(op_out(c, 0)->quantized, DT_INT8);
    assert_true(op_out(c, 0)->quantized_zero);
    op_case_free(c);
    c = expect_run(&(expectation){"DynamicQuantizeLinear", 11, .in = {F(2, 3)}}, 3);
    assert_int_equal(op_out(c, 0)->elem, DT_UINT8);
    assert_int_equal(op_out(c, 1)->rank, 0);
    assert_int_equal(op_out(c, 2)->elem, DT_UINT8);
    op_case_free(c);
}

/* Runs a reduction of the vector 2, 3, -4 (its second element maybe unknown) to a scalar. */
static bool reduced(const char *op, bool all_known, int64_t *result) {
    op_case *c = op_case_new("", op, 13);
    op_int_vector(c, 3, (int64_t[]){2, all_known ? 3 : UNKNOWN, -4});
    if (!all_known)
        c->facts[0].content->is_known[1] = 0;
    op_int(c, "keepdims", 0);
    op_run(c, 1);
    bool ok = content_int(op_out(c, 0)->content, 0, result);
    op_case_free(c);
    return ok;
}

static void folding(void **state) {
    (void)state;
    static const struct {
        const char *op;
        int64_t result;
    } cases[] = {{"ReduceSum", 1},
                 {"ReduceProd", -24},
                 {"ReduceMax", 3},
                 {"ReduceMin", -4},
                 {"ReduceMean", 0}};
    int64_t v;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(reduced(cases[i].op, true, &v));
        assert_int_equal(v, cases[i].result);
        assert_false(reduced(cases[i].op, false, &v));
    }
    /* a product that does not fit is not known */
    op_case *c = op_case_new("", "ReduceProd", 13);
    op_int_vector(c, 2, (int64_t[]){INT64_MAX, 2});
    op_run(c, 1);
    assert_false(content_int(op_out(c, 0)->content, 0, &v));
    op_case_free(c);
    /* rows of a 2x2 matrix 1 2 / 3 4 */
    c = op_case_new("", "ReduceSum", 11);
    fact *f = op_int_vector(c, 4, (int64_t[]){1, 2, 3, 4});
    f->rank = 2;
    f->dims = (const count[]){2, 2};
    op_ints(c, "axes", 1, (int64_t[]){1});
    op_run(c, 1);
    assert_true(content_int(op_out(c, 0)->content, 0, &v) && v == 3);
    assert_true(content_int(op_out(c, 0)->content, 1, &v) && v == 7);
    op_case_free(c);
    /* Clip to [0, 5]; without an upper bound; by a bound that is not known */
    for (int bounds = 0; bounds < 3; bounds++) {
        c = op_case_new("", "Clip", 13);
        op_int_vector(c, 2, (int64_t[]){-7, 9});
        op_int_scalar(c, 0);
        if (bounds == 0)
            op_int_scalar(c, 5);
        else if (bounds == 2)
            op_weight(c, DT_INT64, 0, NULL);
        op_run(c, 1);
        const content *x = op_out(c, 0)->content;
        assert_int_equal(content_int(x, 1, &v), bounds < 2);
        if (bounds < 2) {
            assert_int_equal(v, bounds == 0 ? 5 : 9);
            assert_true(content_int(x, 0, &v) && v == 0);
        }
        op_case_free(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid), cmocka_unit_test(unknown), cmocka_unit_test(huge),
        cmocka_unit_test(outputs), cmocka_unit_test(types),   cmocka_unit_test(folding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
