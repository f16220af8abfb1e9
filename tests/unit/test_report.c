/* Whole reports of analyses made by hand (report_case.h), and what is refused. */
#include "expect.h"
#include "report_case.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_report(const roof_analysis *a, const char *format, roof_report_options o,
                          const char *expected) {
    char *text = report(a, format, o);
    assert_string_equal(text, expected);
    free(text);
}

/* --- whole documents --- */

static void test_table(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), small, 3);
    a->assumptions[0] = "batch = 1";
    a->dims[0] = "batch", a->dim_values[0] = 1;
    a->dims[1] = "seq", a->dim_values[1] = 7;
    expect_report(a, "table", (roof_report_options){.top = 2},
                  "model    models/fake.onnx (1 parameters, 4 B), opset 17, from by hand\n"
                  "device   Test (measured 2026-01-02)\n"
                  "traffic  op\n"
                  "dims     seq = 7\n"
                  "assumed  batch = 1\n"
                  "\n"
                  "#   name  op    output  type  MACs  FLOPs  bytes  FLOP/B   attainable    time  "
                  "share  limiter\n"
                  "#0  conv  Conv  1x3     fp32    30     60    8 B    7.50  10.0 FLOP/s  6.00 s  "
                  "50.0%  vector\n"
                  "#1  relu  Relu  1x3     fp32     0      4    8 B    0.50  1.00 FLOP/s  4.00 s  "
                  "33.3%  memory\n"
                  "\n"
                  "...      1 of 3 rows not shown: 16.7% of the time\n"
                  "total    64 FLOP (30 MAC; matrix 60, vector 4, special 0)\n"
                  "bytes    20 B (weights 4 B, read 8 B, written 8 B); traffic op 20 B, output 12 "
                  "B, fused 20 B, ideal 4 B; 3.20 FLOP/B\n"
                  "peak     2 B of live activations at #0 (Conv conv)\n"
                  "time     12.0 s at 5.33 FLOP/s; no correct run is faster than 6.00 s\n"
                  "limits   vector 50.0%, memory 50.0% of the time\n"
                  "ridges   5.00 FLOP/B (vector fp32 10.0 FLOP/s) over 2.00 B/s\n"
                  "covered  3 nodes: 3 counted\n"
                  "\n"
                  "verdict  Partly compute bound: 50% of the time is vector arithmetic (vector "
                  "fp32, 10.0 FLOP/s). Fewer FLOPs, a smaller type or a faster unit make it "
                  "faster; memory traffic takes another 50%.\n");
    fake_free(a);
}

static void test_table_without_device(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(NULL, small, 3);
    expect_report(
        a, "table", (roof_report_options){0},
        "model    models/fake.onnx (1 parameters, 4 B), opset 17, from by hand\n"
        "device   none (counts only)\n"
        "traffic  op\n"
        "\n"
        "#   name   op       output  type  MACs  FLOPs  bytes  FLOP/B  share  status\n"
        "#0  conv   Conv     1x3     fp32    30     60    8 B    7.50  93.8%  counted\n"
        "#1  relu   Relu     1x3     fp32     0      4    8 B    0.50   6.2%  counted\n"
        "#2  shape  Reshape  3       fp32     0      0    4 B       0   0.0%  counted\n"
        "\n"
        "total    64 FLOP (30 MAC; matrix 60, vector 4, special 0)\n"
        "bytes    20 B (weights 4 B, read 8 B, written 8 B); traffic op 20 B, output 12 B, fused "
        "20 B, ideal 4 B; 3.20 FLOP/B\n"
        "peak     2 B of live activations at #0 (Conv conv)\n"
        "covered  3 nodes: 3 counted\n"
        "\n"
        "verdict  Counts only: at 3.20 FLOP/B the model as a whole is memory bound on machines "
        "whose ridge is higher; name one (--device) to see what limits each row.\n");
    fake_free(a);
}

static void test_csv(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), small, 1);
    expect_report(
        a, "csv", (roof_report_options){0},
        "id,name,op,domain,scope,repeat,group,status,inputs,outputs,precision,weight_dtype,"
        "activation_"
        "dtype,accumulate_dtype,macs (MAC),macs_valid (MAC),macs_nonzero (MAC),flops "
        "(FLOP),matrix_flops "
        "(FLOP),vector_flops (FLOP),special_flops (FLOP),integer_ops (OP),bytes (B),bytes_weights "
        "(B),bytes_read (B),bytes_written (B),traffic_op (B),traffic_output (B),traffic_fused "
        "(B),traffic_ideal (B),live_bytes (B),operational_intensity (FLOP/B),attainable_flops "
        "(FLOP/s),time_s,time_share,bound_s,limiter,ceilings,measured_s,efficiency,levels "
        "(B),note,family,rule\n"
        "\"#0\",\"conv\",\"Conv\",\"\",\"\",1,,\"counted\",\"1x3\",\"1x3\",\"fp32\",\"fp32\","
        "\"fp32\",\"fp32\",30,30,30,60,60,0,0,0,8,4,2,2,8,6,8,4,2,7.5,10,6,1,3,\"vector\",\"vector "
        "fp32=10; dram=2\",,,\"\",\"\",\"conv\",\"\"\n");
    fake_free(a);
}

/* Of a run of 20 s: conv took 12 s instead of 6, relu 5 s although the device needs 8. */
static void test_measured(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), small, 3);
    a->rows[0].measured_s = 12, a->rows[0].efficiency = 0.5;
    a->rows[1].measured_s = 5, a->rows[1].efficiency = 0.8;
    a->measured =
        &(roof_measured){.path = "run\033.json",
                         .format = "ONNX Runtime profile",
                         .runs = 3,
                         .warm_ups = 1,
                         .run_s = 20,
                         .times_s = 25,
                         .rows = 2,
                         .measured_s = 17,
                         .compared_s = 17,
                         .time_s = 10,
                         .covered = 10.0 / 12,
                         .no_row = {.n = 4, .seconds = 8, .names = {"x", "y\n", "z"}, .n_names = 3},
                         .nested = {.n = 1, .seconds = 2, .names = {"loop"}, .n_names = 1},
                         .no_time = {.n = 1, .seconds = 2, .names = {"shape"}, .n_names = 1},
                         .too_fast = {.n = 1, .seconds = 5, .names = {"relu"}, .n_names = 1},
                         .too_fast_by = 1.6,
                         .remark = "nothing is sure"};
    char *text = report(a, "table", (roof_report_options){.top = 2});
    static const char *const parts[] = {
        "MACs  FLOPs  bytes  FLOP/B   attainable    time  measured  efficiency  share  limiter\n",
        "6.00 s    12.0 s       50.0%  50.0%  vector\n",
        "measured 17.0 s in 2 rows (ONNX Runtime profile run\\x1b.json, 3 runs after one to warm "
        "up);"
        " a run takes 20.0 s, and its times add up to 125.0% of that: nodes ran side by side, or "
        "hold "
        "one another\n",
        "remark   nothing is sure\n",
        "of roof  58.8%: the roof takes 10.0 s of the 17.0 s; 83.3% of the predicted time is of "
        "rows "
        "that were measured\n",
        "no time  1 row, predicted 2.00 s: \"shape\"; engines fuse rows into others (--traffic "
        "fused)\n",
        "no row   4 times, 8.00 s: \"x\", \"y\\x0a\", \"z\", ...\n",
        "nested   1 time left out, 2.00 s, as others are inside: \"loop\"\n",
        "too fast 1 time below what the device can do, by up to 1.6 times: \"relu\".",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_part(text, parts[i]);
    free(text);
    fake_free(a);
}

static void test_markdown(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), small, 3);
    expect_report(a, "md", (roof_report_options){.top = 1},
                  "# Roofline of models/fake.onnx\n"
                  "\n"
                  "**Partly compute bound: 50% of the time is vector arithmetic (vector fp32, 10.0 "
                  "FLOP/s). Fewer FLOPs, a smaller type or a faster unit make it faster; memory "
                  "traffic takes another 50%.**\n"
                  "\n"
                  "- **model** models/fake.onnx (1 parameters, 4 B), opset 17, from by hand\n"
                  "- **device** Test (measured 2026-01-02)\n"
                  "- **traffic** op\n"
                  "\n"
                  "| # | name | op | output | type | MACs | FLOPs | bytes | FLOP/B | attainable | "
                  "time | share | limiter |\n"
                  "|---|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n"
                  "| #0 | conv | Conv | 1x3 | fp32 | 30 | 60 | 8 B | 7.50 | 10.0 FLOP/s | 6.00 s | "
                  "50.0% | vector |\n"
                  "\n"
                  "- **...** 2 of 3 rows not shown: 50.0% of the time\n"
                  "- **total** 64 FLOP (30 MAC; matrix 60, vector 4, special 0)\n"
                  "- **bytes** 20 B (weights 4 B, read 8 B, written 8 B); traffic op 20 B, output "
                  "12 B, fused 20 B, ideal 4 B; 3.20 FLOP/B\n"
                  "- **peak** 2 B of live activations at #0 (Conv conv)\n"
                  "- **time** 12.0 s at 5.33 FLOP/s; no correct run is faster than 6.00 s\n"
                  "- **limits** vector 50.0%, memory 50.0% of the time\n"
                  "- **ridges** 5.00 FLOP/B (vector fp32 10.0 FLOP/s) over 2.00 B/s\n"
                  "- **covered** 3 nodes: 3 counted\n"
                  "\n");
    fake_free(a);
}

static void test_unknown_is_never_zero(void **state) {
    (void)state;
    roof_analysis *a = mixed_analysis(fake_device());
    char *text = report(a, "table", (roof_report_options){0});
    expect_part(text, "#1  mystery          Magic  ?           fp32     ?      ?      ?       -"
                      "            -       -      -  unknown\n");
    expect_part(text, "~60"); /* 3 times 20, estimated */
    expect_part(text, "guess (3 times)");
    expect_part(text, "no rule for com.example:Magic x 1");
    expect_part(text, "True of what is counted: the work of 1 row is unknown.");
    free(text);
    json_t *root = report_json(a), *node = json_array_get(json_object_get(root, "nodes"), 1);
    static const char *const null_keys[] = {
        "macs",          "flops",   "bytes",      "time_s",
        "bytes_written", "limiter", "time_share", "operational_intensity"};
    for (size_t i = 0; i < sizeof null_keys / sizeof *null_keys; i++)
        assert_true(json_is_null(json_object_get(node, null_keys[i])));
    assert_int_equal(json_integer_value(json_object_get(node, "bytes_read")), 100);
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(node, "outputs"), 0), "shape")));
    assert_true(json_is_false(json_object_get(json_object_get(root, "totals"), "complete")));
    json_decref(root);
    fake_free(a);
}

static void test_empty_model(void **state) {
    (void)state;
    const roof_device *devices[] = {NULL, fake_device()};
    for (int i = 0; i < 2; i++) {
        roof_analysis *a = fake_analyze(devices[i], NULL, 0);
        char *text = report(a, "table", (roof_report_options){.width = 80});
        expect_part(text, "verdict  Nothing to do: the graph has no nodes.\n");
        free(text);
        free(report(a, "csv", (roof_report_options){0}));
        free(report(a, "md", (roof_report_options){0}));
        json_t *root = report_json(a);
        assert_int_equal(json_array_size(json_object_get(root, "nodes")), 0);
        json_decref(root);
        fake_free(a);
    }
}

/* --- JSON --- */

static void test_json_schema(void **state) {
    (void)state;
    static const char *const keys[] = {"schema", "tool",     "model",       "device",  "options",
                                       "totals", "coverage", "assumptions", "outputs", "nodes"};
    roof_analysis *a = fake_analyze(fake_device(), small, 3);
    a->rows[0].work.flops = INT64_MAX; /* exact beyond 2^53 */
    json_t *root = report_json(a);
    void *at = json_object_iter(root);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++, at = json_object_iter_next(root, at))
        assert_string_equal(json_object_iter_key(at), keys[i]);
    assert_null(at);
    assert_string_equal(json_string_value(json_object_get(root, "schema")), "roofline.analysis/1");
    json_t *node = json_array_get(json_object_get(root, "nodes"), 0);
    assert_true(json_integer_value(json_object_get(node, "flops")) == INT64_MAX);
    assert_string_equal(json_string_value(json_object_get(node, "limiter")), "vector");
    assert_true(json_real_value(json_object_get(node, "time_s")) == 6.0);
    assert_int_equal(json_array_size(json_object_get(node, "ceilings")), 2);
    json_t *traffic = json_object_get(json_object_get(root, "totals"), "traffic");
    assert_int_equal(json_integer_value(json_object_get(traffic, "op")), 20);
    assert_int_equal(json_integer_value(json_object_get(traffic, "output")), 4 + 2 + 4 + 2);
    json_decref(root);
    fake_free(a);
}

/* --- verdicts --- */

static void test_verdicts(void **state) {
    (void)state;
    /* One row each; with 10 FLOP/s, 1 special/s and 2 B/s the first term that follows is largest.
     */
    static const struct {
        fake_row row;
        const char *says;
    } cases[] = {
        {{.vector = 4, .read = 8}, /* 4 s of memory, 0.5 FLOP/B, ridge 5 */
         "Memory bound: 100% of the time is memory traffic. At 0.50 FLOP/B the model needs "
         "10 "
         "times "
         "more reuse"},
        {{.read = 8}, "Memory bound: 100% of the time moves data, and nothing is computed"},
        {{.vector = 400, .read = 8},
         "Compute bound: 100% of the time is vector arithmetic (vector fp32, 10.0 FLOP/s)"},
        {{.special = 40, .read = 8}, "Bound by special functions: 100% of the time"},
        {{.status = ROOF_FOLDED}, "Nothing to do when the model runs"},
        {{.matrix = -1, .read = 8, .status = ROOF_ROW_UNKNOWN},
         "No verdict: the work of all 1 rows is unknown."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_row row = cases[i].row;
        row.name = row.op = "x";
        row.family = "other";
        roof_analysis *a = fake_analyze(fake_device(), &row, 1);
        char *text = report(a, "table", (roof_report_options){0});
        expect_part(text, cases[i].says);
        free(text);
        fake_free(a);
    }
}

/* --- failures --- */

static void test_unknown_words(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(NULL, small, 3);
    roof_error e = ROOF_ERROR_INIT;
    assert_false(roof_report(a, "jsn", NULL, stdout, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    assert_string_equal(e.text,
                        "unknown format \"jsn\" (did you mean json?): table, csv, json or md");
    e = (roof_error)ROOF_ERROR_INIT;
    assert_false(roof_report(a, "csv", &(roof_report_options){.sort = "byte"}, stdout, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    expect_part(e.text, "unknown sort key \"byte\" (did you mean bytes?): time, flops,");
    fake_free(a);
}

/* A locale with decimal commas must not reach the numbers. */
static void test_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8"))
        skip();
    roof_analysis *a = fake_analyze(fake_device(), small, 3);
    char *text = report(a, "csv", (roof_report_options){0});
    expect_part(text, ",7.5,10,6,0.5,3,");
    free(text);
    json_decref(report_json(a));
    setlocale(LC_NUMERIC, "C");
    fake_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),       cmocka_unit_test(test_table_without_device),
        cmocka_unit_test(test_csv),         cmocka_unit_test(test_measured),
        cmocka_unit_test(test_markdown),    cmocka_unit_test(test_unknown_is_never_zero),
        cmocka_unit_test(test_empty_model), cmocka_unit_test(test_json_schema),
        cmocka_unit_test(test_verdicts),    cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
