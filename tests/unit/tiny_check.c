#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

roof_analysis *check_analyze(tiny *t, const roof_device *d, const roof_options *o) {
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = tiny_analyze(t, d, o, &e);
    assert_string_equal(e.text, "");
    assert_non_null(a);
    return a;
}

void check_bytes(const roof_traffic_bytes *b, int64_t weights, int64_t read, int64_t written) {
    assert_int_equal(b->weights, weights);
    assert_int_equal(b->read, read);
    assert_int_equal(b->written, written);
    assert_int_equal(b->total, weights + read + written);
}

void check_groups(const roof_analysis *a, const char *expected) {
    char text[2048] = "";
    size_t n, used = 0;
    const roof_group *groups = roof_analysis_groups(a, &n);
    for (size_t i = 0; i < n && used < sizeof text - 256; i++) {
        used += (size_t)snprintf(text + used, 64, "%s", groups[i].kind);
        for (size_t k = 0; k < groups[i].n_rows && k < 16; k++)
            used += (size_t)snprintf(text + used, 16, " %zu", groups[i].rows[k]);
        used += (size_t)snprintf(
            text + used, 96, ": %lld + %lld + %lld\n", (long long)groups[i].bytes.weights,
            (long long)groups[i].bytes.read, (long long)groups[i].bytes.written);
    }
    assert_string_equal(text, expected);
}
