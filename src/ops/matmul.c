/* Matrix products: MatMul, Gemm and their quantized forms, Einsum. */
#include "ops/compute.h"
#include "ops/einsum.h"

/* --- MatMul --- */

static bool has_rank(const fact *f) {
    return f && f->rank >= 0;
}

/* One operand as numpy sees it: batch dims, rows, columns; a vector has one of the two alone. */
typedef struct operand {
    int batch; /* number of batch dims */
    const count *batch_dims;
    bool vector;
    count rows, columns; /* of B, which a vector gives rows; of A columns */
} operand;

static operand operand_of(const fact *f, bool transpose, bool batch_inside) {
    int r = f->rank;
    if (r == 1)
        return (operand){.vector = true, .rows = f->dims[0], .columns = f->dims[0]};
    count first = f->dims[batch_inside ? 0 : r - 2], last = f->dims[r - 1];
    return (operand){.batch = r - 2,
                     .batch_dims = f->dims + (batch_inside ? 1 : 0),
                     .rows = transpose ? last : first,
                     .columns = transpose ? first : last};
}

/* The summed dim; UNKNOWN when neither operand knows it. */
static count inner_dim(const operand *a, const operand *b) {
    return known(a->columns) ? a->columns : b->rows;
}

void matmul_infer(site *s, matmul_form f) {
    const fact *fa = site_in(s, f.a), *fb = site_in(s, f.b);
    if (!has_rank(fa) || !has_rank(fb)) {
        out_tensor(s, 0, f.out, -1, NULL);
        return;
    }
    if (fa->rank == 0 || fb->rank == 0) {
        site_invalid(s, "a scalar cannot be multiplied as a matrix");
        return;
    }
    operand a = operand_of(fa, f.transpose_a, f.batch_inside_a);
    operand b = operand_of(fb, f.transpose_b, f.batch_inside_b);
    if (known(a.columns) && known(b.rows) && a.columns != b.rows) {
        site_invalid(s, "%lld columns cannot meet %lld rows", (long long)a.columns,
                     (long long)b.rows);
        return;
    }
    fact batch_a = {.rank = a.batch, .dims = a.batch_dims},
         batch_b = {.rank = b.batch, .dims = b.batch_dims};
    int rank;
    const count *batch = site_broadcast(s, (const fact *[]){&batch_a, &batch_b}, 2, &rank);
    if (!batch || rank < 0)
        return;
    count dims[MAX_RANK + 2];
    for (int i = 0; i < rank; i++)
        dims[i] = batch[i];
    if (!a.vector)
        dims[rank++] = a.rows;
    if (!b.vector)
        dims[rank++] = b.columns;
    out_tensor(s, 0, f.out, rank, dims);
}

void matmul_cost(site *s, work *w, matmul_form f) {
    const fact *fa = site_in(s, f.a), *fb = site_in(s, f.b);
    if (!has_rank(fa) || !has_rank(fb) || fa->rank == 0 || fb->rank == 0) {
        w->macs = UNKNOWN;
        return;
    }
    operand a = operand_of(fa, f.transpose_a, f.batch_inside_a);
    operand b = operand_of(fb, f.transpose_b, f.batch_inside_b);
    const fact *y = site_out(s, 0);
    count m = a.vector ? 1 : a.rows, n = b.vector ? 1 : b.columns;
    count batch = fact_range(y, 0, (y ? y->rank : 0) - !a.vector - !b.vector);
    work_macs(w, {"batch", batch}, {"M", m}, {"N", n}, {"K", inner_dim(&a, &b)});
}

static const matmul_form PLAIN = {.a = 0, .b = 1};

static void infer_matmul(site *s) {
    matmul_form f = PLAIN;
    f.out = fact_elem(site_in(s, 0));
    matmul_infer(s, f);
}

static void cost_matmul(site *s, work *w) {
    matmul_cost(s, w, PLAIN);
}

static void infer_integer(site *s) {
    matmul_infer(s, (matmul_form){.a = 0, .b = 1, .out = DT_INT32});
}

static void cost_integer(site *s, work *w) {
    matmul_cost(s, w, PLAIN);
    w->precision = fact_elem(site_in(s, PLAIN.b));
    w->accumulate = DT_INT32;
}

static const matmul_form QLINEAR = {.a = 0, .b = 3};

static void infer_qlinear(site *s) {
    enum { OUTPUT_ZERO_POINT = 7 };
    matmul_form f = QLINEAR;
    f.out = fact_elem(site_in(s, site_in(s, OUTPUT_ZERO_POINT) ? OUTPUT_ZERO_POINT : f.a));
    matmul_infer(s, f);
}

static void cost_qlinear(site *s, work *w) {
    matmul_cost(s, w, QLINEAR);
    w->precision = fact_elem(site_in(s, QLINEAR.b));
    w->accumulate = DT_INT32;
}

/* --- Gemm --- */

matmul_form gemm_form(const site *s) {
    return (matmul_form){.a = 0,
                         .b = 1,
                         .transpose_a = site_int(s, "transA", 0) != 0,
                         .transpose_b = site_int(s, "transB", 0) != 0,
                         .out = fact_elem(site_in(s, 0))};
}

void gemm_infer(site *s) {
    const fact *a = site_in(s, 0), *b = site_in(s, 1), *c = site_in(s, 2);
    if ((has_rank(a) && a->rank != 2) || (has_rank(b) && b->rank != 2)) {
        site_invalid(s, "operands of %d and %d dimensions; both must have 2", a ? a->rank : -1,
                     b ? b->rank : -1);
        return;
    }
    matmul_infer(s, gemm_form(s));
    const fact *y = site_out(s, 0);
    int rank;
    if (!site_failed(s) && has_rank(c) && has_rank(y) && c->rank > 0)
        site_broadcast(s, (const fact *[]){y, c}, 2, &rank); /* refuses what does not fit */
}

void gemm_cost(site *s, work *w) {
    matmul_cost(s, w, gemm_form(s));
    double alpha = site_float(s, "alpha", 1), beta = site_float(s, "beta", 1);
    if (alpha != 1)
        work_each(w, "alpha N", fact_elements(site_out(s, 0)), 1, 0);
    if (site_in(s, 2) && beta != 0)
        work_each(w, "elements(C)", fact_elements(site_in(s, 2)), beta == 1 ? 1 : 2, 0);
}

/* --- Einsum --- */

static void infer_einsum(site *s) {
    const fact *first = site_in(s, 0);
    einsum e;
    count dims[MAX_RANK];
    if (einsum_read(s, &e)) {
        einsum_output(&e, dims);
        out_tensor(s, 0, fact_elem(first), e.n_output, dims);
    } else if (!site_failed(s)) {
        out_tensor(s, 0, fact_elem(first), -1, NULL);
    }
}

static void cost_einsum(site *s, work *w) {
    einsum e;
    if (einsum_read(s, &e))
        einsum_work(&e, w);
    else
        w->is_unknown = true;
}

#define MATMUL .domain = "", .kind = OP_ANCHOR, .family = FAMILY_MATMUL

const op_def ops_matmul[] = {
    {MATMUL, .name = "MatMul", .since = 1, .traits = OP_CONTRACTION, .infer = infer_matmul,
     .cost = cost_matmul, .rule = "macs = batch x M.N.K"},
    {MATMUL, .name = "Gemm", .since = 1, .traits = OP_CONTRACTION, .infer = gemm_infer,
     .cost = gemm_cost,
     .rule = "macs = M.N.K; C elements(C), twice when beta != 1; N when alpha != 1"},
    {MATMUL, .name = "MatMulInteger", .since = 10, .traits = OP_CONTRACTION | OP_QUANTIZED,
     .infer = infer_integer, .cost = cost_integer, .rule = "macs = batch x M.N.K"},
    {MATMUL, .name = "QLinearMatMul", .since = 10, .traits = OP_QUANTIZED, .infer = infer_qlinear,
     .cost = cost_qlinear, .rule = "macs = batch x M.N.K"},
    {MATMUL, .name = "Einsum", .since = 12, .infer = infer_einsum, .cost = cost_einsum,
     .rule = "pairwise from left to right: macs = product of all extents of a pair"},
    {0},
};
