/* Models of ai.onnx.ml: linear ones, support vector machines, forests. */
#include "ops/compute.h"
#include "ops/ml.h"
#include <string.h>

/* --- outputs --- */

/* Labels, one per row, and the number of classes; UNKNOWN when no labels are given. */
static count out_labels(site *s, const char *ints, const char *strings) {
    count n_ints = ml_length(s, ints), n_strings = ml_length(s, strings), rows = ml_rows(s);
    out_tensor(s, 0, n_strings > 0 ? DT_STRING : DT_INT64, 1, &rows);
    count classes = cnt_max(n_ints, n_strings);
    return classes > 0 ? classes : UNKNOWN;
}

static void out_scores(site *s, unsigned i, dtype elem, count columns) {
    out_tensor(s, i, elem, 2, (count[]){ml_rows(s), columns});
}

/* The transform of scores that an attribute names, 0 to 4 in TreeEnsemble. */
static void add_post_transform(const site *s, work *w, count scores) {
    static const struct {
        const char *name;
        count vector, special;
    } rates[] = {
        {"NONE", 0, 0},         {"SOFTMAX", 4, 1}, {"LOGISTIC", 3, 1},
        {"SOFTMAX_ZERO", 4, 1}, {"PROBIT", 3, 1},
    };
    enum { N = sizeof rates / sizeof *rates };
    const char *name = site_string(s, "post_transform", "NONE");
    int64_t number = site_int(s, "post_transform", -1);
    for (int i = 0; i < N; i++)
        if (number >= 0 ? number == i : !strcmp(name, rates[i].name)) {
            work_each(w, "scores", scores, rates[i].vector, rates[i].special);
            return;
        }
    w->vector = UNKNOWN;
}

/* --- linear models --- */

/* Two classes may share one set of coefficients. */
void infer_linear_classifier(site *s) {
    count classes = out_labels(s, "classlabels_ints", "classlabels_strings");
    out_scores(s, 1, DT_FLOAT, classes);
}

void infer_linear_regressor(site *s) {
    out_scores(s, 0, DT_FLOAT, site_int(s, "targets", 1));
}

static count scores_of(const site *s) {
    return fact_elements(site_out(s, site_n_out(s) > 1 ? 1 : 0));
}

void cost_linear(site *s, work *w) {
    count rows = ml_rows(s);
    work_macs(w, {"rows", rows}, {"coefficients", ml_length(s, "coefficients")});
    work_each(w, "rows x intercepts", cnt_mul(rows, ml_length(s, "intercepts")), 1, 0);
    add_post_transform(s, w, scores_of(s));
    ml_bill_attributes(s, w);
    ml_set_precision(s, w);
}

/* --- support vector machines --- */

/* One score per pair of classes, unless they are turned into probabilities. */
void infer_svm_classifier(site *s) {
    count classes = out_labels(s, "classlabels_ints", "classlabels_strings"), columns = classes;
    bool has_vectors = ml_length(s, "vectors_per_class") > 0;
    if (has_vectors && ml_length(s, "prob_a") == 0)
        columns = classes > 2 ? cnt_mul(classes, classes - 1) / 2 : 2;
    out_scores(s, 1, DT_FLOAT, known(classes) ? columns : UNKNOWN);
}

void infer_svm_regressor(site *s) {
    out_scores(s, 0, DT_FLOAT, 1);
}

/* FLOP of a kernel besides its inner product or distance. */
static void add_kernel(const site *s, work *w, count products) {
    const char *kernel = site_string(s, "kernel_type", "LINEAR");
    if (!strcmp(kernel, "LINEAR"))
        return;
    work_each(w, "rows x vectors", products, strcmp(kernel, "RBF") ? 2 : 1, 1);
}

/* Each row meets each support vector, and each coefficient weighs one of the results. Without
 * support vectors the coefficients are those of a linear model. */
void cost_svm(site *s, work *w) {
    count rows = ml_rows(s), numbers = ml_length(s, "support_vectors");
    count vectors = numbers == 0 ? 0 : cnt_div(numbers, ml_features(s));
    work_macs(
        w, {"rows", rows},
        {"vectors x features + coefficients", cnt_add(numbers, ml_length(s, "coefficients"))});
    add_kernel(s, w, cnt_mul(rows, vectors));
    work_each(w, "rows x rho", cnt_mul(rows, ml_length(s, "rho")), 1, 0);
    work_each(w, "rows x probabilities", cnt_mul(rows, ml_length(s, "prob_a")), 3 + 2, 1);
    add_post_transform(s, w, scores_of(s));
    ml_bill_attributes(s, w);
    ml_set_precision(s, w);
}

/* --- forests --- */

void infer_trees(site *s) {
    const fact *x = site_in(s, 0);
    out_scores(s, 0, x ? x->elem : DT_UNKNOWN, site_int(s, "n_targets", UNKNOWN));
}

void infer_tree_classifier(site *s) {
    count classes = out_labels(s, "classlabels_int64s", "classlabels_strings");
    out_scores(s, 1, DT_FLOAT, classes);
}

void infer_tree_regressor(site *s) {
    out_scores(s, 0, DT_FLOAT, site_int(s, "n_targets", UNKNOWN));
}

/* Of a large forest, only the nodes on paths are read. */
static void touch_paths(work *w, count visits, count nodes) {
    if (known(visits) && known(nodes) && visits < nodes)
        w->attribute_read = cnt_div_up(cnt_mul(w->attribute_bytes, visits), nodes);
}

/* A row takes one path through each tree; a balanced tree is as deep as its leaves need. */
static void add_paths(site *s, work *w, count trees, count leaves) {
    count depth = cnt_log2_up(cnt_div_up(leaves, trees)), paths = cnt_mul(ml_rows(s), trees);
    work_each(w, "rows x trees x depth", cnt_mul(paths, depth), 1, 0);
    add_post_transform(s, w, scores_of(s));
    ml_bill_attributes(s, w);
    touch_paths(w, cnt_mul(paths, cnt_add(depth, 1)), cnt_sub(cnt_mul(2, leaves), trees));
    ml_set_precision(s, w);
    w->estimated = true;
    work_note(s, w, "the paths are data: the trees are taken to be balanced");
}

/* Every inner node of a binary tree adds a leaf to the first one. */
void cost_trees(site *s, work *w) {
    count trees = ml_length(s, "tree_roots"), inner = ml_length(s, "nodes_featureids");
    add_paths(s, w, trees, cnt_add(inner, trees));
}

/* Nodes of one tree lie together. */
static count count_trees(const site *s) {
    const attribute *a = node_attribute(s->node, "nodes_treeids");
    if (!a || a->kind != ATTR_INTS || (!a->ints && a->runs == 0 && a->n > 0))
        return UNKNOWN;
    count trees = a->ints ? 0 : (count)a->runs;
    for (size_t i = 0; a->ints && i < a->n; i++)
        trees += i == 0 || a->ints[i] != a->ints[i - 1];
    return trees;
}

/* Before TreeEnsemble, leaves are nodes among the others: (nodes + trees) / 2 of them. */
void cost_old_trees(site *s, work *w) {
    count trees = count_trees(s), nodes = ml_length(s, "nodes_treeids");
    add_paths(s, w, trees, cnt_div_up(cnt_add(nodes, trees), 2));
}
