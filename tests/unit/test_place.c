/* Placement on synthetic devices whose figures can be checked in the head. */
#include "expect.h"
#include "small_device.h"
#include "tiny_model.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GPU_OF_10                                                                                  \
    "device,kind,,,,gpu,,,,,,,test\n"                                                              \
    "compute,vector,fp32,fp32,,10,FLOP/s,,,,,,measured\n"
#define BANDWIDTH_2 "memory,dram,,,read,2,B/s,,,,,,measured\n"

/* x[m,k] . w[k,n] */
static tiny *matmul(count m, count k, count n) {
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){{.size = m}, {.size = k}});
    value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){k, n});
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, w}));
    return t;
}

/* 4x8 . 8x4: 256 FLOP, (32 + 32 + 16) x 4 = 320 bytes: memory takes 160 s, the unit 25.6 s. */
static void below_the_ridge(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = device_of_rows(GPU_OF_10 BANDWIDTH_2);
    tiny *t = matmul(4, 8, 4);
    roof_analysis *a = tiny_analyze(t, d, NULL, &e);
    const roof_row *row = roof_analysis_row(a, 0);
    about(row->time_s, 160);
    about(row->operational_intensity, 0.8);
    about(row->attainable_flops, 1.6);
    about(row->time_share, 1);
    assert_int_equal(row->limiter, ROOF_LIMIT_MEMORY);
    assert_int_equal(row->n_ceilings, 2);
    assert_string_equal(row->ceilings[0].unit, "vector fp32");
    about(row->ceilings[0].time_s, 25.6);
    assert_true(*row->ceilings[0].fallback); /* there is no matrix unit, and it says so */
    assert_string_equal(row->ceilings[1].unit, "dram");
    /* bound: no cache is known, so nothing has to cross DRAM but what is compulsory: 320 bytes */
    about(row->bound_s, 25.6);
    about(roof_analysis_totals(a)->bound_s, 160);
    about(roof_analysis_totals(a)->time_s, 160);
    about(roof_analysis_totals(a)->limiter_share[ROOF_LIMIT_MEMORY], 1);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* 64x64 . 64x64: 524288 FLOP at 10/s, 49152 bytes at 2/s: compute takes longer. */
static void above_the_ridge(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = device_of_rows(GPU_OF_10 BANDWIDTH_2);
    tiny *t = matmul(64, 64, 64);
    roof_analysis *a = tiny_analyze(t, d, NULL, &e);
    const roof_row *row = roof_analysis_row(a, 0);
    about(row->time_s, 52428.8);
    about(row->attainable_flops, 10);
    assert_int_equal(row->limiter, ROOF_LIMIT_VECTOR);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* A matrix unit of 100/s takes the product; vector work stays on its own unit. */
static void units_work_side_by_side(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = device_of_rows(GPU_OF_10 "compute,matrix,fp32,fp32,,100,FLOP/s,,,,,,measured\n"
                                              "memory,dram,,,read,1000000,B/s,,,,,,measured\n"
                                              "latency,launch,,,,1,s,,,,,,measured\n");
    tiny *t = matmul(64, 64, 64);
    roof_analysis *a = tiny_analyze(t, d, NULL, &e);
    about(roof_analysis_row(a, 0)->time_s, 5242.88);
    assert_int_equal(roof_analysis_row(a, 0)->limiter, ROOF_LIMIT_MATRIX);
    roof_analysis_free(a);
    tiny_free(t);
    /* 1x1 . 1x1: 2 FLOP take 0.02 s, less than the launch of 1 s */
    t = matmul(1, 1, 1);
    a = tiny_analyze(t, d, NULL, &e);
    about(roof_analysis_row(a, 0)->time_s, 0.02);
    assert_int_equal(roof_analysis_row(a, 0)->limiter, ROOF_LIMIT_OVERHEAD);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* The bound takes the best ceiling known and only the bytes that a cache cannot keep: theory
 * 1 core x 1 Hz is not given here, so measured; cache 100 B, fast memory 8 B/s. 320 bytes through
 * L2: 40 s; beyond the cache: (256 - 100) / 2 = 78 s. */
static void bound_is_sound(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = device_of_rows(GPU_OF_10 BANDWIDTH_2 "memory,l2,,,read,8,B/s,,,,,,measured\n"
                                                          "capacity,l2,,,,100,B,,,,,,datasheet\n");
    tiny *t = matmul(4, 8, 4);
    roof_analysis *a = tiny_analyze(t, d, NULL, &e);
    about(roof_analysis_row(a, 0)->bound_s, 78);
    about(roof_analysis_totals(a)->bound_s, 160);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

/* Traffic modes change the time; without a device there is none. */
static void times_by_traffic(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = device_of_rows(GPU_OF_10 BANDWIDTH_2);
    tiny *t = matmul(4, 8, 4);
    roof_options o = {.traffic = ROOF_TRAFFIC_OUTPUT};
    roof_analysis *a = tiny_analyze(t, d, &o, &e);
    about(roof_analysis_totals(a)->time_s, 96); /* (128 + 64) / 2 */
    about(roof_analysis_totals(a)->time_by_traffic[ROOF_TRAFFIC_OP], 160);
    roof_analysis_free(a);
    a = tiny_analyze(t, NULL, &o, &e);
    assert_true(isnan(roof_analysis_row(a, 0)->time_s));
    assert_true(isnan(roof_analysis_totals(a)->time_s));
    assert_int_equal(roof_analysis_row(a, 0)->limiter, ROOF_LIMIT_NONE);
    about(roof_analysis_row(a, 0)->operational_intensity, 256.0 / 192);
    roof_analysis_free(a);
    tiny_free(t);
    roof_device_free(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_the_ridge),         cmocka_unit_test(above_the_ridge),
        cmocka_unit_test(units_work_side_by_side), cmocka_unit_test(bound_is_sound),
        cmocka_unit_test(times_by_traffic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
