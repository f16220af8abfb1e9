/* MoE, QMoE: each token goes through a few of many small networks. */
#include "ops/contrib.h"
#include <string.h>

/* Where the operators have the parts of a layer: weights, scales, bias, zero points; 0: none. */
typedef struct layer {
    unsigned weights, scales, bias, zero_points, global_scale;
} layer;

enum { LAYERS = 3 };

static const layer plain_layers[LAYERS] = {
    {.weights = 2, .bias = 3}, {.weights = 4, .bias = 5}, {.weights = 6, .bias = 7}};
static const layer packed_layers[LAYERS] = {
    {.weights = 2, .scales = 3, .bias = 4, .zero_points = 11, .global_scale = 15},
    {.weights = 5, .scales = 6, .bias = 7, .zero_points = 12, .global_scale = 16},
    {.weights = 8, .scales = 9, .bias = 10, .zero_points = 13}};

static bool is_packed(const site *s) {
    return !strcmp(s->op->name, "QMoE");
}

static const layer *layers_of(const site *s) {
    return is_packed(s) ? packed_layers : plain_layers;
}

static bool has(const site *s, unsigned place) {
    return place && site_in(s, place);
}

/* Elements that one element of the stored weights of layer i holds. */
static count packing(const site *s, int i) {
    static const char *const own_bits[LAYERS] = {"fc1_expert_weight_bits", "fc2_expert_weight_bits",
                                                 "fc3_expert_weight_bits"};
    const char *format = site_string(s, "quant_type", "int");
    if (!is_packed(s) || fact_elem(site_in(s, layers_of(s)[i].weights)) != DT_UINT8)
        return 1;
    int64_t bits = site_int(s, "expert_weight_bits", 4);
    bits = strstr(format, "fp4") ? 4 : site_int(s, own_bits[i], bits);
    return bits == 2 || bits == 4 || bits == 8 ? 8 / bits : UNKNOWN;
}

/* Weights of one expert's layer i. */
static count expert_weights(const site *s, int i) {
    const fact *weights = site_in(s, layers_of(s)[i].weights);
    return cnt_mul(fact_range(weights, 1, weights ? weights->rank : 0), packing(s, i));
}

/* Only the experts that are chosen are read. */
static void touch_experts(site *s, work *w, const layer *l, count experts, count chosen) {
    const unsigned places[] = {l->weights, l->scales, l->bias, l->zero_points, l->global_scale};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (has(s, places[i]) && experts > 0)
            work_touch(w, places[i],
                       cnt_mul(cnt_div(fact_elements(site_in(s, places[i])), experts), chosen));
}

/* Probabilities of all experts, the best k of them, and the sum of what those say. */
static void add_routing(site *s, work *w, count tokens, count experts, count k) {
    count hidden = fact_dim(site_in(s, 0), -1), choices = cnt_mul(tokens, k);
    work_softmax(w, cnt_mul(tokens, experts));
    work_each(w, "tokens x E", cnt_mul(tokens, experts), cnt_log2_up(k) + 1, 0);
    if (site_int(s, "normalize_routing_weights", 0))
        work_each(w, "tokens x k", choices, 2, 0);
    work_each(w, "tokens x k x H", cnt_mul(choices, hidden), 1, 0);
    work_each(w, "tokens x (k - 1) x H", cnt_mul3(tokens, k - 1, hidden), 1, 0);
}

/* On the output of the first layer; SwiGLU takes it, or the third's, in pairs. */
static void add_expert_activation(site *s, work *w, count choices) {
    const char *name = site_string(s, "activation_type", "relu");
    const layer *l = layers_of(s);
    count width = fact_dim(site_in(s, l[0].weights), 1), vector, special;
    bool pairs = !strcmp(name, "swiglu");
    if (pairs && site_int(s, "swiglu_fusion", 0))
        width = cnt_div(width, 2);
    if (pairs) {
        vector = 5;
        special = 1;
    } else if (!named_activation(name, &vector, &special)) {
        vector = special = UNKNOWN;
    } else if (has(s, l[2].weights)) {
        vector++; /* gated by the third layer */
    }
    work_each(w, "tokens x k x width", cnt_mul(choices, width), vector, special);
}

static void cost_moe(site *s, work *w) {
    const layer *l = layers_of(s);
    count tokens = last_rows(site_in(s, 0)), experts = fact_dim(site_in(s, 1), -1);
    count k = site_int(s, "k", 1), choices = cnt_mul(tokens, k);
    count chosen = cnt_min(experts, choices);
    for (int i = 0; i < LAYERS; i++) {
        if (!has(s, l[i].weights))
            continue;
        count weights = expert_weights(s, i);
        work_macs(w, {"tokens", tokens}, {"k", k}, {"weights", weights});
        if (is_packed(s))
            work_dequantize(w, cnt_mul(chosen, weights), has(s, l[i].zero_points));
        if (has(s, l[i].bias))
            work_each(w, "bias", cnt_mul(choices, fact_dim(site_in(s, l[i].bias), 1)), 1, 0);
        touch_experts(s, w, &l[i], experts, chosen);
    }
    add_expert_activation(s, w, choices);
    add_routing(s, w, tokens, experts, k);
    w->estimated = true;
    work_note(s, w, "which experts are chosen is data: as many different ones as can be");
}

static void infer_moe(site *s) {
    const fact *experts = site_in(s, 1);
    int64_t k = site_int(s, "k", 1);
    count all = fact_dim(experts, -1);
    if (k < 1 || (known(all) && k > all))
        site_invalid(s, "%lld of %lld experts are asked for", (long long)k, (long long)all);
    out_like(s, 0, site_in(s, 0));
}

#define MIXTURE                                                                                    \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_MATMUL,             \
    .infer = infer_moe, .cost = cost_moe

const op_def ops_contrib_moe[] = {
    {MIXTURE, .name = "MoE",
     .rule = "macs = tokens x k x weights of an expert; biases, activation; softmax and top k of "
             "all experts; 2 per element of each choice, added up; estimated: experts read"},
    {MIXTURE, .name = "QMoE",
     .rule = "as MoE; the weights of min(experts, tokens x k) experts (twice with zero points); "
             "estimated: experts read"},
    {0},
};
