/* Recurrent layers, transforms, losses, optimizers, FlexAttention. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK_ALL(cases) data_case_check_all(cases, sizeof cases / sizeof *cases)
#define CHECK_DOMAIN(domain, cases)                                                                \
    data_case_check_domain(domain, cases, sizeof cases / sizeof *cases)

static attribute *add_attribute(op_case *c, const char *name, attribute_kind kind) {
    attribute *a = &c->attrs[c->node.n_attrs++];
    *a = (attribute){.name = name, .kind = kind, .n = 1};
    return a;
}

/* --- recurrent layers: 5 steps, 3 rows, 10 elements in, 20 hidden --- */

static void recurrent(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 15 steps of all rows. macs 15.80.30; vector: bias 15.80, 4.300, sigmoids 3.300.3;
         * special: 3.300 of sigmoids, 2.300 of tanh */
        {"LSTM", 14, "fp32[5,3,10] w:fp32[1,80,10] w:fp32[1,80,20] w:fp32[1,160]", "hidden_size=20",
         "fp32[5,1,3,20] fp32[1,3,20] fp32[1,3,20]",
         "macs 36000 vector 5100 special 1500 read 150 800 1600 160 write 300 60 60"},
        /* peepholes 6.300, clip 2.15.80 */
        {"LSTM", 7, "fp32[5,3,10] w:fp32[1,80,10] w:fp32[1,80,20] - - - - w:fp32[1,60]",
         "hidden_size=20 clip=1.5", "fp32[5,1,3,20]",
         "macs 36000 vector 8100 special 1500 read 150 800 1600 0 0 0 0 60 write 300"},
        /* both directions, batch first. macs 2.15.60.30; vector 5.600 + 2.600.3 */
        {"GRU", 14, "fp32[3,5,10] w:fp32[2,60,10] w:fp32[2,60,20]",
         "hidden_size=20 layout=1 direction=bidirectional", "fp32[3,5,2,20] fp32[3,2,20]",
         "macs 54000 vector 6600 special 1800 read 150 1200 2400 write 600 120"},
        /* the hidden size is that of the recurrence */
        {"RNN", 7, "fp16[5,3,10] w:fp16[1,20,10] w:fp16[1,20,20]", "", "fp16[5,1,3,20]",
         "macs 9000 special 300 read 150 200 400 write 300"},
        /* sequences of 5, 2 and 1 steps: 8 instead of 15 */
        {"RNN", 7, "fp32[5,3,10] fp32[1,20,10] fp32[1,20,20] - int32[3]{5 2 1}", "",
         "fp32[5,1,3,20]", "macs 4800 special 160 read 150 200 400 0 3 write 300"},
        {"RNN", 7, "fp32[5,3,10] fp32[1,20,10] fp32[1,20,20] - int32[3]", "", "fp32[5,1,3,20]",
         "macs 9000 special 300 read 150 200 400 0 3 write 300 estimated"},
        {"RNN", 7, "fp32[?,3,10] fp32[1,20,10] fp32[1,20,20]", "", "fp32[?,1,3,20] fp32[1,3,20]",
         "macs ? special ? read ? 200 400 write ? 60"},
        {"RNN", 7, "fp32[*] fp32[1,20,10] fp32[1,20,20]", "", "fp32[?,1,?,20]", NULL},
        {"RNN", 7, "fp32[3,10] fp32[1,20,10] fp32[1,20,20]", "", "invalid", NULL},
        {"LSTM", 7, "fp32[5,3,10] fp32[1,60,10] fp32[1,60,20]", "hidden_size=20", "invalid", NULL},
    };
    CHECK_ALL(cases);
}

/* Of 6 applications of named functions: 300 elements each. */
static void recurrent_functions(void **state) {
    (void)state;
    static const struct {
        const char *names[2];
        count vector, special;
    } cases[] = {
        {{"Relu", "Relu"}, 600, 0},
        {{"Tanh", "Affine"}, 600, 300},
        {{"ScaledTanh", "Sigmoid"}, 600 + 900, 600},
        {{"Tanh", "Guess"}, UNKNOWN, 300},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        op_case *c = op_case_new("", "RNN", 7);
        data_case_add_inputs(c, "fp32[5,3,10] fp32[2,20,10] fp32[2,20,20]");
        data_case_add_attributes(c, "direction=bidirectional");
        attribute *a = add_attribute(c, "activations", ATTR_STRINGS);
        a->strings = cases[i].names;
        a->n = 2;
        op_run(c, 1);
        assert_int_equal(c->work.vector, cases[i].vector);
        assert_int_equal(c->work.special, cases[i].special);
        op_case_free(c);
    }
}

/* --- transforms --- */

static void fourier(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* two real transforms of 8: 2.5.8.3 each */
        {"DFT", 20, "fp32[2,8,1]", "", "fp32[2,8,2]", "vector 120 read 16 write 32"},
        {"DFT", 20, "fp32[2,8,2]", "", "fp32[2,8,2]", "vector 240 read 32 write 32"},
        {"DFT", 20, "fp32[2,8,1]", "onesided=1", "fp32[2,5,2]", "vector 120 read 16 write 20"},
        /* back from 5 to 2.(5 - 1) */
        {"DFT", 20, "fp32[2,5,2]", "onesided=1 inverse=1", "fp32[2,8,1]",
         "vector 120 read 20 write 16"},
        {"DFT", 20, "fp32[2,5,2] int64[]{9}", "onesided=1 inverse=1", "fp32[2,9,1]", NULL},
        /* padded to 16: 2.5.16.4; cut to 4: 2.5.4.2, the rest is not read */
        {"DFT", 20, "fp32[2,8,1] int64[]{16}", "", "fp32[2,16,2]", "vector 320 read 16 1 write 64"},
        {"DFT", 20, "fp32[2,8,1] int64[]{4}", "", "fp32[2,4,2]", "vector 40 read 8 1 write 16"},
        /* 16 complex transforms of 4: 5.4.2 */
        {"DFT", 17, "fp32[2,8,4,2]", "axis=2", "fp32[2,8,4,2]", "vector 640 read 128 write 128"},
        {"DFT", 20, "fp32[2,8,4,2] - int64[]{-3}", "", "fp32[2,8,4,2]", NULL},
        /* whichever axis it is keeps its size, but for a half of it */
        {"DFT", 20, "fp32[2,8,2] - int64[]", "", "fp32[2,8,2]", "vector ? read 32 0 1 write 32"},
        {"DFT", 20, "fp32[2,8,2] - int64[]", "onesided=1", "fp32[?,?,2]", NULL},
        {"DFT", 20, "fp32[2,8,2] int64[]", "", "fp32[2,?,2]", NULL},
        {"DFT", 20, "fp32[2,?,2]", "onesided=1", "fp32[2,?,2]", NULL},
        {"DFT", 20, "fp32[2,8,2] - int64[]{-1}", "", "invalid", NULL},
        {"DFT", 17, "fp32[2,8,2]", "axis=5", "invalid", NULL},
        {"DFT", 20, "fp32[2,8,2] int64[]{-4}", "", "invalid", NULL},
        /* (128 - 16)/8 + 1 = 15 frames of 2.5.16.4, each element times the window's */
        {"STFT", 17, "fp32[1,128,1] int64[]{8} fp32[16]", "", "fp32[1,15,9,2]",
         "vector 2640 read 128 1 16 write 270"},
        {"STFT", 17, "fp32[1,128,2] int64[]{8} - int64[]{16}", "onesided=0", "fp32[1,15,16,2]",
         "vector 4800 read 256 1 0 1 write 480"},
        /* frames that leave gaps */
        {"STFT", 17, "fp32[1,128,1] int64[]{32} - int64[]{16}", "", "fp32[1,4,9,2]",
         "vector 640 read 64 1 0 1 write 72"},
        {"STFT", 17, "fp32[1,128,1] int64[]{8}", "", "fp32[1,1,65,2]", NULL},
        {"STFT", 17, "fp32[1,128,1] int64[] fp32[16] int64[]", "", "fp32[1,?,9,2]", NULL},
        {"STFT", 17, "fp32[1,128,1] int64[]{8} - int64[]", "", "fp32[1,?,?,2]", NULL},
        {"STFT", 17, "fp32[1,128,1] int64[]{0} - int64[]{16}", "", "invalid", NULL},
        {"STFT", 17, "fp32[1,8,1] int64[]{1} - int64[]{16}", "", "invalid", NULL},
        /* 9 bins of 4, 8 + 2 edges of 6 and 1 */
        {"MelWeightMatrix", 17, "int64[]{8} int64[]{16} int64[]{8192} fp32[]{0} fp32[]{4096}", "",
         "fp32[9,8]", "vector 96 special 10 read 1 1 1 1 1 write 72 estimated"},
        {"MelWeightMatrix", 17, "int64[] int64[]{16} int64[] fp32[] fp32[]", "output_datatype=11",
         "fp64[9,?]", NULL},
        {"MelWeightMatrix", 17, "int64[]{-8} int64[]{16} int64[] fp32[] fp32[]", "", "invalid",
         NULL},
    };
    CHECK_ALL(cases);
}

static void matrices(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 2.27/3 for each of two; 2.64/3 rounded down */
        {"Det", 11, "fp32[2,3,3]", "", "fp32[2]", "vector 36 read 18 write 2"},
        {"Det", 22, "fp32[4,4]", "", "fp32[]", "vector 42 read 16 write 1"},
        {"Det", 22, "fp32[?,4]", "", "fp32[]", "vector 42 read ? write 1"},
        {"Det", 22, "fp32[*]", "", "fp32[*]", NULL},
        {"Det", 22, "fp32[3,4]", "", "invalid", NULL},
        {"Det", 22, "fp32[4]", "", "invalid", NULL},
        {"Col2Im", 18, "fp32[1,10,5] int64[2]{5 5} int64[2]{1 5}", "", "fp32[1,2,5,5]",
         "vector 50 read 50 2 2 write 50"},
        {"Col2Im", 18, "fp32[1,10,12] int64[3]{3 4 5} int64[3]{1 1 5}", "", "fp32[1,2,3,4,5]",
         NULL},
        {"Col2Im", 18, "fp32[1,10,5] int64[2] int64[2]", "", "fp32[1,?,?,?]", NULL},
        {"Col2Im", 18, "fp32[1,10,5] int64[?] int64[?]", "", "fp32[*]", NULL},
        {"Col2Im", 18, "fp32[1,9,5] int64[2]{5 5} int64[2]{1 5}", "", "invalid", NULL},
        {"Col2Im", 18, "fp32[1,9,5] int64[2]{5 5} int64[2]{0 5}", "", "invalid", NULL},
        {"Col2Im", 18, "fp32[1,10,5] int64[2]{5 -5} int64[2]{1 5}", "", "invalid", NULL},
        {"Col2Im", 18, "fp32[10,5] int64[2]{5 5} int64[2]{1 5}", "", "invalid", NULL},
        /* 8 elements of 5 and 1, and one more for alpha */
        {"SwiGLU", 28, "fp32[2,4] fp32[2,4]", "", "fp32[2,4]",
         "vector 40 special 8 read 8 8 write 8"},
        {"SwiGLU", 28, "fp32[2,?] fp32[?,4]", "alpha=2.5", "fp32[2,4]",
         "vector 48 special 8 read ? ? write 8"},
        {"SwiGLU", 28, "fp32[2,4] fp32[2,5]", "", "invalid", NULL},
    };
    CHECK_ALL(cases);
}

/* --- training --- */

static void losses(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 18 labels, each picking one of 90 scores and one of 5 weights */
        {"NegativeLogLikelihoodLoss", 13, "fp32[3,5,6] int64[3,6]", "reduction=none", "fp32[3,6]",
         "vector 36 read 18 18 write 18"},
        {"NegativeLogLikelihoodLoss", 22, "fp32[3,5,6] int64[3,6] fp32[5]", "", "fp32[]",
         "vector 36 read 18 18 5 write 1"},
        {"NegativeLogLikelihoodLoss", 12, "fp32[3,5,6] int64[*]", "reduction=none", "fp32[3,6]",
         "vector 36 read 18 ? write 18"},
        {"NegativeLogLikelihoodLoss", 12, "fp32[*] int64[3,?]", "reduction=none", "fp32[3,?]",
         NULL},
        {"NegativeLogLikelihoodLoss", 12, "fp32[*] int64[*]", "reduction=none", "fp32[*]", NULL},
        {"NegativeLogLikelihoodLoss", 12, "fp32[3,5,6] int64[3]", "", "invalid", NULL},
        /* 15 scores of 4 and 1; 3 labels of 2 and 1 */
        {"SoftmaxCrossEntropyLoss", 13, "fp16[3,5] int64[3]", "reduction=sum", "fp16[] fp16[3,5]",
         "vector 66 special 18 read 15 3 write 1 15"},
    };
    CHECK_ALL(cases);
}

static void optimizers(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 5 parameters in two tensors */
        {"Adam", 1,
         "fp32[] int64[] fp32[2] fp32[3] fp32[2] fp32[3] fp32[2] fp32[3] fp32[2] fp32[3]", "",
         "fp32[2] fp32[3] fp32[2] fp32[3] fp32[2] fp32[3]",
         "vector 65 special 5 read 1 1 2 3 2 3 2 3 2 3 write 2 3 2 3 2 3"},
        {"Adagrad", 1, "fp32[] int64[] fp32[3] fp32[3] fp32[3]", "", "fp32[3] fp32[3]",
         "vector 24 special 3 read 1 1 3 3 3 write 3 3"},
        {"Momentum", 1, "fp32[] int64[] fp32[3] fp32[3] fp32[3]", "mode=standard",
         "fp32[3] fp32[3]", "vector 21 read 1 1 3 3 3 write 3 3"},
        {"Momentum", 1, "fp32[] int64[] fp32[3] fp32[3] fp32[3]", "mode=nesterov",
         "fp32[3] fp32[3]", "vector 27 read 1 1 3 3 3 write 3 3"},
        {"Momentum", 1, "fp32[] int64[] fp32[3] fp32[3]", "", "invalid", NULL},
        {"Gradient", 1, "fp32[3] fp32[4] fp32[5]", "xs$2 zs$1", "fp32[3] fp32[4]", NULL},
    };
    CHECK_DOMAIN("ai.onnx.preview.training", cases);
}

/* 2.4 heads of 8.6 scores: macs 384.(16 + 32), 5 and 1 per score. */
static void flex(void **state) {
    (void)state;
    static const data_case cases[] = {
        {"FlexAttention", 1, "fp32[2,4,8,16] fp32[2,2,6,16] fp32[2,2,6,32]", "", "fp32[2,4,8,32]",
         "macs 18432 vector 1920 special 384 read 1024 384 768 write 2048"},
        {"FlexAttention", 1, "fp32[2,8,64] fp32[2,6,64] fp32[2,6,64]", "", "invalid", NULL},
        {"FlexAttention", 1, "fp32[*] fp32[2,2,6,16] fp32[2,2,6,32]", "", "fp32[*]", NULL},
    };
    CHECK_DOMAIN("ai.onnx.preview", cases);
    op_case *c = op_case_new("ai.onnx.preview", "FlexAttention", 1);
    data_case_add_inputs(c, "fp32[2,4,8,16] fp32[2,4,6,16] fp32[2,4,6,32]");
    add_attribute(c, "score_mod", ATTR_GRAPH);
    op_run(c, 1);
    assert_int_equal(c->work.macs, 18432);
    assert_int_equal(c->work.vector, UNKNOWN);
    op_case_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recurrent), cmocka_unit_test(recurrent_functions),
        cmocka_unit_test(fourier),   cmocka_unit_test(matrices),
        cmocka_unit_test(losses),    cmocka_unit_test(optimizers),
        cmocka_unit_test(flex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
