/* The model in other types: tensors, ceilings, sums, and 2:4 sparse weights. */
#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static value *weight(tiny *t, const char *name, int rank, const count *dims) {
    return tiny_weight(t, name, DT_FLOAT, rank, dims);
}

/* table[16,8] looked up by ids[4] -> x[4,8] . w[8,4] + b[4] -> Relu. In fp32: table 512 B, x and w
 * 128 B, product and y 64 B, b 16 B. */
static void small_model(tiny *t) {
    value *ids = tiny_input(t, "ids", DT_INT64, 1, (dim[]){SIZE(4)});
    value *x = tiny_node(t, "Gather", 2, (value *[]){weight(t, "table", 2, (count[]){16, 8}), ids});
    value *product = tiny_node(t, "MatMul", 2, (value *[]){x, weight(t, "w", 2, (count[]){8, 4})});
    value *sum = tiny_node(t, "Add", 2, (value *[]){product, weight(t, "b", 1, (count[]){4})});
    tiny_output(t, tiny_node(t, "Relu", 1, &sum));
}

/* The bytes of Gather (4 of 16 rows, with 4 ids of 8 B), MatMul, Add and Relu; the precision and
 * the vector work of MatMul; stored bytes of all parameters. Per type:
 * - fp16 half of fp32, fp64 twice; tf32 as fp32.
 * - fp8: 1 B an element; b stays fp32.
 * - int8: as fp8, and 4 scales of 4 B with w: 32 + 16. The scales of the product are 16 vector.
 * - int4: half a byte: w 16 + 16.
 * - w8a16: fp16 all over, but for w, 32 B and 4 scales of 2 B; 32 vector to expand it. w4a16: 16
 * + 8.
 */
static const struct {
    roof_types types;
    int64_t gather, matmul, add, relu;
    const char *precision, *weight, *activation, *accumulate;
    int64_t vector, parameter_bytes;
} cases[] = {
    {ROOF_TYPES_NATIVE, 288, 320, 144, 128, "fp32", "fp32", "fp32", "fp32", 0, 656},
    {ROOF_TYPES_FP64, 544, 640, 288, 256, "fp64", "fp64", "fp64", "fp64", 0, 1312},
    {ROOF_TYPES_FP32, 288, 320, 144, 128, "fp32", "fp32", "fp32", "fp32", 0, 656},
    {ROOF_TYPES_TF32, 288, 320, 144, 128, "fp32", "fp32", "fp32", "fp32", 0, 656},
    {ROOF_TYPES_BF16, 160, 160, 72, 64, "bf16", "bf16", "bf16", "fp32", 0, 328},
    {ROOF_TYPES_FP16, 160, 160, 72, 64, "fp16", "fp16", "fp16", "fp32", 0, 328},
    {ROOF_TYPES_FP8, 96, 80, 48, 32, "fp8", "fp8e4m3", "fp8e4m3", "fp32", 0, 176},
    {ROOF_TYPES_INT8, 96, 96, 48, 32, "int8", "int8", "int8", "int32", 16, 192},
    {ROOF_TYPES_INT4, 64, 56, 32, 16, "int4", "int4", "int4", "int32", 16, 112},
    {ROOF_TYPES_W8A16, 160, 136, 72, 64, "fp16", "int8", "fp16", "fp32", 32, 304},
    {ROOF_TYPES_W4A16, 160, 120, 72, 64, "fp16", "int4", "fp16", "fp32", 32, 288},
};

static void types_of_the_whole_model(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tiny *t = tiny_new();
        small_model(t);
        roof_analysis *a = check_analyze(t, NULL, &(roof_options){.types = cases[i].types});
        const roof_row *matmul = roof_analysis_row(a, 1);
        assert_int_equal(roof_analysis_row(a, 0)->work.bytes.total, cases[i].gather);
        assert_int_equal(matmul->work.bytes.total, cases[i].matmul);
        assert_int_equal(roof_analysis_row(a, 2)->work.bytes.total, cases[i].add);
        assert_int_equal(roof_analysis_row(a, 3)->work.bytes.total, cases[i].relu);
        assert_string_equal(matmul->precision, cases[i].precision);
        assert_string_equal(matmul->weight_dtype, cases[i].weight);
        assert_string_equal(matmul->activation_dtype, cases[i].activation);
        assert_string_equal(matmul->accumulate_dtype, cases[i].accumulate);
        assert_int_equal(matmul->work.macs, 128);
        assert_int_equal(matmul->work.matrix_flops, 256);
        assert_int_equal(matmul->work.vector_flops, cases[i].vector);
        assert_int_equal(roof_analysis_row(a, 2)->work.vector_flops, 16);
        const roof_totals *total = roof_analysis_totals(a);
        assert_int_equal(total->work.integer_ops, 0);
        assert_int_equal(total->parameters, 128 + 32 + 4);
        assert_int_equal(total->parameter_bytes, cases[i].parameter_bytes);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

/* Shape arithmetic through reals is folded before types change: 4 x 0.5 columns are kept in int8 as
 * in fp32. */
static void shapes_stay(void **state) {
    (void)state;
    for (int types = 0; types < ROOF_TYPES_COUNT; types++) {
        tiny *t = tiny_new();
        value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
        value *shape = tiny_node(t, "Shape", 1, &x);
        value *real = tiny_node(t, "Cast", 1, &shape);
        tiny_attribute(t, "to", DT_FLOAT);
        value *root = tiny_node(t, "Sqrt", 1, &real); /* 2, 2.83 */
        value *floor = tiny_node(t, "Floor", 1, &root);
        value *ends = tiny_node(t, "Cast", 1, &floor);
        tiny_attribute(t, "to", DT_INT64);
        value *starts = tiny_ints(t, "starts", 2, (int64_t[]){0, 0});
        value *part = tiny_node(t, "Slice", 3, (value *[]){x, starts, ends});
        tiny_output(t, part);
        roof_analysis *a = check_analyze(t, NULL, &(roof_options){.types = (roof_types)types});
        size_t n;
        const roof_tensor *out = roof_analysis_outputs(a, &n);
        assert_int_equal(out->rank, 2);
        assert_int_equal(out->dims[0], 2);
        assert_int_equal(out->dims[1], 2);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

/* Scales follow the channels: Gemm with transB keeps them in its first dim, w[4,8]: 4 of them. A
 * weight that is turned before is the same weight. */
static void scales_by_channel(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(2), SIZE(8)});
    value *w = weight(t, "w", 2, (count[]){4, 8});
    value *y = tiny_node(t, "Gemm", 2, (value *[]){x, w});
    tiny_attribute(t, "transB", 1);
    tiny_output(t, y);
    value *turned = tiny_node(t, "Transpose", 1, &w);
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, turned}));
    roof_analysis *a = check_analyze(t, NULL, &(roof_options){.types = ROOF_TYPES_INT8});
    assert_int_equal(roof_analysis_row(a, 0)->work.bytes.weights, 32 + 16);
    assert_int_equal(roof_analysis_row(a, 2)->work.bytes.weights, 32 + 16);
    assert_int_equal(roof_analysis_totals(a)->parameter_bytes, 48);
    assert_int_equal(roof_analysis_totals(a)->work.traffic[ROOF_TRAFFIC_IDEAL].weights, 48);
    roof_analysis_free(a);
    tiny_free(t);
}

/* Norms and softmax compute in fp32 whatever the tensors are; other maps in their type. */
static void vector_types(void **state) {
    (void)state;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(2), SIZE(8)});
    value *p = tiny_node(t, "Softmax", 1, &x);
    tiny_output(t, tiny_node(t, "Relu", 1, &p));
    roof_analysis *a = check_analyze(t, NULL, &(roof_options){.types = ROOF_TYPES_FP16});
    assert_string_equal(roof_analysis_row(a, 0)->precision, "fp32");
    assert_string_equal(roof_analysis_row(a, 1)->precision, "fp16");
    assert_int_equal(roof_analysis_row(a, 1)->work.bytes.total, 64);
    roof_analysis_free(a);
    tiny_free(t);
}

#define DEVICE                                                                                     \
    "device,kind,,,,gpu,,,,,,,test\n"                                                              \
    "compute,vector,fp32,fp32,,1,FLOP/s,,,,,,measured\n"                                           \
    "compute,matrix,fp16,fp32,,10,FLOP/s,,,,,,measured\n"                                          \
    "compute,matrix,fp16,fp16,,20,FLOP/s,,,,,,measured\n"                                          \
    "compute,matrix,tf32,fp32,,5,FLOP/s,,,,,,measured\n"                                           \
    "compute,matrix,fp16,fp32,sparse,40,FLOP/s,,,,,,measured\n"                                    \
    "memory,dram,,,read,1000,B/s,,,,,,measured\n"

/* x[4,8] . w[8,4]: 256 FLOP on the ceiling that the options lead to; bytes are no matter. */
static void ceilings_of_the_options(void **state) {
    (void)state;
    static const struct {
        roof_options options;
        double time;
        const char *accumulate;
    } asked[] = {
        {{.types = ROOF_TYPES_NATIVE}, 256, "fp32"},
        {{.types = ROOF_TYPES_TF32}, 51.2, "fp32"},
        {{.tf32 = true}, 51.2, "fp32"},
        {{.types = ROOF_TYPES_FP16}, 25.6, "fp32"},
        {{.types = ROOF_TYPES_FP16, .accumulate = 32}, 25.6, "fp32"},
        {{.types = ROOF_TYPES_FP16, .accumulate = 16}, 12.8, "fp16"},
        {{.types = ROOF_TYPES_FP16, .sparse_weights = true}, 6.4, "fp32"},
        {{.types = ROOF_TYPES_NATIVE, .accumulate = 16}, 256, "fp32"},
    };
    roof_device *d = device_of_rows(DEVICE);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        tiny *t = tiny_new();
        value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
        value *w = weight(t, "w", 2, (count[]){8, 4});
        tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, w}));
        roof_analysis *a = check_analyze(t, d, &asked[i].options);
        about(roof_analysis_row(a, 0)->time_s, asked[i].time);
        assert_string_equal(roof_analysis_row(a, 0)->accumulate_dtype, asked[i].accumulate);
        assert_true(roof_analysis_row(a, 0)->bound_s <= asked[i].time);
        roof_analysis_free(a);
        tiny_free(t);
    }
    roof_device_free(d);
}

/* 32 values of fp32: 16 of them and 2 bits each, 64 + 4 B; of fp16 32 + 4 B; of int8 16 + 4 B and
 * scales. Macs stay, half of them are not zero. A sum of 6 is no multiple of 4. */
static void sparse_weights(void **state) {
    (void)state;
    static const struct {
        roof_types types;
        count summed;
        int64_t weights, nonzero;
    } asked[] = {
        {ROOF_TYPES_NATIVE, 8, 68, 64},
        {ROOF_TYPES_FP16, 8, 36, 64},
        {ROOF_TYPES_W8A16, 8, 20 + 8, 64},
        {ROOF_TYPES_NATIVE, 6, 96, 96},
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        tiny *t = tiny_new();
        value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(asked[i].summed)});
        value *w = weight(t, "w", 2, (count[]){asked[i].summed, 4});
        tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, w}));
        roof_options o = {.types = asked[i].types, .sparse_weights = true};
        roof_analysis *a = check_analyze(t, NULL, &o);
        const roof_work *work = &roof_analysis_row(a, 0)->work;
        assert_int_equal(work->bytes.weights, asked[i].weights);
        assert_int_equal(work->macs, 16 * asked[i].summed);
        assert_int_equal(work->macs_nonzero, asked[i].nonzero);
        assert_int_equal(roof_analysis_totals(a)->work.macs_nonzero, asked[i].nonzero);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_of_the_whole_model), cmocka_unit_test(shapes_stay),
        cmocka_unit_test(scales_by_channel),        cmocka_unit_test(vector_types),
        cmocka_unit_test(ceilings_of_the_options),  cmocka_unit_test(sparse_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
