/* The figures of an analysis, by what their scripts hold. Times are worked out by hand: peak 10
 * FLOP/s, 2 B/s. */
#include "expect.h"
#include "fake_analysis.h"
#include "folder.h"
#include <roofline/figure.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 60 s of arithmetic, 4 s and 2 s of memory. */
static const fake_row rows[] = {
    {.name = "net/conv",
     .op = "Conv",
     .family = "conv",
     .matrix = 600,
     .weights = 2,
     .read = 4,
     .written = 2},
    {.name = "net/relu",
     .op = "Relu",
     .family = "activation",
     .vector = 4,
     .read = 4,
     .written = 4},
    {.name = "net/move", .op = "Reshape", .family = "movement", .read = 2, .written = 2},
    {.name = "net/magic",
     .op = "Magic",
     .family = "other",
     .matrix = -1,
     .read = 3,
     .status = ROOF_ROW_UNKNOWN},
};

static char text[1 << 18];

static const char *script_with(roof_figure_kind kind, const roof_analysis *a,
                               const roof_plot_options *options) {
    char path[512];
    roof_error e = ROOF_ERROR_INIT;
    snprintf(path, sizeof path, "%s/figure.gp", root);
    if (!roof_figure(kind, &(roof_plot_item){.analysis = a}, 1, path, options, &e))
        fail_msg("%s", e.text);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static const char *script(roof_figure_kind kind, const roof_analysis *a) {
    return script_with(kind, a, NULL);
}

static void test_families(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), rows, 4);
    const char *s = script(ROOF_FIGURE_FAMILIES, a);
    expect_part(s, "set label \"60.0 s  90.9\\0045\""); /* 60 of 66 s */
    expect_part(s, "set label \"2.00 s  3.0\\0045\"");
    expect_part(s, "set label \"8.00 B  "); /* of the conv: 8 of 23 B, 3 of them of unknown work */
    expect_part(s, "set label \"vector\"");
    expect_part(s, "set label \"memory\"");
    expect_part(s, "1 row of unknown work is left out");
    expect_part(s, "\"conv (1)\" 0, \"activation (1)\" 1, \"movement (1)\" 2, \"other (1)\" 3)");
    /* The first stack of bars is of what arithmetic limits: 0 to 60. */
    expect_part(s, "$panel1_series1 << END_OF_SERIES\n30 0 0 60 ");
    fake_free(a);
}

static void test_share(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), rows, 4);
    const char *s = script(ROOF_FIGURE_SHARE, a);
    expect_part(s, "(\"conv\" 0, \"relu\" 1, \"move\" 2)"); /* without what all begin with */
    expect_part(s, "1 of 3 rows makes 50\\0045");
    expect_part(s, "1 of 3 rows makes 90\\0045"); /* 60 of 66 s are 90.9% */
    expect_part(s, "<< END_OF_SERIES\n1 0.9090909091\n2 0.9696969697\n3 1\nEND_OF_SERIES");
    fake_free(a);
}

static void test_memory(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), rows, 4);
    const int64_t live[] = {6, 8, 4, 3};
    for (size_t i = 0; i < 4; i++)
        a->rows[i].live_bytes = live[i];
    const char *s = script(ROOF_FIGURE_MEMORY, a);
    expect_part(s, "peak 8.00 B at net/relu");
    expect_part(s, "<< END_OF_SERIES\n0 6\n1 6\n1 8\n2 8\n2 4\n3 4\n3 3\n4 3\nEND_OF_SERIES");
    a->rows[2].live_bytes = ROOF_UNKNOWN; /* a gap, not a zero */
    expect_part(script(ROOF_FIGURE_MEMORY, a), "\n2 8\n\n\n3 3\n");
    fake_free(a);
}

static void test_traffic(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), rows, 3);
    a->totals.work.traffic[ROOF_TRAFFIC_IDEAL] =
        (roof_traffic_bytes){.weights = 2, .read = 1, .written = 1, .total = 4};
    a->totals.time_by_traffic[ROOF_TRAFFIC_IDEAL] = 61;
    const char *s = script(ROOF_FIGURE_TRAFFIC, a);
    expect_part(s, "\"op: each node alone\" 0, ");
    expect_part(s, "set label \"4.00 B  151 FLOP/B\""); /* 604 of 4 */
    expect_part(s, "set label \"61.0 s\"");
    fake_free(a);
}

/* Without a device FLOPs stand for the time. */
static void test_counts_only(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(NULL, rows, 3);
    expect_part(script(ROOF_FIGURE_FAMILIES, a), "set label \"600 FLOP  99.3\\0045\"");
    expect_part(script(ROOF_FIGURE_SHARE, a), "1 of 2 rows makes 90\\0045");
    expect_part(script(ROOF_FIGURE_MEMORY, a), "peak ");
    assert_null(strstr(script(ROOF_FIGURE_TRAFFIC, a), "Predicted time"));
    fake_free(a);
}

static void test_options(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(fake_device(), rows, 3);
    const roof_plot_options o = {
        .title = "My title", .width = 800, .height = 500, .theme = ROOF_PLOT_DARK};
    for (int k = ROOF_FIGURE_FAMILIES; k < ROOF_FIGURE_COUNT; k++) {
        const char *s = script_with((roof_figure_kind)k, a, &o);
        expect_part(s, "set label \"My title\"");
        expect_part(s, "size 800,500 ");
        expect_part(s, "background rgb '#171b20'");
    }
    fake_free(a);
}

static void test_refusals(void **state) {
    (void)state;
    static const fake_row unknown[] = {
        {.name = "m", .op = "Magic", .family = "other", .matrix = -1, .status = ROOF_ROW_UNKNOWN}};
    roof_analysis *a = fake_analyze(fake_device(), rows, 3),
                  *none = fake_analyze(fake_device(), unknown, 1),
                  *empty = fake_analyze(fake_device(), NULL, 0);
    none->rows[0].live_bytes = ROOF_UNKNOWN;
    const roof_plot_item two[] = {{.analysis = a}, {.analysis = a}},
                         bare = {.device = fake_device()};
    const struct {
        const roof_plot_item *items;
        size_t n;
        const char *path, *says;
    } cases[] = {
        {two, 2, "a.png", "shows one model; several are given"},
        {&bare, 1, "a.png", "shows one model; a device is given"},
        {two, 1, "a.jpg", "must end in"},
        {&(roof_plot_item){.analysis = none}, 1, "a.gp", "cannot draw "},
        {&(roof_plot_item){.analysis = empty}, 1, "a.gp", "cannot draw "},
    };
    for (int k = ROOF_FIGURE_FAMILIES; k < ROOF_FIGURE_COUNT; k++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            roof_error e = ROOF_ERROR_INIT;
            assert_false(roof_figure((roof_figure_kind)k, cases[i].items, cases[i].n, cases[i].path,
                                     NULL, &e));
            assert_int_equal(e.status, ROOF_USAGE);
            expect_part(e.text, cases[i].says);
        }
    fake_free(a);
    fake_free(none);
    fake_free(empty);
}

/* Names from hostile models, in real pictures. */
static void test_hostile_names(void **state) {
    (void)state;
    fake_row hostile[] = {{.name = "a\"; system(\"touch owned\") #%s",
                           .op = "`touch owned`",
                           .family = "conv",
                           .matrix = 9,
                           .read = 8,
                           .written = 2},
                          {.name = "</text><script>alert(1)</script>",
                           .op = "x",
                           .family = "conv",
                           .matrix = 9,
                           .read = 8,
                           .written = 2},
                          {.name = "\xff\xfe\n\x1b[31m",
                           .op = "x",
                           .family = "conv",
                           .matrix = 9,
                           .read = 8,
                           .written = 2}};
    roof_analysis *a = fake_analyze(fake_device(), hostile, 3);
    for (int k = ROOF_FIGURE_FAMILIES; k < ROOF_FIGURE_COUNT; k++) {
        const char *s = script((roof_figure_kind)k, a);
        for (const char *p = s; *p; p++)
            assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
        char path[512];
        roof_error e = ROOF_ERROR_INIT;
        snprintf(path, sizeof path, "%s/figure.svg", root);
        if (system("gnuplot --version >/dev/null 2>&1") == 0 &&
            !roof_figure((roof_figure_kind)k, &(roof_plot_item){.analysis = a}, 1, path, NULL, &e))
            fail_msg("%s", e.text);
    }
    fake_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_families, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_share, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_memory, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_traffic, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_counts_only, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_options, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_refusals, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_hostile_names, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
