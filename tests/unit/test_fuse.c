/* Fusion groups and their bytes: one small graph for each rule of docs/counting.md, section 4. */
#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static value *input(tiny *t, const char *name, count rows, count columns) {
    return tiny_input(t, name, DT_FLOAT, 2, (dim[]){SIZE(rows), SIZE(columns)});
}

static value *weight(tiny *t, const char *name, count rows, count columns) {
    return tiny_weight(t, name, DT_FLOAT, 2, (count[]){rows, columns});
}

static value *one(tiny *t, const char *op, value *x) {
    return tiny_node(t, op, 1, &x);
}

static value *two(tiny *t, const char *op, value *x, value *y) {
    return tiny_node(t, op, 2, (value *[]){x, y});
}

static value *scalar_weight(tiny *t, const char *name) {
    return tiny_weight(t, name, DT_FLOAT, 0, NULL);
}

/* Sums over the last of two dims, which stays as 1. */
static value *sum_rows(tiny *t, value *x, value *axes) {
    return two(t, "ReduceSum", x, axes);
}

static value *last_axis(tiny *t) {
    return tiny_ints(t, "axes", 1, (int64_t[]){1});
}

/* x[4,8] . w[8,4] + b -> Relu: 128 B each of x and w, 16 of b, 64 of y. */
static void epilogue(tiny *t) {
    value *product = two(t, "MatMul", input(t, "x", 4, 8), weight(t, "w", 8, 4));
    value *bias = tiny_weight(t, "b", DT_FLOAT, 1, (count[]){4});
    tiny_output(t, one(t, "Relu", two(t, "Add", product, bias)));
}

/* Relu(x) . x element by element: the second map reads x again, and x is read once. */
static void reads_once(tiny *t) {
    value *x = input(t, "x", 4, 8);
    tiny_output(t, two(t, "Mul", one(t, "Relu", x), x));
}

/* Of two equal inputs the one that is made later decides; the other one crosses. */
static void residual(tiny *t) {
    value *x = input(t, "x", 4, 4), *w = weight(t, "w", 4, 4), *v = weight(t, "v", 4, 4);
    value *early = two(t, "MatMul", x, w), *late = two(t, "MatMul", x, v);
    tiny_output(t, two(t, "Add", early, late));
}

/* m . sigmoid(m . w): the product needs what is made of m outside m's group. */
static void cycle(tiny *t) {
    value *m = two(t, "MatMul", input(t, "x", 4, 4), weight(t, "w", 4, 4));
    value *gate = one(t, "Sigmoid", two(t, "MatMul", m, weight(t, "v", 4, 1)));
    tiny_output(t, two(t, "Mul", m, gate));
}

/* m + a later and smaller product of something else: no cycle, though that stands after m. */
static void later_operand(tiny *t) {
    value *m = two(t, "MatMul", input(t, "x", 4, 4), weight(t, "w", 4, 4));
    value *small = two(t, "MatMul", input(t, "y", 1, 4), weight(t, "v", 4, 4));
    tiny_output(t, two(t, "Add", m, small));
}

/* A map that makes more elements than its input has is no part of what makes that. */
static void broadcast(tiny *t) {
    value *row = two(t, "MatMul", input(t, "x", 1, 4), weight(t, "w", 4, 4));
    value *tall = tiny_weight(t, "tall", DT_FLOAT, 2, (count[]){8, 4});
    tiny_output(t, two(t, "Add", row, tall));
}

/* q[4,8], k[8,4], mask[4,4], v[4,8]: 128 + 128 + 64 + 128 read, 4 of scale, 128 written. */
static void attention(tiny *t) {
    value *scores = two(t, "MatMul", input(t, "q", 4, 8), input(t, "k", 8, 4));
    value *scaled = two(t, "Mul", scores, scalar_weight(t, "scale"));
    value *masked = two(t, "Add", scaled, input(t, "mask", 4, 4));
    value *weights = one(t, "Softmax", masked);
    tiny_output(t, two(t, "MatMul", weights, input(t, "v", 4, 8)));
}

/* The weights are needed outside, too: no attention, but a product with its maps. */
static void seen_attention(tiny *t) {
    value *scores = two(t, "MatMul", input(t, "q", 4, 8), input(t, "k", 8, 4));
    value *weights = one(t, "Softmax", scores);
    tiny_output(t, weights);
    tiny_output(t, two(t, "MatMul", weights, input(t, "v", 4, 8)));
}

/* Where(IsNaN(p), 0, p) between softmax and product, as exporters guard empty rows. */
static void guarded_attention(tiny *t) {
    value *scores = two(t, "MatMul", input(t, "q", 4, 8), input(t, "k", 8, 4));
    value *p = one(t, "Softmax", scores);
    value *empty = one(t, "IsNaN", p);
    value *guarded = tiny_node(t, "Where", 3, (value *[]){empty, scalar_weight(t, "zero"), p});
    tiny_output(t, two(t, "MatMul", guarded, input(t, "v", 4, 8)));
}

/* (x - sum) / sqrt(sum of squares + eps) . gamma: x is read once and y written; the scalars are
 * read with whoever needs them. */
static void layer_norm(tiny *t) {
    value *axes = last_axis(t), *x = input(t, "x", 4, 8);
    value *centred = two(t, "Sub", x, sum_rows(t, x, axes));
    value *variance = sum_rows(t, two(t, "Mul", centred, centred), axes);
    value *deviation = one(t, "Sqrt", two(t, "Add", variance, scalar_weight(t, "eps")));
    value *normal = two(t, "Div", centred, deviation);
    value *gamma = tiny_weight(t, "gamma", DT_FLOAT, 1, (count[]){8});
    tiny_output(t, two(t, "Mul", normal, gamma));
}

/* The group starts above the reduce, where x is squared; x comes out of a product. */
static void rms_norm(tiny *t) {
    value *axes = last_axis(t);
    value *x = two(t, "MatMul", input(t, "in", 4, 8), weight(t, "w", 8, 8));
    value *mean = sum_rows(t, two(t, "Mul", x, x), axes);
    value *scale = one(t, "Reciprocal", one(t, "Sqrt", mean));
    tiny_output(t, two(t, "Mul", x, scale));
}

/* exp(x - max) over its sum. */
static void softmax(tiny *t) {
    value *axes = last_axis(t), *x = input(t, "x", 4, 8);
    value *shifted = one(t, "Exp", two(t, "Sub", x, sum_rows(t, x, axes)));
    tiny_output(t, two(t, "Div", shifted, sum_rows(t, shifted, axes)));
}

/* A map of x that has nothing to do with the sums of x stays outside. */
static void stranger(tiny *t) {
    value *axes = last_axis(t), *x = input(t, "x", 4, 8);
    value *sum = sum_rows(t, x, axes);
    value *other = one(t, "Neg", x);
    tiny_output(t, two(t, "Sub", x, sum));
    tiny_output(t, other);
}

/* DQ - MatMul - Q: integers in, integers out. x 32, w 32 + scale 4, both scales of x and y 4 each
 * (zero points 1): x's scale is read once, although Q and DQ have it. */
static void quantized(tiny *t) {
    value *scale = scalar_weight(t, "scale"), *zero = tiny_weight(t, "zero", DT_UINT8, 0, NULL);
    value *x = tiny_input(t, "x", DT_UINT8, 2, (dim[]){SIZE(4), SIZE(8)});
    value *xd = tiny_node(t, "DequantizeLinear", 3, (value *[]){x, scale, zero});
    value *w = tiny_weight(t, "w", DT_INT8, 2, (count[]){8, 4});
    value *wd = two(t, "DequantizeLinear", w, scalar_weight(t, "w_scale"));
    value *y = two(t, "MatMul", xd, wd);
    value *y_scale = scalar_weight(t, "y_scale");
    tiny_output(t, tiny_node(t, "QuantizeLinear", 3, (value *[]){y, y_scale, zero}));
}

/* A dequantized tensor that is an output is written, and read as it is. */
static void visible_floats(tiny *t) {
    value *x = tiny_input(t, "x", DT_INT8, 2, (dim[]){SIZE(4), SIZE(8)});
    value *floats = two(t, "DequantizeLinear", x, scalar_weight(t, "scale"));
    tiny_output(t, floats);
    tiny_output(t, two(t, "MatMul", floats, weight(t, "w", 8, 4)));
}

/* Through a Transpose: it moves 32 integers; the product reads them and the scale. */
static void moved_integers(tiny *t) {
    value *x = tiny_input(t, "x", DT_INT8, 2, (dim[]){SIZE(8), SIZE(4)});
    value *floats = two(t, "DequantizeLinear", x, scalar_weight(t, "scale"));
    value *turned = one(t, "Transpose", floats);
    tiny_output(t, two(t, "MatMul", turned, weight(t, "w", 8, 4)));
}

static const struct {
    void (*build)(tiny *t);
    const char *groups;
} cases[] = {
    {epilogue, "matmul 0 1 2: 144 + 128 + 64\n"},
    {reads_once, "activation 0 1: 0 + 128 + 128\n"},
    {residual, "matmul 0: 64 + 64 + 64\nmatmul 1 2: 64 + 128 + 64\n"},
    {cycle, "matmul 0: 64 + 64 + 64\nmatmul 1 2: 16 + 64 + 16\nelementwise 3: 0 + 80 + 64\n"},
    {later_operand, "matmul 0 2: 64 + 80 + 64\nmatmul 1: 64 + 16 + 16\n"},
    {broadcast, "matmul 0: 64 + 16 + 16\nelementwise 1: 128 + 16 + 128\n"},
    {attention, "attention 0 1 2 3 4: 4 + 448 + 128\n"},
    {seen_attention, "matmul 0: 0 + 256 + 64\nnormalization 1: 0 + 64 + 64\n"
                     "matmul 2: 0 + 192 + 128\n"},
    {guarded_attention, "attention 0 1 2 3 4: 4 + 384 + 128\n"},
    {layer_norm, "norm 0 1 2 3 4 5 6 7: 44 + 128 + 128\n"},
    {rms_norm, "matmul 0: 256 + 128 + 128\nnorm 1 2 3 4 5: 8 + 128 + 128\n"},
    {softmax, "norm 0 1 2 3 4: 8 + 128 + 128\n"},
    {stranger, "norm 0 2: 8 + 128 + 128\nelementwise 1: 0 + 128 + 128\n"},
    {quantized, "matmul 0 2 3: 45 + 32 + 16\n"},
    {visible_floats, "quantize 0: 4 + 32 + 128\nmatmul 1: 128 + 128 + 64\n"},
    {moved_integers, "movement 0 1: 4 + 32 + 32\nmatmul 2: 132 + 32 + 64\n"},
};

static void groups_follow_the_rules(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tiny *t = tiny_new();
        cases[i].build(t);
        roof_analysis *a = check_analyze(t, NULL, &(roof_options){.traffic = ROOF_TRAFFIC_FUSED});
        check_groups(a, cases[i].groups);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

/* What each row of `epilogue` pays: MatMul reads x and w, Add its bias, Relu writes. */
static void rows_pay_their_part(void **state) {
    (void)state;
    tiny *t = tiny_new();
    epilogue(t);
    roof_analysis *a = check_analyze(t, NULL, &(roof_options){.traffic = ROOF_TRAFFIC_FUSED});
    check_bytes(&roof_analysis_row(a, 0)->work.bytes, 128, 128, 0);
    check_bytes(&roof_analysis_row(a, 1)->work.bytes, 16, 0, 0);
    check_bytes(&roof_analysis_row(a, 2)->work.bytes, 0, 0, 64);
    check_bytes(&roof_analysis_totals(a)->work.bytes, 144, 128, 64);
    assert_int_equal(roof_analysis_row(a, 1)->group, 0);
    roof_analysis_free(a);
    tiny_free(t);
}

/* Neg - Reshape - MatMul, 128 B each: free, the view is no row of a group; as a copy it moves its
 * tensor and stands alone. */
static void views_as_asked(void **state) {
    (void)state;
    static const struct {
        int views;
        const char *groups;
    } asked[] = {{0, "elementwise 0: 0 + 128 + 128\nmatmul 2: 64 + 128 + 128\n"},
                 {'f', "elementwise 0: 0 + 128 + 128\nmatmul 2: 64 + 128 + 128\n"},
                 {'c', "elementwise 0: 0 + 128 + 128\nmovement 1: 16 + 128 + 128\n"
                       "matmul 2: 64 + 128 + 128\n"}};
    for (size_t i = 0; i < 3; i++) {
        tiny *t = tiny_new();
        value *shape = tiny_ints(t, "shape", 2, (int64_t[]){8, 4});
        value *view = two(t, "Reshape", one(t, "Neg", input(t, "x", 4, 8)), shape);
        tiny_output(t, two(t, "MatMul", view, weight(t, "w", 4, 4)));
        roof_options o = {.traffic = ROOF_TRAFFIC_FUSED, .views = asked[i].views};
        roof_analysis *a = check_analyze(t, NULL, &o);
        check_groups(a, asked[i].groups);
        assert_int_equal(roof_analysis_row(a, 1)->group, asked[i].views == 'c' ? 1 : -1);
        roof_analysis_free(a);
        tiny_free(t);
    }
}

/* Peak 10 FLOP/s, 2 B/s. `epilogue`: 256 + 16 + 16 FLOP are 28.8 s, 336 B 168 s. Alone the rows
 * would take 128, 8 and 32 s of that traffic, which add up to it. `softmax` on the same device: 5 x
 * 32 FLOP and less of sums; the memory's 132 s are shared. */
static void rows_share_the_time_of_their_group(void **state) {
    (void)state;
    roof_device *d = device_of_rows("device,kind,,,,gpu,,,,,,,test\n"
                                    "compute,vector,fp32,fp32,,10,FLOP/s,,,,,,measured\n"
                                    "memory,dram,,,read,2,B/s,,,,,,measured\n");
    tiny *t = tiny_new();
    epilogue(t);
    roof_analysis *a = check_analyze(t, d, &(roof_options){.traffic = ROOF_TRAFFIC_FUSED});
    size_t n;
    about(roof_analysis_groups(a, &n)->time_s, 168);
    about(roof_analysis_row(a, 0)->time_s, 128);
    about(roof_analysis_row(a, 1)->time_s, 8);
    about(roof_analysis_row(a, 2)->time_s, 32);
    about(roof_analysis_totals(a)->time_s, 168);
    about(roof_analysis_totals(a)->time_by_traffic[ROOF_TRAFFIC_FUSED], 168);
    assert_int_equal(roof_analysis_row(a, 1)->limiter, ROOF_LIMIT_MEMORY);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* With 100 B/s the 288 FLOP decide: 28.8 s. Alone: MatMul 25.6 s (2.56 s of bytes), Add and
 * Relu 1.6 s each. They share in that proportion, which is the time itself as all run on one unit.
 */
static void work_of_a_group_adds_up(void **state) {
    (void)state;
    roof_device *d = device_of_rows("device,kind,,,,gpu,,,,,,,test\n"
                                    "compute,vector,fp32,fp32,,10,FLOP/s,,,,,,measured\n"
                                    "memory,dram,,,read,100,B/s,,,,,,measured\n");
    tiny *t = tiny_new();
    epilogue(t);
    roof_analysis *a = check_analyze(t, d, &(roof_options){.traffic = ROOF_TRAFFIC_FUSED});
    size_t n;
    about(roof_analysis_groups(a, &n)->time_s, 28.8);
    about(roof_analysis_row(a, 0)->time_s, 25.6);
    about(roof_analysis_row(a, 2)->time_s, 1.6);
    assert_int_equal(roof_analysis_groups(a, &n)->limiter, ROOF_LIMIT_VECTOR);
    roof_analysis_free(a);
    a = check_analyze(t, d, NULL); /* under op each row waits for its own memory */
    about(roof_analysis_totals(a)->time_by_traffic[ROOF_TRAFFIC_FUSED], 28.8);
    assert_null(roof_analysis_groups(a, &n));
    assert_int_equal(n, 0);
    assert_int_equal(roof_analysis_row(a, 0)->group, -1);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_follow_the_rules),
        cmocka_unit_test(rows_pay_their_part),
        cmocka_unit_test(views_as_asked),
        cmocka_unit_test(rows_share_the_time_of_their_group),
        cmocka_unit_test(work_of_a_group_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
