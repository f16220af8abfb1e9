/* ONNX Runtime's fused operators: what its optimizer and quantizer write into models. Each is the
 * sum of the operators it was made of. Here those that work element by element. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include "ops/movement.h"
#include <string.h>
#include <strings.h>

/* --- activations by name --- */

bool named_activation(const char *name, count *vector, count *special) {
    static const struct {
        const char *spelled, *name;
    } also[] = {{"RELU", "Relu"},   {"relu", "Relu"},  {"GELU", "Gelu"},
                {"gelu", "Gelu"},   {"SiLU", "Swish"}, {"silu", "Swish"},
                {"swish", "Swish"}, {"tanh", "Tanh"},  {"sigmoid", "Sigmoid"}};
    *vector = *special = 0;
    if (!*name || !strcasecmp(name, "none") || !strcasecmp(name, "identity"))
        return true;
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (!strcmp(also[i].spelled, name))
            name = also[i].name;
    return activation_rate(name, vector, special);
}

void work_activation(site *s, work *w) {
    const char *name = site_string(s, "activation", "");
    count n = fact_elements(site_out(s, 0)), vector, special;
    if (!strcmp(name, "Softmax"))
        work_softmax(w, n);
    else if (named_activation(name, &vector, &special))
        work_each(w, "N", n, vector, special);
    else
        w->vector = w->special = UNKNOWN;
}

count last_rows(const fact *x) {
    return x ? fact_range(x, 0, x->rank - 1) : UNKNOWN;
}

static count n_out(const site *s) {
    return fact_elements(site_out(s, 0));
}

/* --- GELU and its kin --- */

static void cost_gelu(site *s, work *w) {
    count vector, special;
    if (activation_rate(s->op->name, &vector, &special))
        work_each(w, "N", n_out(s), vector, special);
    if (site_in(s, 1)) /* bias */
        work_each(w, "N", n_out(s), 1, 0);
}

/* SiLU of a scaled input. */
static void cost_scaled_silu(site *s, work *w) {
    work_each(w, "N", n_out(s), 5, 1);
}

/* One half of the last axis times the GELU of the other. */
static void infer_split_gelu(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK];
    if (!x || x->rank < 1) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    count last = dims[x->rank - 1];
    if (known(last) && last % 2)
        site_invalid(s, "%lld channels cannot be halved", (long long)last);
    dims[x->rank - 1] = cnt_div(last, 2);
    out_tensor(s, 0, x->elem, x->rank, dims);
}

static void cost_split_gelu(site *s, work *w) {
    work_each(w, "elements(X)", fact_elements(site_in(s, 0)), 1, 0); /* bias */
    work_each(w, "N", n_out(s), 4 + 1, 1);
}

/* --- additions --- */

static void cost_bias_add(site *s, work *w) {
    work_each(w, "N", n_out(s), 2, 0);
}

static void cost_gated_add(site *s, work *w) {
    work_each(w, "N", n_out(s), 2, 0);
}

static void cost_bias_softmax(site *s, work *w) {
    work_each(w, "N", n_out(s), 1, 0);
    work_softmax(w, n_out(s));
}

/* --- Dropout, with a bias and a residual before and after, with a mask of bits --- */

static bool is_biased(const site *s) {
    return strstr(s->op->name, "Bias") != NULL;
}

static unsigned training_input(const site *s) {
    return is_biased(s) ? 4 : 2;
}

static bool is_training(site *s) {
    int64_t v;
    return site_in(s, training_input(s)) && site_scalar(s, training_input(s), 0, &v) && v != 0;
}

static void infer_drop(site *s) {
    const fact *x = site_in(s, 0);
    if (is_biased(s))
        infer_like_input(s);
    else
        infer_identity(s);
    if (strncmp(s->op->name, "Bitmask", 7)) {
        if (x)
            out_shaped_like(s, 1, DT_BOOL, x);
        return;
    }
    enum { BITS = 32 };
    count words = cnt_div_up(fact_elements(x), BITS);
    out_tensor(s, 1, DT_UINT32, 1, &words);
}

static void cost_drop(site *s, work *w) {
    enum { RESIDUAL = 2 };
    if (is_biased(s))
        work_each(w, "N", n_out(s), site_in(s, RESIDUAL) ? 2 : 1, 0);
    if (!is_training(s))
        return;
    work_each(w, "N", n_out(s), 2, 0);
    work_note(s, w, "training mode: a mask and a scale; drawing random numbers is not counted");
}

/* --- complex numbers: the last axis holds real and imaginary part --- */

static void infer_broadcast(site *s) {
    int rank;
    const fact *a = site_in(s, 0), *b = site_in(s, 1);
    const count *dims = site_broadcast(s, (const fact *[]){a, b}, 2, &rank);
    if (!site_failed(s))
        out_tensor(s, 0, fact_elem(a), rank, dims);
}

static void cost_complex(site *s, work *w) {
    work_each(w, "N", n_out(s), 3, 0);
}

/* --- tests and copies --- */

static void infer_finite(site *s) {
    out_tensor(s, 0, DT_BOOL, 0, NULL);
}

static void cost_finite(site *s, work *w) {
    for (unsigned i = 0; i < site_n_in(s); i++)
        work_each(w, "elements(in)", fact_elements(site_in(s, i)), 1, 0);
}

#define MICROSOFT .domain = "com.microsoft", .since = 1
#define LIKE      MICROSOFT, .kind = OP_MAP, .traits = OP_IN_PLACE, .infer = infer_like_input
#define GELU      LIKE, .family = FAMILY_ACTIVATION, .cost = cost_gelu
#define SUM       LIKE, .family = FAMILY_ELEMENTWISE
#define DROP      MICROSOFT, .family = FAMILY_ELEMENTWISE, .infer = infer_drop, .cost = cost_drop
#define COMPLEX                                                                                    \
    MICROSOFT, .kind = OP_MAP, .family = FAMILY_ELEMENTWISE, .infer = infer_broadcast,             \
               .cost = cost_complex, .rule = "3 per real number"

const op_def ops_contrib[] = {
    {GELU, .name = "Gelu", .rule = "4 and 1 special per element"},
    {GELU, .name = "BiasGelu", .rule = "5 and 1 special per element"},
    {GELU, .name = "FastGelu", .rule = "8 and 1 special per element (+ 1 bias)"},
    {GELU, .name = "QuickGelu", .rule = "5 and 1 special per element"},
    {LIKE, .family = FAMILY_ACTIVATION, .name = "ScaledSiLU", .cost = cost_scaled_silu,
     .rule = "5 and 1 special per element"},
    {MICROSOFT, .kind = OP_ANCHOR /* not element for element */, .family = FAMILY_ACTIVATION,
     .name = "BiasSplitGelu", .infer = infer_split_gelu, .cost = cost_split_gelu,
     .rule = "1 per element; 5 and 1 special per output"},
    {SUM, .name = "BiasAdd", .cost = cost_bias_add, .rule = "2 per element"},
    {SUM, .name = "GatedAdd", .cost = cost_gated_add, .rule = "2 per element"},
    {MICROSOFT, .kind = OP_ANCHOR, .family = FAMILY_NORM, .traits = OP_FP32_VECTOR,
     .name = "BiasSoftmax", .infer = infer_like_input, .cost = cost_bias_softmax,
     .rule = "5 and 1 special per element"},
    {DROP, .kind = OP_MAP, .name = "BiasDropout",
     .rule = "bias 1, residual 1 per element; in training 2 more"},
    {DROP, .kind = OP_MAP, .name = "BitmaskBiasDropout",
     .rule = "bias 1, residual 1 per element; in training 2 more"},
    {DROP, .kind = OP_VIEW, .name = "BitmaskDropout",
     .rule = "0; a view (inference); training 2N vector"},
    {COMPLEX, .name = "ComplexMul"},
    {COMPLEX, .name = "ComplexMulConj"},
    {MICROSOFT, .kind = OP_ANCHOR, .family = FAMILY_REDUCE, .name = "IsAllFinite",
     .infer = infer_finite, .cost = cost_finite, .rule = "1 per element"},
    {MICROSOFT, .kind = OP_VIEW, .family = FAMILY_MOVEMENT, .name = "SampleOp",
     .infer = infer_identity, .rule = "0; a view"},
    {0},
};
