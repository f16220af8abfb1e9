/* ONNX Runtime's attention of language models: heads that share keys and values, and a cache of
 * them: GroupQueryAttention, SparseAttention, PagedAttention. */
#include "ops/contrib.h"
#include <string.h>

enum { Q, K, V, PAST_KEY, PAST_VALUE };

/* Where GroupQueryAttention and SparseAttention have the rest of their operands; 0: they do not. */
typedef struct places {
    unsigned total, cosines, sink, query_norm;
} places;

static bool is_sparse(const site *s) {
    return !strcmp(s->op->name, "SparseAttention");
}

static places places_of(const site *s) {
    if (is_sparse(s))
        return (places){.total = 7, .cosines = 9};
    return (places){.total = 6, .cosines = 7, .sink = 11, .query_norm = 14};
}

static bool has(const site *s, unsigned place) {
    return place && site_in(s, place);
}

/* Heads and their size from a query of so many dims, which may hold keys and values too. */
static bool read_heads(site *s, int rank, attention_shape *a) {
    const fact *q = site_in(s, Q);
    int64_t q_heads = attention_heads(s, "num_heads"),
            kv_heads = attention_heads(s, "kv_num_heads");
    if (!q_heads || !kv_heads || !q || q->rank < 0)
        return false;
    if (q->rank != rank || q_heads % kv_heads) {
        site_invalid(s, "a query of %d dimensions (must be %d), %lld heads sharing %lld", q->rank,
                     rank, (long long)q_heads, (long long)kv_heads);
        return false;
    }
    bool packed = !site_in(s, K);
    count size =
        cnt_div(q->dims[rank - 1], packed ? cnt_add(q_heads, cnt_mul(2, kv_heads)) : q_heads);
    *a = (attention_shape){
        .q_heads = q_heads, .kv_heads = kv_heads, .qk_size = size, .v_size = size};
    return true;
}

/* Keys that the new tokens meet: as told, else all that there may be. */
static count key_length(site *s, count held, count new_len) {
    count total = scalar_input(s, places_of(s).total);
    if (site_int(s, "sliding_window_cache", 0))
        return known(total) ? cnt_min(total, cnt_add(held, new_len)) : cnt_add(held, new_len);
    if (known(total))
        return total;
    return is_sparse(s) ? held : cnt_add(held, new_len);
}

static bool read_grouped(site *s, attention_shape *a) {
    if (!read_heads(s, 3, a))
        return false;
    const fact *q = site_in(s, Q), *k = site_in(s, K), *past = site_in(s, PAST_KEY);
    count new_len = k ? fact_dim(k, 1) : q->dims[1];
    a->batch = q->dims[0];
    a->q_len = q->dims[1];
    a->kv_len = key_length(s, past ? fact_dim(past, 2) : 0, new_len);
    a->past_len = cnt_sub(a->kv_len, new_len);
    return true;
}

static void infer_grouped(site *s) {
    dtype elem = fact_elem(site_in(s, Q));
    const fact *past = site_in(s, PAST_KEY);
    attention_shape a;
    if (!read_grouped(s, &a)) {
        out_unknown(s, elem, 4);
        return;
    }
    bool fixed = is_sparse(s) || site_int(s, "sliding_window_cache", 0);
    count held = fact_dim(past, 2);
    out_attention(s, &a, elem, past, !past ? a.kv_len : fixed ? held : cnt_max(held, a.kv_len));
}

static bool is_quantized(const site *s, const char *name) {
    return strcmp(site_string(s, name, "NONE"), "NONE") != 0;
}

/* What happens to tokens before they meet, and to the keys and values that are read. */
static void add_preparation(site *s, work *w, const attention_shape *a, count tokens, count keys,
                            const places *p) {
    count q_rows = cnt_mul(tokens, a->q_heads), kv_rows = cnt_mul(tokens, a->kv_heads);
    count rows = cnt_add(q_rows, kv_rows), cache = cnt_mul3(keys, a->kv_heads, a->qk_size);
    if (site_int(s, "do_rotary", 0) && has(s, p->cosines)) {
        count rotated = fact_dim(site_in(s, p->cosines), -1);
        work_each(w, "rotated", cnt_mul3(rows, 2, rotated), 3, 0);
        work_touch(w, p->cosines, cnt_mul(tokens, rotated));
        work_touch(w, p->cosines + 1, cnt_mul(tokens, rotated));
    }
    if (has(s, p->query_norm))
        work_rms_norm(w, cnt_mul(rows, a->qk_size), rows);
    if (has(s, p->sink) || site_int(s, "smooth_softmax", 0) > 0)
        work_each(w, "B.Hq.Sq", q_rows, 1, 1);
    for (int i = 0; i < 2; i++)
        if (is_quantized(s, i ? "v_quant_type" : "k_quant_type")) {
            work_quantize(w, cnt_mul(kv_rows, a->qk_size), false);
            work_dequantize(w, cache, false);
        }
}

/* Of a shared buffer only what is filled is read, and only what was and is filled is written. */
static void touch_cache(site *s, work *w, const attention_shape *a) {
    enum { PRESENT = 1 };
    const fact *past = site_in(s, PAST_KEY);
    count heads = cnt_mul(a->batch, a->kv_heads);
    if (!past)
        return;
    for (unsigned i = 0; i < 2; i++) {
        if (site_in(s, PAST_KEY + i))
            work_touch(w, PAST_KEY + i, cnt_mul3(heads, a->past_len, fact_dim(past, 3)));
        if (site_out(s, PRESENT + i))
            work_write(w, PRESENT + i, cnt_mul3(heads, a->kv_len, fact_dim(past, 3)));
    }
}

static attention_form grouped_form(site *s, const attention_shape *a) {
    int64_t window = site_int(s, "local_window_size", -1);
    return (attention_form){.causal = site_int(s, "causal", 1) != 0,
                            .left = window > 0 ? window - 1 : -1,
                            .right = -1,
                            .offset = a->past_len,
                            .mask = true,
                            .softcap = site_float(s, "softcap", 0) != 0};
}

static void cost_grouped(site *s, work *w) {
    attention_shape a;
    places p = places_of(s);
    if (!read_grouped(s, &a)) {
        unknown_attention(w);
        return;
    }
    attention_form f = grouped_form(s, &a);
    attention_work(w, &a, &f);
    add_preparation(s, w, &a, cnt_mul(a.batch, a.q_len), cnt_mul(a.batch, a.kv_len), &p);
    touch_cache(s, w, &a);
    if (is_sparse(s)) { /* which blocks are left is data: at least each token itself */
        w->macs_valid =
            cnt_mul3(cnt_mul(a.batch, a.q_heads), a.q_len, cnt_add(a.qk_size, a.v_size));
        w->estimated = true;
        work_note(s, w, "the block mask is data: counted as if it left every block");
    }
    if (!known(scalar_input(s, p.total)))
        note_whole_cache(s, w, "total_sequence_length");
}

/* --- PagedAttention: tokens of all sequences end to end, a cache in blocks --- */

enum { KEY_CACHE = 3, VALUE_CACHE, STARTS, PASTS, BLOCKS };

static const places PAGED = {.cosines = 8, .sink = 11, .query_norm = 12};

/* Latent: values are the first part of the keys. */
static bool is_latent(const site *s) {
    return !strcmp(site_string(s, "kv_cache_layout", "SEPARATE"), "LATENT");
}

static bool read_paged(site *s, attention_shape *a, ragged *r) {
    if (!read_heads(s, 2, a))
        return false;
    int64_t narrow = site_int(s, "v_head_size", 0);
    if (is_latent(s) && narrow > 0)
        a->v_size = narrow;
    count blocks = fact_dim(site_in(s, BLOCKS), 1), size = fact_dim(site_in(s, KEY_CACHE), 1);
    *r = (ragged){.starts = STARTS,
                  .past = PASTS,
                  .tokens = fact_dim(site_in(s, Q), 0),
                  .longest = cnt_mul(blocks, size)};
    return true;
}

static void infer_paged(site *s) {
    attention_shape a;
    ragged r;
    dtype elem = fact_elem(site_in(s, Q));
    if (read_paged(s, &a, &r))
        out_tensor(s, 0, elem, 2, (count[]){r.tokens, cnt_mul(a.q_heads, a.v_size)});
    else
        out_unknown(s, elem, 1);
    out_like(s, 1, site_in(s, KEY_CACHE));
    out_like(s, 2, site_in(s, VALUE_CACHE));
}

static void cost_paged(site *s, work *w) {
    attention_shape a;
    ragged r;
    if (!read_paged(s, &a, &r)) {
        unknown_attention(w);
        return;
    }
    attention_form f = grouped_form(s, &a);
    f.causal = site_int(s, "is_causal", 1) != 0;
    count keys = ragged_work(s, w, a, f, &r);
    add_preparation(s, w, &a, r.tokens, keys, &PAGED);
    for (unsigned i = 0; i < 2; i++) { /* new rows are written, the others read */
        const fact *cache = site_in(s, KEY_CACHE + i);
        count row = fact_range(cache, 2, cache ? cache->rank : 0);
        if (!cache)
            continue;
        work_touch(w, KEY_CACHE + i, cnt_mul(keys, row));
        if (site_out(s, 1 + i))
            work_write(w, 1 + i, cnt_mul(r.tokens, row));
    }
}

#define ATTENTION                                                                                  \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION,          \
    .traits = OP_FP32_VECTOR
#define PER_SCORE "per score 6 and 1 special, softcap 2 and 1; rotary 3"

const op_def ops_contrib_cache[] = {
    {ATTENTION, .name = "GroupQueryAttention", .infer = infer_grouped, .cost = cost_grouped,
     .rule =
         "macs = B.Hq.Sq.Skv.2D; " PER_SCORE "; RMS norm of heads; a quantized cache 4 per new, "
         "1 per read element; estimated: filled cache"},
    {ATTENTION, .name = "SparseAttention", .infer = infer_grouped, .cost = cost_grouped,
     .rule = "macs = B.Hq.Sq.Skv.2D, every block; " PER_SCORE "; estimated: blocks"},
    {ATTENTION, .name = "PagedAttention", .infer = infer_paged, .cost = cost_paged,
     .rule = "macs = pairs.Hq.(Dqk + Dv), of a query and a key of its sequence; " PER_SCORE
             "; RMS norm of heads; a quantized cache 4 per new, 1 per read element; estimated: "
             "lengths"},
    {0},
};
