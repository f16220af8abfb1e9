/* Sizes that depend on data: what is sure stays what is told, rows are counted with the bound, and
 * what cannot hold an estimate stays unknown. fp32 has 4 bytes, int64 8, bool 1. */
#include "expect.h"
#include "text_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct estimate_case {
    const char *model, *rows, *outputs;
    const char *row, *note; /* a row, and a part of its note */
} estimate_case;

static const roof_row *row_of(const roof_analysis *a, const char *id) {
    for (size_t i = 0; i < roof_analysis_rows(a); i++)
        if (!strcmp(roof_analysis_row(a, i)->id, id))
            return roof_analysis_row(a, i);
    fail_msg("there is no row %s", id);
    return NULL;
}

static void check_case(const estimate_case *c) {
    text_run r = text_analyze(c->model, NULL, NULL);
    text_check(r.analysis, c->rows, c->outputs);
    if (c->row)
        expect_part(row_of(r.analysis, c->row)->note, c->note);
    text_free(r);
}

static void a_bound_flows_on(void **state) {
    (void)state;
    static const estimate_case cases[] = {
        /* at most 6 of 2x3: indices 2x6, 8 B each; reads 24 B. Transposed; 6 elements gathered:
         * 24 B and 96 B of indices are read, 24 B written; Relu 24 + 24. Peak: x, 96 + 96 */
        {"in x f32[2,3] z = NonZero(x) t = Transpose(z) g = GatherND(x, t) y = Relu(g) out y",
         "#0 NonZero estimated 1x 6 FLOP 120 B\n"
         "#1 Transpose estimated 1x 0 FLOP 192 B\n"
         "#2 GatherND estimated 1x 0 FLOP 144 B\n"
         "#3 Relu estimated 1x 6 FLOP 48 B\n"
         "total 12 FLOP 504 B ideal 48 B peak 216 B at #1\n",
         "fp32 ? ~6", "#3",
         "its sizes depend on data: at most 6 nonzero elements at node #0 NonZero"},
        /* a condition of three: at most 3 of 4 rows */
        {"in x f32[4,2] in c bool[3] y = Compress(x, c) axis=0 out y", NULL, "fp32 ?x2 ~3x2", "#0",
         "at most 3 kept ones at node #0 Compress"},
        {"in x f32[4] y, i, j, k = Unique(x) out y out j", NULL, "fp32 ? ~4, int64 4", "#0",
         "at most 4 different ones"},
        {"in x f32[4,9] in k i64[1] y, i = TopK(x, k) out i", NULL, "int64 4x? ~4x9", "#0",
         "at most 9 largest ones"},
        /* 2 images, 3 classes, of 8 boxes at most 5 each */
        {"in b f32[2,8,4] in s f32[2,3,8] ints k [5] y = NonMaxSuppression(b, s, k) out y", NULL,
         "int64 ?x3 ~30x3", "#0", "at most 30 boxes"},
        /* the smaller of the bound and 4, as detectors limit k */
        {"in x f32[6] ints four [4] z = NonZero(x) ints f [-1] r = Reshape(z, f) s = Shape(r)"
         " k = Min(s, four) g = Gather(x, r) y, i = TopK(g, k) out y",
         NULL, "fp32 ? ~4", "#5", "at most 6 nonzero elements"},
        /* what is sure of a shape stays sure */
        {"in x f32[6] in w f32[5] z = NonZero(x) t = Transpose(z) y = Concat(t, t) axis=1 out y",
         NULL, "int64 ?x2 ~6x2", NULL, NULL},
    };
    CHECK_ALL(cases);
}

static void what_cannot_be_stays_unknown(void **state) {
    (void)state;
    static const estimate_case cases[] = {
        /* 7 elements are no rows of 2; the model may be right all the same */
        {"in x f32[7] z = NonZero(x) ints two [-1,2] y = Reshape(z, two) out y",
         "#0 NonZero estimated 1x 7 FLOP 84 B\n"
         "#1 Reshape unknown 1x 0 FLOP ? B\n"
         "at least 7 FLOP 84 B ideal 84 B peak 84 B at #0\n",
         "int64 ?x2", NULL, NULL},
        /* no bound follows from a value */
        {"in n i64[1] y = ConstantOfShape(n) out y", NULL, "fp32 ?", NULL, NULL},
    };
    CHECK_ALL(cases);
}

static void branches_give_the_larger(void **state) {
    (void)state;
    static const estimate_case cases[] = {
        {"in x f32[2,8] in c bool[] h = If(c) then_branch={ r = Relu(x) out r }"
         " else_branch={ r = Concat(x, x) axis=0 out r } y = Neg(h) out y",
         NULL, "fp32 ?x8 ~4x8", "#1", "the larger of two branches at node #0 If"},
        /* a branch for nothing found: the bound decides, and the row is no certainty */
        {"in x f32[6] int zero 0 z = NonZero(x) n = Size(z) c = Greater(n, zero) y = If(c)"
         " then_branch={ r = Exp(x) out r } else_branch={ r = Identity(x) out r } out y",
         "#0 NonZero estimated 1x 6 FLOP 72 B\n"
         "#1 Size estimated 1x 0 FLOP 8 B\n"
         "#2 Greater counted 1x 0 FLOP 17 B\n"
         "#3 If counted 1x 0 FLOP 0 B\n"
         "#3/then_branch/#0 Exp estimated 1x 6 FLOP 48 B\n"
         "total 12 FLOP 145 B ideal 56 B peak 80 B at #1\n",
         "fp32 6", "#3/then_branch/#0", "at most 6 nonzero elements"},
    };
    CHECK_ALL(cases);
}

static void loops_that_grow_are_counted_in_the_middle(void **state) {
    (void)state;
    static const estimate_case cases[] = {
        /* 1, 2, ... 9 rows of 4: the fifth iteration has 5 x 4 = 20 elements; 10 rows remain.
         * Ideal: x 16 B, indices 16 B, y 96 B as of then */
        {"in x f32[1,4] int n 9 bool t 1 y = Loop(n, t, x) body={ in i i64[] in c bool[]"
         " in a f32[?,4] b = Relu(a) ints from [0] ints to [1] s = Slice(b, from, to)"
         " d = Concat(b, s) axis=0 out c out d } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu estimated 9x 20 FLOP 160 B\n"
         "#0/body/#1 Slice estimated 9x 0 FLOP 48 B\n"
         "#0/body/#2 Concat estimated 9x 0 FLOP 192 B\n"
         "total 180 FLOP 3600 B ideal 128 B peak 208 B at #0/body/#2\n",
         "fp32 10x4", "#0/body/#0", "those of the middle iteration at node #0 Loop"},
    };
    CHECK_ALL(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_flows_on),
        cmocka_unit_test(what_cannot_be_stays_unknown),
        cmocka_unit_test(branches_give_the_larger),
        cmocka_unit_test(loops_that_grow_are_counted_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
