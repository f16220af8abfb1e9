/* Arena, checked counts, text, numbers, hash tables. */
#include "base/arena.h"
#include "base/count.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void counts_never_overflow(void **state) {
    (void)state;
    count big = INT64_MAX;
    assert_int_equal(cnt_add(2, 3), 5);
    assert_int_equal(cnt_add(big, 1), UNKNOWN);
    assert_int_equal(cnt_add(UNKNOWN, 1), UNKNOWN);
    assert_int_equal(cnt_mul(big, 2), UNKNOWN);
    assert_int_equal(cnt_mul(0, UNKNOWN), 0);
    assert_int_equal(cnt_mul3(2, 3, 7), 42);
    assert_int_equal(cnt_sub(3, 5), UNKNOWN);
    assert_int_equal(cnt_div(7, 0), UNKNOWN);
    assert_int_equal(cnt_div_up(7, 2), 4);
    assert_int_equal(cnt_div_up(big, 1), big);
    assert_int_equal(cnt_min(3, UNKNOWN), UNKNOWN);
    assert_int_equal(cnt_max(3, 9), 9);
}

static void arena_jumps_when_it_is_full(void **state) {
    (void)state;
    arena *a = arena_new(1000);
    volatile int allocated = 0;
    if (arena_escape(a) == 0)
        for (;;) {
            char *p = arena_alloc(a, 100);
            for (int i = 0; i < 100; i++)
                assert_int_equal(p[i], 0);
            memset(p, 1, 100);
            allocated++;
        }
    assert_in_range(allocated, 8, 10);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    if (arena_escape(a) == 0) {
        arena_array(a, SIZE_MAX / 2, 3);
        fail();
    }
    arena_free(a);
}

static void hostile_text_becomes_printable(void **state) {
    (void)state;
    static const struct {
        const char *raw, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"\xc3\xa4\xe4\xb8\xad", "\xc3\xa4\xe4\xb8\xad"}, /* valid UTF-8 stays */
        {"a\nb\x1b[31m", "a\\x0ab\\x1b[31m"},
        {"\xff\xc3", "\\xff\\xc3"},
        {"\xc0\xaf", "\\xc0\\xaf"}, /* an overlong slash */
        {"\xe2\x80\xae"
         "abc",
         "\\u{202e}abc"}, /* right-to-left override */
    };
    char shown[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_printable(shown, sizeof shown, cases[i].raw), cases[i].shown);
    assert_string_equal(text_printable(shown, 16, "0123456789abcdefghijklmnop"), "012345...klmnop");
    char one[1] = {'x'};
    assert_string_equal(text_printable(one, sizeof one, "abc"), "");
}

static void numbers_read_well(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {
        {0, "B", "0 B"},
        {1, "", "1.00"},
        {999.4, "", "999"},
        {999.6, "", "1.00 k"},
        {1.234e9, "", "1.23 G"},
        {0.0125, "s", "12.5 ms"},
        {56e12, "FLOP/s", "56.0 TFLOP/s"},
        {-1500, "", "-1.50 k"},
        {999.4e18, "B", "999 EB"},
        {1e21, "B", "1.00e+21 B"}, /* beyond the prefixes */
        {0.5e-12, "s", "0.50 ps"},
        {0.09e-12, "s", "9.00e-14 s"},
    };
    char text[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_si(text, sizeof text, cases[i].value, cases[i].unit),
                            cases[i].text);
    assert_string_equal(text_si(text, sizeof text, NAN, "s"), "-");
}

static void numbers_are_whole_words(void **state) {
    (void)state;
    int64_t i;
    double d;
    assert_true(text_to_int("-12", &i) && i == -12);
    assert_false(text_to_int("12x", &i));
    assert_false(text_to_int("", &i));
    assert_false(text_to_int(" 1", &i));
    assert_false(text_to_int("9223372036854775808", &i));
    assert_true(text_to_double("1.5e3", &d) && d == 1500);
    assert_false(text_to_double("inf", &d));
    assert_false(text_to_double("1.5 ", &d));
    assert_false(text_to_double("0x10", &d));
}

static void common_beginnings_of_texts(void **state) {
    (void)state;
    const char *names[] = {"/a/bc/d", "/a/be", "/a/bc"}, *words[] = {"NVIDIA A10", "NVIDIA A100"};
    assert_int_equal(text_common(names, 3, '/'), 3); /* "/a/", though all go on with a b */
    assert_int_equal(text_common(names, 1, '/'), 0);
    assert_int_equal(text_common(names, 0, '/'), 0);
    assert_int_equal(text_common(words, 2, ' '), 7);
    assert_int_equal(text_common(words, 2, '/'), 0);
}

static void suggests_the_nearest(void **state) {
    (void)state;
    const char *const names[] = {"analyze", "calibrate", "devices"};
    assert_string_equal(text_nearest("analyse", names, 3), "analyze");
    assert_string_equal(text_nearest("calibrat", names, 3), "calibrate");
    assert_null(text_nearest("xyzzy", names, 3));
}

static void tables_hold_what_is_put_in(void **state) {
    (void)state;
    arena *a = arena_new(64u << 20);
    assert_int_equal(arena_escape(a), 0);
    hash *h = hash_new(a, 0);
    for (int i = 0; i < 5000; i++)
        hash_put(h, arena_printf(a, "key %d", i), arena_printf(a, "%d", i));
    for (int i = 0; i < 5000; i++)
        assert_int_equal(atoi(hash_get(h, arena_printf(a, "key %d", i))), i);
    assert_null(hash_get(h, "key 5000"));
    hash_put(h, "key 7", arena_printf(a, "seven"));
    assert_string_equal(hash_get(h, "key 7"), "seven");
    const char *once = hash_intern(h, "word");
    assert_ptr_equal(once, hash_intern(h, "word"));
    arena_free(a);
}

static void the_first_error_stays(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    assert_false(error_set(&e, ROOF_USAGE, "first %s", "a\tb"));
    assert_false(error_set(&e, ROOF_FAILED, "second"));
    assert_int_equal(e.status, ROOF_USAGE);
    assert_string_equal(e.text, "first a\\x09b");
    assert_false(error_set(NULL, ROOF_FAILED, "nobody listens"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_never_overflow),
        cmocka_unit_test(arena_jumps_when_it_is_full),
        cmocka_unit_test(hostile_text_becomes_printable),
        cmocka_unit_test(numbers_read_well),
        cmocka_unit_test(numbers_are_whole_words),
        cmocka_unit_test(suggests_the_nearest),
        cmocka_unit_test(common_beginnings_of_texts),
        cmocka_unit_test(tables_hold_what_is_put_in),
        cmocka_unit_test(the_first_error_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
