/* Sequences and optionals hold references: only what makes a tensor of a sequence, or a sequence of
 * a tensor, moves data. And the rows of the operators with subgraphs. */
#include "ops/sequence.h"
#include "ops/control.h"
#include <string.h>

enum { KEPT = 256 }; /* elements of a sequence that are known one by one */

/* --- facts --- */

fact sequence_element(const fact *sequence, count i) {
    const holding *all = sequence->held;
    fact f = {.kind = TYPE_TENSOR, .elem = sequence->elem, .rank = -1};
    if (all && all->each && i >= 0 && i < all->n)
        f = all->each[i];
    else if (sequence->inner)
        f = *sequence->inner;
    return f;
}

/* Sets output i to hold n elements; each and inner may be NULL. */
static void out_holder(site *s, unsigned i, type_kind kind, const fact *inner, count n,
                       const fact *each) {
    fact *out = site_out(s, i);
    if (!out)
        return;
    *out = (fact){.kind = kind, .rank = -1, .inner = inner};
    if (inner && inner->kind == TYPE_TENSOR)
        out->elem = inner->elem;
    if (!known(n))
        return;
    holding *all = arena_alloc(s->arena, sizeof *all);
    *all = (holding){.n = n, .each = n <= KEPT ? each : NULL};
    out->held = all;
}

static const fact *kept(site *s, const fact *f) {
    fact *copy = arena_alloc(s->arena, sizeof *copy);
    *copy = *f;
    return copy;
}

void out_sequence(site *s, unsigned i, const fact *each, count n) {
    fact inner = {.kind = TYPE_TENSOR, .rank = -1};
    bool differ = false;
    for (count k = 0; k < n; k++) {
        inner = k ? fact_meet(s->engine, &inner, &each[k]) : each[k];
        differ = differ || !fact_same(&inner, &each[0]);
    }
    out_holder(s, i, TYPE_SEQUENCE, kept(s, &inner), n, differ || n == 0 ? each : NULL);
}

void out_sequence_of(site *s, unsigned i, const fact *inner, count n) {
    fact f = inner ? fact_of_flow(inner) : (fact){.kind = TYPE_TENSOR, .rank = -1};
    out_holder(s, i, TYPE_SEQUENCE, kept(s, &f), n, NULL);
}

const fact *fact_of_type(arena *a, const type *t, dim_size size, const void *user) {
    fact *f = arena_alloc(a, sizeof *f);
    *f = (fact){.kind = t->kind, .elem = t->elem, .rank = t->rank};
    if (t->rank >= 0) {
        count *dims = arena_array(a, (size_t)t->rank + 1, sizeof *dims);
        for (int k = 0; k < t->rank; k++)
            dims[k] = size ? size(user, &t->dims[k]) : t->dims[k].size;
        f->dims = dims;
    }
    if (t->inner) {
        f->inner = fact_of_type(a, t->inner, size, user);
        f->elem = f->inner->kind == TYPE_TENSOR ? f->inner->elem : DT_UNKNOWN;
    }
    return f;
}

/* Elements as they are known one by one; NULL when they are not, or are too many. */
static fact *copy_elements(site *s, const fact *in, count room) {
    const holding *all = in ? in->held : NULL;
    if (!all || all->n + room > KEPT || !site_spend(s, all->n + room))
        return NULL;
    fact *each = arena_array(s->arena, (size_t)(all->n + room) + 1, sizeof *each);
    for (count k = 0; k < all->n; k++)
        each[k] = sequence_element(in, k);
    return each;
}

static count sequence_length(const fact *in) {
    return in && in->held ? in->held->n : UNKNOWN;
}

/* A position among n (maybe UNKNOWN) places, counted from the end when negative. False when it is
 * not known. */
static bool read_position(site *s, unsigned input, count n, count *at) {
    int64_t v;
    if (!content_int(site_content(s, input), 0, &v) || !known(n))
        return false;
    *at = v < 0 ? v + n : v;
    if (*at < 0 || *at >= n)
        site_invalid(s, "position %lld of a sequence of %lld", (long long)v, (long long)n);
    return !site_failed(s);
}

/* An input as an element of a sequence, with the contents that shapes may be computed from. */
static fact as_element(site *s, unsigned input) {
    const fact *in = site_in(s, input);
    fold_source(s, input);
    return in ? fact_of_flow(in) : (fact){.rank = -1};
}

/* --- sequences --- */

static void infer_construct(site *s) {
    unsigned n = site_n_in(s);
    fact *each = arena_array(s->arena, n + 1, sizeof *each);
    for (unsigned i = 0; i < n; i++)
        each[i] = as_element(s, i);
    out_sequence(s, 0, each, n);
}

static void infer_empty(site *s) {
    int64_t elem = site_int(s, "dtype", DT_FLOAT);
    fact inner = {
        .kind = TYPE_TENSOR, .elem = dtype_valid(elem) ? (dtype)elem : DT_UNKNOWN, .rank = -1};
    out_sequence_of(s, 0, &inner, 0);
}

static void infer_insert(site *s) {
    enum { TENSOR = 1, POSITION = 2 };
    const fact *in = site_in(s, 0);
    count n = sequence_length(in), at = n;
    fact added = as_element(s, TENSOR);
    bool placed = !site_in(s, POSITION) || read_position(s, POSITION, cnt_add(n, 1), &at);
    fact *each = placed && !site_failed(s) ? copy_elements(s, in, 1) : NULL;
    if (!in || site_failed(s))
        return;
    if (each) {
        memmove(&each[at + 1], &each[at], (size_t)(n - at) * sizeof *each);
        each[at] = added;
        out_sequence(s, 0, each, n + 1);
        return;
    }
    fact inner = in->inner ? fact_meet(s->engine, in->inner, &added) : (fact){.rank = -1};
    out_sequence_of(s, 0, n == 0 ? &added : &inner, cnt_add(n, 1));
}

static void infer_erase(site *s) {
    enum { POSITION = 1 };
    const fact *in = site_in(s, 0);
    count n = sequence_length(in), at = n - 1;
    bool placed = !site_in(s, POSITION) || read_position(s, POSITION, n, &at);
    if (!in || site_failed(s))
        return;
    if (n == 0) {
        site_invalid(s, "nothing can be erased from an empty sequence");
        return;
    }
    fact *each = placed ? copy_elements(s, in, 0) : NULL;
    if (!each) {
        out_sequence_of(s, 0, in->inner, cnt_sub(n, 1));
        return;
    }
    memmove(&each[at], &each[at + 1], (size_t)(n - at - 1) * sizeof *each);
    out_sequence(s, 0, each, n - 1);
}

static void infer_at(site *s) {
    const fact *in = site_in(s, 0);
    count at = -1;
    if (!in)
        return;
    read_position(s, 1, sequence_length(in), &at);
    if (site_failed(s))
        return;
    fact f = sequence_element(in, at);
    set_output(s, 0, &f);
}

static void infer_length(site *s) {
    count n = sequence_length(site_in(s, 0));
    out_tensor(s, 0, DT_INT64, 0, NULL);
    content *c = known(n) ? out_content(s, 0, false) : NULL;
    if (c)
        c->item[0].i = n;
}

/* --- ConcatFromSequence --- */

static count length_along(const fact *in, int axis) {
    count n = sequence_length(in), sum = 0;
    if (!in->held || !in->held->each)
        return cnt_mul(n, fact_dim(in->inner, axis));
    for (count k = 0; k < n; k++)
        sum = cnt_add(sum, fact_dim(&in->held->each[k], axis));
    return sum;
}

/* Along the first axis the elements simply follow each other. */
static void fold_joined(site *s, const fact *in) {
    enum { FEW = 1024 };
    fact *out = site_out(s, 0);
    count n = sequence_length(in), size = fact_elements(out), to = 0;
    content *c = known(n) && known(size) && size <= FEW ? out_content(s, 0, false) : NULL;
    for (count k = 0; c && k < n; k++) {
        fact f = sequence_element(in, k);
        count part = fact_elements(&f);
        for (count i = 0; i < part && to < size; i++, to++)
            fold_copy(s, c, to, f.content, i);
    }
}

static void infer_join(site *s) {
    const fact *in = site_in(s, 0), *inner = in ? in->inner : NULL;
    bool is_new = site_int(s, "new_axis", 0) != 0;
    count dims[MAX_RANK + 1];
    if (!in)
        return;
    out_tensor(s, 0, in->elem, -1, NULL);
    if (!inner || inner->rank < 0 || !rank_allowed(s, inner->rank + is_new))
        return;
    int rank = inner->rank + is_new, axis = site_axis(s, site_int(s, "axis", 0), rank);
    if (axis < 0)
        return;
    for (int k = 0; k < rank; k++)
        dims[k] = k == axis ? UNKNOWN : inner->dims[k - (is_new && k > axis)];
    dims[axis] = is_new ? sequence_length(in) : length_along(in, axis);
    out_tensor(s, 0, in->elem, rank, dims);
    if (axis == 0)
        fold_joined(s, in);
}

static void cost_join(site *s, work *w) {
    w->touched[0] = fact_elements(site_out(s, 0));
}

/* --- SplitToSequence --- */

/* The sizes of the parts along an axis of size n. */
typedef struct parts {
    count n;              /* how many; UNKNOWN when not known */
    count size;           /* of all but the last, or UNKNOWN */
    const int_list *list; /* where each has its own */
} parts;

static count part_size(const parts *p, count whole, count i) {
    int64_t v;
    if (p->list)
        return list_at(p->list, i, &v) ? v : UNKNOWN;
    return i + 1 < p->n || !known(whole) ? p->size : cnt_sub(whole, cnt_mul(i, p->size));
}

static parts read_parts(site *s, const int_list *list, count whole) {
    enum { SPLIT = 1 };
    const fact *split = site_in(s, SPLIT);
    int64_t size;
    if (!split)
        return (parts){.n = whole, .size = 1};
    if (split->rank == 1)
        return (parts){.n = list->n, .size = UNKNOWN, .list = list};
    if (split->rank != 0 || !list_at(list, 0, &size))
        return (parts){.n = UNKNOWN, .size = UNKNOWN};
    if (size < 1) {
        site_invalid(s, "parts of %lld elements", (long long)size);
        return (parts){.n = UNKNOWN, .size = UNKNOWN};
    }
    return (parts){.n = cnt_div_up(whole, size), .size = size};
}

static fact part_of(site *s, const fact *in, int axis, count size, bool keeps_axis) {
    fact f = {.kind = TYPE_TENSOR, .elem = in->elem, .rank = in->rank - !keeps_axis};
    count *dims = arena_array(s->arena, (size_t)in->rank + 1, sizeof *dims);
    for (int k = 0, to = 0; k < in->rank; k++)
        if (k != axis || keeps_axis)
            dims[to++] = k == axis ? size : in->dims[k];
    f.dims = dims;
    return f;
}

/* The items of a part along the first axis, which lie together. */
static const content *part_content(site *s, const content *from, count start, const fact *part) {
    count n = fact_elements(part);
    if (!from || from->splat || from->strings || !known(n) || start + n > from->n ||
        !site_spend(s, n))
        return NULL;
    content *c = arena_alloc(s->arena, sizeof *c);
    *c = (content){.n = n, .real = from->real, .item = from->item + start};
    c->is_known = from->is_known ? from->is_known + start : NULL;
    return c;
}

static void split_each(site *s, const fact *in, int axis, const parts *p, bool keeps_axis) {
    const content *from = axis == 0 ? fold_source(s, 0) : NULL;
    fact *each = arena_array(s->arena, (size_t)p->n + 1, sizeof *each);
    count start = 0;
    for (count i = 0; i < p->n; i++) {
        each[i] = part_of(s, in, axis, part_size(p, in->dims[axis], i), keeps_axis);
        each[i].content = known(start) ? part_content(s, from, start, &each[i]) : NULL;
        start = cnt_add(start, fact_elements(&each[i]));
    }
    out_sequence(s, 0, each, p->n);
}

static void infer_split(site *s) {
    enum { SPLIT = 1 };
    const fact *in = site_in(s, 0);
    fact inner = {.kind = TYPE_TENSOR, .elem = in ? in->elem : DT_UNKNOWN, .rank = -1};
    if (!in || in->rank < 0) {
        out_sequence_of(s, 0, &inner, UNKNOWN);
        return;
    }
    int axis = site_axis(s, site_int(s, "axis", 0), in->rank);
    int_list list = site_list(s, NULL, SPLIT);
    if (axis < 0)
        return;
    bool keeps_axis = site_in(s, SPLIT) || site_int(s, "keepdims", 1) != 0;
    parts p = read_parts(s, &list, in->dims[axis]);
    if (site_failed(s))
        return;
    if (known(p.n) && p.n <= KEPT && site_spend(s, p.n)) {
        split_each(s, in, axis, &p, keeps_axis);
        return;
    }
    bool even = !p.list && (p.size == 1 || (known(p.n) && in->dims[axis] % p.size == 0));
    inner = part_of(s, in, axis, even ? p.size : UNKNOWN, keeps_axis);
    out_sequence_of(s, 0, &inner, p.n);
}

static void cost_split(site *s, work *w) {
    w->written[0] = fact_elements(site_in(s, 0));
}

/* --- optionals --- */

static void infer_optional(site *s) {
    const attribute *a = node_attribute(s->node, "type");
    if (site_in(s, 0)) {
        fact f = as_element(s, 0);
        out_holder(s, 0, TYPE_OPTIONAL, kept(s, &f), 1, NULL);
    } else {
        const fact *inner = a && a->type ? fact_of_type(s->arena, a->type, NULL, NULL) : NULL;
        out_holder(s, 0, TYPE_OPTIONAL, inner, 0, NULL);
    }
}

static void infer_has_element(site *s) {
    const fact *in = site_in(s, 0);
    out_tensor(s, 0, DT_BOOL, 0, NULL);
    bool is_held = in && (in->kind == TYPE_TENSOR || in->kind == TYPE_SEQUENCE);
    bool is_known = !in || is_held || (in->kind == TYPE_OPTIONAL && in->held);
    content *c = is_known ? out_content(s, 0, false) : NULL;
    if (c)
        c->item[0].i = is_held || (in && in->held && in->held->n > 0);
}

static void infer_get_element(site *s) {
    const fact *in = site_in(s, 0);
    if (!in)
        return;
    if (in->kind == TYPE_OPTIONAL && in->held && in->held->n == 0) {
        site_invalid(s, "the optional is empty");
        return;
    }
    fact f = in->kind == TYPE_OPTIONAL ? sequence_element(in, -1) : as_element(s, 0);
    set_output(s, 0, &f);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, of, shape, work_of, words)                                           \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = of, .infer = shape,     \
        .cost = work_of, .rule = words                                                             \
    }
#define HOLDER(op, version, how, shape)                                                            \
    ROW(op, version, how, FAMILY_MOVEMENT, shape, cost_control, "0; references")
#define CONTROL(op, version, shape, words)                                                         \
    ROW(op, version, OP_OPAQUE, FAMILY_OTHER, shape, cost_control, words)

const op_def ops_sequence[] = {
    HOLDER("SequenceConstruct", 11, OP_MOVE, infer_construct),
    HOLDER("SequenceEmpty", 11, OP_MOVE, infer_empty),
    HOLDER("SequenceInsert", 11, OP_MOVE, infer_insert),
    HOLDER("SequenceErase", 11, OP_MOVE, infer_erase),
    HOLDER("SequenceAt", 11, OP_MOVE, infer_at),
    HOLDER("SequenceLength", 11, OP_MOVE, infer_length),
    HOLDER("Optional", 15, OP_VIEW, infer_optional),
    HOLDER("OptionalGetElement", 15, OP_VIEW, infer_get_element),
    HOLDER("OptionalHasElement", 15, OP_MOVE, infer_has_element),
    ROW("ConcatFromSequence", 11, OP_MOVE, FAMILY_MOVEMENT, infer_join, cost_join, "0"),
    ROW("SplitToSequence", 11, OP_MOVE, FAMILY_MOVEMENT, infer_split, cost_split, "0"),
    CONTROL("If", 1, infer_if, "0; the branch that is taken"),
    CONTROL("Loop", 1, infer_loop, "0; the body x iterations"),
    CONTROL("Scan", 8, infer_scan, "0; the body x length"),
    CONTROL("SequenceMap", 17, infer_sequence_map, "0; the body x length"),
    {0}};
/* clang-format on */
