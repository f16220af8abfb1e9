/* Small graphs made in memory, for tests of everything above the operators.
 *
 *     tiny *t = tiny_new();
 *     value *x = tiny_input(t, "x", DT_FLOAT, 2, (dim[]){{.symbol = "batch", .size = UNKNOWN},
 * {.size = 8}}); value *w = tiny_weight(t, "w", DT_FLOAT, 2, (count[]){8, 4}); value *y =
 * tiny_node(t, "MatMul", 2, (value *[]){x, w}); tiny_output(t, y); roof_analysis *a =
 * tiny_analyze(t, NULL, &options, &error);
 *     ... tiny_free(t); */
#ifndef TESTS_TINY_MODEL_H
#define TESTS_TINY_MODEL_H

#include "graph/graph.h"
#include <roofline/analysis.h>

typedef struct tiny tiny;

tiny *tiny_new(void);
void tiny_free(tiny *t);

value *tiny_input(tiny *t, const char *name, dtype elem, int rank, const dim *dims);
value *tiny_weight(tiny *t, const char *name, dtype elem, int rank, const count *dims);
/* A stored 1-D int64 tensor with these elements. */
value *tiny_ints(tiny *t, const char *name, size_t n, const int64_t *items);
/* A node with one output, which is returned. The inputs may be NULL. */
value *tiny_node(tiny *t, const char *op, unsigned n_in, value *const *in);
/* A further output of the last node. */
value *tiny_further(tiny *t);
/* The version of the operators; 17 unless it is set. */
void tiny_opset(tiny *t, int64_t version);
/* Gives the last node an integer attribute. */
void tiny_attribute(tiny *t, const char *name, int64_t i);
void tiny_output(tiny *t, value *v);

/* The model, once an analysis has finished its graph. */
const model *tiny_model(const tiny *t);

/* Finishes the graph on first use, checks its invariants, and analyses it. The caller frees it. */
roof_analysis *tiny_analyze(tiny *t, const roof_device *d, const roof_options *o, roof_error *e);

#endif
