/* Loading saved analyses: what is there, what is missing, and what is refused. */
#include "place/analysis.h"
#include <roofline/saved.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The least that is an analysis: nothing known. */
#define HEAD                                                                                       \
    "{\"schema\":\"roofline.analysis/1\",\"model\":{},\"options\":{},\"totals\":{},"               \
    "\"coverage\":{},"
#define DOCUMENT(nodes) HEAD "\"nodes\":[" nodes "]}"

static roof_analysis *parse(const char *json, roof_error *e) {
    *e = (roof_error)ROOF_ERROR_INIT;
    return roof_saved_parse(json, strlen(json), "x.json", e);
}

static roof_analysis *load(const char *json) {
    roof_error e;
    roof_analysis *a = parse(json, &e);
    if (!a)
        fail_msg("%s", e.text);
    return a;
}

static void test_missing_is_unknown(void **state) {
    (void)state;
    roof_analysis *a = load(DOCUMENT("{\"id\":\"#0\"}"));
    const roof_row *row = roof_analysis_row(a, 0);
    const roof_totals *t = roof_analysis_totals(a);
    assert_int_equal(roof_analysis_rows(a), 1);
    assert_true(isnan(row->time_s) && isnan(row->bound_s) && isnan(row->operational_intensity));
    assert_int_equal(row->work.flops, ROOF_UNKNOWN);
    assert_int_equal(row->work.bytes.total, ROOF_UNKNOWN);
    assert_int_equal(row->work.traffic[ROOF_TRAFFIC_IDEAL].total, ROOF_UNKNOWN);
    assert_int_equal(row->repeat, ROOF_UNKNOWN);
    assert_int_equal(row->status, ROOF_ROW_UNKNOWN);
    assert_int_equal(row->group, -1);
    assert_string_equal(row->name, "");
    assert_string_equal(roof_family_name(row->family_index), "other");
    assert_int_equal(t->work.flops, ROOF_UNKNOWN);
    assert_int_equal(t->parameters, ROOF_UNKNOWN);
    assert_true(isnan(t->time_s) && isnan(t->limiter_share[ROOF_LIMIT_MEMORY]));
    assert_false(t->complete);
    assert_null(roof_analysis_device(a));
    roof_analysis_free(a);
}

static void test_what_is_there(void **state) {
    (void)state;
    roof_analysis *a =
        load(" \n{\"nodes\" : [ {\"id\":\"#0\", \"op\":\"Conv\", \"family\":\"pool\", "
             "\"status\":\"estimated\","
             "\"repeat\":3, \"macs\":9223372036854775807, \"time_s\":1e-3, \"limiter\":\"matrix\","
             "\"inputs\":[{\"name\":\"\\u0001x\",\"dtype\":null,\"shape\":null},"
             "{\"name\":\"w\",\"dtype\":\"fp16\",\"shape\":[2,null],\"estimated_shape\":[2,7]}],"
             "\"ceilings\":[{\"unit\":\"dram\",\"value\":2,\"time_s\":4.5}],"
             "\"group\":0, \"later\":{\"deep\":[1]}} ], \"later\":[[],{}],"
             "\"groups\":[{\"id\":0,\"kind\":\"conv\",\"nodes\":[\"#0\"],\"bytes\":7}],"
             "\"coverage\":{\"nodes\":1}, \"totals\":{\"complete\":true,\"flops\":5,"
             "\"limiter_share\":{\"memory\":0.25}}, "
             "\"options\":{\"traffic\":\"fused\",\"kv\":\"inplace\","
             "\"dims\":{\"n\":8}}, \"model\":{\"opset\":{\"\":17},\"structure_hash\":"
             "\"00000000feedbeef\"}, \"schema\":\"roofline.analysis/1\"}\n");
    const roof_row *row = roof_analysis_row(a, 0);
    size_t n;
    int64_t size;
    assert_string_equal(row->op, "Conv");
    assert_int_equal(row->status, ROOF_ESTIMATED);
    assert_int_equal(row->work.macs, INT64_MAX);
    assert_int_equal(row->limiter, ROOF_LIMIT_MATRIX);
    assert_string_equal(roof_family_name(row->family_index), "pool");
    assert_string_equal(row->inputs[0].name, "\001x");
    assert_string_equal(row->inputs[0].dtype, "?");
    assert_int_equal(row->inputs[0].rank, -1);
    assert_int_equal(row->inputs[1].dims[1], ROOF_UNKNOWN);
    assert_false(row->inputs[0].is_estimated);
    assert_true(row->inputs[1].is_estimated);
    assert_int_equal(row->inputs[1].estimated_dims[1], 7);
    assert_true(row->ceilings[0].time_s == 4.5);
    assert_int_equal(roof_analysis_groups(a, &n)[0].bytes.total, 7);
    assert_int_equal(roof_analysis_groups(a, &n)[0].rows[0], 0);
    assert_int_equal(roof_analysis_options(a)->kv, 'i');
    assert_string_equal(roof_analysis_dim(a, 0, &size), "n");
    assert_int_equal(size, 8);
    assert_null(roof_analysis_dim(a, 1, &size));
    assert_int_equal(roof_analysis_model(a)->structure_hash, 0xfeedbeef);
    assert_true(roof_analysis_totals(a)->limiter_share[ROOF_LIMIT_MEMORY] == 0.25);
    roof_analysis_free(a);
}

/* A document as a script may write it, with as little as the format demands. */
static void test_what_is_left_out(void **state) {
    (void)state;
    roof_analysis *a =
        load("{\"schema\":\"roofline.analysis/1\",\"model\":{},\"options\":{},\"coverage\":{},"
             "\"totals\":{\"limiter\":\"memory\"},\"nodes\":["
             "{\"id\":\"#0\",\"limiter\":\"memory\",\"time_share\":0.5},"
             "{\"id\":\"#1\",\"limiter\":\"vector\",\"time_share\":0.25},"
             "{\"id\":\"#2\",\"limiter\":\"memory\",\"time_share\":0.25},{\"id\":\"#3\"}]}");
    const roof_totals *t = roof_analysis_totals(a);
    assert_true(t->limiter_share[ROOF_LIMIT_MEMORY] == 0.75);
    assert_true(t->limiter_share[ROOF_LIMIT_VECTOR] == 0.25);
    assert_true(t->limiter_share[ROOF_LIMIT_MATRIX] == 0);
    assert_int_equal(roof_analysis_coverage(a)->nodes, 0);
    assert_int_equal(roof_analysis_coverage(a)->by_status[ROOF_ROW_UNKNOWN], 0);
    roof_analysis_free(a);
}

static void test_device(void **state) {
    (void)state;
    roof_analysis *a = load(
        HEAD "\"nodes\":[],\"device\":{\"name\":\"D\",\"kind\":\"gpu\",\"facts\":["
             "{\"section\":\"param\",\"name\":\"arch\",\"value\":null,\"text\":\"sm_80\"},"
             "{\"section\":\"capacity\",\"name\":\"l2\",\"value\":4e7,\"unit\":\"B\"},"
             "{\"section\":\"latency\",\"name\":\"launch\",\"value\":2e-6}],\"ceilings\":["
             "{\"section\":\"memory\",\"name\":\"dram\",\"value\":1000000000,\"unit\":\"B/s\","
             "\"source\":\"theory\",\"formula\":\"by heart\"},"
             "{\"section\":\"memory\",\"name\":\"dram\",\"value\":9e8,\"min\":8e8,\"samples\":3,"
             "\"variant\":\"copy\",\"source\":\"measured\"}]}}");
    const roof_device *d = roof_analysis_device(a);
    assert_string_equal(roof_device_name(d), "D");
    assert_int_equal(roof_device_get_kind(d), ROOF_GPU);
    assert_int_equal(roof_device_source(d), ROOF_MEASURED);
    assert_true(roof_device_memory(d, "dram").value == 9e8);
    assert_int_equal(roof_device_memory(d, "dram").fact->samples, 3);
    assert_true(roof_device_memory_theory(d, "dram").value == 1e9);
    assert_string_equal(roof_device_memory_theory(d, "dram").fact->formula, "by heart");
    assert_true(roof_device_capacity(d, "l2") == 4e7);
    assert_true(roof_device_latency(d, "launch") == 2e-6);
    roof_analysis_free(a);
}

/* Each is refused, as damaged, with a line that names the document and holds the words. */
static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *json, *words;
    } cases[] = {
        {"", "'{' should follow"},
        {"[]", "a '{' is missing"},
        {"{", "a key is no JSON"},
        {"{}", "no \"schema\""},
        {"{\"schema\"}", "a ':' is missing"},
        {"{\"name\":\"left-pad\",\"version\":3}", "no \"schema\""},
        {"{\"schema\":\"roofline.analysis/2\",\"nodes\":7}", "roofline.analysis/2"},
        {"{\"schema\":\"roofline.sweep/1\"}", "roofline.sweep/1"},
        {"{\"schema\":7}", "not a saved analysis"},
        {"{\"schema\":\"roofline.analysis/1\"}", "\"model\" is missing"},
        {HEAD "\"x\":1}", "\"nodes\" is missing"},
        {HEAD "\"model\":{}}", "model is there twice"},
        {HEAD "\"nodes\":{}}", "nodes must be a list"},
        {HEAD "\"nodes\":[", "nodes[0] is no JSON"},
        {HEAD "\"nodes\":[{\"id\":\"#0\"}", "it ends where ']' should follow"},
        {HEAD "\"nodes\":[{\"id\":\"#0\"},]}", "nodes[1] is no JSON"},
        {HEAD "\"nodes\":[]", "it ends where '}' should follow"},
        {HEAD "\"nodes\":[]} {}", "something follows its end"},
        {HEAD "\"nodes\":[],}", "a key is no JSON"},
        {DOCUMENT("7"), "nodes[0] must be an object, and is a number"},
        {DOCUMENT("{}"), "nodes[0].id is missing"},
        {DOCUMENT("{\"id\":7}"), "nodes[0].id must be a text or null, and is a number"},
        {DOCUMENT("{\"id\":\"a\",\"id\":\"b\"}"), "duplicate object key"},
        {DOCUMENT("{\"id\":\"a\\u0000b\"}"), "JSON_ALLOW_NUL"},
        {DOCUMENT("{\"id\":\"\xff\"}"), "unable to decode byte 0xff"},
        {DOCUMENT("{\"id\":\"#0\"},{\"id\":\"#0\"}"), "nodes[1].id is \"#0\", as that of another"},
        {DOCUMENT("{\"id\":\"#0\",\"macs\":-1}"), "nodes[0].macs must be a whole number"},
        {DOCUMENT("{\"id\":\"#0\",\"macs\":1.5}"), "a number with a fraction"},
        {DOCUMENT("{\"id\":\"#0\",\"macs\":\"1\"}"), "and is a text"},
        {DOCUMENT("{\"id\":\"#0\",\"macs\":9223372036854775808}"), "too big integer"},
        {DOCUMENT("{\"id\":\"#0\",\"time_s\":-1.0}"), "nodes[0].time_s must be a number"},
        {DOCUMENT("{\"id\":\"#0\",\"time_s\":1e999}"), "real number overflow"},
        {DOCUMENT("{\"id\":\"#0\",\"time_s\":true}"), "and is true or false"},
        {DOCUMENT("{\"id\":\"#0\",\"status\":\"lost\"}"), "status is \"lost\""},
        {DOCUMENT("{\"id\":\"#0\",\"limiter\":\"luck\"}"), "limiter is \"luck\""},
        {DOCUMENT("{\"id\":\"#0\",\"time_s\":1e61}"), "time_s must be a number: 0, or from 1e-60"},
        {DOCUMENT("{\"id\":\"#0\",\"time_s\":1e-61}"), "or null, and is 1e-61"},
        {DOCUMENT("{\"id\":\"#0\",\"time_share\":1.5}"), "time_share must be from 0 to 1"},
        {DOCUMENT("{\"id\":\"#0\",\"inputs\":[7]}"), "inputs must be a list of tensors"},
        {DOCUMENT("{\"id\":\"#0\",\"inputs\":{}}"), "inputs must be a list, and is an object"},
        {DOCUMENT("{\"id\":\"#0\",\"ceilings\":[1]}"), "ceilings must be a list of objects"},
        {DOCUMENT("{\"id\":\"#0\",\"ceilings\":[{},{},{},{},{}]}"), "5 entries, and 4"},
        {DOCUMENT("{\"id\":\"#0\",\"levels\":[{},{},{},{},{}]}"), "5 entries, and 4"},
        {DOCUMENT("{\"id\":\"#0\",\"traffic\":[]}"), "traffic must be an object, and is a list"},
        {DOCUMENT("{\"id\":\"#0\",\"group\":0}"), "group is 0, and there are 0 groups"},
        {DOCUMENT("{\"id\":\"#0\",\"group\":2147483648}"), "below 2^31"},
        {HEAD "\"nodes\":[],\"groups\":[{\"nodes\":[\"#7\"]}]}", "names \"#7\", which is no node"},
        {HEAD "\"nodes\":[],\"device\":{\"kind\":\"gpu\"}}", "device.name is wrong"},
        {HEAD "\"nodes\":[],\"device\":{\"name\":\"D\",\"kind\":\"abacus\"}}", "device.kind"},
        {HEAD "\"nodes\":[],\"device\":{\"name\":\"D\",\"kind\":\"cpu\",\"ceilings\":[{\"section\":"
              "\"memory\",\"name\":\"dram\",\"value\":0}]}}",
         "a positive number from 1e-18"},
        {HEAD "\"nodes\":[],\"device\":{\"name\":\"D\",\"kind\":\"cpu\",\"ceilings\":[{\"section\":"
              "\"compute\",\"name\":\"vector\",\"precision\":\"fp33\",\"value\":1}]}}",
         "fp33"},
        {"{\"schema\":\"roofline.analysis/1\",\"options\":{\"traffic\":\"dense\"}}",
         "options.traffic is \"dense\""},
        {"{\"schema\":\"roofline.analysis/1\",\"model\":{\"structure_hash\":\"0x12\"}}",
         "16 hexadecimal digits"},
        {"{\"schema\":\"roofline.analysis/1\",\"totals\":{\"complete\":1}}", "true or false"},
        {"{\"schema\":\"roofline.analysis/1\",\"measured\":{\"rows\":\"all\"}}", "measured.rows"},
        {"{\"schema\":\"roofline.analysis/1\",\"measured\":{\"nested\":{\"names\":[\"\",\"\",\"\","
         "\"\"]}}}",
         "has 4 names, and 3"},
        {"{\"schema\":\"roofline.analysis/1\",\"totals\":null}", "totals must be an object"},
        {"{\"schema\":\"roofline.analysis/1\",\"assumptions\":\"none\"}", "must be a list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e;
        roof_analysis *a = parse(cases[i].json, &e);
        if (a || e.status != ROOF_DAMAGED || strncmp(e.text, "x.json: ", 8) != 0 ||
            !strstr(e.text, cases[i].words))
            fail_msg("%s: no \"%s\" in \"%s\"", cases[i].json, cases[i].words, e.text);
        roof_analysis_free(a);
    }
}

/* Begins with `head`, repeats `middle`, and ends with `tail`. */
static char *repeated(const char *head, const char *middle, size_t times, const char *tail) {
    char *text = malloc(strlen(head) + strlen(middle) * times + strlen(tail) + 1), *at = text;
    assert_non_null(text);
    at = stpcpy(at, head);
    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, middle);
    strcpy(at, tail);
    return text;
}

static void expect_refused(char *json, const char *words) {
    roof_error e;
    roof_analysis *a = parse(json, &e);
    if (a || !strstr(e.text, words))
        fail_msg("no \"%s\" in \"%s\"", words, e.text);
    roof_analysis_free(a);
    free(json);
}

/* Depth, and values that would become gigabytes. */
static void test_limits(void **state) {
    (void)state;
    expect_refused(repeated("{\"deep\":", "[", 100000, ""), "depth");
    expect_refused(repeated("{\"long\":[0", ",0", 9 << 20, "]}"), "longer than the 16 MB");
    roof_error e;
    char *many = repeated(HEAD "\"nodes\":[],\"none\":[0", ",0", 1 << 20, "]}");
    roof_analysis *a = parse(many, &e);
    assert_non_null(a);
    roof_analysis_free(a);
    free(many);
}

static void test_recognised(void **state) {
    (void)state;
    char path[] = "/tmp/roofline-saved.XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    assert_false(roof_saved_is(path));
    fputs(" \r\n\t", f);
    fflush(f);
    assert_false(roof_saved_is(path));
    fputs(DOCUMENT(""), f);
    fclose(f);
    assert_true(roof_saved_is(path));
    assert_false(roof_saved_is("/no/such/file"));
    assert_false(roof_saved_is("/tmp"));
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = roof_saved_open(path, &e);
    assert_non_null(a);
    roof_analysis_free(a);
    remove(path);
    assert_null(roof_saved_open(path, &e));
    assert_int_equal(e.status, ROOF_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_is_unknown),
        cmocka_unit_test(test_what_is_there),
        cmocka_unit_test(test_what_is_left_out),
        cmocka_unit_test(test_device),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
