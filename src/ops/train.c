/* Training: losses, optimizers, gradients. */
#include "ops/compute.h"
#include <string.h>

/* --- losses --- */

enum { SCORES, LABELS, CLASS_WEIGHTS };

/* The labels' shape: that of the scores without the classes (axis 1), where either is known. */
static void out_labels(site *s, const fact *scores, const fact *labels) {
    count dims[MAX_RANK];
    int rank = labels && labels->rank >= 0 ? labels->rank : scores->rank - 1;
    if (rank < 1) {
        out_tensor(s, 0, scores->elem, -1, NULL);
        return;
    }
    for (int k = 0; k < rank; k++) {
        count own = fact_dim(labels, k), other = fact_dim(scores, k == 0 ? 0 : k + 1);
        dims[k] = known(own) ? own : other;
    }
    out_tensor(s, 0, scores->elem, rank, dims);
}

static void infer_loss(site *s) {
    const fact *scores = site_in(s, SCORES), *labels = site_in(s, LABELS);
    const char *reduction = site_string(s, "reduction", "mean");
    if (!scores)
        return;
    bool has_ranks = scores->rank >= 0 && labels && labels->rank >= 0;
    if (scores->rank == 0 || scores->rank == 1 || (has_ranks && labels->rank != scores->rank - 1)) {
        site_invalid(s, "scores of %d dimensions for labels of %d", scores->rank,
                     labels ? labels->rank : -1);
        return;
    }
    if (!strcmp(reduction, "none"))
        out_labels(s, scores, labels);
    else
        out_tensor(s, 0, scores->elem, 0, NULL);
    out_like(s, 1, scores); /* log_prob of SoftmaxCrossEntropyLoss */
}

static count labels_of(const site *s) {
    count n = fact_elements(site_in(s, LABELS));
    const fact *scores = site_in(s, SCORES);
    if (known(n) || !scores || scores->rank < 2)
        return n;
    return cnt_mul(scores->dims[0], fact_range(scores, 2, scores->rank));
}

/* A label picks one score and one weight. */
static void touch_weights(site *s, work *w, count labels) {
    if (site_in(s, CLASS_WEIGHTS))
        work_touch(w, CLASS_WEIGHTS, labels);
}

static void cost_likelihood(site *s, work *w) {
    count n = labels_of(s);
    work_each(w, "labels", n, 2, 0);
    work_touch(w, SCORES, n);
    touch_weights(s, w, n);
}

static void cost_cross_entropy(site *s, work *w) {
    count n = labels_of(s);
    work_softmax(w, fact_elements(site_in(s, SCORES)));
    work_each(w, "labels", n, 2, 1);
    touch_weights(s, w, n);
}

/* --- optimizers: rate, step count, then groups of tensors (values, gradients, state) --- */

enum { FIRST_TENSOR = 2 };

/* Tensors of each group; 0 after site_invalid. */
static unsigned group_size(site *s, unsigned groups) {
    unsigned n = site_n_in(s);
    if (n > FIRST_TENSOR && (n - FIRST_TENSOR) % groups == 0)
        return (n - FIRST_TENSOR) / groups;
    site_invalid(s, "%u inputs cannot be a rate, a count and %u groups of tensors", n, groups);
    return 0;
}

/* Outputs are the groups without the gradients, which come second. */
static void infer_optimizer(site *s, unsigned groups) {
    unsigned n = group_size(s, groups);
    for (unsigned i = 0; n && i < site_n_out(s); i++)
        out_like(s, i, site_in(s, FIRST_TENSOR + i + (i >= n ? n : 0)));
}

static void cost_optimizer(site *s, work *w, unsigned groups, count vector, count special) {
    unsigned n = group_size(s, groups);
    for (unsigned i = 0; i < n; i++)
        work_each(w, "parameters", fact_elements(site_in(s, FIRST_TENSOR + i)), vector, special);
}

enum { ADAM_GROUPS = 4, ADAGRAD_GROUPS = 3, MOMENTUM_GROUPS = 3 };

static void infer_adam(site *s) {
    infer_optimizer(s, ADAM_GROUPS);
}

static void cost_adam(site *s, work *w) {
    cost_optimizer(s, w, ADAM_GROUPS, 13, 1);
}

static void infer_adagrad(site *s) {
    infer_optimizer(s, ADAGRAD_GROUPS);
}

static void cost_adagrad(site *s, work *w) {
    cost_optimizer(s, w, ADAGRAD_GROUPS, 8, 1);
}

static void infer_momentum(site *s) {
    infer_optimizer(s, MOMENTUM_GROUPS);
}

/* Nesterov's variant looks ahead: one more product and sum. */
static void cost_momentum(site *s, work *w) {
    bool looks_ahead = !strcmp(site_string(s, "mode", "standard"), "nesterov");
    cost_optimizer(s, w, MOMENTUM_GROUPS, looks_ahead ? 9 : 7, 0);
}

/* --- Gradient --- */

/* Its first inputs are the variables in `xs`, and their gradients have their shapes. */
static void infer_gradient(site *s) {
    const attribute *xs = node_attribute(s->node, "xs");
    for (unsigned i = 0; xs && i < site_n_out(s) && i < xs->n; i++)
        out_like(s, i, site_in(s, i));
}

static void cost_gradient(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "the work of a gradient is that of the graph behind it");
}

#define LOSS .domain = "", .kind = OP_ANCHOR, .family = FAMILY_REDUCE, .traits = OP_FP32_VECTOR
#define TRAINING                                                                                   \
    .domain = "ai.onnx.preview.training", .since = 1, .kind = OP_OPAQUE, .family = FAMILY_OTHER

const op_def ops_train[] = {
    {LOSS, .name = "NegativeLogLikelihoodLoss", .since = 12, .infer = infer_loss,
     .cost = cost_likelihood, .rule = "2 per label; reads one score per label"},
    {LOSS, .name = "SoftmaxCrossEntropyLoss", .since = 12, .infer = infer_loss,
     .cost = cost_cross_entropy, .rule = "4 and 1 special per score; 2 and 1 special per label"},
    {TRAINING, .name = "Adam", .infer = infer_adam, .cost = cost_adam,
     .rule = "13 and 1 special per parameter"},
    {TRAINING, .name = "Adagrad", .infer = infer_adagrad, .cost = cost_adagrad,
     .rule = "8 and 1 special per parameter"},
    {TRAINING, .name = "Momentum", .infer = infer_momentum, .cost = cost_momentum,
     .rule = "7 per parameter; nesterov 9"},
    {TRAINING, .name = "Gradient", .infer = infer_gradient, .cost = cost_gradient,
     .rule = "unknown: that of the graph behind it"},
    {0},
};
