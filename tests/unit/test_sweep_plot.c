/* Pictures of sweeps, as scripts for gnuplot. */
#include "expect.h"
#include "folder.h"
#include "small_device.h"
#include "tiny_model.h"
#include <roofline/study.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[1 << 20];

/* Leaves the script of a picture in `text`; fails when it cannot be made. */
static void draw(const roof_sweep *const *sweeps, size_t n, roof_sweep_figure figure) {
    char path[512];
    roof_error e = ROOF_ERROR_INIT;
    snprintf(path, sizeof path, "%s/sweep.gp", root);
    if (!roof_sweep_plot(sweeps, n, figure, path, NULL, &e))
        fail_msg("%s", e.text);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
}

/* The last script has this part. */
static void has(const char *part) {
    expect_part(text, part);
}

static size_t count_of(const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

static const int64_t rows[] = {1, 2, 4, 8, 16, 32, 64, 128}, two[] = {64, 256},
                     four[] = {1, 2, 3, 4};

/* 2 m 64 64 FLOP over 4 (128 m + 4096) bytes: 32 m / (2 m + 64) FLOP/B. */
static roof_sweep *gemm(const roof_device *d, bool both) {
    const roof_sweep_axis axes[] = {{"m", rows, 8}, {"n", two, 2}};
    const roof_setting settings[] = {{"k", 64}, {"n", 64}};
    roof_error e = ROOF_ERROR_INIT;
    roof_sweep *s =
        roof_study_run("gemm", d, NULL, axes, both ? 2 : 1, settings, both ? 1 : 2, NULL, &e);
    assert_string_equal(e.text, "");
    return s;
}

/* Intensities as data, the ridge as a line across, memory and vector told apart. */
static void curve(void **state) {
    (void)state;
    roof_device *d = small_device();
    roof_sweep *s = gemm(d, false);
    draw((const roof_sweep *[]){s}, 1, ROOF_SWEEP_CURVE);
    has("\n8 3.2\n");          /* 32 x 8 / (16 + 64) */
    has("\n32 8\n");           /* 32 x 32 / (64 + 64) */
    has("first 5 to graph 1"); /* the ridge */
    has("ridge 5.00 FLOP/B");
    has("limited by memory");
    has("limited by vector");
    has("set logscale x 2");
    has("\"gemm by m\"");
    has("With n 64, k 64. roofline ");
    has("\n32 10\n"); /* attainable: all of the vector unit */
    has("\n8 6.4\n"); /* 3.2 x 2 B/s */
    roof_sweep_free(s);

    s = gemm(d, true);
    draw((const roof_sweep *[]){s}, 1, ROOF_SWEEP_CURVE);
    assert_int_equal(count_of("\"n 256\""), 1); /* in one legend */
    has("Hollow: limited by memory");
    has("\"gemm by m and n\"");
    roof_sweep_free(s);
    roof_device_free(d);
}

/* The corner of the roof, and the points on it; all of a few are named. */
static void on_the_roof(void **state) {
    (void)state;
    roof_device *d = small_device();
    roof_sweep *s = gemm(d, false);
    draw((const roof_sweep *[]){s}, 1, ROOF_SWEEP_ROOFLINE);
    has("\n5 10\n");
    has("\n3.2 6.4\n");
    has("\n8 10\n");
    has("\"m 1\"");
    has("\"128\"");
    has("set logscale x 10");
    roof_sweep_free(s);
    roof_device_free(d);
}

/* Several sweeps: a panel each, one legend; without a device the intensity alone. */
static void several(void **state) {
    (void)state;
    roof_device *d = small_device();
    for (int placed = 0; placed < 2; placed++) {
        const roof_sweep_axis axis = {"stride", four, 4};
        const roof_setting with[] = {{"kernel", 5}};
        roof_error e = ROOF_ERROR_INIT;
        roof_sweep *sweeps[] = {
            roof_study_run("conv", placed ? d : NULL, NULL, &axis, 1, NULL, 0, NULL, &e),
            roof_study_run("conv", placed ? d : NULL, NULL, &(roof_sweep_axis){"kernel", four, 4},
                           1, NULL, 0, NULL, &e),
            roof_study_run("conv", placed ? d : NULL, NULL, &(roof_sweep_axis){"batch", four, 4}, 1,
                           NULL, 0, NULL, &e),
            roof_study_run("conv", placed ? d : NULL, NULL,
                           &(roof_sweep_axis){"resolution", four, 4}, 1, with, 1, NULL, &e)};
        assert_string_equal(e.text, "");
        draw((const roof_sweep *const *)sweeps, 4, ROOF_SWEEP_CURVE);
        assert_int_equal(count_of("set lmargin"), 4);
        has("\"resolution, with kernel 5\"");
        has("What does not vary: kernel 3, resolution 28, channels 128");
        assert_int_equal(count_of("\"limited by vector\""), placed);
        assert_int_equal(count_of("\"ridge 5.00 FLOP/B\""), placed ? 4 : 0);
        for (int i = 0; i < 4; i++)
            roof_sweep_free(sweeps[i]);
    }
    roof_device_free(d);
}

/* A model whose dimension has a name that gnuplot must not read. */
static void hostile_name(void **state) {
    (void)state;
    static const char hostile[] = "b\"; system 'id'; @x_{2} %s \n\x1b[31m";
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = small_device();
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 2,
                          (dim[]){{.symbol = hostile, .size = UNKNOWN}, {.size = 64}});
    value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){64, 64});
    tiny_output(t, tiny_node(t, "MatMul", 2, (value *[]){x, w}));
    const roof_sweep_axis axis = {hostile, rows, 8};
    const roof_binding one = {hostile, "1"};
    roof_analysis_free(tiny_analyze(t, NULL, &(roof_options){.dims = &one, .n_dims = 1}, &e));
    roof_sweep *s = roof_sweep_run(tiny_model(t), d, NULL, &axis, 1, NULL, &e);
    assert_string_equal(e.text, "");
    draw((const roof_sweep *[]){s}, 1, ROOF_SWEEP_CURVE);
    assert_null(strstr(text, "system 'id'"));
    has("b\\0042\\0073 system \\0047id\\0047\\0073"); /* all of it is escaped */
    assert_null(strstr(text, "\x1b"));
    has("what limits, by share of the time");
    assert_int_equal(count_of("set lmargin"), 4);
    roof_sweep_free(s);
    tiny_free(t);
    roof_device_free(d);
}

static void refused(void **state) {
    (void)state;
    roof_sweep *s = gemm(NULL, false);
    const roof_sweep *const list[] = {s};
    roof_error e = ROOF_ERROR_INIT;
    assert_false(roof_sweep_plot(list, 1, ROOF_SWEEP_CURVE, "sweep.bmp", NULL, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    e = (roof_error)ROOF_ERROR_INIT;
    assert_false(roof_sweep_plot(list, 1, ROOF_SWEEP_ROOFLINE, "sweep.gp", NULL, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    e = (roof_error)ROOF_ERROR_INIT;
    assert_false(roof_sweep_plot(list, 1, ROOF_SWEEP_CURVE, "/no/such/folder/sweep.gp", NULL, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    roof_sweep_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(curve, make_root, remove_root),
        cmocka_unit_test_setup_teardown(on_the_roof, make_root, remove_root),
        cmocka_unit_test_setup_teardown(several, make_root, remove_root),
        cmocka_unit_test_setup_teardown(hostile_name, make_root, remove_root),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
