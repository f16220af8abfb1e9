/* Normalizations and softmax: every row of elements is reduced, then scaled. */
#include "ops/compute.h"
#include <string.h>

/* Mean, variance and their use: 6 per element, 3 and a root and a reciprocal per row. */
void work_layer_norm(work *w, count n, count rows, bool bias) {
    work_each(w, "elements", n, bias ? 7 : 6, 0);
    work_each(w, "rows", rows, 3, 2);
}

void work_rms_norm(work *w, count n, count rows) {
    work_each(w, "elements", n, 4, 0);
    work_each(w, "rows", rows, 2, 2);
}

void work_softmax(work *w, count n) {
    work_each(w, "elements", n, 4, 1);
}

/* Product of all dims but one. */
static count without_axis(const fact *f, int axis) {
    return f ? cnt_mul(fact_range(f, 0, axis), fact_range(f, axis + 1, f->rank)) : UNKNOWN;
}

/* --- BatchNormalization --- */

/* Before version 14 training shows in the outputs that are used. */
static bool is_training(const site *s) {
    if (s->version >= 14)
        return site_int(s, "training_mode", 0) != 0;
    for (unsigned i = 1; i < site_n_out(s); i++)
        if (site_out(s, i))
            return true;
    return false;
}

static void infer_batch(site *s) {
    enum { MEAN = 3, VARIANCE = 4 };
    out_like(s, 0, site_in(s, 0));
    for (unsigned i = 1; i < site_n_out(s); i++)
        out_like(s, i, site_in(s, i % 2 ? MEAN : VARIANCE));
}

static void cost_batch(site *s, work *w) {
    count n = fact_elements(site_out(s, 0));
    if (!is_training(s)) {
        work_each(w, "elements", n, 2, 0);
        return;
    }
    count channels = fact_elements(site_in(s, 1));
    work_layer_norm(w, n, channels, true);
    work_each(w, "channels", channels, 2 * 3, 0); /* running mean and variance: 2 mul, 1 add each */
}

/* --- rows over trailing axes: LayerNormalization and its relatives --- */

/* Dims of the per-row statistics: those before `axis`, then ones. */
static void out_statistics(site *s, unsigned i, dtype elem, const fact *x, int axis) {
    if (x->rank < 0) {
        out_tensor(s, i, elem, -1, NULL);
        return;
    }
    count dims[MAX_RANK];
    for (int k = 0; k < x->rank; k++)
        dims[k] = k < axis ? x->dims[k] : 1;
    out_tensor(s, i, elem, x->rank, dims);
}

static void infer_layer(site *s) {
    const fact *x = site_in(s, 0), *scale = site_in(s, 1);
    if (!x)
        return;
    out_shaped_like(s, 0, scale && scale->elem != DT_UNKNOWN ? scale->elem : x->elem, x);
    int axis = x->rank < 0 ? 0 : site_axis(s, site_int(s, "axis", -1), x->rank);
    int64_t stash = site_int(s, "stash_type", DT_FLOAT);
    if (axis < 0)
        return;
    for (unsigned i = 1; i < site_n_out(s); i++)
        out_statistics(s, i, dtype_valid(stash) ? (dtype)stash : DT_UNKNOWN, x, axis);
}

static count trailing_rows(const site *s) {
    const fact *x = site_in(s, 0);
    if (!x || x->rank < 0)
        return UNKNOWN;
    int64_t axis = site_int(s, "axis", -1);
    return fact_range(x, 0, (int)(axis < 0 ? axis + x->rank : axis));
}

static void cost_layer(site *s, work *w) {
    work_layer_norm(w, fact_elements(site_in(s, 0)), trailing_rows(s), site_in(s, 2) != NULL);
}

static void cost_rms(site *s, work *w) {
    work_rms_norm(w, fact_elements(site_in(s, 0)), trailing_rows(s));
}

/* --- rows of channels: Instance- and GroupNormalization --- */

static void cost_instance(site *s, work *w) {
    const fact *x = site_in(s, 0);
    work_layer_norm(w, fact_elements(x), fact_range(x, 0, 2), true);
}

static void infer_group(site *s) {
    const fact *x = site_in(s, 0);
    int64_t groups = site_int(s, "num_groups", 0);
    count channels = fact_dim(x, 1);
    if (groups < 1 || (known(channels) && channels % groups))
        site_invalid(s, "%lld channels cannot be divided into %lld groups", (long long)channels,
                     (long long)groups);
    out_like(s, 0, x);
}

static void cost_group(site *s, work *w) {
    const fact *x = site_in(s, 0);
    count rows = cnt_mul(fact_dim(x, 0), site_int(s, "num_groups", 0));
    work_layer_norm(w, fact_elements(x), rows, true);
}

/* --- normalizations over one or several axes, without parameters --- */

static void cost_local_response(site *s, work *w) {
    count size = site_int(s, "size", 0);
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), cnt_add(cnt_mul(2, size), 2), 1);
}

static void infer_local_response(site *s) {
    if (site_int(s, "size", 0) < 1)
        site_invalid(s, "size is %lld", (long long)site_int(s, "size", 0));
    out_like(s, 0, site_in(s, 0));
}

/* An output like the input, after a look at the axis. */
static void infer_along(site *s, int64_t fallback) {
    const fact *x = site_in(s, 0);
    if (x && x->rank >= 0)
        site_axis(s, site_int(s, "axis", fallback), x->rank);
    out_like(s, 0, x);
}

static void infer_along_last(site *s) {
    infer_along(s, -1);
}

static count rows_along(const site *s) {
    const fact *x = site_in(s, 0);
    int64_t axis = site_int(s, "axis", -1);
    return x && x->rank >= 0 ? without_axis(x, (int)(axis < 0 ? axis + x->rank : axis)) : UNKNOWN;
}

static void cost_lp(site *s, work *w) {
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), 3, 0);
    if (site_int(s, "p", 2) == 2)
        work_each(w, "rows", rows_along(s), 0, 1);
}

/* Elements that have a mean of their own: the product of the dims that are not averaged over. */
static count mean_rows(site *s, const fact *x) {
    static const int64_t images[] = {0, 2, 3};
    size_t n;
    const int64_t *axes = site_ints(s, "axes", &n);
    if (!axes) {
        axes = images;
        n = sizeof images / sizeof *images;
    }
    bool averaged[MAX_RANK] = {false};
    for (size_t k = 0; k < n; k++) {
        int axis = site_axis(s, axes[k], x->rank);
        if (axis < 0)
            return UNKNOWN;
        averaged[axis] = true;
    }
    count rows = 1;
    for (int i = 0; i < x->rank; i++)
        rows = averaged[i] ? rows : cnt_mul(rows, x->dims[i]);
    return rows;
}

static void infer_mean_variance(site *s) {
    const fact *x = site_in(s, 0);
    if (x && x->rank >= 0)
        mean_rows(s, x); /* refuses axes that x does not have */
    out_like(s, 0, x);
}

static void cost_mean_variance(site *s, work *w) {
    const fact *x = site_in(s, 0);
    work_each(w, "elements", fact_elements(x), 5, 0);
    work_each(w, "rows", x && x->rank >= 0 ? mean_rows(s, x) : UNKNOWN, 4, 1);
}

/* --- softmax: over one axis, before version 13 over all axes from it --- */

static void infer_softmax_old(site *s) {
    infer_along(s, 1);
}

static count softmax_rows(const site *s) {
    const fact *x = site_in(s, 0);
    if (s->version >= 13)
        return rows_along(s);
    int64_t axis = site_int(s, "axis", 1);
    return x && x->rank >= 0 ? fact_range(x, 0, (int)(axis < 0 ? axis + x->rank : axis)) : UNKNOWN;
}

static void cost_softmax(site *s, work *w) {
    work_softmax(w, fact_elements(site_in(s, 0)));
}

static void cost_log_softmax(site *s, work *w) {
    cost_softmax(s, w);
    work_each(w, "rows", softmax_rows(s), 0, 1);
}

static void cost_hardmax(site *s, work *w) {
    count n = fact_elements(site_in(s, 0));
    work_each(w, "N - rows", cnt_sub(n, softmax_rows(s)), 1, 0);
}

#define NORM     .family = FAMILY_NORM, .traits = OP_FP32_VECTOR
#define ROW_NORM NORM, .domain = "", .kind = OP_ANCHOR

const op_def ops_normalize[] = {
    {NORM, .domain = "", .kind = OP_MAP, .name = "BatchNormalization", .since = 1,
     .infer = infer_batch, .cost = cost_batch,
     .rule = "2 per element; in training 7 per element, 9 and 2 special per channel"},
    {ROW_NORM, .name = "InstanceNormalization", .since = 1, .infer = infer_like_input,
     .cost = cost_instance, .rule = "7 per element; 3 and 2 special per channel"},
    {ROW_NORM, .name = "LayerNormalization", .since = 1, .infer = infer_layer, .cost = cost_layer,
     .rule = "6 per element (+ 1 bias); 3 and 2 special per row"},
    {ROW_NORM, .name = "GroupNormalization", .since = 18, .infer = infer_group, .cost = cost_group,
     .rule = "7 per element; 3 and 2 special per group"},
    {ROW_NORM, .name = "RMSNormalization", .since = 23, .infer = infer_layer, .cost = cost_rms,
     .rule = "4 per element; 2 and 2 special per row"},
    {ROW_NORM, .name = "SimplifiedLayerNormalization", .since = 1, .infer = infer_layer,
     .cost = cost_rms, .rule = "4 per element; 2 and 2 special per row"},
    {ROW_NORM, .name = "LRN", .since = 1, .infer = infer_local_response,
     .cost = cost_local_response, .rule = "2.size + 2 and 1 special per element"},
    {ROW_NORM, .name = "LpNormalization", .since = 1, .infer = infer_along_last, .cost = cost_lp,
     .rule = "3 per element (+ 1 special per row when p = 2)"},
    {ROW_NORM, .name = "MeanVarianceNormalization", .since = 9, .infer = infer_mean_variance,
     .cost = cost_mean_variance, .rule = "5 per element; 4 and 1 special per row"},
    {ROW_NORM, .name = "Softmax", .since = 1, .infer = infer_softmax_old, .cost = cost_softmax,
     .rule = "4 and 1 special per element"},
    {ROW_NORM, .name = "Softmax", .since = 13, .infer = infer_along_last, .cost = cost_softmax,
     .rule = "4 and 1 special per element"},
    {ROW_NORM, .name = "LogSoftmax", .since = 1, .infer = infer_softmax_old,
     .cost = cost_log_softmax, .rule = "4 and 1 special per element; 1 special per row"},
    {ROW_NORM, .name = "LogSoftmax", .since = 13, .infer = infer_along_last,
     .cost = cost_log_softmax, .rule = "4 and 1 special per element; 1 special per row"},
    {ROW_NORM, .name = "Hardmax", .since = 1, .infer = infer_softmax_old, .cost = cost_hardmax,
     .rule = "N - rows"},
    {ROW_NORM, .name = "Hardmax", .since = 13, .infer = infer_along_last, .cost = cost_hardmax,
     .rule = "N - rows"},
    {0},
};
