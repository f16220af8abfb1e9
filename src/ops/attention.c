/* Attention and what belongs to it: rotary embeddings, linear attention, its short convolution. */
#include "ops/compute.h"
#include "ops/window.h"
#include <string.h>

/* Pairs of a query and a key that the causal frontier and the window leave. With the queries
 * counted from the last one, i' = q_len - 1 - i, a key j lies at j + i' - (q_len - 1 + offset) from
 * the query's own place. */
static count visible_pairs(const attention_shape *a, const attention_form *f) {
    bool bounded = f->causal || f->right >= 0;
    if (!bounded && f->left < 0)
        return cnt_mul(a->q_len, a->kv_len);
    count place = cnt_sub(cnt_add(a->q_len, f->offset), 1);
    if (!known(place) || !known(a->kv_len) || place > INT32_MAX || f->left > INT32_MAX ||
        f->right > INT32_MAX)
        return UNKNOWN;
    int64_t right = f->causal ? 0 : f->right;
    int64_t low = f->left < 0 ? 0 : place - f->left;
    int64_t high = bounded ? place + right + 1 : INT64_MAX;
    return window_pairs(a->q_len, 1, a->kv_len, 1, low, high);
}

void attention_work(work *w, const attention_shape *a, const attention_form *f) {
    count heads = cnt_mul(a->batch, a->q_heads), sizes = cnt_add(a->qk_size, a->v_size);
    count scores = cnt_mul3(heads, a->q_len, a->kv_len);
    count before = w->macs; /* a projection */
    work_macs(w, {"B", a->batch}, {"Hq", a->q_heads}, {"Sq", a->q_len}, {"Skv", a->kv_len},
              {"Dqk + Dv", sizes});
    w->macs_valid = cnt_add(before, cnt_mul3(heads, visible_pairs(a, f), sizes));
    work_each(w, f->mask ? "scores (scale, mask)" : "scores (scale)", scores, f->mask ? 2 : 1, 0);
    work_softmax(w, scores);
    if (f->softcap)
        work_each(w, "scores (softcap)", scores, 2, 1);
}

enum { Q, K, V, MASK, PAST_KEY, PAST_VALUE, VALID_LENGTHS };

/* Heads, length and head size of a (batch, heads, length, size) or (batch, length, heads x size)
 * tensor. */
static void split_heads(const site *s, const fact *f, const char *heads_attribute, count *heads,
                        count *length, count *size) {
    if (f && f->rank == 4) {
        *heads = f->dims[1];
        *length = f->dims[2];
        *size = f->dims[3];
        return;
    }
    int64_t n = site_int(s, heads_attribute, 0);
    *heads = n > 0 ? n : UNKNOWN;
    *length = f && f->rank == 3 ? f->dims[1] : UNKNOWN;
    *size = cnt_div(f && f->rank == 3 ? f->dims[2] : UNKNOWN, *heads);
}

/* The shape of ai.onnx Attention. False after site_invalid, or when the query's rank is unknown. */
static bool read_attention(site *s, attention_shape *a) {
    const fact *q = site_in(s, Q), *k = site_in(s, K), *v = site_in(s, V);
    if (!q || q->rank < 0)
        return false;
    if (q->rank != 3 && q->rank != 4) {
        site_invalid(s, "the query has %d dimensions and must have 3 or 4", q->rank);
        return false;
    }
    count new_len, v_len, v_heads, k_size;
    *a = (attention_shape){.batch = q->dims[0]};
    split_heads(s, q, "q_num_heads", &a->q_heads, &a->q_len, &a->qk_size);
    split_heads(s, k, "kv_num_heads", &a->kv_heads, &new_len, &k_size);
    split_heads(s, v, "kv_num_heads", &v_heads, &v_len, &a->v_size);
    if (known(a->qk_size) && known(k_size) && a->qk_size != k_size) {
        site_invalid(s, "queries of %lld elements cannot meet keys of %lld", (long long)a->qk_size,
                     (long long)k_size);
        return false;
    }
    if (known(a->q_heads) && known(a->kv_heads) && (a->kv_heads == 0 || a->q_heads % a->kv_heads)) {
        site_invalid(s, "%lld query heads cannot share %lld key heads", (long long)a->q_heads,
                     (long long)a->kv_heads);
        return false;
    }
    a->past_len = site_in(s, PAST_KEY) ? fact_dim(site_in(s, PAST_KEY), 2) : 0;
    a->kv_len = cnt_add(a->past_len, known(new_len) ? new_len : v_len);
    return true;
}

static void infer_attention(site *s) {
    enum { Y, PRESENT_KEY, PRESENT_VALUE, SCORES };
    const fact *q = site_in(s, Q);
    dtype elem = fact_elem(q), v_elem = fact_elem(site_in(s, V));
    attention_shape a;
    if (!read_attention(s, &a)) {
        out_tensor(s, Y, elem, -1, NULL);
        out_tensor(s, PRESENT_KEY, elem, -1, NULL);
        out_tensor(s, PRESENT_VALUE, v_elem, -1, NULL);
        out_tensor(s, SCORES, elem, -1, NULL);
        return;
    }
    if (q->rank == 4)
        out_tensor(s, Y, elem, 4, (count[]){a.batch, a.q_heads, a.q_len, a.v_size});
    else
        out_tensor(s, Y, elem, 3, (count[]){a.batch, a.q_len, cnt_mul(a.q_heads, a.v_size)});
    out_tensor(s, PRESENT_KEY, elem, 4, (count[]){a.batch, a.kv_heads, a.kv_len, a.qk_size});
    out_tensor(s, PRESENT_VALUE, v_elem, 4, (count[]){a.batch, a.kv_heads, a.kv_len, a.v_size});
    out_tensor(s, SCORES, elem, 4, (count[]){a.batch, a.q_heads, a.q_len, a.kv_len});
}

static void cost_attention(site *s, work *w) {
    attention_shape a;
    if (!read_attention(s, &a)) {
        w->macs = w->vector = w->special = UNKNOWN;
        return;
    }
    const fact *lengths = s->version >= 24 ? site_in(s, VALID_LENGTHS) : NULL;
    attention_form f = {.causal = site_int(s, "is_causal", 0) != 0,
                        .left = site_int(s, "left_window_size", -1),
                        .right = site_int(s, "right_window_size", -1),
                        .offset = lengths ? cnt_sub(a.kv_len, a.q_len) : a.past_len,
                        .softcap = site_float(s, "softcap", 0) != 0};
    f.mask = f.causal || f.left >= 0 || f.right >= 0 || lengths || site_in(s, MASK);
    attention_work(w, &a, &f);
    if (lengths) {
        w->estimated = true;
        work_note(s, w, "nonpad_kv_seqlen is data: the whole cache is taken as filled");
    }
}

/* --- FlexAttention: four dims always, and graphs that change scores and probabilities --- */

static void infer_flex(site *s) {
    const fact *q = site_in(s, Q);
    attention_shape a;
    if (q && q->rank >= 0 && q->rank != 4)
        site_invalid(s, "the query has %d dimensions and must have 4", q->rank);
    else if (!read_attention(s, &a))
        out_tensor(s, 0, fact_elem(q), -1, NULL);
    else
        out_tensor(s, 0, fact_elem(q), 4, (count[]){a.batch, a.q_heads, a.q_len, a.v_size});
}

static void cost_flex(site *s, work *w) {
    attention_shape a;
    attention_form f = {.left = -1, .right = -1};
    if (!read_attention(s, &a)) {
        w->macs = w->vector = w->special = UNKNOWN;
        return;
    }
    attention_work(w, &a, &f);
    if (!site_has(s, "score_mod") && !site_has(s, "prob_mod"))
        return;
    w->vector = UNKNOWN;
    work_note(s, w, "what its graphs do to each score is not counted");
}

/* --- RotaryEmbedding --- */

/* Elements of each head that are rotated. */
static count rotated_size(const site *s, const fact *x, const fact *cosines) {
    int64_t partial = site_int(s, "rotary_embedding_dim", 0);
    if (partial > 0)
        return partial;
    if (x && x->rank == 4)
        return x->dims[3];
    int64_t heads = site_int(s, "num_heads", 0);
    if (heads > 0)
        return cnt_div(fact_dim(x, 2), heads);
    return cnt_mul(2, fact_dim(cosines, -1));
}

/* Elements of the whole input that are rotated. */
static count rotated_elements(const site *s, const fact *x, const fact *cosines) {
    if (!x || (x->rank != 3 && x->rank != 4))
        return UNKNOWN;
    count rotated = rotated_size(s, x, cosines);
    if (x->rank == 4)
        return cnt_mul(fact_range(x, 0, 3), rotated);
    int64_t heads = site_int(s, "num_heads", 0);
    if (heads > 0)
        return cnt_mul3(fact_range(x, 0, 2), heads, rotated);
    return fact_elements(x); /* nothing says how it is split: all of it */
}

/* Rows of a cos or sin table that positions pick: at most one per token. */
static void touch_table(site *s, work *w, unsigned i, count tokens) {
    const fact *table = site_in(s, i);
    count picked = cnt_mul(tokens, fact_dim(table, -1));
    if (!table || !known(picked) || picked >= w->touched[i])
        return;
    work_touch(w, i, picked);
    w->estimated = true;
    work_note(s, w, "positions are data: each token is taken to read rows of its own");
}

void rotary_cost(site *s, work *w, unsigned cosines, unsigned sines, unsigned positions) {
    const fact *x = site_in(s, 0);
    work_each(w, "rotated elements", rotated_elements(s, x, site_in(s, cosines)), 3, 0);
    if (!site_in(s, positions))
        return;
    count length = x && x->rank == 4 ? x->dims[2] : fact_dim(x, 1);
    count tokens = cnt_mul(fact_dim(x, 0), length);
    touch_table(s, w, cosines, tokens);
    touch_table(s, w, sines, tokens);
}

static void cost_rotary(site *s, work *w) {
    rotary_cost(s, w, 1, 2, 3);
}

static void cost_rotary_contrib(site *s, work *w) {
    rotary_cost(s, w, 2, 3, 1);
}

void rotary_infer(site *s) {
    const fact *x = site_in(s, 0);
    if (x && x->rank >= 0 && x->rank != 3 && x->rank != 4)
        site_invalid(s, "the input has %d dimensions and must have 3 or 4", x->rank);
    out_like(s, 0, x);
}

/* --- LinearAttention --- */

void linear_work(work *w, const linear_shape *a, const char *rule) {
    bool delta = strstr(rule, "delta") != NULL, gated = !strncmp(rule, "gated", 5);
    count states = cnt_mul3(cnt_mul(a->batch, a->length), a->key_size, a->value_size);
    count updates = cnt_mul(a->kv_heads, delta ? 2 : 1);
    count heads = cnt_add(updates, cnt_max(a->q_heads, a->kv_heads));
    work_macs(w, {"B.T.dk.dv", states}, {"heads, updates", heads});
    if (gated)
        work_each(w, "gated states", cnt_mul(states, a->kv_heads), 1, 0);
}

static bool read_linear(site *s, linear_shape *a) {
    int64_t q_heads = site_int(s, "q_num_heads", 0), kv_heads = site_int(s, "kv_num_heads", 0);
    if (q_heads < 1 || kv_heads < 1 || q_heads % kv_heads) {
        site_invalid(s, "%lld query heads cannot share %lld key heads", (long long)q_heads,
                     (long long)kv_heads);
        return false;
    }
    const fact *q = site_in(s, Q);
    *a = (linear_shape){.batch = fact_dim(q, 0),
                        .length = fact_dim(q, 1),
                        .q_heads = q_heads,
                        .kv_heads = kv_heads,
                        .key_size = cnt_div(fact_dim(q, 2), q_heads),
                        .value_size = cnt_div(fact_dim(site_in(s, V), 2), kv_heads)};
    return true;
}

static void infer_linear(site *s) {
    enum { PAST_STATE = 3 };
    linear_shape a;
    if (!read_linear(s, &a))
        return;
    const fact *past = site_in(s, PAST_STATE);
    dtype elem = fact_elem(site_in(s, Q));
    out_tensor(s, 0, elem, 3, (count[]){a.batch, a.length, cnt_mul(a.q_heads, a.value_size)});
    out_tensor(s, 1, past ? past->elem : elem, 4,
               (count[]){a.batch, a.kv_heads, a.key_size, a.value_size});
}

static void cost_linear(site *s, work *w) {
    linear_shape a;
    if (read_linear(s, &a))
        linear_work(w, &a, site_string(s, "update_rule", "gated_delta"));
}

/* --- CausalConvWithState: a depthwise convolution over past and new positions --- */

static void infer_causal_conv(site *s) {
    const fact *x = site_in(s, 0), *weights = site_in(s, 1);
    out_like(s, 0, x);
    out_tensor(s, 1, fact_elem(x), 3,
               (count[]){fact_dim(x, 0), fact_dim(x, 1), cnt_sub(fact_dim(weights, 2), 1)});
}

static void cost_causal_conv(site *s, work *w) {
    enum { BIAS = 2 };
    count n = fact_elements(site_in(s, 0));
    work_macs(w, {"B.C.L", n}, {"k", fact_dim(site_in(s, 1), 2)});
    if (site_in(s, BIAS))
        work_each(w, "bias", n, 1, 0);
    if (strcmp(site_string(s, "activation", "none"), "none"))
        work_each(w, "SiLU of elements", n, 4, 1);
}

#define ATTENTION .kind = OP_ANCHOR, .family = FAMILY_ATTENTION
#define ROTARY    ATTENTION, .name = "RotaryEmbedding"

const op_def ops_attention[] = {
    {ATTENTION, .domain = "", .name = "Attention", .since = 23, .traits = OP_FP32_VECTOR,
     .infer = infer_attention, .cost = cost_attention,
     .rule = "macs = B.Hq.Sq.Skv.(Dqk + Dv); per score 5 and 1 special, mask 1, softcap 2 and 1; "
             "estimated: lengths"},
    {ATTENTION, .domain = "ai.onnx.preview", .name = "FlexAttention", .since = 1,
     .traits = OP_FP32_VECTOR, .infer = infer_flex, .cost = cost_flex,
     .rule = "macs = B.Hq.Sq.Skv.(Dqk + Dv); per score 5 and 1 special"},
    {ROTARY, .domain = "", .since = 23, .infer = rotary_infer, .cost = cost_rotary,
     .rule = "3 per rotated element; estimated: rows of the tables"},
    {ROTARY, .domain = "com.microsoft", .since = 1, .infer = rotary_infer,
     .cost = cost_rotary_contrib, .rule = "3 per rotated element; estimated: rows of the tables"},
    {ATTENTION, .domain = "", .name = "LinearAttention", .since = 27, .infer = infer_linear,
     .cost = cost_linear,
     .rule = "macs = B.T.dk.dv.(Hkv.u + Hq), u = 2 for delta rules; gates B.T.Hkv.dk.dv"},
    {ATTENTION, .domain = "", .name = "CausalConvWithState", .since = 27,
     .infer = infer_causal_conv, .cost = cost_causal_conv,
     .rule = "macs = B.C.L.k; bias N; SiLU 4 and 1 special per element"},
    {0},
};
