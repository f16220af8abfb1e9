/* Activations: element-wise functions of one tensor. */
#include "ops/compute.h"
#include <string.h>

/* Vector and special FLOP per element. */
static const struct {
    const char *name;
    count vector, special;
} rates[] = {
    {"Relu", 1, 0},        {"LeakyRelu", 2, 0}, {"PRelu", 2, 0},  {"Sigmoid", 3, 1},
    {"HardSigmoid", 4, 0}, {"HardSwish", 5, 0}, {"Swish", 4, 1},  {"Mish", 2, 3},
    {"Softplus", 1, 2},    {"Softsign", 3, 0},  {"Elu", 3, 1},    {"Selu", 5, 1},
    {"Celu", 5, 1},        {"Gelu", 4, 1},      {"Shrink", 4, 0}, {"ThresholdedRelu", 1, 0},
    {"Tanh", 0, 1},        {"Clip", 2, 0},      {"Erf", 0, 1},    {"FastGelu", 8, 1},
    {"QuickGelu", 5, 1},   {"BiasGelu", 4, 1},  {"SwiGLU", 5, 1},
};

bool activation_rate(const char *name, count *vector, count *special) {
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (!strcmp(rates[i].name, name)) {
            *vector = rates[i].vector;
            *special = rates[i].special;
            return true;
        }
    return false;
}

void infer_like_input(site *s) {
    out_like(s, 0, site_in(s, 0));
}

static void cost_activation(site *s, work *w) {
    count vector, special;
    if (activation_rate(s->op->name, &vector, &special))
        work_each(w, "N", fact_elements(site_out(s, 0)), vector, special);
}

static void cost_gelu(site *s, work *w) {
    bool tanh = !strcmp(site_string(s, "approximate", "none"), "tanh");
    work_each(w, "N", fact_elements(site_out(s, 0)), tanh ? 8 : 4, 1);
}

static void cost_swish(site *s, work *w) {
    cost_activation(s, w);
    if (site_float(s, "alpha", 1) != 1)
        work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
}

/* The gate and the values have the same shape; either may be known better. */
static void infer_swiglu(site *s) {
    const fact *gate = site_in(s, 0), *values = site_in(s, 1);
    count dims[MAX_RANK];
    out_like(s, 0, gate && gate->rank >= 0 ? gate : values);
    if (!gate || !values || gate->rank < 0 || values->rank < 0)
        return;
    bool agree = gate->rank == values->rank;
    for (int k = 0; agree && k < gate->rank; k++) {
        dims[k] = known(gate->dims[k]) ? gate->dims[k] : values->dims[k];
        agree = !known(values->dims[k]) || dims[k] == values->dims[k];
    }
    if (agree)
        out_tensor(s, 0, gate->elem, gate->rank, dims);
    else
        site_invalid(s, "the gate and the values differ in shape");
}

/* --- Clip, which also occurs in shape arithmetic --- */

/* A bound that is left out or known; false when it is given but not known. */
static bool bound(site *s, unsigned i, int64_t fallback, int64_t *limit) {
    *limit = fallback;
    return !site_in(s, i) || content_int(site_content(s, i), 0, limit);
}

static void infer_clip(site *s) {
    const fact *x = site_in(s, 0);
    out_like(s, 0, x);
    if (!x || dtype_kind(x->elem) != CLASS_INTEGER)
        return;
    int64_t low, high;
    const content *from = site_content(s, 0);
    if (!from || !bound(s, 1, INT64_MIN, &low) || !bound(s, 2, INT64_MAX, &high))
        return;
    content *to = out_content(s, 0, from->splat);
    if (!to)
        return;
    count items = from->splat ? 1 : from->n;
    to->is_known = from->is_known;
    for (count i = 0; i < items; i++) {
        int64_t v = from->item[i].i;
        v = v < low ? low : v;
        to->item[i].i = v > high ? high : v;
    }
}

#define ACTIVATION .domain = "", .kind = OP_MAP, .family = FAMILY_ACTIVATION, .traits = OP_IN_PLACE
#define PLAIN      ACTIVATION, .infer = infer_like_input, .cost = cost_activation

const op_def ops_activation[] = {
    {ACTIVATION, .name = "Relu", .since = 1, .infer = infer_arithmetic, .cost = cost_activation,
     .rule = "1 per element"},
    {PLAIN, .name = "LeakyRelu", .since = 1, .rule = "2 per element"},
    {PLAIN, .name = "PRelu", .since = 1, .rule = "2 per element"},
    {PLAIN, .name = "Sigmoid", .since = 1, .rule = "3 and 1 special per element"},
    {PLAIN, .name = "HardSigmoid", .since = 1, .rule = "4 per element"},
    {PLAIN, .name = "HardSwish", .since = 14, .rule = "5 per element"},
    {ACTIVATION, .name = "Swish", .since = 24, .infer = infer_like_input, .cost = cost_swish,
     .rule = "4 and 1 special per element (+ 1 when alpha != 1)"},
    {ACTIVATION, .name = "SwiGLU", .since = 28, .infer = infer_swiglu, .cost = cost_swish,
     .rule = "5 and 1 special per element (+ 1 when alpha != 1)"},
    {PLAIN, .name = "Mish", .since = 18, .rule = "2 and 3 special per element"},
    {PLAIN, .name = "Softplus", .since = 1, .rule = "1 and 2 special per element"},
    {PLAIN, .name = "Softsign", .since = 1, .rule = "3 per element"},
    {PLAIN, .name = "Elu", .since = 1, .rule = "3 and 1 special per element"},
    {PLAIN, .name = "Selu", .since = 1, .rule = "5 and 1 special per element"},
    {PLAIN, .name = "Celu", .since = 12, .rule = "5 and 1 special per element"},
    {ACTIVATION, .name = "Gelu", .since = 20, .infer = infer_like_input, .cost = cost_gelu,
     .rule = "4 and 1 special per element; approximate = tanh: 8 and 1 special"},
    {PLAIN, .name = "ThresholdedRelu", .since = 10, .rule = "1 per element"},
    {PLAIN, .name = "Shrink", .since = 9, .rule = "4 per element"},
    {PLAIN, .name = "Tanh", .since = 1, .rule = "1 special per element"},
    {PLAIN, .name = "Erf", .since = 9, .rule = "1 special per element"},
    {ACTIVATION, .name = "Clip", .since = 1, .infer = infer_clip, .cost = cost_activation,
     .rule = "2 per element"},
    {0},
};
