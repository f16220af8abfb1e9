/* The rows of reports: names from hostile models, order, width, and a disk that is full. */
#include "base/text.h"
#include "expect.h"
#include "report_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- hostile names --- */

static const char *const hostile[] = {
    "a\"b,c\nd",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "-2",
    "\033[31mred\007",
    "bad \xff\xfe utf-8",
    "| `x` <b>&amp;",
    "\xe2\x80\xae rtl",
    "\xe6\xbc\xa2\xe5\xad\x97\xe5\xad\x97\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2 wide",
    ""};

enum { N_HOSTILE = sizeof hostile / sizeof *hostile };

static roof_analysis *hostile_analysis(void) {
    static fake_row rows[N_HOSTILE];
    for (size_t i = 0; i < N_HOSTILE; i++) {
        rows[i] = small[i % 3];
        rows[i].name = rows[i].op = rows[i].domain = rows[i].note = hostile[i];
    }
    roof_analysis *a = fake_analyze(fake_device(), rows, N_HOSTILE);
    a->model.path = "evil\033]0;title\007.onnx";
    a->model.producer = hostile[0];
    a->opset.domain = hostile[6];
    a->dims[0] = hostile[6];
    return a;
}

/* No control characters but newlines, and valid UTF-8 without direction marks. */
static void expect_clean(const char *text) {
    for (const char *p = text; *p; p++)
        assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
    assert_null(strchr(text, 0x7f));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strchr(text, '\xff'));
}

static void test_hostile_names(void **state) {
    (void)state;
    roof_analysis *a = hostile_analysis();
    for (size_t i = 0; roof_report_format(i); i++) {
        char *text = report(a, roof_report_format(i), (roof_report_options){.width = 80});
        expect_clean(text);
        free(text);
    }
    json_t *root = report_json(a), *nodes = json_object_get(root, "nodes");
    for (size_t i = 0; i < N_HOSTILE; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(nodes, i), "name"));
        assert_string_equal(name, i == 6 ? "bad \\xff\\xfe utf-8" : hostile[i]);
    }
    json_decref(root);
    char *csv = report(a, "csv", (roof_report_options){0});
    expect_part(csv, "\"#0\",\"a\"\"b,c\\x0ad\",");
    expect_part(csv, "\"#1\",\"'=cmd|' /C calc'!A0\",");
    expect_part(csv, "\"#2\",\"'+1\",");
    expect_part(csv, "\"#3\",\"'@SUM(A1)\",");
    expect_part(csv, "\"#4\",\"'-2\",");
    free(csv);
    char *md = report(a, "md", (roof_report_options){0});
    expect_part(md, "| &#124; &#96;x&#96; &#60;b&#62;&#38;amp; |");
    free(md);
    fake_free(a);
}

/* --- order --- */

static void expect_order(const roof_analysis *a, const char *sort, const char *const *ids,
                         size_t n) {
    char *text = report(a, "csv", (roof_report_options){.sort = sort, .all = true});
    const char *line = strchr(text, '\n') + 1;
    for (size_t i = 0; i < n; i++) {
        if (strncmp(line + 1, ids[i], strlen(ids[i])) != 0)
            fail_msg("sorted by %s: %s is not number %zu in\n%s", sort, ids[i], i, text);
        line = strchr(line, '\n') + 1;
    }
    free(text);
}

static void test_order(void **state) {
    (void)state;
    static const struct {
        const char *sort, *ids[4];
    } cases[] = {
        /* time: known 4 s, mystery unknown, guess 3 x 2 s, gone 0 */
        {"time", {"#2", "#0", "#3", "#1"}},
        {"flops", {"#2", "#0", "#3", "#1"}},     /* 3 x 20, 4, 0, unknown */
        {"bytes", {"#0", "#2", "#3", "#1"}},     /* 8, 3 x 2, 0, unknown */
        {"macs", {"#0", "#2", "#3", "#1"}},      /* all 0, then unknown: by index */
        {"intensity", {"#2", "#0", "#1", "#3"}}, /* 10, 0.5, none, none */
        {"share", {"#2", "#0", "#3", "#1"}},
        {"measured", {"#2", "#0", "#1", "#3"}},   /* 3 x 2 s, 3 s, none, none */
        {"efficiency", {"#0", "#2", "#1", "#3"}}, /* 4 / 3, 2 / 2 */
        {"name", {"#3", "#2", "#0", "#1"}},
        {"op", {"#3", "#1", "#0", "#2"}},
        {"index", {"#0", "#1", "#2", "#3"}},
    };
    roof_analysis *a = mixed_analysis(fake_device());
    a->rows[0].measured_s = 3, a->rows[0].efficiency = 4.0 / 3;
    a->rows[2].measured_s = 2, a->rows[2].efficiency = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(roof_report_sort(i), cases[i].sort);
        expect_order(a, cases[i].sort, cases[i].ids, 4);
    }
    assert_null(roof_report_sort(sizeof cases / sizeof *cases));
    fake_free(a);
}

/* --- width --- */

static roof_analysis *wide_analysis(void) {
    static fake_row rows[40];
    static char names[40][128];
    for (int i = 0; i < 40; i++) {
        rows[i] = small[i % 3];
        snprintf(names[i], sizeof names[i],
                 "/encoder/layers.%d/\xe6\xbc\xa2\xe5\xad\x97/self_attention/projection/MatMul", i);
        rows[i].name = names[i];
        rows[i].matrix *= 1234567 + i;
        rows[i].rank = 6;
        for (int k = 0; k < 6; k++)
            rows[i].dims[k] = 1024 + k;
    }
    roof_analysis *a = fake_analyze(fake_device(), rows, 40);
    a->model.path = "/a/very/long/path/that/does/not/end/before/the/line/is/full/model.onnx";
    return a;
}

static size_t widest_line(char *text) {
    size_t widest = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        size_t width = text_width(line);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void test_width(void **state) {
    (void)state;
    roof_analysis *a = wide_analysis();
    for (size_t width = 24; width <= 200; width++) {
        char *text = report(a, "table", (roof_report_options){.width = width});
        bool enough = width < 40 || (strstr(text, "time") && strstr(text, "share"));
        size_t widest = widest_line(text);
        if (widest > width || !enough)
            fail_msg("a line of %zu columns in a terminal of %zu", widest, width);
        free(text);
    }
    char *text = report(a, "table", (roof_report_options){.width = 100});
    expect_part(text, "self_attention/projection/MatMul"); /* the end of a name stays */
    free(text);
    fake_free(a);
}

static void test_full_disk(void **state) {
    (void)state;
    roof_analysis *a = wide_analysis();
    for (size_t i = 0; roof_report_format(i); i++) {
        FILE *full = fopen("/dev/full", "w");
        roof_error e = ROOF_ERROR_INIT;
        assert_non_null(full);
        assert_false(roof_report(a, roof_report_format(i), NULL, full, &e));
        assert_int_equal(e.status, ROOF_FAILED);
        assert_string_equal(e.text, "cannot write the report: No space left on device");
        fclose(full);
    }
    fake_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
