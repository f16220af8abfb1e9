/* The memory hierarchy: reuse distances, the level that serves each read, and the time of it. */
#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* l1 of 300 B at 100 B/s, l2 of 600 B at 20 B/s, DRAM at 2 B/s; arithmetic is free. */
#define COMPUTE "compute,vector,fp32,fp32,,1e9,FLOP/s,,,,,,measured\n"
#define CPU                                                                                        \
    "device,kind,,,,cpu,,,,,,,test\n"                                                              \
    "capacity,l1,,,,300,B,,,,,,test\ncapacity,l2,,,,600,B,,,,,,test\n"                             \
    "memory,l1,,,read,100,B/s,,,,,,measured\nmemory,l2,,,read,20,B/s,,,,,,measured\n"              \
    "memory,dram,,,read,2,B/s,,,,,,measured\n" COMPUTE

static value *input(tiny *t, const char *name) { /* 128 B */
    return tiny_input(t, name, DT_FLOAT, 2, (dim[]){SIZE(4), SIZE(8)});
}

/* "l1 256; l2 128; dram 128" */
static void check_levels(const roof_analysis *a, size_t row, const char *expected) {
    char text[256] = "";
    const roof_row *r = roof_analysis_row(a, row);
    for (size_t i = 0; i < r->n_levels; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s %lld", i ? "; " : "", r->levels[i].level,
                 (long long)r->levels[i].bytes);
        about(r->levels[i].time_s, (double)r->levels[i].bytes / r->levels[i].bandwidth);
    }
    assert_string_equal(text, expected);
}

/* x -> Neg -> a -> Neg -> b; then a + x. All tensors 128 B.
 * 0: reads x first, from DRAM, and writes a. 1: reads a, whose distance is itself, 128 B: l1;
 * writes b. 2: reads b: l1, writes c. 3: a was touched by row 1 as second to last: b, c and a are
 * 384 B: l2; x was touched before everything: a, b, c and x, 512 B: l2. */
static void reads_by_distance(void **state) {
    (void)state;
    roof_device *d = device_of_rows(CPU);
    tiny *t = tiny_new();
    value *x = input(t, "x");
    value *a = tiny_node(t, "Neg", 1, &x), *b = tiny_node(t, "Neg", 1, &a);
    value *c = tiny_node(t, "Neg", 1, &b);
    tiny_output(t, c);
    tiny_output(t, tiny_node(t, "Add", 2, (value *[]){a, x}));
    roof_analysis *r = check_analyze(t, d, &(roof_options){.hierarchy = true});
    check_levels(r, 0, "l1 256; l2 256; dram 256");
    check_levels(r, 1, "l1 256; l2 128; dram 128");
    check_levels(r, 2, "l1 256; l2 128; dram 128");
    check_levels(r, 3, "l1 384; l2 384; dram 128");
    const roof_row *last = roof_analysis_row(r, 3);
    about(last->time_s, 64); /* dram 128 / 2; l2 384 / 20 = 19.2 */
    assert_string_equal(last->ceilings[last->n_ceilings - 1].unit, "dram");
    about(roof_analysis_totals(r)->time_s, 128 + 3 * 64);
    about(roof_analysis_totals(r)->time_by_traffic[ROOF_TRAFFIC_OP], 128 + 3 * 64);
    assert_true(roof_analysis_totals(r)->bound_s <= 128 + 3 * 64);
    roof_analysis_free(r);
    tiny_free(t);
    roof_device_free(d);
}

/* A row whose bytes of an inner level take longest: Slices of x, 512 B behind l2 (600 B), of which
 * 8 B are written. */
static void the_slowest_level_decides(void **state) {
    (void)state;
    roof_device *d = device_of_rows("device,kind,,,,gpu,,,,,,,test\n"
                                    "capacity,l1,,,,1e9,B,,,,,,test\n"
                                    "memory,l1,,,read,100,B/s,,,,,,measured\n"
                                    "capacity,l2,,,,1000,B,,,,,,test\n"
                                    "memory,l2,,,read,4,B/s,,,,,,measured\n"
                                    "memory,dram,,,read,2,B/s,,,,,,measured\n" COMPUTE);
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){SIZE(2), SIZE(64)});
    value *axes = tiny_ints(t, "axes", 1, (int64_t[]){1});
    tiny_output(t, tiny_node(t, "ReduceSum", 2, (value *[]){x, axes}));
    tiny_output(t, tiny_node(t, "ReduceMax", 1, &x));
    roof_analysis *a = check_analyze(t, d, &(roof_options){.hierarchy = true});
    /* the L1 of a GPU does not outlive a kernel */
    check_levels(a, 0, "l2 528; dram 528");
    check_levels(a, 1, "l2 516; dram 4");
    const roof_row *row = roof_analysis_row(a, 1);
    about(row->time_s, 129); /* 516 / 4 */
    assert_string_equal(row->ceilings[row->n_ceilings - 1].unit, "l2");
    assert_int_equal(row->limiter, ROOF_LIMIT_MEMORY);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* Without caches, and without asking, everything is of DRAM; so are the accountings. */
static void falls_back_to_dram(void **state) {
    (void)state;
    roof_device *plain = device_of_rows("device,kind,,,,cpu,,,,,,,test\n"
                                        "capacity,l2,,,,600,B,,,,,,test\n"
                                        "memory,dram,,,read,2,B/s,,,,,,measured\n" COMPUTE);
    roof_device *cached = device_of_rows(CPU);
    const struct {
        const roof_device *device;
        roof_options options;
        const char *levels;
    } asked[] = {
        {plain, {.hierarchy = true}, "dram 256"},
        {cached, {.hierarchy = false}, ""},
        {cached, {.hierarchy = true, .traffic = ROOF_TRAFFIC_IDEAL}, "l1 128; l2 128; dram 128"},
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        tiny *t = tiny_new();
        value *x = input(t, "x");
        value *y = tiny_node(t, "Neg", 1, &x);
        tiny_output(t, tiny_node(t, "Neg", 1, &y));
        roof_analysis *a = check_analyze(t, asked[i].device, &asked[i].options);
        check_levels(a, 1, asked[i].levels);
        double time = roof_analysis_totals(a)->time_s;
        about(time, asked[i].options.traffic == ROOF_TRAFFIC_IDEAL ? 128 : 256);
        roof_analysis_free(a);
        tiny_free(t);
    }
    roof_device_free(plain);
    roof_device_free(cached);
}

/* Fused: what stays inside a group touches nothing. m = x . w, relu inside; m . v reads m again: 64
 * B, and 64 of v. */
static void groups_touch_what_they_pay(void **state) {
    (void)state;
    roof_device *d = device_of_rows(CPU);
    tiny *t = tiny_new();
    value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){8, 4});
    value *v = tiny_weight(t, "v", DT_FLOAT, 2, (count[]){4, 4});
    value *m = tiny_node(t, "MatMul", 2, (value *[]){input(t, "x"), w});
    value *relu = tiny_node(t, "Relu", 1, &m);
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){relu, v}));
    roof_options o = {.hierarchy = true, .traffic = ROOF_TRAFFIC_FUSED};
    roof_analysis *a = check_analyze(t, d, &o);
    check_levels(a, 0, "l1 256; l2 256; dram 256");
    check_levels(a, 1, "l1 64; l2 64; dram 64");
    check_levels(a, 2, "l1 192; l2 128; dram 128");
    about(roof_analysis_totals(a)->time_s, (256 + 64 + 128) / 2.0);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* Beside a slow and obvious reference: the distance by going back through all accesses. */
static void distances_as_the_reference_says(void **state) {
    (void)state;
    enum { CHAIN = 40 };
    roof_device *d = device_of_rows(CPU);
    uint64_t seed = 1;
    tiny *t = tiny_new();
    value *values[CHAIN + 1] = {input(t, "x")};
    size_t reads[CHAIN];
    for (size_t i = 0; i < CHAIN; i++) { /* a map of any value made so far */
        seed = seed * UINT64_C(6364136223846793005) + 1;
        reads[i] = (seed >> 33) % (i + 1);
        values[i + 1] = tiny_node(t, "Neg", 1, &values[reads[i]]);
        tiny_output(t, values[i + 1]);
    }
    roof_analysis *a = check_analyze(t, d, &(roof_options){.hierarchy = true});
    for (size_t i = 0; i < CHAIN; i++) {
        bool seen[CHAIN + 1] = {false};
        int64_t distance = 128;
        bool found = false;
        for (size_t k = i; k-- > 0 && !found;) { /* row k reads, then writes */
            size_t touched[] = {k + 1, reads[k]};
            for (size_t e = 0; e < 2 && !found; e++) {
                found = touched[e] == reads[i];
                distance += !found && !seen[touched[e]] ? 128 : 0;
                seen[touched[e]] = true;
            }
        }
        const roof_row_level *levels = roof_analysis_row(a, i)->levels;
        assert_int_equal(levels[0].bytes, 256);
        assert_int_equal(levels[1].bytes, 128 + (found && distance <= 300 ? 0 : 128));
        assert_int_equal(levels[2].bytes, 128 + (found && distance <= 600 ? 0 : 128));
    }
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_by_distance),
        cmocka_unit_test(the_slowest_level_decides),
        cmocka_unit_test(falls_back_to_dram),
        cmocka_unit_test(groups_touch_what_they_pay),
        cmocka_unit_test(distances_as_the_reference_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
