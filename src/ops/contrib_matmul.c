/* ONNX Runtime's matrix products: fused with what follows, or with weights of a few bits. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include <string.h>

/* --- FusedMatMul and its relatives, FusedGemm --- */

static matmul_form fused_form(const site *s) {
    matmul_form f = gemm_form(s);
    f.batch_inside_a = site_int(s, "transBatchA", 0) != 0;
    f.batch_inside_b = site_int(s, "transBatchB", 0) != 0;
    return f;
}

static void infer_fused(site *s) {
    matmul_infer(s, fused_form(s));
}

static void cost_fused(site *s, work *w) {
    matmul_cost(s, w, fused_form(s));
    if (site_float(s, "alpha", 1) != 1)
        work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
    work_activation(s, w);
}

static void cost_fused_gemm(site *s, work *w) {
    gemm_cost(s, w);
    work_activation(s, w);
}

static void cost_fast_gelu(site *s, work *w) {
    enum { BIAS = 2 };
    count n = fact_elements(site_out(s, 0)), vector, special;
    matmul_cost(s, w, fused_form(s));
    named_activation("FastGelu", &vector, &special);
    work_each(w, "N", n, vector + (site_in(s, BIAS) != NULL), special);
}

/* --- GemmFloat8: operands and result may have a scale each --- */

static void infer_float8(site *s) {
    int64_t elem = site_int(s, "dtype", DT_FLOAT);
    if (!dtype_valid(elem)) {
        site_invalid(s, "dtype %lld is no type", (long long)elem);
        return;
    }
    matmul_form f = gemm_form(s);
    f.out = (dtype)elem;
    matmul_infer(s, f);
}

static void cost_float8(site *s, work *w) {
    enum { C = 2, FIRST_SCALE = 3, LAST_SCALE = 5 };
    count n = fact_elements(site_out(s, 0));
    double beta = site_float(s, "beta", 0);
    bool scaled = site_float(s, "alpha", 1) != 1;
    for (unsigned i = FIRST_SCALE; i <= LAST_SCALE; i++)
        scaled |= site_in(s, i) != NULL;
    matmul_cost(s, w, gemm_form(s));
    if (scaled)
        work_each(w, "N", n, 1, 0);
    if (site_in(s, C) && beta != 0)
        work_each(w, "elements(C)", fact_elements(site_in(s, C)), beta == 1 ? 1 : 2, 0);
    work_activation(s, w);
}

/* --- integers --- */

static void infer_int16(site *s) {
    bool is_signed = fact_elem(site_in(s, 0)) != DT_UINT16 || fact_elem(site_in(s, 1)) != DT_UINT16;
    matmul_infer(s, (matmul_form){.a = 0, .b = 1, .out = is_signed ? DT_INT32 : DT_UINT32});
}

static void cost_int16(site *s, work *w) {
    matmul_cost(s, w, (matmul_form){.a = 0, .b = 1});
    w->precision = fact_elem(site_in(s, 1));
    w->accumulate = DT_INT32;
}

/* --- a sparse matrix times a dense one --- */

static void infer_sparse(site *s) {
    matmul_form f = gemm_form(s);
    f.out = fact_elem(site_in(s, 1));
    matmul_infer(s, f);
}

/* --- weights of a few bits: k inputs meet n outputs --- */

typedef struct packed {
    count k, n;
} packed;

/* Sizes that attributes give; false after site_invalid. */
static bool positive(site *s, const char *name, count *size) {
    *size = site_int(s, name, 0);
    if (*size < 1)
        site_invalid(s, "%s is %lld", name, (long long)*size);
    return *size >= 1;
}

static bool read_packed(site *s, packed *p) {
    const fact *weights = site_in(s, 1);
    const char *op = s->op->name;
    if (!strcmp(op, "MatMulFpQ4")) {
        int_list shape = site_list(s, NULL, 2);
        int64_t k, n;
        p->k = list_at(&shape, 0, &k) && k > 0 ? k : fact_dim(site_in(s, 0), -1);
        p->n = list_at(&shape, 1, &n) && n > 0 ? n : UNKNOWN;
        return true;
    }
    if (!strncmp(op, "MatMulBlockQuantized", 20)) {
        bool halved = strstr(op, "Fp4") != NULL; /* two to a byte */
        *p =
            (packed){.k = cnt_mul(halved ? 2 : 1, fact_dim(weights, 1)), .n = fact_dim(weights, 0)};
        return true;
    }
    if (!positive(s, "K", &p->k) || !positive(s, "N", &p->n))
        return false;
    if (!site_int(s, "transB", 1)) /* MatMulBnb4: the weights as they lie */
        *p = (packed){.k = p->n, .n = p->k};
    return true;
}

/* Output i: the rows of input 0 with n elements instead of k. */
static void out_rows(site *s, unsigned i, packed p) {
    const fact *a = site_in(s, 0);
    if (!a || a->rank < 0) {
        out_tensor(s, i, fact_elem(a), -1, NULL);
        return;
    }
    count last = fact_dim(a, -1);
    if (a->rank == 0 || (known(last) && known(p.k) && last != p.k)) {
        site_invalid(s, "the input's rows have %lld elements, the weights %lld", (long long)last,
                     (long long)p.k);
        return;
    }
    count dims[MAX_RANK];
    memcpy(dims, a->dims, (size_t)a->rank * sizeof *dims);
    dims[a->rank - 1] = p.n;
    out_tensor(s, i, a->elem, a->rank, dims);
}

/* The product of `rows` rows with the weights, which are expanded on the way; and its bias. */
static void packed_work(work *w, count rows, packed p, bool zero_points, bool bias) {
    count outputs = cnt_mul(rows, p.n);
    work_macs(w, {"M", rows}, {"K", p.k}, {"N", p.n});
    work_dequantize(w, cnt_mul(p.k, p.n), zero_points);
    if (bias)
        work_each(w, "N", outputs, 1, 0);
}

static void infer_packed(site *s) {
    packed p;
    if (read_packed(s, &p))
        out_rows(s, 0, p);
}

static void cost_packed(site *s, work *w) {
    enum { ZERO_POINTS = 3, BIAS = 5 };
    packed p;
    bool n_bits = !strcmp(s->op->name, "MatMulNBits");
    if (read_packed(s, &p))
        packed_work(w, last_rows(site_in(s, 0)), p, n_bits && site_in(s, ZERO_POINTS),
                    n_bits && site_in(s, BIAS));
}

/* One of MatMulFpQ4's kinds of blocks has an offset. */
static void cost_blob(site *s, work *w) {
    enum { WITH_OFFSET = 1 };
    packed p;
    if (read_packed(s, &p))
        packed_work(w, last_rows(site_in(s, 0)), p, site_int(s, "blk_quant_type", 1) == WITH_OFFSET,
                    false);
}

static void cost_blocks(site *s, work *w) {
    enum { A_SCALE = 3, FP4_BIAS = 5, FP8_BIAS = 4 };
    bool is_fp4 = strstr(s->op->name, "Fp4") != NULL;
    packed p;
    read_packed(s, &p);
    packed_work(w, last_rows(site_in(s, 0)), p, false,
                site_in(s, is_fp4 ? FP4_BIAS : FP8_BIAS) != NULL);
    if (is_fp4 || !site_in(s, A_SCALE))
        return;
    work_quantize(w, fact_elements(site_in(s, 0)), false); /* and multiplied as they are stored */
    w->precision = fact_elem(site_in(s, 1));
}

/* --- several products of one, perhaps normalized, input --- */

enum { SKIP = 1, NORM_SCALE = 2 };

/* RMS norm of the input, and the sum before it. */
static void add_norm(site *s, work *w) {
    const fact *a = site_in(s, 0);
    if (site_in(s, NORM_SCALE))
        work_rms_norm(w, fact_elements(a), last_rows(a));
    if (site_in(s, SKIP))
        work_each(w, "elements(A)", fact_elements(a), 1, 0);
}

static void infer_mlp(site *s) {
    packed p;
    if (!positive(s, "K", &p.k) || !positive(s, "N", &p.n))
        return;
    out_rows(s, 0, p);
    out_like(s, 1, site_in(s, 0));
}

static void cost_mlp(site *s, work *w) {
    enum { GATE_BIAS = 5, UP_BIAS = 8 };
    packed p = {.k = site_int(s, "K", 0), .n = site_int(s, "N", 0)};
    count rows = last_rows(site_in(s, 0));
    add_norm(s, w);
    packed_work(w, rows, p, false, site_in(s, GATE_BIAS) != NULL);
    packed_work(w, rows, p, false, site_in(s, UP_BIAS) != NULL);
    work_activation(s, w);
    work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
}

static bool read_qkv(site *s, packed p[3]) {
    count k, query, other;
    if (!positive(s, "K", &k) || !positive(s, "Nq", &query) || !positive(s, "Nkv", &other))
        return false;
    for (int i = 0; i < 3; i++)
        p[i] = (packed){.k = k, .n = i == 0 ? query : other};
    return true;
}

static void infer_qkv(site *s) {
    enum { SUM = 3 };
    packed p[3];
    if (!read_qkv(s, p))
        return;
    for (unsigned i = 0; i < 3; i++)
        out_rows(s, i, p[i]);
    out_like(s, SUM, site_in(s, 0));
}

static void cost_qkv(site *s, work *w) {
    enum { FIRST_BIAS = 5, EACH = 3 };
    packed p[3];
    if (!read_qkv(s, p))
        return;
    add_norm(s, w);
    for (unsigned i = 0; i < 3; i++)
        packed_work(w, last_rows(site_in(s, 0)), p[i], false,
                    site_in(s, FIRST_BIAS + EACH * i) != NULL);
}

#define PRODUCT    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_MATMUL
#define FUSED      PRODUCT, .traits = OP_CONTRACTION, .infer = infer_fused
#define FUSED_RULE "macs = batch x M.N.K; N when alpha != 1; the activation's rule"
#define PACKED     PRODUCT, .infer = infer_packed

const op_def ops_contrib_matmul[] = {
    {FUSED, .name = "FusedMatMul", .cost = cost_fused, .rule = FUSED_RULE},
    {FUSED, .name = "FusedMatMulActivation", .cost = cost_fused, .rule = FUSED_RULE},
    {FUSED, .name = "TransposeMatMul", .cost = cost_fused, .rule = FUSED_RULE},
    {FUSED, .name = "GemmFastGelu", .cost = cost_fast_gelu,
     .rule = "macs = batch x M.N.K; 8 and 1 special per element (+ 1 bias)"},
    {PRODUCT, .name = "FusedGemm", .traits = OP_CONTRACTION, .infer = gemm_infer,
     .cost = cost_fused_gemm, .rule = "as Gemm; the activation's rule"},
    {PRODUCT, .name = "GemmFloat8", .infer = infer_float8, .cost = cost_float8,
     .rule = "as Gemm, beta 0 unless given; scales N; the activation's rule"},
    {PRODUCT, .name = "MatMulInteger16", .traits = OP_QUANTIZED, .infer = infer_int16,
     .cost = cost_int16, .rule = "macs = batch x M.N.K"},
    {PRODUCT, .name = "SparseToDenseMatMul", .infer = infer_sparse, .cost = cost_fused,
     .rule = "macs = batch x M.N.K, as if dense; N when alpha != 1"},
    {PACKED, .name = "MatMulNBits", .cost = cost_packed,
     .rule = "macs = M.N.K; weights K.N (twice with zero points); bias N"},
    {PACKED, .name = "MatMulBnb4", .cost = cost_packed, .rule = "macs = M.N.K; weights K.N"},
    {PACKED, .name = "MatMulFpQ4", .cost = cost_blob,
     .rule = "macs = M.N.K; weights K.N (twice with offsets)"},
    {PACKED, .name = "MatMulBlockQuantizedFp8Weight", .cost = cost_blocks,
     .rule = "macs = M.N.K; weights K.N; bias N; with a scale of A 4 per element of A"},
    {PACKED, .name = "MatMulBlockQuantizedFp4Weight", .cost = cost_blocks,
     .rule = "macs = M.N.K; weights K.N; bias N"},
    {PRODUCT, .name = "MatMulNBitsMlp", .infer = infer_mlp, .cost = cost_mlp,
     .rule = "two MatMulNBits, RMS norm and sum before, the activation's rule and 1 per element"},
    {PRODUCT, .name = "MatMulNBitsQkv", .infer = infer_qkv, .cost = cost_qkv,
     .rule = "three MatMulNBits, RMS norm and sum before"},
    {0},
};
