/* Resize and Upsample, and the rows of sample.c. */
#include "ops/compute.h"
#include "ops/fold.h"
#include "ops/sample.h"
#include <math.h>
#include <string.h>

/* How each axis is resized. */
typedef struct resizing {
    int rank;
    double scale[MAX_RANK]; /* NAN: not known */
    count dims[MAX_RANK];   /* of the output */
} resizing;

/* --- scales and sizes --- */

/* Real numbers given as an attribute or an input. */
typedef struct real_list {
    count n; /* 0 when there are none, UNKNOWN when not even that is known */
    const float *items;
    const content *content;
} real_list;

static real_list list_of_scales(site *s) {
    unsigned input = s->version >= 11 && strcmp(s->op->name, "Upsample") ? 2 : 1;
    const fact *f = site_in(s, input);
    if (f)
        return (real_list){.n = fact_elements(f), .content = site_content(s, input)};
    const attribute *a = node_attribute(s->node, "scales");
    if (!a || a->kind != ATTR_FLOATS)
        return (real_list){0};
    return (real_list){.n = a->floats ? (count)a->n : UNKNOWN, .items = a->floats};
}

static double scale_at(const real_list *l, count i) {
    double v;
    if (l->items)
        return (double)l->items[i];
    return content_real(l->content, i, &v) ? v : NAN;
}

/* extent x scale rounded down, in fp32 as the standard's own inference and runtimes do. */
static count scaled(site *s, count extent, double scale, double part) {
    if (isnan(scale) || isnan(part) || !known(extent))
        return UNKNOWN;
    if (!(scale > 0)) {
        site_invalid(s, "a scale of %g", scale);
        return UNKNOWN;
    }
    float size = floorf((float)extent * (float)part * (float)scale);
    return size >= 0 && size < 0x1p62f ? (count)size : UNKNOWN;
}

/* The part of an axis that "tf_crop_and_resize" takes: 1 in all other modes. */
static double region(site *s, int i, count axes) {
    const char *mode = site_string(s, "coordinate_transformation_mode", "");
    double start, end;
    if (strcmp(mode, "tf_crop_and_resize"))
        return 1;
    const content *roi = site_content(s, 1);
    bool is_known = content_real(roi, i, &start) && content_real(roi, axes + i, &end);
    return is_known ? end - start : NAN;
}

static void resize_by_scales(site *s, const fact *in, const real_list *scales, const int *axes,
                             resizing *r) {
    for (int i = 0; i < scales->n; i++) {
        int k = axes[i];
        r->scale[k] = scale_at(scales, i);
        r->dims[k] = scaled(s, in->dims[k], r->scale[k], region(s, i, scales->n));
    }
}

/* One scale for all axes that keeps the aspect ratio: the smallest or the largest of the sizes'
 * own; NAN when one is not known. */
static double common_scale(const fact *in, const int_list *sizes, const int *axes, bool largest) {
    double scale = NAN;
    for (int i = 0; i < sizes->n; i++) {
        int64_t size;
        count extent = in->dims[axes[i]];
        if (!list_at(sizes, i, &size) || extent <= 0)
            return NAN;
        double own = (double)((float)size / (float)extent);
        if (i == 0 || (largest ? own > scale : own < scale))
            scale = own;
    }
    return scale;
}

static void resize_to_sizes(site *s, const fact *in, const int_list *sizes, const int *axes,
                            resizing *r) {
    const char *policy = site_string(s, "keep_aspect_ratio_policy", "stretch");
    bool stretches = !strcmp(policy, "stretch");
    double scale = common_scale(in, sizes, axes, !strcmp(policy, "not_smaller"));
    for (int i = 0; i < sizes->n; i++) {
        int k = axes[i];
        int64_t size;
        r->dims[k] = list_at(sizes, i, &size) ? size : UNKNOWN;
        if (list_at(sizes, i, &size) && size < 0)
            site_invalid(s, "axis %d would have %lld elements", k, (long long)size);
        if (!stretches) {
            double kept = floor((double)(float)((double)in->dims[k] * scale) + 0.5);
            r->dims[k] = isnan(scale) || !(kept < 0x1p62) ? UNKNOWN : (count)kept;
        }
        bool is_known = known(r->dims[k]) && in->dims[k] > 0;
        r->scale[k] = is_known ? (double)r->dims[k] / (double)in->dims[k] : NAN;
    }
}

/* False when only the rank is known, or after site_invalid. */
static bool plan(site *s, const fact *in, resizing *r) {
    real_list scales = list_of_scales(s);
    int_list sizes = site_list(s, NULL, s->version >= 11 ? 3 : -1);
    int_list named = site_list(s, "axes", -1);
    int axes[MAX_RANK];
    bool has_sizes = !sizes.absent && sizes.n != 0;
    count n = has_sizes ? sizes.n : scales.n;
    r->rank = in->rank;
    if (in->rank < 0 || !known(n) || n == 0)
        return false;
    if (named.absent && n != in->rank) {
        site_invalid(s, "%lld scales or sizes for %d dimensions", (long long)n, in->rank);
        return false;
    }
    if (!list_axes(s, &named, n, in->rank, axes))
        return false;
    for (int k = 0; k < in->rank; k++) {
        r->scale[k] = 1;
        r->dims[k] = in->dims[k];
    }
    if (has_sizes)
        resize_to_sizes(s, in, &sizes, axes, r);
    else
        resize_by_scales(s, in, &scales, axes, r);
    return !site_failed(s);
}

static void infer_resize(site *s) {
    const fact *in = site_in(s, 0);
    resizing r;
    if (!in)
        return;
    bool is_planned = plan(s, in, &r);
    if (site_failed(s))
        return;
    for (int k = 0; !is_planned && k < in->rank; k++)
        r.dims[k] = UNKNOWN;
    out_tensor(s, 0, in->elem, in->rank, r.dims);
}

/* Version 1 of Upsample: attributes for the last two of four dims. */
static void infer_upsample_2d(site *s) {
    const fact *in = site_in(s, 0);
    if (!in)
        return;
    if (in->rank >= 0 && in->rank != 4) {
        site_invalid(s, "%d dimensions instead of 4", in->rank);
        return;
    }
    count height = scaled(s, fact_dim(in, 2), site_float(s, "height_scale", 1), 1);
    count width = scaled(s, fact_dim(in, 3), site_float(s, "width_scale", 1), 1);
    out_tensor(s, 0, in->elem, 4, (count[]){fact_dim(in, 0), fact_dim(in, 1), height, width});
}

/* --- work --- */

/* Input elements that one output element blends along an axis. */
static count taps(interpolation how, bool antialias, double scale) {
    count support = how == NEAREST ? 1 : how == LINEAR ? 2 : 4;
    if (!antialias || how == NEAREST || scale >= 1)
        return support;
    double wide = ceil((double)support / scale);
    return wide < 0x1p62 ? (count)wide : UNKNOWN;
}

/* An axis of scale 1 is only copied. */
static void cost_scales(site *s, work *w, const fact *in, const resizing *r) {
    interpolation how = interpolation_mode(s);
    bool antialias = site_int(s, "antialias", 0) && how != NEAREST;
    count axes = 0, all_taps = 1, touched = 1;
    for (int k = 0; k < r->rank; k++) {
        bool is_copied = r->scale[k] == 1 && r->dims[k] == in->dims[k];
        count n = is_copied ? 1 : taps(how, antialias, r->scale[k]);
        axes = isnan(r->scale[k]) ? UNKNOWN : cnt_add(axes, !is_copied);
        all_taps = cnt_mul(all_taps, n);
        touched = cnt_mul(touched, cnt_min(in->dims[k], cnt_mul(n, r->dims[k])));
    }
    count flops = axes == 0   ? 0
                  : antialias ? (known(axes) ? cnt_mul(2, all_taps) : UNKNOWN)
                              : interpolation_flops(how, axes);
    work_each(w, "N", fact_elements(site_out(s, 0)), flops, 0);
    work_touch(w, 0, touched);
}

static void cost_resize(site *s, work *w) {
    const fact *in = site_in(s, 0);
    resizing r;
    if (in && plan(s, in, &r))
        cost_scales(s, w, in, &r);
    else if (interpolation_mode(s) != NEAREST)
        w->vector = UNKNOWN;
}

static void cost_upsample_2d(site *s, work *w) {
    const fact *in = site_in(s, 0), *out = site_out(s, 0);
    if (!in || !out || in->rank != 4)
        return;
    resizing r = {
        .rank = 4,
        .scale = {1, 1, site_float(s, "height_scale", 1), site_float(s, "width_scale", 1)}};
    memcpy(r.dims, out->dims, 4 * sizeof *r.dims);
    cost_scales(s, w, in, &r);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, may, shape, work_of, words)                                          \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = FAMILY_MOVEMENT,        \
        .traits = may, .infer = shape, .cost = work_of, .rule = words                              \
    }
#define RESIZE(op, version) ROW(op, version, OP_ANCHOR, 0, infer_resize, cost_resize, INTERPOLATION)
#define INTERPOLATION                                                                              \
    "vector per output over d axes: nearest 0, linear 3.(2^d - 1), cubic 2.4^d; antialias 2 per "  \
    "tap"

const op_def ops_resize[] = {
    RESIZE("Resize", 10),
    ROW("Upsample", 1, OP_ANCHOR, 0, infer_upsample_2d, cost_upsample_2d, INTERPOLATION),
    RESIZE("Upsample", 7),
    ROW("GridSample", 16, OP_ANCHOR, 0, infer_grid_sample, cost_grid_sample,
        "as Resize, and 4 vector per coordinate; estimated: elements read"),
    ROW("RoiAlign", 10, OP_ANCHOR, 0, infer_roi_align, cost_roi_align,
        "10 vector per bilinear sample; estimated: elements read"),
    {0}};
/* clang-format on */
