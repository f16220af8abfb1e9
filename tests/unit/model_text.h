/* Models written as text, for tests of what spans several nodes: graphs in graphs, functions.
 *
 *     in x f32[2,8]  in c bool[]
 *     weight w f32[8,4]  ints k [3,4]  int n 5  bool t 1
 *     y = If(c) then_branch={ r = Relu(x) out r } else_branch={ r = Identity(x) out r }
 *     "/block/call" z, _ = my.F:two(y, _, w) alpha=0.5 axes=[1,2]
 *     out z
 *     function my.F:two (a, b, w) -> (c) defaults alpha=1.0 opset 13 {
 *         c = Gemm(a, w) alpha=@alpha
 *     }
 *
 * _ is an input or output that is left out; @name refers to an attribute of the function. */
#ifndef TESTS_MODEL_TEXT_H
#define TESTS_MODEL_TEXT_H

#include <roofline/analysis.h>

/* Reads the model, which is gone with the next call; aborts when the text is not of the form above.
 * NULL and *e as roof_model_from_memory. */
roof_model *model_of_text(const char *text, roof_error *e);

/* The rows and totals of an analysis, one line each:
 *     #0/then_branch/#0 Relu estimated 2x 16 FLOP 128 B
 *     total 32 FLOP 256 B ideal 64 B peak 128 B at #3
 * From malloc. */
char *rows_as_text(const roof_analysis *a);
/* Types and shapes of the outputs: "fp32 2x8, int64 ?x3 ~6x3, fp32 *". From malloc. */
char *outputs_as_text(const roof_analysis *a);

#endif
