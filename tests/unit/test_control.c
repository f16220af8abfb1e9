/* Rows of subgraphs: which there are, how often they execute, what they move, what holds of them.
 * Figures by hand: x is 2x8 fp32 (64 B), Relu 1 and LeakyRelu 2 FLOP per element, each reads and
 * writes 64 B. */
#include "small_device.h"
#include "text_check.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

typedef struct text_case {
    const char *model, *rows;
    const char *outputs; /* "fp32 2x8, fp32 ?x8" */
} text_case;

static void check_case(const text_case *c) {
    text_run r = text_analyze(c->model, NULL, NULL);
    text_check(r.analysis, c->rows, c->outputs);
    text_free(r);
}

#define X      "in x f32[2,8] "
#define EITHER " then_branch={ r = Relu(x) out r } else_branch={ r = LeakyRelu(x) out r } out y"

static void the_taken_branch_is_counted(void **state) {
    (void)state;
    static const text_case cases[] = {
        {X "bool c 1 y = If(c)" EITHER,
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Relu counted 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 128 B at #0/then_branch/#0\n",
         "fp32 2x8"},
        {X "bool c 0 y = If(c)" EITHER,
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/else_branch/#0 LeakyRelu counted 1x 32 FLOP 128 B\n"
         "total 32 FLOP 128 B ideal 128 B peak 128 B at #0/else_branch/#0\n",
         "fp32 2x8"},
        /* a condition that follows from shapes, as exporters write squeezes: x has 2 rows */
        {X "int one 1 int zero 0 s = Shape(x) d = Gather(s, zero) c = Equal(d, one) y = If(c)"
           " then_branch={ ints a [0] r = Squeeze(x, a) out r }"
           " else_branch={ r = Identity(x) out r } out y",
         "#0 Shape folded\n#1 Gather folded\n#2 Equal folded\n"
         "#3 If counted 1x 0 FLOP 0 B\n"
         "#3/else_branch/#0 Identity counted 1x 0 FLOP 128 B\n"
         "total 0 FLOP 128 B ideal 0 B peak 64 B at \n",
         "fp32 2x8"},
        /* what a branch computes from shapes alone goes on being folded behind it */
        {X "bool c 1 k = If(c) then_branch={ s = Shape(x) out s }"
           " else_branch={ ints s [4,4] out s } y = Expand(x, k) out y",
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Shape folded\n"
         "#1 Expand counted 1x 0 FLOP 128 B\n"
         "total 0 FLOP 128 B ideal 128 B peak 128 B at #1\n",
         "fp32 2x8"},
        /* a branch without nodes hands a value of the graph around on: nothing is moved */
        {X "bool c 1 a = Neg(x) y = If(c) then_branch={ out a } else_branch={ out x } out y",
         "#0 Neg counted 1x 16 FLOP 128 B\n"
         "#1 If counted 1x 0 FLOP 0 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 128 B at #0\n",
         "fp32 2x8"},
        /* what no output of the branch needs is dead */
        {X "bool c 1 y = If(c) then_branch={ d = Exp(x) r = Relu(x) out r }"
           " else_branch={ r = Abs(x) out r } out y",
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Exp dead\n"
         "#0/then_branch/#1 Relu counted 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 128 B at #0/then_branch/#1\n",
         "fp32 2x8"},
        /* one that nothing needs is dead with all that is in it */
        {X "bool c 1 d = If(c) then_branch={ r = Relu(x) out r }"
           " else_branch={ r = Abs(x) out r } y = Neg(x) out y",
         "#0 If dead\n"
         "#1 Neg counted 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 128 B at #1\n",
         "fp32 2x8"},
    };
    CHECK_ALL(cases);
}

/* The condition is an input: 1 B that lives until the If is done. */
static void of_an_open_condition_the_costlier_branch_is_counted(void **state) {
    (void)state;
    static const text_case cases[] = {
        {X "in c bool[] y = If(c)" EITHER,
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Relu dead\n"
         "#0/else_branch/#0 LeakyRelu estimated 1x 32 FLOP 128 B\n"
         "total 32 FLOP 128 B ideal 128 B peak 129 B at #0/else_branch/#0\n",
         "fp32 2x8"},
        /* equal FLOPs: more bytes. Two transposes move 256 B, one Identity 128 B */
        {X "in c bool[] y = If(c) then_branch={ r = Identity(x) out r }"
           " else_branch={ t = Transpose(x) r = Transpose(t) out r } out y",
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Identity dead\n"
         "#0/else_branch/#0 Transpose estimated 1x 0 FLOP 128 B\n"
         "#0/else_branch/#1 Transpose estimated 1x 0 FLOP 128 B\n"
         "total 0 FLOP 256 B ideal 128 B peak 193 B at #0/else_branch/#1\n",
         "fp32 2x8"},
        /* a choice within a choice: 16 + 32 FLOP are more than 32; repeats count */
        {X "in c bool[] y = If(c) then_branch={ a = Relu(x) r = If(c)"
           " then_branch={ r = Relu(a) out r } else_branch={ r = LeakyRelu(a) out r } out r }"
           " else_branch={ r = LeakyRelu(x) out r } out y",
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 Relu estimated 1x 16 FLOP 128 B\n"
         "#0/then_branch/#1 If estimated 1x 0 FLOP 0 B\n"
         "#0/then_branch/#1/then_branch/#0 Relu dead\n"
         "#0/then_branch/#1/else_branch/#0 LeakyRelu estimated 1x 32 FLOP 128 B\n"
         "#0/else_branch/#0 LeakyRelu dead\n"
         "total 48 FLOP 256 B ideal 128 B peak 193 B at #0/then_branch/#1/else_branch/#0\n",
         "fp32 2x8"},
        {X "in c bool[] int n 3 y = If(c) then_branch={ r = LeakyRelu(x) out r }"
           " else_branch={ r = Loop(n, _, x) body={ arg i arg d arg s t = Relu(s) out d out t }"
           " out r } out y",
         "#0 If counted 1x 0 FLOP 0 B\n"
         "#0/then_branch/#0 LeakyRelu dead\n"
         "#0/else_branch/#0 Loop estimated 1x 0 FLOP 0 B\n"
         "#0/else_branch/#0/body/#0 Relu estimated 3x 16 FLOP 128 B\n"
         "total 48 FLOP 384 B ideal 128 B peak 129 B at #0/else_branch/#0/body/#0\n",
         "fp32 2x8"},
        /* dims that differ are unknown; ranks that differ too */
        {X "in c bool[] w = Identity(x) ints a [1,2,8] y, z = If(c)"
           " then_branch={ r = Concat(x, x) axis=0 s = Relu(x) out r out s }"
           " else_branch={ r = Relu(x) s = Reshape(x, a) out r out s } out y out z",
         "#0 Identity dead\n"
         "#1 If estimated 1x 0 FLOP 0 B\n"
         "#1/then_branch/#0 Concat estimated 1x 0 FLOP 192 B\n" /* 64 read, 128 written */
         "#1/then_branch/#1 Relu estimated 1x 16 FLOP 128 B\n"
         "#1/else_branch/#0 Relu dead\n"
         "#1/else_branch/#1 Reshape dead\n"
         "total 16 FLOP 320 B ideal 256 B peak 257 B at #1/then_branch/#1\n",
         "fp32 ?x8 ~4x8, fp32 * ~2x8"},
    };
    CHECK_ALL(cases);
}

/* MatMul of 2x8 by 8x8: 128 macs, 256 FLOP; reads 64 + 256, writes 64: 384 B. */
static void loops_multiply_their_rows(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* the weight is read in each iteration, in `ideal` once: x 64 + w 256 + y 64 + z 320 */
        {X "weight w f32[8,8] int n 5 y, z = Loop(n, _, x) body={ arg i arg c arg s"
           " t = MatMul(s, w) k = Relu(t) out c out t out k } out y out z",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 MatMul counted 5x 256 FLOP 384 B\n"
         "#0/body/#1 Relu counted 5x 16 FLOP 128 B\n"
         /* live: x (until the loop is done), z as a whole, t, k */
         "total 1360 FLOP 2560 B ideal 704 B peak 512 B at #0/body/#1\n",
         "fp32 2x8, fp32 5x2x8"},
        /* too many iterations to look at each; ideal: x 64 + y 64 + z 64000 */
        {X "int n 1000 y, z = Loop(n, _, x) body={ arg i arg c arg s"
           " t = Relu(s) out c out t out t } out y out z",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu counted 1000x 16 FLOP 128 B\n"
         "total 16000 FLOP 128000 B ideal 64128 B peak 64128 B at #0/body/#0\n",
         "fp32 2x8, fp32 1000x2x8"},
        {X "int n 3 int m 2 y = Loop(n, _, x) body={ arg i arg c arg s"
           " r = Loop(m, _, s) body={ arg j arg d arg u v = Relu(u) out d out v } out c out r }"
           " out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Loop counted 3x 0 FLOP 0 B\n"
         "#0/body/#0/body/#0 Relu counted 6x 16 FLOP 128 B\n"
         "total 96 FLOP 768 B ideal 128 B peak 128 B at #0/body/#0/body/#0\n",
         "fp32 2x8"},
        /* a weight that is only handed on is still that weight */
        {X "weight w f32[8,8] int n 4 y, v = Loop(n, _, x, w) body={ arg i arg c arg s arg w"
           " t = MatMul(s, w) u = Identity(w) out c out t out u } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 MatMul counted 4x 256 FLOP 384 B\n"
         "#0/body/#1 Identity folded\n"
         "total 1024 FLOP 1536 B ideal 384 B peak 128 B at #0/body/#0\n",
         "fp32 2x8"},
        /* no iteration: what goes in comes out */
        {X "int n 0 y, z = Loop(n, _, x) body={ arg i arg c arg s t = Relu(s) out c out t out t }"
           " out y out z",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "total 0 FLOP 0 B ideal 0 B peak 64 B at \n",
         "fp32 2x8, fp32 0x2x8"},
        {X "int n 3 bool c 0 y = Loop(n, c, x) body={ arg i arg c arg s t = Relu(s) out c out t }"
           " out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "total 0 FLOP 0 B ideal 0 B peak 64 B at \n",
         "fp32 2x8"},
    };
    CHECK_ALL(cases);
}

static void trip_counts_are_found(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* a loop that ends by its condition: k = 0, 1, 2. Add reads 8 + 8 and writes 8 B, Less
         * writes 1 B; ideal: x, y and three constants of 8 B */
        {X "int zero 0 int three 3 int one 1 bool t 1 y, k = Loop(_, t, x, zero)"
           " body={ arg i arg c arg s arg k u = Relu(s) l = Add(k, one) d = Less(l, three)"
           " out d out u out l } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu counted 3x 16 FLOP 128 B\n"
         "#0/body/#1 Add counted 3x 0 FLOP 24 B\n"
         "#0/body/#2 Less counted 3x 0 FLOP 17 B\n"
         "total 48 FLOP 507 B ideal 152 B peak 137 B at #0/body/#2\n",
         "fp32 2x8"},
        /* by its condition before its count */
        {X "int n 9223372036854775807 int one 1 bool t 1 y = Loop(n, t, x)"
           " body={ arg i arg c arg s u = Relu(s) d = Less(i, one) out d out u } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu counted 2x 16 FLOP 128 B\n"
         "#0/body/#1 Less counted 2x 0 FLOP 17 B\n"
         "total 32 FLOP 290 B ideal 136 B peak 129 B at #0/body/#1\n",
         "fp32 2x8"},
        /* unknown count; unknown first condition; one that follows from data */
        {X
         "in n i64[] y, z = Loop(n, _, x) body={ arg i arg c arg s u = Relu(s) out c out u out u }"
         " out y out z",
         "#0 Loop estimated 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu estimated 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 192 B peak 200 B at #0/body/#0\n",
         "fp32 2x8, fp32 ?x2x8 ~1x2x8"},
        {X
         "int n 3 in b bool[] y = Loop(n, b, x) body={ arg i arg c arg s u = Relu(s) out c out u }"
         " out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu estimated 1x 16 FLOP 128 B\n"
         "total 16 FLOP 128 B ideal 128 B peak 129 B at #0/body/#0\n",
         "fp32 2x8"},
        {X "int n 3 in b bool[] y = Loop(n, _, x)"
           " body={ arg i arg c arg s u = Relu(s) d = Not(b) out d out u } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Relu estimated 1x 16 FLOP 128 B\n"
         "#0/body/#1 Not estimated 1x 0 FLOP 2 B\n"
         "total 16 FLOP 130 B ideal 129 B peak 130 B at #0/body/#1\n",
         "fp32 2x8"},
        /* a count that exceeds what can be counted */
        {X "int n 9223372036854775807 y = Loop(n, _, x) body={ arg i arg c arg s u = Loop(n, _, s)"
           " body={ arg i arg c arg s u = Relu(s) out c out u } out c out u } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Loop counted 9223372036854775807x 0 FLOP 0 B\n"
         "#0/body/#0/body/#0 Relu unknown ?x 16 FLOP 128 B\n"
         "at least 0 FLOP 0 B ideal 128 B peak 128 B at #0/body/#0/body/#0\n",
         "fp32 2x8"},
    };
    CHECK_ALL(cases);
}

static void shapes_follow_the_iterations(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* 2, 4, 8, 16 rows: known behind the loop, within it those of the second iteration */
        {X
         "int n 3 y = Loop(n, _, x) body={ arg i arg c arg s t = Concat(s, s) axis=0 out c out t }"
         " out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Concat estimated 3x 0 FLOP 384 B\n"
         "total 0 FLOP 1152 B ideal 320 B peak 320 B at #0/body/#0\n",
         "fp32 16x8"},
        /* too many iterations: the rows differ, the columns do not; of the middle one is assumed
         * what 50 others leave: 2 + 50 x 2 rows of 32 B are read, and 2, and 104 written */
        {X "int n 100 y = Loop(n, _, x)"
           " body={ arg i arg c arg s t = Concat(s, x) axis=0 out c out t } out y",
         "#0 Loop estimated 1x 0 FLOP 0 B\n"
         "#0/body/#0 Concat estimated 100x 0 FLOP 6656 B\n"
         "total 0 FLOP 665600 B ideal 3392 B peak 3392 B at #0/body/#0\n",
         "fp32 ?x8 ~202x8"},
        /* the rank differs: nothing is known but the type, and that it is a view of x */
        {X "ints a [0] int n 100 y = Loop(n, _, x)"
           " body={ arg i arg c arg s t = Unsqueeze(s, a) out c out t } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Unsqueeze unknown 100x 0 FLOP ? B\n"
         "at least 0 FLOP 0 B ideal 0 B peak 64 B at \n",
         "fp32 *"},
        /* a slice that each iteration takes elsewhere has one size: Slice reads and writes 1x8
         * fp32 (32 B each) and three indices; Add on an index 24, Unsqueeze 16 B */
        {X "ints zero [0] int one 1 int n 2 z = Loop(n, _) body={ arg i arg c j = Add(i, one)"
           " a = Unsqueeze(i, zero) b = Unsqueeze(j, zero) s = Slice(x, a, b, zero) out c out s }"
           " out z",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Add counted 2x 0 FLOP 24 B\n"
         "#0/body/#1 Unsqueeze counted 2x 0 FLOP 24 B\n"
         "#0/body/#2 Unsqueeze counted 2x 0 FLOP 24 B\n"
         "#0/body/#3 Slice counted 2x 0 FLOP 88 B\n"
         "total 0 FLOP 320 B ideal 112 B peak 168 B at #0/body/#3\n",
         "fp32 2x1x8"},
        /* a size that a loop computes: 2, then 2 + 8; ideal: the constants 8 + 8, y 40 */
        {"in x f32[4,5] int two 2 int eight 8 int n 2 k = Loop(n, _, two)"
         " body={ arg i arg c arg s m = Mul(i, eight) t = Add(s, m) out c out t }"
         " ints a [0] l = Unsqueeze(k, a) y = ConstantOfShape(l) out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Mul counted 2x 0 FLOP 24 B\n"
         "#0/body/#1 Add counted 2x 0 FLOP 24 B\n"
         "#1 Unsqueeze counted 1x 0 FLOP 24 B\n"
         "#2 ConstantOfShape counted 1x 0 FLOP 48 B\n"
         "total 0 FLOP 168 B ideal 56 B peak 48 B at #2\n",
         "fp32 10"},
        /* both branches of an If in turn: the costlier one in every iteration */
        {X "int n 4 int two 2 int zero 0 y = Loop(n, _, x) body={ arg i arg c arg s"
           " m = Mod(i, two) e = Equal(m, zero) r = If(e) then_branch={ a = Relu(s) out a }"
           " else_branch={ b = LeakyRelu(s) out b } out c out r } out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Mod counted 4x 0 FLOP 24 B\n"
         "#0/body/#1 Equal counted 4x 0 FLOP 17 B\n"
         "#0/body/#2 If counted 4x 0 FLOP 0 B\n"
         "#0/body/#2/then_branch/#0 Relu dead\n"
         "#0/body/#2/else_branch/#0 LeakyRelu estimated 4x 32 FLOP 128 B\n"
         "total 128 FLOP 676 B ideal 144 B peak 129 B at #0/body/#2/else_branch/#0\n",
         "fp32 2x8"},
        /* an inner loop of 1, 2 and 3 iterations: the most, three times */
        {X "int n 3 int one 1 y = Loop(n, _, x) body={ arg i arg c arg s k = Add(i, one)"
           " r = Loop(k, _, s) body={ arg j arg d arg u v = Relu(u) out d out v } out c out r }"
           " out y",
         "#0 Loop counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Add counted 3x 0 FLOP 24 B\n"
         "#0/body/#1 Loop counted 3x 0 FLOP 0 B\n"
         "#0/body/#1/body/#0 Relu estimated 9x 16 FLOP 128 B\n"
         "total 144 FLOP 1224 B ideal 136 B peak 136 B at #0/body/#1/body/#0\n",
         "fp32 2x8"},
    };
    CHECK_ALL(cases);
}

/* Six rows of 4 (16 B): Add reads two and writes one, 48 B. */
static void scans_run_along_an_axis(void **state) {
    (void)state;
    static const text_case cases[] = {
        /* ideal: h 16, x 96, y 16, z 96. Live: h, x, z as a whole, s */
        {"in h f32[4] in x f32[6,4] y, z = Scan(h, x) num_scan_inputs=1"
         " body={ arg a arg b s = Add(a, b) o = Identity(s) out s out o } out y out z",
         "#0 Scan counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Add counted 6x 4 FLOP 48 B\n"
         "#0/body/#1 Identity counted 6x 0 FLOP 32 B\n"
         "total 24 FLOP 480 B ideal 224 B peak 224 B at #0/body/#0\n",
         "fp32 4, fp32 6x4"},
        {"in h f32[4] in x f32[4,6] y, z = Scan(h, x) num_scan_inputs=1 scan_input_axes=[1]"
         " scan_output_axes=[-1] scan_input_directions=[1]"
         " body={ arg a arg b s = Add(a, b) o = Relu(s) out s out o } out y out z",
         "#0 Scan counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 Add counted 6x 4 FLOP 48 B\n"
         "#0/body/#1 Relu counted 6x 4 FLOP 32 B\n"
         "total 48 FLOP 480 B ideal 224 B peak 240 B at #0/body/#1\n",
         "fp32 4, fp32 4x6"},
        /* a stored tensor by slices: in `ideal` all of it once, 1536 + 64 + 64 */
        {X "weight w f32[6,8,8] y = Scan(x, w) num_scan_inputs=1"
           " body={ arg s arg w t = MatMul(s, w) out t } out y",
         "#0 Scan counted 1x 0 FLOP 0 B\n"
         "#0/body/#0 MatMul counted 6x 256 FLOP 384 B\n"
         "total 1536 FLOP 2304 B ideal 1664 B peak 128 B at #0/body/#0\n",
         "fp32 2x8"},
        /* unknown length (k 8 B, a slice of z 4 B), and none */
        {"in x f32[?,4] in k i64[1] h = ConstantOfShape(k) z = Scan(h) num_scan_inputs=1"
         " body={ arg b o = Relu(b) out o } out z out x",
         "#0 ConstantOfShape unknown 1x 0 FLOP ? B\n"
         "#1 Scan counted 1x 0 FLOP 0 B\n"
         "#1/body/#0 Relu estimated 1x 1 FLOP 8 B\n"
         "at least 1 FLOP 8 B ideal 12 B peak ? B at \n",
         "fp32 ?, fp32 1x4"},
        {"in x f32[0,4] z = Scan(x) num_scan_inputs=1 body={ arg b o = Relu(b) out o } out z",
         "#0 Scan counted 1x 0 FLOP 0 B\n"
         "total 0 FLOP 0 B ideal 0 B peak 0 B at \n",
         "fp32 0x4"},
    };
    CHECK_ALL(cases);
}

static void what_no_valid_model_holds_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *model, *expected;
    } cases[] = {
        {X "bool c 1 y = If(c) then_branch={ r = Relu(x) out r } out y",
         "node #0 (If) is invalid: else_branch is missing"},
        {X "bool c 1 y = If(c) then_branch={ in k f32[1] r = Relu(x) out r } else_branch={ out x }"
           " out y",
         "node #0 (If) is invalid: then_branch has 1 inputs instead of none"},
        {X "bool c 1 y, z = If(c) then_branch={ r = Relu(x) out r } else_branch={ out x } out y"
           " out z",
         "node #0 (If) is invalid: then_branch has 1 outputs instead of 2"},
        {X "int n 2 y = Loop(n, _, x) body={ arg i arg c out c out c } out y",
         "node #0 (Loop) is invalid: the body has 2 inputs instead of 3"},
        {X "int n 2 y, z = Loop(n, _, x) body={ arg i arg c arg s out c out s } out y out z",
         "node #0 (Loop) is invalid: the body has 2 outputs instead of 3"},
        {X "y = Loop(x) out y", "node #0 (Loop) is invalid: the body is missing"},
        {X "y = Scan(x) num_scan_inputs=2 body={ arg a out a } out y",
         "node #0 (Scan) is invalid: num_scan_inputs is 2 for 1 inputs"},
        {X "y = Scan(x) num_scan_inputs=1 scan_input_axes=[2] body={ arg a out a } out y",
         "node #0 (Scan) is invalid: axis 2 is outside a tensor of 2 dimensions"},
        {X "in z f32[3,8] y = Scan(x, z) num_scan_inputs=2 body={ arg a arg b out a } out y",
         "node #0 (Scan) is invalid: the length is 2 in one input and 3 in another"},
        /* a node inside is named by its place */
        {X "bool c 1 y = If(c) then_branch={ r = Relu(x) s = Concat(r) axis=7 out s }"
           " else_branch={ out x } out y",
         "node #0/then_branch/#1 (Concat) is invalid: axis 7 is outside a tensor of 2 dimensions"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        text_check_refused(cases[i].model, cases[i].expected);
}

/* --- bounds --- */

/* Relu of 16 elements takes 1 s, Exp 4 s, on units of their own; memory takes no time. */
static roof_device *two_units(void) {
    return device_of_rows("device,kind,,,,gpu,,,,,,,test\n"
                          "compute,vector,fp32,fp32,,16,FLOP/s,,,,,,measured\n"
                          "compute,special,fp32,,,4,FLOP/s,,,,,,measured\n"
                          "memory,dram,,,read,1e15,B/s,,,,,,measured\n");
}

static void bounds_look_through_subgraphs(void **state) {
    (void)state;
    static const struct {
        const char *model;
        double expected; /* seconds: all work of the busiest unit; Relu takes 1, Exp 4 */
    } cases[] = {
        {X "bool c 1 y = If(c) then_branch={ r = Relu(x) s = Exp(r) out s } else_branch={ out x }"
           " out y",
         4},
        /* three iterations: 3 x 4 */
        {X "int n 3 y = Loop(n, _, x) body={ arg i arg c arg s r = Relu(s) t = Exp(r) out c out t }"
           " out y",
         12},
        /* the same, whether or not they wait for each other */
        {X
         "int n 3 y, z = Loop(n, _, x) body={ arg i arg c arg s r = Relu(x) t = Exp(r) out c out s"
         " out t } out z",
         12},
        /* 2 x 3 iterations, and a row behind: 24 + 4 */
        {X "int n 2 int m 3 a = Relu(x) b = Loop(n, _, a) body={ arg i arg c arg s"
           " u = Loop(m, _, s) body={ arg j arg d arg v r = Relu(v) t = Exp(r) out d out t }"
           " out c out u } y = Exp(b) out y",
         28},
        /* 3 x 4, while the vector unit does 3 x 2 */
        {X "int n 3 y, z = Loop(n, _, x) body={ arg i arg c arg s r = Relu(s) t = Exp(r)"
           " k = Relu(t) out c out t out k } out z",
         12},
        {"in x f32[3,16] in h f32[16] y = Scan(h, x) num_scan_inputs=1 body={ arg s arg e"
         " a = Add(s, e) t = Exp(a) out t } out y",
         12},
        /* the elements of a sequence: 6 x 4 of Exp */
        {"in x f32[6,16] s = SplitToSequence(x) t = SequenceMap(s) body={ arg e r = Relu(e)"
         " t = Exp(r) out t } y = ConcatFromSequence(t) axis=0 out y",
         24},
        /* what perhaps does not execute takes no time for certain: the row behind, 1 */
        {X "in n i64[] a = Loop(n, _, x) body={ arg i arg c arg s t = Exp(s) out c out t }"
           " y = Relu(a) out y",
         1},
        {X "in c bool[] a = If(c) then_branch={ r = Exp(x) out r } else_branch={ out x }"
           " y = Relu(a) out y",
         1},
    };
    roof_device *d = two_units();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_run r = text_analyze(cases[i].model, d, NULL);
        const roof_totals *t = roof_analysis_totals(r.analysis);
        assert_true(fabs(t->bound_s - cases[i].expected) < 1e-6);
        assert_true(t->bound_s <= t->time_s * (1 + 1e-9));
        text_free(r);
    }
    roof_device_free(d);
}

/* --- caches --- */

/* A merged decoder: with a past (1x2x6x4, 192 B) and the new rows (32 B) a branch appends; the
 * other begins. In place 32 B are read and 32 written; copied 224 and 224. */
static void caches_grow_in_branches(void **state) {
    (void)state;
    static const char model[] = "in past f32[1,2,6,4] in new f32[1,2,1,4] %s k = If(b)"
                                " then_branch={ p = Concat(past, new) axis=2 out p }"
                                " else_branch={ p = Identity(new) out p } out k";
    static const char *const conditions[] = {"bool b 1", "in b bool[]"};
    for (size_t i = 0; i < 2; i++)
        for (int copies = 0; copies < 2; copies++) {
            char text[512];
            snprintf(text, sizeof text, model, conditions[i]);
            text_run r = text_analyze(text, NULL, &(roof_options){.kv = copies ? 'c' : 'i'});
            const roof_traffic_bytes *bytes = &roof_analysis_row(r.analysis, 1)->work.bytes;
            assert_string_equal(roof_analysis_row(r.analysis, 1)->op, "Concat");
            assert_int_equal(bytes->read, copies ? 224 : 32);
            assert_int_equal(bytes->written, copies ? 224 : 32);
            text_free(r);
        }
}

/* --- depth and size --- */

/* Loops in loops, each of many iterations whose shapes change: as deep as messages may be. */
static char *nested_loops(int depth, const char *count) {
    char *text = calloc(1, 1024 + 256 * (size_t)depth), line[256];
    if (!text)
        abort();
    snprintf(text, 256, X "int n %s y = Loop(n, _, x) body={ arg i0 arg c0 arg s0", count);
    for (int k = 1; k < depth; k++) {
        snprintf(line, sizeof line, " t%d = Loop(n, _, s%d) body={ arg i%d arg c%d arg s%d", k - 1,
                 k - 1, k, k, k);
        strcat(text, line);
    }
    snprintf(line, sizeof line, " t%d = Concat(s%d, x) axis=0", depth - 1, depth - 1);
    strcat(text, line);
    for (int k = depth - 1; k >= 0; k--) {
        snprintf(line, sizeof line, " out c%d out t%d }", k, k);
        strcat(text, line);
    }
    return strcat(text, " out y");
}

static void deep_nests_take_no_time(void **state) {
    (void)state;
    static const char *const counts[] = {"2", "64", "1000000", "9223372036854775807"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int depth = 1; depth <= 31; depth += 15) {
            char *text = nested_loops(depth, counts[i]);
            clock_t start = clock();
            roof_device *d = two_units();
            text_run r = text_analyze(text, d, NULL);
            assert_int_equal(roof_analysis_rows(r.analysis), depth + 1);
            assert_true((clock() - start) / CLOCKS_PER_SEC < 2);
            text_free(r);
            roof_device_free(d);
            free(text);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_taken_branch_is_counted),
        cmocka_unit_test(of_an_open_condition_the_costlier_branch_is_counted),
        cmocka_unit_test(loops_multiply_their_rows),
        cmocka_unit_test(trip_counts_are_found),
        cmocka_unit_test(shapes_follow_the_iterations),
        cmocka_unit_test(scans_run_along_an_axis),
        cmocka_unit_test(what_no_valid_model_holds_is_refused),
        cmocka_unit_test(bounds_look_through_subgraphs),
        cmocka_unit_test(caches_grow_in_branches),
        cmocka_unit_test(deep_nests_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
