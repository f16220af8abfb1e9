/* DecoderAttention: one operator for self and cross attention, with and without a cache, as four
 * inputs of one truth value each decide. */
#include "ops/contrib.h"
#include "ops/fold.h"

enum { QUERY, KEY, Q_WEIGHT, KV_WEIGHT, BIAS, MASK, KEY_CACHE };

typedef struct decoder {
    attention_shape shape;
    count projected; /* keys (and values) of each sequence that are made from their input */
    bool masked;
} decoder;

static bool read_flag(site *s, unsigned input, bool *flag) {
    int64_t v;
    if (!site_in(s, input) || !site_scalar(s, input, 0, &v))
        return false;
    *flag = v != 0;
    return true;
}

/* What the flags choose; false when one is not known. */
static bool read_flags(site *s, decoder *d) {
    enum { IS_CROSS = 8, USES_PAST, HAS_CACHE, HAS_MASK };
    bool cross, uses_past, has_cache;
    if (!read_flag(s, IS_CROSS, &cross) || !read_flag(s, USES_PAST, &uses_past) ||
        !read_flag(s, HAS_CACHE, &has_cache) || !read_flag(s, HAS_MASK, &d->masked))
        return false;
    bool cached = uses_past && has_cache;
    count held = cached ? fact_dim(site_in(s, KEY_CACHE), 2) : 0;
    count made = cross ? fact_dim(site_in(s, KEY), 0) : d->shape.q_len;
    d->projected = cross && cached ? 0 : made;
    d->shape.past_len = held;
    d->shape.kv_len = cnt_add(held, d->projected);
    return true;
}

/* False after site_invalid, or when the query's rank is unknown. */
static bool read_query(site *s, decoder *d) {
    const fact *q = site_in(s, QUERY);
    int64_t heads = attention_heads(s, "num_heads");
    if (!heads || !q || q->rank < 0)
        return false;
    if (q->rank != 3) {
        site_invalid(s, "the query has %d dimensions and must have 3", q->rank);
        return false;
    }
    count size = cnt_div(q->dims[2], heads);
    *d = (decoder){.shape = {.batch = q->dims[1],
                             .q_heads = heads,
                             .kv_heads = heads,
                             .q_len = q->dims[0],
                             .kv_len = UNKNOWN,
                             .qk_size = size,
                             .v_size = size}};
    return true;
}

static void infer_decoder(site *s) {
    decoder d;
    dtype elem = fact_elem(site_in(s, QUERY));
    out_like(s, 0, site_in(s, QUERY));
    if (!read_query(s, &d))
        return;
    read_flags(s, &d);
    const attention_shape *a = &d.shape;
    for (unsigned i = 1; i <= 2; i++)
        out_tensor(s, i, elem, 4, (count[]){a->batch, a->q_heads, a->kv_len, a->qk_size});
}

static void cost_decoder(site *s, work *w) {
    decoder d;
    if (!read_query(s, &d) || !read_flags(s, &d)) {
        w->is_unknown = true;
        work_note(s, w, "whether it is self or cross attention, and has a past, is data");
        return;
    }
    const attention_shape *a = &d.shape;
    count width = cnt_mul(a->q_heads, a->qk_size);
    count elements = cnt_mul3(a->batch, cnt_add(a->q_len, cnt_mul(2, d.projected)), width);
    work_macs(w, {"B.(S + 2 keys made).D", elements}, {"D", width});
    if (site_in(s, BIAS))
        work_each(w, "bias", elements, 1, 0);
    attention_form f = {.left = -1, .right = -1, .mask = d.masked};
    attention_work(w, a, &f);
    if (d.projected == 0)
        work_touch(w, KV_WEIGHT, 0);
}

const op_def ops_contrib_decoder[] = {
    {.domain = "com.microsoft",
     .since = 1,
     .kind = OP_ANCHOR,
     .family = FAMILY_ATTENTION,
     .traits = OP_FP32_VECTOR,
     .name = "DecoderAttention",
     .infer = infer_decoder,
     .cost = cost_decoder,
     .rule = "macs = B.(S + 2 keys made).D.D + B.H.S.Skv.2D; per score 5 and 1 special, mask 1"},
    {0},
};
