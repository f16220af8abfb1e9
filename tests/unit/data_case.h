/* Cases of one node as text, so that a table of them reads like a specification.
 *
 *     {"Slice", 13, "fp32[4,5] int64[1]{1} int64[1]{3}", "", "fp32[2,5]", "read 10 1 1 write 10"}
 *
 * A tensor is TYPE[dims]{items}: "?" is a dim or item that is not known, "[*]" an unknown rank, no
 * braces mean that no item is known, "{=7}" that all are 7. In front, "w:" makes an input a
 * constant, "s:" one that other nodes use too; "-" is an input that is left out.
 * Attributes are "axis=1", "perm=1,0" (a list; of one: "axes=1,"), "value=0.5", "mode=linear";
 * of lists of which only the length is known, "coefficients*12" (floats), "ids#3" (ints) and
 * "names$2" (strings).
 * The work lists what is not 0 (macs, valid where those are not all, vector special integer), then
 * the elements read of each input and written of each output, then "estimated". A node that is
 * refused has the output "invalid", and words of the message in place of the work. */
#ifndef TESTS_DATA_CASE_H
#define TESTS_DATA_CASE_H

#include "op_case.h"

typedef struct data_case {
    const char *op;
    int version;
    const char *inputs, *attributes;
    const char *outputs;
    const char *work; /* NULL: not looked at */
} data_case;

/* Builds the node, runs it, and fails the test where the text of the result differs. */
void data_case_check(const data_case *d);
void data_case_check_all(const data_case *table, size_t n);
/* Operators of another domain than ai.onnx. */
void data_case_check_domain(const char *domain, const data_case *table, size_t n);

/* The same in parts, for nodes that text cannot describe. */
void data_case_add_inputs(op_case *c, const char *inputs);
void data_case_add_attributes(op_case *c, const char *attributes);
/* The results as text. */
void data_case_outputs(const op_case *c, char *text, size_t size);
void data_case_work(const op_case *c, char *text, size_t size);

#endif
