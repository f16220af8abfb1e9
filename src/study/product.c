/* A matrix product, of which a fully connected layer is the case of few rows; and attention. */
#include "study/study.h"
#include <stdio.h>

/* --- matrix product --- */

enum { M, N, K };

static const roof_factor gemm_factors[] = {
    [M] = {"m", "rows of the input: samples, or tokens", 1024, NULL, 1, 1 << 30},
    [N] = {"n", "columns of the weights: outputs", 1024, NULL, 1, 1 << 30},
    [K] = {"k", "rows of the weights: inputs", 1024, NULL, 1, 1 << 30},
};

static const roof_standard gemm_standard[] = {
    {.factor = "m", .values = "1..4096:x2"},
    {.factor = "n", .values = "1..4096:x2"},
    {.factor = "k", .values = "1..4096:x2"},
};

static void build_gemm(builder *b, const int64_t *v) {
    value x = study_input(b, "input", INTS(v[M], v[K]));
    value w = add_weight(b, "weight", DT_FLOAT, INTS(v[K], v[N]));
    value y = add_tensor(b, "gemm.output");
    add_named_node(b, "gemm", "Gemm", IN(x, w), NO_ATTRIBUTES, y);
    study_output(b, y, "output", INTS(v[M], v[N]));
}

const study study_gemm = {
    .name = "gemm",
    .meaning = "a product of an m x k input and k x n weights without bias; with few rows m "
               "a fully connected layer",
    .opset = 17,
    .ir_version = 8,
    ROWS_OF(factors, gemm_factors),
    ROWS_OF(standard, gemm_standard),
    .build = build_gemm};

/* --- attention --- */

enum { SEQUENCE, HEADS, KV_HEADS, HEAD_SIZE, BATCH, PAST };

static const roof_factor attention_factors[] = {
    [SEQUENCE] = {"sequence", "new tokens; 1 with a past: decoding", 1024, NULL, 1, 1 << 30},
    [HEADS] = {"heads", "heads of the queries", 32, NULL, 1, 1 << 16},
    [KV_HEADS] = {"kv-heads", "heads of keys and values; fewer: grouped queries", 0, "heads", 1,
                  1 << 16},
    [HEAD_SIZE] = {"head-size", "elements of a head", 128, NULL, 1, 1 << 16},
    [BATCH] = {"batch", "sequences", 1, NULL, 1, 1 << 24},
    [PAST] = {"past", "tokens in the cache", 0, NULL, 0, 1 << 30},
};

static const roof_standard attention_standard[] = {
    {.factor = "sequence", .values = "1..8192:x2"},
    {.factor = "head-size", .values = "16..256:x2"},
    {.factor = "heads", .values = "1..64:x2"},
    {.factor = "batch", .values = "1..64:x2"},
    {.factor = "past", .values = "128..65536:x2", .with = {{"sequence", 1}}},
    {.factor = "kv-heads", .values = "1..4096", .with = {{"sequence", 1}, {"past", 4096}}},
};

static bool attention_misfit(const int64_t *v, char why[LONGEST_WHY]) {
    return v[HEADS] % v[KV_HEADS] != 0 &&
           snprintf(why, LONGEST_WHY, "%lld kv-heads do not divide %lld heads",
                    (long long)v[KV_HEADS], (long long)v[HEADS]) > 0;
}

/* Keys or values: of the new tokens, of those before, and of all. */
static value cache_input(builder *b, const char *name, const int64_t *v, int64_t length) {
    return study_input(b, name, INTS(v[BATCH], v[KV_HEADS], length, v[HEAD_SIZE]));
}

static void build_attention(builder *b, const int64_t *v) {
    value q = study_input(b, "query", INTS(v[BATCH], v[HEADS], v[SEQUENCE], v[HEAD_SIZE]));
    value k = cache_input(b, "key", v, v[SEQUENCE]), w = cache_input(b, "value", v, v[SEQUENCE]);
    value y[3];
    if (v[PAST] > 0) {
        value past_k = cache_input(b, "past_key", v, v[PAST]);
        value past_v = cache_input(b, "past_value", v, v[PAST]);
        ints all = INTS(v[BATCH], v[KV_HEADS], v[PAST] + v[SEQUENCE], v[HEAD_SIZE]);
        add_node_outputs(b, "", "Attention", IN(q, k, w, add_tensor(b, ""), past_k, past_v),
                         NO_ATTRIBUTES, y, 3);
        study_output(b, y[1], "present_key", all);
        study_output(b, y[2], "present_value", all);
    } else {
        y[0] = add_node(b, "", "Attention", IN(q, k, w), NO_ATTRIBUTES);
    }
    study_output(b, y[0], "output", INTS(v[BATCH], v[HEADS], v[SEQUENCE], v[HEAD_SIZE]));
}

const study study_attention = {
    .name = "attention",
    .meaning = "the Attention operator over separate heads, with a cache of keys and "
               "values where there is a past",
    .opset = 23,
    .ir_version = 11,
    ROWS_OF(factors, attention_factors),
    ROWS_OF(standard, attention_standard),
    .misfit = attention_misfit,
    .build = build_attention};
