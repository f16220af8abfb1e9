/* Caches of keys and values: copied as the graph says, or grown in place. */
#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static value *input4(tiny *t, const char *name, count a, count b, count c, count d) {
    return tiny_input(t, name, DT_FLOAT, 4, (dim[]){SIZE(a), SIZE(b), SIZE(c), SIZE(d)});
}

/* What a case expects of the row that appends, and of the totals. */
typedef struct expected {
    int kv; /* as in roof_options */
    int64_t row_read, row_written;
    int64_t op, fused, ideal; /* totals */
} expected;

static void check_case(void (*build)(tiny *t), size_t row, const expected *e) {
    tiny *t = tiny_new();
    build(t);
    roof_analysis *a = check_analyze(t, NULL, &(roof_options){.kv = e->kv});
    const roof_traffic_bytes *bytes = &roof_analysis_row(a, row)->work.bytes;
    assert_int_equal(bytes->read, e->row_read);
    assert_int_equal(bytes->written, e->row_written);
    const roof_traffic_bytes *total = roof_analysis_totals(a)->work.traffic;
    assert_int_equal(total[ROOF_TRAFFIC_OP].total, e->op);
    assert_int_equal(total[ROOF_TRAFFIC_FUSED].total, e->fused);
    assert_int_equal(total[ROOF_TRAFFIC_IDEAL].total, e->ideal);
    roof_analysis_free(a);
    tiny_free(t);
}

/* past[1,2,6,4] 192 B, new[1,2,1,4] 32 B, present 224 B: Concat along the length. q[1,2,1,4] 32 B .
 * presentT -> [1,2,1,7] 56 B; the Transpose moves 224 B. */
static void concat(tiny *t) {
    value *past = input4(t, "past", 1, 2, 6, 4), *fresh = input4(t, "new", 1, 2, 1, 4);
    value *present = tiny_node(t, "Concat", 2, (value *[]){past, fresh});
    tiny_attribute(t, "axis", 2);
    tiny_output(t, present);
    value *query = input4(t, "q", 1, 2, 1, 7);
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){query, present}));
}

/* Concat 224 + 224, MatMul 56 + 224 + 32: 760. In place 32 + 32 instead of the first: 376, as
 * fused. Ideal: past 192, new 32, q 56, present 224 or 32 of it, y 32. */
static void grows_by_concat(void **state) {
    (void)state;
    check_case(concat, 0, &(expected){0, 224, 224, 760, 376, 344});
    check_case(concat, 0, &(expected){'i', 32, 32, 376, 376, 344});
    check_case(concat, 0, &(expected){'c', 224, 224, 760, 760, 536});
}

/* The same behind views on both sides: the past comes as [2,6,4], and the present leaves so. */
static void concat_behind_views(tiny *t) {
    value *flat = tiny_input(t, "past", DT_FLOAT, 3, (dim[]){SIZE(2), SIZE(6), SIZE(4)});
    value *four = tiny_ints(t, "four", 4, (int64_t[]){1, 2, 6, 4});
    value *three = tiny_ints(t, "three", 3, (int64_t[]){2, 7, 4});
    value *past = tiny_node(t, "Reshape", 2, (value *[]){flat, four});
    value *both[] = {past, input4(t, "new", 1, 2, 1, 4)};
    value *present = tiny_node(t, "Concat", 2, both);
    tiny_attribute(t, "axis", 2);
    tiny_output(t, tiny_node(t, "Reshape", 2, (value *[]){present, three}));
    value *query = input4(t, "q", 1, 2, 1, 7);
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){query, present}));
}

static void grows_behind_views(void **state) {
    (void)state;
    tiny *t = tiny_new();
    concat_behind_views(t);
    roof_analysis *a = check_analyze(t, NULL, NULL);
    const roof_traffic_bytes *total = roof_analysis_totals(a)->work.traffic;
    assert_int_equal(total[ROOF_TRAFFIC_FUSED].total, 376);
    assert_int_equal(total[ROOF_TRAFFIC_IDEAL].total, 344);
    roof_analysis_free(a);
    tiny_free(t);
}

/* What looks like it but is none: the past is no input, or the present no output. */
static void no_cache(tiny *t) {
    value *x = input4(t, "x", 1, 2, 6, 4);
    value *made = tiny_node(t, "Neg", 1, &x);
    value *tall = tiny_node(t, "Concat", 2, (value *[]){made, x});
    tiny_attribute(t, "axis", 2);
    tiny_output(t, tall);
    value *hidden = tiny_node(t, "Concat", 2, (value *[]){x, x});
    tiny_attribute(t, "axis", 2);
    tiny_output(t, tiny_node(t, "Neg", 1, &hidden));
}

static void leaves_other_concats_alone(void **state) {
    (void)state;
    tiny *t = tiny_new();
    no_cache(t);
    roof_analysis *a = check_analyze(t, NULL, &(roof_options){.kv = 'i'});
    check_bytes(&roof_analysis_row(a, 1)->work.bytes, 0, 384, 384);
    check_bytes(&roof_analysis_row(a, 2)->work.bytes, 0, 192, 384);
    roof_analysis_free(a);
    tiny_free(t);
}

/* The operator appends by itself: q 32, k and v 32 each, both pasts 192 each, y 32, both presents
 * 224 each or the 32 that are new. */
static void attention(tiny *t) {
    tiny_opset(t, 23);
    value *q = input4(t, "q", 1, 2, 1, 4), *k = input4(t, "k", 1, 2, 1, 4),
          *v = input4(t, "v", 1, 2, 1, 4);
    value *keys = input4(t, "past_key", 1, 2, 6, 4), *values = input4(t, "past_value", 1, 2, 6, 4);
    tiny_output(t, tiny_node(t, "Attention", 6, (value *[]){q, k, v, NULL, keys, values}));
    tiny_output(t, tiny_further(t));
    tiny_output(t, tiny_further(t));
}

static void grows_in_attention(void **state) {
    (void)state;
    check_case(attention, 0, &(expected){0, 480, 480, 960, 576, 576});
    check_case(attention, 0, &(expected){'i', 480, 96, 576, 576, 576});
    check_case(attention, 0, &(expected){'c', 480, 480, 960, 960, 960});
}

/* A buffer of fixed length: past and present [1,2,7,4] 224 B, one new row of 32 B written by
 * position. The past is an input, so without a cache in place all of it is copied. */
static void scatter(tiny *t) {
    tiny_opset(t, 24);
    value *past = input4(t, "past", 1, 2, 7, 4), *fresh = input4(t, "new", 1, 2, 1, 4);
    value *at = tiny_input(t, "at", DT_INT64, 1, (dim[]){SIZE(1)});
    value *present = tiny_node(t, "TensorScatter", 3, (value *[]){past, fresh, at});
    tiny_output(t, present);
    value *query = input4(t, "q", 1, 2, 1, 7);
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){query, present}));
}

/* TensorScatter 224 + 32 + 8 + 224 or 32 + 8 + 32, MatMul 56 + 224 + 32. Ideal: past 224, new 32,
 * position 8, q 56, y 32, and 224 or 32 of the present. */
static void grows_by_scatter(void **state) {
    (void)state;
    check_case(scatter, 0, &(expected){0, 264, 224, 800, 384, 384});
    check_case(scatter, 0, &(expected){'i', 40, 32, 384, 384, 384});
    check_case(scatter, 0, &(expected){'c', 264, 224, 800, 800, 576});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_by_concat),
        cmocka_unit_test(grows_behind_views),
        cmocka_unit_test(leaves_other_concats_alone),
        cmocka_unit_test(grows_in_attention),
        cmocka_unit_test(grows_by_scatter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
