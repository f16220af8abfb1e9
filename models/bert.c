/* BERT base (uncased) with pooler, batch and sequence dynamic. */
#include "models/attention.h"
#include "models/layers.h"
#include "models/shapes.h"
#include "models/zoo.h"

enum { WIDTH = 768, HEADS = 12, HEAD = WIDTH / HEADS, HIDDEN = 3072, LAYERS = 12 };
enum { VOCABULARY = 30522, POSITIONS = 512, TOKEN_TYPES = 2 };

static value lookup(builder *b, const char *scope, value indices, int64_t rows) {
    value table = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(rows, WIDTH));
    return gather(b, scope, table, indices, 0);
}

static value norm(builder *b, const char *scope, value x) {
    return layer_norm(b, scope, x, WIDTH, 1e-12f);
}

static value embed(builder *b, value words, value types) {
    const char *scope = "/embeddings";
    value length = size_of(b, scope, words, 1);
    value table = add_weight(b, "embeddings.position_ids", DT_INT64, INTS(1, POSITIONS));
    value start = constant_ints(b, scope, INTS(0));
    value positions = slice(b, scope, table, start, unsqueeze(b, scope, length, 0), 1);
    words = lookup(b, "/embeddings/word_embeddings", words, VOCABULARY);
    types = lookup(b, "/embeddings/token_type_embeddings", types, TOKEN_TYPES);
    positions = lookup(b, "/embeddings/position_embeddings", positions, POSITIONS);
    value x = binary(b, scope, "Add", words, types);
    x = binary(b, scope, "Add", x, positions);
    return norm(b, "/embeddings/LayerNorm", x);
}

static value self_attention(builder *b, const char *scope, value x, value mask) {
    sequence s = sequence_of(b, scope, x);
    value query = dense(b, TEXT(b, "%s/query", scope), x, WIDTH, WIDTH);
    value keys = dense(b, TEXT(b, "%s/key", scope), x, WIDTH, WIDTH);
    value values = dense(b, TEXT(b, "%s/value", scope), x, WIDTH, WIDTH);
    query = transpose(b, scope, split_heads(b, scope, query, s, HEADS, HEAD), INTS(0, 2, 1, 3));
    keys = transpose(b, scope, split_heads(b, scope, keys, s, HEADS, HEAD), INTS(0, 2, 3, 1));
    values = transpose(b, scope, split_heads(b, scope, values, s, HEADS, HEAD), INTS(0, 2, 1, 3));
    value y = attend(b, scope,
                     (attention_heads){.query = query,
                                       .keys = keys,
                                       .values = values,
                                       .scale_operator = "Div",
                                       .scale = 8, /* the square root of the size of a head */
                                       .mask = mask});
    return merge_heads(b, scope, y, s, WIDTH);
}

/* A linear layer whose output is added to x and normalised. */
static value add_and_norm(builder *b, const char *scope, value y, int64_t in, value x) {
    y = dense(b, TEXT(b, "%s/dense", scope), y, in, WIDTH);
    return norm(b, TEXT(b, "%s/LayerNorm", scope), binary(b, scope, "Add", y, x));
}

static value encoder_layer(builder *b, const char *scope, value x, value mask) {
    value y = self_attention(b, TEXT(b, "%s/attention/self", scope), x, mask);
    x = add_and_norm(b, TEXT(b, "%s/attention/output", scope), y, WIDTH, x);
    y = dense(b, TEXT(b, "%s/intermediate/dense", scope), x, WIDTH, HIDDEN);
    y = gelu(b, TEXT(b, "%s/intermediate/intermediate_act_fn", scope), y);
    return add_and_norm(b, TEXT(b, "%s/output", scope), y, HIDDEN, x);
}

static value pool(builder *b, value x) {
    x = gather(b, "/pooler", x, constant_int(b, "/pooler", 0), 1);
    return unary(b, "/pooler/activation", "Tanh", linear(b, "/pooler/dense", x, WIDTH, WIDTH));
}

void build_bert_base(builder *b) {
    const char *dims = "batch_size,sequence_length";
    value words = add_input(b, "input_ids", DT_INT64, dims);
    value attention = add_input(b, "attention_mask", DT_INT64, dims);
    value types = add_input(b, "token_type_ids", DT_INT64, dims);
    value mask = additive_mask(b, "", attention);
    value x = embed(b, words, types);
    for (int i = 0; i < LAYERS; i++)
        x = encoder_layer(b, TEXT(b, "/encoder/layer.%d", i), x, mask);
    add_output(b, x, "last_hidden_state", DT_FLOAT, "batch_size,sequence_length,768");
    add_output(b, pool(b, x), "pooler_output", DT_FLOAT, "batch_size,768");
}
