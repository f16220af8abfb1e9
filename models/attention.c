#include "models/attention.h"
#include "models/layers.h"
#include "models/shapes.h"
#include <float.h>

float masked_score(void) {
    return -FLT_MAX;
}

sequence sequence_of(builder *b, const char *scope, value x) {
    sequence s;
    s.batch = size_of(b, scope, x, 0);
    s.length = size_of(b, scope, x, 1);
    return s;
}

value split_heads(builder *b, const char *scope, value x, sequence s, int64_t heads, int64_t size) {
    value shape = SHAPE(b, scope, SIZE(s.batch), SIZE(s.length), NUMBER(heads), NUMBER(size));
    return reshape(b, scope, x, shape);
}

value merge_heads(builder *b, const char *scope, value x, sequence s, int64_t width) {
    x = transpose(b, scope, x, INTS(0, 2, 1, 3));
    return reshape(b, scope, x, SHAPE(b, scope, SIZE(s.batch), SIZE(s.length), NUMBER(width)));
}

value attend(builder *b, const char *scope, attention_heads h) {
    value scores = binary(b, scope, "MatMul", h.query, h.keys);
    scores = binary_scalar(b, scope, h.scale_operator, scores, h.scale);
    if (h.causal) {
        value low = constant_float(b, scope, masked_score());
        scores = add_node(b, scope, "Where", IN(h.causal, scores, low), NO_ATTRIBUTES);
    }
    if (h.mask)
        scores = binary(b, scope, "Add", scores, h.mask);
    return binary(b, scope, "MatMul", softmax(b, scope, scores), h.values);
}

value additive_mask(builder *b, const char *scope, value mask) {
    mask = unsqueeze(b, scope, unsqueeze(b, scope, mask, 1), 2);
    mask = cast(b, scope, mask, DT_FLOAT);
    mask = binary(b, scope, "Sub", constant_float(b, scope, 1), mask);
    return binary_scalar(b, scope, "Mul", mask, masked_score());
}
