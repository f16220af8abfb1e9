/* ONNX Runtime's attention that begins with the projection of its input to queries, keys and
 * values: Attention, its quantized and packed forms, Longformer's, DecoderAttention. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include <string.h>

/* Where the operators have their operands; 0: they have none. Those with `values` keep the three
 * weights apart, from `weights` to `values`. */
typedef struct places {
    const char *op;
    unsigned weights, values, bias, mask, past, score_bias, filled, global;
    bool quantized, ordered;
} places;

static const places all_places[] = {
    {"Attention", .weights = 1, .bias = 2, .mask = 3, .past = 4, .score_bias = 5, .filled = 6},
    {"DecoderMaskedSelfAttention", .weights = 1, .bias = 2, .mask = 3, .past = 4, .score_bias = 5,
     .filled = 6},
    {"PackedAttention", .weights = 1, .bias = 2, .score_bias = 5},
    {"QAttention", .weights = 1, .bias = 2, .mask = 5, .past = 8, .quantized = true},
    {"QOrderedAttention", .weights = 5, .values = 7, .bias = 11, .mask = 17, .past = 18,
     .score_bias = 19, .quantized = true, .ordered = true},
    {"LongformerAttention", .weights = 1, .bias = 2, .mask = 3, .global = 4},
    {"QOrderedLongformerAttention", .weights = 2, .bias = 4, .mask = 7, .global = 8,
     .quantized = true, .ordered = true},
};

static const places *places_of(const site *s) {
    size_t i = 0;
    while (strcmp(all_places[i].op, s->op->name))
        i++;
    return &all_places[i];
}

static bool has(const site *s, unsigned place) {
    return place && site_in(s, place);
}

/* --- shapes --- */

/* Hidden sizes of queries and values; keys are as wide as queries. */
static bool projected_sizes(site *s, const places *p, count *q, count *v) {
    size_t n;
    const int64_t *sizes = site_ints(s, "qkv_hidden_sizes", &n);
    if (sizes && n > 0 && (n != 3 || sizes[0] < 1 || sizes[1] != sizes[0] || sizes[2] < 1)) {
        site_invalid(s, "qkv_hidden_sizes are not three sizes, the first two equal");
        return false;
    }
    count columns = fact_dim(site_in(s, p->weights), 1);
    if (sizes && n > 0) {
        *q = sizes[0];
        *v = sizes[2];
    } else {
        *q = p->values ? columns : cnt_div(columns, 3);
        *v = p->values ? fact_dim(site_in(s, p->values), 1) : *q;
    }
    return true;
}

/* Heads and their sizes; false after site_invalid, or when the input's rank is unknown. */
static bool read_heads(site *s, const places *p, int rank, attention_shape *a) {
    const fact *x = site_in(s, 0);
    int64_t heads = attention_heads(s, "num_heads");
    count q, v;
    if (!heads || !projected_sizes(s, p, &q, &v) || !x || x->rank < 0)
        return false;
    if (x->rank != rank) {
        site_invalid(s, "the input has %d dimensions and must have %d", x->rank, rank);
        return false;
    }
    *a = (attention_shape){.q_heads = heads,
                           .kv_heads = heads,
                           .qk_size = cnt_div(q, heads),
                           .v_size = cnt_div(v, heads)};
    return true;
}

static bool read_projected(site *s, const places *p, attention_shape *a) {
    if (!read_heads(s, p, 3, a))
        return false;
    const fact *x = site_in(s, 0), *past = has(s, p->past) ? site_in(s, p->past) : NULL;
    a->batch = x->dims[0];
    a->q_len = x->dims[1];
    a->past_len = past ? fact_dim(past, 3) : 0;
    if (past && has(s, p->filled)) { /* a buffer, filled so far */
        count filled = scalar_input(s, p->filled);
        a->past_len = known(filled) ? filled : cnt_sub(a->past_len, a->q_len);
    }
    a->kv_len = cnt_add(a->past_len, a->q_len);
    return true;
}

/* Ordered operators give int8, the others what their bias is. */
static dtype result_type(const site *s, const places *p) {
    return fact_elem(site_in(s, p->quantized && !p->ordered ? p->bias : 0));
}

static void infer_projected(site *s) {
    const places *p = places_of(s);
    dtype elem = result_type(s, p);
    const fact *past = has(s, p->past) ? site_in(s, p->past) : NULL;
    attention_shape a;
    if (!read_projected(s, p, &a)) {
        out_unknown(s, elem, 2);
        return;
    }
    out_tensor(s, 0, elem, 3, (count[]){a.batch, a.q_len, cnt_mul(a.q_heads, a.v_size)});
    count length = past && has(s, p->filled) ? fact_dim(past, 3) : a.kv_len;
    out_tensor(s, 1, elem, 5, (count[]){2, a.batch, a.q_heads, length, a.qk_size});
}

/* --- work --- */

/* Queries, keys and values of so many tokens; gives their number of elements. */
static count add_projection(site *s, work *w, const places *p, const attention_shape *a,
                            count tokens) {
    count query = cnt_mul(a->q_heads, a->qk_size), values = cnt_mul(a->q_heads, a->v_size);
    count columns = cnt_add(cnt_mul(2, query), values), projected = cnt_mul(tokens, columns);
    work_macs(w, {"tokens", tokens}, {"Din", fact_dim(site_in(s, 0), -1)},
              {"Dq + Dk + Dv", columns});
    w->macs_valid = w->macs;
    if (has(s, p->bias))
        work_each(w, "bias", projected, 1, 0);
    if (!p->quantized)
        return projected;
    work_each(w, "projected", projected, 1, 0); /* scales */
    w->precision = fact_elem(site_in(s, p->weights));
    w->accumulate = DT_INT32;
    return projected;
}

/* Between int8 products: projections, probabilities and the result are quantized again. */
static void add_requantization(site *s, work *w, const places *p, const attention_shape *a,
                               count projected) {
    count scores = cnt_mul3(cnt_mul(a->batch, a->q_heads), a->q_len, a->kv_len);
    if (!p->ordered) {
        work_note(s, w, "the projection multiplies integers, the attention after it floats");
        return;
    }
    work_quantize(w, projected, false);
    work_quantize(w, scores, false);
    work_quantize(w, fact_elements(site_out(s, 0)), false);
}

static void add_rotary(site *s, work *w, const attention_shape *a, count tokens) {
    if (!site_int(s, "do_rotary", 0))
        return;
    int64_t partial = site_int(s, "rotary_embedding_dim", 0);
    count rotated = cnt_mul3(tokens, a->q_heads, partial > 0 ? partial : a->qk_size);
    work_each(w, "rotated", cnt_mul(2, rotated), 3, 0); /* queries and keys */
}

/* Of a buffer of keys and values only what is filled is read or written. */
static void touch_buffer(site *s, work *w, const places *p, const attention_shape *a) {
    if (!has(s, p->past) || !has(s, p->filled))
        return;
    count row = cnt_mul(cnt_mul(2, a->batch), cnt_mul(a->q_heads, a->qk_size));
    work_touch(w, p->past, cnt_mul(row, a->past_len));
    if (site_out(s, 1))
        work_write(w, 1, cnt_mul(row, a->kv_len));
    if (!known(scalar_input(s, p->filled)))
        note_whole_cache(s, w, "past_sequence_length");
}

static void cost_projected(site *s, work *w) {
    const places *p = places_of(s);
    attention_shape a;
    if (!read_projected(s, p, &a)) {
        unknown_attention(w);
        return;
    }
    count tokens = cnt_mul(a.batch, a.q_len);
    count projected = add_projection(s, w, p, &a, tokens);
    attention_form f = {.causal = site_int(s, "unidirectional", 0) != 0,
                        .left = -1,
                        .right = -1,
                        .offset = a.past_len};
    f.mask = f.causal || has(s, p->mask) || has(s, p->score_bias);
    attention_work(w, &a, &f);
    add_rotary(s, w, &a, tokens);
    if (p->quantized)
        add_requantization(s, w, p, &a, projected);
    touch_buffer(s, w, p, &a);
}

/* --- PackedAttention: tokens without padding --- */

static void infer_packed(site *s) {
    const places *p = places_of(s);
    attention_shape a;
    dtype elem = fact_elem(site_in(s, 0));
    if (read_heads(s, p, 2, &a))
        out_tensor(s, 0, elem, 2,
                   (count[]){fact_dim(site_in(s, 0), 0), cnt_mul(a.q_heads, a.v_size)});
    else
        out_unknown(s, elem, 1);
}

static void cost_packed(site *s, work *w) {
    enum { OFFSETS = 3, STARTS = 4 };
    const places *p = places_of(s);
    attention_shape a;
    if (!read_heads(s, p, 2, &a)) {
        unknown_attention(w);
        return;
    }
    ragged r = {.starts = STARTS,
                .tokens = fact_dim(site_in(s, 0), 0),
                .longest = fact_dim(site_in(s, OFFSETS), 1)};
    attention_form f = {.left = -1, .right = -1, .mask = has(s, p->score_bias)};
    add_projection(s, w, p, &a, r.tokens);
    ragged_work(s, w, a, f, &r);
}

/* --- LongformerAttention: a window around each token, and a few tokens that see all --- */

static void cost_longformer(site *s, work *w) {
    const places *p = places_of(s);
    int64_t window = site_int(s, "window", 0);
    attention_shape a;
    if (!read_projected(s, p, &a)) {
        unknown_attention(w);
        return;
    }
    count tokens = cnt_mul(a.batch, a.q_len), wide = cnt_mul(a.q_heads, a.qk_size);
    count projected = add_projection(s, w, p, &a, tokens);
    count least = w->macs;
    /* Keys and values of all tokens once more, and the query of each global one. */
    count rows = cnt_add(cnt_mul(2, tokens), a.batch), global = cnt_mul(rows, wide);
    work_macs(w, {"2.B.S + B", rows}, {"D", wide}, {"Din", fact_dim(site_in(s, 0), 2)});
    work_each(w, "global", global, p->quantized ? 2 : 1, 0);
    count before = w->macs;
    attention_form f = {.left = window, .right = window, .mask = true};
    attention_work(w, &a, &f);
    w->macs_valid = cnt_add(least, cnt_sub(w->macs_valid, before));
    if (p->quantized)
        add_requantization(s, w, p, &a, cnt_add(projected, global));
    w->estimated = true;
    work_note(s, w, "which tokens see all is data: one in each sequence is assumed");
}

static void infer_longformer(site *s) {
    if (site_int(s, "window", 0) < 1)
        site_invalid(s, "window is %lld", (long long)site_int(s, "window", 0));
    out_like(s, 0, site_in(s, 0));
}

#define ATTENTION                                                                                  \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION,          \
    .traits = OP_FP32_VECTOR
#define INTEGER                                                                                    \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION,          \
    .traits = OP_FP32_VECTOR | OP_QUANTIZED
#define PROJECTED  .infer = infer_projected, .cost = cost_projected
#define LONGFORMER .infer = infer_longformer, .cost = cost_longformer
#define PROJECTION                                                                                 \
    "macs = B.S.Din.(Dq + Dk + Dv) + B.H.Sq.Skv.(Dqk + Dv); per score 5 and 1 special, mask 1; "   \
    "estimated: filled cache"
#define GLOBAL                                                                                     \
    "macs = B.S.Din.5D + B.Din.D + B.H.S.S.2D; per score 6 and 1 special; estimated: global "      \
    "tokens"

const op_def ops_contrib_project[] = {
    {ATTENTION, PROJECTED, .name = "Attention", .rule = PROJECTION},
    {ATTENTION, PROJECTED, .name = "DecoderMaskedSelfAttention", .rule = PROJECTION},
    {ATTENTION, .name = "PackedAttention", .infer = infer_packed, .cost = cost_packed,
     .rule = "macs = T.Din.(Dq + Dk + Dv) + pairs.H.(Dqk + Dv), of a query and a key of its "
             "sequence; per score 5 and 1 special, mask 1; estimated: lengths"},
    {INTEGER, PROJECTED, .name = "QAttention", .rule = PROJECTION "; scales B.S.(Dq + Dk + Dv)"},
    {INTEGER, PROJECTED, .name = "QOrderedAttention",
     .rule = PROJECTION "; scales; projections, scores and result quantized"},
    {ATTENTION, LONGFORMER, .name = "LongformerAttention", .rule = GLOBAL},
    {INTEGER, LONGFORMER, .name = "QOrderedLongformerAttention",
     .rule = GLOBAL "; scales; projections, scores and result quantized"},
    {0},
};
