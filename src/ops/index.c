/* Reading and writing at indices: Gather, Scatter, OneHot, and the rows of search.c. */
#include "ops/compute.h"
#include "ops/fold.h"
#include "ops/movement.h"
#include "ops/search.h"
#include <stdlib.h>
#include <string.h>

/* --- Gather --- */

/* Index i as a place in [0, extent); false when it is not known, or no such place. */
static bool place(const content *indices, count i, count extent, count *at) {
    int64_t index;
    if (!content_int(indices, i, &index) || index < -extent || index >= extent)
        return false;
    *at = index < 0 ? index + extent : index;
    return true;
}

static void fold_gather(site *s, const fact *data, int axis) {
    const content *from = fold_source(s, 0), *indices = fold_source(s, 1);
    if (!from || (!indices && !from->splat))
        return;
    content *out = out_content(s, 0, from->splat);
    if (!out || out->n == 0)
        return;
    if (from->splat) {
        fold_copy(s, out, 0, from, 0);
        return;
    }
    count inner = fact_range(data, axis + 1, data->rank), extent = data->dims[axis];
    for (count i = 0; i < out->n; i++) {
        count outer = i / inner / indices->n, at;
        if (place(indices, i / inner % indices->n, extent, &at))
            fold_copy(s, out, i, from, (outer * extent + at) * inner + i % inner);
        else
            fold_forget(s, out, i);
    }
}

bool gather_dims(site *s, const fact *data, const fact *indices, int axis, count *dims, int *rank) {
    *rank = 0;
    if (!rank_allowed(s, data->rank - 1 + indices->rank))
        return false;
    for (int k = 0; k < axis; k++)
        dims[(*rank)++] = data->dims[k];
    for (int k = 0; k < indices->rank; k++)
        dims[(*rank)++] = indices->dims[k];
    for (int k = axis + 1; k < data->rank; k++)
        dims[(*rank)++] = data->dims[k];
    return true;
}

void infer_gather(site *s) {
    const fact *data = site_in(s, 0), *indices = site_in(s, 1);
    count dims[MAX_RANK];
    if (!data || !indices)
        return;
    out_tensor(s, 0, data->elem, -1, NULL);
    int axis = data->rank < 0 ? -1 : site_axis(s, site_int(s, "axis", 0), data->rank);
    if (axis < 0 || indices->rank < 0)
        return;
    int rank;
    if (!gather_dims(s, data, indices, axis, dims, &rank))
        return;
    out_tensor(s, 0, data->elem, rank, dims);
    fold_gather(s, data, axis);
}

static int compare_places(const void *a, const void *b) {
    count x = *(const count *)a, y = *(const count *)b;
    return (x > y) - (x < y);
}

/* Different places among the indices; UNKNOWN when one is not known. */
static count distinct_places(site *s, count extent) {
    enum { FEW = 1024 };
    const content *indices = fold_source(s, 1);
    if (!indices || !known(extent) || (!indices->splat && indices->n > FEW))
        return UNKNOWN;
    count n = indices->splat && indices->n > 0 ? 1 : indices->n, distinct = n > 0;
    count *places = arena_array(s->arena, (size_t)n + 1, sizeof *places);
    for (count i = 0; i < n; i++)
        if (!place(indices, i, extent, &places[i]))
            return UNKNOWN;
    qsort(places, (size_t)n, sizeof *places, compare_places);
    for (count i = 1; i < n; i++)
        distinct += places[i] != places[i - 1];
    return distinct;
}

/* Rows that no index names are not read. How many are named twice is known from constant indices
 * alone. */
void cost_gather(site *s, work *w) {
    const fact *data = site_in(s, 0);
    if (!data || !site_in(s, 1) || data->rank <= 0)
        return;
    int axis = (int)site_int(s, "axis", 0);
    axis += axis < 0 ? data->rank : 0;
    count row = cnt_mul(fact_range(data, 0, axis), fact_range(data, axis + 1, data->rank));
    count n = fact_elements(site_in(s, 1)), distinct = distinct_places(s, data->dims[axis]);
    work_touch(w, 0, cnt_mul(row, known(distinct) ? distinct : n));
    if (known(distinct) || n == 0 || n == 1)
        return;
    w->estimated = true;
    work_note(s, w, "which elements are read depends on data: no index is assumed to repeat");
}

/* Each output element reads one of the table's. */
void cost_gather_elements(site *s, work *w) {
    count n = fact_elements(site_out(s, 0));
    if (!site_in(s, 0))
        return;
    work_touch(w, 0, n);
    if (n == 0 || n == 1)
        return;
    w->estimated = true;
    work_note(s, w, "which elements are read depends on data: no index is assumed to repeat");
}

static void infer_gather_elements(site *s) {
    const fact *data = site_in(s, 0), *indices = site_in(s, 1);
    if (!data || !indices)
        return;
    if (data->rank >= 0 && indices->rank >= 0) {
        if (data->rank != indices->rank)
            site_invalid(s, "data has %d dimensions, indices have %d", data->rank, indices->rank);
        else
            site_axis(s, site_int(s, "axis", 0), data->rank);
    }
    out_shaped_like(s, 0, data->elem, indices);
}

/* How many leading dims (after the batch) an index of GatherND or ScatterND selects; UNKNOWN, or
 * after site_invalid. */
static count selected_dims(site *s, const fact *data, const fact *indices, int batch) {
    if (data->rank < 0 || indices->rank < 0)
        return UNKNOWN;
    count depth = fact_dim(indices, -1);
    if (batch < 0 || batch >= indices->rank || batch > data->rank ||
        (known(depth) && depth > data->rank - batch)) {
        site_invalid(s, "indices of %lld dimensions, after %d, into a tensor of %d",
                     (long long)depth, batch, data->rank);
        return UNKNOWN;
    }
    return depth;
}

void infer_gather_nd(site *s) {
    const fact *data = site_in(s, 0), *indices = site_in(s, 1);
    count dims[2 * MAX_RANK];
    if (!data || !indices)
        return;
    int64_t batch = site_int(s, "batch_dims", 0);
    out_tensor(s, 0, data->elem, -1, NULL);
    count depth = selected_dims(s, data, indices, batch < 0 || batch > MAX_RANK ? -1 : (int)batch);
    if (!known(depth))
        return;
    int rank = 0;
    for (int k = 0; k + 1 < indices->rank; k++)
        dims[rank++] = indices->dims[k];
    for (int k = (int)batch + (int)depth; k < data->rank; k++)
        dims[rank++] = data->dims[k];
    if (rank_allowed(s, rank))
        out_tensor(s, 0, data->elem, rank, dims);
}

/* --- Scatter --- */

static bool is_reduced(const site *s) {
    return strcmp(site_string(s, "reduction", "none"), "none") != 0;
}

static void infer_scatter(site *s) {
    const fact *data = site_in(s, 0);
    if (data && data->rank >= 0)
        site_axis(s, site_int(s, "axis", 0), data->rank);
    infer_like_input(s);
}

/* Writes update row i of `inner` elements; false when its place is not known. */
static bool scatter_row(site *s, content *out, const fact *data, count depth, count i,
                        count inner) {
    const content *indices = fold_source(s, 1), *updates = fold_source(s, 2);
    count at = 0;
    for (count k = 0; k < depth; k++) {
        count index;
        if (!place(indices, i * depth + k, data->dims[k], &index))
            return false;
        at = at * data->dims[k] + index;
    }
    for (count k = 0; k < inner; k++)
        fold_copy(s, out, at * inner + k, updates, i * inner + k);
    return true;
}

static void fold_scatter_nd(site *s, const fact *data, const fact *indices, count depth) {
    const content *from = fold_source(s, 0);
    count rows = fact_range(indices, 0, indices->rank - 1);
    count inner = fact_range(data, (int)depth, data->rank), written = cnt_mul(rows, inner);
    bool is_small = depth > 0 && known(written) && written <= FOLD_ELEMENTS;
    if (!from || !fold_source(s, 1) || is_reduced(s) || !is_small)
        return;
    content *out = out_content(s, 0, false);
    if (!out || out->n == 0)
        return;
    for (count i = 0; i < out->n; i++)
        fold_copy(s, out, i, from, i);
    for (count i = 0; i < rows; i++)
        if (!scatter_row(s, out, data, depth, i, inner)) {
            site_out(s, 0)->content = NULL; /* it may have gone anywhere */
            return;
        }
}

static void infer_scatter_nd(site *s) {
    const fact *data = site_in(s, 0), *indices = site_in(s, 1);
    infer_like_input(s);
    if (!data || !indices)
        return;
    count depth = selected_dims(s, data, indices, 0);
    if (known(depth))
        fold_scatter_nd(s, data, indices, depth);
}

/* In place, only the updates are written; a reduction also reads what they replace. */
static void cost_in_place(site *s, work *w, unsigned updates, bool reduced) {
    count n = fact_elements(site_in(s, updates));
    if (reduced)
        work_each(w, "updates", n, 1, 0);
    if (!site_exclusive(s, 0))
        return;
    work_touch(w, 0, reduced ? n : 0);
    if (site_out(s, 0))
        work_write(w, 0, n);
    work_note(s, w, "in place: only the updates are written");
}

static void cost_scatter(site *s, work *w) {
    cost_in_place(s, w, 2, is_reduced(s));
}

static void cost_tensor_scatter(site *s, work *w) {
    cost_in_place(s, w, 1, false);
}

/* --- OneHot --- */

/* The depth may be given as a real number. */
static count one_hot_depth(site *s) {
    double depth;
    if (!content_real(site_content(s, 1), 0, &depth) || !(depth < 0x1p62))
        return UNKNOWN;
    if (depth < 0)
        site_invalid(s, "a depth of %g", depth);
    return depth < 0 ? UNKNOWN : (count)depth;
}

/* Exporters write repetitions so: 1 everywhere but at one place. */
static void fold_one_hot(site *s, int axis, count depth) {
    const content *indices = fold_source(s, 0), *values = fold_source(s, 2);
    count inner = fact_range(site_out(s, 0), axis + 1, site_out(s, 0)->rank);
    bool is_whole = indices && !indices->real && values && depth > 0;
    content *out = is_whole ? out_content(s, 0, false) : NULL;
    for (count i = 0; out && i < out->n; i++) {
        scalar index;
        count at = i / inner % depth;
        bool is_known = fold_get(indices, i / inner / depth * inner + i % inner, &index);
        if (is_known)
            fold_copy(s, out, i, values, index.i == at || index.i == at - depth);
        else
            fold_forget(s, out, i);
    }
}

static void infer_one_hot(site *s) {
    const fact *indices = site_in(s, 0), *values = site_in(s, 2);
    dtype elem = values ? values->elem : DT_UNKNOWN;
    count dims[MAX_RANK];
    out_tensor(s, 0, elem, -1, NULL);
    if (!indices || indices->rank < 0 || !rank_allowed(s, indices->rank + 1))
        return;
    int axis = site_axis(s, site_int(s, "axis", -1), indices->rank + 1);
    count depth = one_hot_depth(s);
    if (site_failed(s))
        return;
    for (int k = 0; k <= indices->rank; k++)
        dims[k] = k == axis ? depth : indices->dims[k - (k > axis)];
    out_tensor(s, 0, elem, indices->rank + 1, dims);
    if (site_out(s, 0) && known(fact_elements(site_out(s, 0))))
        fold_one_hot(s, axis, depth);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, may, shape, work_of, words)                                          \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = FAMILY_MOVEMENT,        \
        .traits = may, .infer = shape, .cost = work_of, .rule = words                              \
    }

const op_def ops_index[] = {
    ROW("Gather", 1, OP_MOVE, 0, infer_gather, cost_gather,
        "0; reads the rows that are named, each once; estimated: rows read"),
    ROW("GatherElements", 11, OP_MOVE, 0, infer_gather_elements, cost_gather_elements,
        "0; reads min(table, output); estimated: elements read"),
    ROW("GatherND", 11, OP_MOVE, 0, infer_gather_nd, cost_gather_elements,
        "0; reads min(table, output); estimated: elements read"),
    ROW("Scatter", 9, OP_MOVE, OP_IN_PLACE, infer_scatter, cost_scatter, "0"),
    ROW("ScatterElements", 11, OP_MOVE, OP_IN_PLACE, infer_scatter, cost_scatter,
        "0; with a reduction 1 vector per update"),
    ROW("ScatterND", 11, OP_MOVE, OP_IN_PLACE, infer_scatter_nd, cost_scatter,
        "0; with a reduction 1 vector per update"),
    ROW("TensorScatter", 24, OP_MOVE, OP_IN_PLACE, infer_like_input, cost_tensor_scatter, "0"),
    ROW("OneHot", 9, OP_MOVE, 0, infer_one_hot, NULL, "0"),
    ROW("NonZero", 9, OP_OPAQUE, 0, infer_non_zero, cost_non_zero,
        "elements(in) vector; at most N rows; estimated: how many remain"),
    ROW("Unique", 11, OP_OPAQUE, 0, infer_unique, cost_unique,
        "elements(in) x ceil(log2 n) vector for n items; at most n remain; estimated: how many "
        "remain"),
    ROW("NonMaxSuppression", 10, OP_OPAQUE, 0, infer_non_max_suppression, cost_non_max_suppression,
        "B.C.(S.(1 + ceil(log2 S)) + 14.min(K,S).S) vector; B.C.min(K,S) rows; estimated: how many "
        "remain"),
    {0}};
/* clang-format on */
