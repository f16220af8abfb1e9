/* ONNX Runtime's fused operators: what its optimizer and quantizer write into models. Each is the
 * sum of the operators it was made of. */
#include "ops/compute.h"
#include <string.h>

/* The activation that an attribute names, on every element of output 0. */
static void add_activation(site *s, work *w) {
    const char *name = site_string(s, "activation", "");
    count vector, special;
    if (!*name)
        return;
    if (activation_rate(name, &vector, &special))
        work_add(w, fact_elements(site_out(s, 0)), vector, special);
    else
        w->vector = UNKNOWN;
}

/* --- FusedConv: convolution, sum with a tensor, activation --- */

static const conv_form FUSED_CONV = {.input = 0, .weights = 1, .bias = 2};

static void infer_fused_conv(site *s) {
    conv_form f = FUSED_CONV;
    f.out = fact_elem(site_in(s, 0));
    conv_infer(s, f);
}

static void cost_fused_conv(site *s, work *w) {
    enum { SUMMAND = 3 };
    conv_cost(s, w, FUSED_CONV);
    if (site_in(s, SUMMAND))
        work_add(w, fact_elements(site_out(s, 0)), 1, 0);
    add_activation(s, w);
}

/* --- FusedMatMul, FusedGemm --- */

/* A transposed batch moves dims about in a way that is not followed here. */
static bool moves_batch(const site *s) {
    return site_int(s, "transBatchA", 0) || site_int(s, "transBatchB", 0);
}

static void infer_fused_matmul(site *s) {
    if (moves_batch(s))
        out_tensor(s, 0, fact_elem(site_in(s, 0)), -1, NULL);
    else
        matmul_infer(s, gemm_form(s));
}

static void cost_fused_matmul(site *s, work *w) {
    w->is_unknown = moves_batch(s);
    matmul_cost(s, w, gemm_form(s));
    if (site_float(s, "alpha", 1) != 1)
        work_add(w, fact_elements(site_out(s, 0)), 1, 0);
}

static void cost_fused_gemm(site *s, work *w) {
    gemm_cost(s, w);
    add_activation(s, w);
}

/* --- activations --- */

static void cost_gelu(site *s, work *w) {
    count vector, special, n = fact_elements(site_out(s, 0));
    if (activation_rate(s->op->name, &vector, &special))
        work_add(w, n, vector, special);
    if (site_in(s, 1)) /* bias */
        work_add(w, n, 1, 0);
}

/* --- normalizations --- */

/* Rows are all but the last axis; mean and inverse deviation have one element for each. */
static void infer_skip(site *s) {
    enum { SUM = 3 };
    const fact *x = site_in(s, 0);
    if (!x)
        return;
    out_like(s, 0, x);
    out_like(s, SUM, x);
    count dims[MAX_RANK];
    for (int i = 0; i < x->rank; i++)
        dims[i] = i < x->rank - 1 ? x->dims[i] : 1;
    out_tensor(s, 1, DT_FLOAT, x->rank, dims);
    out_tensor(s, 2, DT_FLOAT, x->rank, dims);
}

static count last_rows(const site *s) {
    const fact *x = site_in(s, 0);
    return x ? fact_range(x, 0, x->rank - 1) : UNKNOWN;
}

static void add_summands(site *s, work *w, unsigned bias) {
    work_add(w, fact_elements(site_in(s, 0)), site_in(s, bias) ? 2 : 1, 0);
}

static void cost_skip_layer(site *s, work *w) {
    enum { BETA = 3, BIAS = 4 };
    work_layer_norm(w, fact_elements(site_in(s, 0)), last_rows(s), site_in(s, BETA) != NULL);
    add_summands(s, w, BIAS);
}

static void cost_skip_rms(site *s, work *w) {
    enum { BIAS = 3 };
    work_rms_norm(w, fact_elements(site_in(s, 0)), last_rows(s));
    add_summands(s, w, BIAS);
}

/* --- EmbedLayerNormalization: rows of two or three tables, added and normalized --- */

enum { IDS, SEGMENTS, WORDS, POSITIONS, SEGMENT_TABLE, EMBED_GAMMA };

static void infer_embed(site *s) {
    const fact *ids = site_in(s, IDS), *words = site_in(s, WORDS);
    count dims[] = {fact_dim(ids, 0), fact_dim(ids, 1), fact_dim(words, -1)};
    if (ids && ids->rank >= 0 && ids->rank != 2) {
        site_invalid(s, "input_ids have %d dimensions and must have 2", ids->rank);
        return;
    }
    out_tensor(s, 0, fact_elem(words), 3, dims);
    out_tensor(s, 1, DT_INT32, 1, dims);
    out_tensor(s, 2, fact_elem(words), 3, dims);
}

static void cost_embed(site *s, work *w) {
    const fact *y = site_out(s, 0);
    count n = fact_elements(y);
    work_layer_norm(w, n, fact_range(y, 0, 2), true);
    work_add(w, n, site_in(s, SEGMENT_TABLE) ? 2 : 1, 0);
    work_touch(w, WORDS, n);
    work_touch(w, POSITIONS, n);
    if (site_in(s, SEGMENT_TABLE))
        work_touch(w, SEGMENT_TABLE, n);
    w->estimated = true;
    work_note(s, w, "ids are data: each token is taken to read rows of its own");
}

/* --- MatMulNBits: weights of a few bits, scaled in blocks along K --- */

static void infer_bits(site *s) {
    const fact *a = site_in(s, 0);
    int64_t k = site_int(s, "K", 0), n = site_int(s, "N", 0);
    if (k < 1 || n < 1) {
        site_invalid(s, "K is %lld, N is %lld", (long long)k, (long long)n);
        return;
    }
    if (!a || a->rank < 0) {
        out_tensor(s, 0, fact_elem(a), -1, NULL);
        return;
    }
    count last = fact_dim(a, -1);
    if (a->rank == 0 || (known(last) && last != k)) {
        site_invalid(s, "the input's rows have %lld elements, K is %lld", (long long)last,
                     (long long)k);
        return;
    }
    count dims[MAX_RANK];
    memcpy(dims, a->dims, (size_t)a->rank * sizeof *dims);
    dims[a->rank - 1] = n;
    out_tensor(s, 0, a->elem, a->rank, dims);
}

static void cost_bits(site *s, work *w) {
    enum { ZERO_POINTS = 3, BIAS = 5 };
    count outputs = fact_elements(site_out(s, 0));
    count k = site_int(s, "K", 0), n = site_int(s, "N", 0);
    w->macs = cnt_mul(outputs, k);
    work_dequantize(w, cnt_mul(k, n), site_in(s, ZERO_POINTS) != NULL);
    if (site_in(s, BIAS))
        work_add(w, outputs, 1, 0);
}

#define MICROSOFT .domain = "com.microsoft", .since = 1
#define GELU                                                                                       \
    MICROSOFT, .kind = OP_MAP, .family = FAMILY_ACTIVATION, .traits = OP_IN_PLACE,                 \
               .infer = infer_like_input, .cost = cost_gelu
#define FUSED     MICROSOFT, .kind = OP_ANCHOR, .traits = OP_CONTRACTION
#define SKIP_NORM MICROSOFT, .kind = OP_ANCHOR, .family = FAMILY_NORM, .traits = OP_FP32_VECTOR

const op_def ops_contrib[] = {
    {FUSED, .name = "FusedConv", .family = FAMILY_CONV, .infer = infer_fused_conv,
     .cost = cost_fused_conv,
     .rule = "macs = N x (Cin/group) x prod(kernel); bias N; sum N; the activation's rule"},
    {FUSED, .name = "FusedMatMul", .family = FAMILY_MATMUL, .infer = infer_fused_matmul,
     .cost = cost_fused_matmul, .rule = "macs = batch x M.N.K; N when alpha != 1"},
    {FUSED, .name = "TransposeMatMul", .family = FAMILY_MATMUL, .infer = infer_fused_matmul,
     .cost = cost_fused_matmul, .rule = "macs = batch x M.N.K; N when alpha != 1"},
    {FUSED, .name = "FusedGemm", .family = FAMILY_MATMUL, .infer = gemm_infer,
     .cost = cost_fused_gemm, .rule = "as Gemm; the activation's rule"},
    {GELU, .name = "Gelu", .rule = "4 and 1 special per element"},
    {GELU, .name = "BiasGelu", .rule = "5 and 1 special per element"},
    {GELU, .name = "FastGelu", .rule = "8 and 1 special per element (+ 1 bias)"},
    {GELU, .name = "QuickGelu", .rule = "5 and 1 special per element"},
    {SKIP_NORM, .name = "SkipLayerNormalization", .infer = infer_skip, .cost = cost_skip_layer,
     .rule = "6 per element (+ 1 beta), 1 per added tensor; 3 and 2 special per row"},
    {SKIP_NORM, .name = "SkipSimplifiedLayerNormalization", .infer = infer_skip,
     .cost = cost_skip_rms, .rule = "4 per element, 1 per added tensor; 2 and 2 special per row"},
    {SKIP_NORM, .name = "EmbedLayerNormalization", .infer = infer_embed, .cost = cost_embed,
     .rule = "7 per element, 1 per added table; 3 and 2 special per row"},
    {MICROSOFT, .name = "MatMulNBits", .kind = OP_ANCHOR, .family = FAMILY_MATMUL,
     .infer = infer_bits, .cost = cost_bits,
     .rule = "macs = M.N.K; weights K.N (twice with zero points); bias N"},
    {0},
};
