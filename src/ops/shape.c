/* Shape arithmetic and constants: Shape, Size, Constant, ConstantOfShape, Range, EyeLike. */
#include "ops/compute.h"
#include "ops/engine.h"
#include "ops/fold.h"
#include "ops/movement.h"
#include "ops/scalar.h"
#include <math.h>
#include <string.h>

/* --- Shape, Size --- */

static int64_t clamped(int64_t at, int rank) {
    at = at < 0 ? at + rank : at;
    return at < 0 ? 0 : at > rank ? rank : at;
}

static void infer_shape(site *s) {
    const fact *in = site_in(s, 0);
    count unknown = UNKNOWN;
    if (!in || in->rank < 0) {
        out_tensor(s, 0, DT_INT64, 1, &unknown);
        return;
    }
    int64_t start = clamped(site_int(s, "start", 0), in->rank);
    int64_t end = clamped(site_int(s, "end", in->rank), in->rank);
    size_t n = end > start ? (size_t)(end - start) : 0;
    out_int_vector(s, 0, n ? in->dims + start : NULL, n);
}

static void infer_size(site *s) {
    out_tensor(s, 0, DT_INT64, 0, NULL);
    count n = fact_elements(site_in(s, 0));
    content *c = known(n) ? out_content(s, 0, false) : NULL;
    if (c)
        c->item[0].i = n;
}

/* Only the shape of the input is looked at. */
static void cost_nothing_read(site *s, work *w) {
    if (site_in(s, 0))
        work_touch(w, 0, 0);
}

/* --- Constant --- */

static void constant_of_ints(site *s, const attribute *a, int rank) {
    count n = rank == 0 ? 1 : (count)a->n;
    out_tensor(s, 0, DT_INT64, rank, &n);
    const int64_t *items = rank == 0 ? &a->i : a->ints;
    content *c = items ? out_content(s, 0, false) : NULL;
    for (count k = 0; c && k < n; k++)
        c->item[k].i = items[k];
}

static void constant_of_floats(site *s, const attribute *a, int rank) {
    count n = rank == 0 ? 1 : (count)a->n;
    out_tensor(s, 0, DT_FLOAT, rank, &n);
    const float *items = rank == 0 ? &a->f : a->floats;
    content *c = items ? out_content(s, 0, false) : NULL;
    for (count k = 0; c && k < n; k++)
        c->item[k].f = (double)items[k];
}

static void constant_of_tensor(site *s, const attribute *a) {
    if (!a->tensor || !site_out(s, 0))
        return;
    out_tensor(s, 0, a->tensor->type, a->tensor->rank, a->tensor->dims);
    site_out(s, 0)->stored = a->tensor;
}

/* The attribute's tensor holds the values that are there; its type the dense dims. */
static void constant_of_sparse(site *s, const attribute *a) {
    count dims[MAX_RANK];
    int rank = a->type ? a->type->rank : -1;
    for (int k = 0; k < rank; k++)
        dims[k] = a->type->dims[k].size;
    out_tensor(s, 0, a->tensor ? a->tensor->type : DT_UNKNOWN, rank, dims);
    fact *out = site_out(s, 0);
    if (out && a->tensor && a->indices)
        out->stored_bytes = cnt_add(dtype_bytes(a->tensor->type, stored_elements(a->tensor)),
                                    dtype_bytes(a->indices->type, stored_elements(a->indices)));
}

static void infer_constant(site *s) {
    for (unsigned i = 0; i < s->node->n_attrs; i++) {
        const attribute *a = &s->node->attrs[i];
        count n = (count)a->n;
        if (!strcmp(a->name, "value") && a->kind == ATTR_TENSOR)
            constant_of_tensor(s, a);
        else if (!strcmp(a->name, "sparse_value"))
            constant_of_sparse(s, a);
        else if (!strcmp(a->name, "value_int"))
            constant_of_ints(s, a, 0);
        else if (!strcmp(a->name, "value_ints"))
            constant_of_ints(s, a, 1);
        else if (!strcmp(a->name, "value_float"))
            constant_of_floats(s, a, 0);
        else if (!strcmp(a->name, "value_floats"))
            constant_of_floats(s, a, 1);
        else if (!strcmp(a->name, "value_string"))
            out_tensor(s, 0, DT_STRING, 0, NULL);
        else if (!strcmp(a->name, "value_strings"))
            out_tensor(s, 0, DT_STRING, 1, &n);
    }
}

/* --- ConstantOfShape --- */

static bool decode_one(site *s, const stored *tensor, scalar *v) {
    data_source *source = s->engine->model->source;
    if (stored_elements(tensor) != 1) {
        site_invalid(s, "the value has %lld elements instead of one",
                     (long long)stored_elements(tensor));
        return false;
    }
    return source && source->decode(source, tensor, v, 1);
}

static void infer_constant_of_shape(site *s) {
    int_list list = site_list(s, NULL, 0);
    const attribute *a = node_attribute(s->node, "value");
    const stored *tensor = a && a->kind == ATTR_TENSOR ? a->tensor : NULL;
    count dims[MAX_RANK];
    scalar v = {.f = 0};
    if (list.absent || !rank_allowed(s, list.n))
        return;
    for (int k = 0; k < list.n; k++) {
        int64_t size;
        dims[k] = list_at(&list, k, &size) ? size : UNKNOWN;
        if (list_at(&list, k, &size) && size < 0) {
            site_invalid(s, "dimension %d would be %lld", k, (long long)size);
            return;
        }
    }
    out_tensor(s, 0, tensor ? tensor->type : DT_FLOAT, known(list.n) ? (int)list.n : -1, dims);
    bool is_known = !tensor || decode_one(s, tensor, &v);
    content *c = is_known && !site_failed(s) ? out_content(s, 0, true) : NULL;
    if (c)
        c->item[0] = v;
}

/* --- Range --- */

/* Elements from start to limit in steps of delta; UNKNOWN when they cannot be counted. */
static count integer_steps(int64_t start, int64_t limit, int64_t delta) {
    int64_t way;
    if (__builtin_sub_overflow(limit, start, &way) || way == INT64_MIN || delta == INT64_MIN)
        return UNKNOWN;
    if (way == 0 || (way < 0) != (delta < 0))
        return 0;
    way = way < 0 ? -way : way;
    return cnt_div_up(way, delta < 0 ? -delta : delta);
}

/* The difference is taken in the tensor's type, as runtimes do. */
static count real_steps(dtype elem, double start, double limit, double delta) {
    scalar way = {.f = limit - start};
    if (!scalar_fit(elem, &way))
        return UNKNOWN;
    double n = ceil(way.f / delta);
    return n <= 0 ? 0 : n < 0x1p62 ? (count)n : UNKNOWN;
}

static void fold_range(site *s, dtype elem, scalar start, scalar delta) {
    content *c = out_content(s, 0, false);
    for (count k = 0; c && k < c->n; k++) {
        if (c->real)
            c->item[k].f = start.f + (double)k * delta.f;
        else
            c->item[k].i = start.i + k * delta.i;
        if (!scalar_fit(elem, &c->item[k]))
            fold_forget(s, c, k);
    }
}

void infer_range(site *s) {
    const fact *first = site_in(s, 0);
    dtype elem = first ? first->elem : DT_UNKNOWN;
    bool real = dtype_kind(elem) == CLASS_FLOAT;
    scalar x[3];
    count n = UNKNOWN;
    bool is_known = first != NULL;
    for (unsigned i = 0; i < 3; i++) {
        const content *c = fold_source(s, i);
        is_known &= (i == 2 && !site_in(s, i)) || (fold_get(c, 0, &x[i]) && c->real == real);
    }
    if (!site_in(s, 2)) /* com.microsoft: steps of 1 */
        x[2] = real ? (scalar){.f = 1} : (scalar){.i = 1};
    if (is_known && (real ? x[2].f == 0 : x[2].i == 0))
        site_invalid(s, "the step is 0");
    else if (is_known)
        n = real ? real_steps(elem, x[0].f, x[1].f, x[2].f) : integer_steps(x[0].i, x[1].i, x[2].i);
    out_tensor(s, 0, elem, 1, &n);
    if (known(n))
        fold_range(s, elem, x[0], x[2]);
}

void cost_range(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
}

/* --- EyeLike --- */

static void infer_eye_like(site *s) {
    const fact *in = site_in(s, 0);
    int64_t elem = site_int(s, "dtype", in ? in->elem : DT_UNKNOWN);
    if (site_has(s, "dtype") && !dtype_valid(elem))
        site_invalid(s, "dtype = %lld is no element type", (long long)elem);
    else if (in && in->rank >= 0 && in->rank != 2)
        site_invalid(s, "%d dimensions instead of 2", in->rank);
    else
        out_shaped_like(s, 0, (dtype)elem, in);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, may, shape, work_of, words)                                          \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = FAMILY_MOVEMENT,        \
        .traits = may, .infer = shape, .cost = work_of, .rule = words                              \
    }

const op_def ops_shape[] = {
    ROW("Shape", 1, OP_MOVE, OP_SHAPE_ONLY, infer_shape, cost_nothing_read, "0; reads no data"),
    ROW("Size", 1, OP_MOVE, OP_SHAPE_ONLY, infer_size, cost_nothing_read, "0; reads no data"),
    ROW("Constant", 1, OP_MOVE, 0, infer_constant, NULL, "0"),
    ROW("ConstantOfShape", 9, OP_MOVE, 0, infer_constant_of_shape, NULL, "0"),
    ROW("Range", 11, OP_MOVE, 0, infer_range, cost_range, "N vector"),
    ROW("EyeLike", 9, OP_MOVE, OP_SHAPE_ONLY, infer_eye_like, cost_nothing_read,
        "0; reads no data"),
    {0}};
/* clang-format on */
