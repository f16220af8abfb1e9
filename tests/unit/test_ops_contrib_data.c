/* ONNX Runtime's own movement, signals and searches: one case per counting rule, the figures by
 * hand; what is opaque; and its operators with inputs that make no sense. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CHECK(cases) data_case_check_domain("com.microsoft", cases, sizeof cases / sizeof *cases)

/* --- movement --- */

static void movement(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 3 of 6 rows of 32 elements of 4 bits */
        {"GatherBlockQuantized", 1, "w:uint8[6,16] int64[3] w:fp16[6,1]", "bits=4 block_size=32",
         "fp16[3,32]", "vector 96 read 48 3 3 write 96 estimated"},
        {"GatherBlockQuantized", 1, "w:int4[2,6,32] int64[2,2] w:fp32[2,6,2] w:int4[2,6,2]",
         "gather_axis=1 quantize_axis=2", "fp32[2,2,2,32]",
         "vector 512 read 256 4 16 16 write 256 estimated"},
        {"GatherBlockQuantized", 1, "w:uint8[6,16] int64[3] w:fp16[6,1]", "bits=3", "invalid",
         "bits is 3"},
        {"TorchEmbedding", 1, "w:fp32[9,4] int64[2,1]", "", "fp32[2,1,4]",
         "read 8 2 write 8 estimated"},
        {"GatherND", 1, "fp32[2,3,4] int64[2,2]", "", "fp32[2,4]", "read 8 4 write 8 estimated"},
        {"ExpandDims", 1, "int64[2]{7 8} int32[]{-1}", "", "int64[2,1]{7 8}", "read 2 1 write 2"},
        {"ExpandDims", 1, "fp32[2,3] int32[]", "", "fp32[*]", NULL},
        {"ExpandDims", 1, "fp32[2,3] int32[]{4}", "", "invalid", "axis 4"},
        /* windows at 0 and 4 */
        {"UnfoldTensor", 1, "fp32[2,9]", "size=3 step=4", "fp32[2,2,3]", "read 12 write 12"},
        {"UnfoldTensor", 1, "fp32[2,9]", "size=10", "invalid", "windows of 10"},
        {"RemovePadding", 1, "fp32[2,4,3] int32[2]{3 2}", "",
         "fp32[5,3] int32[2,4] int32[3] int32[1]", "read 15 2 write 15 8 3 1"},
        {"RemovePadding", 1, "fp32[2,4,3] int32[2]", "", "fp32[?,3]",
         "read 24 2 write 24 estimated"},
        {"RestorePadding", 1, "fp32[5,3] int32[2,4]", "", "fp32[2,4,3]", "read 15 8 write 24"},
        {"Pad", 1, "fp32[2,3] int64[1,4]{0 1 2 0}", "", "fp32[4,4]", "read 6 4 write 16"},
        {"Trilu", 1, "fp32[3,3]", "", "fp32[3,3]", "read 6 write 9"},
        /* steps of 1 unless told otherwise */
        {"Range", 1, "int32[]{1} int32[]{4}", "", "int32[3]{1 2 3}", "vector 3 read 1 1 write 3"},
        {"Range", 1, "fp32[1]{1} fp32[1]{2} fp32[1]{0.5}", "", "fp32[2]{1 1.5}",
         "vector 2 read 1 1 1 write 2"},
        {"GridSample", 1, "fp32[1,1,4,4] fp32[1,1,1,2]", "", "fp32[1,1,1,1]",
         "vector 17 read 4 2 write 1 estimated"},
        /* 120 samples of 10 */
        {"CropAndResize", 1, "fp32[1,2,9,9] fp32[3,4] int32[3] int32[2]{4 5}", "", "fp32[3,2,4,5]",
         "vector 1200 read 162 12 3 2 write 120 estimated"},
        {"CropAndResize", 1, "fp32[1,2,9,9] fp32[3,4] int32[3] int32[2]{4 5}", "mode=nearest",
         "fp32[3,2,4,5]", "read 120 12 3 2 write 120 estimated"},
        /* 6 elements sorted in 3 comparisons each */
        {"Unique", 1, "fp32[6]", "", "fp32[?] int64[6] int64[?]", "vector 18 read 6 write ? 6 ?"},
    };
    CHECK(cases);
}

/* --- signals, searches, text --- */

static void other(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 2 real transforms of 8: 2.5.8.3 */
        {"Rfft", 1, "fp32[2,8]", "", "fp32[2,5,2]", "vector 120 read 16 write 20"},
        {"Irfft", 1, "fp32[2,5,2]", "", "fp32[2,8]", "vector 120 read 20 write 16"},
        {"Rfft", 1, "fp32[8]", "signal_ndim=2", "invalid", "2 dimensions"},
        {"Inverse", 1, "fp32[2,3,3]", "", "fp32[2,3,3]", "vector 108 read 18 write 18"},
        {"Inverse", 1, "fp32[2,3,4]", "", "invalid", "square"},
        /* 15 pairs of rows of 4: 4 differences, 4 squares, 3 sums */
        {"CDist", 1, "fp32[3,4] fp32[5,4]", "", "fp32[3,5]", "vector 165 read 12 20 write 15"},
        {"CDist", 1, "fp32[3,4] fp32[5,4]", "metric=euclidean", "fp32[3,5]",
         "vector 165 special 15 read 12 20 write 15"},
        /* no path is longer than 9 */
        {"DynamicTimeWarping", 1, "fp32[4,6]", "", "int32[2,?]",
         "vector 72 read 24 write 18 estimated"},
        /* two words each: 2.11 + 9 */
        {"MurmurHash3", 1, "int64[3]", "", "uint32[3]", "integer 93 read 3 write 3"},
        {"MurmurHash3", 1, "int8[3]", "positive=0", "int32[3]", "integer 60 read 3 write 3"},
        /* 4 pairs of 2 tokens in each of 2 rows */
        {"NGramRepeatBlock", 1, "int64[2,5] fp32[2,9]", "ngram_size=2", "fp32[2,9]",
         "integer 16 read 10 18 write 18 estimated"},
        /* 6 places of 3 tokens, 7 predictions; 4 tokens so far */
        {"BifurcationDetector", 1, "int64[6] int64[4] int64[] int64[7]", "", "int64[?] int64[]",
         "integer 25 read 6 4 1 7 write 11 1 estimated"},
        /* 4 words of 5 places: 5 filters of 3.6; bias, tanh, maximum */
        {"WordConvEmbedding", 1, "int32[4,7] w:fp32[5,1,3,6] w:fp32[5] w:fp32[200,6]", "",
         "fp32[4,5]", "macs 1800 vector 200 special 100 read 28 90 5 168 write 20 estimated"},
        /* 10 tokens of 3 products and 2 xors; 40 ids */
        {"NGramHashMapping", 1, "int64[2,5] w:int64[3] w:int64[4]",
         "max_ngram_size=3 n_head_per_ngram=2 pad_id=0", "int64[2,5,4] int64[2,2]",
         "integer 90 read 10 3 4 write 40 4"},
        {"VarlenNGramHashMapping", 1, "int64[5] w:int64[3] w:int64[4] int32[3] - w:int64[4]",
         "max_ngram_size=3 n_head_per_ngram=2 pad_id=0", "int64[5,4] int64[2,2]",
         "integer 65 read 5 3 4 3 0 4 write 20 4"},
        {"Tokenizer", 1, "string[2,3]", "", "string[2,3,?]", NULL},
        {"BeamSearch", 1, "int32[2,4] int32[1]{20} - int32[1]{3} int32[1]{2}", "vocab_size=9",
         "int32[2,2,20] fp32[2,2] fp32[16,2,3,9]", NULL},
        {"WhisperBeamSearch", 1, "fp32[2,80,300] int32[1]{20} - int32[1]{3} int32[1]{2}",
         "model_type=2", "int32[2,2,20]", NULL},
        {"GreedySearch", 1, "int32[2,4] int32[1]{20}", "", "int32[2,20]", NULL},
        {"Sampling", 1, "int32[2,4] int32[1]", "vocab_size=9", "int32[2,?] fp32[2,9]", NULL},
    };
    CHECK(cases);
}

/* What cannot be seen is unknown, and not nothing. */
static void opaque(void **state) {
    (void)state;
    static const char *const operators[] = {"BeamSearch",       "GreedySearch", "Sampling",
                                            "Tokenizer",        "EPContext",    "Snpe",
                                            "WhisperBeamSearch"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        op_case *c = op_case_new("com.microsoft", operators[i], 1);
        data_case_add_inputs(c, "int32[2,4]");
        op_run(c, 1);
        assert_true(c->work.is_unknown);
        op_case_free(c);
    }
    op_case *c = op_case_new("com.microsoft", "EPContext", 1);
    c->values[CASE_MAX].declared = (type){
        .kind = TYPE_TENSOR, .elem = DT_FLOAT16, .rank = 2, .dims = (dim[]){{3, NULL}, {-1, "n"}}};
    op_run(c, 1);
    assert_int_equal(op_out(c, 0)->elem, DT_FLOAT16);
    assert_true(dims_are(op_out(c, 0), 2, (count[]){3, UNKNOWN}));
    op_case_free(c);
}

/* Integers are multiplied where weights are integers. */
static void precision(void **state) {
    (void)state;
    static const struct {
        const char *op, *inputs, *attributes;
        dtype multiplied;
    } cases[] = {
        {"QAttention", "uint8[1,3,6] w:int8[6,24] w:fp32[24] fp32[] fp32[]", "num_heads=2",
         DT_INT8},
        {"MatMulIntegerToFloat", "uint8[2,3] w:int8[3,4] fp32[] fp32[]", "", DT_INT8},
        {"MatMulBlockQuantizedFp8Weight", "fp16[2,32] w:fp8e4m3[5,32] w:fp32[5,1] fp32[]", "",
         DT_FLOAT8E4M3FN},
        {"MatMulBlockQuantizedFp8Weight", "fp16[2,32] w:fp8e4m3[5,32] w:fp32[5,1]", "", DT_UNKNOWN},
        {"MatMulNBits", "fp16[2,32] w:uint8[5,1,16] w:fp16[5]", "K=32 N=5", DT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        op_case *c = op_case_new("com.microsoft", cases[i].op, 1);
        data_case_add_inputs(c, cases[i].inputs);
        data_case_add_attributes(c, cases[i].attributes);
        op_run(c, 1);
        assert_int_equal(c->work.precision, cases[i].multiplied);
        op_case_free(c);
    }
}

/* --- nothing that a file can say is too strange --- */

static void run_strange(const op_def *op, const char *input, const char *attributes) {
    enum { MANY = 20 };
    op_case *c = op_case_new(op->domain, op->name, 1);
    for (int i = 0; i < MANY; i++)
        data_case_add_inputs(c, input);
    data_case_add_attributes(c, attributes);
    op_run(c, 4);
    if (c->error.status == ROOF_OK)
        assert_true(c->work.macs >= UNKNOWN && c->work.vector >= UNKNOWN &&
                    c->work.special >= UNKNOWN && c->work.integer >= UNKNOWN);
    op_case_free(c);
}

static void strange(void **state) {
    (void)state;
    static const char *const inputs[] = {"fp32[*] ",
                                         "fp32[] ",
                                         "fp32[0] ",
                                         "fp32[?] ",
                                         "int64[3] ",
                                         "int64[2]{-1 9} ",
                                         "fp32[0,0] ",
                                         "uint8[3,5] ",
                                         "fp32[2,?,8] ",
                                         "fp32[0,0,0] ",
                                         "fp16[1,2,3,4] ",
                                         "fp32[1,0,3,0] ",
                                         "int8[?,?,?,?] ",
                                         "fp32[2,2,2,2,2] ",
                                         "uint8[4,4,4,4,4,4] ",
                                         "bool[]{1} ",
                                         "fp32[9223372036854775807,9223372036854775807] ",
                                         "string[3,4] ",
                                         "- "};
    static const char *const attributes[] = {
        "",
        "num_heads=2 kv_num_heads=2 q_num_heads=2 K=8 N=8 Nq=8 Nkv=8 kernel_shape=1,1 groups=1 "
        "window=1 size=1 k=1 max_ngram_size=2 n_head_per_ngram=1 channels=1 axes=0, to=1",
        "num_heads=9223372036854775807 kv_num_heads=-1 q_num_heads=0 K=-1 N=9223372036854775807 "
        "Nq=0 Nkv=-5 groups=0 window=-1 size=-1 step=0 k=-1 axis=99 dim=-99 channels=-1 bits=5 "
        "gather_axis=77 signal_ndim=-3 state_window=9223372036854775807 dilation=-1 axes=99, "
        "local_window_size=9223372036854775807 max_ngram_size=-9 ngram_size=-1 to=-1 dtype=-1 "
        "scales=0, num_branches=9223372036854775807",
    };
    for (size_t row = 0; op_row(row); row++) {
        const op_def *op = op_row(row);
        if (strncmp(op->domain, "com.m", 5))
            continue;
        for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
            for (size_t a = 0; a < sizeof attributes / sizeof *attributes; a++)
                run_strange(op, inputs[i], attributes[a]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(movement),  cmocka_unit_test(other),   cmocka_unit_test(opaque),
        cmocka_unit_test(precision), cmocka_unit_test(strange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
