/* Operators that move data: the rows of all of them, and those that permute, join and repeat. */
#include "ops/movement.h"
#include "ops/compute.h"
#include "ops/fold.h"
#include <string.h>

/* --- Transpose --- */

/* Axis k of the output is axis perm[k] of the input; false after site_invalid. */
static bool read_permutation(site *s, int rank, int perm[MAX_RANK]) {
    int_list list = site_list(s, "perm", -1);
    if (list.absent)
        for (int k = 0; k < rank; k++)
            perm[k] = rank - 1 - k;
    else if (list.n != rank)
        site_invalid(s, "perm has %lld entries for %d dimensions", (long long)list.n, rank);
    else
        list_axes(s, &list, rank, rank, perm);
    return !site_failed(s);
}

static void infer_transpose(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK], strides[MAX_RANK], own[MAX_RANK];
    int perm[MAX_RANK];
    if (!in)
        return;
    if (in->rank < 0) {
        out_tensor(s, 0, in->elem, -1, NULL);
        return;
    }
    if (!read_permutation(s, in->rank, perm))
        return;
    shape_strides(in, own);
    for (int k = 0; k < in->rank; k++) {
        dims[k] = in->dims[perm[k]];
        strides[k] = own[perm[k]];
    }
    out_tensor(s, 0, in->elem, in->rank, dims);
    fold_strided(s, 0, 0, 0, in->rank, dims, strides);
}

/* --- Concat --- */

/* Takes what an input says about the dims that all share, and adds up the axis. */
static void join_dims(site *s, const fact *in, int axis, int rank, count *dims) {
    if (in->rank != rank) {
        site_invalid(s, "tensors of %d and %d dimensions are joined", rank, in->rank);
        return;
    }
    for (int k = 0; k < rank; k++) {
        if (k == axis)
            dims[k] = cnt_add(dims[k], in->dims[k]);
        else if (!known(dims[k]))
            dims[k] = in->dims[k];
        else if (known(in->dims[k]) && in->dims[k] != dims[k])
            site_invalid(s, "dimension %d is %lld and %lld, but only axis %d may differ", k,
                         (long long)dims[k], (long long)in->dims[k], axis);
    }
}

/* Is anything known, and is it worth noting what is not? Integers are, reals when all are known. */
static bool joins_contents(site *s, dtype elem) {
    bool any = false, all = true;
    for (unsigned i = 0; i < site_n_in(s); i++) {
        const content *c = fold_source(s, i);
        bool is_empty = fact_elements(site_in(s, i)) == 0;
        any |= c != NULL;
        all &= c || is_empty;
    }
    return any && (all || dtype_kind(elem) == CLASS_INTEGER);
}

/* Is every element of every input the same known one? */
static bool joins_one_value(site *s, scalar *item) {
    for (unsigned i = 0; i < site_n_in(s); i++) {
        const content *c = fold_source(s, i);
        scalar other;
        if (!c || !c->splat || !fold_get(c, 0, &other))
            return false;
        if (i > 0 && (c->real ? other.f != item->f : other.i != item->i))
            return false;
        *item = other;
    }
    return true;
}

static void fold_concat(site *s, int axis) {
    const fact *shape = site_out(s, 0);
    scalar item = {0};
    if (!shape || !joins_contents(s, shape->elem))
        return;
    bool is_splat = joins_one_value(s, &item);
    content *out = out_content(s, 0, is_splat);
    if (!out || out->n == 0)
        return;
    if (is_splat) {
        out->item[0] = item;
        return;
    }
    count outer = fact_range(shape, 0, axis), inner = fact_range(shape, axis + 1, shape->rank);
    count row = cnt_mul(shape->dims[axis], inner), from = 0;
    for (unsigned i = 0; i < site_n_in(s); i++) {
        const content *c = fold_source(s, i);
        count part = cnt_mul(site_in(s, i)->dims[axis], inner);
        for (count o = 0; o < outer; o++)
            for (count k = 0; k < part; k++)
                fold_copy(s, out, o * row + from + k, c, o * part + k);
        from += part;
    }
}

/* An input whose rank is known, to go by; NULL when none is. */
static const fact *ranked_input(site *s) {
    for (unsigned i = 0; i < site_n_in(s); i++)
        if (site_in(s, i) && site_in(s, i)->rank >= 0)
            return site_in(s, i);
    return NULL;
}

static void infer_concat(site *s) {
    const fact *first = site_in(s, 0), *ranked = ranked_input(s);
    count dims[MAX_RANK];
    dtype elem = ranked ? ranked->elem : first ? first->elem : DT_UNKNOWN;
    int axis = ranked ? site_axis(s, site_int(s, "axis", 1), ranked->rank) : -1;
    out_tensor(s, 0, elem, -1, NULL);
    if (axis < 0)
        return;
    for (int k = 0; k < ranked->rank; k++)
        dims[k] = k == axis ? 0 : UNKNOWN;
    for (unsigned i = 0; i < site_n_in(s) && !site_failed(s); i++) {
        const fact *in = site_in(s, i);
        if (in && in->rank >= 0)
            join_dims(s, in, axis, ranked->rank, dims);
        else
            dims[axis] = UNKNOWN;
    }
    if (site_failed(s))
        return;
    out_tensor(s, 0, elem, ranked->rank, dims);
    fold_concat(s, axis);
}

/* --- Expand, Tile --- */

/* One dimension under a wish: 1 gives way, an unknown wish may be 1. */
static count expanded(site *s, count extent, const int_list *list, count i) {
    int64_t wish;
    if (!list_at(list, i, &wish))
        return extent > 1 || extent == 0 ? extent : UNKNOWN;
    if (wish < 0)
        site_invalid(s, "dimension %lld would be %lld", (long long)i, (long long)wish);
    if (extent == 1 || wish == extent)
        return wish;
    if (known(extent) && wish != 1)
        site_invalid(s, "dimensions %lld and %lld cannot be broadcast", (long long)extent,
                     (long long)wish);
    return known(extent) || wish == 1 ? extent : wish;
}

static void fold_expand(site *s, const fact *in, int rank, const count *dims) {
    walk w = {.rank = rank, .n = 1, .dims = dims};
    if (!fold_source(s, 0))
        return;
    walk_broadcast(&w, 0, in);
    fold_strided(s, 0, 0, 0, rank, dims, w.stride[0]);
}

static void infer_expand(site *s) {
    const fact *in = site_in(s, 0);
    int_list list = site_list(s, NULL, 1);
    count dims[MAX_RANK];
    if (!in)
        return;
    out_tensor(s, 0, in->elem, -1, NULL);
    if (in->rank < 0 || !known(list.n) || !rank_allowed(s, list.n))
        return;
    int rank = in->rank > list.n ? in->rank : (int)list.n;
    for (int k = 0; k < rank; k++) {
        count extent = k < rank - in->rank ? 1 : in->dims[k - (rank - in->rank)];
        count i = k - (rank - list.n);
        dims[k] = i < 0 ? extent : expanded(s, extent, &list, i);
    }
    if (site_failed(s))
        return;
    out_tensor(s, 0, in->elem, rank, dims);
    fold_expand(s, in, rank, dims);
}

/* A tiled tensor is walked with two dims for each of its own: the copies, and one copy. */
static void tile(site *s, const fact *in, const count *repeats) {
    count dims[MAX_RANK], fine[WALK_RANK], strides[WALK_RANK], own[MAX_RANK];
    shape_strides(in, own);
    for (int k = 0; k < in->rank; k++) {
        dims[k] = cnt_mul(in->dims[k], repeats[k]);
        fine[2 * k] = repeats[k];
        fine[2 * k + 1] = in->dims[k];
        strides[2 * k] = 0;
        strides[2 * k + 1] = own[k];
    }
    out_tensor(s, 0, in->elem, in->rank, dims);
    fold_strided(s, 0, 0, 0, 2 * in->rank, fine, strides);
}

static bool repeat_at(site *s, const int_list *list, count i, count *repeat) {
    int64_t wish = 0;
    *repeat = list_at(list, i, &wish) ? wish : UNKNOWN;
    if (wish >= 0)
        return true;
    site_invalid(s, "%lld repetitions", (long long)wish);
    return false;
}

static void infer_tile(site *s) {
    const fact *in = site_in(s, 0);
    int_list list = site_list(s, NULL, 1);
    count repeats[MAX_RANK];
    if (!in)
        return;
    out_tensor(s, 0, in->elem, -1, NULL);
    if (in->rank < 0)
        return;
    if (known(list.n) && list.n != in->rank) {
        site_invalid(s, "%lld repeats for %d dimensions", (long long)list.n, in->rank);
        return;
    }
    for (int k = 0; k < in->rank; k++)
        if (!repeat_at(s, &list, k, &repeats[k]))
            return;
    tile(s, in, repeats);
}

/* Version 1: inputs `tiles` and `axis`, both of one element. */
static void infer_tile_axis(site *s) {
    const fact *in = site_in(s, 0);
    int_list tiles = site_list(s, NULL, 1);
    count repeats[MAX_RANK];
    int64_t wish;
    if (!in)
        return;
    out_tensor(s, 0, in->elem, -1, NULL);
    if (in->rank < 0)
        return;
    bool is_known = site_in(s, 2) && site_scalar(s, 2, 0, &wish);
    int axis = is_known ? site_axis(s, wish, in->rank) : -1;
    for (int k = 0; k < in->rank; k++)
        repeats[k] = is_known ? 1 : UNKNOWN;
    if (!site_failed(s) && (axis < 0 || repeat_at(s, &tiles, 0, &repeats[axis])))
        tile(s, in, repeats);
}

/* --- blocks, triangles, sequences --- */

static bool block_dims(site *s, const fact *in, int64_t *block, count dims[4]) {
    *block = site_int(s, "blocksize", 0);
    if (!in)
        return false;
    out_tensor(s, 0, in->elem, 4, (count[]){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN});
    if (*block <= 0 || (in->rank >= 0 && in->rank != 4))
        site_invalid(s, "blocks of %lld in a tensor of %d dimensions", (long long)*block, in->rank);
    if (site_failed(s) || in->rank < 0)
        return false;
    memcpy(dims, in->dims, 4 * sizeof *dims);
    return true;
}

/* extent / by, which must come out even. */
static count divided(site *s, count extent, count by) {
    if (known(extent) && known(by) && extent % by != 0)
        site_invalid(s, "%lld does not divide into blocks of %lld", (long long)extent,
                     (long long)by);
    return cnt_div(extent, by);
}

static void infer_depth_to_space(site *s) {
    const fact *in = site_in(s, 0);
    int64_t block;
    count d[4];
    if (block_dims(s, in, &block, d))
        out_tensor(s, 0, in->elem, 4,
                   (count[]){d[0], divided(s, d[1], cnt_mul(block, block)), cnt_mul(d[2], block),
                             cnt_mul(d[3], block)});
}

static void infer_space_to_depth(site *s) {
    const fact *in = site_in(s, 0);
    int64_t block;
    count d[4];
    if (block_dims(s, in, &block, d))
        out_tensor(s, 0, in->elem, 4,
                   (count[]){d[0], cnt_mul3(d[1], block, block), divided(s, d[2], block),
                             divided(s, d[3], block)});
}

void infer_trilu(site *s) {
    const fact *in = site_in(s, 0);
    if (in && in->rank >= 0 && in->rank < 2)
        site_invalid(s, "a tensor of %d dimensions has no triangle", in->rank);
    infer_like_input(s);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, may, shape, work_of, words)                                          \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = FAMILY_MOVEMENT,        \
        .traits = may, .infer = shape, .cost = work_of, .rule = words                              \
    }
#define VIEW(op, shape) ROW(op, 1, OP_VIEW, OP_KEEPS_SCALE, shape, NULL, "0; a view")
#define MOVE(op, version, may, shape, work_of, words)                                              \
    ROW(op, version, OP_MOVE, may, shape, work_of, words)

const op_def ops_movement[] = {
    VIEW("Reshape", infer_reshape),
    VIEW("Flatten", infer_flatten),
    VIEW("Squeeze", infer_squeeze),
    VIEW("Unsqueeze", infer_unsqueeze),
    VIEW("Identity", infer_identity),
    ROW("Dropout", 1, OP_VIEW, OP_KEEPS_SCALE, infer_dropout_typed_mask, NULL,
        "0; a view (inference)"),
    ROW("Dropout", 10, OP_VIEW, OP_KEEPS_SCALE, infer_dropout, cost_dropout,
        "0; a view (inference); training 2N vector"),
    MOVE("Transpose", 1, OP_KEEPS_SCALE, infer_transpose, NULL, "0"),
    MOVE("Concat", 1, OP_KEEPS_SCALE, infer_concat, NULL, "0"),
    MOVE("Split", 1, 0, infer_split, cost_split, "0; reads the outputs that are used"),
    MOVE("Slice", 1, 0, infer_slice, cost_slice, "0; reads what it outputs"),
    MOVE("Expand", 8, 0, infer_expand, NULL, "0"),
    MOVE("Tile", 1, 0, infer_tile_axis, NULL, "0"),
    MOVE("Tile", 6, 0, infer_tile, NULL, "0"),
    MOVE("Pad", 1, 0, infer_pad, cost_pad, "0; does not read what negative pads cut off"),
    MOVE("CenterCropPad", 18, 0, infer_center_crop_pad, cost_center_crop_pad,
         "0; reads what is kept"),
    MOVE("Trilu", 14, OP_IN_PLACE, infer_trilu, cost_trilu, "0; reads the triangle that is kept"),
    MOVE("ReverseSequence", 10, 0, infer_like_input, NULL, "0"),
    MOVE("DepthToSpace", 1, OP_KEEPS_SCALE, infer_depth_to_space, NULL, "0"),
    MOVE("SpaceToDepth", 1, OP_KEEPS_SCALE, infer_space_to_depth, NULL, "0"),
    MOVE("Compress", 9, 0, infer_compress, cost_compress, "0; reads what it outputs"),
    {0}};
/* clang-format on */
