/* Layers as exporters write them. The scope of a layer is the path of its module; its weights are
 * called after it. */
#ifndef MODELS_LAYERS_H
#define MODELS_LAYERS_H

#include "write/builder.h"

value unary(builder *b, const char *scope, const char *op, value x);
value binary(builder *b, const char *scope, const char *op, value x, value y);
/* x op v, v a Constant node. */
value binary_scalar(builder *b, const char *scope, const char *op, value x, float v);

typedef struct conv_shape {
    int64_t in, out, kernel;
    int64_t stride, pad, groups; /* 0 stands for 1, 0 and 1 */
} conv_shape;

/* A convolution with bias: also what a convolution and its batch normalisation become, since
 * exporters fold the latter. */
value conv(builder *b, const char *scope, value x, conv_shape s);
value max_pool(builder *b, const char *scope, value x, int64_t kernel, int64_t stride, int64_t pad);

/* Gemm with transposed weights: a linear layer over a matrix. */
value linear(builder *b, const char *scope, value x, int64_t in, int64_t out);
/* MatMul and Add: a linear layer over anything with more dimensions. */
value dense(builder *b, const char *scope, value x, int64_t in, int64_t out);
/* MatMul alone: one without bias. */
value project(builder *b, const char *scope, value x, int64_t in, int64_t out);

value layer_norm(builder *b, const char *scope, value x, int64_t width, float epsilon);
/* x / sqrt(2), Erf, + 1, * x, * 0.5. */
value gelu(builder *b, const char *scope, value x);
value softmax(builder *b, const char *scope, value x);

#endif
