/* ONNX Runtime's attention and its positions: one case per counting rule, the figures by hand. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK(cases) data_case_check_domain("com.microsoft", cases, sizeof cases / sizeof *cases)

/* --- as many heads of keys as of queries: 2, of 4 elements --- */

static void multi_head(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 5 past and 1 new key in buffers of 9: 12 scores of 8; scale and softmax 12.5; only what
         * is filled is read and written */
        {"MultiHeadAttention", 1,
         "fp32[1,1,8] fp32[1,1,8] fp32[1,1,8] - - - fp32[1,2,9,4] fp32[1,2,9,4] int32[1]{5}",
         "num_heads=2", "fp32[1,1,8] fp32[1,2,9,4] fp32[1,2,9,4]",
         "macs 96 vector 60 special 12 read 8 8 8 0 0 0 40 40 1 write 8 48 48"},
        /* nobody says how much is filled: 9 keys, 18 scores */
        {"MultiHeadAttention", 1,
         "fp32[1,1,8] fp32[1,1,8] fp32[1,1,8] - - - fp32[1,2,9,4] fp32[1,2,9,4] int32[1]",
         "num_heads=2", "fp32[1,1,8]",
         "macs 144 vector 90 special 18 read 8 8 8 0 0 0 64 64 1 write 8 estimated"},
        /* causal, 2 past: queries see 3 4 5 of 5: 30 scores, 24 valid; mask */
        {"MultiHeadAttention", 1,
         "fp32[1,3,8] fp32[1,3,8] fp32[1,3,8] - - - fp32[1,2,2,4] fp32[1,2,2,4]",
         "num_heads=2 unidirectional=1", "fp32[1,3,8] fp32[1,2,5,4] fp32[1,2,5,4] fp32[1,2,3,5]",
         "macs 240 valid 192 vector 180 special 30 read 24 24 24 0 0 0 16 16 write 24 40 40 30"},
        /* packed (B, S, H, 3, D) and (B, L, H, 2, D) */
        {"MultiHeadAttention", 1, "fp32[1,3,2,3,4]", "num_heads=2", "fp32[1,3,8]",
         "macs 144 vector 90 special 18 read 72 write 24"},
        {"MultiHeadAttention", 1, "fp32[1,3,8] fp32[1,5,2,2,4]", "num_heads=2", "fp32[1,3,8]",
         "macs 240 vector 150 special 30 read 24 80 write 24"},
        /* queries, keys and values of the only token in one row */
        {"DecoderMaskedMultiHeadAttention", 1, "fp32[1,1,24]", "num_heads=2", "fp32[1,1,8]",
         "macs 16 vector 10 special 2 read 24 write 8"},
        /* cross attention to 6 keys, which have their bias: 12 scores, bias 8, mask 12 */
        {"DecoderMaskedMultiHeadAttention", 1,
         "fp32[1,1,8] fp32[1,2,6,4] fp32[1,2,6,4] int32[1,6] - - - - - - w:fp32[24]", "num_heads=2",
         "fp32[1,1,8]", "macs 96 vector 80 special 12 read 8 48 48 6 0 0 0 0 0 0 24 write 8"},
        {"MultiHeadAttention", 1, "fp32[1,3,8]", "", "invalid", "num_heads"},
        {"MultiHeadAttention", 1, "fp32[3,8]", "num_heads=2", "invalid", "3 or 5"},
        {"MultiHeadAttention", 1, "fp32[*]", "num_heads=2", "fp32[*]",
         "macs ? vector ? special ? read ? write ?"},
        /* sequences of 1 2 4: 21 pairs, 42 scores; bias 7.24 */
        {"PackedMultiHeadAttention", 1,
         "fp32[7,8] fp32[7,8] fp32[7,8] w:fp32[24] int32[3,4] int32[4]{0 1 3 7}", "num_heads=2",
         "fp32[7,8]", "macs 336 vector 378 special 42 read 56 56 56 24 12 4 write 56"},
        /* unknown: each token meets 4, 28 pairs; no fewer than equal lengths, 49 / 3 = 16 */
        {"PackedMultiHeadAttention", 1, "fp32[7,2,3,4] - - - int32[3,4] int32[4]", "num_heads=2",
         "fp32[7,8]",
         "macs 448 valid 256 vector 280 special 56 read 168 0 0 0 12 4 write 56 estimated"},
    };
    CHECK(cases);
}

/* --- shared heads: 4 of queries, 2 of keys, of 4 elements --- */

#define HEADS "num_heads=4 kv_num_heads=2"

static void grouped(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 16 scores, causal 3 of 4; scale, mask, softmax 6 */
        {"GroupQueryAttention", 1, "fp32[1,2,16] fp32[1,2,8] fp32[1,2,8] - - int32[1] int32[]{2}",
         HEADS, "fp32[1,2,16] fp32[1,2,2,4] fp32[1,2,2,4]",
         "macs 128 valid 96 vector 96 special 16 read 32 16 16 0 0 1 1 write 32 16 16"},
        {"GroupQueryAttention", 1, "fp32[1,2,32] - - - - int32[1] int32[]{2}", HEADS " causal=0",
         "fp32[1,2,16]", "macs 128 vector 96 special 16 read 64 0 0 0 0 1 1 write 32"},
        /* 6 of 9 keys, 24 scores 6; keys and values: 8 new quantized by 4, 48 dequantized */
        {"GroupQueryAttention", 1,
         "fp32[1,1,16] fp32[1,1,8] fp32[1,1,8] int8[1,2,9,4] int8[1,2,9,4] int32[1] int32[]{6}",
         HEADS " k_quant_type=PER_TENSOR v_quant_type=PER_TENSOR",
         "fp32[1,1,16] int8[1,2,9,4] int8[1,2,9,4]",
         "macs 192 vector 304 special 24 read 16 8 8 40 40 1 1 write 16 48 48"},
        /* two int4 to a byte */
        {"GroupQueryAttention", 1,
         "fp32[1,1,16] fp32[1,1,8] fp32[1,1,8] uint8[1,2,9,2] uint8[1,2,9,2] int32[1] int32[]{6}",
         HEADS, "fp32[1,1,16] uint8[1,2,9,2] uint8[1,2,9,2]",
         "macs 192 vector 144 special 24 read 16 8 8 20 20 1 1 write 16 24 24"},
        /* 8 + 4 heads of tokens: rotated 12.4.3, RMS norm 48.4 + 12.2; sink 8 of 1 + 1 */
        {"GroupQueryAttention", 1,
         "fp32[1,2,16] fp32[1,2,8] fp32[1,2,8] - - int32[1] int32[]{2} fp32[9,2] fp32[9,2] - - "
         "fp32[4] - - fp32[4] fp32[4]",
         HEADS " do_rotary=1", "fp32[1,2,16]",
         "macs 128 valid 96 vector 464 special 48 read 32 16 16 0 0 1 1 4 4 0 0 4 0 0 4 4 write "
         "32"},
        /* a cache of 8 slides along 12 tokens: 9 keys, 6 of them in the window; softcap 2 + 1 */
        {"GroupQueryAttention", 1,
         "fp32[1,1,16] fp32[1,1,8] fp32[1,1,8] fp32[1,2,8,4] fp32[1,2,8,4] int32[1] int32[]{12}",
         HEADS " sliding_window_cache=1 local_window_size=6 softcap=30.0",
         "fp32[1,1,16] fp32[1,2,8,4] fp32[1,2,8,4]",
         "macs 288 valid 192 vector 288 special 72 read 16 8 8 64 64 1 1 write 16 64 64"},
        /* 4 keys in caches of 9; which blocks count is data: at least one key for each query */
        {"SparseAttention", 1,
         "fp32[1,2,16] fp32[1,2,8] fp32[1,2,8] fp32[1,2,9,4] fp32[1,2,9,4] int32[1,3] int32[1,3] "
         "int32[]{4} int32[1]",
         HEADS, "fp32[1,2,16] fp32[1,2,9,4] fp32[1,2,9,4]",
         "macs 256 valid 64 vector 192 special 32 read 32 16 16 16 16 3 3 1 1 write 32 32 32 "
         "estimated"},
        /* 3 tokens after 2 and 4 after none: 15 + 16 pairs, causal 12 + 10; 9 keys in the cache */
        {"PagedAttention", 1,
         "fp16[7,16] fp16[7,8] fp16[7,8] fp16[8,4,2,4] fp16[8,4,2,4] int32[3]{0 3 7} "
         "int32[2]{2 0} int32[2,2]",
         HEADS, "fp16[7,16] fp16[8,4,2,4] fp16[8,4,2,4]",
         "macs 992 valid 704 vector 744 special 124 read 112 56 56 72 72 3 2 4 write 112 56 56"},
        /* unknown: each token meets two blocks of 4, at least itself */
        {"PagedAttention", 1,
         "fp16[7,32] - - fp16[8,4,2,4] fp16[8,4,2,4] int32[3] int32[2] int32[2,2]", HEADS,
         "fp16[7,16]",
         "macs 1792 valid 224 vector 1344 special 224 read 224 0 0 128 128 3 2 4 write 112 "
         "estimated"},
        /* latent: values are 3 of the 4 elements of the only cache; 6 pairs of 4 + 3 */
        {"PagedAttention", 1,
         "fp16[2,8] fp16[2,4] - fp16[8,4,1,4] - int32[2]{0 2} int32[1]{1} int32[1,1]",
         "num_heads=2 kv_num_heads=1 kv_cache_layout=LATENT v_head_size=3", "fp16[2,6]",
         "macs 84 valid 70 vector 72 special 12 read 16 8 0 12 0 2 1 1 write 12"},
        {"GroupQueryAttention", 1, "fp32[1,2,16]", "num_heads=4 kv_num_heads=3", "invalid",
         "4 heads sharing 3"},
        {"PagedAttention", 1, "fp32[1,2,16]", HEADS, "invalid", "must be 2"},
    };
    CHECK(cases);
}

/* --- with projections: 6 elements in, 2 heads of 4 --- */

static void projected(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 3.6.24; 5 past: 48 scores of 8; bias 72, scores 48.5 */
        {"Attention", 1, "fp32[1,3,6] w:fp32[6,24] w:fp32[24] - fp32[2,1,2,5,4]", "num_heads=2",
         "fp32[1,3,8] fp32[2,1,2,8,4]",
         "macs 816 vector 312 special 48 read 18 144 24 0 80 write 24 128"},
        {"DecoderMaskedSelfAttention", 1,
         "fp32[1,1,6] w:fp32[6,24] w:fp32[24] - fp32[2,1,2,9,4] - int32[1]{5}", "num_heads=2",
         "fp32[1,1,8] fp32[2,1,2,9,4]",
         "macs 240 vector 84 special 12 read 6 144 24 0 80 0 1 write 8 96"},
        /* bias and scales 72 each, 18 scores of 5 */
        {"QAttention", 1, "uint8[1,3,6] w:int8[6,24] w:fp32[24] fp32[] fp32[]", "num_heads=2",
         "fp32[1,3,8]", "macs 576 vector 234 special 18 read 18 144 24 1 1 write 24"},
        /* and projections 72, scores 18 and result 24 quantized by 4 */
        {"QOrderedAttention", 1,
         "int8[1,3,6] fp32[] fp32[] fp32[] fp32[] w:int8[6,8] w:int8[6,8] w:int8[6,8] fp32[] "
         "fp32[] "
         "fp32[] w:fp32[8] w:fp32[8] w:fp32[8]",
         "num_heads=2", "int8[1,3,8]",
         "macs 576 vector 690 special 18 read 18 1 1 1 1 48 48 48 1 1 1 8 8 8 write 24"},
        /* 7.6.24; sequences of 1 2 4: 42 scores of 8 */
        {"PackedAttention", 1, "fp32[7,6] w:fp32[6,24] w:fp32[24] int32[3,4] int32[4]{0 1 3 7}",
         "num_heads=2", "fp32[7,8]",
         "macs 1344 vector 378 special 42 read 42 144 24 12 4 write 56"},
        /* 4 elements, 2 heads of 2: projection 8.4.12, global 17.4.4, 128 scores of 4; of 64 pairs
         * 34 lie in the window; bias 96 + 68, scores 128.6 */
        {"LongformerAttention", 1,
         "fp32[1,8,4] w:fp32[4,12] w:fp32[12] fp32[1,8] w:fp32[4,12] w:fp32[12] int32[1,8]",
         "num_heads=2 window=2", "fp32[1,8,4]",
         "macs 1168 valid 656 vector 932 special 128 read 32 48 12 8 48 12 8 write 32 estimated"},
        /* scales once more of 96 + 68; 164 + 128 + 32 quantized by 4 */
        {"QOrderedLongformerAttention", 1,
         "int8[1,8,4] fp32[] w:int8[4,12] fp32[] w:fp32[12] fp32[] fp32[] fp16[1,8] w:int8[4,12] "
         "fp32[] w:fp32[12] fp32[] int32[1,8] fp32[]",
         "num_heads=2 window=2", "int8[1,8,4]",
         "macs 1168 valid 656 vector 2392 special 128 read 32 1 48 1 12 1 1 8 48 1 12 1 8 1 write "
         "32 estimated"},
        /* self attention: 3.8 queries, keys and values of 8; 18 scores of 8 */
        {"DecoderAttention", 1,
         "fp32[3,1,8] fp32[5,1,8] w:fp32[8,8] w:fp32[8,16] w:fp32[24] - - - bool[]{0} bool[]{0} "
         "bool[]{1} bool[]{0}",
         "num_heads=2", "fp32[3,1,8] fp32[1,2,3,4] fp32[1,2,3,4]",
         "macs 720 vector 162 special 18 read 24 40 64 128 24 0 0 0 1 1 1 1 write 24 24 24"},
        /* cross attention to 5 keys at hand: only queries are made */
        {"DecoderAttention", 1,
         "fp32[3,1,8] fp32[5,1,8] w:fp32[8,8] w:fp32[8,16] w:fp32[24] - fp32[1,2,5,4] "
         "fp32[1,2,5,4] bool[]{1} bool[]{1} bool[]{1} bool[]{1}",
         "num_heads=2", "fp32[3,1,8]",
         "macs 432 vector 204 special 30 read 24 40 64 0 24 0 40 40 1 1 1 1 write 24"},
        {"DecoderAttention", 1,
         "fp32[3,1,8] fp32[5,1,8] w:fp32[8,8] w:fp32[8,16] w:fp32[24] - - - bool[] bool[] bool[] "
         "bool[]",
         "num_heads=2", "fp32[3,1,8] fp32[1,2,?,4]", NULL},
        {"Attention", 1, "fp32[1,3,6] w:fp32[6,24]", "num_heads=2 qkv_hidden_sizes=8,4,8",
         "invalid", "first two equal"},
        {"LongformerAttention", 1, "fp32[1,8,4] w:fp32[4,12]", "num_heads=2", "invalid", "window"},
    };
    CHECK(cases);
}

/* --- states instead of caches, and what is around them --- */

static void linear(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 2 query heads, 4 of values: 3.24 states, updated 4 times, read 4 times */
        {"LinearAttention", 1, "fp32[1,3,8] fp32[1,3,16] fp32[1,3,24]",
         "q_num_heads=2 kv_num_heads=4 update_rule=linear", "fp32[1,3,24] fp32[1,4,4,6]",
         "macs 576 read 24 48 72 write 72 96"},
        /* delta: updated twice; gates */
        {"LinearAttention", 1, "fp32[1,3,8] fp32[1,3,8] fp32[1,3,12]",
         "q_num_heads=2 kv_num_heads=2 state_window=3", "fp32[1,3,12] fp32[3,1,2,4,6]",
         "macs 432 vector 144 read 24 24 36 write 36 144"},
        {"LinearAttention", 1, "fp32[1,3,8] fp32[1,3,8] fp32[1,3,12]",
         "q_num_heads=2 kv_num_heads=3", "invalid", "cannot share"},
        /* 7.24 states, 4.2 + 4; gates 7.24.4, decays 28.(3 + 2), betas 28.(3 + 1), 28 rows of 4
         * made of length 1: 3 each and a root */
        {"GatedDeltaNet", 1,
         "fp16[7,2,4] fp16[7,2,4] fp16[7,4,6] int32[3] fp32[7,4] fp32[7,4] fp32[2,4,6,4]",
         "gate_activation=qwen beta_activation=sigmoid qk_l2_norm=1", "fp16[7,4,6] fp32[2,4,6,4]",
         "macs 2016 vector 1176 special 112 read 56 56 168 3 28 28 192 write 168 192"},
        /* packed: 2.2.4 + 4.6 in a row */
        {"GatedDeltaNet", 1, "fp16[7,40] - - - - - fp32[7,4,6,4]", "update_rule=linear",
         "fp16[7,4,6] fp32[7,4,6,4]", "macs 1344 read 280 0 0 0 0 0 672 write 168 672"},
        {"LinearAttentionGate", 1, "fp32[1,3,4] fp32[4] fp32[4] fp32[1,3,4]", "",
         "fp32[1,3,4] fp32[1,3,4]", "vector 72 special 36 read 12 4 4 12 write 12 12"},
        {"CausalConvWithState", 1, "fp32[1,4,5] w:fp32[4,1,3] w:fp32[4]", "activation=silu",
         "fp32[1,4,5] fp32[1,4,2]", "macs 60 vector 100 special 20 read 20 12 4 write 20 8"},
        {"CausalConvWithState", 1, "fp32[1,5,4] w:fp32[4,1,3]",
         "channels_last=1 dilation=2 state_window=2", "fp32[1,5,4] fp32[2,1,4,4]",
         "macs 60 read 20 12 write 20 32"},
        {"VarlenCausalConvWithState", 1,
         "fp32[7,4] w:fp32[4,1,3] int32[3] w:fp32[4] fp32[2,4,2] int32[2]",
         "state_update_capacity=2", "fp32[7,4] fp32[2,4,2] fp32[2,2,4]",
         "macs 84 vector 28 read 28 12 3 4 16 2 write 28 16 16"},
        {"HyperConnectionPreMix", 1, "fp32[2,4,5] fp32[2,4]", "", "fp32[2,5]",
         "vector 80 read 40 8 write 10"},
        {"HyperConnectionPreMix", 1, "fp32[2,20] fp32[2,4]", "num_branches=4", "fp32[2,5]",
         "vector 80 read 40 8 write 10"},
        {"HyperConnectionPostMix", 1, "fp32[2,4,5] fp32[2,5] fp32[2,4] fp32[2,4,4]", "",
         "fp32[2,4,5]", "macs 160 vector 80 read 40 10 8 32 write 40"},
    };
    CHECK(cases);
}

static void position(void **state) {
    (void)state;
    static const data_case cases[] = {
        {"RotaryEmbedding", 1, "fp32[1,2,3,8] int64[1,3] fp32[3,4] fp32[3,4]", "", "fp32[1,2,3,8]",
         "vector 144 read 48 3 12 12 write 48"},
        /* rows of 3 tokens out of 10 */
        {"MRotaryEmbedding", 1, "fp32[1,2,3,8] int64[3,1,3] fp32[10,4] fp32[10,4]", "",
         "fp32[1,2,3,8]", "vector 144 read 48 9 12 12 write 48 estimated"},
        /* 48 and 24 elements; sine and cosine of 24 */
        {"GemmaRotaryEmbedding", 1,
         "fp32[1,3,8] fp16[1,2,3,8] fp16[1,2,3,8] fp16[1,1,3,8] fp16[1,1,3,8]", "",
         "fp16[1,2,3,8] fp16[1,1,3,8]", "vector 216 special 48 read 24 48 48 24 24 write 48 24"},
        {"RelativePositionBias", 1, "w:fp32[32,4] int64[1]{5} int64[1]{5}", "", "fp32[1,4,5,5]",
         "vector 75 special 25 integer 25 read 128 1 1 write 100"},
        /* 10 heads of tokens of 4 to 6: bias 40 and 60, sums 10.4, sigmoids 20.(3 + 1), gate 10.4,
         * product 50 */
        {"GatedRelativePositionBias", 1,
         "fp32[1,5,8] w:fp32[8] fp32[1,2,5,5] w:fp32[4,6] w:fp32[6] w:fp32[1,2,1,1]", "num_heads=2",
         "fp32[1,2,5,5]", "macs 240 vector 290 special 20 read 40 8 50 24 6 2 write 50"},
    };
    CHECK(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multi_head), cmocka_unit_test(grouped),  cmocka_unit_test(projected),
        cmocka_unit_test(linear),     cmocka_unit_test(position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
