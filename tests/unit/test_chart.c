/* Charts: tics, bars and what a script never holds. Values are chosen so that what must be there
 * can be worked out by hand. */
#include "base/arena.h"
#include "chart/chart.h"
#include "chart/layout.h"
#include "expect.h"
#include "folder.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char text[1 << 20];

/* The script of a chart. */
static const char *script(const chart *c) {
    char path[512];
    roof_error e = ROOF_ERROR_INIT;
    snprintf(path, sizeof path, "%s/chart.gp", root);
    if (!chart_write(c, path, &e))
        fail_msg("%s", e.text);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

/* The texts of the tics of one axis over [low, high], with "|" after each. */
static void expect_tics(const chart_axis *axis, const char *expected) {
    const double x[] = {axis->low, axis->high}, y[] = {0, 1};
    const chart_series line = {.x = x, .y = y, .n = 2};
    const chart_panel panel = {.x = *axis, .series = &line, .n_series = 1};
    const char *at =
        strstr(script(&(chart){.panels = &panel, .n_panels = 1, .width = 1600}), "set xtics (");
    char found[512] = "";
    for (const char *end = strstr(at, ") nomirror"); (at = strchr(at, '"')) && at < end;) {
        size_t n = strcspn(++at, "\"");
        if (n > 0)
            snprintf(found + strlen(found), sizeof found - strlen(found), "%.*s|", (int)n, at);
        at += n + 1;
    }
    assert_string_equal(found, expected);
}

static void test_tics(void **state) {
    (void)state;
    expect_tics(&(chart_axis){.low = 0, .high = 0.0072, .unit = "s"},
                "0|1 ms|2 ms|3 ms|4 ms|5 ms|6 ms|7 ms|");
    expect_tics(&(chart_axis){.low = 0, .high = 2.5e9, .unit = "B"},
                "0|0.5 GB|1 GB|1.5 GB|2 GB|2.5 GB|");
    /* A format to gnuplot: two of them for one. */
    expect_tics(&(chart_axis){.low = 0, .high = 1, .unit = "%"},
                "0\\0045\\0045|10\\0045\\0045|20\\0045\\0045|30\\0045\\0045|40\\0045\\0045|"
                "50\\0045\\0045|60\\0045\\0045|70\\0045\\0045|80\\0045\\0045|"
                "90\\0045\\0045|100\\0045\\0045|");
    expect_tics(&(chart_axis){.low = 1, .high = 16, .scale = CHART_LOG2}, "1|2|4|8|16|");
    expect_tics(&(chart_axis){.low = 1, .high = 100, .scale = CHART_LOG10}, "1|2|5|10|20|50|100|");
    expect_tics(&(chart_axis){.low = 1, .high = 1e6, .scale = CHART_LOG10, .unit = "B"},
                "1 B|10 B|100 B|1 kB|10 kB|100 kB|1 MB|");
    expect_tics(&(chart_axis){.low = 1e-7, .high = 1e-4, .scale = CHART_LOG10, .unit = "s"},
                "100 ns|1 \u00b5s|10 \u00b5s|100 \u00b5s|");
    expect_tics(&(chart_axis){.low = 0, .high = 5}, "0|1|2|3|4|5|"); /* no halves of things */
    const double odd[] = {1, 3, 5, 20};
    expect_tics(&(chart_axis){.low = 1, .high = 11, .tics = odd, .n_tics = 4}, "1|3|5|");
}

/* Two stacks of two series; names are on the y axis, so bars lie along x. */
static void test_bars(void **state) {
    (void)state;
    const double a[] = {2, 1}, b[] = {3, NAN}, c[] = {4, 0};
    const char *const names[] = {"one", "two"}, *const labels[] = {"five", "rest"};
    const unsigned colors[] = {0x000001, 0x000002};
    const chart_series series[] = {
        {.name = "a", .kind = CHART_BARS, .color = 0x123456, .y = a, .n = 2},
        {.name = "b", .kind = CHART_BARS, .colors = colors, .y = b, .n = 2, .labels = labels},
        {.name = "c", .kind = CHART_BARS, .y = c, .n = 2, .stack = 1},
    };
    const chart_panel panel = {
        .y = {.scale = CHART_NAMES, .names = names, .n_names = 2}, .series = series, .n_series = 3};
    const char *s = script(&(chart){.title = "bars", .panels = &panel, .n_panels = 1});
    expect_part(s, "$panel1_series1 << END_OF_SERIES\n1 ");   /* the middle of 0 to 2 */
    expect_part(s, "$panel1_series2 << END_OF_SERIES\n3.5 "); /* 2 to 5, on it */
    expect_part(s, "$panel1_series3 << END_OF_SERIES\n2 ");   /* 0 to 4, beside them */
    assert_null(strstr(s, " 2\nEND_OF_SERIES")); /* of an unknown length there is no bar */
    expect_part(s, "set yrange [1.5:-0.5]");     /* the first name is at the top */
    expect_part(s, "set label \"five\"");
    expect_part(s, "(\"one\" 0, \"two\" 1)");
}

static void test_gaps_and_marks(void **state) {
    (void)state;
    const double x[] = {1, 10, 100, 1000}, y[] = {1, NAN, 0, 1000};
    const chart_series line = {.name = "line", .x = x, .y = y, .n = 4, .marker = CHART_DIAMOND};
    const chart_mark marks[] = {
        {.kind = CHART_HORIZONTAL, .y = 38, .text = "ridge", .dashed = true},
        {.kind = CHART_VERTICAL, .x = 1e9, .text = "far away"}, /* stretches the axis */
        {.kind = CHART_BAND, .x = 1, .x_end = 1e5, .text = "memory bound"},
        {.kind = CHART_POINT, .x = 10, .y = 38, .text = "here"}};
    const chart_panel panel = {.x = {.scale = CHART_LOG10},
                               .y = {.scale = CHART_LOG10},
                               .series = &line,
                               .n_series = 1,
                               .marks = marks,
                               .n_marks = 4};
    const char *s = script(&(chart){.panels = &panel, .n_panels = 1});
    expect_part(s, "<< END_OF_SERIES\n1 1\n\n\n1000 1000\nEND_OF_SERIES");
    expect_part(s, "set arrow from graph 0, first 38 to graph 1, first 38 nohead");
    expect_part(s, "set label \"ridge\"");
    expect_part(s, "set label \"far away\"");
    expect_part(s, "set label \"memory bound\"");
    expect_part(s, "set label \"here\"");
    expect_part(s, "with points pointtype 13 ");
}

/* Whatever stands where text may stand, the script holds it quoted. */
static void test_hostile_text(void **state) {
    (void)state;
    char evil[4096], path[512];
    snprintf(path, sizeof path, "%s/owned", root);
    snprintf(evil, sizeof evil,
             "\"; system('touch %s') #\n`touch %s`\nEND_OF_SERIES\n$0 {@x_y^z} %%s %%d %%n \\",
             path, path);
    memset(evil + strlen(evil), 'x', 500);
    const double v[] = {1, 2};
    const char *const texts[] = {evil, evil};
    const chart_series series[] = {
        {.name = evil, .x = v, .y = v, .n = 2},
        {.name = evil, .kind = CHART_BARS, .y = v, .n = 2, .labels = texts}};
    const chart_mark mark = {.kind = CHART_POINT, .x = 1, .y = 1, .text = evil};
    const chart_panel panel = {
        .title = evil,
        .x = {.title = evil, .unit = "B"},
        .y = {.title = evil, .scale = CHART_NAMES, .names = texts, .n_names = 2},
        .series = series,
        .n_series = 2,
        .marks = &mark,
        .n_marks = 1};
    const chart c = {
        .title = evil, .subtitle = evil, .caption = evil, .panels = &panel, .n_panels = 1};
    const char *s = script(&c);
    for (const char *p = s; *p; p++)
        assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
    expect_part(s, "\\0042\\0073 system(\\0047touch");
    assert_null(strchr(s, '`'));
    static const char *const pictures[] = {"a.png", "a.svg", "a.pdf"};
    for (size_t i = 0; i < 3 && system("gnuplot --version >/dev/null 2>&1") == 0; i++) {
        roof_error e = ROOF_ERROR_INIT;
        char picture[512];
        snprintf(picture, sizeof picture, "%s/%s", root, pictures[i]);
        if (!chart_write(&c, picture, &e))
            fail_msg("%s", e.text);
    }
    assert_int_equal(access(path, F_OK), -1);
}

/* Nothing to show is no reason to fail, nor are sizes that leave no room. */
static void test_odd_charts(void **state) {
    (void)state;
    const double none[] = {NAN, INFINITY}, one[] = {5, 5};
    const chart_series series[] = {{.x = none, .y = none, .n = 2},
                                   {.x = one, .y = one, .n = 1, .kind = CHART_AREA},
                                   {.y = none, .n = 2, .kind = CHART_BARS}};
    for (int scale = CHART_LINEAR; scale <= CHART_NAMES; scale++)
        for (size_t n = 0; n <= 3; n++) {
            const chart_panel panel = {
                .x = {.scale = (chart_scale)scale},
                .y = {.scale = scale == CHART_NAMES ? CHART_LINEAR : (chart_scale)scale},
                .series = series,
                .n_series = n};
            const char *s = script(&(chart){.panels = &panel, .n_panels = 1, .width = 1});
            assert_null(strstr(s, "nan"));
            assert_null(strstr(s, "inf"));
        }
    roof_error e = ROOF_ERROR_INIT;
    assert_false(chart_write(&(chart){.title = "x"}, "chart.jpg", &e));
    assert_int_equal(e.status, ROOF_USAGE);
}

/* Texts keep apart: all bars of a panel and several marks on one curve. */
static void test_texts_keep_apart(void **state) {
    (void)state;
    double x[40], y[40];
    for (int i = 0; i < 40; i++) {
        x[i] = i + 1;
        y[i] = (i + 1.0) * (i + 1.0);
    }
    const chart_series line = {.name = "line", .x = x, .y = y, .n = 40};
    chart_mark marks[8];
    for (int i = 0; i < 8; i++)
        marks[i] = (chart_mark){
            .kind = CHART_POINT, .x = x[i + 10], .y = y[i + 10], .text = "a name of a row, 12%"};
    const chart_panel panel = {.series = &line, .n_series = 1, .marks = marks, .n_marks = 8};
    const chart c = {.title = "title", .panels = &panel, .n_panels = 1};
    arena *a = arena_new(1 << 26);
    layout *l = layout_make(a, &c);
    const canvas *drawn = l->frames[0].canvas;
    assert_int_equal(drawn->n_texts, 8);
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < i; k++) {
            box p = drawn->texts[i], q = drawn->texts[k];
            assert_false(p.left < q.right && q.left < p.right && p.bottom < q.top &&
                         q.bottom < p.top);
        }
    arena_free(a);
}

/* Three panels on two rows: the first two beside each other, the third below the first and as wide.
 */
static void test_rows(void **state) {
    (void)state;
    const double x[] = {0, 1}, y[] = {0, 1};
    const chart_series line = {.x = x, .y = y, .n = 2};
    const chart_panel panel = {.series = &line, .n_series = 1}, panels[] = {panel, panel, panel};
    arena *a = arena_new(1 << 24);
    layout *l = layout_make(a, &(chart){.panels = panels, .n_panels = 3, .rows = 2});
    const box *first = &l->frames[0].outer, *second = &l->frames[1].outer,
              *third = &l->frames[2].outer;
    assert_true(first->right < second->left && first->bottom == second->bottom);
    assert_true(third->top < first->bottom);
    assert_true(third->left == first->left && fabs(third->right - first->right) < 1e-9);
    assert_true(fabs((third->top - third->bottom) - (first->top - first->bottom)) < 1e-9);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tics, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_bars, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_gaps_and_marks, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_hostile_text, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_odd_charts, make_root, remove_root),
        cmocka_unit_test(test_texts_keep_apart),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
