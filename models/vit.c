/* ViT-B/16 as torchvision has it: its attention is nn.MultiheadAttention, sequence first. */
#include "models/layers.h"
#include "models/shapes.h"
#include "models/zoo.h"

enum { WIDTH = 768, HEADS = 12, HEAD = WIDTH / HEADS, HIDDEN = 3072, PATCHES = 196 };
enum { TOKENS = PATCHES + 1, LAYERS = 12 };

static value reshape_to(builder *b, const char *scope, value x, ints shape) {
    return reshape(b, scope, x, constant_ints(b, scope, shape));
}

/* Patches, behind a class token, plus positions. */
static value embed(builder *b, value image) {
    value x = conv(b, "/conv_proj", image,
                   (conv_shape){.in = 3, .out = WIDTH, .kernel = 16, .stride = 16});
    x = reshape_to(b, "", x, INTS(1, WIDTH, PATCHES));
    x = transpose(b, "", x, INTS(0, 2, 1));
    value token = add_weight(b, "class_token", DT_FLOAT, INTS(1, 1, WIDTH));
    token = expand(b, "", token, constant_ints(b, "", INTS(1, -1, -1)));
    x = concat(b, "", token, x, 1);
    value positions = add_weight(b, "encoder.pos_embedding", DT_FLOAT, INTS(1, TOKENS, WIDTH));
    return binary(b, "/encoder", "Add", x, positions);
}

/* Queries, keys and values at once: (3, tokens, 1, width). */
static value project_inputs(builder *b, const char *scope, value x) {
    value weight =
        add_weight(b, parameter(b, scope, "in_proj_weight"), DT_FLOAT, INTS(WIDTH, 3 * WIDTH));
    value bias = add_weight(b, parameter(b, scope, "in_proj_bias"), DT_FLOAT, INTS(3 * WIDTH));
    x = transpose(b, scope, x, INTS(1, 0, 2));
    x = binary(b, scope, "Add", bias, binary(b, scope, "MatMul", x, weight));
    x = reshape_to(b, scope, x, INTS(TOKENS, 1, 3, WIDTH));
    x = transpose(b, scope, unsqueeze(b, scope, x, 0), INTS(3, 1, 2, 0, 4));
    return binary(b, scope, "Squeeze", x, constant_ints(b, scope, INTS(3)));
}

/* One of the three, as (1, heads, tokens, size). */
static value take_heads(builder *b, const char *scope, value projected, int64_t which) {
    value x = gather(b, scope, projected, constant_int(b, scope, which), 0);
    x = reshape_to(b, scope, x, INTS(TOKENS, HEADS, HEAD));
    x = transpose(b, scope, x, INTS(1, 0, 2));
    return reshape_to(b, scope, x, INTS(1, HEADS, TOKENS, HEAD));
}

/* Queries and keys are each multiplied by the square root of the scale. */
static value scaled(builder *b, const char *scope, value x, value scale) {
    return binary(b, scope, "Mul", x, unary(b, scope, "Sqrt", scale));
}

/* 1 / sqrt(size of a head), the size taken from the shape. */
static value scale_of(builder *b, const char *scope, value query) {
    value shape = unary(b, scope, "Shape", query);
    value start = constant_ints(b, scope, INTS(-1));
    value end = constant_ints(b, scope, INTS(INT64_MAX));
    value size = add_node(b, scope, "Slice", IN(shape, start, end), NO_ATTRIBUTES);
    value root = unary(b, scope, "Sqrt", cast(b, scope, size, DT_FLOAT));
    return binary(b, scope, "Div", constant_float(b, scope, 1), root);
}

static value self_attention(builder *b, const char *scope, value x) {
    value projected = project_inputs(b, scope, x);
    value query = take_heads(b, scope, projected, 0);
    value keys = take_heads(b, scope, projected, 1);
    value values = take_heads(b, scope, projected, 2);
    value scale = scale_of(b, scope, query);
    keys = transpose(b, scope, keys, INTS(0, 1, 3, 2));
    query = scaled(b, scope, query, scale);
    keys = scaled(b, scope, keys, scale);
    value scores = binary(b, scope, "MatMul", query, keys);
    x = binary(b, scope, "MatMul", softmax(b, scope, scores), values);
    x = transpose(b, scope, x, INTS(2, 0, 1, 3));
    x = reshape_to(b, scope, x, INTS(TOKENS, WIDTH));
    value weight =
        add_weight(b, parameter(b, scope, "out_proj.weight"), DT_FLOAT, INTS(WIDTH, WIDTH));
    value bias = add_weight(b, parameter(b, scope, "out_proj.bias"), DT_FLOAT, INTS(WIDTH));
    x = add_node(b, scope, "Gemm", IN(x, weight, bias),
                 ATTRIBUTES(FLOAT_ATTRIBUTE("alpha", 1), FLOAT_ATTRIBUTE("beta", 1),
                            INT_ATTRIBUTE("transB", 1)));
    x = reshape_to(b, scope, x, INTS(TOKENS, 1, WIDTH));
    return transpose(b, scope, x, INTS(1, 0, 2));
}

static value mlp(builder *b, const char *scope, value x) {
    x = dense(b, TEXT(b, "%s/mlp.0", scope), x, WIDTH, HIDDEN);
    x = gelu(b, TEXT(b, "%s/mlp.1", scope), x);
    return dense(b, TEXT(b, "%s/mlp.3", scope), x, HIDDEN, WIDTH);
}

static value norm(builder *b, const char *scope, value x) {
    return layer_norm(b, scope, x, WIDTH, 1e-6f);
}

static value encoder_layer(builder *b, const char *scope, value x) {
    value y = norm(b, TEXT(b, "%s/ln_1", scope), x);
    x = binary(b, scope, "Add", self_attention(b, TEXT(b, "%s/self_attention", scope), y), x);
    y = norm(b, TEXT(b, "%s/ln_2", scope), x);
    return binary(b, scope, "Add", x, mlp(b, TEXT(b, "%s/mlp", scope), y));
}

void build_vit_b_16(builder *b) {
    value x = embed(b, add_input(b, "input", DT_FLOAT, "1,3,224,224"));
    for (int i = 0; i < LAYERS; i++)
        x = encoder_layer(b, TEXT(b, "/encoder/layers/encoder_layer_%d", i), x);
    x = norm(b, "/encoder/ln", x);
    x = gather(b, "", x, constant_int(b, "", 0), 1);
    x = linear(b, "/heads/head", x, WIDTH, 1000);
    add_output(b, x, "output", DT_FLOAT, "1,1000");
}
