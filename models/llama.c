/* A decoder with the dimensions of Llama 3 8B and as many of its 32 layers as wanted: grouped-query
 * attention, rotary embeddings, RMS normalisation and SwiGLU, all written out. Prefill takes a
 * sequence and gives the cache; decode takes one token and the cache. */
#include "models/attention.h"
#include "models/layers.h"
#include "models/shapes.h"
#include "models/zoo.h"
#include <inttypes.h>

enum { WIDTH = 4096, HEADS = 32, CACHED_HEADS = 8, HEAD = 128, HIDDEN = 14336 };
enum { GROUP = HEADS / CACHED_HEADS, VOCABULARY = 128256 };

static const int64_t kept_layers = 2; /* of the committed models */

typedef struct layer_cache {
    value keys, values; /* NULL before the first token */
} layer_cache;

/* What all layers share. */
typedef struct context {
    value cosines, sines, mask;
} context;

static value rms_norm(builder *b, const char *scope, value x) {
    value square = binary_scalar(b, scope, "Pow", x, 2);
    value mean = add_node(b, scope, "ReduceMean", IN(square),
                          ATTRIBUTES(INTS_ATTRIBUTE("axes", -1), INT_ATTRIBUTE("keepdims", 1)));
    value root = unary(b, scope, "Sqrt", binary_scalar(b, scope, "Add", mean, 1e-5f));
    value inverse = binary(b, scope, "Div", constant_float(b, scope, 1), root);
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(WIDTH));
    return binary(b, scope, "Mul", weight, binary(b, scope, "Mul", x, inverse));
}

/* Angles of every position, as cosines and sines. */
static void rotary_angles(builder *b, value positions, context *c) {
    const char *scope = "/model/rotary_emb";
    value frequencies = add_weight(b, "model.rotary_emb.inv_freq", DT_FLOAT, INTS(HEAD / 2));
    value x = cast(b, scope, unsqueeze(b, scope, positions, 2), DT_FLOAT);
    x = binary(b, scope, "Mul", x, frequencies);
    x = concat(b, scope, x, x, -1);
    c->cosines = binary_scalar(b, scope, "Mul", unary(b, scope, "Cos", x), 1);
    c->sines = binary_scalar(b, scope, "Mul", unary(b, scope, "Sin", x), 1);
}

/* (-second half, first half) of the last axis. */
static value rotate_half(builder *b, const char *scope, value x) {
    value size = size_of(b, scope, x, 3);
    value half = binary(b, scope, "Div", size, constant_int(b, scope, 2));
    value middle = unsqueeze(b, scope, half, 0);
    value first = slice(b, scope, x, constant_ints(b, scope, INTS(0)), middle, 3);
    value second = slice(b, scope, x, middle, constant_ints(b, scope, INTS(INT64_MAX)), 3);
    return concat(b, scope, unary(b, scope, "Neg", second), first, -1);
}

static value rotate(builder *b, const char *scope, value x, value cosines, value sines) {
    value kept = binary(b, scope, "Mul", x, cosines);
    value turned = binary(b, scope, "Mul", rotate_half(b, scope, x), sines);
    return binary(b, scope, "Add", kept, turned);
}

/* Each cached head serves a group of query heads: Unsqueeze, Expand, Reshape. */
static value repeat_heads(builder *b, const char *scope, value x) {
    value batch = size_of(b, scope, x, 0), cached = size_of(b, scope, x, 1);
    value length = size_of(b, scope, x, 2), size = size_of(b, scope, x, 3);
    value shape =
        SHAPE(b, scope, SIZE(batch), SIZE(cached), NUMBER(GROUP), SIZE(length), SIZE(size));
    value repeated = expand(b, scope, unsqueeze(b, scope, x, 2), shape);
    value all = binary(b, scope, "Mul", cached, constant_int(b, scope, GROUP));
    return reshape(b, scope, repeated,
                   SHAPE(b, scope, SIZE(batch), SIZE(all), SIZE(length), SIZE(size)));
}

static value project_heads(builder *b, const char *scope, const char *name, value x, sequence s,
                           int64_t n) {
    x = project(b, TEXT(b, "%s/%s", scope, name), x, WIDTH, n * HEAD);
    return transpose(b, scope, split_heads(b, scope, x, s, -1, HEAD), INTS(0, 2, 1, 3));
}

static value extend(builder *b, const char *scope, value past, value x) {
    return past ? concat(b, scope, past, x, -2) : x;
}

static value self_attention(builder *b, const char *scope, value x, const context *c,
                            layer_cache *cache) {
    sequence s = sequence_of(b, scope, x);
    value query = project_heads(b, scope, "q_proj", x, s, HEADS);
    value keys = project_heads(b, scope, "k_proj", x, s, CACHED_HEADS);
    value values = project_heads(b, scope, "v_proj", x, s, CACHED_HEADS);
    value cosines = unsqueeze(b, scope, c->cosines, 1);
    value sines = unsqueeze(b, scope, c->sines, 1);
    query = rotate(b, scope, query, cosines, sines);
    keys = rotate(b, scope, keys, cosines, sines);
    cache->keys = extend(b, scope, cache->keys, keys);
    cache->values = extend(b, scope, cache->values, values);
    keys = repeat_heads(b, scope, cache->keys);
    values = repeat_heads(b, scope, cache->values);
    value y = attend(b, scope,
                     (attention_heads){.query = query,
                                       .keys = transpose(b, scope, keys, INTS(0, 1, 3, 2)),
                                       .values = values,
                                       .scale_operator = "Mul",
                                       .scale = 0.08838835f, /* 1 / sqrt(128) */
                                       .mask = c->mask});
    y = merge_heads(b, scope, y, s, HEADS * HEAD);
    return project(b, TEXT(b, "%s/o_proj", scope), y, HEADS * HEAD, WIDTH);
}

static value mlp(builder *b, const char *scope, value x) {
    value gate = project(b, TEXT(b, "%s/gate_proj", scope), x, WIDTH, HIDDEN);
    const char *activation = TEXT(b, "%s/act_fn", scope);
    gate = binary(b, activation, "Mul", gate, unary(b, activation, "Sigmoid", gate));
    value up = project(b, TEXT(b, "%s/up_proj", scope), x, WIDTH, HIDDEN);
    value y = binary(b, scope, "Mul", gate, up);
    return project(b, TEXT(b, "%s/down_proj", scope), y, HIDDEN, WIDTH);
}

static value decoder_layer(builder *b, const char *scope, value x, const context *c,
                           layer_cache *cache) {
    value y = rms_norm(b, TEXT(b, "%s/input_layernorm", scope), x);
    y = self_attention(b, TEXT(b, "%s/self_attn", scope), y, c, cache);
    x = binary(b, scope, "Add", x, y);
    y = rms_norm(b, TEXT(b, "%s/post_attention_layernorm", scope), x);
    return binary(b, scope, "Add", x, mlp(b, TEXT(b, "%s/mlp", scope), y));
}

/* Positions of a sequence that starts behind the past: Range, + past. */
static value query_positions(builder *b, const char *scope, value length, value past) {
    value positions = range(b, scope, length);
    return past ? binary(b, scope, "Add", positions, size_of(b, scope, past, 2)) : positions;
}

/* Zero where a query may look at a key, the lowest float elsewhere. */
static value causal_mask(builder *b, value x, value attention, value past) {
    const char *scope = "/model";
    sequence s = sequence_of(b, scope, x);
    value n_keys = size_of(b, scope, attention, 1);
    value keys = range(b, scope, n_keys);
    for (int axis = 0; axis < 3; axis++)
        keys = unsqueeze(b, scope, keys, axis);
    value queries = query_positions(b, scope, s.length, past);
    queries = unsqueeze(b, scope, unsqueeze(b, scope, queries, 0), 1);
    value seen = binary(b, scope, "LessOrEqual", keys, unsqueeze(b, scope, queries, 3));
    value present = cast(b, scope, attention, DT_BOOL);
    present = unsqueeze(b, scope, unsqueeze(b, scope, present, 1), 2);
    value shape = SHAPE(b, scope, SIZE(s.batch), NUMBER(-1), SIZE(s.length), SIZE(n_keys));
    value both = expand(b, scope, binary(b, scope, "And", seen, present), shape);
    value zero = constant_float(b, scope, 0);
    value low = constant_float(b, scope, masked_score());
    return add_node(b, scope, "Where", IN(both, zero, low), NO_ATTRIBUTES);
}

/* The names of the dimensions of one of the two models. */
typedef struct dimensions {
    const char *tokens, *attention, *logits, *past, *present;
} dimensions;

static void add_cache_inputs(builder *b, const char *dims, layer_cache *caches, int64_t n) {
    for (int64_t i = 0; dims && i < n; i++) {
        caches[i].keys =
            add_input(b, TEXT(b, "past_key_values.%" PRId64 ".key", i), DT_FLOAT, dims);
        caches[i].values =
            add_input(b, TEXT(b, "past_key_values.%" PRId64 ".value", i), DT_FLOAT, dims);
    }
}

static void add_cache_outputs(builder *b, const char *dims, const layer_cache *caches, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        add_output(b, caches[i].keys, TEXT(b, "present.%" PRId64 ".key", i), DT_FLOAT, dims);
        add_output(b, caches[i].values, TEXT(b, "present.%" PRId64 ".value", i), DT_FLOAT, dims);
    }
}

static void build_llama(builder *b, dimensions d, int64_t n) {
    layer_cache *caches = arena_array(b->memory, (size_t)n, sizeof *caches);
    context c;
    value words = add_input(b, "input_ids", DT_INT64, d.tokens);
    value attention = add_input(b, "attention_mask", DT_INT64, d.attention);
    value positions = add_input(b, "position_ids", DT_INT64, d.tokens);
    add_cache_inputs(b, d.past, caches, n);
    value table = add_weight(b, "model.embed_tokens.weight", DT_FLOAT, INTS(VOCABULARY, WIDTH));
    value x = gather(b, "/model/embed_tokens", table, words, 0);
    c.mask = causal_mask(b, x, attention, caches[0].keys);
    rotary_angles(b, positions, &c);
    for (int64_t i = 0; i < n; i++)
        x = decoder_layer(b, TEXT(b, "/model/layers.%" PRId64, i), x, &c, &caches[i]);
    x = project(b, "/lm_head", rms_norm(b, "/model/norm", x), WIDTH, VOCABULARY);
    add_output(b, x, "logits", DT_FLOAT, d.logits);
    add_cache_outputs(b, d.present, caches, n);
}

void build_llama_prefill_of(builder *b, int64_t layers) {
    build_llama(b,
                (dimensions){.tokens = "batch_size,sequence_length",
                             .attention = "batch_size,sequence_length",
                             .logits = "batch_size,sequence_length,128256",
                             .present = "batch_size,8,sequence_length,128"},
                layers);
}

void build_llama_decode_of(builder *b, int64_t layers) {
    build_llama(b,
                (dimensions){.tokens = "batch_size,1",
                             .attention = "batch_size,past_sequence_length + 1",
                             .logits = "batch_size,1,128256",
                             .past = "batch_size,8,past_sequence_length,128",
                             .present = "batch_size,8,past_sequence_length + 1,128"},
                layers);
}

void build_llama_prefill(builder *b) {
    build_llama_prefill_of(b, kept_layers);
}

void build_llama_decode(builder *b) {
    build_llama_decode_of(b, kept_layers);
}
