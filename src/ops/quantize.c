/* Quantize and dequantize. */
#include "ops/compute.h"

enum { SCALE = 1, ZERO_POINT = 2 };

void work_quantize(work *w, count n, bool zero_point) {
    work_each(w, "quantized elements", n, zero_point ? 5 : 4, 0);
}

void work_dequantize(work *w, count n, bool zero_point) {
    work_each(w, "dequantized elements", n, zero_point ? 2 : 1, 0);
}

/* The type that an attribute asks for, or the fallback when it asks for none. */
static dtype asked_type(site *s, dtype fallback) {
    int64_t t = site_int(s, "output_dtype", 0);
    if (t != 0 && !dtype_valid(t))
        site_invalid(s, "output_dtype %lld is no type", (long long)t);
    return dtype_valid(t) ? (dtype)t : fallback;
}

/* Scales are one number, one per index of `axis`, or one per block along it. */
static void check_scales(site *s) {
    const fact *x = site_in(s, 0), *scale = site_in(s, SCALE);
    if (!x || !scale || x->rank < 0 || scale->rank < 0)
        return;
    int64_t block = site_int(s, "block_size", 0);
    if (block < 0) {
        site_invalid(s, "block_size is %lld", (long long)block);
    } else if (block > 0) {
        int axis = site_axis(s, site_int(s, "axis", 1), x->rank);
        if (axis >= 0 && scale->rank != x->rank)
            site_invalid(s, "blocked scales have %d dimensions, the input %d", scale->rank,
                         x->rank);
    } else if (scale->rank == 1 && known(scale->dims[0]) && scale->dims[0] > 1) {
        int axis = site_axis(s, site_int(s, "axis", 1), x->rank);
        count size = axis < 0 ? UNKNOWN : x->dims[axis];
        if (known(size) && size != scale->dims[0])
            site_invalid(s, "%lld scales for an axis of %lld", (long long)scale->dims[0],
                         (long long)size);
    }
}

static void infer_quantize(site *s) {
    check_scales(s);
    const fact *zero = site_in(s, ZERO_POINT);
    out_shaped_like(s, 0, zero ? zero->elem : asked_type(s, DT_UINT8), site_in(s, 0));
}

static void cost_quantize(site *s, work *w) {
    work_quantize(w, fact_elements(site_out(s, 0)), site_in(s, ZERO_POINT) != NULL);
}

static void infer_dequantize(site *s) {
    check_scales(s);
    const fact *x = site_in(s, 0), *scale = site_in(s, SCALE);
    out_shaped_like(s, 0, asked_type(s, fact_elem(scale)), x);
    fact *y = site_out(s, 0);
    if (!x || !y)
        return;
    y->quantized = x->elem;
    y->quantized_zero = site_in(s, ZERO_POINT) != NULL;
}

static void cost_dequantize(site *s, work *w) {
    work_dequantize(w, fact_elements(site_out(s, 0)), site_in(s, ZERO_POINT) != NULL);
}

static void infer_dynamic(site *s) {
    out_shaped_like(s, 0, DT_UINT8, site_in(s, 0));
    out_tensor(s, 1, DT_FLOAT, 0, NULL);
    out_tensor(s, 2, DT_UINT8, 0, NULL);
}

static void cost_dynamic(site *s, work *w) {
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), 7, 0);
}

#define INTEGER  .family = FAMILY_QUANTIZE, .traits = OP_QUANTIZED | OP_FP32_VECTOR
#define QUANTIZE INTEGER, .kind = OP_MAP

const op_def ops_quantize[] = {
    {QUANTIZE, .domain = "", .name = "QuantizeLinear", .since = 10, .infer = infer_quantize,
     .cost = cost_quantize, .rule = "4 per element (+ 1 zero point)"},
    {QUANTIZE, .domain = "", .name = "DequantizeLinear", .since = 10, .infer = infer_dequantize,
     .cost = cost_dequantize, .rule = "1 per element (+ 1 zero point)"},
    {INTEGER, .domain = "", .name = "DynamicQuantizeLinear", .since = 11,
     .kind = OP_ANCHOR /* the range of all elements decides each */, .infer = infer_dynamic,
     .cost = cost_dynamic, .rule = "7 per element"},
    {QUANTIZE, .domain = "com.microsoft", .name = "QuantizeLinear", .since = 1,
     .infer = infer_quantize, .cost = cost_quantize, .rule = "4 per element (+ 1 zero point)"},
    {QUANTIZE, .domain = "com.microsoft", .name = "DequantizeLinear", .since = 1,
     .infer = infer_dequantize, .cost = cost_dequantize, .rule = "1 per element (+ 1 zero point)"},
    {0},
};
