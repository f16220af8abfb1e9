/* U-Net: four stages down, four up, 64 to 1024 channels, padded convolutions, transposed
 * convolutions on the way up, two classes. */
#include "models/layers.h"
#include "models/shapes.h"
#include "models/zoo.h"

enum { STAGES = 4, CHANNELS = 64, CLASSES = 2 };

static value double_conv(builder *b, const char *scope, value x, int64_t in, int64_t out) {
    x = conv(b, TEXT(b, "%s/double_conv/double_conv.0", scope), x,
             (conv_shape){.in = in, .out = out, .kernel = 3, .pad = 1});
    x = unary(b, TEXT(b, "%s/double_conv/double_conv.2", scope), "Relu", x);
    x = conv(b, TEXT(b, "%s/double_conv/double_conv.3", scope), x,
             (conv_shape){.in = out, .out = out, .kernel = 3, .pad = 1});
    return unary(b, TEXT(b, "%s/double_conv/double_conv.5", scope), "Relu", x);
}

static value down(builder *b, int stage, value x, int64_t in) {
    const char *scope = TEXT(b, "/down%d/maxpool_conv", stage);
    x = max_pool(b, TEXT(b, "%s/maxpool_conv.0", scope), x, 2, 2, 0);
    return double_conv(b, TEXT(b, "%s/maxpool_conv.1", scope), x, in, 2 * in);
}

/* Twice the size, half the channels. */
static value up_conv(builder *b, const char *scope, value x, int64_t in) {
    value weight = add_weight(b, parameter(b, scope, "weight"), DT_FLOAT, INTS(in, in / 2, 2, 2));
    value bias = add_weight(b, parameter(b, scope, "bias"), DT_FLOAT, INTS(in / 2));
    return add_node(b, scope, "ConvTranspose", IN(x, weight, bias),
                    ATTRIBUTES(INTS_ATTRIBUTE("dilations", 1, 1), INT_ATTRIBUTE("group", 1),
                               INTS_ATTRIBUTE("kernel_shape", 2, 2),
                               INTS_ATTRIBUTE("pads", 0, 0, 0, 0),
                               INTS_ATTRIBUTE("strides", 2, 2)));
}

static value up(builder *b, int stage, value x, value skip, int64_t in) {
    const char *scope = TEXT(b, "/up%d", stage);
    x = up_conv(b, TEXT(b, "%s/up", scope), x, in);
    x = concat(b, scope, skip, x, 1);
    return double_conv(b, TEXT(b, "%s/conv", scope), x, in, in / 2);
}

void build_unet(builder *b) {
    value skips[STAGES];
    value x = add_input(b, "input", DT_FLOAT, "1,3,256,256");
    x = double_conv(b, "/inc", x, 3, CHANNELS);
    int64_t channels = CHANNELS;
    for (int stage = 0; stage < STAGES; stage++) {
        skips[stage] = x;
        x = down(b, stage + 1, x, channels);
        channels *= 2;
    }
    for (int stage = 0; stage < STAGES; stage++) {
        x = up(b, stage + 1, x, skips[STAGES - 1 - stage], channels);
        channels /= 2;
    }
    x = conv(b, "/outc/conv", x, (conv_shape){.in = channels, .out = CLASSES, .kernel = 1});
    add_output(b, x, "output", DT_FLOAT, "1,2,256,256");
}
