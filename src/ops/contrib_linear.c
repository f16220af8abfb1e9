/* ONNX Runtime's linear attention (a state instead of a cache) and the short convolutions and gates
 * around it. */
#include "ops/contrib.h"
#include <string.h>

/* --- LinearAttention, GatedDeltaNet --- */

enum { Q, K, V };

static bool is_packed(const site *s) {
    return !strcmp(s->op->name, "GatedDeltaNet");
}

/* Tokens end to end, or as (batch, length); heads follow from the shapes. */
static bool read_delta_net(site *s, linear_shape *a) {
    enum { STATE = 6 };
    const fact *q = site_in(s, Q), *v = site_in(s, V), *state = site_in(s, STATE);
    if (!q || q->rank < 2)
        return false;
    int heads_axis = v ? q->rank - 2 : q->rank - 1; /* packed: all heads of a token in one row */
    *a = (linear_shape){.batch = 1, .length = fact_range(q, 0, heads_axis)};
    if (v) {
        a->q_heads = q->dims[heads_axis];
        a->key_size = q->dims[heads_axis + 1];
        a->kv_heads = fact_dim(v, -2);
        a->value_size = fact_dim(v, -1);
        return true;
    }
    a->kv_heads = fact_dim(state, 1);
    a->value_size = fact_dim(state, 2);
    a->key_size = fact_dim(state, 3);
    count values = cnt_mul(a->kv_heads, a->value_size);
    a->q_heads = cnt_div(cnt_sub(q->dims[heads_axis], values), cnt_mul(2, a->key_size));
    return true;
}

static bool read_attention(site *s, linear_shape *a) {
    int64_t q_heads = attention_heads(s, "q_num_heads"),
            kv_heads = attention_heads(s, "kv_num_heads");
    if (!q_heads || !kv_heads)
        return false;
    if (q_heads % kv_heads && kv_heads % q_heads) {
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

/* With a window, states of so many tokens come first. */
static void out_state(site *s, unsigned i, dtype elem, int rank, const count *dims) {
    int64_t window = site_int(s, "state_window", 0);
    count framed[MAX_RANK + 1] = {window};
    memcpy(framed + 1, dims, (size_t)rank * sizeof *dims);
    out_tensor(s, i, elem, window > 0 ? rank + 1 : rank, window > 0 ? framed : dims);
}

static void infer_attention(site *s) {
    enum { PAST = 3 };
    linear_shape a;
    const fact *past = site_in(s, PAST);
    dtype elem = fact_elem(site_in(s, Q));
    if (!read_attention(s, &a))
        return;
    count heads = cnt_max(a.q_heads, a.kv_heads);
    out_tensor(s, 0, elem, 3, (count[]){a.batch, a.length, cnt_mul(heads, a.value_size)});
    out_state(s, 1, past ? past->elem : elem, 4,
              (count[]){a.batch, a.kv_heads, a.key_size, a.value_size});
}

static void infer_delta_net(site *s) {
    enum { STATE = 6, UPDATE = 2 };
    const fact *q = site_in(s, Q), *v = site_in(s, V), *state = site_in(s, STATE);
    linear_shape a;
    if (!read_delta_net(s, &a))
        return;
    int tokens = v ? q->rank - 2 : q->rank - 1; /* axes that count tokens */
    count dims[MAX_RANK + 2];
    memcpy(dims, q->dims, (size_t)tokens * sizeof *dims);
    dims[tokens] = cnt_max(a.q_heads, a.kv_heads);
    dims[tokens + 1] = a.value_size;
    out_tensor(s, 0, q->elem, tokens + 2, dims);
    count batch = fact_dim(state, 0);
    if (!known(batch) && site_in(s, 3))
        batch = cnt_sub(fact_dim(site_in(s, 3), 0), 1);
    out_tensor(s, 1, DT_FLOAT, 4, (count[]){batch, a.kv_heads, a.value_size, a.key_size});
    count update = cnt_add(cnt_add(a.kv_heads, cnt_mul(a.q_heads, a.key_size)),
                           cnt_mul(a.kv_heads, a.value_size));
    int64_t capacity = site_int(s, "state_update_capacity", 0);
    out_tensor(s, UPDATE, DT_FLOAT, 2,
               (count[]){batch, cnt_mul(capacity > 0 ? capacity : 0, update)});
}

/* Activations of the gates, and rows of length 1. */
static void add_fused_gates(site *s, work *w, const linear_shape *a) {
    enum { DECAY = 4, BETA = 5 };
    if (!strcmp(site_string(s, "gate_activation", "none"), "qwen")) /* add, Softplus, mul; exp */
        work_each(w, "decays", fact_elements(site_in(s, DECAY)), 3, 2);
    if (!strcmp(site_string(s, "beta_activation", "none"), "sigmoid"))
        work_each(w, "betas", fact_elements(site_in(s, BETA)), 3, 1);
    if (site_int(s, "qk_l2_norm", 0)) {
        count rows = cnt_mul3(2, a->length, a->q_heads);
        work_each(w, "elements(Q, K)", cnt_mul(rows, a->key_size), 3, 0);
        work_each(w, "rows", rows, 0, 1);
    }
}

static void cost_linear(site *s, work *w) {
    linear_shape a;
    bool is_read = is_packed(s) ? read_delta_net(s, &a) : read_attention(s, &a);
    if (!is_read) {
        unknown_attention(w);
        return;
    }
    linear_work(w, &a, site_string(s, "update_rule", "gated_delta"));
    if (is_packed(s))
        add_fused_gates(s, w, &a);
}

/* --- LinearAttentionGate: scale x Softplus(a + bias), and a sigmoid --- */

static void infer_gate(site *s) {
    enum { B = 3 };
    out_like(s, 0, site_in(s, 0));
    out_like(s, 1, site_in(s, B));
}

static void cost_gate(site *s, work *w) {
    enum { B = 3 };
    work_each(w, "N", fact_elements(site_in(s, 0)), 3, 2);
    if (site_in(s, B) && site_out(s, 1))
        work_each(w, "betas", fact_elements(site_in(s, B)), 3, 1);
}

/* --- CausalConvWithState, VarlenCausalConvWithState: depthwise, over past and new tokens --- */

/* Positions before the first that its kernel reaches; UNKNOWN after site_invalid. */
static count reach(site *s, const fact *weights) {
    int64_t dilation = site_int(s, "dilation", 1);
    if (dilation < 1) {
        site_invalid(s, "dilation is %lld", (long long)dilation);
        return UNKNOWN;
    }
    return cnt_mul(cnt_sub(fact_dim(weights, -1), 1), dilation);
}

static void infer_conv(site *s) {
    const fact *x = site_in(s, 0), *weights = site_in(s, 1);
    count dims[MAX_RANK], length = reach(s, weights);
    out_like(s, 0, x);
    if (!x || x->rank < 3 || site_failed(s))
        return;
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[site_int(s, "channels_last", 0) ? 1 : x->rank - 1] = length;
    out_state(s, 1, x->elem, x->rank, dims);
}

static void infer_packed_conv(site *s) {
    enum { STATE = 4 };
    const fact *x = site_in(s, 0), *state = site_in(s, STATE);
    int64_t capacity = site_int(s, "state_update_capacity", 0);
    out_like(s, 0, x);
    out_like(s, 1, state);
    out_tensor(s, 2, fact_elem(x), 3,
               (count[]){fact_dim(state, 0), capacity > 0 ? capacity : 0, fact_dim(x, 1)});
}

static void cost_conv(site *s, work *w) {
    unsigned bias = strcmp(s->op->name, "CausalConvWithState") ? 3 : 2;
    const fact *weights = site_in(s, 1);
    count n = fact_elements(site_in(s, 0));
    work_macs(w, {"N", n}, {"k", fact_range(weights, 2, weights ? weights->rank : 0)});
    if (site_in(s, bias))
        work_each(w, "N", n, 1, 0);
    work_activation(s, w);
}

/* --- hyper-connections: several streams beside each other --- */

/* Streams of (..., C, H), or with a number of branches (..., C.H); C or UNKNOWN. */
static count branches_of(const site *s) {
    int64_t branches = site_int(s, "num_branches", 0);
    return branches > 0 ? branches : fact_dim(site_in(s, 0), -2);
}

static void infer_pre_mix(site *s) {
    const fact *x = site_in(s, 0);
    int64_t branches = site_int(s, "num_branches", 0);
    count dims[MAX_RANK];
    if (!x || x->rank < 2) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    int rank = branches > 0 ? x->rank : x->rank - 1;
    dims[rank - 1] = branches > 0 ? cnt_div(x->dims[x->rank - 1], branches) : x->dims[x->rank - 1];
    out_tensor(s, 0, x->elem, rank, dims);
}

/* A product and an addition for each element, the last of a sum a scale instead. */
static void cost_pre_mix(site *s, work *w) {
    work_each(w, "elements(X)", fact_elements(site_in(s, 0)), 2, 0);
}

static void cost_post_mix(site *s, work *w) {
    enum { MATRIX = 3 };
    count n = fact_elements(site_in(s, 0));
    if (site_in(s, MATRIX))
        work_macs(w, {"N", n}, {"C", branches_of(s)});
    work_each(w, "N", n, 2, 0);
}

#define ATTENTION                                                                                  \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION
#define STATES "macs = B.T.dk.dv.(Hkv.u + max(Hq, Hkv)), u = 2 for delta rules; gates B.T.Hkv.dk.dv"
#define TAPS   "macs = N.k; bias N; SiLU 4 and 1 special per element"

const op_def ops_contrib_linear[] = {
    {ATTENTION, .name = "LinearAttention", .infer = infer_attention, .cost = cost_linear,
     .rule = STATES},
    {ATTENTION, .name = "GatedDeltaNet", .infer = infer_delta_net, .cost = cost_linear,
     .rule = STATES "; fused gates and norms by their rules"},
    {ATTENTION, .name = "LinearAttentionGate", .infer = infer_gate, .cost = cost_gate,
     .rule = "3 and 2 special per decay; 3 and 1 special per beta"},
    {ATTENTION, .name = "CausalConvWithState", .infer = infer_conv, .cost = cost_conv,
     .rule = TAPS},
    {ATTENTION, .name = "VarlenCausalConvWithState", .infer = infer_packed_conv, .cost = cost_conv,
     .rule = TAPS},
    {.domain = "com.microsoft",
     .since = 1,
     .kind = OP_ANCHOR,
     .family = FAMILY_ELEMENTWISE,
     .name = "HyperConnectionPreMix",
     .infer = infer_pre_mix,
     .cost = cost_pre_mix,
     .rule = "2 per element of the streams"},
    {.domain = "com.microsoft",
     .since = 1,
     .kind = OP_ANCHOR,
     .family = FAMILY_MATMUL,
     .name = "HyperConnectionPostMix",
     .infer = infer_like_input,
     .cost = cost_post_mix,
     .rule = "macs = N.C with a matrix; 2 per element"},
    {0},
};
