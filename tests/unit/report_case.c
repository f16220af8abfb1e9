#include "report_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const fake_row small[] = {
    {.name = "conv",
     .op = "Conv",
     .family = "conv",
     .matrix = 60,
     .weights = 4,
     .read = 2,
     .written = 2,
     .rank = 2,
     .dims = {1, 3}},
    {.name = "relu",
     .op = "Relu",
     .family = "activation",
     .vector = 4,
     .read = 4,
     .written = 4,
     .rank = 2,
     .dims = {1, 3}},
    {.name = "shape",
     .op = "Reshape",
     .family = "movement",
     .read = 2,
     .written = 2,
     .rank = 1,
     .dims = {3}},
};

static const fake_row mixed[] = {
    {.name = "known", .op = "Relu", .family = "activation", .vector = 4, .read = 4, .written = 4},
    {.name = "mystery",
     .op = "Magic",
     .domain = "com.example",
     .family = "other",
     .matrix = -1,
     .vector = -1,
     .special = -1,
     .read = 100,
     .written = -1,
     .status = ROOF_ROW_UNKNOWN,
     .rank = -1},
    {.name = "guess",
     .op = "TopK",
     .family = "other",
     .vector = 20,
     .read = 1,
     .written = 1,
     .repeat = 3,
     .status = ROOF_ESTIMATED,
     .rank = 2,
     .dims = {-1, 5}},
    {.name = "gone", .op = "Add", .family = "elementwise", .status = ROOF_DEAD},
};

roof_analysis *mixed_analysis(const roof_device *d) {
    roof_analysis *a = fake_analyze(d, mixed, 4);
    a->unsupported[0] = (roof_unsupported){.op = "Magic", .domain = "com.example", .count = 1};
    a->coverage.n_unsupported = 1;
    return a;
}

char *report(const roof_analysis *a, const char *format, roof_report_options o) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    roof_error e = ROOF_ERROR_INIT;
    assert_true(roof_report(a, format, &o, out, &e));
    assert_int_equal(e.status, ROOF_OK);
    fclose(out);
    return text;
}

json_t *report_json(const roof_analysis *a) {
    char *text = report(a, "json", (roof_report_options){0});
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("%s in %s", why.text, text);
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
    return root;
}
