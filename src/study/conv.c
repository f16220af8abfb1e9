/* A convolution, and a small model in which reshapes are put between two of them. */
#include "study/study.h"
#include <stdio.h>

/* --- convolution --- */

enum { KERNEL, RESOLUTION, CHANNELS, IN_CHANNELS, GROUPS, BATCH, STRIDE, DILATION };

static const roof_factor conv_factors[] = {
    [KERNEL] = {"kernel", "side of the square kernel", 3, NULL, 1, 1 << 16},
    [RESOLUTION] = {"resolution", "side of the square output", 28, NULL, 1, 1 << 20},
    [CHANNELS] = {"channels", "channels of the output", 128, NULL, 1, 1 << 24},
    [IN_CHANNELS] = {"in-channels", "channels of the input", 0, "channels", 1, 1 << 24},
    [GROUPS] = {"groups", "groups; as many as channels: depthwise", 1, NULL, 1, 1 << 24},
    [BATCH] = {"batch", "images", 1, NULL, 1, 1 << 24},
    [STRIDE] = {"stride", "steps of the kernel", 1, NULL, 1, 1 << 10},
    [DILATION] = {"dilation", "distance of the kernel's elements", 1, NULL, 1, 1 << 10},
};

static const roof_standard conv_standard[] = {
    {.factor = "kernel", .values = "1..11:+2"},
    {.factor = "resolution", .values = "7..224:x2"},
    {.factor = "channels", .values = "16..1024:x2"},
    {.factor = "groups", .values = "1..4096"},
    {.factor = "batch", .values = "1..64:x2"},
    {.factor = "stride", .values = "1..4"},
};

static bool conv_misfit(const int64_t *v, char why[LONGEST_WHY]) {
    const int64_t channels[] = {v[CHANNELS], v[IN_CHANNELS]};
    for (int i = 0; i < 2; i++)
        if (channels[i] % v[GROUPS] != 0)
            return snprintf(why, LONGEST_WHY, "%lld groups do not divide %lld channels",
                            (long long)v[GROUPS], (long long)channels[i]) > 0;
    return false;
}

value study_conv_node(builder *b, const char *name, value x, study_convolution c) {
    value w = add_weight(b, TEXT(b, "%s.weight", name), DT_FLOAT,
                         INTS(c.out, c.in / c.groups, c.kernel, c.kernel));
    /* size_in = size_out x stride = (size_out - 1) x stride + span - pads */
    int64_t span = c.dilation * (c.kernel - 1) + 1;
    int64_t pads = span > c.stride ? span - c.stride : 0, before = pads / 2;
    value y = add_tensor(b, TEXT(b, "%s.output", name));
    add_named_node(b, name, "Conv", IN(x, w),
                   ATTRIBUTES(INTS_ATTRIBUTE("dilations", c.dilation, c.dilation),
                              INT_ATTRIBUTE("group", c.groups),
                              INTS_ATTRIBUTE("kernel_shape", c.kernel, c.kernel),
                              INTS_ATTRIBUTE("pads", before, before, pads - before, pads - before),
                              INTS_ATTRIBUTE("strides", c.stride, c.stride)),
                   y);
    return y;
}

static void build_conv(builder *b, const int64_t *v) {
    int64_t side = v[RESOLUTION] * v[STRIDE];
    value x = study_input(b, "input", INTS(v[BATCH], v[IN_CHANNELS], side, side));
    value y = study_conv_node(b, "conv", x,
                              (study_convolution){.in = v[IN_CHANNELS],
                                                  .out = v[CHANNELS],
                                                  .kernel = v[KERNEL],
                                                  .groups = v[GROUPS],
                                                  .stride = v[STRIDE],
                                                  .dilation = v[DILATION]});
    study_output(b, y, "output", INTS(v[BATCH], v[CHANNELS], v[RESOLUTION], v[RESOLUTION]));
}

const study study_conv = {
    .name = "conv",
    .meaning = "a square convolution without bias, padded so that stride 1 keeps the resolution",
    .opset = 17,
    .ir_version = 8,
    ROWS_OF(factors, conv_factors),
    ROWS_OF(standard, conv_standard),
    .misfit = conv_misfit,
    .build = build_conv};

/* --- reshapes --- */

enum { RESHAPES, SMALL_RESOLUTION, SMALL_CHANNELS, SMALL_BATCH };

static const roof_factor reshape_factors[] = {
    [RESHAPES] = {"reshapes", "reshapes between the convolutions", 0, NULL, 0, 1000},
    [SMALL_RESOLUTION] = {"resolution", "side of the square images", 56, NULL, 1, 1 << 20},
    [SMALL_CHANNELS] = {"channels", "channels of both convolutions", 64, NULL, 1, 1 << 24},
    [SMALL_BATCH] = {"batch", "images", 1, NULL, 1, 1 << 24},
};

static const roof_standard reshape_standard[] = {
    {.factor = "reshapes", .values = "0..5"},
};

/* The last one gives the images back that the second convolution takes; those before turn them into
 * two other shapes in turn. */
static value reshape_often(builder *b, value x, const int64_t *v) {
    int64_t n = v[SMALL_BATCH], c = v[SMALL_CHANNELS], side = v[SMALL_RESOLUTION];
    const ints shapes[] = {INTS(n, c, side * side), INTS(n, c * side, side)};
    for (int64_t left = v[RESHAPES]; left > 0; left--) {
        ints shape = left == 1 ? INTS(n, c, side, side) : shapes[left % 2];
        value y = add_node(b, "", "Reshape", IN(x, constant_ints(b, "", shape)), NO_ATTRIBUTES);
        x = y;
    }
    return x;
}

static void build_reshape(builder *b, const int64_t *v) {
    int64_t channels = v[SMALL_CHANNELS], side = v[SMALL_RESOLUTION];
    study_convolution c = {
        .in = channels, .out = channels, .kernel = 3, .groups = 1, .stride = 1, .dilation = 1};
    value x = study_input(b, "input", INTS(v[SMALL_BATCH], channels, side, side));
    x = study_conv_node(b, "conv1", x, c);
    x = add_node(b, "", "Relu", IN(x), NO_ATTRIBUTES);
    x = study_conv_node(b, "conv2", reshape_often(b, x, v), c);
    study_output(b, x, "output", INTS(v[SMALL_BATCH], channels, side, side));
}

const study study_reshape = {.name = "reshape",
                             .meaning = "a 3x3 convolution, Relu, reshapes, and a 3x3 convolution",
                             .opset = 17,
                             .ir_version = 8,
                             ROWS_OF(factors, reshape_factors),
                             ROWS_OF(standard, reshape_standard),
                             .build = build_reshape};
