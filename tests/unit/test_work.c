/* Traffic in its three modes, what counts as a weight, live memory, coverage and totals. */
#include "tiny_model.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE(n)                                                                                    \
    { .size = n }

static roof_analysis *analyze(tiny *t, const roof_options *o) {
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = tiny_analyze(t, NULL, o, &e);
    assert_string_equal(e.text, "");
    assert_non_null(a);
    return a;
}

static void assert_bytes(const roof_traffic_bytes *b, int64_t weights, int64_t read,
                         int64_t written) {
    assert_int_equal(b->weights, weights);
    assert_int_equal(b->read, read);
    assert_int_equal(b->written, written);
    assert_int_equal(b->total, weights + read + written);
}

/* x[4,8] . w[8,4] -> Relu -> y. MatMul: 4*4*8 = 128 MAC, 256 FLOP; Relu: 16.
 * fp32 bytes: x 128, w 128, product 64, y 64. */
static void bills_each_mode(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
    value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){8, 4});
    value *product = tiny_node(t, "MatMul", 2, (value *[]){x, w});
    tiny_output(t, tiny_node(t, "Relu", 1, &product));
    roof_analysis *a = analyze(t, NULL);
    const roof_row *matmul = roof_analysis_row(a, 0), *relu = roof_analysis_row(a, 1);
    assert_int_equal(matmul->work.macs, 128);
    assert_int_equal(matmul->work.flops, 256);
    assert_int_equal(relu->work.flops, 16);
    assert_string_equal(matmul->id, "#0");
    assert_string_equal(matmul->precision, "fp32");
    assert_string_equal(matmul->weight_dtype, "fp32");
    assert_string_equal(matmul->accumulate_dtype, "fp32");
    assert_bytes(&matmul->work.traffic[ROOF_TRAFFIC_OP], 128, 128, 64);
    assert_bytes(&relu->work.traffic[ROOF_TRAFFIC_OP], 0, 64, 64);
    assert_bytes(&matmul->work.traffic[ROOF_TRAFFIC_OUTPUT], 128, 0, 64);
    /* compulsory: the weight, the input and the output once */
    assert_bytes(&matmul->work.traffic[ROOF_TRAFFIC_IDEAL], 128, 128, 0);
    assert_bytes(&relu->work.traffic[ROOF_TRAFFIC_IDEAL], 0, 0, 64);
    const roof_totals *total = roof_analysis_totals(a);
    assert_bytes(&total->work.bytes, 128, 192, 128);
    assert_int_equal(total->work.flops, 272);
    assert_true(total->complete);
    assert_int_equal(total->parameters, 32);
    assert_int_equal(total->parameter_bytes, 128);
    /* x + product live together (192), then product + y (128) */
    assert_int_equal(total->peak_activation_bytes, 192);
    assert_string_equal(total->peak_activation_node, "#0");
    assert_int_equal(matmul->live_bytes, 192);
    assert_int_equal(relu->live_bytes, 128);
    roof_analysis_free(a);
    tiny_free(t);
}

/* One weight used twice is one parameter, billed twice in op and once in ideal; a tensor that is
 * both operands is read once. */
static void shares_what_is_shared(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(8), SIZE(8)});
    value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){8, 8});
    value *one = tiny_node(t, "MatMul", 2, (value *[]){x, w});
    value *two = tiny_node(t, "MatMul", 2, (value *[]){one, w});
    tiny_output(t, tiny_node(t, "Mul", 2, (value *[]){two, two}));
    roof_analysis *a = analyze(t, NULL);
    const roof_totals *total = roof_analysis_totals(a);
    assert_int_equal(total->work.traffic[ROOF_TRAFFIC_OP].weights, 512);
    assert_int_equal(total->work.traffic[ROOF_TRAFFIC_IDEAL].weights, 256);
    assert_int_equal(total->parameters, 64);
    assert_bytes(&roof_analysis_row(a, 2)->work.bytes, 0, 256, 256);
    roof_analysis_free(a);
    tiny_free(t);
}

/* A Reshape copies by default and is free on request; its shape is a weight of op, never of output.
 */
static void views_cost_what_is_asked(void **state) {
    (void)state;
    static const struct {
        int views;
        int64_t weights, read, written;
    } cases[] = {{0, 8, 128, 128}, {'c', 8, 128, 128}, {'f', 0, 0, 0}};
    for (size_t i = 0; i < 3; i++) {
        tiny *t = tiny_new();
        value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
        value *shape = tiny_ints(t, "shape", 1, (int64_t[]){-1});
        tiny_output(t, tiny_node(t, "Reshape", 2, (value *[]){x, shape}));
        roof_options o = {.views = cases[i].views};
        roof_analysis *a = analyze(t, &o);
        const roof_work *w = &roof_analysis_row(a, 0)->work;
        assert_bytes(&w->bytes, cases[i].weights, cases[i].read, cases[i].written);
        assert_int_equal(w->traffic[ROOF_TRAFFIC_OUTPUT].weights, 0);
        assert_int_equal(w->traffic[ROOF_TRAFFIC_IDEAL].total, 0);
        assert_int_equal(roof_analysis_totals(a)->peak_activation_bytes, 128);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

/* int8 weights [8,4] behind a DequantizeLinear with an fp32 scale: folded, and billed as stored:
 * 32 + 4 bytes. Weight-only: one multiplication per weight, in the activation's precision. */
static void weight_only_quantization(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
    value *w = tiny_weight(t, "w", DT_INT8, 2, (count[]){8, 4});
    value *scale = tiny_weight(t, "scale", DT_FLOAT, 0, NULL);
    value *dq = tiny_node(t, "DequantizeLinear", 2, (value *[]){w, scale});
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, dq}));
    roof_analysis *a = analyze(t, NULL);
    const roof_row *matmul = roof_analysis_row(a, 1);
    assert_int_equal(roof_analysis_row(a, 0)->status, ROOF_FOLDED);
    assert_int_equal(matmul->work.bytes.weights, 36);
    assert_int_equal(matmul->work.vector_flops, 32);
    assert_string_equal(matmul->precision, "fp32");
    assert_string_equal(matmul->weight_dtype, "int8");
    assert_int_equal(roof_analysis_totals(a)->parameters, 32);
    roof_analysis_free(a);
    tiny_free(t);
}

/* Both operands dequantized: an int8 product with an epilogue of one operation per output. */
static void full_quantization(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
    value *scale = tiny_weight(t, "scale", DT_FLOAT, 0, NULL);
    value *zero = tiny_weight(t, "zero", DT_UINT8, 0, NULL);
    value *q = tiny_node(t, "QuantizeLinear", 3, (value *[]){x, scale, zero});
    value *xd = tiny_node(t, "DequantizeLinear", 3, (value *[]){q, scale, zero});
    value *w = tiny_weight(t, "w", DT_INT8, 2, (count[]){8, 4});
    value *wd = tiny_node(t, "DequantizeLinear", 2, (value *[]){w, scale});
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){xd, wd}));
    roof_analysis *a = analyze(t, NULL);
    const roof_row *matmul = roof_analysis_row(a, 3);
    assert_string_equal(matmul->precision, "int8");
    assert_string_equal(matmul->accumulate_dtype, "int32");
    assert_int_equal(matmul->work.macs, 128);
    assert_int_equal(matmul->work.matrix_flops, 256);
    assert_int_equal(matmul->work.vector_flops, 16);
    assert_int_equal(matmul->work.integer_ops, 0);
    roof_analysis_free(a);
    tiny_free(t);
}

/* Arithmetic on int64 tensors that flow is integer_ops, never flops. */
static void integers_are_no_flops(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_INT64, 2, (dim[]){SIZE(4), SIZE(4)});
    value *sum = tiny_node(t, "Add", 2, (value *[]){x, x});
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){sum, x}));
    roof_analysis *a = analyze(t, NULL);
    assert_int_equal(roof_analysis_row(a, 0)->work.integer_ops, 16);
    assert_int_equal(roof_analysis_row(a, 1)->work.integer_ops, 2 * 64);
    assert_int_equal(roof_analysis_totals(a)->work.flops, 0);
    assert_int_equal(roof_analysis_totals(a)->work.macs, 0);
    roof_analysis_free(a);
    tiny_free(t);
}

/* An operator without a rule: unknown FLOPs, known inputs, and the totals say that they lack it. */
static void unknown_is_not_zero(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
    value *y = tiny_node(t, "Frobnicate", 1, &x);
    tiny_output(t, tiny_node(t, "Relu", 1, &y));
    value *unused = tiny_node(t, "Relu", 1, &x);
    (void)unused;
    roof_analysis *a = analyze(t, NULL);
    const roof_row *row = roof_analysis_row(a, 0);
    assert_int_equal(row->status, ROOF_ROW_UNKNOWN);
    assert_int_equal(row->work.flops, ROOF_UNKNOWN);
    assert_int_equal(row->work.bytes.read, 128);
    assert_int_equal(row->work.bytes.written, ROOF_UNKNOWN);
    const roof_coverage *c = roof_analysis_coverage(a);
    assert_false(roof_analysis_totals(a)->complete);
    assert_int_equal(c->by_status[ROOF_ROW_UNKNOWN], 2);
    assert_int_equal(c->by_status[ROOF_DEAD], 1);
    assert_int_equal(c->n_unsupported, 1);
    assert_string_equal(c->unsupported[0].op, "Frobnicate");
    assert_int_equal(c->unsupported[0].count, 1);
    roof_analysis_free(a);
    tiny_free(t);
}

/* 2^40 x 2^40 elements do not fit: unknown with a note, no wrapped number. */
static void overflow_is_unknown(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x =
        tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(INT64_C(1) << 40), SIZE(INT64_C(1) << 40)});
    tiny_output(t, tiny_node(t, "Relu", 1, &x));
    roof_analysis *a = analyze(t, NULL);
    assert_int_equal(roof_analysis_row(a, 0)->status, ROOF_ROW_UNKNOWN);
    assert_int_equal(roof_analysis_row(a, 0)->work.flops, ROOF_UNKNOWN);
    assert_int_equal(roof_analysis_totals(a)->peak_activation_bytes, ROOF_UNKNOWN);
    roof_analysis_free(a);
    tiny_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bills_each_mode),          cmocka_unit_test(shares_what_is_shared),
        cmocka_unit_test(views_cost_what_is_asked), cmocka_unit_test(weight_only_quantization),
        cmocka_unit_test(full_quantization),        cmocka_unit_test(integers_are_no_flops),
        cmocka_unit_test(unknown_is_not_zero),      cmocka_unit_test(overflow_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
