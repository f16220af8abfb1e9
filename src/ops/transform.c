/* Transforms of whole signals, matrices and images: DFT, STFT, MelWeightMatrix, Det, Col2Im. */
#include "ops/compute.h"
#include "ops/fold.h"
#include <math.h>
#include <string.h>

/* --- Fourier transforms --- */

count transform_flops(count n, bool is_real) {
    if (!known(n))
        return UNKNOWN;
    double flops = n > 1 ? (is_real ? 2.5 : 5.0) * (double)n * log2((double)n) : 0;
    return flops < 0x1p62 ? (count)(flops + 0.5) : UNKNOWN;
}

typedef struct dft {
    int axis;     /* -1: not known */
    count length; /* elements of a transform */
    bool inverse, onesided;
} dft;

/* The transformed axis; -1 when it is not known, or after site_invalid. */
static int dft_axis(site *s, const fact *in) {
    bool by_input = s->version >= 20;
    int64_t axis = by_input ? -2 : site_int(s, "axis", 1);
    if (by_input && !site_scalar(s, 2, -2, &axis))
        return -1;
    int at = site_axis(s, axis, in->rank);
    if (at == in->rank - 1) {
        site_invalid(s, "axis %lld holds the parts of complex numbers", (long long)axis);
        return -1;
    }
    return at;
}

/* False after site_invalid, or when the rank is not known. */
static bool read_dft(site *s, const fact *in, dft *d) {
    int64_t length;
    if (in->rank < 0)
        return false;
    *d = (dft){.inverse = site_int(s, "inverse", 0) != 0,
               .onesided = site_int(s, "onesided", 0) != 0,
               .axis = dft_axis(s, in),
               .length = UNKNOWN};
    if (site_failed(s))
        return false;
    if (!site_in(s, 1) && d->axis >= 0) {
        bool mirrored = d->inverse && d->onesided;
        count extent = in->dims[d->axis];
        d->length = mirrored ? cnt_mul(2, cnt_sub(extent, 1)) : extent;
    } else if (site_in(s, 1) && site_scalar(s, 1, 0, &length)) {
        d->length = length;
        if (length < 0)
            site_invalid(s, "a transform of %lld elements", (long long)length);
    }
    return !site_failed(s);
}

static void infer_dft(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK];
    dft d;
    if (!in)
        return;
    if (!read_dft(s, in, &d)) {
        out_tensor(s, 0, in->elem, -1, NULL);
        return;
    }
    bool keeps_half = d.onesided && !d.inverse;
    bool keeps_size = !d.onesided && !site_in(s, 1); /* along whichever axis */
    for (int k = 0; k < in->rank; k++)
        dims[k] = d.axis >= 0 || keeps_size ? in->dims[k] : UNKNOWN;
    if (d.axis >= 0)
        dims[d.axis] = keeps_half ? cnt_add(cnt_div(d.length, 2), 1) : d.length;
    dims[in->rank - 1] = d.onesided && d.inverse ? 1 : 2;
    out_tensor(s, 0, in->elem, in->rank, dims);
}

static void cost_dft(site *s, work *w) {
    const fact *in = site_in(s, 0);
    dft d;
    if (!in || !read_dft(s, in, &d) || d.axis < 0 || !known(fact_dim(in, -1))) {
        w->vector = UNKNOWN;
        return;
    }
    count outer = fact_range(in, 0, d.axis);
    count others = cnt_mul(outer, fact_range(in, d.axis + 1, in->rank - 1)); /* transforms */
    bool is_real = fact_dim(in, -1) == 1 || (d.inverse && d.onesided);
    work_each(w, "transforms", others, transform_flops(d.length, is_real), 0);
    work_touch(w, 0, cnt_mul3(others, fact_dim(in, -1), cnt_min(d.length, in->dims[d.axis])));
}

/* --- STFT --- */

typedef struct frames {
    count n, length;
    count parts; /* 1 real, 2 complex */
} frames;

/* False after site_invalid. */
static bool read_frames(site *s, frames *f) {
    enum { SIGNAL, STEP, WINDOW, LENGTH };
    const fact *signal = site_in(s, SIGNAL), *window = site_in(s, WINDOW);
    int64_t step, length;
    count samples = fact_dim(signal, 1);
    bool has_step = site_in(s, STEP) && site_scalar(s, STEP, 0, &step);
    bool has_length = site_in(s, LENGTH) && site_scalar(s, LENGTH, 0, &length);
    f->parts = signal && signal->rank == 2 ? 1 : fact_dim(signal, 2);
    f->length = window ? fact_dim(window, 0) : site_in(s, LENGTH) ? UNKNOWN : samples;
    if (has_length)
        f->length = length;
    if ((has_step && step < 1) || f->length == 0 || f->length < UNKNOWN) {
        site_invalid(s, "frames of %lld samples every %lld", (long long)f->length,
                     has_step ? (long long)step : -1);
        return false;
    }
    if (known(samples) && known(f->length) && f->length > samples) {
        site_invalid(s, "a frame of %lld samples of a signal of %lld", (long long)f->length,
                     (long long)samples);
        return false;
    }
    f->n = has_step ? cnt_add(cnt_div(cnt_sub(samples, f->length), step), 1) : UNKNOWN;
    return true;
}

static void infer_stft(site *s) {
    const fact *signal = site_in(s, 0);
    frames f;
    if (!signal || !read_frames(s, &f))
        return;
    bool onesided = site_int(s, "onesided", 1) != 0;
    count bins = onesided ? cnt_add(cnt_div(f.length, 2), 1) : f.length;
    out_tensor(s, 0, signal->elem, 4, (count[]){fact_dim(signal, 0), f.n, bins, 2});
}

static void cost_stft(site *s, work *w) {
    enum { SIGNAL, STEP, WINDOW };
    const fact *signal = site_in(s, SIGNAL);
    frames f;
    if (!signal || !read_frames(s, &f))
        return;
    count n = cnt_mul(fact_dim(signal, 0), f.n);
    work_each(w, "frames", n, known(f.parts) ? transform_flops(f.length, f.parts == 1) : UNKNOWN,
              0);
    if (site_in(s, WINDOW))
        work_each(w, "windowed samples", cnt_mul3(n, f.length, f.parts), 1, 0);
    work_touch(w, SIGNAL, cnt_mul3(n, f.length, f.parts));
}

/* --- MelWeightMatrix --- */

static void infer_mel(site *s) {
    enum { BANDS, DFT_LENGTH };
    int64_t elem = site_int(s, "output_datatype", DT_FLOAT), bands, length;
    bool has_bands = site_in(s, BANDS) && site_scalar(s, BANDS, 0, &bands);
    bool has_length = site_in(s, DFT_LENGTH) && site_scalar(s, DFT_LENGTH, 0, &length);
    if ((has_bands && bands < 0) || (has_length && length < 0) || !dtype_valid(elem)) {
        site_invalid(s, "a negative size, or no element type");
        return;
    }
    count rows = has_length ? length / 2 + 1 : UNKNOWN;
    out_tensor(s, 0, (dtype)elem, 2, (count[]){rows, has_bands ? bands : UNKNOWN});
}

/* Each edge of a band is computed from its mel frequency, and each bin of the spectrum lies on at
 * most two ramps. */
static void cost_mel(site *s, work *w) {
    const fact *out = site_out(s, 0);
    work_each(w, "band edges", cnt_add(fact_dim(out, 1), 2), 6, 1);
    work_each(w, "bins", fact_dim(out, 0), 4, 0);
    w->precision = DT_FLOAT;
    w->estimated = true;
    work_note(s, w, "the edges are data: every bin is taken to lie on two ramps");
}

/* --- Det --- */

static void infer_det(site *s) {
    const fact *in = site_in(s, 0);
    if (!in)
        return;
    count height = fact_dim(in, -2), width = fact_dim(in, -1);
    if ((in->rank >= 0 && in->rank < 2) || (known(height) && known(width) && height != width)) {
        site_invalid(s, "the input does not hold square matrices");
        return;
    }
    out_tensor(s, 0, in->elem, in->rank < 0 ? -1 : in->rank - 2, in->dims);
}

static void cost_det(site *s, work *w) {
    const fact *in = site_in(s, 0);
    count n = known(fact_dim(in, -1)) ? fact_dim(in, -1) : fact_dim(in, -2);
    count each = cnt_div(cnt_mul(2, cnt_mul3(n, n, n)), 3);
    work_each(w, "matrices", fact_elements(site_out(s, 0)), each, 0);
}

/* --- Col2Im --- */

static count block_elements(site *s, const int_list *block) {
    count n = 1;
    for (count i = 0; i < block->n; i++) {
        int64_t extent;
        if (!list_at(block, i, &extent))
            return UNKNOWN;
        if (extent < 1) {
            site_invalid(s, "a block with an extent of %lld", (long long)extent);
            return UNKNOWN;
        }
        n = cnt_mul(n, extent);
    }
    return known(block->n) ? n : UNKNOWN;
}

static void infer_col2im(site *s) {
    const fact *in = site_in(s, 0);
    int_list image = site_list(s, NULL, 1), block = site_list(s, NULL, 2);
    count dims[MAX_RANK];
    if (!in)
        return;
    count axes = known(image.n) ? image.n : block.n;
    if ((in->rank >= 0 && in->rank != 3) || image.absent || block.absent) {
        site_invalid(s, "columns of %d dimensions, or no image", in->rank);
        return;
    }
    if (!known(axes) || !rank_allowed(s, axes + 2)) {
        out_tensor(s, 0, in->elem, -1, NULL);
        return;
    }
    count rows = fact_dim(in, 1), each = block_elements(s, &block);
    if (known(rows) && known(each) && rows % each)
        site_invalid(s, "%lld rows are no channels of %lld", (long long)rows, (long long)each);
    dims[0] = fact_dim(in, 0);
    dims[1] = cnt_div(rows, each);
    for (int k = 0; k < axes; k++) {
        int64_t extent;
        dims[2 + k] = list_at(&image, k, &extent) ? extent : UNKNOWN;
        if (list_at(&image, k, &extent) && extent < 0)
            site_invalid(s, "an image with an extent of %lld", (long long)extent);
    }
    if (!site_failed(s))
        out_tensor(s, 0, in->elem, (int)axes + 2, dims);
}

static void cost_col2im(site *s, work *w) {
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), 1, 0);
}

#define TRANSFORM .domain = "", .kind = OP_ANCHOR, .family = FAMILY_OTHER

const op_def ops_transform[] = {
    {TRANSFORM, .name = "DFT", .since = 17, .infer = infer_dft, .cost = cost_dft,
     .rule = "5.n.log2 n per transform, half of it when the input or the output is real"},
    {TRANSFORM, .name = "STFT", .since = 17, .infer = infer_stft, .cost = cost_stft,
     .rule = "5.n.log2 n per frame, half of it for real signals; window 1 per sample"},
    {TRANSFORM, .name = "MelWeightMatrix", .since = 17, .infer = infer_mel, .cost = cost_mel,
     .rule = "6 and 1 special per band edge; 4 per bin of the spectrum; estimated: bins"},
    {TRANSFORM, .name = "Det", .since = 11, .infer = infer_det, .cost = cost_det,
     .rule = "2n^3/3 per matrix"},
    {TRANSFORM, .name = "Col2Im", .since = 18, .infer = infer_col2im, .cost = cost_col2im,
     .rule = "1 per element of the input"},
    {0},
};
