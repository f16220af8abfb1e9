/* Inside of the factor study: an operator is one row of a table, with the function that builds it.
 */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "write/builder.h"
#include <roofline/study.h>

enum { LONGEST_WHY = 96 };

typedef struct study {
    const char *name, *meaning;
    int opset, ir_version;
    const roof_factor *factors; /* n_factors of them */
    size_t n_factors;
    const roof_standard *standard; /* n_standard of them */
    size_t n_standard;
    /* Do these values not go together? Then `why` says so. NULL: all do. */
    bool (*misfit)(const int64_t *values, char why[LONGEST_WHY]);
    /* Adds the operator to an empty graph; values in the order of the factors. */
    void (*build)(builder *b, const int64_t *values);
} study;

extern const study study_conv, study_gemm, study_attention, study_reshape;

/* A table and the number of its rows, as members of a study. */
#define ROWS_OF(member, table) .member = (table), .n_##member = sizeof(table) / sizeof *(table)

/* Dims of a graph's input or output: "1,64,56,56". */
const char *dims_text(builder *b, ints dims);
/* A float input, and an output. */
value study_input(builder *b, const char *name, ints dims);
void study_output(builder *b, value v, const char *name, ints dims);

/* A square convolution without bias, whose padding gives size_out = size_in / stride. */
typedef struct study_convolution {
    int64_t in, out, kernel, groups, stride, dilation;
} study_convolution;
value study_conv_node(builder *b, const char *name, value x, study_convolution c);

#endif
