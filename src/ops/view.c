/* Views: other shapes over the same data. */
#include "ops/fold.h"
#include "ops/movement.h"

static count product(const count *dims, int n) {
    return fact_elements(&(fact){.rank = n, .dims = dims});
}

/* --- Reshape --- */

typedef struct target {
    int rank;
    count dims[MAX_RANK];
    bool copied[MAX_RANK]; /* a 0: the input's own dimension */
    int open;              /* the dimension that the others leave over, or -1 */
    bool is_minus_one;     /* it was given as -1, and is not merely unknown */
} target;

static void copy_dim(site *s, const fact *in, target *t, int k) {
    if (in->rank >= 0 && k >= in->rank)
        site_invalid(s, "dimension %d is to be copied from a tensor of %d dimensions", k, in->rank);
    t->dims[k] = fact_dim(in, k);
    t->copied[k] = true;
}

static void read_dim(site *s, const fact *in, target *t, int k, int64_t wish) {
    t->dims[k] = wish >= 0 ? wish : UNKNOWN;
    if (wish == 0 && !site_int(s, "allowzero", 0))
        copy_dim(s, in, t, k);
    if (wish == -1 && t->is_minus_one)
        site_invalid(s, "more than one dimension is -1");
    if (wish == -1) {
        t->open = k;
        t->is_minus_one = true;
    }
    if (wish < -1)
        site_invalid(s, "dimension %d would be %lld", k, (long long)wish);
}

/* Dimensions as they were asked for. One that is not known can be inferred like -1, if it is the
 * only one: the elements must come out even. */
static void read_target(site *s, const int_list *list, const fact *in, target *t) {
    int unknown = 0, last = -1;
    t->open = -1;
    t->rank = (int)list->n;
    for (int k = 0; k < t->rank; k++) {
        int64_t wish;
        if (list_at(list, k, &wish)) {
            read_dim(s, in, t, k, wish);
        } else {
            t->dims[k] = UNKNOWN;
            last = k;
            unknown++;
        }
    }
    if (unknown == 1 && t->open < 0)
        t->open = last;
    else if (unknown > 0)
        t->open = -1;
}

/* Elements of the input and of the target, without the open dimension and those that were copied
 * and cancel. */
static void remaining(const fact *in, const target *t, count *have, count *want) {
    count kept[MAX_RANK], wanted[MAX_RANK];
    int n_kept = 0, n_wanted = 0;
    for (int k = 0; k < in->rank; k++)
        if (k >= t->rank || !t->copied[k])
            kept[n_kept++] = in->dims[k];
    for (int k = 0; k < t->rank; k++)
        if (k != t->open && !t->copied[k])
            wanted[n_wanted++] = t->dims[k];
    *have = in->rank < 0 ? UNKNOWN : product(kept, n_kept);
    *want = product(wanted, n_wanted);
}

static void infer_open_dim(site *s, const fact *in, target *t) {
    count have, want;
    remaining(in, t, &have, &want);
    if (t->is_minus_one && want == 0)
        site_invalid(s, "dimension %d is -1 beside a dimension of 0", t->open);
    /* where a copied dimension may be 0, anything fits a dimension that is merely unknown */
    bool is_forced = t->is_minus_one || fact_elements(in) > 0;
    if (!known(have) || want <= 0 || !is_forced)
        return;
    if (have % want == 0)
        t->dims[t->open] = have / want;
    else if (t->is_minus_one)
        site_invalid(s, "%lld elements do not divide into rows of %lld", (long long)have,
                     (long long)want);
}

void infer_reshape(site *s) {
    const fact *in = site_in(s, 0);
    int_list list = site_list(s, "shape", 1);
    target t = {0};
    if (!in || !rank_allowed(s, list.n))
        return;
    if (list.absent || !known(list.n)) {
        out_view(s, -1, NULL);
        return;
    }
    read_target(s, &list, in, &t);
    if (!site_failed(s) && t.open >= 0)
        infer_open_dim(s, in, &t);
    count have = fact_elements(in), want = product(t.dims, t.rank);
    if (known(have) && known(want) && have != want)
        site_invalid(s, "%lld elements cannot be reshaped to %lld", (long long)have,
                     (long long)want);
    if (!site_failed(s))
        out_view(s, t.rank, t.dims);
}

void infer_flatten(site *s) {
    const fact *in = site_in(s, 0);
    count dims[2] = {UNKNOWN, UNKNOWN};
    int64_t axis = site_int(s, "axis", 1);
    if (in && in->rank >= 0) {
        if (axis < -in->rank || axis > in->rank) {
            site_invalid(s, "axis %lld is outside a tensor of %d dimensions", (long long)axis,
                         in->rank);
            return;
        }
        int at = (int)(axis < 0 ? axis + in->rank : axis);
        dims[0] = fact_range(in, 0, at);
        dims[1] = fact_range(in, at, in->rank);
    }
    out_view(s, 2, dims);
}

/* --- Squeeze, Unsqueeze --- */

/* Without axes, every dimension of 1 goes; that takes knowing them all. */
static void squeeze_ones(site *s, const fact *in) {
    count dims[MAX_RANK];
    int rank = 0;
    for (int k = 0; k < in->rank; k++) {
        if (!known(in->dims[k])) {
            out_view(s, -1, NULL);
            return;
        }
        if (in->dims[k] != 1)
            dims[rank++] = in->dims[k];
    }
    out_view(s, rank, dims);
}

static void squeeze_axes(site *s, const fact *in, const int *axes, int n) {
    bool goes[MAX_RANK] = {false};
    count dims[MAX_RANK];
    int rank = 0;
    for (int i = 0; i < n; i++) {
        goes[axes[i]] = true;
        if (known(in->dims[axes[i]]) && in->dims[axes[i]] != 1)
            site_invalid(s, "axis %d has %lld elements and cannot be squeezed", axes[i],
                         (long long)in->dims[axes[i]]);
    }
    for (int k = 0; k < in->rank; k++)
        if (!goes[k])
            dims[rank++] = in->dims[k];
    out_view(s, rank, dims);
}

/* A shape of which only the rank is known. */
static void view_of_rank(site *s, count rank) {
    count dims[MAX_RANK];
    for (int k = 0; k < rank; k++)
        dims[k] = UNKNOWN;
    out_view(s, known(rank) ? (int)rank : -1, dims);
}

void infer_squeeze(site *s) {
    const fact *in = site_in(s, 0);
    int_list list = site_list(s, "axes", 1);
    int axes[MAX_RANK];
    if (!in)
        return;
    if (in->rank < 0)
        out_view(s, -1, NULL);
    else if (list.absent || list.n == 0)
        squeeze_ones(s, in);
    else if (list_axes(s, &list, list.n, in->rank, axes))
        squeeze_axes(s, in, axes, (int)list.n);
    else if (!site_failed(s))
        view_of_rank(s, cnt_sub(in->rank, list.n));
}

void infer_unsqueeze(site *s) {
    const fact *in = site_in(s, 0);
    int_list list = site_list(s, "axes", 1);
    count dims[MAX_RANK];
    int axes[MAX_RANK];
    count rank = in && in->rank >= 0 && !list.absent ? cnt_add(in->rank, list.n) : UNKNOWN;
    if (!in || !rank_allowed(s, rank))
        return;
    if (!known(rank) || !list_axes(s, &list, list.n, (int)rank, axes)) {
        if (!site_failed(s))
            view_of_rank(s, rank);
        return;
    }
    bool is_new[MAX_RANK] = {false};
    for (int i = 0; i < list.n; i++)
        is_new[axes[i]] = true;
    for (int k = 0, from = 0; k < rank; k++)
        dims[k] = is_new[k] ? 1 : in->dims[from++];
    out_view(s, (int)rank, dims);
}

/* --- Identity, Dropout --- */

void infer_identity(site *s) {
    const fact *in = site_in(s, 0);
    fact *out = site_out(s, 0);
    if (!in || !out)
        return;
    out_view(s, in->rank, in->dims);
    out->kind = in->kind; /* also of sequences and optionals */
    out->inner = in->inner;
    out->held = in->held;
}

/* Versions 1 and 6 have `is_test`, which exporters left at its default; dropping is only believed
 * of an input that says so. */
static bool is_training(site *s) {
    int64_t training;
    return site_in(s, 2) && site_scalar(s, 2, 0, &training) && training;
}

static void drop(site *s, dtype mask) {
    const fact *in = site_in(s, 0);
    if (!in)
        return;
    out_shaped_like(s, 1, mask, in);
    if (is_training(s)) {
        out_like(s, 0, in);
        return;
    }
    out_view(s, in->rank, in->dims);
    content *kept = mask == DT_BOOL ? out_content(s, 1, true) : NULL;
    if (kept)
        kept->item[0].i = 1;
}

void infer_dropout(site *s) {
    drop(s, DT_BOOL);
}

void infer_dropout_typed_mask(site *s) {
    const fact *in = site_in(s, 0);
    drop(s, in ? in->elem : DT_UNKNOWN);
}

void cost_dropout(site *s, work *w) {
    if (!is_training(s))
        return;
    work_each(w, "N", fact_elements(site_out(s, 0)), 2, 0);
    work_note(s, w, "training mode: a mask and a scale; drawing random numbers is not counted");
}
