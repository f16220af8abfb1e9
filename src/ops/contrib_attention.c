/* ONNX Runtime's attention between ready queries, keys and values of as many heads each; and what
 * its other attention operators share. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include <string.h>

int64_t attention_heads(site *s, const char *name) {
    int64_t n = site_int(s, name, 0);
    if (n < 1)
        site_invalid(s, "%s is %lld", name, (long long)n);
    return n < 1 ? 0 : n;
}

count scalar_input(site *s, unsigned i) {
    int64_t v;
    return content_int(site_content(s, i), 0, &v) && v >= 0 ? v : UNKNOWN;
}

void out_unknown(site *s, dtype elem, unsigned n) {
    for (unsigned i = 0; i < n; i++)
        out_tensor(s, i, elem, -1, NULL);
}

void unknown_attention(work *w) {
    w->macs = w->vector = w->special = UNKNOWN;
}

void note_whole_cache(site *s, work *w, const char *input) {
    w->estimated = true;
    work_note(s, w, "%s is data: the whole cache is taken as filled", input);
}

void out_attention(site *s, const attention_shape *a, dtype elem, const fact *past, count buffer) {
    enum { Y, PRESENT_KEY, PRESENT_VALUE, SCORES };
    dtype cache = past ? past->elem : elem;
    /* a cache of int4 has two elements to a byte */
    count key = past ? fact_dim(past, 3) : a->qk_size, value_size = past ? key : a->v_size;
    out_tensor(s, Y, elem, 3, (count[]){a->batch, a->q_len, cnt_mul(a->q_heads, a->v_size)});
    out_tensor(s, PRESENT_KEY, cache, 4, (count[]){a->batch, a->kv_heads, buffer, key});
    out_tensor(s, PRESENT_VALUE, cache, 4, (count[]){a->batch, a->kv_heads, buffer, value_size});
    out_tensor(s, SCORES, elem, 4, (count[]){a->batch, a->q_heads, a->q_len, a->kv_len});
}

/* --- sequences end to end --- */

/* The lengths of sequence b: of its queries, and of its keys. */
static bool sequence(site *s, const ragged *r, count b, count *queries, count *keys) {
    const content *starts = site_content(s, r->starts);
    int64_t from, to, past = 0;
    if (!content_int(starts, b, &from) || !content_int(starts, b + 1, &to) || from < 0 || to < from)
        return false;
    if (r->past && (!content_int(site_content(s, r->past), b, &past) || past < 0))
        return false;
    *queries = to - from;
    *keys = cnt_add(past, *queries);
    return true;
}

static bool lengths_known(site *s, const ragged *r, count batch) {
    enum { MANY = 4096 };
    count queries, keys;
    if (!known(batch) || batch > MANY)
        return false;
    for (count b = 0; b < batch; b++)
        if (!sequence(s, r, b, &queries, &keys))
            return false;
    return true;
}

/* Without lengths: the most that can be, and as valid what equal lengths without a past and, when
 * causal, each token alone would leave. */
static count longest_work(site *s, work *w, attention_shape a, attention_form f, const ragged *r,
                          count batch) {
    count before = w->macs, sizes = cnt_add(a.qk_size, a.v_size);
    count least =
        f.causal || f.left >= 0 ? r->tokens : cnt_div(cnt_mul(r->tokens, r->tokens), batch);
    f.causal = false;
    f.left = f.right = -1;
    a.q_len = r->tokens;
    a.kv_len = r->longest;
    attention_work(w, &a, &f);
    w->macs_valid =
        cnt_add(before, cnt_mul3(a.q_heads, cnt_min(least, cnt_mul(a.q_len, a.kv_len)), sizes));
    w->estimated = true;
    work_note(s, w, "lengths are data: every token is taken to meet as many keys as may be");
    return cnt_mul(batch, r->longest);
}

count ragged_work(site *s, work *w, attention_shape a, attention_form f, const ragged *r) {
    count batch = cnt_sub(fact_dim(site_in(s, r->starts), 0), 1), all_keys = 0;
    a.batch = 1;
    if (!lengths_known(s, r, batch))
        return longest_work(s, w, a, f, r, batch);
    count valid = w->macs;
    for (count b = 0; b < batch; b++) {
        count before = w->macs;
        sequence(s, r, b, &a.q_len, &a.kv_len);
        f.offset = cnt_sub(a.kv_len, a.q_len);
        attention_work(w, &a, &f);
        valid = cnt_add(valid, cnt_sub(w->macs_valid, before));
        all_keys = cnt_add(all_keys, a.kv_len);
    }
    w->macs_valid = valid;
    return all_keys;
}

/* --- MultiHeadAttention, DecoderMaskedMultiHeadAttention --- */

enum { Q, K, V };

/* Where the operators have their operands. */
typedef struct places {
    unsigned bias, mask, score_bias, past, filled; /* past: keys, and then values */
} places;

static places places_of(const site *s) {
    if (!strcmp(s->op->name, "MultiHeadAttention"))
        return (places){.bias = 3, .mask = 4, .score_bias = 5, .past = 6, .filled = 8};
    return (places){.bias = 10, .mask = 3, .score_bias = 4, .past = 5, .filled = 7};
}

/* Length and size per head of keys or values: (B, L, H.D), (B, H, L, D) or packed (B, L, H, n, D).
 */
static void read_operand(const fact *f, int64_t heads, count *length, count *size) {
    int rank = f ? f->rank : -1;
    *length = rank == 4 ? f->dims[2] : rank == 3 || rank == 5 ? f->dims[1] : UNKNOWN;
    *size = rank == 3 ? cnt_div(f->dims[2], heads) : rank >= 4 ? f->dims[rank - 1] : UNKNOWN;
}

/* Past and all keys: of a buffer what is filled so far, or all of it. */
static void read_past(site *s, attention_shape *a, const places *p, count new_len) {
    const fact *past = site_in(s, p->past);
    a->past_len = past ? fact_dim(past, 2) : 0;
    a->kv_len = cnt_add(a->past_len, new_len);
    if (!past || !site_in(s, p->filled))
        return;
    count filled = scalar_input(s, p->filled);
    a->kv_len = known(filled) ? cnt_add(filled, new_len) : a->past_len;
    a->past_len = cnt_sub(a->kv_len, new_len);
}

/* False after site_invalid, or when the query's rank is unknown. */
static bool read_multi_head(site *s, attention_shape *a) {
    const fact *q = site_in(s, Q), *k = site_in(s, K), *v = site_in(s, V);
    int64_t heads = attention_heads(s, "num_heads");
    places p = places_of(s);
    if (!heads || !q || q->rank < 0)
        return false;
    if (q->rank != 3 && q->rank != 5) {
        site_invalid(s, "the query has %d dimensions and must have 3 or 5", q->rank);
        return false;
    }
    count new_len, k_size, v_len;
    *a = (attention_shape){.batch = q->dims[0], .q_heads = heads, .kv_heads = heads};
    bool packed = q->rank == 3 && !k; /* queries, keys and values of a token in one row */
    count parts = cnt_mul(heads, packed ? 3 : 1);
    read_operand(q, parts, &a->q_len, &a->qk_size);
    read_operand(k ? k : q, parts, &new_len, &k_size);
    read_operand(v ? v : k ? k : q, parts, &v_len, &a->v_size);
    read_past(s, a, &p, new_len);
    return true;
}

static void infer_multi_head(site *s) {
    dtype elem = fact_elem(site_in(s, Q));
    places p = places_of(s);
    const fact *past = site_in(s, p.past);
    attention_shape a;
    if (!read_multi_head(s, &a)) {
        out_unknown(s, elem, 4);
        return;
    }
    bool buffer = past && site_in(s, p.filled);
    out_attention(s, &a, elem, NULL, buffer ? fact_dim(past, 2) : a.kv_len);
}

/* Keys and values that come as a past have their bias already. */
static void add_bias(site *s, work *w, unsigned bias) {
    if (!site_in(s, bias))
        return;
    for (unsigned i = Q; i <= V; i++)
        if (site_in(s, i) && site_in(s, i)->rank != 4)
            work_each(w, "bias", fact_elements(site_in(s, i)), 1, 0);
}

static void cost_multi_head(site *s, work *w) {
    enum { PRESENT = 1 };
    places p = places_of(s);
    attention_shape a;
    if (!read_multi_head(s, &a)) {
        unknown_attention(w);
        return;
    }
    attention_form f = {.causal = site_int(s, "unidirectional", 0) != 0,
                        .left = -1,
                        .right = -1,
                        .offset = a.past_len};
    f.mask = f.causal || site_in(s, p.mask) || site_in(s, p.score_bias);
    attention_work(w, &a, &f);
    add_bias(s, w, p.bias);
    if (!site_in(s, p.past) || !site_in(s, p.filled))
        return;
    count heads = cnt_mul(a.batch, a.kv_heads);
    for (unsigned i = 0; i < 2; i++) { /* of a buffer only what is filled */
        count size = i ? a.v_size : a.qk_size;
        work_touch(w, p.past + i, cnt_mul3(heads, a.past_len, size));
        if (site_out(s, PRESENT + i))
            work_write(w, PRESENT + i, cnt_mul3(heads, a.kv_len, size));
    }
    if (!known(scalar_input(s, p.filled)))
        note_whole_cache(s, w, "past_sequence_length");
}

/* --- PackedMultiHeadAttention: tokens without padding --- */

static bool read_packed(site *s, attention_shape *a, count *tokens) {
    const fact *q = site_in(s, Q), *v = site_in(s, V);
    int64_t heads = attention_heads(s, "num_heads");
    if (!heads || !q || q->rank < 0)
        return false;
    if (q->rank != 2 && q->rank != 4) {
        site_invalid(s, "the query has %d dimensions and must have 2 or 4", q->rank);
        return false;
    }
    count size = q->rank == 4 ? q->dims[3] : cnt_div(q->dims[1], heads);
    *a = (attention_shape){.q_heads = heads, .kv_heads = heads, .qk_size = size, .v_size = size};
    if (v && q->rank == 2)
        a->v_size = cnt_div(fact_dim(v, 1), heads);
    *tokens = q->dims[0];
    return true;
}

static void infer_packed(site *s) {
    attention_shape a;
    count tokens;
    dtype elem = fact_elem(site_in(s, Q));
    if (read_packed(s, &a, &tokens))
        out_tensor(s, 0, elem, 2, (count[]){tokens, cnt_mul(a.q_heads, a.v_size)});
    else
        out_unknown(s, elem, 1);
}

static void cost_packed(site *s, work *w) {
    enum { BIAS = 3, OFFSETS = 4, STARTS = 5, SCORE_BIAS = 6 };
    attention_shape a;
    ragged r = {.starts = STARTS, .longest = fact_dim(site_in(s, OFFSETS), 1)};
    if (!read_packed(s, &a, &r.tokens)) {
        unknown_attention(w);
        return;
    }
    attention_form f = {.left = -1, .right = -1, .mask = site_in(s, SCORE_BIAS) != NULL};
    ragged_work(s, w, a, f, &r);
    if (site_in(s, BIAS))
        work_each(w, "bias", cnt_mul(r.tokens, fact_elements(site_in(s, BIAS))), 1, 0);
}

#define ATTENTION                                                                                  \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION,          \
    .traits = OP_FP32_VECTOR
#define MULTI_HEAD ATTENTION, .infer = infer_multi_head, .cost = cost_multi_head
#define SCORES                                                                                     \
    "macs = B.H.Sq.Skv.(Dqk + Dv); per score 5 and 1 special, mask 1; bias 1; estimated: filled "  \
    "cache"

const op_def ops_contrib_attention[] = {
    {MULTI_HEAD, .name = "MultiHeadAttention", .rule = SCORES},
    {MULTI_HEAD, .name = "DecoderMaskedMultiHeadAttention", .rule = SCORES},
    {ATTENTION, .name = "PackedMultiHeadAttention", .infer = infer_packed, .cost = cost_packed,
     .rule = "macs = pairs.H.(Dqk + Dv), of a query and a key of its sequence; per score 5 and 1 "
             "special, mask 1; bias 1; estimated: lengths"},
    {0},
};
