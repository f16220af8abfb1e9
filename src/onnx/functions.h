/* Local functions: what the importer knows of them, and the calls that it expands. */
#ifndef ONNX_FUNCTIONS_H
#define ONNX_FUNCTIONS_H

#include "onnx/reader.h"

enum { MAX_NODES = 2000000 }; /* of a model that has functions */

struct function {
    const char *name;
    span where; /* of its FunctionProto */
    /* Set at its first call: */
    bool is_ready;
    const char **inputs, **outputs;
    size_t n_inputs, n_outputs;
    hash *input_names;
    opset *opsets;
    size_t n_opsets;
    node *defaults;         /* attributes that a call may leave out */
    pending *graphs;        /* of these */
    count size;             /* nodes and calls that one call takes; 0: not measured */
    bool is_open;           /* is being measured */
    const function *caller; /* the function that is measured around this one */
};

/* Field 7 of a FunctionProto. */
enum { FUNCTION_NODE = 7 };

/* Finds the functions of the model; r->functions stays NULL when it has none. */
bool index_functions(reader *r, span file);
/* The function that a node calls, or NULL for an operator. */
function *called_function(const reader *r, const Onnx__NodeProto *p);
/* How many nodes and calls a call takes; refuses functions that call themselves. */
bool measure_function(reader *r, function *f);
/* Reads all of a function but its nodes. */
bool prepare_function(reader *r, function *f);

#endif
