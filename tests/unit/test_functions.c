/* Calls of local functions: what they become, and what is refused. */
#include "text_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

typedef struct text_case {
    const char *model;
    const char *expected; /* the rows, or the error behind "m.onnx: " */
} text_case;

static void check_rows(const text_case *c) {
    text_run r = text_analyze(c->model, NULL, NULL);
    text_check(r.analysis, c->expected, NULL);
    text_free(r);
}

/* x is 2x8 fp32, 64 B. Relu 1 and LeakyRelu 2 FLOP for each of its 16 elements; each reads and
 * writes 64 B. */
#define X "in x f32[2,8] "

static void calls_become_the_nodes_of_the_body(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* ids name the call; what follows keeps its own number */
        {X "y = my.F(x) z = Relu(y) out z"
           " function my.F(a) -> (b) { t = Relu(a) b = LeakyRelu(t) }",
         "#0/F/#0 Relu counted 1x 16 FLOP 128 B\n"
         "#0/F/#1 LeakyRelu counted 1x 32 FLOP 128 B\n"
         "#1 Relu counted 1x 16 FLOP 128 B\n"
         "total 64 FLOP 384 B ideal 128 B peak 128 B at #0/F/#0\n"},
        /* calls in calls; two calls of the same function share no names */
        {X "y = my.G(x) out y"
           " function my.G(a) -> (b) { t = my.F(a) b = my.F(t) }"
           " function my.F(a) -> (b) { t = Relu(a) b = Relu(t) }",
         "#0/G/#0/F/#0 Relu counted 1x 16 FLOP 128 B\n"
         "#0/G/#0/F/#1 Relu counted 1x 16 FLOP 128 B\n"
         "#0/G/#1/F/#0 Relu counted 1x 16 FLOP 128 B\n"
         "#0/G/#1/F/#1 Relu counted 1x 16 FLOP 128 B\n"
         "total 64 FLOP 512 B ideal 128 B peak 128 B at #0/G/#0/F/#0\n"},
        /* overloads are functions of their own; one in another domain is not meant */
        {X "y = my.F:two(x) z = F(y) out z"
           " function my.F(a) -> (b) { b = Relu(a) }"
           " function my.F:two(a) -> (b) { b = LeakyRelu(a) }"
           " function F(a) -> (b) { b = Abs(a) }",
         "#0/F/#0 LeakyRelu counted 1x 32 FLOP 128 B\n"
         "#1/F/#0 Abs counted 1x 16 FLOP 128 B\n"
         "total 48 FLOP 256 B ideal 128 B peak 128 B at #0/F/#0\n"},
        /* a function goes before the operator of the same name */
        {X "y = Relu(x) out y function Relu(a) -> (b) { b = LeakyRelu(a) }",
         "#0/Relu/#0 LeakyRelu counted 1x 32 FLOP 128 B\n"
         "total 32 FLOP 128 B ideal 128 B peak 128 B at #0/Relu/#0\n"},
        /* one that nothing calls is nothing, whatever it calls */
        {X "y = Relu(x) out y function my.F(a) -> (b) { b = my.F(a) }",
         "#0 Relu counted 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 128 B at #0\n"},
        /* nodes may come in any order around a call, and a body in its own names */
        {X "z = Relu(y) y = my.F(x) out z function my.F(y) -> (z) { x = Relu(y) z = Abs(x) }",
         "#1/F/#0 Relu counted 1x 16 FLOP 128 B\n"
         "#1/F/#1 Abs counted 1x 16 FLOP 128 B\n"
         "#0 Relu counted 1x 16 FLOP 128 B\n"
         "total 48 FLOP 384 B ideal 128 B peak 128 B at #1/F/#0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_rows(&cases[i]);
}

static void inputs_and_outputs_may_be_left_out(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* Clip without bounds reads x alone; the second result has no reader and is dead */
        {X "y = my.F(x) out y"
           " function my.F(a, low, high) -> (b, c) { b = Clip(a, low, high) c = Abs(b) }",
         "#0/F/#0 Clip counted 1x 32 FLOP 128 B\n"
         "#0/F/#1 Abs dead\n"
         "total 32 FLOP 128 B ideal 128 B peak 128 B at #0/F/#0\n"},
        {X "_, y = my.F(x, _) out y"
           " function my.F(a, high) -> (b, c) { b = Neg(a) c = Clip(a, _, high) }",
         "#0/F/#0 Neg dead\n"
         "#0/F/#1 Clip counted 1x 32 FLOP 128 B\n"
         "total 32 FLOP 128 B ideal 128 B peak 128 B at #0/F/#1\n"},
        /* an input that is an output, and an output that is listed twice, are views: Identity */
        {X "y, z, u = my.F(x) out y out z out u function my.F(a) -> (b, a, b) { b = Relu(a) }",
         "#0/F/#0 Relu counted 1x 16 FLOP 128 B\n"
         "#0/F/#1 Identity counted 1x 0 FLOP 128 B\n"
         "#0/F/#2 Identity counted 1x 0 FLOP 128 B\n"
         "total 16 FLOP 384 B ideal 128 B peak 128 B at #0/F/#0\n"},
        /* a subgraph of a body sees the arguments of the call, also those of a graph around */
        {X "bool c 1 y = If(c) then_branch={ r = my.F(x) out r } else_branch={ s = Abs(x) out s }"
           " out y function my.F(a, low) -> (b)"
           " { t = Equal(a, a) u = ReduceMin(t) b = If(u)"
           " then_branch={ r = Clip(a, low) out r } else_branch={ r = Clip(a, low) out r } }",
         "#0 If counted 1x 0 FLOP 0 B\n"
         /* bool outputs: 16 B read twice 64 B once; 16 bool -> 1: 15 integer operations */
         "#0/then_branch/#0/F/#0 Equal counted 1x 16 FLOP 80 B\n"
         "#0/then_branch/#0/F/#1 ReduceMin counted 1x 0 FLOP 17 B\n"
         "#0/then_branch/#0/F/#2 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0/F/#2/then_branch/#0 Clip estimated 1x 32 FLOP 128 B\n"
         "#0/then_branch/#0/F/#2/else_branch/#0 Clip dead\n"
         "total 48 FLOP 225 B ideal 128 B peak 129 B at "
         "#0/then_branch/#0/F/#2/then_branch/#0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_rows(&cases[i]);
}

/* Gemm of 2x8 and 8x4 or 4x8: 64 macs, 128 FLOP; reads 64 + 128, writes 32 B. */
static void attributes_of_the_call_reach_the_body(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* given; by default; left out, so that Gemm's own default counts (no transposition) */
        {X "weight w f32[4,8] y = my.F(x, w) t=1 out y"
           " function my.F(a, w) -> (b) defaults t=0 { b = Gemm(a, w) transB=@t }",
         "#0/F/#0 Gemm counted 1x 128 FLOP 224 B\n"
         "total 128 FLOP 224 B ideal 224 B peak 96 B at #0/F/#0\n"},
        {X "weight w f32[4,8] y = my.F(x, w) out y"
           " function my.F(a, w) -> (b) defaults t=1 { b = Gemm(a, w) transB=@t }",
         "#0/F/#0 Gemm counted 1x 128 FLOP 224 B\n"
         "total 128 FLOP 224 B ideal 224 B peak 96 B at #0/F/#0\n"},
        {X "weight w f32[8,4] y = my.F(x, w) out y"
           " function my.F(a, w) -> (b) { b = Gemm(a, w) transB=@t }",
         "#0/F/#0 Gemm counted 1x 128 FLOP 224 B\n"
         "total 128 FLOP 224 B ideal 224 B peak 96 B at #0/F/#0\n"},
        /* handed on under another name, two calls deep */
        {X "weight w f32[4,8] y = my.F(x, w) outer=1 out y"
           " function my.F(a, w) -> (b) { b = my.G(a, w) t=@outer }"
           " function my.G(a, w) -> (b) { b = Gemm(a, w) transB=@t }",
         "#0/F/#0/G/#0 Gemm counted 1x 128 FLOP 224 B\n"
         "total 128 FLOP 224 B ideal 224 B peak 96 B at #0/F/#0/G/#0\n"},
        /* inside a subgraph of the body */
        {X "weight w f32[4,8] in c bool[] y = my.F(x, w, c) t=1 out y"
           " function my.F(a, w, c) -> (b) { b = If(c)"
           " then_branch={ r = Gemm(a, w) transB=@t out r }"
           " else_branch={ r = Gemm(a, w) transB=@t out r } }",
         "#0/F/#0 If counted 1x 0 FLOP 0 B\n"
         "#0/F/#0/then_branch/#0 Gemm estimated 1x 128 FLOP 224 B\n"
         "#0/F/#0/else_branch/#0 Gemm dead\n"
         "total 128 FLOP 224 B ideal 224 B peak 97 B at #0/F/#0/then_branch/#0\n"},
        /* a graph: it sees the names around the call, and serves two nodes */
        {X "in c bool[] a = Neg(x) y = my.F(c) body={ r = Relu(a) out r } out y"
           " function my.F(a) -> (b) { b = If(a) then_branch=@body else_branch=@body }",
         "#0 Neg counted 1x 16 FLOP 128 B\n"
         "#1/F/#0 If counted 1x 0 FLOP 0 B\n"
         "#1/F/#0/then_branch/#0 Relu estimated 1x 16 FLOP 128 B\n"
         "#1/F/#0/else_branch/#0 Relu dead\n"
         "total 32 FLOP 256 B ideal 128 B peak 129 B at #0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_rows(&cases[i]);
}

/* Before version 7 Add aligned its second operand with an axis: 2x3x8 + 2, 48 FLOP, 192 + 8 B read
 * and 192 B written. Today these shapes do not broadcast. */
static void a_function_has_its_own_operator_sets(void **state) {
    (void)state;
    static const char model[] = "in x f32[2,3,8] in w f32[2] y = my.F(x, w) out y"
                                " function my.F(a, w) -> (b) opset %s { b = Add(a, w)"
                                " broadcast=1 axis=0 }";
    char text[sizeof model + 8];
    snprintf(text, sizeof text, model, "6");
    check_rows(&(text_case){text, "#0/F/#0 Add counted 1x 48 FLOP 392 B\n"
                                  "total 48 FLOP 392 B ideal 392 B peak 392 B at #0/F/#0\n"});
    snprintf(text, sizeof text, model, "17");
    roof_error e = ROOF_ERROR_INIT;
    roof_model *m = model_of_text(text, &e);
    assert_non_null(m);
    assert_null(roof_analyze(m, NULL, NULL, &e));
    assert_string_equal(e.text,
                        "m.onnx: node #0/F/#0 (Add) is invalid: dimensions 8 and 2 cannot be "
                        "broadcast");
    roof_model_free(m);
}

static void scopes_come_from_the_call(void **state) {
    (void)state;
    static const struct {
        const char *call, *scope;
    } cases[] = {
        {"y = my.F(x)", "F/G"}, /* nothing but the functions has a name */
        {"\"/block/layer\" y = my.F(x)", "block/layer/G"},
        {"\"layer\" y = my.F(x)", "layer/G"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        char text[512];
        strcpy(text, X);
        strcat(text, cases[i].call);
        strcat(text, " out y function my.F(a) -> (b) { t = Relu(a) b = my.G(t) }"
                     " function my.G(a) -> (b) { \"/own/Relu\" t = Relu(a) b = Relu(t) }");
        roof_model *m = model_of_text(text, &e);
        roof_analysis *a = roof_analyze(m, NULL, NULL, &e);
        assert_non_null(a);
        assert_string_equal(roof_analysis_row(a, 1)->scope, "own");
        assert_string_equal(roof_analysis_row(a, 2)->scope, cases[i].scope);
        roof_analysis_free(a);
        roof_model_free(m);
    }
}

static void faults_are_one_clear_line(void **state) {
    (void)state;
    static const text_case cases[] = {
        {X "y = my.F(x) out y function my.F(a) -> (b) { b = my.G(a) }"
           " function my.G(a) -> (b) { b = my.F(a) }",
         "the local function \"F\" calls itself: F -> G -> F"},
        {X "y = my.F(x) out y function my.F(a) -> (b) { b = If(a)"
           " then_branch={ r = my.F(a) out r } else_branch={ r = Relu(a) out r } }",
         "the local function \"F\" calls itself: F -> F"},
        {X "y = my.F(x, x) out y function my.F(a) -> (b) { b = Relu(a) }",
         "node #0 F has more inputs than its local function \"F\""},
        {X "y, z = my.F(x) out y function my.F(a) -> (b) { b = Relu(a) }",
         "node #0 F has more outputs than its local function \"F\""},
        {X "y = my.F(x) out y function my.F(a) -> (b) { c = Relu(a) }",
         "node #0 F calls a local function that does not write its output \"b\""},
        {X "y = my.F(x) out y function my.F(a) -> (b) { b = Add(a, x) }",
         "node #0/F/#0 Add uses what nothing in its function defines: \"x\""},
        {X "y = my.F(x) out y function my.F(a) -> (b) { a = Relu(a) b = Relu(a) }",
         "node #0/F/#0 Relu writes \"a\", which is an input of its function"},
        {X "y = my.F(x) out y function my.F(a) -> (b) { b = Relu(a) b = Abs(a) }",
         "node #0/F/#1 Abs writes \"y\", which is already the output of node #0/F/#0 Relu"},
        {X "y = my.F(x) y = Relu(x) out y function my.F(a) -> (b) { b = Relu(a) }",
         "node #1 Relu writes \"y\", which is already the output of node #0/F/#0 Relu"},
        {X "y = my.F() out y function my.F(a) -> (a) { b = Relu(a) }",
         "node #0 F leaves out what is to be its output \"y\""},
        {X "y = my.F(x) out y function my.F(a) -> (b) { b = Relu(a) }"
           " function my.F(a) -> (b) { b = Abs(a) }",
         "the local function \"F\" is defined twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_null(model_of_text(cases[i].model, &e));
        assert_int_equal(e.status, ROOF_DAMAGED);
        assert_int_equal(strncmp(e.text, "m.onnx: ", 8), 0);
        assert_string_equal(e.text + 8, cases[i].expected);
    }
}

/* --- explosions --- */

static long peak_kb(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

/* F0 calls F1 twice, F1 calls F2 twice, ...: `levels` of them, and the last is `leaf`. */
static char *doubling_functions(int levels, const char *leaf) {
    char *text = calloc(1, 256 + 80 * (size_t)levels + strlen(leaf)), line[96];
    if (!text)
        abort();
    strcpy(text, X "y = my.F0(x) out y");
    for (int i = 0; i < levels; i++) {
        snprintf(line, sizeof line, " function my.F%d(a) -> (b) { t = my.F%d(a) b = my.F%d(t) }", i,
                 i + 1, i + 1);
        strcat(text, line);
    }
    snprintf(line, sizeof line, " function my.F%d(a) -> (b) { %s }", levels, leaf);
    return strcat(text, line);
}

static void explosions_are_refused_at_once(void **state) {
    (void)state;
    static const struct {
        int levels;
        const char *expected;
    } cases[] = {
        /* a leaf takes itself and its node: 2; a level takes itself, two calls and what these take:
         * 3 + 2 n, so that n(levels) = 5 x 2^levels - 3 */
        {40,
         "node #0 F0 calls a local function of 5497558138877 nodes; all calls may take 2000000"},
        {62, "node #0 F0 takes more than 2^63 nodes: its local function explodes"},
        {19, "node #0 F0 calls a local function of 2621437 nodes; all calls may take 2000000"},
        /* more calls in calls than messages may be nested */
        {120, "damaged at byte "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = doubling_functions(cases[i].levels, "b = Relu(a)");
        roof_error e = ROOF_ERROR_INIT;
        clock_t start = clock();
        long before = peak_kb();
        assert_null(model_of_text(text, &e));
        assert_true((clock() - start) / CLOCKS_PER_SEC < 1);
        assert_true(peak_kb() - before < 64 << 10);
        e.text[8 + strlen(cases[i].expected)] = '\0';
        assert_string_equal(e.text + 8, cases[i].expected);
        free(text);
    }
}

/* 2^15 calls of a function are many, and fine. */
static void many_calls_are_expanded(void **state) {
    (void)state;
    char *text = doubling_functions(15, "b = Relu(a)");
    text_run r = text_analyze(text, NULL, NULL);
    assert_int_equal(roof_analysis_rows(r.analysis), 1 << 15);
    assert_int_equal(roof_analysis_totals(r.analysis)->work.flops, 16 << 15);
    text_free(r);
    free(text);
}

/* A graph that is handed to functions is read once for each node that uses it: 3^20 times here. */
static void graphs_cannot_multiply_without_end(void **state) {
    (void)state;
    char text[8192] = X "in c bool[] y = my.F0(x, c) g={ r = Relu(x) out r } out y", line[256];
    for (int i = 0; i < 12; i++) {
        snprintf(line, sizeof line,
                 " function my.F%d(a, c) -> (b) { b = my.F%d(a, c) g={ s = If(c)"
                 " then_branch=@g else_branch=@g out s } }",
                 i, i + 1);
        strcat(text, line);
    }
    strcat(text, " function my.F12(a, c) -> (b) { b = If(c) then_branch=@g else_branch=@g }");
    roof_error e = ROOF_ERROR_INIT;
    clock_t start = clock();
    roof_model *m = model_of_text(text, &e);
    assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
    roof_model_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_become_the_nodes_of_the_body),
        cmocka_unit_test(inputs_and_outputs_may_be_left_out),
        cmocka_unit_test(attributes_of_the_call_reach_the_body),
        cmocka_unit_test(a_function_has_its_own_operator_sets),
        cmocka_unit_test(scopes_come_from_the_call),
        cmocka_unit_test(faults_are_one_clear_line),
        cmocka_unit_test(explosions_are_refused_at_once),
        cmocka_unit_test(many_calls_are_expanded),
        cmocka_unit_test(graphs_cannot_multiply_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
