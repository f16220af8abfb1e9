/* The page as text: its data is the analysis, and nothing from a model leaves the data.
 *
 * The device has 10 FLOP/s of vector fp32 and 2 B/s of memory: a ridge of 5 FLOP/B. */
#include "fake_analysis.h"
#include "html/page.h"
#include <jansson.h>
#include <roofline/html.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const fake_row small[] = {
    {.name = "conv", .op = "Conv", .family = "conv", .matrix = 60, .weights = 4, .read = 4},
    {.name = "relu", .op = "Relu", .family = "activation", .vector = 4, .read = 4, .written = 4},
};
enum { N_SMALL = sizeof small / sizeof *small };

static roof_device *small_device(void) {
    static roof_device d;
    d = (roof_device){.name = "Test", .date = "2026-01-02", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", 10, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", 2, ROOF_MEASURED);
    return &d;
}

static char *page_of(const roof_analysis *a) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    roof_error e = ROOF_ERROR_INIT;
    if (!roof_html(a, out, &e))
        fail_msg("%s", e.text);
    fclose(out);
    return text;
}

/* The document of a script element of data. */
static json_t *data_of(const char *page, const char *id) {
    char start[64];
    snprintf(start, sizeof start, "id=\"%s\">", id);
    const char *from = strstr(page, start);
    assert_non_null(from);
    from += strlen(start);
    const char *end = strstr(from, "</script>");
    assert_non_null(end);
    json_error_t why;
    json_t *made = json_loadb(from, (size_t)(end - from), JSON_REJECT_DUPLICATES, &why);
    if (!made)
        fail_msg("%s: %s", id, why.text);
    return made;
}

static size_t occurrences(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

static json_t *at(const json_t *list, size_t i) {
    json_t *found = json_array_get(list, i);
    assert_non_null(found);
    return found;
}

static void test_data(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(small_device(), small, N_SMALL);
    a->rows[0].rule = "two per MAC";
    char *page = page_of(a);
    json_t *analysis = data_of(page, "analysis"), *beside = data_of(page, "beside");
    assert_string_equal(json_string_value(json_object_get(analysis, "schema")),
                        "roofline.analysis/1");
    json_t *own = json_object_get(beside, "page"), *rows = json_object_get(analysis, "nodes");
    assert_int_equal(json_array_size(rows), N_SMALL);
    json_t *families = json_object_get(own, "families");
    for (size_t i = 0; i < N_SMALL; i++) {
        const char *rule = json_string_value(json_object_get(at(rows, i), "rule"));
        json_t *family = at(families, (size_t)a->rows[i].family_index);
        assert_string_equal(json_string_value(family), small[i].family);
        assert_true(json_equal(family, json_object_get(at(rows, i), "family")));
        assert_string_equal(rule ? rule : "", a->rows[i].rule);
    }
    assert_true(strlen(json_string_value(json_object_get(own, "verdict"))) > 10);

    json_t *device = json_object_get(own, "device");
    json_t *roof = at(json_object_get(device, "compute"), 0);
    assert_string_equal(json_string_value(json_object_get(roof, "name")), "vector fp32");
    assert_string_equal(json_string_value(json_object_get(roof, "source")), "measured");
    assert_true(json_number_value(json_object_get(roof, "value")) == 10);
    assert_true(json_is_null(json_object_get(roof, "theory")));
    json_t *memory = json_object_get(device, "memory");
    assert_true(json_number_value(json_object_get(memory, "value")) == 2);
    assert_int_equal(json_array_size(json_object_get(device, "facts")), 2);
    json_decref(analysis);
    json_decref(beside);
    free(page);
    fake_free(a);
}

static void test_without_device(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(NULL, small, N_SMALL);
    char *page = page_of(a);
    json_t *analysis = data_of(page, "analysis"), *beside = data_of(page, "beside");
    assert_true(json_is_null(json_object_get(analysis, "device")));
    assert_true(json_is_null(json_object_get(json_object_get(beside, "page"), "device")));
    json_decref(analysis);
    json_decref(beside);
    free(page);
    fake_free(a);
}

static void test_empty_model(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(small_device(), NULL, 0);
    char *page = page_of(a);
    json_t *analysis = data_of(page, "analysis");
    assert_int_equal(json_array_size(json_object_get(analysis, "nodes")), 0);
    json_decref(analysis);
    free(page);
    fake_free(a);
}

/* Whatever a name holds comes back from the data as it was, and the markup around is the same. */
static void test_hostile_names(void **state) {
    (void)state;
    static const char *const names[] = {
        "</script><script>alert(1)</script>",
        "<!-- <script>",
        "]]> &amp; &lt;",
        "\" onload=\"alert(1)",
        "{{page.js}}",
        "a\xe2\x80\xa8"
        "b\xe2\x80\xa9"
        "c",
        "\xe2\x80\xaegpj.exe",
        "line\nbreak\\u003c",
    };
    roof_analysis *harmless = fake_analyze(small_device(), small, N_SMALL);
    char *plain = page_of(harmless);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fake_row row = small[0];
        row.name = row.op = row.domain = row.note = names[i];
        roof_device *d = small_device();
        d->name = names[i];
        roof_analysis *a = fake_analyze(d, &row, 1);
        a->rows[0].rule = a->model.path = a->model.producer = a->assumptions[0] = names[i];
        char *page = page_of(a);
        static const char *const marks[] = {"<", ">", "<script", "</script", "<!--", "]]>"};
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            assert_int_equal(occurrences(page, marks[k]), occurrences(plain, marks[k]));
        assert_int_equal(occurrences(page, "\xe2\x80\xa8"), 0);
        json_t *analysis = data_of(page, "analysis");
        json_t *node = at(json_object_get(analysis, "nodes"), 0);
        assert_string_equal(json_string_value(json_object_get(node, "name")), names[i]);
        assert_string_equal(json_string_value(json_object_get(node, "op")), names[i]);
        json_decref(analysis);
        free(page);
        fake_free(a);
    }
    free(plain);
    fake_free(harmless);
}

/* The policy names each script and the style by what it holds, and allows nothing else. */
static void test_policy(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(small_device(), small, N_SMALL);
    char *page = page_of(a), wanted[64];
    const char *policy = strstr(page, "Content-Security-Policy"), *end = strstr(policy, "/>");
    assert_int_equal(page_part_count, 10);
    assert_non_null(strstr(policy, "default-src 'none'"));
    for (size_t i = 0; i < page_part_count; i++) {
        snprintf(wanted, sizeof wanted, "'sha256-%s'", page_parts[i].sha256);
        const char *found = strstr(policy, wanted);
        bool is_template = strcmp(page_parts[i].name, "page.html") == 0;
        assert_int_equal(strlen(page_parts[i].sha256), 44);
        assert_true(is_template ? !found : found && found < end);
    }
    const char *unsafe = strstr(policy, "unsafe");
    assert_true(!unsafe || unsafe > end);
    assert_null(strstr(page, "innerHTML ="));
    assert_null(strstr(page, "{{"));
    free(page);
    fake_free(a);
}

static void test_full_disk(void **state) {
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    roof_analysis *a = fake_analyze(small_device(), small, N_SMALL);
    roof_error e = ROOF_ERROR_INIT;
    assert_false(roof_html(a, full, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    fclose(full);
    fake_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data),        cmocka_unit_test(test_without_device),
        cmocka_unit_test(test_empty_model), cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_policy),      cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
