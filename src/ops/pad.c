/* Frames around tensors: Pad, CenterCropPad, Trilu. */
#include "ops/fold.h"
#include "ops/movement.h"
#include <string.h>

/* --- Pad --- */

/* Elements added before and after along each axis; negative ones are cut off. */
typedef struct frame {
    int64_t before[MAX_RANK], after[MAX_RANK];
    bool is_known[MAX_RANK];
} frame;

/* A dimension with its frame; UNKNOWN when it is too large, -2 when more is cut off than is there.
 */
static count framed(count extent, int64_t before, int64_t after) {
    int64_t sum;
    if (!known(extent) || __builtin_add_overflow(extent, before + after, &sum))
        return UNKNOWN;
    return sum < 0 ? -2 : sum;
}

/* Pads that no tensor could have count as unknown, which keeps sums of them in range. */
static bool pad_at(const int_list *pads, count i, int64_t *v) {
    const int64_t most = INT64_MAX / 4;
    return list_at(pads, i, v) && *v >= -most && *v <= most;
}

static int_list pad_list(site *s) {
    return site_list(s, site_has(s, "paddings") ? "paddings" : "pads", 1);
}

/* Reads the frame; false when not even the axes are known, or after site_invalid. */
static bool read_frame(site *s, const fact *in, frame *f) {
    int_list pads = pad_list(s), named = site_list(s, NULL, 3);
    int axes[MAX_RANK];
    if (in->rank < 0 || pads.absent || !known(pads.n))
        return false;
    count n = pads.n / 2;
    if (pads.n % 2 != 0 || (named.absent && n != in->rank)) {
        site_invalid(s, "%lld pads for %d dimensions", (long long)pads.n, in->rank);
        return false;
    }
    if (!list_axes(s, &named, n, in->rank, axes))
        return false;
    for (int k = 0; k < in->rank; k++) {
        f->before[k] = f->after[k] = 0;
        f->is_known[k] = true;
    }
    for (int i = 0; i < n; i++)
        f->is_known[axes[i]] =
            pad_at(&pads, i, &f->before[axes[i]]) && pad_at(&pads, i + n, &f->after[axes[i]]);
    return true;
}

static bool frame_output(site *s, const fact *in, const frame *f, count dims[MAX_RANK]) {
    for (int k = 0; k < in->rank; k++) {
        dims[k] = f->is_known[k] ? framed(in->dims[k], f->before[k], f->after[k]) : UNKNOWN;
        if (dims[k] == -2) {
            site_invalid(s, "pads of %lld and %lld leave less than nothing of %lld elements",
                         (long long)f->before[k], (long long)f->after[k], (long long)in->dims[k]);
            return false;
        }
    }
    return true;
}

/* Where element i of a padded axis comes from; -1: from nowhere. */
static count mirrored(count i, count extent, const char *mode) {
    count period = !strcmp(mode, "reflect") ? 2 * (extent - 1) : extent;
    if (i >= 0 && i < extent)
        return i;
    if (extent == 0 || !strcmp(mode, "constant"))
        return -1;
    if (!strcmp(mode, "edge"))
        return i < 0 ? 0 : extent - 1;
    if (period == 0)
        return 0;
    count at = (i % period + period) % period;
    return at < extent ? at : period - at;
}

static count padded_from(const walk *w, const fact *in, const frame *f, const count *strides,
                         const char *mode) {
    count at = 0;
    for (int k = 0; k < in->rank; k++) {
        count i = mirrored(w->index[k] - f->before[k], in->dims[k], mode);
        if (i < 0)
            return -1;
        at += i * strides[k];
    }
    return at;
}

/* The padding of one element. Reals take it from the attribute of old versions too. */
static bool padding(site *s, bool real, scalar *v) {
    *v = (scalar){0};
    if (site_in(s, 2))
        return fold_get(site_content(s, 2), 0, v);
    if (real)
        v->f = site_float(s, "value", 0);
    return true;
}

static bool cuts(const fact *in, const frame *f) {
    for (int k = 0; k < in->rank; k++)
        if (f->before[k] < 0 || f->after[k] < 0)
            return true;
    return false;
}

static void fold_pad(site *s, const fact *in, const frame *f, const count *dims) {
    const char *mode = site_string(s, "mode", "constant");
    const content *from = fold_source(s, 0);
    bool is_constant = !strcmp(mode, "constant");
    if (!from || fact_elements(in) <= 0 || (!is_constant && cuts(in, f)))
        return;
    content *out = out_content(s, 0, false);
    scalar fill;
    count strides[MAX_RANK];
    bool knows_fill = padding(s, from->real, &fill);
    shape_strides(in, strides);
    walk w = {.rank = in->rank, .dims = dims};
    for (count i = 0; out && i < out->n; i++, walk_next(&w)) {
        count at = padded_from(&w, in, f, strides, mode);
        if (at >= 0)
            fold_copy(s, out, i, from, at);
        else if (knows_fill)
            out->item[i] = fill;
        else
            fold_forget(s, out, i);
    }
}

void infer_pad(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK];
    frame f;
    if (!in)
        return;
    if (!read_frame(s, in, &f)) {
        memset(dims, 0xff, sizeof dims); /* all UNKNOWN */
        if (!site_failed(s))
            out_tensor(s, 0, in->elem, in->rank, dims);
        return;
    }
    if (!frame_output(s, in, &f, dims))
        return;
    out_tensor(s, 0, in->elem, in->rank, dims);
    fold_pad(s, in, &f, dims);
}

/* What negative pads cut off is not read. */
void cost_pad(site *s, work *w) {
    const fact *in = site_in(s, 0);
    frame f;
    if (!in || !read_frame(s, in, &f))
        return;
    count kept = 1;
    for (int k = 0; k < in->rank; k++) {
        int64_t before = f.before[k] < 0 ? f.before[k] : 0;
        int64_t after = f.after[k] < 0 ? f.after[k] : 0;
        kept = cnt_mul(kept, f.is_known[k] ? framed(in->dims[k], before, after) : in->dims[k]);
    }
    work_touch(w, 0, kept);
}

/* --- CenterCropPad --- */

/* The output's dims; false when unknown altogether. */
static bool cropped(site *s, const fact *in, count dims[MAX_RANK]) {
    int_list wish = site_list(s, NULL, 1), named = site_list(s, "axes", -1);
    int axes[MAX_RANK];
    if (in->rank < 0 || !known(wish.n) || !list_axes(s, &named, wish.n, in->rank, axes))
        return false;
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    for (int i = 0; i < wish.n; i++) {
        int64_t size;
        bool is_given = list_at(&wish, i, &size);
        if (is_given && size < 0)
            site_invalid(s, "axis %d would have %lld elements", axes[i], (long long)size);
        dims[axes[i]] = is_given && size >= 0 ? size : UNKNOWN;
    }
    return !site_failed(s);
}

void infer_center_crop_pad(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK];
    if (!in)
        return;
    if (cropped(s, in, dims)) {
        out_tensor(s, 0, in->elem, in->rank, dims);
    } else if (!site_failed(s)) {
        memset(dims, 0xff, sizeof dims); /* all UNKNOWN */
        out_tensor(s, 0, in->elem, in->rank, dims);
    }
}

void cost_center_crop_pad(site *s, work *w) {
    const fact *in = site_in(s, 0), *out = site_out(s, 0);
    if (!in || !out || in->rank < 0 || in->rank != out->rank)
        return;
    count kept = 1;
    for (int k = 0; k < in->rank; k++)
        kept = cnt_mul(kept, cnt_min(in->dims[k], out->dims[k]));
    work_touch(w, 0, kept);
}

/* --- Trilu --- */

/* Sum of n, n - 1, ..., n - terms + 1. */
static count falling_sum(count n, count terms) {
    return cnt_sub(cnt_mul(terms, n), cnt_div(cnt_mul(terms, terms - 1), 2));
}

/* Elements of a rows x columns matrix with column - row >= k. */
static count upper_elements(count rows, count columns, int64_t k) {
    if (k >= columns)
        return 0;
    if (k >= 0) {
        count first = columns - k;
        return falling_sum(first, rows < first ? rows : first);
    }
    count full = k <= -rows ? rows : -k;
    return cnt_add(cnt_mul(full, columns), upper_elements(rows - full, columns, 0));
}

/* Only the triangle that is kept is read. */
void cost_trilu(site *s, work *w) {
    const fact *in = site_in(s, 0);
    int64_t k;
    count rows = fact_dim(in, -2), columns = fact_dim(in, -1);
    if (!in || !known(rows) || !known(columns) || !site_scalar(s, 1, 0, &k))
        return;
    count kept = site_int(s, "upper", 1) ? upper_elements(rows, columns, k)
                 : k == INT64_MAX
                     ? cnt_mul(rows, columns)
                     : cnt_sub(cnt_mul(rows, columns), upper_elements(rows, columns, k + 1));
    work_touch(w, 0, cnt_mul(fact_range(in, 0, in->rank - 2), kept));
}
