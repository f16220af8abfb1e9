/* ResNet as torchvision has it (v1.5: the stride is in the 3x3 convolution of a bottleneck). */
#include "models/layers.h"
#include "models/quantize.h"
#include "models/zoo.h"

static value downsample(builder *b, const char *scope, value x, int64_t in, int64_t out,
                        int64_t stride) {
    return conv(b, TEXT(b, "%s/downsample/downsample.0", scope), x,
                (conv_shape){.in = in, .out = out, .kernel = 1, .stride = stride});
}

/* The one ReLU module of a block is called several times: relu, relu_1, relu_2. */
static value relu(builder *b, const char *scope, const char *call, value x) {
    return unary(b, TEXT(b, "%s/%s", scope, call), "Relu", x);
}

typedef value block(builder *b, const char *scope, value x, int64_t in, int64_t width,
                    int64_t stride);

static value basic_block(builder *b, const char *scope, value x, int64_t in, int64_t width,
                         int64_t stride) {
    value y = conv(b, TEXT(b, "%s/conv1", scope), x,
                   (conv_shape){.in = in, .out = width, .kernel = 3, .stride = stride, .pad = 1});
    y = relu(b, scope, "relu", y);
    y = conv(b, TEXT(b, "%s/conv2", scope), y,
             (conv_shape){.in = width, .out = width, .kernel = 3, .pad = 1});
    value shortcut = in == width ? x : downsample(b, scope, x, in, width, stride);
    return relu(b, scope, "relu_1", binary(b, scope, "Add", y, shortcut));
}

static value bottleneck(builder *b, const char *scope, value x, int64_t in, int64_t width,
                        int64_t stride) {
    int64_t out = width * 4;
    value y =
        conv(b, TEXT(b, "%s/conv1", scope), x, (conv_shape){.in = in, .out = width, .kernel = 1});
    y = relu(b, scope, "relu", y);
    y = conv(b, TEXT(b, "%s/conv2", scope), y,
             (conv_shape){.in = width, .out = width, .kernel = 3, .stride = stride, .pad = 1});
    y = relu(b, scope, "relu_1", y);
    y = conv(b, TEXT(b, "%s/conv3", scope), y, (conv_shape){.in = width, .out = out, .kernel = 1});
    value shortcut = in == out ? x : downsample(b, scope, x, in, out, stride);
    return relu(b, scope, "relu_2", binary(b, scope, "Add", y, shortcut));
}

enum { STAGES = 4, CLASSES = 1000 };

static value resnet(builder *b, value x, block *add_block, int64_t expansion,
                    const int depth[STAGES]) {
    x = conv(b, "/conv1", x, (conv_shape){.in = 3, .out = 64, .kernel = 7, .stride = 2, .pad = 3});
    x = max_pool(b, "/maxpool", unary(b, "/relu", "Relu", x), 3, 2, 1);
    int64_t in = 64;
    for (int stage = 0; stage < STAGES; stage++) {
        int64_t width = 64 << stage;
        for (int i = 0; i < depth[stage]; i++) {
            const char *scope = TEXT(b, "/layer%d/layer%d.%d", stage + 1, stage + 1, i);
            x = add_block(b, scope, x, in, width, stage > 0 && i == 0 ? 2 : 1);
            in = width * expansion;
        }
    }
    x = unary(b, "/avgpool", "GlobalAveragePool", x);
    x = add_node(b, "", "Flatten", IN(x), ATTRIBUTES(INT_ATTRIBUTE("axis", 1)));
    return linear(b, "/fc", x, in, CLASSES);
}

void build_resnet18(builder *b) {
    value x = add_input(b, "input", DT_FLOAT, "1,3,224,224");
    add_output(b, resnet(b, x, basic_block, 1, (const int[STAGES]){2, 2, 2, 2}), "output", DT_FLOAT,
               "1,1000");
}

void build_resnet50(builder *b) {
    value x = add_input(b, "input", DT_FLOAT, "batch,3,224,224");
    add_output(b, resnet(b, x, bottleneck, 4, (const int[STAGES]){3, 4, 6, 3}), "output", DT_FLOAT,
               "batch,1000");
}

void build_resnet18_qdq(builder *b) {
    build_resnet18(b);
    quantize(b);
}
