/* Reductions along axes, arg-reductions, scans and TopK. */
#include "ops/compute.h"
#include "ops/estimate.h"
#include "ops/fold.h"
#include "ops/scalar.h"
#include <math.h>
#include <string.h>

/* Marks the reduced axes. False when they are not known, or invalid. */
static bool reduced_axes(site *s, const fact *x, int input, bool *reduced, bool *none_given) {
    size_t n;
    bool absent;
    const int64_t *axes = site_ints_or_input(s, "axes", input, &n, &absent);
    if (!axes && !absent)
        return false;
    *none_given = n == 0;
    bool all = n == 0 && !site_int(s, "noop_with_empty_axes", 0);
    for (int i = 0; i < x->rank; i++)
        reduced[i] = all;
    for (size_t k = 0; k < n; k++) {
        int axis = site_axis(s, axes[k], x->rank);
        if (axis < 0)
            return false;
        reduced[axis] = true;
    }
    return true;
}

/* Shape with the marked axes gone, or 1 when they are kept. */
static void out_reduced(site *s, dtype elem, const fact *x, const bool *reduced, bool keep) {
    count dims[MAX_RANK];
    int rank = 0;
    for (int i = 0; i < x->rank; i++)
        if (!reduced[i] || keep)
            dims[rank++] = reduced[i] ? 1 : x->dims[i];
    out_tensor(s, 0, elem, rank, dims);
}

/* The axes are not known: their number may be. */
static void out_unknown_axes(site *s, dtype elem, const fact *x, bool keep) {
    count dims[MAX_RANK], n = fact_dim(site_in(s, 1), 0);
    int rank = keep ? x->rank : known(n) && n > 0 && n <= x->rank ? (int)(x->rank - n) : -1;
    for (int i = 0; i < rank; i++)
        dims[i] = UNKNOWN;
    out_tensor(s, 0, elem, rank, dims);
}

/* --- folding of small tensors: shape arithmetic --- */

typedef enum combine { SUM, PRODUCT, LARGEST, SMALLEST, MEAN, NOT_FOLDED } combine;

static combine combine_of(const char *op) {
    static const struct {
        const char *name;
        combine how;
    } folded[] = {{"ReduceSum", SUM},
                  {"ReduceProd", PRODUCT},
                  {"ReduceMax", LARGEST},
                  {"ReduceMin", SMALLEST},
                  {"ReduceMean", MEAN}};
    for (size_t i = 0; i < sizeof folded / sizeof *folded; i++)
        if (!strcmp(folded[i].name, op))
            return folded[i].how;
    return NOT_FOLDED;
}

static bool accumulate_integer(combine how, int64_t *total, int64_t v) {
    switch (how) {
    case SUM:
    case MEAN:
        return !__builtin_add_overflow(*total, v, total);
    case PRODUCT:
        return !__builtin_mul_overflow(*total, v, total);
    case LARGEST:
        *total = v > *total ? v : *total;
        return true;
    default:
        *total = v < *total ? v : *total;
        return true;
    }
}

/* Runtimes add in an order of their own: only sums that the type holds exactly are the same in all.
 */
static bool accumulate_real(combine how, dtype elem, double *total, double v) {
    if (how == LARGEST || how == SMALLEST) {
        *total = (how == LARGEST ? v > *total : v < *total) ? v : *total;
        return !isnan(v);
    }
    scalar sum = {.f = how == PRODUCT ? *total * v : *total + v};
    *total = sum.f;
    return scalar_fit(elem, &sum) && sum.f == *total;
}

static bool accumulate(combine how, dtype elem, bool real, scalar *total, scalar v) {
    return real ? accumulate_real(how, elem, &total->f, v.f)
                : accumulate_integer(how, &total->i, v.i);
}

/* What combines with any number to that number. */
static scalar neutral(combine how, bool real) {
    switch (how) {
    case PRODUCT:
        return real ? (scalar){.f = 1} : (scalar){.i = 1};
    case LARGEST:
        return real ? (scalar){.f = -INFINITY} : (scalar){.i = INT64_MIN};
    case SMALLEST:
        return real ? (scalar){.f = INFINITY} : (scalar){.i = INT64_MAX};
    default:
        return real ? (scalar){.f = 0} : (scalar){.i = 0};
    }
}

static bool finish(combine how, dtype elem, bool real, scalar *total, count n) {
    if (how == MEAN && real)
        total->f /= (double)n;
    else if (how == MEAN)
        total->i /= n;
    return scalar_fit(elem, total);
}

/* For each axis of x the distance of its neighbours in the reduced tensor, 0 on reduced axes. */
static void output_steps(const fact *x, const bool *reduced, count *step) {
    count next = 1;
    for (int i = x->rank - 1; i >= 0; i--) {
        step[i] = reduced[i] ? 0 : next;
        next *= reduced[i] ? 1 : x->dims[i];
    }
}

static count output_index(const fact *x, const count *step, count i) {
    count at = 0;
    for (int k = x->rank - 1; k >= 0; k--) {
        at += i % x->dims[k] * step[k];
        i /= x->dims[k];
    }
    return at;
}

static void fold(site *s, const fact *x, const bool *reduced) {
    combine how = combine_of(s->op->name);
    const content *from = how != NOT_FOLDED ? fold_source(s, 0) : NULL;
    if (!from || from->n == 0 || from->n > FOLD_ELEMENTS || from->n != fact_elements(x))
        return;
    content *to = out_content(s, 0, false);
    if (!to || to->n == 0)
        return;
    count step[MAX_RANK];
    output_steps(x, reduced, step);
    for (count k = 0; k < to->n; k++)
        to->item[k] = neutral(how, to->real);
    for (count i = 0; i < from->n; i++) {
        scalar v;
        count at = output_index(x, step, i);
        if (!fold_get(from, i, &v) || !accumulate(how, x->elem, to->real, &to->item[at], v))
            fold_forget(s, to, at);
    }
    for (count k = 0; k < to->n; k++)
        if (!finish(how, x->elem, to->real, &to->item[k], from->n / to->n))
            fold_forget(s, to, k);
}

void reduce_infer(site *s, dtype elem, int axes) {
    const fact *x = site_in(s, 0);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, elem, -1, NULL);
        return;
    }
    bool reduced[MAX_RANK], none_given, keep = site_int(s, "keepdims", 1) != 0;
    if (reduced_axes(s, x, axes, reduced, &none_given)) {
        out_reduced(s, elem, x, reduced, keep);
        fold(s, x, reduced);
    } else if (!site_failed(s)) {
        out_unknown_axes(s, elem, x, keep);
    }
}

static void infer_reduce(site *s) {
    enum { AXES = 1 };
    reduce_infer(s, fact_elem(site_in(s, 0)), AXES);
}

count reduce_steps(const site *s) {
    count elements = fact_elements(site_in(s, 0)), outputs = fact_elements(site_out(s, 0));
    return known(elements) && known(outputs) && elements < outputs ? 0 : cnt_sub(elements, outputs);
}

/* A reduction with so much work per input element before it and per output after it. */
static void reduce_work(site *s, work *w, count in_vector, count in_special, count out_vector,
                        count out_special) {
    count elements = fact_elements(site_in(s, 0)), outputs = fact_elements(site_out(s, 0));
    work_each(w, "elements(in) - N", reduce_steps(s), 1, 0);
    work_each(w, "elements(in)", elements, in_vector, in_special);
    work_each(w, "N", outputs, out_vector, out_special);
}

static void cost_reduce(site *s, work *w) {
    reduce_work(s, w, 0, 0, 0, 0);
}

static void cost_mean(site *s, work *w) {
    reduce_work(s, w, 0, 0, 1, 0);
}

static void cost_before(site *s, work *w) {
    reduce_work(s, w, 1, 0, 0, 0);
}

static void cost_l2(site *s, work *w) {
    reduce_work(s, w, 1, 0, 0, 1);
}

static void cost_log_sum(site *s, work *w) {
    reduce_work(s, w, 0, 0, 0, 1);
}

static void cost_log_sum_exp(site *s, work *w) {
    reduce_work(s, w, 0, 1, 0, 1);
}

/* --- ArgMax, ArgMin, scans --- */

static void infer_arg(site *s) {
    const fact *x = site_in(s, 0);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, DT_INT64, -1, NULL);
        return;
    }
    int axis = site_axis(s, site_int(s, "axis", 0), x->rank);
    if (axis < 0)
        return;
    bool reduced[MAX_RANK] = {false};
    reduced[axis] = true;
    out_reduced(s, DT_INT64, x, reduced, site_int(s, "keepdims", 1) != 0);
}

static void cost_per_input(site *s, work *w) {
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), 1, 0);
}

/* --- TopK: k as attribute (version 1) or input --- */

static count top_k(site *s) {
    size_t n;
    bool absent;
    int64_t k = site_int(s, "k", -1);
    const int64_t *items = site_ints_or_input(s, NULL, 1, &n, &absent);
    if (items && n == 1)
        k = items[0];
    return k >= 0 ? k : UNKNOWN;
}

static void infer_top_k(site *s) {
    const fact *x = site_in(s, 0);
    dtype elem = fact_elem(x);
    int axis = x && x->rank >= 0 ? site_axis(s, site_int(s, "axis", -1), x->rank) : -1;
    if (axis < 0) {
        out_tensor(s, 0, elem, -1, NULL);
        out_tensor(s, 1, DT_INT64, -1, NULL);
        return;
    }
    count k = top_k(s), dims[MAX_RANK];
    bool is_too_large = known(x->dims[axis]) && k > x->dims[axis];
    if (!known(k) || (is_too_large && s->engine->told)) /* an estimate may be too large */
        k = site_at_most(s, x->dims[axis], "largest ones");
    if (is_too_large && !s->engine->told) {
        site_invalid(s, "k is %lld on an axis of %lld", (long long)k, (long long)x->dims[axis]);
        return;
    }
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[axis] = k;
    out_tensor(s, 0, elem, x->rank, dims);
    out_tensor(s, 1, DT_INT64, x->rank, dims);
}

static void cost_top_k(site *s, work *w) {
    const fact *out = site_out(s, 0) ? site_out(s, 0) : site_out(s, 1);
    count k = fact_dim(out, (int)site_int(s, "axis", -1)), compares = known(k) ? 1 : UNKNOWN;
    for (count rest = k - 1; rest > 0; rest /= 2)
        compares++;
    work_each(w, "elements(in)", fact_elements(site_in(s, 0)), k == 0 ? 0 : compares, 0);
    w->estimated = true;
    work_note(s, w, "a selection of about log2(k) + 1 compares per element");
}

#define REDUCE .domain = "", .kind = OP_ANCHOR, .family = FAMILY_REDUCE
#define ALONG  REDUCE, .since = 1, .infer = infer_reduce

const op_def ops_reduce[] = {
    {ALONG, .name = "ReduceSum", .cost = cost_reduce, .rule = "elements(in) - N"},
    {ALONG, .name = "ReduceProd", .cost = cost_reduce, .rule = "elements(in) - N"},
    {ALONG, .name = "ReduceMax", .cost = cost_reduce, .rule = "elements(in) - N"},
    {ALONG, .name = "ReduceMin", .cost = cost_reduce, .rule = "elements(in) - N"},
    {ALONG, .name = "ReduceMean", .cost = cost_mean, .rule = "elements(in)"},
    {ALONG, .name = "ReduceL1", .cost = cost_before, .rule = "2 elements(in) - N"},
    {ALONG, .name = "ReduceSumSquare", .cost = cost_before, .rule = "2 elements(in) - N"},
    {ALONG, .name = "ReduceL2", .cost = cost_l2, .rule = "2 elements(in) - N; N special"},
    {ALONG, .name = "ReduceLogSum", .cost = cost_log_sum, .rule = "elements(in) - N; N special"},
    {ALONG, .name = "ReduceLogSumExp", .cost = cost_log_sum_exp,
     .rule = "elements(in) - N; elements(in) + N special"},
    {REDUCE, .name = "ArgMax", .since = 1, .infer = infer_arg, .cost = cost_per_input,
     .rule = "elements(in)"},
    {REDUCE, .name = "ArgMin", .since = 1, .infer = infer_arg, .cost = cost_per_input,
     .rule = "elements(in)"},
    {REDUCE, .name = "CumSum", .since = 11, .infer = infer_like_input, .cost = cost_per_input,
     .rule = "elements(in)"},
    {REDUCE, .name = "CumProd", .since = 26, .infer = infer_like_input, .cost = cost_per_input,
     .rule = "elements(in)"},
    {REDUCE, .name = "TopK", .since = 1, .infer = infer_top_k, .cost = cost_top_k,
     .rule = "elements(in) x ceil(log2(k) + 1); estimated: comparisons"},
    {0},
};
