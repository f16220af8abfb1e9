#include "models/shapes.h"
#include "models/layers.h"

value gather(builder *b, const char *scope, value x, value indices, int64_t axis) {
    return add_node(b, scope, "Gather", IN(x, indices), ATTRIBUTES(INT_ATTRIBUTE("axis", axis)));
}

value size_of(builder *b, const char *scope, value x, int64_t axis) {
    value shape = unary(b, scope, "Shape", x);
    return gather(b, scope, shape, constant_int(b, scope, axis), 0);
}

value unsqueeze(builder *b, const char *scope, value x, int64_t axis) {
    return binary(b, scope, "Unsqueeze", x, constant_ints(b, scope, INTS(axis)));
}

value shape_vector(builder *b, const char *scope, const extent *extents, size_t n) {
    value *parts = arena_array(b->memory, n + 1, sizeof *parts);
    for (size_t i = 0; i < n; i++)
        parts[i] = extents[i].size ? unsqueeze(b, scope, extents[i].size, 0)
                                   : constant_ints(b, scope, INTS(extents[i].number));
    return add_node(b, scope, "Concat", parts, ATTRIBUTES(INT_ATTRIBUTE("axis", 0)));
}

value reshape(builder *b, const char *scope, value x, value shape) {
    return add_node(b, scope, "Reshape", IN(x, shape), ATTRIBUTES(INT_ATTRIBUTE("allowzero", 0)));
}

value transpose(builder *b, const char *scope, value x, ints permutation) {
    return add_node(b, scope, "Transpose", IN(x),
                    ATTRIBUTES({.name = "perm", .type = ATTRIBUTE_INTS, .integers = permutation}));
}

value concat(builder *b, const char *scope, value x, value y, int64_t axis) {
    return add_node(b, scope, "Concat", IN(x, y), ATTRIBUTES(INT_ATTRIBUTE("axis", axis)));
}

value cast(builder *b, const char *scope, value x, dtype to) {
    return add_node(b, scope, "Cast", IN(x), ATTRIBUTES(INT_ATTRIBUTE("to", to)));
}

value slice(builder *b, const char *scope, value x, value start, value end, int64_t axis) {
    value axes = constant_ints(b, scope, INTS(axis));
    value steps = constant_ints(b, scope, INTS(1));
    return add_node(b, scope, "Slice", IN(x, start, end, axes, steps), NO_ATTRIBUTES);
}

value range(builder *b, const char *scope, value end) {
    value start = constant_int(b, scope, 0);
    value step = constant_int(b, scope, 1);
    return add_node(b, scope, "Range", IN(start, end, step), NO_ATTRIBUTES);
}

value expand(builder *b, const char *scope, value x, value shape) {
    value flat = reshape(b, scope, shape, constant_ints(b, scope, INTS(-1)));
    value ones = add_node(
        b, scope, "ConstantOfShape", IN(unary(b, scope, "Shape", flat)),
        ATTRIBUTES({.name = "value", .type = ATTRIBUTE_TENSOR, .tensor = tensor_of_int(b, 1)}));
    value kept = binary(b, scope, "Mul", ones, constant_int(b, scope, -1));
    value equal = binary(b, scope, "Equal", flat, kept);
    value resolved = add_node(b, scope, "Where", IN(equal, ones, flat), NO_ATTRIBUTES);
    return binary(b, scope, "Expand", x, resolved);
}
