/* Products and attention. One case per counting rule, the figures by hand. */
#include "op_expect.h"

/* --- products --- */

static void matmul(void **state) {
    (void)state;
    static const expectation cases[] = {
        {"MatMul", 13, .in = {F(2, 3), F(3, 4)}, SHAPE(2, 4), .macs = 24},
        /* a vector on the left gains and loses rows: 5.4 results of 3 */
        {"MatMul", 13, .in = {F(3), F(5, 3, 4)}, SHAPE(5, 4), .macs = 60},
        {"MatMul", 13, .in = {F(5, 2, 3), F(3)}, SHAPE(5, 2), .macs = 30},
        {"MatMul", 13, .in = {F(3), F(3)}, .rank = 0, .macs = 3},
        /* batch 6 x 1 against 5: 30 products of 2x3 by 3x4 */
        {"MatMul", 13, .in = {F(6, 1, 2, 3), F(5, 3, 4)}, SHAPE(6, 5, 2, 4), .macs = 720},
        {"MatMulInteger", 10, .in = {T(DT_UINT8, 2, 3), T(DT_INT8, 3, 4)}, SHAPE(2, 4), .macs = 24},
        {"QLinearMatMul", 10,
         .in = {T(DT_UINT8, 2, 3), SCALAR(DT_FLOAT), SCALAR(DT_UINT8), T(DT_INT8, 3, 4),
                SCALAR(DT_FLOAT), SCALAR(DT_INT8), SCALAR(DT_FLOAT), SCALAR(DT_UINT8)},
         SHAPE(2, 4), .macs = 24},
        /* C has 4 elements */
        {"Gemm", 13, .in = {F(2, 3), F(4, 3), F(4)}, .options = {INT("transB", 1)}, SHAPE(2, 4),
         .macs = 24, .vector = 4},
        /* alpha: 8; beta.C: 2 x 4 */
        {"Gemm", 13, .in = {F(3, 2), F(3, 4), F(4)},
         .options = {INT("transA", 1), REAL("alpha", 0.5), REAL("beta", 2)}, SHAPE(2, 4),
         .macs = 24, .vector = 16},
        {"Gemm", 11, .in = {F(2, 3), F(3, 4)}, SHAPE(2, 4), .macs = 24},
        /* i j k */
        {"Einsum", 12, .in = {F(2, 3), F(3, 4)}, .options = {TEXT("equation", "ij,jk->ik")},
         SHAPE(2, 4), .macs = 24},
        /* implicit output, alphabetical: ik; the ellipsis before it */
        {"Einsum", 12, .in = {F(5, 2, 3), F(3, 4)}, .options = {TEXT("equation", "...ij, jk")},
         SHAPE(5, 2, 4), .macs = 120},
        /* attention scores: b h q k d = 2.3.4.5.6 */
        {"Einsum", 12, .in = {F(2, 4, 3, 6), F(2, 5, 3, 6)},
         .options = {TEXT("equation", "bqhd,bkhd->bhqk")}, SHAPE(2, 3, 4, 5), .macs = 720},
        /* nothing summed: an outer product, 6 mul */
        {"Einsum", 12, .in = {F(2), F(3)}, .options = {TEXT("equation", "i,j->ij")}, SHAPE(2, 3),
         .vector = 6},
        /* one operand: a sum of 12 to 3 takes 9 add; a transposition none; a trace sums 3 to 1 */
        {"Einsum", 12, .in = {F(3, 4)}, .options = {TEXT("equation", "ij->i")}, SHAPE(3),
         .vector = 9},
        {"Einsum", 12, .in = {F(3, 4)}, .options = {TEXT("equation", "ij->ji")}, SHAPE(4, 3)},
        {"Einsum", 12, .in = {F(3, 3)}, .options = {TEXT("equation", "ii")}, .rank = 0,
         .vector = 2},
        /* ij,jk: 2.3.4 = 24, then ik,kl: 2.4.5 = 40 */
        {"Einsum", 12, .in = {F(2, 3), F(3, 4), F(4, 5)},
         .options = {TEXT("equation", "ij,jk,kl->il")}, SHAPE(2, 5), .macs = 64},
        /* a is summed before b is met: 6 - 3 add, then 3.4 */
        {"Einsum", 12, .in = {F(2, 3), F(3, 4)}, .options = {TEXT("equation", "ab,bc->c")},
         SHAPE(4), .macs = 12, .vector = 3},
    };
    EXPECT_ALL(cases);
}

/* --- attention --- */

static void attention(void **state) {
    (void)state;
    /* heads 2, queries 3, keys 4, sizes 5 + 6: scores 24, macs 264; scale 1 + softmax 4+1 */
    static const expectation cases[] = {
        {"Attention", 23, .in = {F(1, 2, 3, 5), F(1, 2, 4, 5), F(1, 2, 4, 6)}, SHAPE(1, 2, 3, 6),
         .macs = 264, .vector = 120, .special = 24},
        /* the same, heads folded into the last dim; a mask adds 24, softcap 48 and 24 special */
        {"Attention", 23, .in = {F(1, 3, 10), F(1, 4, 10), F(1, 4, 12), F(3, 4)},
         .options = {INT("q_num_heads", 2), INT("kv_num_heads", 2), REAL("softcap", 20)},
         SHAPE(1, 3, 12), .macs = 264, .vector = 192, .special = 48},
        /* 4 query heads share 2; past 2 + 3 new = 5 keys: scores 4.3.5 = 60, sizes 8: 480; causal:
         * queries see 3 4 5 = 12 of 15: 384; mask 60 */
        {"Attention", 24,
         .in = {F(1, 4, 3, 4), F(1, 2, 3, 4), F(1, 2, 3, 4), NONE, F(1, 2, 2, 4), F(1, 2, 2, 4)},
         .options = {INT("is_causal", 1)}, SHAPE(1, 4, 3, 4), .macs = 480, .valid = 384,
         .vector = 360, .special = 60},
        /* a causal window of 2 keys over 4: 1 2 2 2 = 7 of 16 */
        {"Attention", 25, .in = {F(1, 1, 4, 1), F(1, 1, 4, 1), F(1, 1, 4, 1)},
         .options = {INT("is_causal", 1), INT("left_window_size", 1)}, SHAPE(1, 1, 4, 1),
         .macs = 32, .valid = 14, .vector = 96, .special = 16},
        /* one key before, one after: 2 3 3 2 = 10 of 16 */
        {"Attention", 25, .in = {F(1, 1, 4, 1), F(1, 1, 4, 1), F(1, 1, 4, 1)},
         .options = {INT("left_window_size", 1), INT("right_window_size", 1)}, SHAPE(1, 1, 4, 1),
         .macs = 32, .valid = 20, .vector = 96, .special = 16},
        /* 48 elements, of which half of each head of 8 */
        {"RotaryEmbedding", 23, .in = {F(1, 2, 3, 8), F(1, 3, 2), F(1, 3, 2)},
         .options = {INT("rotary_embedding_dim", 4)}, SHAPE(1, 2, 3, 8), .vector = 72},
        {"RotaryEmbedding", 23, .in = {F(1, 3, 16), F(9, 4), F(9, 4), T(DT_INT64, 1, 3)},
         .options = {INT("num_heads", 2)}, SHAPE(1, 3, 16), .vector = 144},
        /* 2 query heads on 1: per token 4.6 states, updated twice and read by 2: 24.(2 + 2).3;
         * gates 24.3 */
        {"LinearAttention", 27,
         .in = {F(1, 3, 8), F(1, 3, 4), F(1, 3, 6), NONE, F(1, 3, 1), F(1, 3, 1)},
         .options = {INT("q_num_heads", 2), INT("kv_num_heads", 1)}, SHAPE(1, 3, 12), .macs = 288,
         .vector = 72},
        /* 1.4.5 x 3 taps; bias 20; SiLU 4 and 1 */
        {"CausalConvWithState", 27, .in = {F(1, 4, 5), F(4, 1, 3), F(4)},
         .options = {TEXT("activation", "silu")}, SHAPE(1, 4, 5), .macs = 60, .vector = 100,
         .special = 20},
    };
    EXPECT_ALL(cases);
}

/* --- ONNX Runtime's operators --- */

static void contrib(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* conv of 4 outputs x 4 taps, bias 4, sum 4, relu 4 */
        {"FusedConv", MS, .in = {F(1, 1, 3, 3), F(1, 1, 2, 2), F(1), F(1, 1, 2, 2)},
         .options = {TEXT("activation", "Relu")}, SHAPE(1, 1, 2, 2), .macs = 16, .vector = 12},
        {"FusedMatMul", MS, .in = {F(5, 2, 3), F(5, 4, 3)},
         .options = {INT("transB", 1), REAL("alpha", 0.125)}, SHAPE(5, 2, 4), .macs = 120,
         .vector = 40},
        {"FusedGemm", MS, .in = {F(2, 3), F(3, 4), F(4)}, .options = {TEXT("activation", "Tanh")},
         SHAPE(2, 4), .macs = 24, .vector = 4, .special = 8},
        {"BiasGelu", MS, .in = {F(2, 5), F(5)}, SHAPE(2, 5), .vector = 50, .special = 10},
        {"FastGelu", MS, .in = {F(2, 5), F(5)}, SHAPE(2, 5), .vector = 90, .special = 10},
        {"QuickGelu", MS, .in = {F(10)}, SHAPE(10), .vector = 50, .special = 10},
        /* 24 elements in 6 rows: norm 24.7 + 6.3, skip and bias 48 */
        {"SkipLayerNormalization", MS, .in = {F(2, 3, 4), F(2, 3, 4), F(4), F(4), F(4)},
         SHAPE(2, 3, 4), .vector = 234, .special = 12},
        /* 24.4 + 6.2 + skip 24 */
        {"SkipSimplifiedLayerNormalization", MS, .in = {F(2, 3, 4), F(2, 3, 4), F(4)},
         SHAPE(2, 3, 4), .vector = 132, .special = 12},
        /* 24 elements in 6 rows of three tables: 24.7 + 6.3 + 24.2 */
        {"EmbedLayerNormalization", MS,
         .in = {T(DT_INT32, 2, 3), T(DT_INT32, 2, 3), F(99, 4), F(8, 4), F(2, 4), F(4), F(4)},
         SHAPE(2, 3, 4), .vector = 234, .special = 12},
        /* 2 rows x 64 x 16; weights 1024 scaled, with zero points twice; bias 32 */
        {"MatMulNBits", MS,
         .in = {F(1, 2, 64), T(DT_UINT8, 16, 2, 16), F(32), T(DT_UINT8, 16), NONE, F(16)},
         .options = {INT("K", 64), INT("N", 16), INT("bits", 4), INT("block_size", 32)},
         SHAPE(1, 2, 16), .macs = 2048, .vector = 2080},
        /* 2 heads of 4, 3 queries, 5 keys: scores 30, macs 240; bias on 24 + 40 + 40 */
        {"MultiHeadAttention", MS, .in = {F(1, 3, 8), F(1, 5, 8), F(1, 5, 8), F(24)},
         .options = {INT("num_heads", 2)}, SHAPE(1, 3, 8), .macs = 240, .vector = 254,
         .special = 30},
        /* 4 heads of 8 on 2, one new token after 5: scores 24, macs 384; 6 per score; rotary of 8:
         * 6 heads.8.3 */
        {"GroupQueryAttention", MS,
         .in = {F(1, 1, 32), F(1, 1, 16), F(1, 1, 16), F(1, 2, 5, 8), F(1, 2, 5, 8), T(DT_INT32, 1),
                LIST(6), F(99, 4), F(99, 4)},
         .options = {INT("num_heads", 4), INT("kv_num_heads", 2), INT("do_rotary", 1)},
         SHAPE(1, 1, 32), .macs = 384, .vector = 288, .special = 24},
        /* packed: (4 + 2.2).8 = 64 */
        {"GroupQueryAttention", MS,
         .in = {F(1, 3, 64), NONE, NONE, NONE, NONE, T(DT_INT32, 1), LIST(3)},
         .options = {INT("num_heads", 4), INT("kv_num_heads", 2)}, SHAPE(1, 3, 32), .macs = 576,
         .valid = 384, .vector = 216, .special = 36},
        /* projection 3 x 6 x 24 = 432 and bias 72; 2 heads of 4: scores 18, macs 144 */
        {"Attention", MS, .in = {F(1, 3, 6), F(6, 24), F(24)}, .options = {INT("num_heads", 2)},
         SHAPE(1, 3, 8), .macs = 576, .vector = 162, .special = 18},
        /* 10 add, 2 x 10 dequantized with zero point, 10 quantized with: 10 + 40 + 50 */
        {"QLinearAdd", MS,
         .in = {T(DT_UINT8, 10), SCALAR(DT_FLOAT), SCALAR(DT_UINT8), T(DT_UINT8, 10),
                SCALAR(DT_FLOAT), SCALAR(DT_UINT8), SCALAR(DT_FLOAT), SCALAR(DT_UINT8)},
         SHAPE(10), .vector = 100},
        {"QLinearSigmoid", MS,
         .in = {T(DT_UINT8, 10), SCALAR(DT_FLOAT), NONE, SCALAR(DT_FLOAT), SCALAR(DT_UINT8)},
         SHAPE(10), .vector = 90, .special = 10},
        /* 24 macs; A 6.7; scale 8, bias 8 */
        {"DynamicQuantizeMatMul", MS,
         .in = {F(2, 3), T(DT_INT8, 3, 4), SCALAR(DT_FLOAT), NONE, F(4)}, SHAPE(2, 4), .macs = 24,
         .vector = 58},
    };
    EXPECT_ALL(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matmul),
        cmocka_unit_test(attention),
        cmocka_unit_test(contrib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
