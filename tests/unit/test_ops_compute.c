/* Windows: convolutions and pools. One case per counting rule, the figures by hand. */
#include "op_expect.h"
#include "ops/window.h"

/* --- windows against counting one by one --- */

static count slow_window(const window_axis *a, bool distinct) {
    unsigned char met[64] = {0};
    count pairs = 0, places = 0;
    for (count o = 0; o < a->out; o++)
        for (count j = 0; j < a->kernel; j++) {
            int64_t at = o * a->stride - a->begin + j * a->dilation;
            if (at < 0 || at >= a->in)
                continue;
            pairs++;
            places += !met[at];
            met[at] = 1;
        }
    return distinct ? places : pairs;
}

static void windows(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        unsigned r[7];
        for (int k = 0; k < 7; k++) {
            seed = seed * 1664525u + 1013904223u;
            r[k] = seed >> 16;
        }
        window w = {.axes = 1,
                    .axis = {{.in = r[0] % 40,
                              .out = r[1] % 20,
                              .kernel = 1 + r[2] % 8,
                              .stride = 1 + r[3] % 7,
                              .dilation = 1 + r[4] % 6,
                              .begin = (int)(r[5] % 30) - 12}}};
        if (window_valid(&w) != slow_window(&w.axis[0], false) ||
            window_touched(&w) != slow_window(&w.axis[0], true))
            fail_msg("in %lld out %lld kernel %lld stride %lld dilation %lld begin %lld",
                     (long long)w.axis[0].in, (long long)w.axis[0].out, (long long)w.axis[0].kernel,
                     (long long)w.axis[0].stride, (long long)w.axis[0].dilation,
                     (long long)w.axis[0].begin);
    }
}

/* --- convolutions --- */

static void conv(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* the course's 3x3 example: 4 kernels of 3x3, 3x3 outputs: 36 x 9 */
        {"Conv", 11, .in = {F(1, 1, 5, 5), F(4, 1, 3, 3)}, SHAPE(1, 4, 3, 3), .macs = 324},
        /* N = 2.8.4.4 = 256, Cin 3, 3x3: 6912; padding 1 on 4 outputs: taps valid per axis
         * 4+4+4-2 = 10 of 12, 100 of 144: 2.8.3.100 = 4800; bias 256 */
        {"Conv", 11, .in = {F(2, 3, 4, 4), F(8, 3, 3, 3), F(8)},
         .options = {INTS("pads", 1, 1, 1, 1)}, SHAPE(2, 8, 4, 4), .macs = 6912, .valid = 4800,
         .vector = 256},
        /* 1x1 of stride 2 touches rows and columns 0, 2, 4, 6 of 8: 16 of 64, 2 channels */
        {"Conv", 11, .in = {F(1, 2, 8, 8), F(3, 2, 1, 1)}, .options = {INTS("strides", 2, 2)},
         SHAPE(1, 3, 4, 4), .macs = 96, .touched = 32},
        /* depthwise: group 4, one channel each: 4.2.2 outputs x 9; of 5 all 5 are met */
        {"Conv", 11, .in = {F(1, 4, 5, 5), F(4, 1, 3, 3)},
         .options = {INT("group", 4), INTS("strides", 2, 2)}, SHAPE(1, 4, 2, 2), .macs = 144},
        /* dilation 2 spans 5 of 7: 3 outputs meet o + {0, 2, 4}: all 7 positions */
        {"Conv", 11, .in = {F(1, 1, 7), F(1, 1, 3)}, .options = {INTS("dilations", 2)},
         SHAPE(1, 1, 3), .macs = 9},
        /* stride 4, dilation 2, 2 taps: {0, 4} + {0, 2}: 0 2 4 6 of 8 */
        {"Conv", 11, .in = {F(1, 1, 8), F(1, 1, 2)},
         .options = {INTS("dilations", 2), INTS("strides", 4)}, SHAPE(1, 1, 2), .macs = 4,
         .touched = 4},
        /* SAME_UPPER: 3 outputs of 5 at stride 2; need 2.2+3 = 7, 1 before, 1 after; taps 2+3+2 */
        {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)},
         .options = {TEXT("auto_pad", "SAME_UPPER"), INTS("strides", 2)}, SHAPE(1, 1, 3), .macs = 9,
         .valid = 7},
        /* SAME_LOWER, kernel 2: 1 before; the first window has one valid tap: 8 - 1 */
        {"Conv", 11, .in = {F(1, 1, 4), F(1, 1, 2)}, .options = {TEXT("auto_pad", "SAME_LOWER")},
         SHAPE(1, 1, 4), .macs = 8, .valid = 7},
        /* VALID drops the pads: 3 outputs */
        {"Conv", 1, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {TEXT("auto_pad", "VALID")},
         SHAPE(1, 1, 3), .macs = 9},
        /* 3-D: 2^3 outputs x 2^3 taps x 2 channels */
        {"Conv", 22, .in = {F(1, 2, 3, 3, 3), F(1, 2, 2, 2, 2)}, SHAPE(1, 1, 2, 2, 2), .macs = 128},
        {"ConvInteger", 10, .in = {T(DT_UINT8, 1, 1, 3, 3), T(DT_INT8, 1, 1, 2, 2)},
         SHAPE(1, 1, 2, 2), .macs = 16},
        /* bias: 4 outputs */
        {"QLinearConv", 10,
         .in = {T(DT_UINT8, 1, 1, 3, 3), SCALAR(DT_FLOAT), SCALAR(DT_UINT8), T(DT_INT8, 1, 1, 2, 2),
                SCALAR(DT_FLOAT), SCALAR(DT_INT8), SCALAR(DT_FLOAT), SCALAR(DT_UINT8),
                T(DT_INT32, 1)},
         SHAPE(1, 1, 2, 2), .macs = 16, .vector = 4},
        /* 2 channels sampled at 4 places x 4 taps: 32 x 8; macs 4.2.4; bias 4 */
        {"DeformConv", 19, .in = {F(1, 2, 3, 3), F(1, 2, 2, 2), F(1, 8, 2, 2), F(1)},
         SHAPE(1, 1, 2, 2), .macs = 32, .vector = 32 * 8 + 4},
    };
    EXPECT_ALL(cases);
}

static void conv_transpose(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* 2.(3-1) + 3 = 7 per axis; input 2.9 = 18, Cout/group 4, 9 taps: 648; bias 4.49 */
        {"ConvTranspose", 11, .in = {F(1, 2, 3, 3), F(2, 4, 3, 3), F(4)},
         .options = {INTS("strides", 2, 2)}, SHAPE(1, 4, 7, 7), .macs = 648, .vector = 196},
        /* padding 1 cuts the first and last of 7: of 9 pairs 7 stay. output_padding adds 1 at the
         * end, giving back the last one: 8 */
        {"ConvTranspose", 11, .in = {F(1, 1, 3), F(1, 1, 3)},
         .options = {INTS("strides", 2), INTS("pads", 1, 1)}, SHAPE(1, 1, 5), .macs = 9,
         .valid = 7},
        {"ConvTranspose", 11, .in = {F(1, 1, 3), F(1, 1, 3)},
         .options = {INTS("strides", 2), INTS("pads", 1, 1), INTS("output_padding", 1)},
         SHAPE(1, 1, 6), .macs = 9, .valid = 8},
        /* SAME: 3.2 = 6 */
        {"ConvTranspose", 11, .in = {F(1, 1, 3), F(1, 1, 3)},
         .options = {INTS("strides", 2), TEXT("auto_pad", "SAME_UPPER")}, SHAPE(1, 1, 6), .macs = 9,
         .valid = 8},
        /* nothing to cut when the kernel is smaller than the stride: 2.2 + 1 */
        {"ConvTranspose", 11, .in = {F(1, 1, 3), F(1, 1, 1)},
         .options = {INTS("strides", 2), TEXT("auto_pad", "SAME_UPPER")}, SHAPE(1, 1, 5),
         .macs = 3},
        /* asked for 10 where 7 are reached: the rest stays zero */
        {"ConvTranspose", 11, .in = {F(1, 1, 3), F(1, 1, 3)},
         .options = {INTS("strides", 2), INTS("output_shape", 10)}, SHAPE(1, 1, 10), .macs = 9},
        /* groups: 4 inputs of 3, 1 output channel per group of 2: channels 2; 12 x 1 x 2 */
        {"ConvTranspose", 11, .in = {F(1, 4, 3), F(4, 1, 2)}, .options = {INT("group", 2)},
         SHAPE(1, 2, 4), .macs = 24},
    };
    EXPECT_ALL(cases);
}

/* --- pools --- */

static void pool(void **state) {
    (void)state;
    static const expectation cases[] = {
        /* 2.2.2 outputs of 9 elements: 8 max each; rows 0 to 4 of 6 are met: 2.25 */
        {"MaxPool", 12, .in = {F(1, 2, 6, 6)},
         .options = {INTS("kernel_shape", 3, 3), INTS("strides", 2, 2)}, SHAPE(1, 2, 2, 2),
         .vector = 64, .touched = 50},
        /* rounded up: 3 outputs per axis, all of 6 met: 18 x 8 */
        {"MaxPool", 12, .in = {F(1, 2, 6, 6)},
         .options = {INTS("kernel_shape", 3, 3), INTS("strides", 2, 2), INT("ceil_mode", 1)},
         SHAPE(1, 2, 3, 3), .vector = 144},
        /* a second window would start at 3, in the padding: dropped. 0 and 1 of 3 are met */
        {"MaxPool", 22, .in = {F(1, 1, 3)},
         .options = {INTS("kernel_shape", 2), INTS("strides", 3), INTS("pads", 0, 1),
                     INT("ceil_mode", 1)},
         SHAPE(1, 1, 1), .vector = 1, .touched = 2},
        /* nor where the strides fit exactly: 0, 4, 8 but not 12 of 3 + 9; 3 lies in front */
        {"MaxPool", 22, .in = {F(1, 1, 9)},
         .options = {INTS("kernel_shape", 1), INTS("strides", 4), INTS("pads", 3, 1),
                     INT("ceil_mode", 1)},
         SHAPE(1, 1, 3), .touched = 2},
        /* dilated: span 3 of 5: 3 outputs of 2 elements */
        {"MaxPool", 12, .in = {F(1, 1, 5)},
         .options = {INTS("kernel_shape", 2), INTS("dilations", 2)}, SHAPE(1, 1, 3), .vector = 3},
        {"AveragePool", 7, .in = {F(1, 2, 6, 6)},
         .options = {INTS("kernel_shape", 3, 3), INTS("strides", 3, 3)}, SHAPE(1, 2, 2, 2),
         .vector = 72},
        /* 2 outputs of 3: p = 2 by default: 2.3 - 1 and a root; p = 1 without; p = 3: 3 and 4 */
        {"LpPool", 11, .in = {F(1, 1, 6)}, .options = {INTS("kernel_shape", 3), INTS("strides", 3)},
         SHAPE(1, 1, 2), .vector = 10, .special = 2},
        {"LpPool", 11, .in = {F(1, 1, 6)},
         .options = {INTS("kernel_shape", 3), INTS("strides", 3), INT("p", 1)}, SHAPE(1, 1, 2),
         .vector = 10},
        {"LpPool", 1, .in = {F(1, 1, 6)},
         .options = {INTS("kernel_shape", 3), INTS("strides", 3), REAL("p", 3)}, SHAPE(1, 1, 2),
         .vector = 6, .special = 8},
        /* 2 channels of 12 */
        {"GlobalAveragePool", 1, .in = {F(1, 2, 3, 4)}, SHAPE(1, 2, 1, 1), .vector = 24},
        {"GlobalMaxPool", 1, .in = {F(1, 2, 3, 4)}, SHAPE(1, 2, 1, 1), .vector = 22},
        {"GlobalLpPool", 2, .in = {F(1, 2, 3, 4)}, SHAPE(1, 2, 1, 1), .vector = 46, .special = 2},
        /* windows of 4/2 x 6/2 = 6: 3.2.2.2 outputs x 5 */
        {"MaxRoiPool", 1, .in = {F(1, 2, 4, 6), F(3, 5)}, .options = {INTS("pooled_shape", 2, 2)},
         SHAPE(3, 2, 2, 2), .vector = 120},
        /* (2-1).2 + 2 = 4 */
        {"MaxUnpool", 11, .in = {F(1, 1, 2, 2), T(DT_INT64, 1, 1, 2, 2)},
         .options = {INTS("kernel_shape", 2, 2), INTS("strides", 2, 2)}, SHAPE(1, 1, 4, 4)},
        {"MaxUnpool", 11, .in = {F(1, 1, 2, 2), T(DT_INT64, 1, 1, 2, 2), LIST(1, 1, 5, 5)},
         .options = {INTS("kernel_shape", 2, 2), INTS("strides", 2, 2)}, SHAPE(1, 1, 5, 5)},
    };
    EXPECT_ALL(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows),
        cmocka_unit_test(conv),
        cmocka_unit_test(conv_transpose),
        cmocka_unit_test(pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
