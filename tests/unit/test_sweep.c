/* Sweeps of a matrix product, on a device of 10 FLOP/s and 2 B/s. */
#include "expect.h"
#include "small_device.h"
#include "tiny_model.h"
#include <jansson.h>
#include <roofline/sweep.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- ranges --- */

static void ranges(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t n; /* 0: refused */
        int64_t values[6];
    } cases[] = {
        {"7", 1, {7}},
        {"1,2,4", 3, {1, 2, 4}},
        {"1..4", 4, {1, 2, 3, 4}},
        {"1..10:x2", 4, {1, 2, 4, 8}},
        {"100..400:+100", 4, {100, 200, 300, 400}},
        {"1,2..4,8..32:x2", 6, {1, 2, 3, 4, 8, 16}},
        {"3..3", 1, {3}},
        {"9223372036854775806..9223372036854775807", 2, {INT64_MAX - 1, INT64_MAX}},
        {"4611686018427387904..9223372036854775807:x4", 1, {INT64_C(1) << 62}},
        {"", 0, {0}},
        {"0..4", 0, {0}},
        {"-1", 0, {0}},
        {"4..1", 0, {0}},
        {"2,1", 0, {0}},
        {"1..4,4", 0, {0}},
        {"1..4:x1", 0, {0}},
        {"1..4:+0", 0, {0}},
        {"1..4:2", 0, {0}},
        {"1:x2..4", 0, {0}},
        {"1...4", 0, {0}},
        {"1,,2", 0, {0}},
        {"1..", 0, {0}},
        {"1..5000", 0, {0}}, /* more than 4096 */
        {"1e2", 0, {0}},
    };
    static int64_t values[ROOF_SWEEP_POINTS];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        size_t n = 0;
        bool ok = roof_sweep_parse(cases[i].text, values, &n, &e);
        if (ok != (cases[i].n > 0))
            fail_msg("\"%s\": %s", cases[i].text, ok ? "accepted" : e.text);
        if (!ok)
            assert_int_equal(e.status, ROOF_USAGE);
        for (size_t k = 0; ok && k < cases[i].n; k++)
            assert_int_equal(values[k], cases[i].values[k]);
        if (ok && cases[i].n < 6)
            assert_int_equal(n, cases[i].n);
    }
    size_t n;
    roof_error e = ROOF_ERROR_INIT;
    assert_true(roof_sweep_parse("1..4096", values, &n, &e));
    assert_int_equal(n, 4096);
    assert_true(roof_sweep_is_range("1..2") && roof_sweep_is_range("1,2"));
    assert_false(roof_sweep_is_range("12"));
}

/* --- sweeps --- */

typedef struct fixture {
    tiny *t;
    roof_device *d;
} fixture;

/* x[batch, length, 64] . w[64, 64]; then a Relu, which memory limits whatever its size. */
static void start(fixture *f) {
    roof_error e = ROOF_ERROR_INIT;
    f->t = tiny_new();
    value *x = tiny_input(f->t, "x", DT_FLOAT, 3,
                          (dim[]){{.symbol = "batch", .size = UNKNOWN},
                                  {.symbol = "length", .size = UNKNOWN},
                                  {.size = 64}});
    value *w = tiny_weight(f->t, "w", DT_FLOAT, 2, (count[]){64, 64});
    value *y = tiny_node(f->t, "MatMul", 2, (value *[]){x, w});
    tiny_output(f->t, tiny_node(f->t, "Relu", 1, &y));
    f->d = small_device();
    roof_analysis *a = tiny_analyze(
        f->t, NULL, &(roof_options){.dims = (roof_binding[]){{"length", "1"}}, .n_dims = 1}, &e);
    assert_non_null(a);
    roof_analysis_free(a);
}

static void stop(fixture *f) {
    roof_device_free(f->d);
    tiny_free(f->t);
}

static roof_sweep *sweep(fixture *f, const char *batch, const char *length, bool by_option,
                         roof_error *e) {
    static int64_t values[2][ROOF_SWEEP_POINTS];
    roof_sweep_axis axes[2] = {{.name = by_option ? NULL : "batch", .values = values[0]},
                               {.name = "length", .values = values[1]}};
    roof_binding bound = {"length", length};
    bool both = roof_sweep_is_range(length);
    assert_true(roof_sweep_parse(batch, values[0], &axes[0].n, e));
    if (both)
        assert_true(roof_sweep_parse(length, values[1], &axes[1].n, e));
    roof_options options = {.dims = &bound, .n_dims = both ? 0 : 1};
    return roof_sweep_run(tiny_model(f->t), f->d, &options, axes, both ? 2 : 1, NULL, e);
}

/* b rows: 8192 b FLOP take 819.2 b s; (64 b + 4096 + 64 b) x 4 bytes take 256 b + 8192 s. The first
 * is longer from b = 14.55 on. The Relu moves 512 b bytes in 256 b s. */
static void crossing(void **state) {
    (void)state;
    static const struct {
        const char *batch;
        bool by_option;
        int64_t before, at; /* 0: never */
    } cases[] = {
        {"1..64", false, 14, 15}, {"1..64", true, 14, 15}, {"1..64:x2", false, 8, 16},
        {"14,15", false, 14, 15}, {"15..64", false, 0, 0}, {"1..14", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        roof_error e = ROOF_ERROR_INIT;
        start(&f);
        roof_sweep *s = sweep(&f, cases[i].batch, "1", cases[i].by_option, &e);
        assert_string_equal(e.text, "");
        const roof_sweep_row *product = roof_sweep_row_at(s, 0), *relu = roof_sweep_row_at(s, 1);
        assert_null(roof_sweep_row_at(s, 2));
        assert_string_equal(product->op, "MatMul");
        assert_int_equal(product->n_crossings, cases[i].at ? 1 : 0);
        if (cases[i].at) {
            assert_int_equal(product->crossings[0].before, cases[i].before);
            assert_int_equal(product->crossings[0].at, cases[i].at);
            assert_int_equal(product->crossings[0].from, ROOF_LIMIT_MEMORY);
            assert_int_equal(product->crossings[0].to, ROOF_LIMIT_VECTOR);
        }
        assert_int_equal(relu->n_crossings, 0);
        assert_int_equal(relu->last, ROOF_LIMIT_MEMORY);
        roof_sweep_free(s);
        stop(&f);
    }
}

static void points(void **state) {
    (void)state;
    fixture f;
    roof_error e = ROOF_ERROR_INIT;
    start(&f);
    roof_sweep *s = sweep(&f, "1..4", "1", false, &e);
    size_t n;
    const roof_sweep_point *p = roof_sweep_points(s, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        double b = (double)(i + 1), time = 256 * b + 8192 + 256 * b;
        assert_int_equal(p[i].at[0], i + 1);
        assert_int_equal(p[i].totals.work.macs, 4096 * (i + 1));
        about(p[i].totals.time_s, time);
        about(p[i].per_second, b / time);
        assert_int_equal(p[i].totals.limiter, ROOF_LIMIT_MEMORY);
    }
    roof_sweep_free(s);
    stop(&f);
}

/* With two axes the product b x length decides: 2 b > 14.55 from b = 8 on. */
static void two_axes(void **state) {
    (void)state;
    fixture f;
    roof_error e = ROOF_ERROR_INIT;
    start(&f);
    roof_sweep *s = sweep(&f, "1..20", "1,2", false, &e);
    size_t n;
    const roof_sweep_point *p = roof_sweep_points(s, &n);
    assert_int_equal(n, 40);
    assert_int_equal(p[20].at[0], 1); /* the first axis varies fastest */
    assert_int_equal(p[20].at[1], 2);
    const roof_sweep_row *product = roof_sweep_row_at(s, 0);
    assert_int_equal(product->n_crossings, 2);
    assert_int_equal(product->crossings[0].at, 15);
    assert_int_equal(product->crossings[0].second, 1);
    assert_int_equal(product->crossings[1].at, 8);
    assert_int_equal(product->crossings[1].second, 2);
    roof_sweep_free(s);
    stop(&f);
}

static void refused(void **state) {
    (void)state;
    static const int64_t falling[] = {2, 1}, zero[] = {0}, many[4096] = {0};
    static int64_t rising[4096];
    for (int i = 0; i < 4096; i++)
        rising[i] = i + 1;
    static const roof_binding one = {"length", "1"};
    const struct {
        roof_sweep_axis axes[3];
        size_t n;
        const char *error;
    } cases[] = {
        {{{"batch", falling, 2}}, 1, "rise"},
        {{{"batch", zero, 1}}, 1, "rise"},
        {{{"batch", many, 0}}, 1, "no value"},
        {{{"batch", rising, 65}, {"length", rising, 64}}, 2, "more than 4096 points"},
        {{{"btch", rising, 2}}, 1, "batch"}, /* what there is */
        {{{NULL, rising, 1}}, 0, "one or two"},
        {{{NULL, rising, 1}, {"length", rising, 1}, {"batch", rising, 1}}, 3, "one or two"},
    };
    fixture f;
    start(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        roof_options options = {.dims = &one, .n_dims = cases[i].n == 1};
        assert_null(
            roof_sweep_run(tiny_model(f.t), f.d, &options, cases[i].axes, cases[i].n, NULL, &e));
        assert_int_equal(e.status, ROOF_USAGE);
        if (!strstr(e.text, cases[i].error))
            fail_msg("case %zu: %s", i, e.text);
    }
    stop(&f);
}

static void interrupted(void **state) {
    (void)state;
    static const volatile sig_atomic_t now = 1;
    static const int64_t values[] = {1, 2};
    fixture f;
    roof_error e = ROOF_ERROR_INIT;
    start(&f);
    roof_sweep_axis axis = {"batch", values, 2};
    assert_null(roof_sweep_run(tiny_model(f.t), f.d, NULL, &axis, 1, &now, &e));
    assert_int_equal(e.status, ROOF_INTERRUPTED);
    stop(&f);
}

/* --- formats --- */

/* What a format writes, freed by the caller. */
static char *written(const roof_sweep *s, const char *format, roof_sweep_options o) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    roof_error e = ROOF_ERROR_INIT;
    assert_true(roof_sweep_report(s, format, &o, out, &e));
    fclose(out);
    return text;
}

static size_t count_lines(const char *text) {
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void formats(void **state) {
    (void)state;
    static const char *const lines[] = {
        "sweep    batch from 1 to 64: 64 values\n",
        "... 60 of 64 points not shown",
        "memory to 14, vector from 15",
        "rows     1 cross the ridge; 1 stay memory bound, 0 stay compute bound, 0 do nothing\n",
        /* 819.2 b s of the product are more than 256 b of the Relu */
        "verdict  the model is limited, over batch, by memory from 1, vector from 15\n",
    };
    fixture f;
    roof_error e = ROOF_ERROR_INIT;
    start(&f);
    roof_sweep *s = sweep(&f, "1..64", "1", false, &e);
    char *all = written(s, "table", (roof_sweep_options){.top = 4, .width = 100});
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_part(all, lines[i]);
    free(all);
    all = written(s, "csv", (roof_sweep_options){0});
    assert_int_equal(count_lines(all), 1 + 64 + 1); /* titles, points, one crossing */
    assert_non_null(strstr(all, "\ncrossing,\"#0\",\"n0\",\"MatMul\",14,memory,vector,15,"));
    free(all);
    all = written(s, "json", (roof_sweep_options){0});
    json_t *document = json_loads(all, 0, NULL);
    char *schema;
    int at;
    assert_int_equal(json_unpack(document, "{s:s, s:[{s:[{s:{s:i}}]}]}", "schema", &schema, "rows",
                                 "crossings", "at", "batch", &at),
                     0);
    assert_string_equal(schema, "roofline.sweep/1");
    assert_int_equal(at, 15);
    assert_int_equal(json_array_size(json_object_get(document, "points")), 64);
    json_decref(document);
    free(all);
    assert_false(roof_sweep_report(s, "md", NULL, stdout, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    roof_sweep_free(s);
    stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),   cmocka_unit_test(crossing), cmocka_unit_test(points),
        cmocka_unit_test(two_axes), cmocka_unit_test(refused),  cmocka_unit_test(interrupted),
        cmocka_unit_test(formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
