/* ONNX Runtime's transforms and distances: Rfft, Irfft, Inverse, CDist, DynamicTimeWarping. */
#include "ops/contrib.h"
#include <string.h>

/* --- Rfft, Irfft: along the last axis; complex numbers have an axis of two besides --- */

/* How many last axes the signal has; 0 after site_invalid. */
static int signal_axes(site *s, const fact *x, int more) {
    int64_t n = site_int(s, "signal_ndim", 1);
    if (n < 1 || (x->rank >= 0 && n + more > x->rank)) {
        site_invalid(s, "a signal of %lld dimensions in a tensor of %d", (long long)n, x->rank);
        return 0;
    }
    return (int)n;
}

static void infer_rfft(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK + 1];
    if (!x || x->rank < 0 || !signal_axes(s, x, 0)) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[x->rank - 1] = cnt_add(cnt_div(dims[x->rank - 1], 2), 1);
    dims[x->rank] = 2;
    out_tensor(s, 0, x->elem, x->rank + 1, dims);
}

static void infer_irfft(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK];
    if (!x || x->rank < 0 || !signal_axes(s, x, 1)) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[x->rank - 2] = cnt_mul(2, cnt_sub(dims[x->rank - 2], 1));
    out_tensor(s, 0, x->elem, x->rank - 1, dims);
}

/* Over all axes of the signal together: one transform of their product. */
static void transforms(site *s, work *w, const fact *real) {
    int64_t axes = site_int(s, "signal_ndim", 1);
    if (!real || real->rank < axes) {
        w->vector = UNKNOWN;
        return;
    }
    int from = real->rank - (int)axes;
    count each = transform_flops(fact_range(real, from, real->rank), true);
    work_each(w, "transforms", fact_range(real, 0, from), each, 0);
}

static void cost_rfft(site *s, work *w) {
    transforms(s, w, site_in(s, 0));
}

static void cost_irfft(site *s, work *w) {
    transforms(s, w, site_out(s, 0));
}

/* --- Inverse --- */

static void infer_inverse(site *s) {
    const fact *x = site_in(s, 0);
    count rows = fact_dim(x, -2), columns = fact_dim(x, -1);
    if (x && ((x->rank >= 0 && x->rank < 2) || (known(rows) && known(columns) && rows != columns)))
        site_invalid(s, "the input does not hold square matrices");
    out_like(s, 0, x);
}

static void cost_inverse(site *s, work *w) {
    count n = fact_dim(site_in(s, 0), -1);
    work_each(w, "N", fact_elements(site_in(s, 0)), cnt_mul(2, n), 0); /* 2n^3 per n^2 elements */
}

/* --- CDist: distances between the rows of two matrices --- */

static void infer_distances(site *s) {
    const fact *a = site_in(s, 0), *b = site_in(s, 1);
    if ((a && a->rank >= 0 && a->rank != 2) || (b && b->rank >= 0 && b->rank != 2))
        site_invalid(s, "operands of %d and %d dimensions; both must have 2", a ? a->rank : -1,
                     b ? b->rank : -1);
    out_tensor(s, 0, fact_elem(a), 2, (count[]){fact_dim(a, 0), fact_dim(b, 0)});
}

static void cost_distances(site *s, work *w) {
    bool root = !strcmp(site_string(s, "metric", "sqeuclidean"), "euclidean");
    count width = fact_dim(site_in(s, 0), 1);
    count each = width == 0 ? 0 : cnt_sub(cnt_mul(3, width), 1);
    work_each(w, "N", fact_elements(site_out(s, 0)), each, root);
}

/* --- DynamicTimeWarping: the cheapest path through a matrix of costs --- */

static void infer_warping(site *s) {
    const fact *x = site_in(s, 0);
    if (x && x->rank >= 0 && x->rank != 2 && x->rank != 3)
        site_invalid(s, "the input has %d dimensions and must have 2 or 3", x->rank);
    out_tensor(s, 0, DT_INT32, 2, (count[]){2, UNKNOWN});
}

/* Each cell adds the least of three. */
static void cost_warping(site *s, work *w) {
    const fact *x = site_in(s, 0);
    count longest = cnt_sub(cnt_add(fact_dim(x, -2), fact_dim(x, -1)), 1);
    work_each(w, "cells", fact_elements(x), 3, 0);
    work_write(w, 0, cnt_mul(2, longest));
    w->estimated = true;
    work_note(s, w, "the length of the path is data: the longest is assumed");
}

#define SIGNAL .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_OTHER

const op_def ops_contrib_signal[] = {
    {SIGNAL, .name = "Rfft", .infer = infer_rfft, .cost = cost_rfft,
     .rule = "2.5.n.log2 n per transform of n"},
    {SIGNAL, .name = "Irfft", .infer = infer_irfft, .cost = cost_irfft,
     .rule = "2.5.n.log2 n per transform of n"},
    {SIGNAL, .name = "Inverse", .infer = infer_inverse, .cost = cost_inverse,
     .rule = "2n^3 per matrix"},
    {SIGNAL, .name = "CDist", .infer = infer_distances, .cost = cost_distances,
     .rule = "3D - 1 per pair of rows of D (+ 1 special for euclidean)"},
    {SIGNAL, .name = "DynamicTimeWarping", .infer = infer_warping, .cost = cost_warping,
     .rule = "3 per cell; estimated: length of the path"},
    {0},
};
