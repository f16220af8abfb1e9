/* Parts of a tensor: Slice, Split, Compress. */
#include "ops/estimate.h"
#include "ops/fold.h"
#include "ops/movement.h"
#include <string.h>

/* --- Slice --- */

static int64_t clamp(int64_t v, int64_t low, int64_t high) {
    return v < low ? low : v > high ? high : v;
}

/* How many elements from start to end remain of `extent`, and where the first is. */
static count slice_length(int64_t start, int64_t end, int64_t step, count extent, int64_t *first) {
    *first = 0;
    if (extent == 0)
        return 0;
    start = start < 0 ? start + extent : start;
    end = end < 0 ? end + extent : end;
    *first = clamp(start, 0, step < 0 ? extent - 1 : extent);
    end = step < 0 ? clamp(end, -1, extent - 1) : clamp(end, 0, extent);
    int64_t way = step < 0 ? *first - end : end - *first;
    int64_t stride = step == INT64_MIN ? INT64_MAX : step < 0 ? -step : step;
    return way <= 0 ? 0 : (way - 1) / stride + 1;
}

typedef struct slice {
    count dims[MAX_RANK];
    int64_t first[MAX_RANK], step[MAX_RANK];
} slice;

/* One axis; false when where it starts and ends is not known. */
static bool slice_axis(site *s, const fact *in, slice *part, int axis, const int_list *starts,
                       const int_list *ends, const int_list *steps, int i) {
    int64_t start, end, step = 1;
    count extent = in->dims[axis];
    bool knows_step = steps->absent || list_at(steps, i, &step);
    if (knows_step && step == 0)
        site_invalid(s, "the step along axis %d is 0", axis);
    bool complete =
        list_at(starts, i, &start) && list_at(ends, i, &end) && knows_step && step && known(extent);
    part->dims[axis] =
        complete ? slice_length(start, end, step, extent, &part->first[axis]) : UNKNOWN;
    part->step[axis] = step;
    return complete;
}

static void fold_slice(site *s, const fact *in, const slice *part) {
    count strides[MAX_RANK], offset = 0;
    if (!fold_source(s, 0) || fact_elements(in) <= 0)
        return;
    bool is_splat = fold_source(s, 0)->splat;
    shape_strides(in, strides);
    for (int k = 0; k < in->rank && !is_splat; k++) {
        offset += strides[k] * part->first[k];
        strides[k] = part->dims[k] > 1 ? strides[k] * part->step[k] : 0;
    }
    fold_strided(s, 0, 0, offset, in->rank, part->dims, strides);
}

/* How many slices the lists speak of; UNKNOWN, or after site_invalid when they do not agree. */
static count slices_of(site *s, const int_list *starts, const int_list *ends,
                       const int_list *steps) {
    count last = steps->absent ? UNKNOWN : steps->n;
    count n = known(starts->n) ? starts->n : known(ends->n) ? ends->n : last;
    if ((known(ends->n) && ends->n != n) || (known(last) && last != n))
        site_invalid(s, "%lld starts, %lld ends and %lld steps", (long long)starts->n,
                     (long long)ends->n, (long long)last);
    return n;
}

void infer_slice(site *s) {
    const fact *in = site_in(s, 0);
    if (!in)
        return;
    int_list starts = site_list(s, "starts", 1), ends = site_list(s, "ends", 2);
    int_list named = site_list(s, "axes", 3), steps = site_list(s, NULL, 4);
    int axes[MAX_RANK];
    slice part;
    out_tensor(s, 0, in->elem, -1, NULL);
    if (in->rank < 0 || starts.absent || ends.absent)
        return;
    count n = slices_of(s, &starts, &ends, &steps);
    bool complete = !site_failed(s) && list_axes(s, &named, n, in->rank, axes);
    for (int k = 0; k < in->rank; k++) {
        part.dims[k] = complete ? in->dims[k] : UNKNOWN;
        part.first[k] = 0;
        part.step[k] = 1;
    }
    bool knows_axes = complete;
    for (int i = 0; knows_axes && i < n; i++)
        complete &= slice_axis(s, in, &part, axes[i], &starts, &ends, &steps, i);
    if (site_failed(s))
        return;
    out_tensor(s, 0, in->elem, in->rank, part.dims);
    if (complete)
        fold_slice(s, in, &part);
}

void cost_slice(site *s, work *w) {
    if (site_in(s, 0))
        work_touch(w, 0, fact_elements(site_out(s, 0)));
}

/* --- Split --- */

/* Equal parts; from version 18 the last may be smaller. */
static count equal_part(site *s, count extent, count parts, count i) {
    if (!known(extent))
        return UNKNOWN;
    if (extent % parts == 0)
        return extent / parts;
    count part = extent / parts + 1, others = cnt_mul(part, parts - 1);
    if (s->version >= 18 && known(others) && others <= extent)
        return i + 1 < parts ? part : extent - others;
    site_invalid(s, "%lld elements cannot be split into %lld equal parts", (long long)extent,
                 (long long)parts);
    return UNKNOWN;
}

static void check_sizes(site *s, const int_list *sizes, count extent) {
    count sum = 0;
    if (known(sizes->n) && sizes->n != site_n_out(s))
        site_invalid(s, "%lld sizes for %u outputs", (long long)sizes->n, site_n_out(s));
    for (count i = 0; i < sizes->n && !site_failed(s); i++) {
        int64_t size;
        bool is_given = list_at(sizes, i, &size);
        if (is_given && size < 0)
            site_invalid(s, "part %lld would have %lld elements", (long long)i, (long long)size);
        sum = cnt_add(sum, is_given ? size : UNKNOWN);
    }
    if (known(sizes->n) && known(sum) && known(extent) && sum != extent)
        site_invalid(s, "the parts have %lld elements of %lld", (long long)sum, (long long)extent);
}

static count part_size(site *s, const int_list *sizes, count extent, unsigned i) {
    int64_t parts = site_int(s, "num_outputs", site_n_out(s)), size;
    if (!sizes->absent)
        return list_at(sizes, i, &size) ? size : UNKNOWN;
    if (parts >= site_n_out(s))
        return equal_part(s, extent, parts, i);
    site_invalid(s, "%lld parts for %u outputs", (long long)parts, site_n_out(s));
    return UNKNOWN;
}

/* One output; returns where the next begins. */
static count split_off(site *s, const fact *in, int axis, unsigned i, count size, count from) {
    count dims[MAX_RANK], strides[MAX_RANK];
    memcpy(dims, in->dims, (size_t)in->rank * sizeof *dims);
    dims[axis] = size;
    out_tensor(s, i, in->elem, in->rank, dims);
    if (known(from) && site_out(s, i) && fact_elements(in) > 0) {
        shape_strides(in, strides);
        fold_strided(s, i, 0, cnt_mul(from, strides[axis]), in->rank, dims, strides);
    }
    return cnt_add(from, size);
}

void infer_split(site *s) {
    const fact *in = site_in(s, 0);
    int_list sizes = site_list(s, "split", 1);
    if (!in)
        return;
    for (unsigned i = 0; i < site_n_out(s); i++)
        out_tensor(s, i, in->elem, -1, NULL);
    int axis = in->rank < 0 ? -1 : site_axis(s, site_int(s, "axis", 0), in->rank);
    if (axis < 0)
        return;
    if (!sizes.absent)
        check_sizes(s, &sizes, in->dims[axis]);
    count from = 0;
    for (unsigned i = 0; i < site_n_out(s) && !site_failed(s); i++) {
        count size = part_size(s, &sizes, in->dims[axis], i);
        if (!site_failed(s))
            from = split_off(s, in, axis, i, size, from);
    }
}

/* Only parts that are used are read. */
void cost_split(site *s, work *w) {
    count used = 0;
    for (unsigned i = 0; i < site_n_out(s); i++)
        used = cnt_add(used, w->written[i]);
    if (site_in(s, 0))
        work_touch(w, 0, used);
}

/* --- Compress --- */

/* The number of true elements, at most `limit` of them considered. */
static count count_true(site *s, count limit) {
    const content *c = fold_source(s, 1);
    count given = fact_elements(site_in(s, 1)), n = 0, end = cnt_min(given, limit);
    int64_t keep;
    if (given == 0)
        return 0;
    if (!c || !known(end))
        return site_at_most(s, known(end) ? end : known(limit) ? limit : given, "kept ones");
    if (c->splat && content_int(c, 0, &keep))
        return keep ? end : 0;
    for (count i = 0; i < end; i++) {
        if (!content_int(c, i, &keep))
            return site_at_most(s, end, "kept ones");
        n += keep != 0;
    }
    return n;
}

void infer_compress(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK];
    if (!in)
        return;
    if (!site_has(s, "axis")) {
        count n = count_true(s, fact_elements(in));
        out_tensor(s, 0, in->elem, 1, &n);
        return;
    }
    out_tensor(s, 0, in->elem, -1, NULL);
    int axis = in->rank < 0 ? -1 : site_axis(s, site_int(s, "axis", 0), in->rank);
    if (axis < 0)
        return;
    memcpy(dims, in->dims, (size_t)in->rank * sizeof *dims);
    dims[axis] = count_true(s, in->dims[axis]);
    out_tensor(s, 0, in->elem, in->rank, dims);
}

void cost_compress(site *s, work *w) {
    if (site_in(s, 0))
        work_touch(w, 0, fact_elements(site_out(s, 0)));
}
