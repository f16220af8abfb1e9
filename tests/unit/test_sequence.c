/* Sequences and optionals: what is known of their elements, and what they move. a is 2x3 fp32
 * (24 B), b 4x3 (48 B), c 6x3 (72 B). */
#include "text_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct text_case {
    const char *model;
    const char *outputs; /* types and shapes */
    int64_t bytes;       /* op traffic; -1: not looked at */
} text_case;

static void check_case(const text_case *c) {
    text_run r = text_analyze(c->model, NULL, NULL);
    text_check(r.analysis, NULL, c->outputs);
    if (c->bytes >= 0) {
        assert_int_equal(roof_analysis_totals(r.analysis)->work.bytes.total, c->bytes);
        assert_true(roof_analysis_totals(r.analysis)->complete);
    }
    text_free(r);
}

#define AB "in a f32[2,3] in b f32[4,3] int zero 0 int one 1 int minus_one -1 "

/* References take no bytes; SequenceAt hands on what was put in. */
static void elements_are_found_by_position(void **state) {
    (void)state;
    static const text_case cases[] = {
        {AB "s = SequenceConstruct(a, b) y = SequenceAt(s, one) out y", "fp32 4x3", 0},
        {AB "s = SequenceConstruct(a, b) y = SequenceAt(s, minus_one) out y", "fp32 4x3", 0},
        {AB "s = SequenceConstruct(a, b) in i i64[] y = SequenceAt(s, i) out y", "fp32 ?x3", 0},
        {AB "s = SequenceConstruct(a, a) in i i64[] y = SequenceAt(s, i) out y", "fp32 2x3", 0},
        /* inserted in front, at the end, erased */
        {AB "s = SequenceConstruct(a, a) t = SequenceInsert(s, b, zero) y = SequenceAt(t, zero)"
            " z = SequenceAt(t, one) out y out z",
         "fp32 4x3, fp32 2x3", 0},
        {AB "s = SequenceConstruct(a) t = SequenceInsert(s, b) y = SequenceAt(t, minus_one) out y",
         "fp32 4x3", 0},
        {AB "s = SequenceConstruct(a, b) t = SequenceErase(s, zero) y = SequenceAt(t, zero) out y",
         "fp32 4x3", 0},
        {AB "s = SequenceConstruct(a, b) t = SequenceErase(s) y = SequenceAt(t, minus_one) out y",
         "fp32 2x3", 0},
        /* where is not known: either may be there */
        {AB "in i i64[] s = SequenceConstruct(a, a) t = SequenceInsert(s, b, i)"
            " y = SequenceAt(t, zero) n = SequenceLength(t) u = ConstantOfShape(k)"
            " ints axes [0] k = Unsqueeze(n, axes) out y out u",
         "fp32 ?x3, fp32 3", -1},
        /* through Identity */
        {AB "s = SequenceConstruct(a, b) t = Identity(s) y = SequenceAt(t, one) out y", "fp32 4x3",
         0},
        {AB "e = SequenceEmpty() t = SequenceInsert(e, b) y = SequenceAt(t, zero) out y",
         "fp32 4x3", 0},
        {"e = SequenceEmpty() dtype=10 int i 0 y = SequenceAt(f, i) f = Identity(e) in q f32[1]"
         " g = SequenceInsert(e, q) y2 = SequenceAt(g, i) out y2",
         "fp32 1", 0},
        {"in s seq(f32[?,3]) int i 0 y = SequenceAt(s, i) out y", "fp32 ?x3", 0},
    };
    CHECK_ALL(cases);
}

/* The length is a number that shapes may be computed from. */
static void lengths_are_known(void **state) {
    (void)state;
#define AS_SHAPE " ints axes [0] k = Unsqueeze(n, axes) y = ConstantOfShape(k) out y"
    static const text_case cases[] = {
        {AB "s = SequenceConstruct(a, b, a) n = SequenceLength(s)" AS_SHAPE, "fp32 3", -1},
        {AB "s = SequenceEmpty() n = SequenceLength(s)" AS_SHAPE, "fp32 0", -1},
        {AB "t = SequenceConstruct(a, b, a) s = SequenceErase(t) n = SequenceLength(s)" AS_SHAPE,
         "fp32 2", -1},
        {AB "in s seq(f32[2]) n = SequenceLength(s)" AS_SHAPE, "fp32 ?", -1},
        {"in x f32[7,2] s = SplitToSequence(x) n = SequenceLength(s)" AS_SHAPE, "fp32 7", -1},
        {"in x f32[7,2] int p 3 s = SplitToSequence(x, p) n = SequenceLength(s)" AS_SHAPE, "fp32 3",
         -1},
    };
    CHECK_ALL(cases);
}

static void joining_and_splitting_moves_data(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* 24 + 48 B read and written */
        {AB "s = SequenceConstruct(a, b) y = ConcatFromSequence(s) axis=0 out y", "fp32 6x3", 144},
        {AB "s = SequenceConstruct(a, a) y = ConcatFromSequence(s) axis=1 out y", "fp32 2x6", 96},
        {AB "s = SequenceConstruct(a, a) y = ConcatFromSequence(s) axis=-1 new_axis=1 out y",
         "fp32 2x3x2", 96},
        {AB "s = SequenceConstruct(a, b, a) y = ConcatFromSequence(s) axis=0 new_axis=1 out y",
         "fp32 3x?x3", -1},
        /* 72 B read and written; a size of parts is 8 B more, two sizes 16 B */
        {"in c f32[6,3] int i 1 s = SplitToSequence(c) y = SequenceAt(s, i) out y", "fp32 1x3",
         144},
        {"in c f32[6,3] int i 1 s = SplitToSequence(c) keepdims=0 y = SequenceAt(s, i) out y",
         "fp32 3", 144},
        {"in c f32[6,3] int i 1 s = SplitToSequence(c) axis=-1 y = SequenceAt(s, i) out y",
         "fp32 6x1", 144},
        {"in c f32[6,3] int i 1 int p 4 s = SplitToSequence(c, p) y = SequenceAt(s, i) out y",
         "fp32 2x3", 152},
        {"in c f32[6,3] int i 1 ints p [1,5] s = SplitToSequence(c, p) y = SequenceAt(s, i) out y",
         "fp32 5x3", 160},
        {"in c f32[6,3] in p i64[] int i 1 s = SplitToSequence(c, p) y = SequenceAt(s, i) out y",
         "fp32 ?x3", 152},
        {"in c f32[600,3] s = SplitToSequence(c) y = ConcatFromSequence(s) axis=0 out y",
         "fp32 600x3", 4 * 7200},
        /* sizes that go through a sequence: the shape of c, element by element, turned around */
        {"in c f32[6,3] int zero 0 int one 1 d = Shape(c) s = SplitToSequence(d)"
         " p = SequenceAt(s, one) q = SequenceAt(s, zero) t = SequenceConstruct(p, q)"
         " k = ConcatFromSequence(t) axis=0 y = Reshape(c, k) out y",
         "fp32 3x6", -1},
    };
    CHECK_ALL(cases);
}

static void bodies_run_once_for_each_element(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* Split 72 + 72, Relu 6 x (12 + 12), Concat 72 + 72 */
        {"in c f32[6,3] s = SplitToSequence(c) t = SequenceMap(s) body={ arg e r = Relu(e) out r }"
         " y = ConcatFromSequence(t) axis=0 out y",
         "fp32 6x3", 432},
        /* elements of unlike shapes are still known one by one */
        {AB "s = SequenceConstruct(a, b) t = SequenceMap(s) body={ arg e r = Relu(e) out r }"
            " y = SequenceAt(t, one) z = ConcatFromSequence(t) axis=0 out y out z",
         "fp32 4x3, fp32 6x3", -1},
        /* a tensor beside the sequence is whole in each iteration; two results */
        {AB "s = SequenceConstruct(b, b) t, u = SequenceMap(s, a)"
            " body={ arg e arg w r = Concat(e, w) axis=0 k = Neg(w) out r out k }"
            " y = SequenceAt(t, zero) z = SequenceAt(u, zero) out y out z",
         "fp32 6x3, fp32 2x3", -1},
        /* a sequence that a loop makes, element by element */
        {AB "e = SequenceEmpty() int n 3 s = Loop(n, _, e)"
            " body={ arg i arg c arg q p = SequenceInsert(q, a) out c out p }"
            " y = ConcatFromSequence(s) axis=1 new_axis=1 out y",
         "fp32 2x3x3", 144},
        {AB "e = SequenceEmpty() in n i64[] s = Loop(n, _, e)"
            " body={ arg i arg c arg q p = SequenceInsert(q, a) out c out p }"
            " y = ConcatFromSequence(s) axis=0 new_axis=1 out y",
         "fp32 ?x2x3", -1},
        /* branches with sequences of unlike lengths */
        {AB "in h bool[] s = If(h) then_branch={ t = SequenceConstruct(a, b) out t }"
            " else_branch={ t = SequenceConstruct(a) out t } y = SequenceAt(s, zero)"
            " z = ConcatFromSequence(s) axis=0 out y out z",
         "fp32 ?x3, fp32 ?x3", -1},
    };
    CHECK_ALL(cases);
}

static void optionals_tell_what_they_hold(void **state) {
    (void)state;
#define CHOOSE                                                                                     \
    " h = OptionalHasElement(o) y = If(h)"                                                         \
    " then_branch={ g = OptionalGetElement(o) r = Relu(g) out r }"                                 \
    " else_branch={ r = Neg(b) out r } out y"
    static const text_case cases[] = {
        {AB "o = Optional(a)" CHOOSE, "fp32 2x3", 48},
        {AB "o = Optional() type=type f32[2,3]" CHOOSE, "fp32 4x3", 96},
        {AB "in o optional(f32[2,3])" CHOOSE, "fp32 ?x3 ~4x3", 96}, /* the costlier branch */
        /* a tensor is what it holds; so is a sequence; nothing at all is not */
        {AB "o = Identity(a)" CHOOSE, "fp32 2x3", 96},
        {AB "s = SequenceConstruct(a, b) o = Optional(s) g = OptionalGetElement(o)"
            " y = SequenceAt(g, one) out y",
         "fp32 4x3", 0},
        {AB "h = OptionalHasElement() y = If(h) then_branch={ out a } else_branch={ out b } out y",
         "fp32 4x3", 0},
        {AB "h = OptionalHasElement(a) out h", "bool ", 0},
    };
    CHECK_ALL(cases);
}

static void what_no_valid_model_holds_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *model, *expected;
    } cases[] = {
        {AB "int two 2 s = SequenceConstruct(a, b) y = SequenceAt(s, two) out y",
         "node #1 (SequenceAt) is invalid: position 2 of a sequence of 2"},
        {AB "int three 3 s = SequenceConstruct(a, b) y = SequenceInsert(s, a, three) out y",
         "node #1 (SequenceInsert) is invalid: position 3 of a sequence of 3"},
        {AB "s = SequenceEmpty() y = SequenceErase(s) out y",
         "node #1 (SequenceErase) is invalid: nothing can be erased from an empty sequence"},
        {AB "s = SplitToSequence(a, zero) out s",
         "node #0 (SplitToSequence) is invalid: parts of 0 elements"},
        {AB "s = SplitToSequence(a) axis=2 out s",
         "node #0 (SplitToSequence) is invalid: axis 2 is outside a tensor of 2 dimensions"},
        {AB "s = SequenceConstruct(a) y = ConcatFromSequence(s) axis=3 new_axis=1 out y",
         "node #1 (ConcatFromSequence) is invalid: axis 3 is outside a tensor of 3 dimensions"},
        {AB "o = Optional() type=type f32[2] y = OptionalGetElement(o) out y",
         "node #1 (OptionalGetElement) is invalid: the optional is empty"},
        {AB "s = SequenceConstruct(a) y = SequenceMap(s) body={ arg e arg f out e } out y",
         "node #1 (SequenceMap) is invalid: the body has 2 inputs instead of 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        text_check_refused(cases[i].model, cases[i].expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_found_by_position),
        cmocka_unit_test(lengths_are_known),
        cmocka_unit_test(joining_and_splitting_moves_data),
        cmocka_unit_test(bodies_run_once_for_each_element),
        cmocka_unit_test(optionals_tell_what_they_hold),
        cmocka_unit_test(what_no_valid_model_holds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
