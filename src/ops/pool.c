/* Pooling: windows that reduce, and their inverse. */
#include "ops/compute.h"
#include "ops/window.h"

enum { SPATIAL = 2 };

static bool has_space(site *s, const fact *x) {
    if (x->rank > SPATIAL)
        return true;
    site_invalid(s, "the input has %d dimensions and must have at least 3", x->rank);
    return false;
}

/* The window of a pool whose input has a known rank. */
static bool pool_window(site *s, const fact *x, window *w) {
    return has_space(s, x) && window_read(s, x->dims + SPATIAL, x->rank - SPATIAL, NULL, w) &&
           window_slide(s, w, site_int(s, "ceil_mode", 0) != 0);
}

void pool_infer(site *s, bool channels_last) {
    const fact *x = channels_first(s, site_in(s, 0), channels_last);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        out_tensor(s, 1, DT_INT64, -1, NULL);
        return;
    }
    window w;
    if (!pool_window(s, x, &w))
        return;
    count dims[MAX_RANK] = {fact_dim(x, 0), fact_dim(x, 1)};
    for (int i = 0; i < w.axes; i++)
        dims[SPATIAL + i] = w.axis[i].out;
    out_channels(s, 0, x->elem, x->rank, dims, channels_last);
    out_channels(s, 1, DT_INT64, x->rank, dims, channels_last); /* Indices of MaxPool */
}

static void infer_pool(site *s) {
    pool_infer(s, false);
}

count pool_volume(site *s, work *w, bool channels_last) {
    const fact *x = channels_first(s, site_in(s, 0), channels_last);
    window slide;
    if (!x || x->rank < 0 || !pool_window(s, x, &slide))
        return UNKNOWN;
    work_touch(w, 0, cnt_mul(fact_range(x, 0, SPATIAL), window_touched(&slide)));
    return window_volume(&slide);
}

static void cost_max_pool(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), one_less(pool_volume(s, w, false)), 0);
}

static void cost_average_pool(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), pool_volume(s, w, false), 0);
}

/* The order of the norm; a number, not an integer, in version 1. */
static double norm_order(const site *s) {
    double p = site_float(s, "p", 2);
    return (double)site_int(s, "p", (int64_t)p);
}

/* p = 1: an absolute value each; p = 2: a square each and a root; else powers. */
static void add_lp(site *s, work *w, count volume) {
    count outputs = fact_elements(site_out(s, 0));
    double p = norm_order(s);
    count sum = cnt_sub(cnt_mul(2, volume), volume > 0 ? 1 : 0);
    if (p == 1)
        work_each(w, "N", outputs, sum, 0);
    else if (p == 2)
        work_each(w, "N", outputs, sum, 1);
    else
        work_each(w, "N", outputs, volume, cnt_add(volume, 1));
}

static void cost_lp_pool(site *s, work *w) {
    add_lp(s, w, pool_volume(s, w, false));
}

/* --- global pools: one window over everything --- */

void global_pool_infer(site *s, bool channels_last) {
    const fact *x = channels_first(s, site_in(s, 0), channels_last);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    if (!has_space(s, x))
        return;
    count dims[MAX_RANK] = {fact_dim(x, 0), fact_dim(x, 1)};
    for (int i = SPATIAL; i < x->rank; i++)
        dims[i] = 1;
    out_channels(s, 0, x->elem, x->rank, dims, channels_last);
}

static void infer_global(site *s) {
    global_pool_infer(s, false);
}

count global_pool_volume(site *s, bool channels_last) {
    const fact *x = channels_first(s, site_in(s, 0), channels_last);
    return x ? fact_range(x, SPATIAL, x->rank) : UNKNOWN;
}

static void cost_global_max(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), one_less(global_pool_volume(s, false)), 0);
}

static void cost_global_average(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), global_pool_volume(s, false), 0);
}

static void cost_global_lp(site *s, work *w) {
    add_lp(s, w, global_pool_volume(s, false));
}

/* --- MaxUnpool --- */

/* Output shape from the window alone: what a MaxPool of that window would have shrunk to the input.
 */
static bool unpooled_dims(site *s, const fact *x, count *dims) {
    window w;
    if (!has_space(s, x) || !window_read(s, x->dims + SPATIAL, x->rank - SPATIAL, NULL, &w))
        return false;
    for (int i = 0; i < w.axes; i++) {
        const window_axis *a = &w.axis[i];
        count padded = cnt_add(cnt_mul(one_less(a->in), a->stride), a->kernel);
        dims[SPATIAL + i] = known(padded) ? padded - a->begin - a->end : UNKNOWN;
        if (known(padded) && padded < a->begin + a->end) {
            site_invalid(s, "padding leaves nothing of the output");
            return false;
        }
    }
    return true;
}

static void infer_unpool(site *s) {
    enum { OUTPUT_SHAPE = 2 };
    const fact *x = site_in(s, 0);
    int rank = x ? x->rank : -1;
    count dims[MAX_RANK] = {fact_dim(x, 0), fact_dim(x, 1)};
    if (rank >= 0 && site_in(s, OUTPUT_SHAPE)) {
        size_t n;
        bool absent;
        const int64_t *asked = site_ints_or_input(s, NULL, OUTPUT_SHAPE, &n, &absent);
        if (asked && n != (size_t)rank) {
            site_invalid(s, "output_shape has %zu elements for an input of %d dimensions", n, rank);
            return;
        }
        for (int i = 0; i < rank; i++)
            dims[i] = asked && asked[i] >= 0 ? asked[i] : UNKNOWN;
    } else if (rank >= 0 && !unpooled_dims(s, x, dims)) {
        return;
    }
    out_tensor(s, 0, fact_elem(x), rank, dims);
}

/* --- MaxRoiPool --- */

static void infer_roi(site *s) {
    const fact *x = site_in(s, 0), *rois = site_in(s, 1);
    size_t n;
    const int64_t *pooled = site_ints(s, "pooled_shape", &n);
    if (!pooled || n != 2 || pooled[0] < 1 || pooled[1] < 1) {
        site_invalid(s, "pooled_shape is not two positive integers");
        return;
    }
    if (x && x->rank >= 0 && x->rank != 4) {
        site_invalid(s, "the input has %d dimensions and must have 4", x->rank);
        return;
    }
    count dims[] = {fact_dim(rois, 0), fact_dim(x, 1), pooled[0], pooled[1]};
    out_tensor(s, 0, fact_elem(x), 4, dims);
}

static void cost_roi(site *s, work *w) {
    const fact *x = site_in(s, 0), *y = site_out(s, 0);
    count height = cnt_div_up(fact_dim(x, 2), fact_dim(y, 2));
    count width = cnt_div_up(fact_dim(x, 3), fact_dim(y, 3));
    work_each(w, "N", fact_elements(y), one_less(cnt_mul(height, width)), 0);
    w->estimated = true;
    work_note(s, w, "regions are data: each is taken as the whole input");
}

#define POOL .domain = "", .kind = OP_ANCHOR, .family = FAMILY_POOL

const op_def ops_pool[] = {
    {POOL, .name = "MaxPool", .since = 1, .traits = OP_KEEPS_SCALE, .infer = infer_pool,
     .cost = cost_max_pool, .rule = "K-1 per output, K = prod(kernel)"},
    {POOL, .name = "AveragePool", .since = 1, .infer = infer_pool, .cost = cost_average_pool,
     .rule = "K per output, K = prod(kernel)"},
    {POOL, .name = "LpPool", .since = 1, .infer = infer_pool, .cost = cost_lp_pool,
     .rule = "2K-1 per output, + 1 special when p = 2; other p: K and K+1 special"},
    {POOL, .name = "GlobalMaxPool", .since = 1, .infer = infer_global, .cost = cost_global_max,
     .rule = "K-1 per output, K = spatial elements"},
    {POOL, .name = "GlobalAveragePool", .since = 1, .infer = infer_global,
     .cost = cost_global_average, .rule = "K per output, K = spatial elements"},
    {POOL, .name = "GlobalLpPool", .since = 1, .infer = infer_global, .cost = cost_global_lp,
     .rule = "2K-1 per output, + 1 special when p = 2; other p: K and K+1 special"},
    {POOL, .name = "MaxRoiPool", .since = 1, .infer = infer_roi, .cost = cost_roi,
     .rule = "K-1 per output, K = ceil(H/h) x ceil(W/w); estimated: regions"},
    {.domain = "",
     .name = "MaxUnpool",
     .since = 9,
     .kind = OP_MOVE,
     .family = FAMILY_POOL,
     .infer = infer_unpool,
     .rule = "0"},
    {0},
};
