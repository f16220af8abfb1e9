/* ONNX Runtime's operators that move data: at indices, in windows, without padding; and its own
 * versions of operators that the standard has as well. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include "ops/movement.h"
#include "ops/sample.h"
#include "ops/search.h"
#include <string.h>

/* --- GatherBlockQuantized: rows of a table of a few bits --- */

enum { DATA, INDICES, SCALES, ZERO_POINTS };

/* The table as it is without packing: bytes hold several elements of the last axis. */
static fact unpacked(site *s, count dims[MAX_RANK]) {
    const fact *data = site_in(s, DATA);
    fact f = *data;
    int64_t bits = site_int(s, "bits", 4);
    if (data->elem != DT_UINT8 || data->rank < 1)
        return f;
    memcpy(dims, data->dims, (size_t)data->rank * sizeof *dims);
    if (bits != 2 && bits != 4 && bits != 8)
        site_invalid(s, "bits is %lld", (long long)bits);
    else
        dims[data->rank - 1] = cnt_mul(dims[data->rank - 1], 8 / bits);
    f.dims = dims;
    return f;
}

static void infer_gather_quantized(site *s) {
    const fact *data = site_in(s, DATA), *indices = site_in(s, INDICES);
    dtype elem = fact_elem(site_in(s, SCALES));
    count table[MAX_RANK], dims[MAX_RANK];
    int rank;
    out_tensor(s, 0, elem, -1, NULL);
    if (!data || !indices || data->rank < 0 || indices->rank < 0)
        return;
    fact f = unpacked(s, table);
    int axis = site_axis(s, site_int(s, "gather_axis", 0), data->rank);
    if (axis >= 0 && !site_failed(s) && gather_dims(s, &f, indices, axis, dims, &rank))
        out_tensor(s, 0, elem, rank, dims);
}

/* No row is assumed to be named twice. */
static void cost_gather_quantized(site *s, work *w) {
    static const unsigned tables[] = {DATA, SCALES, ZERO_POINTS};
    const fact *data = site_in(s, DATA);
    int64_t axis = site_int(s, "gather_axis", 0);
    work_dequantize(w, fact_elements(site_out(s, 0)), site_in(s, ZERO_POINTS) != NULL);
    if (!data || data->rank < 1)
        return;
    count rows = fact_elements(site_in(s, INDICES)), all = fact_dim(data, (int)axis);
    for (size_t i = 0; i < 3; i++)
        if (site_in(s, tables[i]) && all != 0)
            work_touch(w, tables[i],
                       cnt_mul(rows, cnt_div_up(fact_elements(site_in(s, tables[i])), all)));
    w->estimated = true;
    work_note(s, w, "which rows are read is data: no index is assumed to repeat");
}

/* --- ExpandDims --- */

static void infer_expand_dims(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK + 1];
    int64_t wish;
    if (!x || x->rank < 0 || !site_in(s, 1) || !site_scalar(s, 1, 0, &wish)) {
        out_view(s, -1, NULL);
        return;
    }
    int axis = site_axis(s, wish, x->rank + 1);
    if (axis < 0 || !rank_allowed(s, x->rank + 1))
        return;
    for (int k = 0; k <= x->rank; k++)
        dims[k] = k == axis ? 1 : x->dims[k - (k > axis)];
    out_view(s, x->rank + 1, dims);
}

/* --- UnfoldTensor: windows along an axis, beside each other on a new last one --- */

static void infer_unfold(site *s) {
    const fact *x = site_in(s, 0);
    int64_t size = site_int(s, "size", 0), step = site_int(s, "step", 1);
    count dims[MAX_RANK + 1];
    if (!x || x->rank < 0) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    int axis = site_axis(s, site_int(s, "dim", -1), x->rank);
    if (axis < 0)
        return;
    if (size < 1 || step < 1 || (known(x->dims[axis]) && size > x->dims[axis])) {
        site_invalid(s, "windows of %lld, every %lld, on an axis of %lld", (long long)size,
                     (long long)step, (long long)x->dims[axis]);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[axis] = cnt_add(cnt_div(cnt_sub(x->dims[axis], size), step), 1);
    dims[x->rank] = size;
    out_tensor(s, 0, x->elem, x->rank + 1, dims);
}

static void cost_unfold(site *s, work *w) {
    work_touch(w, 0, fact_elements(site_out(s, 0)));
}

/* --- RemovePadding, RestorePadding --- */

/* The sum of the lengths; UNKNOWN when one is. */
static count total_tokens(site *s) {
    enum { LENGTHS = 1, MANY = 4096 };
    const content *lengths = site_content(s, LENGTHS);
    count sum = 0;
    int64_t length;
    if (!lengths || lengths->n > MANY)
        return UNKNOWN;
    for (count i = 0; i < lengths->n; i++)
        sum = cnt_add(sum, content_int(lengths, i, &length) && length >= 0 ? length : UNKNOWN);
    return sum;
}

static void infer_remove(site *s) {
    const fact *x = site_in(s, 0);
    count batch = fact_dim(x, 0), one = 1, starts = cnt_add(batch, 1);
    out_tensor(s, 0, fact_elem(x), 2, (count[]){total_tokens(s), fact_dim(x, 2)});
    out_tensor(s, 1, DT_INT32, 2, (count[]){batch, fact_dim(x, 1)});
    out_tensor(s, 2, DT_INT32, 1, &starts);
    out_tensor(s, 3, DT_INT32, 1, &one);
}

static void cost_remove(site *s, work *w) {
    count n = fact_elements(site_out(s, 0));
    if (known(n)) {
        work_touch(w, 0, n);
        return;
    }
    work_write(w, 0, fact_elements(site_in(s, 0)));
    w->estimated = true;
    work_note(s, w, "lengths are data: no token is assumed to be padding");
}

static void infer_restore(site *s) {
    const fact *x = site_in(s, 0), *offsets = site_in(s, 1);
    out_tensor(s, 0, fact_elem(x), 3,
               (count[]){fact_dim(offsets, 0), fact_dim(offsets, 1), fact_dim(x, 1)});
}

/* --- CropAndResize --- */

static void infer_crop(site *s) {
    enum { SIZE = 3 };
    const fact *x = site_in(s, 0);
    int_list size = site_list(s, NULL, SIZE);
    int64_t height, width;
    if (x && x->rank >= 0 && x->rank != 4) {
        site_invalid(s, "the input has %d dimensions and must have 4", x->rank);
        return;
    }
    count dims[] = {fact_dim(site_in(s, 1), 0), fact_dim(x, 1),
                    list_at(&size, 0, &height) && height > 0 ? height : UNKNOWN,
                    list_at(&size, 1, &width) && width > 0 ? width : UNKNOWN};
    out_tensor(s, 0, fact_elem(x), 4, dims);
}

static void cost_crop(site *s, work *w) {
    bool nearest = !strcmp(site_string(s, "mode", "bilinear"), "nearest");
    count n = fact_elements(site_out(s, 0));
    work_each(w, "N", n, nearest ? 0 : 10, 0);
    work_touch(w, 0, cnt_mul(n, nearest ? 1 : 4));
    w->estimated = true;
    work_note(s, w, "regions are data: no two samples are assumed to share an element");
}

/* --- Unique of a vector: values, places, numbers --- */

static void infer_unique_values(site *s) {
    const fact *x = site_in(s, 0);
    count found = UNKNOWN, n = fact_elements(x);
    out_tensor(s, 0, fact_elem(x), 1, &found);
    out_tensor(s, 1, DT_INT64, 1, &n);
    out_tensor(s, 2, DT_INT64, 1, &found);
}

#define MICROSOFT .domain = "com.microsoft", .since = 1
#define MOVE      MICROSOFT, .kind = OP_MOVE, .family = FAMILY_MOVEMENT
#define PLACES    "0; reads the rows that are named, each once; estimated: rows read"

const op_def ops_contrib_data[] = {
    {MICROSOFT, .kind = OP_MOVE, .family = FAMILY_QUANTIZE, .name = "GatherBlockQuantized",
     .traits = OP_QUANTIZED | OP_FP32_VECTOR, .infer = infer_gather_quantized,
     .cost = cost_gather_quantized,
     .rule = "1 per element of the output (+ 1 zero points); estimated: rows read"},
    {MOVE, .name = "TorchEmbedding", .infer = infer_gather, .cost = cost_gather, .rule = PLACES},
    {MOVE, .name = "GatherND", .infer = infer_gather_nd, .cost = cost_gather_elements,
     .rule = "0; reads min(table, output); estimated: elements read"},
    {MICROSOFT, .kind = OP_VIEW, .family = FAMILY_MOVEMENT, .traits = OP_KEEPS_SCALE,
     .name = "ExpandDims", .infer = infer_expand_dims, .rule = "0; a view"},
    {MOVE, .name = "UnfoldTensor", .infer = infer_unfold, .cost = cost_unfold, .rule = "0"},
    {MOVE, .name = "RemovePadding", .infer = infer_remove, .cost = cost_remove,
     .rule = "0; reads what it outputs; estimated: padding"},
    {MOVE, .name = "RestorePadding", .infer = infer_restore, .rule = "0"},
    {MOVE, .name = "Pad", .infer = infer_pad, .cost = cost_pad,
     .rule = "0; does not read what negative pads cut off"},
    {MOVE, .name = "Trilu", .traits = OP_IN_PLACE, .infer = infer_trilu, .cost = cost_trilu,
     .rule = "0; reads the triangle that is kept"},
    {MOVE, .name = "Range", .infer = infer_range, .cost = cost_range, .rule = "N vector"},
    {MICROSOFT, .kind = OP_ANCHOR, .family = FAMILY_MOVEMENT, .name = "GridSample",
     .infer = infer_grid_sample, .cost = cost_grid_sample,
     .rule = "as Resize, and 4 vector per coordinate; estimated: elements read"},
    {MICROSOFT, .kind = OP_ANCHOR, .family = FAMILY_MOVEMENT, .name = "CropAndResize",
     .infer = infer_crop, .cost = cost_crop,
     .rule = "10 vector per bilinear sample, nearest 0; estimated: elements read"},
    {MICROSOFT, .kind = OP_OPAQUE, .family = FAMILY_MOVEMENT, .name = "Unique",
     .infer = infer_unique_values, .cost = cost_unique,
     .rule =
         "n x ceil(log2 n) vector for n elements; at most n remain; estimated: how many remain"},
    {0},
};
