/* ONNX Runtime's operators but attention: one case per counting rule, the figures by hand. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK_IN(domain, cases) data_case_check_domain(domain, cases, sizeof cases / sizeof *cases)
#define CHECK(cases)            CHECK_IN("com.microsoft", cases)

/* --- element by element: 10 elements where nothing else is said --- */

static void elementwise(void **state) {
    (void)state;
    static const data_case cases[] = {
        {"Gelu", 1, "fp32[2,5]", "", "fp32[2,5]", "vector 40 special 10 read 10 write 10"},
        {"ScaledSiLU", 1, "fp32[2,5]", "", "fp32[2,5]", "vector 50 special 10 read 10 write 10"},
        /* 16 biased; of 8 outputs Gelu 4 + 1 and a product */
        {"BiasSplitGelu", 1, "fp32[2,8] w:fp32[8]", "", "fp32[2,4]",
         "vector 56 special 8 read 16 8 write 8"},
        {"BiasSplitGelu", 1, "fp32[2,7] w:fp32[7]", "", "invalid", "halved"},
        {"BiasAdd", 1, "fp32[1,2,5] w:fp32[5] fp32[1,2,5]", "", "fp32[1,2,5]",
         "vector 20 read 10 5 10 write 10"},
        {"GatedAdd", 1, "fp32[2,5] fp32[2,5] fp32[2,1]", "", "fp32[2,5]",
         "vector 20 read 10 10 2 write 10"},
        {"BiasSoftmax", 1, "fp32[2,5] fp32[1,5]", "", "fp32[2,5]",
         "vector 50 special 10 read 10 5 write 10"},
        {"BiasDropout", 1, "fp32[2,5] w:fp32[5]", "", "fp32[2,5]", "vector 10 read 10 5 write 10"},
        /* bias, residual; in training a mask and a scale */
        {"BiasDropout", 1, "fp32[2,5] w:fp32[5] fp32[2,5] fp32[] bool[]{1}", "",
         "fp32[2,5] bool[2,5]", "vector 40 read 10 5 10 1 1 write 10 10"},
        /* 40 bits are two words */
        {"BitmaskDropout", 1, "fp32[2,20]", "", "fp32[2,20] uint32[2]", "read 40 write 40 2"},
        {"BitmaskBiasDropout", 1, "fp32[2,5] w:fp32[5]", "", "fp32[2,5] uint32[1]",
         "vector 10 read 10 5 write 10 1"},
        {"ComplexMul", 1, "fp32[2,4,2] fp32[4,2]", "", "fp32[2,4,2]",
         "vector 48 read 16 8 write 16"},
        {"ComplexMulConj", 1, "fp32[4,2] fp32[4,2]", "", "fp32[4,2]", "vector 24 read 8 8 write 8"},
        {"IsAllFinite", 1, "fp32[2,5] fp32[3]", "", "bool[]", "vector 13 read 10 3 write 1"},
        {"SampleOp", 1, "fp32[2,5]", "", "fp32[2,5]", "read 10 write 10"},
    };
    CHECK(cases);
}

/* --- normalizations: 2x3x4 = 24 elements in 6 rows where nothing else is said --- */

static void normalize(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 24.(7 + 2) + 6.3; 6.2 */
        {"SkipLayerNormalization", 1, "fp32[2,3,4] fp32[2,3,4] w:fp32[4] w:fp32[4] w:fp32[4]", "",
         "fp32[2,3,4] fp32[2,3,1] fp32[2,3,1] fp32[2,3,4]",
         "vector 234 special 12 read 24 24 4 4 4 write 24 6 6 24"},
        /* 24.(4 + 2) + 6.2 */
        {"SkipSimplifiedLayerNormalization", 1, "fp32[6,4] fp32[6,4] w:fp32[4] w:fp32[4]", "",
         "fp32[6,4]", "vector 156 special 12 read 24 24 4 4 write 24"},
        /* 24.(7 + 2) + 6.3; the mask is summed; no more rows than there are of segments */
        {"EmbedLayerNormalization", 1,
         "int32[2,3] int32[2,3] w:fp32[9,4] w:fp32[7,4] w:fp32[2,4] w:fp32[4] w:fp32[4] int32[2,3]",
         "", "fp32[2,3,4] int32[2]",
         "vector 234 special 12 integer 6 read 6 6 24 24 8 4 4 6 write 24 2 estimated"},
        /* and 3.24 + 4 + 4 elements dequantized with zero points */
        {"QEmbedLayerNormalization", 1,
         "int32[2,3] int32[2,3] w:uint8[9,4] w:uint8[7,4] w:uint8[2,4] w:uint8[4] w:uint8[4] - "
         "fp16[]",
         "", "fp16[2,3,4]", "vector 394 special 12 read 6 6 24 24 8 4 4 0 1 write 24 estimated"},
        /* 48 elements in 2 groups: 48.7 + 2.3; SiLU 4 + 1 */
        {"GroupNorm", 1, "fp16[1,2,3,8] w:fp32[8] w:fp32[8]", "groups=2 activation=1",
         "fp16[1,2,3,8]", "vector 534 special 52 read 48 8 8 write 48"},
        /* 48.(7 + 2) + 2.3 */
        {"SkipGroupNorm", 1, "fp16[1,8,2,3] w:fp32[8] w:fp32[8] fp16[1,8,2,3] w:fp16[8]",
         "groups=2 activation=0 channels_last=0", "fp16[1,8,2,3] fp16[1,8,2,3]",
         "vector 438 special 4 read 48 8 8 48 8 write 48 48"},
        {"GroupNorm", 1, "fp16[1,2,3,8] w:fp32[8] w:fp32[8]", "groups=3", "invalid", "3 groups"},
        /* 16 elements in rows of 4: 16.4 + 4.2; SiLU and a product 16.(4 + 1); 4.2 + 16 */
        {"GatedRMSNorm", 1, "fp32[2,8] w:fp32[4] fp32[2,8]", "", "fp32[2,8]",
         "vector 152 special 24 read 16 4 16 write 16"},
        /* sigmoid: 16.(3 + 1) */
        {"GatedRMSNorm", 1, "fp32[2,8] w:fp32[4] fp32[2,8]", "activation=sigmoid", "fp32[2,8]",
         "vector 136 special 24 read 16 4 16 write 16"},
        /* two branches of 4 in each row: 16.4 + 4.2; without a scale 16 less */
        {"BranchwiseRMSNorm", 1, "fp32[2,8] w:fp32[8]", "num_branches=2", "fp32[2,8]",
         "vector 72 special 8 read 16 8 write 16"},
        {"BranchwiseRMSNorm", 1, "fp32[2,2,4]", "", "fp32[2,2,4]",
         "vector 56 special 8 read 16 write 16"},
        /* 24 elements, 6 rows: two norms 2.(24.4 + 6.2); 24.2 + 6.5 + 6.3 + 24; 2.6.2 + 6 + 6; a
         * third norm of the result */
        {"EngramGate", 1, "fp32[1,2,3,4] fp32[1,2,3,4] fp32[1,2,4] w:fp32[3,4] w:fp32[3,4]", "",
         "fp32[1,2,3,4]", "vector 336 special 36 read 24 24 8 12 12 write 24"},
        {"EngramGate", 1,
         "fp32[1,2,3,4] fp32[1,2,3,4] fp32[1,2,4] w:fp32[3,4] w:fp32[3,4] w:fp32[3,4]", "",
         "fp32[1,2,3,4] fp32[1,2,3,4]", "vector 444 special 48 read 24 24 8 12 12 12 write 24 24"},
        /* 8.7 + 2.3, dequantized 8, quantized 8.4 */
        {"QOrderedLayerNormalization", 1, "int8[2,4] fp32[] w:fp32[4] w:fp32[4] fp32[]", "",
         "int8[2,4]", "vector 102 special 4 read 8 1 4 4 1 write 8"},
    };
    CHECK(cases);
}

/* --- convolutions and pools --- */

static void convolve(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 36 outputs of 2 channels x 4 taps; bias, sum, LeakyRelu 2 */
        {"NhwcConv", 1, "fp32[1,4,5,2] w:fp32[3,2,2,2]", "", "fp32[1,3,4,3]",
         "macs 288 read 40 24 write 36"},
        {"NhwcFusedConv", 1, "fp32[1,4,5,2] w:fp32[3,2,2,2] w:fp32[3] fp32[1,3,4,3]",
         "activation=LeakyRelu", "fp32[1,3,4,3]", "macs 288 vector 144 read 40 24 3 36 write 36"},
        {"FusedConv", 1, "fp32[1,2,4,5] w:fp32[3,2,2,2]", "activation=Unheard", "fp32[1,3,3,4]",
         "macs 288 vector ? special ? read 40 24 write 36"},
        /* padded to 5x5: 7 of 9 tap positions of each axis lie inside */
        {"NhwcConv", 1, "fp32[1,3,3,1] w:fp32[1,1,3,3]", "pads=1,1,1,1", "fp32[1,3,3,1]",
         "macs 81 valid 49 read 9 9 write 9"},
        /* a stride of 2 leaves a quarter of the input alone */
        {"NhwcConv", 1, "fp32[1,4,4,2] w:fp32[3,2,1,1]", "strides=2,2", "fp32[1,2,2,3]",
         "macs 24 read 8 6 write 12"},
        {"QLinearConv", 1,
         "uint8[1,4,5,2] fp32[] uint8[] w:int8[3,2,2,2] fp32[] int8[] fp32[] int8[] w:int32[3]",
         "channels_last=1", "int8[1,3,4,3]",
         "macs 288 vector 36 read 40 1 1 24 1 1 1 1 3 write 36"},
        /* 18 inputs x 4 channels x 9 taps; of 9 positions of each axis 7 stay: 2.4.7.7 */
        {"ConvTransposeWithDynamicPads", 1, "fp32[1,2,3,3] w:fp32[2,4,3,3] int64[4]{1 1 1 1}",
         "strides=2,2", "fp32[1,4,5,5]", "macs 648 valid 392 read 18 72 4 write 100"},
        {"ConvTransposeWithDynamicPads", 1, "fp32[1,2,3,3] w:fp32[2,4,3,3] int64[4] w:fp32[4]",
         "strides=2,2", "fp32[1,4,?,?]", "macs 648 vector ? read 18 72 4 4 write ?"},
        {"ConvTransposeWithDynamicPads", 1, "fp32[1,2,3,3] w:fp32[2,4,3,3] int64[3]", "", "invalid",
         "3 pads for 2 axes"},
        /* windows of 4 */
        {"NhwcMaxPool", 1, "uint8[1,4,4,3]", "kernel_shape=2,2 strides=2,2", "uint8[1,2,2,3]",
         "vector 36 read 48 write 12"},
        {"MaxpoolWithMask", 1, "fp32[1,3,4,4] int32[1,1,4,4]", "kernel_shape=2,2 strides=2,2",
         "fp32[1,3,2,2]", "vector 36 read 48 16 write 12"},
        /* 12.4, dequantized 48.2, quantized 12.5 */
        {"QLinearAveragePool", 1, "uint8[1,4,4,3] fp32[] uint8[] fp32[] uint8[]",
         "kernel_shape=2,2 strides=2,2 channels_last=1", "uint8[1,2,2,3]",
         "vector 204 read 48 1 1 1 1 write 12"},
        /* 3.16 + 48.2 + 3.5 */
        {"QLinearGlobalAveragePool", 1, "uint8[1,3,4,4] fp32[] uint8[] fp32[] uint8[]", "",
         "uint8[1,3,1,1]", "vector 159 read 48 1 1 1 1 write 3"},
    };
    CHECK(cases);
}

static void layouts(void **state) {
    (void)state;
    static const data_case blocked[] = {
        {"Conv", 1, "fp32[1,16,3,3] w:fp32[16,16,1,1]", "activation=Relu", "fp32[1,16,3,3]",
         "macs 2304 vector 144 read 144 256 write 144"},
        /* the weights say how many channels the input has */
        {"Conv", 1, "fp32[1,?,3,3] w:fp32[48,1,1,1]", "group=48", "fp32[1,48,3,3]",
         "macs 432 read 432 48 write 432"},
        {"MaxPool", 1, "fp32[1,16,2,2]", "kernel_shape=2,2", "fp32[1,16,1,1]",
         "vector 48 read 64 write 16"},
        {"AveragePool", 1, "fp32[1,16,2,2]", "kernel_shape=2,2", "fp32[1,16,1,1]",
         "vector 64 read 64 write 16"},
        {"GlobalMaxPool", 1, "fp32[1,16,2,2]", "", "fp32[1,16,1,1]", "vector 48 read 64 write 16"},
        {"GlobalAveragePool", 1, "fp32[1,16,2,2]", "", "fp32[1,16,1,1]",
         "vector 64 read 64 write 16"},
        {"ReorderInput", 1, "fp32[1,2,2,32]", "channels_last=1", "fp32[1,32,2,2]",
         "read 128 write 128"},
        /* how many channels fill a block depends on the machine */
        {"ReorderInput", 1, "fp32[1,24,2,2]", "", "fp32[1,?,2,2]", "read 96 write 96 estimated"},
        {"ReorderOutput", 1, "fp32[1,16,2,2]", "channels=10", "fp32[1,10,2,2]", "read 40 write 40"},
        {"ReorderOutput", 1, "fp32[1,?,2,3]", "channels=10 channels_last=1", "fp32[1,2,3,10]",
         "read 60 write 60"},
        {"ReorderOutput", 1, "fp32[1,16,2,2]", "", "invalid", "channels is 0"},
        /* linear over two axes: 3.(4 - 1) */
        {"Upsample", 1, "fp32[1,16,2,2]", "scales=1,1,2,3 mode=linear", "fp32[1,16,4,6]",
         "vector 3456 read 64 write 384"},
        {"Upsample", 1, "fp32[1,16,2,2]", "scales=1,1,2,3", "fp32[1,16,4,6]", "read 64 write 384"},
        {"Upsample", 1, "fp32[1,16,2,2]", "scales=2,3", "invalid", "4 positive integers"},
    };
    static const data_case last[] = {
        {"Conv", 1, "fp32[1,4,5,2] w:fp32[3,2,2,2] w:fp32[3]", "", "fp32[1,3,4,3]",
         "macs 288 vector 36 read 40 24 3 write 36"},
        {"MaxPool", 1, "fp32[1,4,4,3]", "kernel_shape=2,2 strides=2,2", "fp32[1,2,2,3]",
         "vector 36 read 48 write 12"},
        {"AveragePool", 1, "fp32[1,4,4,3]", "kernel_shape=2,2 strides=2,2", "fp32[1,2,2,3]",
         "vector 48 read 48 write 12"},
        {"GlobalAveragePool", 1, "fp32[1,4,4,3]", "", "fp32[1,1,1,3]", "vector 48 read 48 write 3"},
        {"GlobalMaxPool", 1, "fp32[1,4,4,3]", "", "fp32[1,1,1,3]", "vector 45 read 48 write 3"},
    };
    CHECK_IN("com.microsoft.nchwc", blocked);
    CHECK_IN("com.ms.internal.nhwc", last);
}

/* --- matrix products --- */

static void multiply(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* batches of 5 lie between rows and columns: 30 outputs of 4; alpha */
        {"FusedMatMul", 1, "fp32[3,5,4] fp32[5,4,2]", "transBatchA=1 alpha=0.5", "fp32[5,3,2]",
         "macs 120 vector 30 read 60 40 write 30"},
        {"FusedMatMul", 1, "fp32[4,5,3] fp32[2,5,4]",
         "transA=1 transBatchA=1 transB=1 transBatchB=1", "fp32[5,3,2]",
         "macs 120 read 60 40 write 30"},
        {"TransposeMatMul", 1, "fp32[3,2] fp32[3,4]", "transA=1", "fp32[2,4]",
         "macs 24 read 6 12 write 8"},
        {"FusedMatMulActivation", 1, "fp32[2,3] fp32[3,4]", "activation=Relu", "fp32[2,4]",
         "macs 24 vector 8 read 6 12 write 8"},
        {"FusedMatMulActivation", 1, "fp32[2,3] fp32[3,4]", "activation=Softmax", "fp32[2,4]",
         "macs 24 vector 32 special 8 read 6 12 write 8"},
        {"GemmFastGelu", 1, "fp32[2,3] w:fp32[3,4] w:fp32[4]", "", "fp32[2,4]",
         "macs 24 vector 72 special 8 read 6 12 4 write 8"},
        /* scales 8, Relu 8; C does not count unless beta is given */
        {"GemmFloat8", 1, "fp8e4m3[2,3] fp8e4m3[4,3] fp16[2,4] fp32[] fp32[]",
         "transB=1 dtype=10 activation=RELU", "fp16[2,4]",
         "macs 24 vector 16 read 6 12 8 1 1 write 8"},
        {"GemmFloat8", 1, "fp32[2,3] fp32[3,4] fp32[4]", "beta=1.0", "fp32[2,4]",
         "macs 24 vector 4 read 6 12 4 write 8"},
        {"GemmFloat8", 1, "fp32[2,3] fp32[3,4]", "dtype=99", "invalid", "99"},
        {"MatMulInteger16", 1, "int16[2,3] int16[3,4]", "", "int32[2,4]",
         "macs 24 read 6 12 write 8"},
        {"SparseToDenseMatMul", 1, "fp32[2,3] fp32[3,4]", "alpha=0.5", "fp32[2,4]",
         "macs 24 vector 8 read 6 12 write 8"},
        /* 2.32.5; 160 weights with zero points, bias 10 */
        {"MatMulNBits", 1, "fp16[2,32] w:uint8[5,1,16] w:fp16[5] w:uint8[5] - w:fp16[5]",
         "K=32 N=5 block_size=32", "fp16[2,5]", "macs 320 vector 330 read 64 80 5 5 0 5 write 10"},
        {"MatMulNBits", 1, "fp16[2,30] w:uint8[5,1,16] w:fp16[5]", "K=32 N=5", "invalid", "30"},
        {"MatMulBnb4", 1, "fp32[2,32] w:uint8[80] w:fp32[10]", "K=32 N=5", "fp32[2,5]",
         "macs 320 vector 160 read 64 80 10 write 10"},
        {"MatMulBnb4", 1, "fp32[2,5] w:uint8[80] w:fp32[10]", "K=32 N=5 transB=0", "fp32[2,32]",
         "macs 320 vector 160 read 10 80 10 write 64"},
        /* an offset unless another kind of block is named */
        {"MatMulFpQ4", 1, "fp32[2,32] w:uint8[100] int64[2]{32 5}", "", "fp32[2,5]",
         "macs 320 vector 320 read 64 100 2 write 10"},
        {"MatMulFpQ4", 1, "fp32[2,32] w:uint8[100] int64[2]{32 5}", "blk_quant_type=0", "fp32[2,5]",
         "macs 320 vector 160 read 64 100 2 write 10"},
        /* with a scale of its own A is quantized: 64.4 */
        {"MatMulBlockQuantizedFp8Weight", 1, "fp16[2,32] w:fp8e4m3[5,32] w:fp32[5,1] fp32[]", "",
         "fp16[2,5]", "macs 320 vector 416 read 64 160 5 1 write 10"},
        {"MatMulBlockQuantizedFp4Weight", 1,
         "fp16[2,32] w:uint8[5,16] w:uint8[5,2] fp32[] - w:fp16[5]", "", "fp16[2,5]",
         "macs 320 vector 170 read 64 80 10 1 0 5 write 10"},
        /* norm 64.4 + 2.2, sum 64, weights 2.160, biases 2.10, SiLU 10.4, product 10; 2.2 + 10 */
        {"MatMulNBitsMlp", 1,
         "fp32[2,32] fp32[2,32] w:fp32[32] w:uint8[5,1,16] w:fp32[5] w:fp32[5] w:uint8[5,1,16] "
         "w:fp32[5] w:fp32[5]",
         "K=32 N=5 activation=silu", "fp32[2,5] fp32[2,32]",
         "macs 640 vector 714 special 14 read 64 64 32 80 5 5 80 5 5 write 10 64"},
        /* 2.32.(8 + 4 + 4); norm 260, weights 512, one bias 2.4 */
        {"MatMulNBitsQkv", 1,
         "fp32[2,32] - w:fp32[32] w:uint8[8,1,16] w:fp32[8] - w:uint8[4,1,16] w:fp32[4] w:fp32[4] "
         "w:uint8[4,1,16] w:fp32[4]",
         "K=32 Nq=8 Nkv=4", "fp32[2,8] fp32[2,4] fp32[2,4]",
         "macs 1024 vector 780 special 4 read 64 0 32 128 8 0 64 4 4 64 4 write 16 8 8"},
    };
    CHECK(cases);
}

/* --- quantized operators --- */

static void quantize(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 6 sums; 6 and 3 dequantized, 6 quantized, all with zero points */
        {"QLinearAdd", 1, "uint8[2,3] fp32[] uint8[] uint8[3] fp32[] uint8[] fp32[] uint8[]", "",
         "uint8[2,3]", "vector 54 read 6 1 1 3 1 1 1 1 write 6"},
        {"QLinearMul", 1, "int8[2,3] fp32[] - int8[3] fp32[] - fp32[]", "", "int8[2,3]",
         "vector 39 read 6 1 0 3 1 0 1 write 6"},
        {"QLinearSigmoid", 1, "uint8[10] fp32[] uint8[] fp32[] uint8[]", "", "uint8[10]",
         "vector 100 special 10 read 10 1 1 1 1 write 10"},
        {"QLinearLeakyRelu", 1, "uint8[10] fp32[] uint8[] fp32[] uint8[]", "", "uint8[10]",
         "vector 90 read 10 1 1 1 1 write 10"},
        {"QLinearSoftmax", 1, "uint8[10] fp32[] uint8[] fp32[] uint8[]", "", "uint8[10]",
         "vector 110 special 10 read 10 1 1 1 1 write 10"},
        /* 24 to 8: 16 + 8, dequantized 24.2, quantized 8.5; the second input is no list of axes */
        {"QLinearReduceMean", 1, "uint8[2,3,4] fp32[]{2} uint8[] fp32[] uint8[]",
         "axes=1, keepdims=0", "uint8[2,4]", "vector 112 read 24 1 1 1 1 write 8"},
        /* 14 dequantized and quantized */
        {"QLinearConcat", 1, "fp32[] uint8[] uint8[2,3] fp32[] uint8[] uint8[2,4] fp32[] uint8[]",
         "axis=1", "uint8[2,7]", "vector 98 read 1 1 6 1 1 8 1 1 write 14"},
        {"QLinearConcat", 1, "fp32[] uint8[] uint8[2,3] fp32[] uint8[] uint8[3,4] fp32[] uint8[]",
         "axis=1", "invalid", "dimension 0"},
        /* 6 and 3 dequantized, 6 quantized */
        {"QLinearWhere", 1,
         "bool[2,1] uint8[2,3] fp32[] uint8[] uint8[3] fp32[] uint8[] fp32[] uint8[]", "",
         "uint8[2,3]", "vector 48 read 2 6 1 1 3 1 1 1 1 write 6"},
        {"ReduceSumInteger", 1, "uint8[2,3,4]", "axes=1, keepdims=1", "uint32[2,1,4]",
         "vector 16 read 24 write 8"},
        {"MulInteger", 1, "uint8[2,3] uint8[] uint8[3] uint8[]", "", "int32[2,3]",
         "vector 15 read 6 1 3 1 write 6"},
        /* scale and bias of 8, A of 6 quantized by 7 */
        {"DynamicQuantizeMatMul", 1, "fp32[2,3] w:int8[3,4] w:fp32[] w:int8[] w:fp32[4]", "",
         "fp32[2,4]", "macs 24 vector 58 read 6 12 1 1 4 write 8"},
        {"MatMulIntegerToFloat", 1, "uint8[2,3] w:int8[3,4] fp32[] fp32[]", "", "fp32[2,4]",
         "macs 24 vector 8 read 6 12 1 1 write 8"},
        /* scale 15, C 5 */
        {"QGemm", 1,
         "uint8[4,3] fp32[] uint8[] w:int8[5,4] fp32[] int8[] w:int32[5] fp32[] uint8[]",
         "transA=1 transB=1", "uint8[3,5]", "macs 60 vector 20 read 12 1 1 20 1 1 5 1 1 write 15"},
        {"QGemm", 1, "uint8[3,4] fp32[] uint8[] w:int8[4,5] fp32[] int8[]", "", "fp32[3,5]",
         "macs 60 vector 15 read 12 1 1 20 1 1 write 15"},
        /* scale and bias of 15, C twice */
        {"QOrderedMatMul", 1, "int8[1,3,4] fp32[] w:int8[4,5] fp32[] fp32[] fp32[5] int8[1,3,5]",
         "", "int8[1,3,5]", "macs 60 vector 60 read 12 1 20 1 1 5 15 write 15"},
        {"QOrderedGelu", 1, "int8[10] fp32[] fp32[]", "", "int8[10]",
         "vector 90 special 10 read 10 1 1 write 10"},
        {"QuantizeWithOrder", 1, "fp16[2,5] fp32[]", "", "int8[2,5]",
         "vector 40 read 10 1 write 10"},
        {"DequantizeWithOrder", 1, "int8[2,5] fp32[]", "to=10", "fp16[2,5]",
         "vector 10 read 10 1 write 10"},
        /* 6 steps of 5 hidden: 120 gates of 9; bias 120, sigmoids 90.3, 30.4; X 24.7, states 30.7,
         * scales 120.2; 90 + 60 */
        {"DynamicQuantizeLSTM", 1, "fp32[3,2,4] w:int8[1,4,20] w:int8[1,5,20] w:fp32[1,40]",
         "hidden_size=5", "fp32[3,1,2,5] fp32[1,2,5] fp32[1,2,5]",
         "macs 1080 vector 1128 special 150 read 24 80 100 40 write 30 10 10"},
    };
    CHECK(cases);
}

/* --- mixtures of experts --- */

static void mix(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 6 tokens choose 2 of 4 experts of 8.16 + 16.8: 12.256; biases 12.24, Relu 12.16; softmax
         * 24.(4 + 1), top 2 24.2, weighted 12.8, added 6.8 */
        {"MoE", 1, "fp32[6,8] fp32[6,4] w:fp32[4,16,8] w:fp32[4,16] w:fp32[4,8,16] w:fp32[4,8]",
         "k=2", "fp32[6,8]",
         "macs 3072 vector 768 special 24 read 48 24 512 64 512 32 write 48 estimated"},
        /* one token reads 2 of 4 experts; SiLU 4 + 1 and the third layer's gate on 2.16; 4.(4 + 1),
         * 4.2, normalized 2.2, 2.8 + 8 */
        {"MoE", 1, "fp32[1,1,8] fp32[1,4] w:fp32[4,16,8] - w:fp32[4,8,16] - w:fp32[4,16,8]",
         "k=2 activation_type=silu normalize_routing_weights=1", "fp32[1,1,8]",
         "macs 768 vector 212 special 36 read 8 4 256 0 256 0 256 write 8 estimated"},
        /* 64.32 + 32.32 weights of 4 bits: 2 experts dequantized; SwiGLU on 2.32; 16 + 8 + 64 + 32
         */
        {"QMoE", 1,
         "fp32[1,32] fp32[1,4] w:uint8[4,64,16] w:fp32[4,64] - w:uint8[4,32,16] "
         "w:fp32[4,32]",
         "k=2 activation_type=swiglu swiglu_fusion=1", "fp32[1,32]",
         "macs 6144 vector 6584 special 68 read 32 4 2048 128 0 1024 64 write 32 estimated"},
        /* 8 and 2 bits: 16.8 + 8.64 weights, with zero points twice */
        {"QMoE", 1,
         "fp32[1,8] fp32[1,4] w:uint8[4,16,8] w:fp32[4,16] - w:uint8[4,8,16] w:fp32[4,8] - - - - "
         "w:uint8[4,16] w:uint8[4,2]",
         "fc1_expert_weight_bits=8 fc2_expert_weight_bits=2 activation_type=identity", "fp32[1,8]",
         "macs 640 vector 1308 special 4 read 8 4 128 16 0 128 8 0 0 0 0 16 2 write 8 estimated"},
        {"MoE", 1, "fp32[6,8] fp32[6,4] w:fp32[4,16,8] - w:fp32[4,8,16]", "k=5", "invalid",
         "5 of 4"},
    };
    CHECK(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elementwise), cmocka_unit_test(normalize), cmocka_unit_test(convolve),
        cmocka_unit_test(layouts),     cmocka_unit_test(multiply),  cmocka_unit_test(quantize),
        cmocka_unit_test(mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
