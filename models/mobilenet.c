/* MobileNet v2 as torchvision has it. */
#include "models/layers.h"
#include "models/zoo.h"

/* ReLU6 is a Clip whose limits are Constant nodes. */
static value relu6(builder *b, const char *scope, value x) {
    value low = constant_float(b, scope, 0);
    value high = constant_float(b, scope, 6);
    return add_node(b, scope, "Clip", IN(x, low, high), NO_ATTRIBUTES);
}

/* Members 0 and 2 of a sequence; member 1 is the normalisation that was folded. */
static value conv_relu6(builder *b, const char *scope, const char *member, value x, conv_shape s) {
    value y = conv(b, TEXT(b, "%s/%s.0", scope, member), x, s);
    return relu6(b, TEXT(b, "%s/%s.2", scope, member), y);
}

static value inverted_residual(builder *b, int index, value x, int64_t in, int64_t out,
                               int64_t expansion, int64_t stride) {
    const char *scope = TEXT(b, "/features/features.%d", index);
    int64_t hidden = in * expansion;
    int member = 0;
    value y = x;
    if (expansion > 1) {
        y = conv_relu6(b, TEXT(b, "%s/conv/conv.0", scope), "conv.0", y,
                       (conv_shape){.in = in, .out = hidden, .kernel = 1});
        member = 1;
    }
    y = conv_relu6(b, TEXT(b, "%s/conv/conv.%d", scope, member), TEXT(b, "conv.%d", member), y,
                   (conv_shape){.in = hidden,
                                .out = hidden,
                                .kernel = 3,
                                .stride = stride,
                                .pad = 1,
                                .groups = hidden});
    y = conv(b, TEXT(b, "%s/conv/conv.%d", scope, member + 1), y,
             (conv_shape){.in = hidden, .out = out, .kernel = 1});
    return stride == 1 && in == out ? binary(b, scope, "Add", x, y) : y;
}

typedef struct stage {
    int64_t expansion, out;
    int repeats;
    int64_t stride; /* of the first block */
} stage;

static const stage stages[] = {
    {.expansion = 1, .out = 16, .repeats = 1, .stride = 1},
    {.expansion = 6, .out = 24, .repeats = 2, .stride = 2},
    {.expansion = 6, .out = 32, .repeats = 3, .stride = 2},
    {.expansion = 6, .out = 64, .repeats = 4, .stride = 2},
    {.expansion = 6, .out = 96, .repeats = 3, .stride = 1},
    {.expansion = 6, .out = 160, .repeats = 3, .stride = 2},
    {.expansion = 6, .out = 320, .repeats = 1, .stride = 1},
};

void build_mobilenet_v2(builder *b) {
    value x = add_input(b, "input", DT_FLOAT, "1,3,224,224");
    x = conv_relu6(b, "/features/features.0", "features.0", x,
                   (conv_shape){.in = 3, .out = 32, .kernel = 3, .stride = 2, .pad = 1});
    int64_t in = 32;
    int index = 1;
    for (const stage *s = stages; s < stages + sizeof stages / sizeof *stages; s++)
        for (int i = 0; i < s->repeats; i++) {
            x = inverted_residual(b, index++, x, in, s->out, s->expansion, i ? 1 : s->stride);
            in = s->out;
        }
    x = conv_relu6(b, "/features/features.18", "features.18", x,
                   (conv_shape){.in = in, .out = 1280, .kernel = 1});
    x = unary(b, "", "GlobalAveragePool", x);
    x = add_node(b, "", "Flatten", IN(x), ATTRIBUTES(INT_ATTRIBUTE("axis", 1)));
    x = linear(b, "/classifier/classifier.1", x, 1280, 1000);
    add_output(b, x, "output", DT_FLOAT, "1,1000");
}
