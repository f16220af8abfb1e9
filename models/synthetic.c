/* Models for tests and benchmarks. */
#include "models/layers.h"
#include "models/zoo.h"
#include <math.h>

/* An initializer inside the model. */
static value inline_weight(builder *b, const char *name, ints dims) {
    size_t n = 1;
    for (size_t i = 0; i < dims.count; i++)
        n *= (size_t)dims.items[i];
    float *items = arena_array(b->memory, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = 0.125f * (float)((int)(i % 7) - 3);
    return add_initializer(b, name, DT_FLOAT, dims, PAYLOAD_RAW, float_bytes(b, items, n));
}

void build_tiny(builder *b) {
    value x = add_input(b, "input", DT_FLOAT, "1,1,4,4");
    value weight = inline_weight(b, "conv.weight", INTS(2, 1, 3, 3));
    value bias = inline_weight(b, "conv.bias", INTS(2));
    x = add_node(
        b, "/conv", "Conv", IN(x, weight, bias),
        ATTRIBUTES(INTS_ATTRIBUTE("kernel_shape", 3, 3), INTS_ATTRIBUTE("pads", 1, 1, 1, 1)));
    x = unary(b, "/relu", "Relu", x);
    x = add_node(b, "", "Flatten", IN(x), ATTRIBUTES(INT_ATTRIBUTE("axis", 1)));
    weight = inline_weight(b, "fc.weight", INTS(3, 32));
    bias = inline_weight(b, "fc.bias", INTS(3));
    x = add_node(b, "/fc", "Gemm", IN(x, weight, bias), ATTRIBUTES(INT_ATTRIBUTE("transB", 1)));
    add_output(b, x, "output", DT_FLOAT, "1,3");
}

void build_chain(builder *b, int64_t n) {
    value input = add_input(b, "input", DT_FLOAT, "1,64");
    value x = input;
    for (int64_t i = 0; i < n; i++)
        x = i % 2 ? binary(b, "", "Add", x, input) : unary(b, "", "Relu", x);
    add_output(b, x, "output", DT_FLOAT, "1,64");
}

/* The side of the largest square that n elements fill. */
static int64_t square_side(int64_t n) {
    int64_t side = (int64_t)sqrt((double)n);
    while (side > 1 && side > n / side)
        side--;
    return side;
}

void build_weights(builder *b, int64_t bytes, int64_t n) {
    int64_t side = square_side(bytes / n / (int64_t)sizeof(float));
    const char *dims = TEXT(b, "1,%lld", (long long)side);
    value x = add_input(b, "input", DT_FLOAT, dims);
    for (int64_t i = 0; i < n; i++) {
        value weight =
            add_zeros(b, TEXT(b, "weight_%lld", (long long)i), DT_FLOAT, INTS(side, side));
        x = binary(b, "", "MatMul", x, weight);
    }
    add_output(b, x, "output", DT_FLOAT, dims);
}
