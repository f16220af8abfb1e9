/* Sampling at places that are data: GridSample, RoiAlign; and what a sample costs. */
#include "ops/sample.h"
#include "ops/compute.h"
#include "ops/fold.h"
#include <string.h>

interpolation interpolation_mode(const site *s) {
    const char *mode = site_string(s, "mode", "");
    if (strstr(mode, "linear"))
        return LINEAR;
    return strstr(mode, "cubic") ? CUBIC : NEAREST;
}

/* base to the power of a small exponent. */
static count raised(count base, count exponent) {
    count r = known(exponent) ? 1 : UNKNOWN;
    for (count k = 0; k < exponent && known(r); k++)
        r = cnt_mul(r, base);
    return r;
}

count interpolation_flops(interpolation how, count axes) {
    if (how == NEAREST)
        return 0;
    if (how == LINEAR) /* 2^d - 1 blends of a difference, a product and a sum */
        return cnt_mul(3, cnt_sub(raised(2, axes), 1));
    return cnt_mul(2, raised(4, axes));
}

/* --- GridSample --- */

void infer_grid_sample(site *s) {
    const fact *in = site_in(s, 0), *grid = site_in(s, 1);
    count dims[MAX_RANK];
    if (!in)
        return;
    if (in->rank >= 0 && grid && grid->rank >= 0 && (in->rank != grid->rank || in->rank < 3))
        site_invalid(s, "a grid of %d dimensions for a tensor of %d", grid->rank, in->rank);
    const fact *ranked = in->rank >= 0 ? in : grid;
    int rank = ranked ? ranked->rank : -1;
    if (site_failed(s))
        return;
    for (int k = 0; k < rank; k++)
        dims[k] = k < 2 ? fact_dim(in, k) : fact_dim(grid, k - 1);
    if (rank > 0 && !known(dims[0]))
        dims[0] = fact_dim(grid, 0);
    out_tensor(s, 0, in->elem, rank, dims);
}

void cost_grid_sample(site *s, work *w) {
    const fact *in = site_in(s, 0), *grid = site_in(s, 1);
    interpolation how = site_has(s, "mode") ? interpolation_mode(s) : LINEAR;
    if (!in || !grid)
        return;
    count axes = in->rank < 2 ? UNKNOWN : in->rank - 2, n = fact_elements(site_out(s, 0));
    count taps = raised(how == NEAREST ? 1 : how == LINEAR ? 2 : 4, axes);
    work_each(w, "N", n, interpolation_flops(how, axes), 0);
    work_each(w, "coordinates", fact_elements(grid), 4, 0);
    work_touch(w, 0, cnt_mul(n, taps));
    w->estimated = true;
    work_note(s, w,
              "where the input is sampled depends on data: no element is assumed to be read twice");
}

/* --- RoiAlign --- */

void infer_roi_align(site *s) {
    const fact *in = site_in(s, 0), *rois = site_in(s, 1);
    count height = site_int(s, "output_height", 1), width = site_int(s, "output_width", 1);
    if (!in)
        return;
    if (height <= 0 || width <= 0 || (in->rank >= 0 && in->rank != 4))
        site_invalid(s, "regions of %lld x %lld from a tensor of %d dimensions", (long long)height,
                     (long long)width, in->rank);
    else
        out_tensor(s, 0, in->elem, 4, (count[]){fact_dim(rois, 0), fact_dim(in, 1), height, width});
}

/* Without a sampling ratio the samples follow from the regions' sizes; 2 x 2 is what detectors
 * usually set. */
void cost_roi_align(site *s, work *w) {
    enum { USUAL_RATIO = 2 };
    count ratio = site_int(s, "sampling_ratio", 0);
    bool is_adaptive = ratio <= 0;
    ratio = is_adaptive ? USUAL_RATIO : ratio;
    count samples = cnt_mul3(fact_elements(site_out(s, 0)), ratio, ratio);
    work_each(w, "samples", samples, 10, 0);
    if (site_in(s, 0))
        work_touch(w, 0, cnt_mul(4, samples));
    w->estimated = true;
    work_note(s, w,
              "which elements are read depends on data: no two samples are assumed to share one%s",
              is_adaptive ? "; 2 x 2 samples are assumed for each output" : "");
}
