#include "expect.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void expect_part(const char *text, const char *part) {
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance * fabs(want)))
        fail_msg("got %.12g, want %.12g", got, want);
}

void about(double found, double expected) {
    assert_near(found, expected, 1e-9);
}
