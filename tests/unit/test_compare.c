/* Comparing analyses: which row is which, what changed, and conditions. */
#include "base/error.h"
#include "fake_analysis.h"
#include <roofline/compare.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 10 FLOP/s and 2 B/s. */
static const roof_device *machine(void) {
    static roof_device d;
    d = (roof_device){.name = "machine", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", 10, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", 2, ROOF_MEASURED);
    return &d;
}

#define ROW(row_name, row_op, flop)                                                                \
    { .name = row_name, .op = row_op, .family = "conv", .vector = flop }

/* "a=a b=- -=c": the pairs in order of their rows, A's names (or ids) and B's. */
static char *pairs_text(const roof_comparison *c, char text[512]) {
    size_t n, used = 0;
    const roof_pair *p = roof_comparison_pairs(c, &n);
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(
            text + used, 512 - used, "%s%s%s%s", used ? " " : "", p[i].a ? p[i].a->name : "-",
            p[i].match == ROOF_BY_OPERATOR ? "~" : "=", p[i].b ? p[i].b->name : "-");
    return text;
}

static void expect_pairs(const fake_row *a, size_t n_a, const fake_row *b, size_t n_b,
                         const char *pairs) {
    roof_error e = ROOF_ERROR_INIT;
    char text[512] = "";
    roof_analysis *x = fake_analyze(machine(), a, n_a), *y = fake_analyze(machine(), b, n_b);
    roof_comparison *c = roof_compare(x, y, &e);
    assert_non_null(c);
    assert_string_equal(pairs_text(c, text), pairs);
    roof_comparison_free(c);
    fake_free(x);
    fake_free(y);
}

#define EXPECT(a, b, pairs) expect_pairs(a, sizeof a / sizeof *a, b, sizeof b / sizeof *b, pairs)

static void test_by_name(void **state) {
    (void)state;
    /* Seconds: 6 to 5, 1 to 4, 2 to nothing, nothing to 0.5; so the changes are 1, 3, 2, 0.5. */
    const fake_row a[] = {ROW("x", "Conv", 60), ROW("y", "Conv", 10), ROW("z", "Relu", 20)};
    const fake_row b[] = {ROW("new", "Gemm", 5), ROW("y", "Conv", 40), ROW("x", "Conv", 50)};
    EXPECT(a, b, "y=y z=- x=x -=new");
}

static void test_names_that_occur_again(void **state) {
    (void)state;
    /* The k-th of a name is the k-th; the third of B is a row of its own. */
    const fake_row a[] = {ROW("x", "Conv", 10), ROW("x", "Conv", 20)};
    const fake_row b[] = {ROW("x", "Conv", 50), ROW("x", "Conv", 30), ROW("x", "Gemm", 5)};
    EXPECT(a, b, "x=x x=x -=x");
}

static void test_by_operator(void **state) {
    (void)state;
    /* Other names all through: Conv Relu Gemm against Conv Add Relu Gemm. Changes 1 2 3 and 9. */
    const fake_row a[] = {ROW("a1", "Conv", 10), ROW("a2", "Relu", 10), ROW("a3", "Gemm", 10)};
    const fake_row b[] = {ROW("b1", "Conv", 20), ROW("b2", "Add", 90), ROW("b3", "Relu", 30),
                          ROW("b4", "Gemm", 40)};
    EXPECT(a, b, "-=b2 a3~b4 a2~b3 a1~b1");
    /* In the middle the longest: of A B C B and B C A B it is B C B. */
    const fake_row c[] = {ROW("c1", "Start", 0), ROW("c2", "A", 90), ROW("c3", "B", 10),
                          ROW("c4", "C", 10),    ROW("c5", "B", 10), ROW("c6", "D", 70)};
    const fake_row d[] = {ROW("d1", "Start", 0), ROW("d2", "B", 20), ROW("d3", "C", 30),
                          ROW("d4", "A", 80),    ROW("d5", "B", 40), ROW("d6", "E", 60)};
    EXPECT(c, d, "c2=- -=d4 c6=- -=d6 c5~d5 c4~d3 c3~d2 c1~d1");
}

static void test_many_rows(void **state) {
    (void)state;
    /* Nothing in common but each fourth: 6000 rows a side are matched in no time. */
    enum { N = 6000 };
    fake_row *a = calloc(N, sizeof *a), *b = calloc(N, sizeof *b);
    roof_error e = ROOF_ERROR_INIT;
    for (int i = 0; i < N; i++) {
        a[i] = (fake_row)ROW("", i % 4 ? "A" : "Conv", 10);
        b[i] = (fake_row)ROW("", i % 4 ? "B" : "Conv", 20);
    }
    a[0].op = "First";
    b[N - 1].op = "Last";
    roof_analysis *x = fake_analyze(machine(), a, N), *y = fake_analyze(machine(), b, N);
    roof_comparison *c = roof_compare(x, y, &e);
    size_t n, matched = 0;
    const roof_pair *p = roof_comparison_pairs(c, &n);
    for (size_t i = 0; i < n; i++)
        matched += p[i].match == ROOF_BY_OPERATOR;
    assert_true(matched >= N / 4 - 2);
    assert_int_equal(n, 2 * N - matched);
    roof_comparison_free(c);
    fake_free(x);
    fake_free(y);
    free(a);
    free(b);
}

/* --- conditions --- */

static void test_conditions_parse(void **state) {
    (void)state;
    static const struct {
        const char *text, *quantity;
        roof_comparator comparator;
        bool relative;
        double value;
    } cases[] = {
        {"time > +5%", "time", ROOF_MORE, true, 0.05},
        {" peak>=2GB ", "peak", ROOF_MORE_OR_EQUAL, false, 2e9},
        {"bound <= 1.5 ms", "bound", ROOF_LESS_OR_EQUAL, false, 1.5e-3},
        {"bytes < -10 %", "bytes", ROOF_LESS, true, -0.1},
        {"flops == 1e9", "flops", ROOF_EQUAL, false, 1e9},
        {"flops == 1E-2", "flops", ROOF_EQUAL, false, 1e-2},
        {"macs != 4 M", "macs", ROOF_NOT_EQUAL, false, 4e6},
        {"intensity<50 FLOP/B", "intensity", ROOF_LESS, false, 50},
        {"unknown > 0 rows", "unknown", ROOF_MORE, false, 0},
        {"parameters > 25M", "parameters", ROOF_MORE, false, 25e6},
        {"time > 3m", "time", ROOF_MORE, false, 3e-3},
        {"time > 1us", "time", ROOF_MORE, false, 1e-6},
        {"memory > 0s", "memory", ROOF_MORE, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        roof_condition c;
        if (!roof_condition_parse(cases[i].text, &c, &e))
            fail_msg("%s: %s", cases[i].text, e.text);
        assert_string_equal(c.quantity->name, cases[i].quantity);
        assert_int_equal(c.comparator, cases[i].comparator);
        assert_int_equal(c.relative, cases[i].relative);
        if (fabs(c.value - cases[i].value) > 1e-12 * fabs(cases[i].value))
            fail_msg("%s: %.17g", cases[i].text, c.value);
    }
}

static void test_conditions_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "a quantity is expected"},
        {"tme > 1", "did you mean time?"},
        {"TIME > 1", "at column 1, \"TIME > 1\""},
        {"time", "one of > >= < <= == != is expected at its end"},
        {"time = 1", "at column 6, \"= 1\""},
        {"time >> 1", "a value such as +5%, 2ms or 1.5GB is expected at column 7"},
        {"time >", "is expected at its end"},
        {"time > 5%", "with its sign"},
        {"time > +5", "without a sign"},
        {"time > +5ms", "without a sign"},
        {"time > -1", "without a sign"},
        {"time > +-5%", "a value such as"},
        {"time > ++5%", "a value such as"},
        {"time > nan", "a value such as"},
        {"time > 1e999", "a value such as"},
        {"time > 1.2.3", "a value such as"},
        {"time > 1B", "or the unit s is expected at column 9, \"B\""},
        {"time > 1 ms or more", "at column 10, \"ms or more\""},
        {"peak > 1 GiB", "or the unit B"},
        {"time > 1 && peak > 1", "at column 10"},
        {"parameters > 1x", "a prefix (p n u m k M G T P E) is expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        roof_condition c;
        if (roof_condition_parse(cases[i].text, &c, &e) || e.status != ROOF_USAGE ||
            !strstr(e.text, cases[i].words))
            fail_msg("\"%s\": no \"%s\" in \"%s\"", cases[i].text, cases[i].words, e.text);
    }
}

static roof_truth truth_of(const char *text, const roof_analysis *a, const roof_analysis *b,
                           const char *words) {
    roof_error e = ROOF_ERROR_INIT;
    roof_condition c;
    char sentence[512];
    if (!roof_condition_parse(text, &c, &e))
        fail_msg("%s", e.text);
    roof_truth truth = roof_condition_check(&c, a, b, sentence, sizeof sentence);
    if (!strstr(sentence, words))
        fail_msg("no \"%s\" in \"%s\"", words, sentence);
    return truth;
}

static void test_truth(void **state) {
    (void)state;
    /* 100 FLOP at 10 FLOP/s are 10 s, 110 are 11 s: 10 % more. No bytes on either side. */
    const fake_row rows_a[] = {ROW("x", "Conv", 100)}, rows_b[] = {ROW("x", "Conv", 110)};
    roof_analysis *a = fake_analyze(machine(), rows_a, 1), *b = fake_analyze(machine(), rows_b, 1);
    roof_analysis *counts = fake_analyze(NULL, rows_b, 1);
    assert_int_equal(
        truth_of("time > +9%", a, b, "holds: time is 10.0 s in A and 11.0 s in B (+10%)"),
        ROOF_TRUE);
    assert_int_equal(truth_of("time > +11%", a, b, "does not hold"), ROOF_FALSE);
    assert_int_equal(truth_of("flops > +10%", a, b, "100 FLOP in A and 110 FLOP in B"), ROOF_FALSE);
    assert_int_equal(truth_of("flops >= +10%", a, b, "holds"), ROOF_TRUE);
    assert_int_equal(truth_of("flops == 110", a, b, "holds"), ROOF_TRUE);
    assert_int_equal(truth_of("flops != +0%", a, a, "does not hold"), ROOF_FALSE);
    assert_int_equal(truth_of("flops < -5%", b, a, "(-9.09%)"), ROOF_TRUE);
    assert_int_equal(truth_of("vector <= 11s", a, b, "holds"), ROOF_TRUE);
    /* Of nothing everything is infinitely more, and nothing is nothing more. */
    assert_int_equal(truth_of("bytes > +5%", a, b, "does not hold"), ROOF_FALSE);
    b->totals.work.bytes.total = 1;
    assert_int_equal(truth_of("bytes > +1000000%", a, b, "holds"), ROOF_TRUE);
    /* What is not known is neither. */
    assert_int_equal(truth_of("time > +5%", a, counts, "cannot be decided"), ROOF_NOBODY_KNOWS);
    assert_int_equal(truth_of("time < 1ms", a, counts, "unknown in B"), ROOF_NOBODY_KNOWS);
    assert_int_equal(truth_of("time > +5%", counts, a, "unknown in A"), ROOF_NOBODY_KNOWS);
    assert_int_equal(truth_of("time > 5s", counts, a, "holds"), ROOF_TRUE);
    a->totals.work.flops = ROOF_UNKNOWN;
    assert_int_equal(truth_of("flops != 0", b, a, "cannot be decided"), ROOF_NOBODY_KNOWS);
    fake_free(a);
    fake_free(b);
    fake_free(counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_names_that_occur_again),
        cmocka_unit_test(test_by_operator),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_conditions_parse),
        cmocka_unit_test(test_conditions_refused),
        cmocka_unit_test(test_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
