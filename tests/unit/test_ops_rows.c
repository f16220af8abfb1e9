/* Norms, activations, quantization, reductions. One case per counting rule, the figures by
 * hand. */
#include "op_expect.h"

/* --- normalizations: 2x3x4 = 24 elements --- */

static void normalize(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"BatchNormalization", 9, .in = {F(2, 3, 4), F(3), F(3), F(3), F(3)}, SHAPE(2, 3, 4),
         .vector = 48},
        /* 24.7 + 3 channels.(3 + 2 updates of 3); 3.2 special */
        {"BatchNormalization", 15, .in = {F(2, 3, 4), F(3), F(3), F(3), F(3)},
         .options = {INT("training_mode", 1)}, SHAPE(2, 3, 4), .vector = 195, .special = 6},
        /* 6 rows: 24.7 + 6.3; 6.2 */
        {"InstanceNormalization", 6, .in = {F(2, 3, 4), F(3), F(3)}, SHAPE(2, 3, 4), .vector = 186,
         .special = 12},
        {"LayerNormalization", 17, .in = {F(2, 3, 4), F(4)}, SHAPE(2, 3, 4), .vector = 162,
         .special = 12},
        /* rows of 12: 24.7 + 2.3; 2.2 */
        {"LayerNormalization", 17, .in = {F(2, 3, 4), F(3, 4), F(3, 4)},
         .options = {INT("axis", 1)}, SHAPE(2, 3, 4), .vector = 174, .special = 4},
        /* 2 x 3 groups */
        {"GroupNormalization", 21, .in = {F(2, 3, 4), F(3), F(3)},
         .options = {INT("num_groups", 3)}, SHAPE(2, 3, 4), .vector = 186, .special = 12},
        {"RMSNormalization", 23, .in = {F(2, 3, 4), F(4)}, SHAPE(2, 3, 4), .vector = 108,
         .special = 12},
        {"SimplifiedLayerNormalization", 14, .in = {F(2, 3, 4), F(4)}, SHAPE(2, 3, 4),
         .vector = 108, .special = 12},
        /* 2.5 + 2 */
        {"LRN", 13, .in = {F(2, 3, 4)}, .options = {INT("size", 5)}, SHAPE(2, 3, 4), .vector = 288,
         .special = 24},
        /* rows along axis 1: 8 roots */
        {"LpNormalization", 1, .in = {F(2, 3, 4)}, .options = {INT("axis", 1)}, SHAPE(2, 3, 4),
         .vector = 72, .special = 8},
        {"LpNormalization", 1, .in = {F(2, 3, 4)}, .options = {INT("p", 1)}, SHAPE(2, 3, 4),
         .vector = 72},
        /* axes 0 2 3 leave 3 rows: 24.5 + 3.4; 3 */
        {"MeanVarianceNormalization", 13, .in = {F(2, 3, 4, 1)}, SHAPE(2, 3, 4, 1), .vector = 132,
         .special = 3},
        {"Softmax", 13, .in = {F(2, 3, 4)}, SHAPE(2, 3, 4), .vector = 96, .special = 24},
        /* 6 rows along the last axis; before version 13 2 rows of 12 */
        {"LogSoftmax", 13, .in = {F(2, 3, 4)}, SHAPE(2, 3, 4), .vector = 96, .special = 30},
        {"LogSoftmax", 11, .in = {F(2, 3, 4)}, SHAPE(2, 3, 4), .vector = 96, .special = 26},
        {"Hardmax", 13, .in = {F(2, 3, 4)}, SHAPE(2, 3, 4), .vector = 18},
        {"Hardmax", 1, .in = {F(2, 3, 4)}, SHAPE(2, 3, 4), .vector = 22},
    };
    EXPECT_ALL(cases);
}

/* --- element-wise: 10 elements --- */

static void activation(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"Relu", 14, .in = {F(10)}, SHAPE(10), .vector = 10},
        {"LeakyRelu", 6, .in = {F(10)}, SHAPE(10), .vector = 20},
        {"PRelu", 9, .in = {F(2, 5), F(5)}, SHAPE(2, 5), .vector = 20},
        {"Sigmoid", 13, .in = {F(10)}, SHAPE(10), .vector = 30, .special = 10},
        {"HardSigmoid", 6, .in = {F(10)}, SHAPE(10), .vector = 40},
        {"HardSwish", 14, .in = {F(10)}, SHAPE(10), .vector = 50},
        {"Swish", 24, .in = {F(10)}, SHAPE(10), .vector = 40, .special = 10},
        {"Swish", 24, .in = {F(10)}, .options = {REAL("alpha", 1.5)}, SHAPE(10), .vector = 50,
         .special = 10},
        {"Mish", 18, .in = {F(10)}, SHAPE(10), .vector = 20, .special = 30},
        {"Softplus", 1, .in = {F(10)}, SHAPE(10), .vector = 10, .special = 20},
        {"Softsign", 1, .in = {F(10)}, SHAPE(10), .vector = 30},
        {"Elu", 6, .in = {F(10)}, SHAPE(10), .vector = 30, .special = 10},
        {"Selu", 6, .in = {F(10)}, SHAPE(10), .vector = 50, .special = 10},
        {"Celu", 12, .in = {F(10)}, SHAPE(10), .vector = 50, .special = 10},
        {"Gelu", 20, .in = {F(10)}, SHAPE(10), .vector = 40, .special = 10},
        {"Gelu", 20, .in = {F(10)}, .options = {TEXT("approximate", "tanh")}, SHAPE(10),
         .vector = 80, .special = 10},
        {"ThresholdedRelu", 10, .in = {F(10)}, SHAPE(10), .vector = 10},
        {"Shrink", 9, .in = {F(10)}, SHAPE(10), .vector = 40},
        {"Tanh", 13, .in = {F(10)}, SHAPE(10), .special = 10},
        {"Erf", 13, .in = {F(10)}, SHAPE(10), .special = 10},
        {"Clip", 6, .in = {F(10)}, .options = {REAL("max", 6)}, SHAPE(10), .vector = 20},
        {"Clip", 13, .in = {F(10), NONE, SCALAR(DT_FLOAT)}, SHAPE(10), .vector = 20},
    };
    EXPECT_ALL(cases);
}

static void quantize(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"QuantizeLinear", 10, .in = {F(10), SCALAR(DT_FLOAT)}, SHAPE(10), .vector = 40},
        {"QuantizeLinear", 13, .in = {F(10), SCALAR(DT_FLOAT), SCALAR(DT_INT8)}, SHAPE(10),
         .vector = 50},
        {"DequantizeLinear", 13, .in = {T(DT_INT8, 2, 5), F(5)}, SHAPE(2, 5), .vector = 10},
        {"DequantizeLinear", 21, .in = {T(DT_INT4, 2, 8), F(2, 2), T(DT_INT4, 2, 2)},
         .options = {INT("block_size", 4)}, SHAPE(2, 8), .vector = 32},
        {"DynamicQuantizeLinear", 11, .in = {F(10)}, SHAPE(10), .vector = 70},
    };
    EXPECT_ALL(cases);
}

/* --- reductions of 2x3x4 = 24 elements --- */

static void reduce(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* to 2x1x4 = 8 */
        {"ReduceSum", 11, .in = {F(2, 3, 4)}, .options = {INTS("axes", 1)}, SHAPE(2, 1, 4),
         .vector = 16},
        {"ReduceSum", 13, .in = {F(2, 3, 4), LIST(-2)}, .options = {INT("keepdims", 0)},
         SHAPE(2, 4), .vector = 16},
        /* without axes: all, or none */
        {"ReduceMax", 13, .in = {F(2, 3, 4)}, SHAPE(1, 1, 1), .vector = 23},
        {"ReduceMin", 18, .in = {F(2, 3, 4)}, .options = {INT("noop_with_empty_axes", 1)},
         SHAPE(2, 3, 4)},
        {"ReduceProd", 18, .in = {F(2, 3, 4)}, .options = {INT("keepdims", 0)}, .rank = 0,
         .vector = 23},
        {"ReduceMean", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 24},
        {"ReduceL1", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 40},
        {"ReduceSumSquare", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 40},
        {"ReduceL2", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 40, .special = 8},
        {"ReduceLogSum", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 16,
         .special = 8},
        {"ReduceLogSumExp", 18, .in = {F(2, 3, 4), LIST(1)}, SHAPE(2, 1, 4), .vector = 16,
         .special = 32},
        {"ArgMax", 13, .in = {F(2, 3, 4)}, SHAPE(1, 3, 4), .vector = 24},
        {"ArgMin", 1, .in = {F(2, 3, 4)}, .options = {INT("axis", -1), INT("keepdims", 0)},
         SHAPE(2, 3), .vector = 24},
        {"CumSum", 14, .in = {F(2, 3, 4), SCALAR(DT_INT64)}, SHAPE(2, 3, 4), .vector = 24},
        {"CumProd", 26, .in = {F(2, 3, 4), SCALAR(DT_INT64)}, SHAPE(2, 3, 4), .vector = 24},
        /* k = 3: ceil(log2 3 + 1) = 3; k = 4: 3; k = 1: 1 */
        {"TopK", 1, .in = {F(2, 3, 4)}, .options = {INT("k", 3)}, SHAPE(2, 3, 3), .vector = 72},
        {"TopK", 11, .in = {F(2, 3, 4), LIST(4)}, SHAPE(2, 3, 4), .vector = 72},
        {"TopK", 11, .in = {F(2, 3, 4), LIST(1)}, .options = {INT("axis", 1)}, SHAPE(2, 1, 4),
         .vector = 24},
        /* axes not known: the rank is */
        {"ReduceSum", 13, .in = {F(2, 3, 4), T(DT_INT64, 1)}, SHAPE(-1, -1, -1), .vector = UNKNOWN},
        {"ReduceSum", 13, .in = {F(2, 3, 4), T(DT_INT64, 2)}, .options = {INT("keepdims", 0)},
         SHAPE(-1), .vector = UNKNOWN},
    };
    EXPECT_ALL(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalize),
        cmocka_unit_test(activation),
        cmocka_unit_test(quantize),
        cmocka_unit_test(reduce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
