/* ONNX Runtime's quantized operators: the plain operator between dequantized operands and a
 * quantized result; integer products with their scales in the epilogue. */
#include "ops/contrib.h"
#include <string.h>

static count n_out(const site *s) {
    return fact_elements(site_out(s, 0));
}

/* The broadcast of some inputs, of a type. */
static void infer_of(site *s, dtype elem, const unsigned *inputs, size_t n) {
    const fact *in[3];
    int rank;
    for (size_t i = 0; i < n; i++)
        in[i] = site_in(s, inputs[i]);
    const count *dims = site_broadcast(s, in, n, &rank);
    if (!site_failed(s))
        out_tensor(s, 0, elem, rank, dims);
}

/* Dequantizes input i, whose zero point comes two inputs later. */
static void dequantize_input(site *s, work *w, unsigned i) {
    if (site_in(s, i))
        work_dequantize(w, fact_elements(site_in(s, i)), site_in(s, i + 2) != NULL);
}

/* --- QLinearAdd, QLinearMul: A, its scale and zero point, B, ..., C's scale and zero point --- */

enum { A, B = 3, C_ZERO = 7 };

static void infer_binary(site *s) {
    infer_of(s, fact_elem(site_in(s, A)), (unsigned[]){A, B}, 2);
}

static void cost_binary(site *s, work *w) {
    work_each(w, "N", n_out(s), 1, 0);
    dequantize_input(s, w, A);
    dequantize_input(s, w, B);
    work_quantize(w, n_out(s), site_in(s, C_ZERO) != NULL);
}

/* --- QLinearSigmoid, QLinearLeakyRelu, QLinearSoftmax: X, its scale and zero point, Y's --- */

static void add_conversions(site *s, work *w) {
    enum { Y_ZERO = 4 };
    dequantize_input(s, w, 0);
    work_quantize(w, n_out(s), site_in(s, Y_ZERO) != NULL);
}

static void cost_sigmoid(site *s, work *w) {
    work_each(w, "N", n_out(s), 3, 1);
    add_conversions(s, w);
}

static void cost_leaky(site *s, work *w) {
    work_each(w, "N", n_out(s), 2, 0);
    add_conversions(s, w);
}

static void cost_softmax(site *s, work *w) {
    work_softmax(w, n_out(s));
    add_conversions(s, w);
}

/* --- reductions --- */

static void infer_mean(site *s) {
    reduce_infer(s, fact_elem(site_in(s, 0)), -1);
}

static void cost_mean(site *s, work *w) {
    work_each(w, "elements(in) - N", reduce_steps(s), 1, 0);
    work_each(w, "N", n_out(s), 1, 0);
    add_conversions(s, w);
}

static void infer_sum(site *s) {
    bool is_signed = fact_elem(site_in(s, 0)) != DT_UINT8;
    reduce_infer(s, is_signed ? DT_INT32 : DT_UINT32, -1);
}

static void cost_sum(site *s, work *w) {
    work_each(w, "elements(in) - N", reduce_steps(s), 1, 0);
}

/* --- QLinearConcat: Y's scale and zero point, then a tensor, its scale and zero point, ... --- */

enum { FIRST = 2, EACH = 3 };

/* Adds input i to the dims along the axis; the others must agree. */
static void join(site *s, const fact *in, int axis, int rank, count *dims) {
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
            site_invalid(s, "dimension %d is %lld and %lld", k, (long long)dims[k],
                         (long long)in->dims[k]);
    }
}

static void infer_concat(site *s) {
    enum { Y_ZERO = 1 };
    const fact *first = site_in(s, FIRST);
    dtype elem = fact_elem(site_in(s, Y_ZERO));
    count dims[MAX_RANK];
    int rank = first ? first->rank : -1;
    int axis = rank < 0 ? -1 : site_axis(s, site_int(s, "axis", 0), rank);
    out_tensor(s, 0, elem, -1, NULL);
    if (axis < 0)
        return;
    for (int k = 0; k < rank; k++)
        dims[k] = k == axis ? 0 : UNKNOWN;
    for (unsigned i = FIRST; i < site_n_in(s) && !site_failed(s); i += EACH) {
        const fact *in = site_in(s, i);
        if (in && in->rank >= 0)
            join(s, in, axis, rank, dims);
        else
            dims[axis] = UNKNOWN;
    }
    if (!site_failed(s))
        out_tensor(s, 0, elem, rank, dims);
}

static void cost_concat(site *s, work *w) {
    for (unsigned i = FIRST; i < site_n_in(s); i += EACH)
        dequantize_input(s, w, i);
    work_quantize(w, n_out(s), site_in(s, 1) != NULL);
}

/* --- QLinearWhere: condition, X, its scale and zero point, Y, ..., Z's --- */

enum { CONDITION, X, Y = 4 };

static void infer_where(site *s) {
    infer_of(s, fact_elem(site_in(s, X)), (unsigned[]){CONDITION, X, Y}, 3);
}

static void cost_where(site *s, work *w) {
    enum { Z_ZERO = 8 };
    dequantize_input(s, w, X);
    dequantize_input(s, w, Y);
    work_quantize(w, n_out(s), site_in(s, Z_ZERO) != NULL);
}

/* --- MulInteger: A, its zero point, B, its zero point --- */

static void infer_multiply(site *s) {
    infer_of(s, DT_INT32, (unsigned[]){0, 2}, 2);
}

static void cost_multiply(site *s, work *w) {
    work_each(w, "N", n_out(s), 1, 0);
    for (unsigned i = 0; i < 4; i += 2)
        if (site_in(s, i + 1))
            work_each(w, "elements(in)", fact_elements(site_in(s, i)), 1, 0);
}

/* --- integer products --- */

/* The product, its scales, its bias: all at the precision of the weights. */
static void product_work(site *s, work *w, matmul_form f, unsigned bias) {
    matmul_cost(s, w, f);
    work_each(w, "N", n_out(s), site_in(s, bias) ? 2 : 1, 0);
    w->precision = fact_elem(site_in(s, f.b));
    w->accumulate = DT_INT32;
}

static const matmul_form PRODUCT = {.a = 0, .b = 1};

static void infer_to_float(site *s) {
    enum { A_SCALE = 2 };
    matmul_form f = PRODUCT;
    f.out = fact_elem(site_in(s, A_SCALE));
    matmul_infer(s, f);
}

static void cost_dynamic(site *s, work *w) {
    enum { BIAS = 4 };
    product_work(s, w, PRODUCT, BIAS);
    work_each(w, "elements(A)", fact_elements(site_in(s, 0)), 7, 0); /* A is quantized on the way */
}

static void cost_to_float(site *s, work *w) {
    enum { BIAS = 6 };
    product_work(s, w, PRODUCT, BIAS);
}

/* QGemm: A, its scale and zero point, B, ..., C, Y's scale and zero point, which may be absent. */
static matmul_form gemm_of(const site *s) {
    enum { Y_ZERO = 8 };
    matmul_form f = gemm_form(s);
    f.b = B;
    f.out = site_in(s, Y_ZERO) ? fact_elem(site_in(s, Y_ZERO)) : DT_FLOAT;
    return f;
}

static void infer_gemm(site *s) {
    matmul_infer(s, gemm_of(s));
}

static void cost_gemm(site *s, work *w) {
    enum { C = 6 };
    product_work(s, w, gemm_of(s), NO_INPUT);
    if (site_in(s, C))
        work_each(w, "elements(C)", fact_elements(site_in(s, C)), 1, 0);
}

/* --- DynamicQuantizeLSTM: inputs and hidden states are quantized on the way --- */

static void cost_lstm(site *s, work *w) {
    enum { WEIGHTS = 1, RECURRENCE = 2 };
    const fact *x = site_in(s, 0), *weights = site_in(s, WEIGHTS);
    quantized_lstm_cost(s, w);
    count states =
        cnt_mul3(fact_range(x, 0, 2), fact_dim(weights, 0), fact_dim(site_in(s, RECURRENCE), 1));
    work_each(w, "elements(X)", fact_elements(x), 7, 0);
    work_each(w, "states", states, 7, 0);
    work_each(w, "gates", cnt_mul(states, 4), 2, 0); /* scales of both products of each gate */
    w->precision = fact_elem(weights);
    w->accumulate = DT_INT32;
}

/* --- QOrdered*: int8 matrices in the layouts of cuBLASLt --- */

static const matmul_form ORDERED = {.a = 0, .b = 2};

static void infer_ordered_product(site *s) {
    matmul_form f = ORDERED;
    f.out = fact_elem(site_in(s, 0));
    matmul_infer(s, f);
}

static void cost_ordered_product(site *s, work *w) {
    enum { BIAS = 5, C = 6 };
    product_work(s, w, ORDERED, BIAS);
    if (site_in(s, C))
        work_each(w, "elements(C)", fact_elements(site_in(s, C)), 2, 0);
}

static void cost_ordered_gelu(site *s, work *w) {
    work_each(w, "N", n_out(s), 4, 1);
    work_dequantize(w, n_out(s), false);
    work_quantize(w, n_out(s), false);
}

static void infer_to_order(site *s) {
    out_shaped_like(s, 0, DT_INT8, site_in(s, 0));
}

static void cost_to_order(site *s, work *w) {
    work_quantize(w, n_out(s), false);
}

static void infer_from_order(site *s) {
    int64_t to = site_int(s, "to", 0);
    if (!dtype_valid(to))
        site_invalid(s, "to = %lld is no element type", (long long)to);
    else
        out_shaped_like(s, 0, (dtype)to, site_in(s, 0));
}

static void cost_from_order(site *s, work *w) {
    work_dequantize(w, n_out(s), false);
}

#define MICROSOFT   .domain = "com.microsoft", .since = 1
#define QUANTIZED   MICROSOFT, .traits = OP_QUANTIZED | OP_FP32_VECTOR
#define PER_ELEMENT QUANTIZED, .kind = OP_MAP
#define BINARY                                                                                     \
    PER_ELEMENT, .family = FAMILY_ELEMENTWISE, .infer = infer_binary, .cost = cost_binary,         \
                 .rule = "1 per element; dequantize A and B, quantize C"
#define ACTIVATION PER_ELEMENT, .family = FAMILY_ACTIVATION, .infer = infer_like_input
#define MATMUL     QUANTIZED, .kind = OP_ANCHOR, .family = FAMILY_MATMUL
#define LAYOUT     PER_ELEMENT, .family = FAMILY_QUANTIZE

const op_def ops_contrib_quantize[] = {
    {BINARY, .name = "QLinearAdd"},
    {BINARY, .name = "QLinearMul"},
    {ACTIVATION, .name = "QLinearSigmoid", .cost = cost_sigmoid,
     .rule = "3 and 1 special per element; dequantize X, quantize Y"},
    {ACTIVATION, .name = "QLinearLeakyRelu", .cost = cost_leaky,
     .rule = "2 per element; dequantize X, quantize Y"},
    {ACTIVATION, .name = "QOrderedGelu", .cost = cost_ordered_gelu,
     .rule = "4 and 1 special per element; dequantize X, quantize Y"},
    {QUANTIZED, .name = "QLinearSoftmax", .kind = OP_ANCHOR, .family = FAMILY_NORM,
     .infer = infer_like_input, .cost = cost_softmax,
     .rule = "4 and 1 special per element; dequantize X, quantize Y"},
    {QUANTIZED, .name = "QLinearReduceMean", .kind = OP_ANCHOR, .family = FAMILY_REDUCE,
     .infer = infer_mean, .cost = cost_mean,
     .rule = "elements(in); dequantize them, quantize the output"},
    {QUANTIZED, .name = "QLinearConcat", .kind = OP_MOVE, .family = FAMILY_MOVEMENT,
     .infer = infer_concat, .cost = cost_concat, .rule = "dequantize inputs, quantize the output"},
    {PER_ELEMENT, .name = "QLinearWhere", .family = FAMILY_ELEMENTWISE, .infer = infer_where,
     .cost = cost_where, .rule = "dequantize X and Y, quantize Z"},
    {MICROSOFT, .name = "ReduceSumInteger", .kind = OP_ANCHOR, .family = FAMILY_REDUCE,
     .infer = infer_sum, .cost = cost_sum, .rule = "elements(in) - N integer"},
    {MICROSOFT, .name = "MulInteger", .kind = OP_MAP, .family = FAMILY_ELEMENTWISE,
     .infer = infer_multiply, .cost = cost_multiply,
     .rule = "N integer; zero points 1 per element"},
    {MATMUL, .name = "DynamicQuantizeMatMul", .infer = infer_to_float, .cost = cost_dynamic,
     .rule = "macs = batch x M.N.K; 7 per element of A; scale N, bias N"},
    {MATMUL, .name = "MatMulIntegerToFloat", .infer = infer_to_float, .cost = cost_to_float,
     .rule = "macs = batch x M.N.K; scale N, bias N"},
    {MATMUL, .name = "QGemm", .infer = infer_gemm, .cost = cost_gemm,
     .rule = "macs = M.N.K; scale N, C elements(C)"},
    {MATMUL, .name = "QOrderedMatMul", .infer = infer_ordered_product, .cost = cost_ordered_product,
     .rule = "macs = batch x M.N.K; scale N, bias N, C 2 elements(C)"},
    {QUANTIZED, .name = "DynamicQuantizeLSTM", .kind = OP_ANCHOR, .family = FAMILY_RECURRENT,
     .infer = quantized_lstm_infer, .cost = cost_lstm,
     .rule = "as LSTM; 7 per element of X and of each hidden state; scales 2 per gate; estimated: "
             "lengths"},
    {LAYOUT, .name = "QuantizeWithOrder", .infer = infer_to_order, .cost = cost_to_order,
     .rule = "4 per element"},
    {LAYOUT, .name = "DequantizeWithOrder", .infer = infer_from_order, .cost = cost_from_order,
     .rule = "1 per element"},
    {0},
};
