#include "infer/expr.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static count lookup(void *user, const char *name, size_t n) {
    (void)user;
    return n == 1 && *name == 'h'                         ? 7
           : n == 7 && !strncmp(name, "samples", 7)       ? 16000
           : n == 11 && !strncmp(name, "past_length", 11) ? 0
                                                          : UNKNOWN;
}

static void evaluates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        expr_result result;
        count value;
    } cases[] = {
        {"8*h", EXPR_OK, 56},
        {" past_length + 1", EXPR_OK, 1},
        {"((samples//80) - 3)//2 + 1", EXPR_OK, 99}, /* (200 - 3)//2 + 1 = 98 + 1 */
        {"h - 2*3", EXPR_OK, 1},
        {"-(-h)", EXPR_OK, 7},
        {"(1 - h)//4 + 3", EXPR_OK, 1}, /* -6//4 = -2 rounds down */
        {"h % 4", EXPR_OK, 3},
        {"2**h", EXPR_OK, 128},
        {"Max(1, h, 3)", EXPR_OK, 7},
        {"min(9, h)", EXPR_OK, 7},
        {"floor(h/2)", EXPR_OK, 3},
        {"h + unbound", EXPR_FREE, UNKNOWN},
        {"h // unbound", EXPR_FREE, UNKNOWN},
        {"h - 8", EXPR_INVALID, 0},
        {"h // 0", EXPR_INVALID, 0},
        {"", EXPR_INVALID, 0},
        {"h +", EXPR_INVALID, 0},
        {"h h", EXPR_INVALID, 0},
        {"(h", EXPR_INVALID, 0},
        {"ceiling(h)", EXPR_INVALID, 0},
        {"9223372036854775807 + 1", EXPR_INVALID, 0},
        {"9223372036854775808", EXPR_INVALID, 0},
        {"2**64", EXPR_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        count v = 0;
        assert_int_equal(expr_evaluate(cases[i].text, lookup, NULL, &v), cases[i].result);
        if (cases[i].result != EXPR_INVALID)
            assert_int_equal(v, cases[i].value);
    }
}

static void deep_nesting_is_refused(void **state) {
    (void)state;
    char text[20001];
    memset(text, '(', 10000);
    memset(text + 10000, ')', 10000);
    text[20000] = '\0';
    count v;
    assert_int_equal(expr_evaluate(text, lookup, NULL, &v), EXPR_INVALID);
    memset(text, '-', 20000);
    assert_int_equal(expr_evaluate(text, lookup, NULL, &v), EXPR_INVALID);
}

static void collect(void *user, const char *name, size_t n) {
    strncat(user, name, n);
    strcat(user, ";");
}

static void finds_names(void **state) {
    (void)state;
    char names[64] = "";
    expr_names("max(a, b_1*2) + 3c.d", collect, names);
    assert_string_equal(names, "a;b_1;c.d;");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(finds_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
