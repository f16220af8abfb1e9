#include "text_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

text_run text_analyze(const char *model, const roof_device *d, const roof_options *o) {
    roof_error e = ROOF_ERROR_INIT;
    text_run r = {.model = model_of_text(model, &e)};
    assert_string_equal(e.text, "");
    r.analysis = roof_analyze(r.model, d, o, &e);
    assert_string_equal(e.text, "");
    assert_non_null(r.analysis);
    return r;
}

void text_free(text_run r) {
    roof_analysis_free(r.analysis);
    roof_model_free(r.model);
}

void text_check(const roof_analysis *a, const char *rows, const char *outputs) {
    char *found_rows = rows_as_text(a), *found_outputs = outputs_as_text(a);
    if (rows)
        assert_string_equal(found_rows, rows);
    if (outputs)
        assert_string_equal(found_outputs, outputs);
    free(found_rows);
    free(found_outputs);
}

void text_check_refused(const char *model, const char *expected) {
    roof_error e = ROOF_ERROR_INIT;
    roof_model *m = model_of_text(model, &e);
    assert_string_equal(e.text, "");
    assert_null(roof_analyze(m, NULL, NULL, &e));
    assert_int_equal(e.status, ROOF_DAMAGED);
    assert_string_equal(e.text + strlen("m.onnx: "), expected);
    roof_model_free(m);
}
