/* Models that nobody should have written: each with the outcomes that are right for it. */
#ifndef TESTS_HOSTILE_MODELS_H
#define TESTS_HOSTILE_MODELS_H

#include "onnx_write.h"

#include <roofline/error.h>
#include <stdbool.h>

/* Outcomes that are right, as a set. */
enum {
    FINE = 1u << ROOF_OK,
    FAILED = 1u << ROOF_FAILED,
    USAGE = 1u << ROOF_USAGE,
    DAMAGED = 1u << ROOF_DAMAGED,
    ODD = FINE | USAGE | DAMAGED, /* no crash and a clear answer is all that is asked */
};

typedef struct hostile {
    char name[64];
    unsigned right;
    wire file;
} hostile;

/* Calls `visit` with every case; the file is freed after each. */
void hostile_each(void (*visit)(hostile *h, void *user), void *user);

/* A small valid model: Conv, Relu, Reshape by a constant, MatMul. */
wire small_model(void);

/* Tables behind hostile_each: by file, by graph, by node, by name. Each false past its last. */
bool hostile_file(size_t i, hostile *out);
bool hostile_graph(size_t i, hostile *out);
bool hostile_node(size_t i, hostile *out);
bool hostile_name(size_t i, hostile *out);

#endif
