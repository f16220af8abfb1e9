/* Tensors made from nothing: random numbers, window functions, affine grids. */
#include "ops/compute.h"
#include "ops/fold.h"

/* The element type in an attribute. */
static dtype type_attribute(site *s, const char *name, dtype fallback) {
    int64_t elem = site_int(s, name, fallback);
    if (site_has(s, name) && !dtype_valid(elem))
        site_invalid(s, "%s = %lld is no element type", name, (long long)elem);
    return dtype_valid(elem) ? (dtype)elem : DT_UNKNOWN;
}

static count size_or_invalid(site *s, int64_t size) {
    if (size < 0)
        site_invalid(s, "a dimension would be %lld", (long long)size);
    return size < 0 ? UNKNOWN : size;
}

/* --- random numbers --- */

static void infer_random(site *s) {
    int_list shape = site_list(s, "shape", -1);
    dtype elem = type_attribute(s, "dtype", DT_FLOAT);
    count dims[MAX_RANK];
    int64_t size;
    if (!rank_allowed(s, shape.n))
        return;
    for (int k = 0; k < shape.n; k++)
        dims[k] = list_at(&shape, k, &size) ? size_or_invalid(s, size) : UNKNOWN;
    out_tensor(s, 0, elem, shape.absent || !known(shape.n) ? -1 : (int)shape.n, dims);
}

static void infer_random_like(site *s) {
    const fact *in = site_in(s, 0);
    out_shaped_like(s, 0, type_attribute(s, "dtype", in ? in->elem : DT_UNKNOWN), in);
}

static void infer_multinomial(site *s) {
    count dims[2] = {fact_dim(site_in(s, 0), 0), size_or_invalid(s, site_int(s, "sample_size", 1))};
    out_tensor(s, 0, type_attribute(s, "dtype", DT_INT32), 2, dims);
}

static void cost_random(site *s, work *w) {
    work_note(s, w, "drawing random numbers is not counted");
}

static void cost_random_like(site *s, work *w) {
    if (site_in(s, 0))
        work_touch(w, 0, 0);
    cost_random(s, w);
}

/* A comparison with a random number. */
static void cost_bernoulli(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
    cost_random(s, w);
}

/* --- windows --- */

static void infer_window(site *s) {
    int64_t size;
    bool is_known = site_in(s, 0) && site_scalar(s, 0, 0, &size);
    count n = is_known ? size_or_invalid(s, size) : UNKNOWN;
    out_tensor(s, 0, type_attribute(s, "output_datatype", DT_FLOAT), 1, &n);
}

/* By the standard's function body, which is the same for all: a range (1), two angles (2), three
 * terms (4), two cosines. It computes in fp32. */
static void cost_window(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 7, 2);
    w->precision = DT_FLOAT;
}

/* --- AffineGrid --- */

static void infer_affine_grid(site *s) {
    const fact *theta = site_in(s, 0);
    int_list size = site_list(s, NULL, 1);
    count dims[5];
    int64_t v;
    if (!theta)
        return;
    out_tensor(s, 0, theta->elem, -1, NULL);
    if (!known(size.n))
        return;
    if (size.n != 4 && size.n != 5) {
        site_invalid(s, "a grid for %lld dimensions instead of 4 or 5", (long long)size.n);
        return;
    }
    int d = (int)size.n - 2;
    dims[0] = list_at(&size, 0, &v) ? size_or_invalid(s, v) : fact_dim(theta, 0);
    for (int k = 0; k < d; k++)
        dims[1 + k] = list_at(&size, 2 + k, &v) ? size_or_invalid(s, v) : UNKNOWN;
    dims[1 + d] = d;
    out_tensor(s, 0, theta->elem, d + 2, dims);
}

static void cost_affine_grid(site *s, work *w) {
    const fact *out = site_out(s, 0);
    count d = fact_dim(out, -1);
    work_macs(w, {"N", fact_elements(out)}, {"d + 1", cnt_add(d, 1)});
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, of, may, shape, work_of, words)                                      \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = of, .traits = may,      \
        .infer = shape, .cost = work_of, .rule = words                                             \
    }
#define RANDOM(op, version, may, shape, work_of, words)                                            \
    ROW(op, version, OP_MOVE, FAMILY_OTHER, OP_RANDOM | may, shape, work_of, words)
#define WINDOW(op)                                                                                 \
    ROW(op, 17, OP_OPAQUE, FAMILY_OTHER, 0, infer_window, cost_window, "7N vector, 2N special")

const op_def ops_generate[] = {
    RANDOM("RandomNormal", 1, 0, infer_random, cost_random, "0"),
    RANDOM("RandomUniform", 1, 0, infer_random, cost_random, "0"),
    RANDOM("RandomNormalLike", 1, OP_SHAPE_ONLY, infer_random_like, cost_random_like, "0"),
    RANDOM("RandomUniformLike", 1, OP_SHAPE_ONLY, infer_random_like, cost_random_like, "0"),
    RANDOM("Multinomial", 7, 0, infer_multinomial, cost_random, "0"),
    RANDOM("Bernoulli", 15, 0, infer_random_like, cost_bernoulli, "N vector"),
    WINDOW("HannWindow"),
    WINDOW("HammingWindow"),
    WINDOW("BlackmanWindow"),
    ROW("AffineGrid", 20, OP_ANCHOR, FAMILY_OTHER, 0, infer_affine_grid, cost_affine_grid,
        "macs = N.H.W.d.(d + 1)"),
    {0}};
/* clang-format on */
