/* The factor study: figures by hand, and the curves of the course. */
#include "small_device.h"
#include <jansson.h>
#include <math.h>
#include <roofline/study.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 16 };

/* A study of few points; each factor is NAME=VALUES. */
typedef struct request {
    const char *operator_name;
    const char *factors[8];
    roof_options options;
    const roof_device *device;
} request;

#define ASK(name, ...)                                                                             \
    { .operator_name = (name), .factors = {__VA_ARGS__}, }

static const roof_factor *factor_named(const char *operator_name, const char *name, size_t n) {
    const roof_factor *f;
    for (size_t i = 0; (f = roof_study_factor(operator_name, i)); i++)
        if (strlen(f->name) == n && !strncmp(f->name, name, n))
            return f;
    fail_msg("%s has no factor %s", operator_name, name);
    return NULL;
}

static roof_sweep *run(const request *r, roof_error *e) {
    static int64_t values[3][ROOF_SWEEP_POINTS];
    roof_sweep_axis axes[3];
    roof_setting settings[8];
    size_t n_axes = 0, n_settings = 0;
    for (size_t i = 0; i < 8 && r->factors[i]; i++) {
        const char *text = strchr(r->factors[i], '=') + 1;
        const roof_factor *f =
            factor_named(r->operator_name, r->factors[i], (size_t)(text - 1 - r->factors[i]));
        size_t n;
        if (!roof_study_parse(f, text, values[n_axes], &n, e))
            return NULL;
        if (roof_sweep_is_range(text)) {
            axes[n_axes] = (roof_sweep_axis){f->name, values[n_axes], n};
            n_axes++;
        } else {
            settings[n_settings++] = (roof_setting){f->name, values[n_axes][0]};
        }
    }
    return roof_study_run(r->operator_name, r->device, &r->options, axes, n_axes, settings,
                          n_settings, NULL, e);
}

static roof_sweep *must_run(const request *r) {
    roof_error e = ROOF_ERROR_INIT;
    roof_sweep *s = run(r, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

/* The intensities along a study of one factor; their number. */
static size_t intensities(const request *r, double to[MOST]) {
    roof_sweep *s = must_run(r);
    size_t n;
    const roof_sweep_point *p = roof_sweep_points(s, &n);
    assert_true(n >= 3 && n <= MOST);
    for (size_t i = 0; i < n; i++)
        to[i] = p[i].totals.operational_intensity;
    roof_sweep_free(s);
    return n;
}

/* --- figures --- */

static void figures(void **state) {
    (void)state;
    static const struct {
        request asked;
        size_t point;
        int64_t macs, flops, bytes, weights;
    } cases[] = {
        /* The course's example: four 3x3 kernels over one channel, 3x3 outputs. (9 x 4 + 9 x 4)
         * words of 4 bytes = 288; 4 x 9 x 9 MACs. */
        {{.operator_name = "conv",
          .factors = {"kernel=3..3", "resolution=3", "channels=4", "in-channels=1"},
          .options.traffic = ROOF_TRAFFIC_OUTPUT},
         0,
         324,
         648,
         288,
         144},
        /* 128 channels of 28 x 28 = 100352 words in and out, 128 x 128 x 9 = 147456 of weights. */
        {ASK("conv", "kernel=3..3"), 0, 100352 * 1152, 2 * 100352 * 1152, 4 * (2 * 100352 + 147456),
         4 * 147456},
        /* Depthwise: 9 MACs each, 128 x 9 words of weights. */
        {ASK("conv", "kernel=3..3", "groups=128"), 0, 100352 * 9, 2 * 100352 * 9,
         4 * (2 * 100352 + 1152), 4 * 1152},
        /* Stride 2, 7x7, 3 to 64 channels: the first layer of ResNet-50. 112^2 x 64 outputs of 147
         * MACs each; 224^2 x 3 inputs, all of them touched. */
        {ASK("conv", "kernel=7..7", "resolution=112", "channels=64", "in-channels=3", "stride=2"),
         0, 802816 * 147, 2 * 802816 * 147, 4 * (150528 + 9408 + 802816), 4 * 9408},
        /* Dilation 2: the same work and, padded, the same traffic. */
        {ASK("conv", "kernel=3..3", "dilation=2"), 0, 100352 * 1152, 2 * 100352 * 1152,
         4 * (2 * 100352 + 147456), 4 * 147456},
        /* A fully connected layer, 1 x 1024 by 1024 x 1024. */
        {ASK("gemm", "m=1..1"), 0, 1 << 20, 2 << 20, 4 * (1024 + (1 << 20) + 1024), 4 << 20},
        /* 32 heads, 1024 queries by 1024 keys: 256 MACs for each score and its value; scale 1,
         * softmax 4 + 1. Queries, keys, values and outputs of 1024 x 128 x 32 words. */
        {ASK("attention", "sequence=1024..1024"), 0, INT64_C(33554432) * 256,
         INT64_C(33554432) * 518, 4 * 4 * 4194304, 0},
        /* Decoding behind 4095 tokens: 32 x 4096 scores. Keys and values: 32 x 128 words for each
         * of 4095 tokens before and 1 new; all 4096 written again. A query and an output. */
        {ASK("attention", "past=4095..4095", "sequence=1"), 0, 131072 * 256, 131072 * 518,
         4 * 4096 * (2 * 4096 + 2 * 4096 + 2), 0},
        /* With 8 heads of keys a quarter of that, but for the query and the output. */
        {ASK("attention", "past=4095..4095", "sequence=1", "kv-heads=8"), 0, 131072 * 256,
         131072 * 518, 4 * (1024 * 4 * 4096 + 2 * 4096), 0},
        /* Two convolutions of 64 x 56 x 56 = 200704 words in and out, 36864 of weights, and a Relu;
         * each of five reshapes reads and writes the words, and reads its shape: four of 3 dims and
         * one of 4, 8 bytes each. */
        {ASK("reshape", "reshapes=0..5"), 0, 2 * 200704 * 576, 4 * 200704 * 576 + 200704,
         4 * (6 * 200704 + 2 * 36864), 8 * 36864},
        {ASK("reshape", "reshapes=0..5"), 5, 2 * 200704 * 576, 4 * 200704 * 576 + 200704,
         4 * (16 * 200704 + 2 * 36864) + 8 * 16, 8 * 36864 + 8 * 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_sweep *s = must_run(&cases[i].asked);
        size_t n;
        const roof_totals *t = &roof_sweep_points(s, &n)[cases[i].point].totals;
        const int64_t found[] = {t->work.macs, t->work.flops, t->work.bytes.total,
                                 t->work.bytes.weights};
        const int64_t wanted[] = {cases[i].macs, cases[i].flops, cases[i].bytes, cases[i].weights};
        for (size_t k = 0; k < 4; k++)
            if (found[k] != wanted[k])
                fail_msg("case %zu, figure %zu: %lld, not %lld", i, k, (long long)found[k],
                         (long long)wanted[k]);
        roof_sweep_free(s);
    }
}

/* --- curves --- */

/* The course's findings on FP32 convolutions, under both accountings. */
static void curves(void **state) {
    (void)state;
    static const struct {
        const char *operator_name, *factor;
        int way;       /* 1: grows, -1: falls */
        bool flattens; /* each step is smaller than the one before */
    } cases[] = {
        {"conv", "kernel=1..11:+2", 1, true},
        {"conv", "resolution=7..224:+31", 1, true},
        {"conv", "channels=16..1024:+112", 1, true},
        {"conv", "groups=1..128:x2", -1, true},
        {"conv", "batch=1..15:+2", 1, true},
        {"gemm", "m=1..1025:+128", 1, true},
        {"attention", "sequence=128..1024:+128", 1, false},
        {"reshape", "reshapes=0..5", -1, true},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        double x[MOST];
        request r = {.operator_name = cases[i / 2].operator_name,
                     .factors = {cases[i / 2].factor},
                     .options.traffic = i % 2 ? ROOF_TRAFFIC_OUTPUT : ROOF_TRAFFIC_OP};
        size_t n = intensities(&r, x);
        for (size_t k = 1; k < n; k++) {
            double step = (x[k] - x[k - 1]) * cases[i / 2].way;
            if (!(step > 0))
                fail_msg("%s: %g after %g", cases[i / 2].factor, x[k], x[k - 1]);
            if (k > 1 && cases[i / 2].flattens && !(step < fabs(x[k - 1] - x[k - 2])))
                fail_msg("%s: steps to %g", cases[i / 2].factor, x[k]);
        }
    }
}

static double intensity(const char *operator_name, const char *first, const char *second) {
    request r = {.operator_name = operator_name, .factors = {first, second}};
    roof_sweep *s = must_run(&r);
    size_t n;
    double x = roof_sweep_points(s, &n)[0].totals.operational_intensity;
    roof_sweep_free(s);
    return x;
}

/* 1x1 is low, depthwise far lower, and a fully connected layer has at most 2 FLOP for each weight.
 */
static void low(void **state) {
    (void)state;
    double usual = intensity("conv", "kernel=3..3", NULL);
    assert_true(intensity("conv", "kernel=1..1", NULL) < usual / 5);
    assert_true(intensity("conv", "kernel=3..3", "groups=128") < usual / 50);
    assert_true(intensity("gemm", "m=1..1", NULL) < 0.5);
    assert_true(intensity("gemm", "m=1..1", "n=4096") < 0.5);
}

/* --- the ridge --- */

/* 2 m 64 64 FLOP over 4 (64 m + 4096 + 64 m) bytes are 32 m / (2 m + 64); 10 FLOP/s over 2 B/s make
 * a ridge of 5, which is reached at m = 14.55. */
static void ridge(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = small_device();
    request r = {.operator_name = "gemm", .factors = {"m=1..20", "n=64", "k=64"}, .device = d};
    roof_sweep *s = must_run(&r);
    const roof_sweep_row *row = roof_sweep_row_at(s, 0);
    assert_string_equal(row->op, "Gemm");
    assert_int_equal(row->n_crossings, 1);
    assert_int_equal(row->crossings[0].before, 14);
    assert_int_equal(row->crossings[0].at, 15);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_true(roof_sweep_report(s, "table", NULL, out, &e));
    fclose(out);
    assert_non_null(strstr(text, "ridge    5.00 FLOP/B: vector fp32 10.0 FLOP/s over 2.00 B/s\n"));
    assert_non_null(strstr(text, "limits   over m: memory to 14, vector from 15\n"));
    free(text);
    roof_sweep_free(s);
    roof_device_free(d);
}

/* --- formats --- */

static char *written(const roof_sweep *const *sweeps, size_t n, const char *format) {
    roof_error e = ROOF_ERROR_INIT;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_true(roof_study_report(sweeps, n, format, NULL, out, &e));
    fclose(out);
    return text;
}

static void formats(void **state) {
    (void)state;
    request first = {.operator_name = "conv", .factors = {"kernel=1,3", "channels=8,16"}};
    request second = {.operator_name = "conv", .factors = {"channels=4..8:x2"}};
    roof_sweep *sweeps[] = {must_run(&first), must_run(&second)};
    char *text = written((const roof_sweep *const *)sweeps, 2, "json");
    json_t *document = json_loads(text, 0, NULL), *list, *fixed;
    const char *schema, *name;
    assert_int_equal(json_unpack(document, "{s:s, s:s, s:o}", "schema", &schema, "operator", &name,
                                 "sweeps", &list),
                     0);
    assert_string_equal(schema, "roofline.study/1");
    assert_string_equal(name, "conv");
    assert_int_equal(json_array_size(list), 2);
    assert_int_equal(json_array_size(json_object_get(json_array_get(list, 0), "points")), 4);
    /* the channels of the input follow those of the output, so they are not fixed */
    fixed = json_object_get(json_array_get(list, 1), "fixed");
    assert_null(json_object_get(fixed, "channels"));
    assert_null(json_object_get(fixed, "in-channels"));
    assert_int_equal(json_integer_value(json_object_get(fixed, "kernel")), 3);
    json_decref(document);
    free(text);

    text = written((const roof_sweep *const *)sweeps, 2, "csv");
    assert_non_null(
        strstr(text, "record,varies,id,name,op,before,from,to,\"kernel\",\"resolution\","));
    assert_non_null(strstr(text, "\npoint,kernel channels,,,,,,,3,28,16,16,1,1,1,1,true,"));
    assert_non_null(strstr(text, "\npoint,channels,,,,,,,3,28,4,4,1,1,1,1,true,"));
    free(text);
    roof_sweep_free(sweeps[0]);
    roof_sweep_free(sweeps[1]);
}

/* --- what there is, and what is refused --- */

/* Every part of every standard study runs, with the usual values of the rest. */
static void standard(void **state) {
    (void)state;
    const char *name;
    const roof_standard *part;
    static int64_t values[ROOF_SWEEP_POINTS];
    for (size_t i = 0; (name = roof_study_name(i)); i++) {
        assert_non_null(roof_study_meaning(name));
        assert_non_null(roof_study_standard(name, 0));
        for (size_t k = 0; (part = roof_study_standard(name, k)); k++) {
            roof_error e = ROOF_ERROR_INIT;
            size_t n, n_with = 0;
            while (n_with < ROOF_STUDY_WITH && part->with[n_with].factor)
                n_with++;
            const roof_factor *f = factor_named(name, part->factor, strlen(part->factor));
            assert_true(roof_study_parse(f, part->values, values, &n, &e));
            n = roof_study_fitting(name, part->factor, values, n, part->with, n_with);
            assert_in_range(n, 4, 32);
            roof_sweep_axis axis = {part->factor, values, n};
            roof_sweep *s =
                roof_study_run(name, NULL, NULL, &axis, 1, part->with, n_with, NULL, &e);
            if (!s)
                fail_msg("%s, %s: %s", name, part->factor, e.text);
            roof_sweep_free(s);
        }
    }
    assert_null(roof_study_meaning("pool"));
    assert_null(roof_study_factor("pool", 0));
}

static void refused(void **state) {
    (void)state;
    static const struct {
        request asked;
        const char *error;
    } cases[] = {
        {ASK("conv", "kernel=0..3"), "from 1 on"},
        {ASK("conv", "kernel=-1"), "from 1 on"},
        {ASK("conv", "kernel=1..1000000000"), "at most 65536"},
        {ASK("conv", "resolution=1..99999999999999999999"), "from 1 on"},
        {ASK("conv", "channels=1..8000"), "more than 4096"},
        {ASK("reshape", "reshapes=0..5000"), "at most 1000"},
        {ASK("conv", "kernel=1..2", "groups=3"), "3 groups do not divide 128 channels"},
        {ASK("conv", "groups=2,4", "in-channels=6", "channels=4"), "4 groups do not divide 6"},
        {ASK("attention", "heads=3..4", "kv-heads=2"), "2 kv-heads do not divide 3 heads"},
        {ASK("gemm", "m=1,2", "n=1,2", "k=1,2"), "one or two"},
        {ASK("gemm", "m=1"), "one or two"},
        {ASK("gemm", "m=1,2", "m=4"), "twice"},
        {ASK("gemm", "m=1073741824,1073741824", NULL), "must rise"},
        {ASK("gemm", "m=1,1073741824", "n=1073741824", "k=1073741824"), "2^63 bytes"},
        {ASK("attention", "sequence=1,1073741824", "batch=16777216", "heads=65536"),
         "sequence = 1073741824 its work does not fit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_null(run(&cases[i].asked, &e));
        assert_int_equal(e.status, ROOF_USAGE);
        if (!strstr(e.text, cases[i].error))
            fail_msg("case %zu: %s", i, e.text);
    }
    roof_error e = ROOF_ERROR_INIT;
    const roof_sweep_axis axis = {"width", (const int64_t[]){1, 2}, 2},
                          beyond = {"m", (const int64_t[]){0, 1}, 2};
    assert_null(roof_study_run("gemm", NULL, NULL, &axis, 1, NULL, 0, NULL, &e));
    assert_non_null(strstr(e.text, "no factor \"width\""));
    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(roof_study_run("gemm", NULL, NULL, &beyond, 1, NULL, 0, NULL, &e));
    assert_non_null(strstr(e.text, "m 0: must be a whole number from 1"));
    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(roof_study_run("pool", NULL, NULL, &axis, 1, NULL, 0, NULL, &e));
    assert_int_equal(e.status, ROOF_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures), cmocka_unit_test(curves),  cmocka_unit_test(low),
        cmocka_unit_test(ridge),   cmocka_unit_test(formats), cmocka_unit_test(standard),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
