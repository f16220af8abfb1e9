/* One node on its own: build its inputs and attributes, run infer and cost, look at the result.
 *
 *     op_case *c = op_case_new("", "Conv", 17);
 *     op_input(c, DT_FLOAT, 4, (count[]){1, 3, 8, 8});
 *     op_weight(c, DT_FLOAT, 4, (count[]){16, 3, 3, 3});
 *     op_ints(c, "strides", 2, (int64_t[]){2, 2});
 *     op_run(c, 1);                      // with one output
 *     assert_int_equal(c->work.macs, ...);  op_out(c, 0)->dims ...
 *     op_case_free(c); */
#ifndef TESTS_OP_CASE_H
#define TESTS_OP_CASE_H

#include "ops/engine.h"

enum { CASE_MAX = 32 };

typedef struct op_case {
    arena *arena;
    model model;
    graph graph;
    node node;
    engine engine;
    roof_error error; /* set when the node is invalid */
    const op_def *op; /* NULL when the table has no row for it */
    work work;
    work_trace trace;         /* the products that make up the work */
    fact facts[2 * CASE_MAX]; /* inputs, then outputs from CASE_MAX on */
    value values[2 * CASE_MAX];
    value *in[CASE_MAX], *out[CASE_MAX];
    attribute attrs[CASE_MAX];
    int64_t version;
} op_case;

op_case *op_case_new(const char *domain, const char *op, int64_t version);
void op_case_free(op_case *c);

/* Inputs in order. rank -1: unknown. */
fact *op_input(op_case *c, dtype elem, int rank, const count *dims);
/* A constant whose contents are not known. */
fact *op_weight(op_case *c, dtype elem, int rank, const count *dims);
/* A constant 1-D int64 tensor with these elements (UNKNOWN among them: not known). */
fact *op_int_vector(op_case *c, size_t n, const int64_t *items);
/* A constant tensor with real elements (fp32); rank 0 and n 1 for a scalar. */
fact *op_reals(op_case *c, int rank, size_t n, const double *items);
/* A constant int64 scalar. */
fact *op_int_scalar(op_case *c, int64_t item);
/* A left-out optional input. */
void op_no_input(op_case *c);

void op_int(op_case *c, const char *name, int64_t i);
void op_float(op_case *c, const char *name, double f);
void op_string(op_case *c, const char *name, const char *s);
void op_ints(op_case *c, const char *name, size_t n, const int64_t *items);

/* Runs infer and, when that was valid, cost; n_out outputs are used. */
void op_run(op_case *c, unsigned n_out);
const fact *op_out(const op_case *c, unsigned i);

/* Do the dims equal these (UNKNOWN included)? rank -1: unknown rank. */
bool dims_are(const fact *f, int rank, const count *dims);

#endif
