/* What tests of reading models have in common: a graph written as bytes, and read. */
#ifndef TESTS_ONNX_CASE_H
#define TESTS_ONNX_CASE_H

#include "graph/graph.h"
#include "onnx_bytes.h"
#include <roofline/model.h>

/* The shape 1x2. */
extern const int64_t two[2];

/* Reads the model of a graph; NULL and *e as roof_model_from_memory. */
model *try_graph(bytes g, roof_error *e);
/* The model of a graph, every invariant checked. Its bytes are gone: nothing can be decoded. */
model *read_graph_of(bytes g);
/* x -> node -> y, with the node given. */
bytes graph_around(bytes node_proto);

#endif
