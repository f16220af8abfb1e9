/* GPT-2 (124 M) with its cache as inputs and outputs; batch, sequence and past are dynamic. */
#include "models/attention.h"
#include "models/layers.h"
#include "models/shapes.h"
#include "models/zoo.h"

enum { WIDTH = 768, HEADS = 12, HEAD = WIDTH / HEADS, HIDDEN = 3072, LAYERS = 12 };
enum { VOCABULARY = 50257, POSITIONS = 1024 };

/* Keys and values of the tokens before. */
typedef struct cache {
    value keys, values;
} cache;

static value norm(builder *b, const char *scope, value x) {
    return layer_norm(b, scope, x, WIDTH, 1e-5f);
}

/* "Conv1D", which is a linear layer over the rows of a matrix: reshaped, Gemm, reshaped back. */
static value conv1d(builder *b, const char *scope, value x, sequence s, int64_t in, int64_t out) {
    x = reshape(b, scope, x, constant_ints(b, scope, INTS(-1, in)));
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(in, out));
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(out));
    x = add_node(b, scope, "Gemm", IN(x, weight, bias),
                 ATTRIBUTES(FLOAT_ATTRIBUTE("alpha", 1), FLOAT_ATTRIBUTE("beta", 1)));
    return reshape(b, scope, x, SHAPE(b, scope, SIZE(s.batch), SIZE(s.length), NUMBER(out)));
}

/* The tanh approximation: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
static value gelu_tanh(builder *b, const char *scope, value x) {
    value half = binary_scalar(b, scope, "Mul", x, 0.5f);
    value cube = binary_scalar(b, scope, "Pow", x, 3);
    value inner = binary(b, scope, "Add", x, binary_scalar(b, scope, "Mul", cube, 0.044715f));
    inner = unary(b, scope, "Tanh", binary_scalar(b, scope, "Mul", inner, 0.79788456f));
    return binary(b, scope, "Mul", half, binary_scalar(b, scope, "Add", inner, 1));
}

/* The part of the triangular mask that belongs to these queries and keys. */
static value causal_mask(builder *b, const char *scope, value query, value keys) {
    value triangle =
        add_weight(b, parameter(b, scope, "bias"), DT_BOOL, INTS(1, 1, POSITIONS, POSITIONS));
    value n_keys = size_of(b, scope, keys, 2);
    value first = binary(b, scope, "Sub", n_keys, size_of(b, scope, query, 2));
    value end = unsqueeze(b, scope, n_keys, 0);
    value rows = slice(b, scope, triangle, unsqueeze(b, scope, first, 0), end, 2);
    return slice(b, scope, rows, constant_ints(b, scope, INTS(0)), end, 3);
}

static value split_and_transpose(builder *b, const char *scope, value x, sequence s) {
    return transpose(b, scope, split_heads(b, scope, x, s, HEADS, HEAD), INTS(0, 2, 1, 3));
}

static value self_attention(builder *b, const char *scope, value x, value mask, cache *c) {
    value parts[3];
    sequence s = sequence_of(b, scope, x);
    x = conv1d(b, TEXT(b, "%s/c_attn", scope), x, s, WIDTH, 3 * WIDTH);
    add_node_outputs(b, scope, "Split", IN(x, constant_ints(b, scope, INTS(WIDTH, WIDTH, WIDTH))),
                     ATTRIBUTES(INT_ATTRIBUTE("axis", 2)), parts, 3);
    value query = split_and_transpose(b, scope, parts[0], s);
    value keys = split_and_transpose(b, scope, parts[1], s);
    value values = split_and_transpose(b, scope, parts[2], s);
    c->keys = concat(b, scope, c->keys, keys, -2);
    c->values = concat(b, scope, c->values, values, -2);
    value causal = causal_mask(b, scope, query, c->keys);
    value y = attend(b, scope,
                     (attention_heads){.query = query,
                                       .keys = transpose(b, scope, c->keys, INTS(0, 1, 3, 2)),
                                       .values = c->values,
                                       .scale_operator = "Div",
                                       .scale = 8, /* the square root of the size of a head */
                                       .causal = causal,
                                       .mask = mask});
    y = merge_heads(b, scope, y, s, WIDTH);
    return conv1d(b, TEXT(b, "%s/c_proj", scope), y, s, WIDTH, WIDTH);
}

static value mlp(builder *b, const char *scope, value x) {
    sequence s = sequence_of(b, scope, x);
    x = conv1d(b, TEXT(b, "%s/c_fc", scope), x, s, WIDTH, HIDDEN);
    x = gelu_tanh(b, TEXT(b, "%s/act", scope), x);
    return conv1d(b, TEXT(b, "%s/c_proj", scope), x, s, HIDDEN, WIDTH);
}

static value block(builder *b, const char *scope, value x, value mask, cache *c) {
    value y = norm(b, TEXT(b, "%s/ln_1", scope), x);
    x = binary(b, scope, "Add", self_attention(b, TEXT(b, "%s/attn", scope), y, mask, c), x);
    y = norm(b, TEXT(b, "%s/ln_2", scope), x);
    return binary(b, scope, "Add", x, mlp(b, TEXT(b, "%s/mlp", scope), y));
}

static value embed(builder *b, value words, value positions) {
    const char *scope = "/transformer";
    value table = add_weight(b, "transformer.wte.weight", DT_FLOAT, INTS(VOCABULARY, WIDTH));
    value places = add_weight(b, "transformer.wpe.weight", DT_FLOAT, INTS(POSITIONS, WIDTH));
    value length = size_of(b, scope, words, 1);
    value shape = SHAPE(b, scope, NUMBER(-1), SIZE(length));
    words = gather(b, "/transformer/wte", table, reshape(b, scope, words, shape), 0);
    positions = gather(b, "/transformer/wpe", places, reshape(b, scope, positions, shape), 0);
    return binary(b, scope, "Add", words, positions);
}

static void add_cache_inputs(builder *b, cache caches[LAYERS]) {
    const char *dims = "batch_size,12,past_sequence_length,64";
    for (int i = 0; i < LAYERS; i++) {
        caches[i].keys = add_input(b, TEXT(b, "past_key_values.%d.key", i), DT_FLOAT, dims);
        caches[i].values = add_input(b, TEXT(b, "past_key_values.%d.value", i), DT_FLOAT, dims);
    }
}

static void add_cache_outputs(builder *b, const cache caches[LAYERS]) {
    const char *dims = "batch_size,12,past_sequence_length + sequence_length,64";
    for (int i = 0; i < LAYERS; i++) {
        add_output(b, caches[i].keys, TEXT(b, "present.%d.key", i), DT_FLOAT, dims);
        add_output(b, caches[i].values, TEXT(b, "present.%d.value", i), DT_FLOAT, dims);
    }
}

void build_gpt2(builder *b) {
    cache caches[LAYERS];
    value words = add_input(b, "input_ids", DT_INT64, "batch_size,sequence_length");
    add_cache_inputs(b, caches);
    value attention = add_input(b, "attention_mask", DT_INT64,
                                "batch_size,past_sequence_length + sequence_length");
    value positions = add_input(b, "position_ids", DT_INT64, "batch_size,sequence_length");
    value x = embed(b, words, positions);
    value mask = additive_mask(b, "/transformer", attention);
    for (int i = 0; i < LAYERS; i++)
        x = block(b, TEXT(b, "/transformer/h.%d", i), x, mask, &caches[i]);
    x = norm(b, "/transformer/ln_f", x);
    x = project(b, "/lm_head", x, WIDTH, VOCABULARY);
    add_output(b, x, "logits", DT_FLOAT, "batch_size,sequence_length,50257");
    add_cache_outputs(b, caches);
}
