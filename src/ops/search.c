/* Operators whose outputs depend on what they find: NonZero, Unique, NonMaxSuppression. */
#include "ops/search.h"
#include "ops/compute.h"
#include "ops/estimate.h"
#include "ops/fold.h"
#include <math.h>
#include <stdlib.h>

/* --- NonZero --- */

static bool is_zero(const content *c, scalar v) {
    return c->real ? v.f == 0 : v.i == 0;
}

/* The number of elements that are not 0; UNKNOWN when some are not known. */
static count count_non_zero(const content *c) {
    count found = 0;
    scalar v;
    if (!c)
        return UNKNOWN;
    if (c->splat)
        return fold_get(c, 0, &v) ? (is_zero(c, v) ? 0 : c->n) : UNKNOWN;
    for (count i = 0; i < c->n; i++) {
        if (!fold_get(c, i, &v))
            return UNKNOWN;
        found += !is_zero(c, v);
    }
    return found;
}

/* Coordinates, axis by axis, of what was found. */
static void fold_non_zero(site *s, const fact *in, const content *c, count found) {
    content *out = out_content(s, 0, false);
    walk w = {.rank = in->rank, .dims = in->dims};
    for (count i = 0, at = 0; out && at < found; i++, walk_next(&w)) {
        scalar v;
        if (!fold_get(c, i, &v) || is_zero(c, v))
            continue;
        for (int k = 0; k < in->rank; k++)
            out->item[k * found + at].i = w.index[k];
        at++;
    }
}

/* A scalar gives no coordinates: its output is 0 x N. */
void infer_non_zero(site *s) {
    const fact *in = site_in(s, 0);
    const content *c = fold_source(s, 0);
    count found = count_non_zero(c);
    count rank = in && in->rank >= 0 ? in->rank : UNKNOWN;
    bool is_counted = known(found);
    if (!is_counted)
        found = site_at_most(s, fact_elements(in), "nonzero elements");
    out_tensor(s, 0, DT_INT64, 2, (count[]){rank, found});
    if (is_counted && known(rank) && rank > 0)
        fold_non_zero(s, in, c, found);
}

void cost_non_zero(site *s, work *w) {
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), 1, 0);
}

/* --- Unique --- */

/* One element of a row; rows that are equal so far share a group. */
typedef struct entry {
    count group, row;
    double real;
    int64_t whole;
} entry;

static int compare_entries(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->real != y->real)
        return x->real < y->real ? -1 : 1;
    return (x->whole > y->whole) - (x->whole < y->whole);
}

/* Parts the groups of rows by one element of each. Returns how many groups there are then. */
static count part_groups(entry *e, count n, count *group) {
    count groups = 0;
    qsort(e, (size_t)n, sizeof *e, compare_entries);
    for (count i = 0; i < n; i++) {
        groups += i == 0 || compare_entries(&e[i - 1], &e[i]) != 0;
        group[e[i].row] = groups - 1;
    }
    return groups;
}

/* False for what is no number: nothing says whether it equals itself. */
static bool read_entry(const content *c, count i, entry *e) {
    scalar v = {0};
    fold_get(c, i, &v);
    e->real = c->real ? v.f : 0;
    e->whole = c->real ? 0 : v.i;
    return !isnan(e->real);
}

/* Slices along an axis (or elements, axis -1) that differ. */
static count count_distinct(site *s, const fact *in, int axis) {
    enum { MOST = 1024 };
    const content *c = fold_source(s, 0);
    count n = fact_elements(in), groups = 1, group[MOST] = {0};
    count rows = axis < 0 ? n : in->dims[axis];
    entry e[MOST];
    if (n == 0 && axis < 0)
        return 0;
    if (!content_all_known(c) || c->n != n || n < 1 || n > MOST || !site_spend(s, n))
        return site_at_most(s, rows, "different ones");
    count inner = axis < 0 ? 1 : fact_range(in, axis + 1, in->rank);
    for (count k = 0; k < n / rows && groups < rows; k++) {
        for (count i = 0; i < rows; i++) {
            e[i] = (entry){.group = group[i], .row = i};
            if (!read_entry(c, (k / inner * rows + i) * inner + k % inner, &e[i]))
                return site_at_most(s, rows, "different ones");
        }
        groups = part_groups(e, rows, group);
    }
    return groups;
}

void infer_unique(site *s) {
    const fact *in = site_in(s, 0);
    count rows = fact_elements(in), found;
    int axis = -1;
    if (!in)
        return;
    if (!site_has(s, "axis")) {
        found = count_distinct(s, in, -1);
        out_tensor(s, 0, in->elem, 1, &found);
    } else {
        count dims[MAX_RANK];
        axis = in->rank < 0 ? -1 : site_axis(s, site_int(s, "axis", 0), in->rank);
        found = axis < 0 ? UNKNOWN : count_distinct(s, in, axis);
        for (int k = 0; k < in->rank; k++)
            dims[k] = k == axis ? found : in->dims[k];
        out_tensor(s, 0, in->elem, in->rank, dims);
        rows = axis < 0 ? UNKNOWN : in->dims[axis];
    }
    out_tensor(s, 1, DT_INT64, 1, &found);
    out_tensor(s, 2, DT_INT64, 1, &rows);
    out_tensor(s, 3, DT_INT64, 1, &found);
}

void cost_unique(site *s, work *w) {
    const fact *in = site_in(s, 0);
    count n = fact_elements(in), rows = n;
    if (!in)
        return;
    if (site_has(s, "axis") && in->rank > 0)
        rows = fact_dim(in, (int)site_int(s, "axis", 0));
    work_each(w, "elements(in)", n, cnt_log2_up(rows), 0);
}

/* --- NonMaxSuppression --- */

/* How many lists of boxes there are, and the most boxes that remain of one. */
typedef struct lists {
    count n, boxes, kept;
} lists;

static lists read_lists(site *s) {
    const fact *scores = site_in(s, 1);
    count boxes = fact_dim(scores, 2);
    int64_t most;
    bool is_limited = site_scalar(s, 2, 0, &most) && most >= 0;
    return (lists){.n = cnt_mul(fact_dim(scores, 0), fact_dim(scores, 1)),
                   .boxes = boxes,
                   .kept = is_limited ? cnt_min(most, boxes) : boxes};
}

void infer_non_max_suppression(site *s) {
    lists l = read_lists(s);
    int64_t most = 0;
    bool selects_none = site_scalar(s, 2, 0, &most) && most <= 0;
    count found = selects_none ? 0 : fold_non_max_suppression(s);
    if (!known(found))
        found = site_at_most(s, cnt_mul(l.n, l.kept), "boxes");
    out_tensor(s, 0, DT_INT64, 2, (count[]){found, 3});
}

void cost_non_max_suppression(site *s, work *w) {
    lists l = read_lists(s);
    count boxes = l.boxes, kept = l.kept;
    count sorting = cnt_mul(boxes, cnt_add(1, cnt_log2_up(boxes)));
    count overlaps = cnt_mul3(14, kept, boxes);
    work_each(w, "batches x classes", l.n, cnt_add(sorting, overlaps), 0);
    w->estimated = true;
    work_note(s, w, "how many boxes remain depends on data: %s are assumed for each class",
              known(kept) && kept != boxes ? "max_output_boxes_per_class" : "all boxes");
}
