#include "models/layers.h"

value unary(builder *b, const char *scope, const char *op, value x) {
    return add_node(b, scope, op, IN(x), NO_ATTRIBUTES);
}

value binary(builder *b, const char *scope, const char *op, value x, value y) {
    return add_node(b, scope, op, IN(x, y), NO_ATTRIBUTES);
}

value binary_scalar(builder *b, const char *scope, const char *op, value x, float v) {
    return binary(b, scope, op, x, constant_float(b, scope, v));
}

value conv(builder *b, const char *scope, value x, conv_shape s) {
    int64_t groups = s.groups ? s.groups : 1;
    int64_t stride = s.stride ? s.stride : 1;
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT,
                              INTS(s.out, s.in / groups, s.kernel, s.kernel));
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(s.out));
    return add_node(b, scope, "Conv", IN(x, weight, bias),
                    ATTRIBUTES(INTS_ATTRIBUTE("dilations", 1, 1), INT_ATTRIBUTE("group", groups),
                               INTS_ATTRIBUTE("kernel_shape", s.kernel, s.kernel),
                               INTS_ATTRIBUTE("pads", s.pad, s.pad, s.pad, s.pad),
                               INTS_ATTRIBUTE("strides", stride, stride)));
}

value max_pool(builder *b, const char *scope, value x, int64_t kernel, int64_t stride,
               int64_t pad) {
    return add_node(b, scope, "MaxPool", IN(x),
                    ATTRIBUTES(INT_ATTRIBUTE("ceil_mode", 0), INTS_ATTRIBUTE("dilations", 1, 1),
                               INTS_ATTRIBUTE("kernel_shape", kernel, kernel),
                               INTS_ATTRIBUTE("pads", pad, pad, pad, pad),
                               INTS_ATTRIBUTE("strides", stride, stride)));
}

value linear(builder *b, const char *scope, value x, int64_t in, int64_t out) {
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(out, in));
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(out));
    return add_node(b, scope, "Gemm", IN(x, weight, bias),
                    ATTRIBUTES(FLOAT_ATTRIBUTE("alpha", 1), FLOAT_ATTRIBUTE("beta", 1),
                               INT_ATTRIBUTE("transB", 1)));
}

value project(builder *b, const char *scope, value x, int64_t in, int64_t out) {
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(in, out));
    return binary(b, scope, "MatMul", x, weight);
}

value dense(builder *b, const char *scope, value x, int64_t in, int64_t out) {
    value product = project(b, scope, x, in, out);
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(out));
    return binary(b, scope, "Add", bias, product);
}

value layer_norm(builder *b, const char *scope, value x, int64_t width, float epsilon) {
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(width));
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(width));
    return add_node(b, scope, "LayerNormalization", IN(x, weight, bias),
                    ATTRIBUTES(INT_ATTRIBUTE("axis", -1), FLOAT_ATTRIBUTE("epsilon", epsilon)));
}

value gelu(builder *b, const char *scope, value x) {
    value inner = unary(b, scope, "Erf", binary_scalar(b, scope, "Div", x, 1.41421356f));
    value gated = binary(b, scope, "Mul", x, binary_scalar(b, scope, "Add", inner, 1));
    return binary_scalar(b, scope, "Mul", gated, 0.5f);
}

value softmax(builder *b, const char *scope, value x) {
    return add_node(b, scope, "Softmax", IN(x), ATTRIBUTES(INT_ATTRIBUTE("axis", -1)));
}
