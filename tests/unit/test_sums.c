/* Rows summed up, by hand. The device has 10 FLOP/s of vector fp32 and 2 B/s of memory:
 *   one     Conv, 60 FLOP, 8 B: max(6, 4) = 6 s, vector
 *   act     Relu, 4 FLOP, 8 B, twice: max(0.4, 4) = 4 s each, memory
 *   two     Conv, 40 FLOP, 4 B: max(4, 2) = 4 s, vector
 *   three   Conv, folded: nothing
 *   odd     Foo: work unknown, 4 B
 * together 18 s. */
#include "expect.h"
#include "report_case.h"
#include <math.h>
#include <roofline/report.h>
#include <roofline/sums.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const fake_row rows[] = {
    {.name = "one",
     .op = "Conv",
     .family = "conv",
     .scope = "net/a/one",
     .matrix = 60,
     .weights = 4,
     .read = 2,
     .written = 2},
    {.name = "act",
     .op = "Relu",
     .family = "activation",
     .scope = "net/a/act",
     .vector = 4,
     .read = 4,
     .written = 4,
     .repeat = 2},
    {.name = "two",
     .op = "Conv",
     .family = "conv",
     .scope = "net/b",
     .matrix = 40,
     .read = 2,
     .written = 2},
    {.name = "three", .op = "Conv", .family = "conv", .scope = "net/b", .status = ROOF_FOLDED},
    {.name = "odd",
     .op = "Foo",
     .family = "other",
     .domain = "ours",
     .matrix = -1,
     .read = 2,
     .written = 2,
     .status = ROOF_ROW_UNKNOWN},
};

enum { N_ROWS = sizeof rows / sizeof *rows };

static roof_device *small_device(void) {
    static roof_device d;
    d = (roof_device){.name = "Test", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", 10, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", 2, ROOF_MEASURED);
    return &d;
}

static roof_analysis *analysed(void) {
    roof_analysis *a = fake_analyze(small_device(), rows, N_ROWS);
    a->rows[3].time_s = a->rows[3].bound_s = a->rows[3].time_share = 0;
    return a;
}

typedef struct expected {
    const char *name;
    int64_t nodes, flops, bytes;
    double time, bound, intensity;
    roof_limiter limiter;
    roof_row_status status;
    bool complete;
} expected;

static void same(double a, double b) {
    if (isnan(b))
        assert_true(isnan(a));
    else
        assert_float_equal(a, b, 1e-12);
}

static void expect_sums(const roof_analysis *a, roof_grouping by, int depth, const expected *e,
                        size_t n_expected) {
    roof_error error = ROOF_ERROR_INIT;
    size_t n = 0;
    roof_sums *sums = roof_sum_up(a, by, depth, &error);
    assert_non_null(sums);
    const roof_sum *s = roof_sums_all(sums, &n);
    assert_int_equal(n, n_expected);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(s[i].row.name, e[i].name);
        assert_int_equal(s[i].nodes, e[i].nodes);
        assert_int_equal(s[i].row.work.flops, e[i].flops);
        assert_int_equal(s[i].row.work.bytes.total, e[i].bytes);
        assert_int_equal(s[i].row.limiter, e[i].limiter);
        assert_int_equal(s[i].row.status, e[i].status);
        assert_int_equal(s[i].complete, e[i].complete);
        same(s[i].row.time_s, e[i].time);
        same(s[i].row.bound_s, e[i].bound);
        same(s[i].row.operational_intensity, e[i].intensity);
        same(s[i].row.time_share, isnan(e[i].time) ? NAN : e[i].time / 18);
        same(s[i].row.attainable_flops, e[i].time > 0 ? (double)e[i].flops / e[i].time : NAN);
    }
    roof_sums_free(sums);
}

/* What is unknown stays unknown, and is told. */
static const expected the_odd = {"",   1, -1, 4, NAN, NAN, NAN, ROOF_LIMIT_NONE, ROOF_ROW_UNKNOWN,
                                 false};

static void by_operator(void **state) {
    (void)state;
    roof_analysis *a = analysed();
    expected e[] = {
        {"Conv", 3, 100, 12, 10, 5, 100.0 / 12, ROOF_LIMIT_VECTOR, ROOF_COUNTED, true},
        {"Relu", 1, 8, 16, 8, 4, 0.5, ROOF_LIMIT_MEMORY, ROOF_COUNTED, true},
        the_odd,
    };
    e[2].name = "ours:Foo";
    expect_sums(a, ROOF_GROUP_OP, 0, e, 3);
    fake_free(a);
}

static void by_module(void **state) {
    (void)state;
    roof_analysis *a = analysed();
    const expected whole[] = {
        {"net", 4, 108, 28, 18, 9, 108.0 / 28, ROOF_LIMIT_VECTOR, ROOF_COUNTED, true}, the_odd};
    const expected parts[] = {
        {"net/a", 2, 68, 24, 14, 7, 68.0 / 24, ROOF_LIMIT_MEMORY, ROOF_COUNTED, true},
        {"net/b", 2, 40, 4, 4, 2, 10, ROOF_LIMIT_VECTOR, ROOF_COUNTED, true},
        the_odd,
    };
    const expected leaves[] = {
        {"net/a/one", 1, 60, 8, 6, 3, 7.5, ROOF_LIMIT_VECTOR, ROOF_COUNTED, true},
        {"net/a/act", 1, 8, 16, 8, 4, 0.5, ROOF_LIMIT_MEMORY, ROOF_COUNTED, true},
        {"net/b", 2, 40, 4, 4, 2, 10, ROOF_LIMIT_VECTOR, ROOF_COUNTED, true},
        the_odd,
    };
    expect_sums(a, ROOF_GROUP_MODULE, 1, whole, 2);
    expect_sums(a, ROOF_GROUP_MODULE, 2, parts, 3);
    expect_sums(a, ROOF_GROUP_MODULE, 3, leaves, 4);
    expect_sums(a, ROOF_GROUP_MODULE, 64, leaves, 4);
    fake_free(a);
}

/* A group in which only some rows are known: the sum of those, and no less. */
static void partly_unknown(void **state) {
    (void)state;
    fake_row mixed[] = {rows[0], rows[4], rows[2]};
    mixed[1].op = "Conv", mixed[1].domain = "";
    for (size_t first = 0; first < 2; first++) {
        roof_analysis *a = fake_analyze(small_device(), mixed + first, 3 - first);
        const expected e[] = {{"Conv", 3 - (int64_t)first, first ? 40 : 100, first ? 8 : 16,
                               first ? 4 : 10, first ? 2 : 5, first ? 5 : 6.25, ROOF_LIMIT_VECTOR,
                               ROOF_ROW_UNKNOWN, false}};
        for (size_t i = 0; i < a->n; i++) /* as shares of 18 s, which the check takes */
            a->rows[i].time_share = a->rows[i].time_s / 18;
        expect_sums(a, ROOF_GROUP_OP, 0, e, 1);
        fake_free(a);
    }
}

/* Rows that were measured: 12 s of conv one that takes 6, 4 s of the two runs of act that take 8.
 */
static void measured_rows(void **state) {
    (void)state;
    roof_error error = ROOF_ERROR_INIT;
    size_t n;
    roof_analysis *a = analysed();
    a->rows[0].measured_s = 12, a->rows[0].efficiency = 0.5;
    a->rows[1].measured_s = 2, a->rows[1].efficiency = 2;
    a->rows[3].measured_s = 1; /* what is folded here took time there: no efficiency */
    roof_sums *sums = roof_sum_up(a, ROOF_GROUP_MODULE, 2, &error);
    const roof_sum *s = roof_sums_all(sums, &n);
    same(s[0].row.measured_s, 16);
    same(s[0].row.efficiency, 14.0 / 16);
    same(s[1].row.measured_s, 1);
    same(s[1].row.efficiency, NAN);
    same(s[2].row.measured_s, NAN);
    roof_sums_free(sums);
    fake_free(a);
}

/* --- how deep --- */

static int depth_of(const char *format, int outer, int inner) {
    enum { MOST = 128 };
    static char scopes[MOST][64];
    static fake_row many[MOST];
    roof_error error = ROOF_ERROR_INIT;
    size_t n = 0;
    for (int i = 0; i < outer; i++)
        for (int k = 0; k < inner; k++, n++) {
            snprintf(scopes[n], sizeof scopes[n], format, i, k);
            many[n] = rows[0];
            many[n].scope = scopes[n];
        }
    roof_analysis *a = fake_analyze(NULL, many, n);
    roof_sums *sums = roof_sum_up(a, ROOF_GROUP_MODULE, 0, &error);
    int depth = roof_sums_depth(sums);
    roof_sums_free(sums);
    fake_free(a);
    return depth;
}

static void readable_depth(void **state) {
    (void)state;
    assert_int_equal(depth_of("net/h.%d/mlp.%d", 10, 3), 3);        /* 1, 10, 30 groups */
    assert_int_equal(depth_of("net/h.%d/mlp.%d", 12, 8), 2);        /* 1, 12, 96 */
    assert_int_equal(depth_of("model.layers.%d.proj%d", 12, 8), 3); /* 1, 1, 12, 96 */
    assert_int_equal(depth_of("block%d", 100, 1), 1);
    assert_int_equal(depth_of("a/b/c/d", 1, 1), 1);
    assert_int_equal(depth_of("", 1, 1), 1);
}

/* --- in the reports --- */

/* The text, which is freed, has this part. */
static void expect_in(char *text, const char *part) {
    expect_part(text, part);
    free(text);
}

static void groups_in_reports(void **state) {
    (void)state;
    roof_analysis *a = analysed();
    roof_report_options by_op = {.group = ROOF_GROUP_OP, .top = 2};
    expect_in(report(a, "table", by_op),
              "op    family      nodes  MACs  FLOPs  bytes  FLOP/B   attainable    time  share  "
              "limiter\n"
              "Conv  conv            3    50    100   12 B    8.33  10.0 FLOP/s  10.0 s  55.6%  "
              "vector\n"
              "Relu  activation      1     0      8   16 B    0.50  1.00 FLOP/s  8.00 s  44.4%  "
              "memory\n"
              "\n"
              "...      1 of 3 groups not shown: 0.0% of the time\n");
    by_op.sort = "bytes";
    expect_in(report(a, "md", by_op),
              "| Relu | activation | 1 | 0 | 8 | 16 B | 0.50 | 1.00 FLOP/s | 8.00 s | 44.4% | "
              "memory |\n"
              "| Conv | conv | 3 | ");
    expect_in(report(a, "csv", by_op), "op,domain,family,nodes,complete,status,macs (MAC),");
    expect_in(report(a, "csv", by_op), "\n\"Relu\",\"\",\"activation\",1,true,\"counted\",0,");
    roof_report_options by_module = {.group = ROOF_GROUP_MODULE, .group_depth = 1};
    expect_in(report(a, "table", by_module),
              "-           1     ?      ?  >=4 B       -            -       -       -  unknown\n");
    expect_in(report(a, "json", by_module),
              "\"grouped\":{\"by\":\"module\",\"depth\":1,\"sums\":[\n"
              "{\"module\":\"net\",\"nodes\":4,\"complete\":true,\"status\":\"counted\",");
    expect_in(report(a, "json", by_module), "\"nodes\":[\n{\"id\":\"#0\",\"name\":\"one\"");
    fake_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_operator),    cmocka_unit_test(by_module),
        cmocka_unit_test(partly_unknown), cmocka_unit_test(measured_rows),
        cmocka_unit_test(readable_depth), cmocka_unit_test(groups_in_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
