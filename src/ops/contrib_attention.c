/* ONNX Runtime's attention operators. */
#include "ops/compute.h"

/* The number of heads, or 0 after site_invalid. */
static int64_t heads_of(site *s, const char *name) {
    int64_t n = site_int(s, name, 0);
    if (n < 1)
        site_invalid(s, "%s is %lld", name, (long long)n);
    return n < 1 ? 0 : n;
}

/* The value of a scalar input, or UNKNOWN. */
static count scalar_input(site *s, unsigned i) {
    int64_t v;
    return content_int(site_content(s, i), 0, &v) && v >= 0 ? v : UNKNOWN;
}

/* --- MultiHeadAttention --- */

enum {
    MHA_Q,
    MHA_K,
    MHA_V,
    MHA_BIAS,
    MHA_PADDING,
    MHA_SCORE_BIAS,
    MHA_PAST_K,
    MHA_PAST_V,
    MHA_PAST
};

/* Length and size per head of keys or values: (B, L, H.D), (B, H, L, D) or packed (B, L, H, n, D).
 */
static void read_operand(const fact *f, int64_t heads, count *length, count *size) {
    int rank = f ? f->rank : -1;
    *length = rank == 4 ? f->dims[2] : rank == 3 || rank == 5 ? f->dims[1] : UNKNOWN;
    *size = rank == 3 ? cnt_div(f->dims[2], heads) : rank >= 4 ? f->dims[rank - 1] : UNKNOWN;
}

/* False after site_invalid, or when the query's rank is unknown. */
static bool read_multi_head(site *s, attention_shape *a) {
    const fact *q = site_in(s, MHA_Q), *k = site_in(s, MHA_K), *v = site_in(s, MHA_V);
    int64_t heads = heads_of(s, "num_heads");
    if (!heads || !q || q->rank < 0)
        return false;
    if (q->rank != 3 && q->rank != 5) {
        site_invalid(s, "the query has %d dimensions and must have 3 or 5", q->rank);
        return false;
    }
    count new_len, k_size, v_len;
    *a = (attention_shape){.batch = q->dims[0], .q_heads = heads, .kv_heads = heads};
    read_operand(q, heads, &a->q_len, &a->qk_size);
    read_operand(k ? k : q, heads, &new_len, &k_size);
    read_operand(v ? v : k ? k : q, heads, &v_len, &a->v_size);
    const fact *past = site_in(s, MHA_PAST_K);
    a->past_len = past ? fact_dim(past, 2) : 0;
    if (past && site_in(s, MHA_PAST)) { /* a buffer, filled so far */
        count filled = scalar_input(s, MHA_PAST);
        a->kv_len = known(filled) ? cnt_add(filled, new_len) : a->past_len;
        a->past_len = cnt_sub(a->kv_len, new_len);
    } else {
        a->kv_len = cnt_add(a->past_len, new_len);
    }
    return true;
}

static void out_attention(site *s, const attention_shape *a, dtype elem, dtype cache,
                          count buffer) {
    enum { Y, PRESENT_KEY, PRESENT_VALUE, SCORES };
    out_tensor(s, Y, elem, 3, (count[]){a->batch, a->q_len, cnt_mul(a->q_heads, a->v_size)});
    out_tensor(s, PRESENT_KEY, cache, 4, (count[]){a->batch, a->kv_heads, buffer, a->qk_size});
    out_tensor(s, PRESENT_VALUE, cache, 4, (count[]){a->batch, a->kv_heads, buffer, a->v_size});
    out_tensor(s, SCORES, elem, 4, (count[]){a->batch, a->q_heads, a->q_len, a->kv_len});
}

static void out_unknown(site *s, dtype elem, unsigned n) {
    for (unsigned i = 0; i < n; i++)
        out_tensor(s, i, elem, -1, NULL);
}

static void infer_multi_head(site *s) {
    dtype elem = fact_elem(site_in(s, MHA_Q));
    attention_shape a;
    if (!read_multi_head(s, &a)) {
        out_unknown(s, elem, 4);
        return;
    }
    const fact *past = site_in(s, MHA_PAST_K);
    bool buffer = past && site_in(s, MHA_PAST);
    out_attention(s, &a, elem, elem, buffer ? fact_dim(past, 2) : a.kv_len);
}

static void unknown_attention(work *w) {
    w->macs = w->vector = w->special = UNKNOWN;
}

static void cost_multi_head(site *s, work *w) {
    attention_shape a;
    if (!read_multi_head(s, &a)) {
        unknown_attention(w);
        return;
    }
    attention_form f = {.causal = site_int(s, "unidirectional", 0) != 0,
                        .left = -1,
                        .right = -1,
                        .offset = a.past_len};
    f.mask = f.causal || site_in(s, MHA_PADDING) || site_in(s, MHA_SCORE_BIAS);
    attention_work(w, &a, &f);
    if (site_in(s, MHA_BIAS))
        for (unsigned i = MHA_Q; i <= MHA_V; i++)
            if (site_in(s, i))
                work_add(w, fact_elements(site_in(s, i)), 1, 0);
    if (site_in(s, MHA_PAST) && !known(scalar_input(s, MHA_PAST))) {
        w->estimated = true;
        work_note(s, w, "past_sequence_length is data: the whole cache is taken as filled");
    }
}

/* --- GroupQueryAttention --- */

enum {
    GQA_Q,
    GQA_K,
    GQA_V,
    GQA_PAST_K,
    GQA_PAST_V,
    GQA_LENGTHS,
    GQA_TOTAL,
    GQA_COS,
    GQA_SCORE_BIAS = 10
};

static bool read_grouped(site *s, attention_shape *a) {
    const fact *q = site_in(s, GQA_Q);
    int64_t q_heads = heads_of(s, "num_heads"), kv_heads = heads_of(s, "kv_num_heads");
    if (!q_heads || !kv_heads || !q || q->rank < 0)
        return false;
    if (q->rank != 3 || q_heads % kv_heads) {
        site_invalid(s, "a query of %d dimensions (must be 3), %lld heads sharing %lld", q->rank,
                     (long long)q_heads, (long long)kv_heads);
        return false;
    }
    bool packed = !site_in(s, GQA_K);
    count size = cnt_div(q->dims[2], packed ? cnt_add(q_heads, cnt_mul(2, kv_heads)) : q_heads);
    const fact *past = site_in(s, GQA_PAST_K);
    count total = scalar_input(s, GQA_TOTAL), held = past ? fact_dim(past, 2) : 0;
    *a = (attention_shape){.batch = q->dims[0],
                           .q_heads = q_heads,
                           .kv_heads = kv_heads,
                           .q_len = q->dims[1],
                           .kv_len = known(total) ? total : cnt_add(held, q->dims[1]),
                           .qk_size = size,
                           .v_size = size};
    a->past_len = cnt_sub(a->kv_len, a->q_len);
    return true;
}

static void infer_grouped(site *s) {
    dtype elem = fact_elem(site_in(s, GQA_Q));
    const fact *past = site_in(s, GQA_PAST_K);
    attention_shape a;
    if (!read_grouped(s, &a)) {
        out_unknown(s, elem, 4);
        return;
    }
    count buffer = past ? cnt_max(fact_dim(past, 2), a.kv_len) : a.kv_len;
    out_attention(s, &a, elem, past ? past->elem : elem, buffer);
}

static void cost_grouped(site *s, work *w) {
    attention_shape a;
    if (!read_grouped(s, &a)) {
        unknown_attention(w);
        return;
    }
    int64_t window = site_int(s, "local_window_size", -1);
    attention_form f = {.causal = true,
                        .left = window > 0 ? window - 1 : -1,
                        .right = -1,
                        .offset = a.past_len,
                        .mask = true,
                        .softcap = site_float(s, "softcap", 0) != 0};
    attention_work(w, &a, &f);
    count tokens = cnt_mul(a.batch, a.q_len);
    if (site_int(s, "do_rotary", 0)) {
        count rotated = cnt_mul(2, fact_dim(site_in(s, GQA_COS), -1));
        work_add(w, cnt_mul3(tokens, cnt_add(a.q_heads, a.kv_heads), rotated), 3, 0);
    }
    /* of a shared buffer only what is filled */
    count filled = cnt_mul(cnt_mul(a.batch, a.kv_heads), cnt_mul(a.past_len, a.qk_size));
    for (unsigned i = GQA_PAST_K; i <= GQA_PAST_V; i++)
        if (site_in(s, i))
            work_touch(w, i, filled);
    if (!known(scalar_input(s, GQA_TOTAL))) {
        w->estimated = true;
        work_note(s, w, "total_sequence_length is data: past and new tokens are taken as valid");
    }
}

/* --- Attention with its projection --- */

enum { ATT_INPUT, ATT_WEIGHTS, ATT_BIAS, ATT_MASK, ATT_PAST, ATT_SCORE_BIAS, ATT_FILLED };

/* Hidden sizes of queries and values; keys are as wide as queries. */
static bool projected_sizes(site *s, count *q, count *v) {
    size_t n;
    const int64_t *sizes = site_ints(s, "qkv_hidden_sizes", &n);
    if (sizes && (n != 3 || sizes[0] < 1 || sizes[1] != sizes[0] || sizes[2] < 1)) {
        site_invalid(s, "qkv_hidden_sizes are not three sizes, the first two equal");
        return false;
    }
    *q = sizes ? sizes[0] : cnt_div(fact_dim(site_in(s, ATT_WEIGHTS), 1), 3);
    *v = sizes ? sizes[2] : *q;
    return true;
}

static bool read_projected(site *s, attention_shape *a) {
    const fact *x = site_in(s, ATT_INPUT);
    int64_t heads = heads_of(s, "num_heads");
    count q, v;
    if (!heads || !projected_sizes(s, &q, &v) || !x || x->rank < 0)
        return false;
    if (x->rank != 3) {
        site_invalid(s, "the input has %d dimensions and must have 3", x->rank);
        return false;
    }
    const fact *past = site_in(s, ATT_PAST);
    *a = (attention_shape){.batch = x->dims[0],
                           .q_heads = heads,
                           .kv_heads = heads,
                           .q_len = x->dims[1],
                           .past_len = past ? fact_dim(past, 3) : 0,
                           .qk_size = cnt_div(q, heads),
                           .v_size = cnt_div(v, heads)};
    if (past && site_in(s, ATT_FILLED)) { /* a buffer, filled so far */
        count filled = scalar_input(s, ATT_FILLED);
        a->past_len = known(filled) ? filled : cnt_sub(a->past_len, a->q_len);
    }
    a->kv_len = cnt_add(a->past_len, a->q_len);
    return true;
}

static void infer_projected(site *s) {
    dtype elem = fact_elem(site_in(s, ATT_INPUT));
    const fact *past = site_in(s, ATT_PAST);
    attention_shape a;
    if (!read_projected(s, &a)) {
        out_unknown(s, elem, 2);
        return;
    }
    out_tensor(s, 0, elem, 3, (count[]){a.batch, a.q_len, cnt_mul(a.q_heads, a.v_size)});
    count length = past && site_in(s, ATT_FILLED) ? fact_dim(past, 3) : a.kv_len;
    out_tensor(s, 1, elem, 5, (count[]){2, a.batch, a.q_heads, length, a.qk_size});
}

static void cost_projected(site *s, work *w) {
    attention_shape a;
    if (!read_projected(s, &a)) {
        unknown_attention(w);
        return;
    }
    count tokens = cnt_mul(a.batch, a.q_len);
    count query = cnt_mul(a.q_heads, a.qk_size);
    count projected = cnt_mul(tokens, cnt_add(cnt_mul(2, query), cnt_mul(a.q_heads, a.v_size)));
    w->macs = cnt_mul(projected, fact_dim(site_in(s, ATT_INPUT), 2));
    if (site_in(s, ATT_BIAS))
        work_add(w, projected, 1, 0);
    attention_form f = {.causal = site_int(s, "unidirectional", 0) != 0,
                        .left = -1,
                        .right = -1,
                        .offset = a.past_len};
    f.mask = f.causal || site_in(s, ATT_MASK) || site_in(s, ATT_SCORE_BIAS);
    attention_work(w, &a, &f);
    if (site_int(s, "do_rotary", 0)) {
        int64_t partial = site_int(s, "rotary_embedding_dim", 0);
        count rotated = cnt_mul3(tokens, a.q_heads, partial > 0 ? partial : a.qk_size);
        work_add(w, cnt_mul(2, rotated), 3, 0); /* queries and keys */
    }
    if (site_in(s, ATT_FILLED) && !known(scalar_input(s, ATT_FILLED))) {
        w->estimated = true;
        work_note(s, w, "past_sequence_length is data: the whole cache is taken as filled");
    }
}

#define ATTENTION                                                                                  \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION,          \
    .traits = OP_FP32_VECTOR

const op_def ops_contrib_attention[] = {
    {ATTENTION, .name = "MultiHeadAttention", .infer = infer_multi_head, .cost = cost_multi_head,
     .rule = "macs = B.H.Sq.Skv.(Dqk + Dv); per score 5 and 1 special, mask 1; bias 1"},
    {ATTENTION, .name = "GroupQueryAttention", .infer = infer_grouped, .cost = cost_grouped,
     .rule = "macs = B.Hq.Sq.Skv.2D; per score 6 and 1 special, softcap 2 and 1; rotary 3"},
    {ATTENTION, .name = "Attention", .infer = infer_projected, .cost = cost_projected,
     .rule = "macs = B.S.Din.(Dq + Dk + Dv) + B.H.Sq.Skv.(Dqk + Dv); per score 5 and 1 special, "
             "mask 1"},
    {0},
};
