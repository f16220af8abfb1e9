/* ONNX Runtime's quantized operators: the plain operator between dequantized operands and a
 * quantized result; integer products with their scales in the epilogue. */
#include "ops/compute.h"

/* --- QLinearAdd, QLinearMul: A, its scale and zero point, B, ..., C's scale and zero point --- */

enum { A, A_ZERO = 2, B, B_ZERO = 5, C_ZERO = 7 };

static void infer_binary(site *s) {
    int rank;
    const fact *a = site_in(s, A), *b = site_in(s, B);
    const count *dims = site_broadcast(s, (const fact *[]){a, b}, 2, &rank);
    if (!site_failed(s))
        out_tensor(s, 0, fact_elem(a), rank, dims);
}

static void cost_binary(site *s, work *w) {
    count n = fact_elements(site_out(s, 0));
    work_add(w, n, 1, 0);
    work_dequantize(w, fact_elements(site_in(s, A)), site_in(s, A_ZERO) != NULL);
    work_dequantize(w, fact_elements(site_in(s, B)), site_in(s, B_ZERO) != NULL);
    work_quantize(w, n, site_in(s, C_ZERO) != NULL);
}

/* --- QLinearSigmoid, QLinearLeakyRelu, QLinearSoftmax: X, its scale and zero point, Y's --- */

enum { X_ZERO = 2, Y_ZERO = 4 };

static void add_conversions(site *s, work *w) {
    count n = fact_elements(site_out(s, 0));
    work_dequantize(w, n, site_in(s, X_ZERO) != NULL);
    work_quantize(w, n, site_in(s, Y_ZERO) != NULL);
}

static void cost_sigmoid(site *s, work *w) {
    work_add(w, fact_elements(site_out(s, 0)), 3, 1);
    add_conversions(s, w);
}

static void cost_leaky(site *s, work *w) {
    work_add(w, fact_elements(site_out(s, 0)), 2, 0);
    add_conversions(s, w);
}

static void cost_softmax(site *s, work *w) {
    work_softmax(w, fact_elements(site_out(s, 0)));
    add_conversions(s, w);
}

/* --- integer products that give floats --- */

static const matmul_form PRODUCT = {.a = 0, .b = 1};

/* The product, its scales, its bias: all at the precision of the weights. */
static void product_work(site *s, work *w, unsigned bias) {
    count n = fact_elements(site_out(s, 0));
    matmul_cost(s, w, PRODUCT);
    work_add(w, n, site_in(s, bias) ? 2 : 1, 0);
    w->precision = fact_elem(site_in(s, PRODUCT.b));
    w->accumulate = DT_INT32;
}

static void infer_dynamic(site *s) {
    matmul_form f = PRODUCT;
    f.out = fact_elem(site_in(s, 0));
    matmul_infer(s, f);
}

static void cost_dynamic(site *s, work *w) {
    enum { BIAS = 4 };
    product_work(s, w, BIAS);
    work_add(w, fact_elements(site_in(s, 0)), 7, 0); /* A is quantized on the way */
}

static void infer_to_float(site *s) {
    enum { A_SCALE = 2 };
    matmul_form f = PRODUCT;
    f.out = fact_elem(site_in(s, A_SCALE));
    matmul_infer(s, f);
}

static void cost_to_float(site *s, work *w) {
    enum { BIAS = 6 };
    product_work(s, w, BIAS);
}

#define QUANTIZED   .domain = "com.microsoft", .since = 1, .traits = OP_QUANTIZED | OP_FP32_VECTOR
#define PER_ELEMENT QUANTIZED, .kind = OP_MAP

const op_def ops_contrib_quantize[] = {
    {PER_ELEMENT, .name = "QLinearAdd", .family = FAMILY_ELEMENTWISE, .infer = infer_binary,
     .cost = cost_binary, .rule = "1 per element; dequantize A and B, quantize C"},
    {PER_ELEMENT, .name = "QLinearMul", .family = FAMILY_ELEMENTWISE, .infer = infer_binary,
     .cost = cost_binary, .rule = "1 per element; dequantize A and B, quantize C"},
    {PER_ELEMENT, .name = "QLinearSigmoid", .family = FAMILY_ACTIVATION, .infer = infer_like_input,
     .cost = cost_sigmoid, .rule = "3 and 1 special per element; dequantize X, quantize Y"},
    {PER_ELEMENT, .name = "QLinearLeakyRelu", .family = FAMILY_ACTIVATION,
     .infer = infer_like_input, .cost = cost_leaky,
     .rule = "2 per element; dequantize X, quantize Y"},
    {QUANTIZED, .name = "QLinearSoftmax", .kind = OP_ANCHOR, .family = FAMILY_NORM,
     .infer = infer_like_input, .cost = cost_softmax,
     .rule = "4 and 1 special per element; dequantize X, quantize Y"},
    {QUANTIZED, .name = "DynamicQuantizeMatMul", .kind = OP_ANCHOR, .family = FAMILY_MATMUL,
     .infer = infer_dynamic, .cost = cost_dynamic,
     .rule = "macs = batch x M.N.K; 7 per element of A; scale N, bias N"},
    {QUANTIZED, .name = "MatMulIntegerToFloat", .kind = OP_ANCHOR, .family = FAMILY_MATMUL,
     .infer = infer_to_float, .cost = cost_to_float,
     .rule = "macs = batch x M.N.K; scale N, bias N"},
    {0},
};
