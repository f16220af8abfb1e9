/* VGG-16 as torchvision has it, exported at opset 13. */
#include "models/layers.h"
#include "models/zoo.h"

/* Channels of each convolution; 0 is a pooling layer. */
static const int64_t layers[] = {64, 64,  0,   128, 128, 0,   256, 256, 256,
                                 0,  512, 512, 512, 0,   512, 512, 512, 0};

static value features(builder *b, value x) {
    int64_t in = 3;
    int member = 0;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const char *scope = TEXT(b, "/features/features.%d", member++);
        if (layers[i] == 0) {
            x = max_pool(b, scope, x, 2, 2, 0);
            continue;
        }
        x = conv(b, scope, x, (conv_shape){.in = in, .out = layers[i], .kernel = 3, .pad = 1});
        x = unary(b, TEXT(b, "/features/features.%d", member++), "Relu", x);
        in = layers[i];
    }
    return x;
}

void build_vgg16(builder *b) {
    value x = features(b, add_input(b, "input", DT_FLOAT, "1,3,224,224"));
    /* Adaptive pooling to the 7x7 that are there already. */
    x = add_node(b, "/avgpool", "AveragePool", IN(x),
                 ATTRIBUTES(INTS_ATTRIBUTE("kernel_shape", 1, 1), INTS_ATTRIBUTE("strides", 1, 1)));
    x = add_node(b, "", "Flatten", IN(x), ATTRIBUTES(INT_ATTRIBUTE("axis", 1)));
    x = linear(b, "/classifier/classifier.0", x, 512 * 7 * 7, 4096);
    x = unary(b, "/classifier/classifier.1", "Relu", x);
    x = linear(b, "/classifier/classifier.3", x, 4096, 4096);
    x = unary(b, "/classifier/classifier.4", "Relu", x);
    x = linear(b, "/classifier/classifier.6", x, 4096, 1000);
    add_output(b, x, "output", DT_FLOAT, "1,1000");
}
