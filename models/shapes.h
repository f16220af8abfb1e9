/* Shape arithmetic as PyTorch's exporter writes it. */
#ifndef MODELS_SHAPES_H
#define MODELS_SHAPES_H

#include "write/builder.h"

/* Shape, Gather: the size of x along one axis, a scalar. */
value size_of(builder *b, const char *scope, value x, int64_t axis);

/* One element of a shape: a scalar of the graph, or a number. */
typedef struct extent {
    value size;
    int64_t number; /* if there is no size */
} extent;
#define SIZE(v)                                                                                    \
    { .size = (v) }
#define NUMBER(v)                                                                                  \
    { .number = (v) }
/* Unsqueeze of every element, Concat: a vector. */
#define SHAPE(b, scope, ...)                                                                       \
    shape_vector(b, scope, (const extent[]){__VA_ARGS__},                                          \
                 sizeof((const extent[]){__VA_ARGS__}) / sizeof(extent))
value shape_vector(builder *b, const char *scope, const extent *extents, size_t n);

value reshape(builder *b, const char *scope, value x, value shape);
value transpose(builder *b, const char *scope, value x, ints permutation);
value unsqueeze(builder *b, const char *scope, value x, int64_t axis);
value gather(builder *b, const char *scope, value x, value indices, int64_t axis);
value concat(builder *b, const char *scope, value x, value y, int64_t axis);
value cast(builder *b, const char *scope, value x, dtype to);
/* x[start:end] along one axis; start and end are vectors of one element. */
value slice(builder *b, const char *scope, value x, value start, value end, int64_t axis);
/* Range from 0 to end, a scalar. */
value range(builder *b, const char *scope, value end);
/* Expand by what torch.expand becomes: -1 in the shape, which keeps a size, is replaced by 1. */
value expand(builder *b, const char *scope, value x, value shape);

#endif
