/* Single nodes with parameters nobody should write: y = op(x, w or values). Whatever is said about
 * them, it must be said in time and without harm. */
#include "hostile_models.h"

#include <stdio.h>
#include <string.h>

#define HUGE_VALUE (INT64_C(1) << 62)

typedef struct dims {
    size_t rank;
    int64_t at[6];
} dims;

typedef struct attribute {
    const char *name;
    int n; /* 0: one integer, at[0] */
    int64_t at[8];
} attribute;

typedef struct node_case {
    const char *name, *op;
    dims x, w;    /* w.rank 0: no weight */
    int n_values; /* > 0: int64 constant as second input */
    int64_t values[8];
    attribute attributes[3]; /* up to the first without a name */
} node_case;

#define IMAGE                                                                                      \
    {                                                                                              \
        4, {                                                                                       \
            1, 4, 8, 8                                                                             \
        }                                                                                          \
    }
#define KERNEL                                                                                     \
    {                                                                                              \
        4, {                                                                                       \
            4, 4, 3, 3                                                                             \
        }                                                                                          \
    }
#define ROW                                                                                        \
    {                                                                                              \
        2, {                                                                                       \
            1, 4                                                                                   \
        }                                                                                          \
    }

static const node_case cases[] = {
    {"conv-stride-0", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"strides", 2, {0, 0}}}},
    {"conv-stride-negative", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"strides", 2, {-1, -1}}}},
    {"conv-dilation-0", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"dilations", 2, {0, 0}}}},
    {"conv-dilation-huge", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"dilations", 2, {HUGE_VALUE, HUGE_VALUE}}}},
    {"conv-group-0", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"group", 0, {0}}}},
    {"conv-group-negative", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"group", 0, {-4}}}},
    {"conv-group-huge", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"group", 0, {INT64_MAX}}}},
    {"conv-group-3", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"group", 0, {3}}}},
    {"conv-pads-huge", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"pads", 4, {HUGE_VALUE, HUGE_VALUE, HUGE_VALUE, HUGE_VALUE}}}},
    {"conv-pads-2-31", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"pads", 4, {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}}}},
    {"conv-pads-negative", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"pads", 4, {-100, -100, INT64_MIN, INT64_MIN}}}},
    {"conv-pads-short", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"pads", 1, {1}}}},
    {"conv-kernel-0", "Conv", .x = IMAGE, .w = {4, {4, 4, 0, 0}}},
    {"conv-kernel-larger", "Conv", .x = IMAGE, .w = {4, {4, 4, 99, 99}}},
    {"conv-kernel-shape-lies", "Conv", .x = IMAGE, .w = KERNEL,
     .attributes = {{"kernel_shape", 2, {7, 7}}}},
    {"conv-flat-input", "Conv", .x = {1, {8}}, .w = KERNEL},
    {"conv-flat-kernel", "Conv", .x = IMAGE, .w = {2, {4, 4}}},
    {"conv-without-kernel", "Conv", .x = IMAGE},
    {"conv-wide-image", "Conv", .x = {4, {1, 4, HUGE_VALUE, 1}}, .w = KERNEL},
    {"conv-strides-as-int", "Conv", .x = IMAGE, .w = KERNEL, .attributes = {{"strides", 0, {2}}}},
    {"transposed-stride-huge", "ConvTranspose", .x = IMAGE, .w = KERNEL,
     .attributes = {{"strides", 2, {HUGE_VALUE, HUGE_VALUE}}}},
    {"transposed-output-shape", "ConvTranspose", .x = IMAGE, .w = KERNEL,
     .attributes = {{"output_shape", 2, {INT64_MAX, INT64_MIN}}}},
    {"pool-kernel-0", "MaxPool", .x = IMAGE, .attributes = {{"kernel_shape", 2, {0, 0}}}},
    {"pool-kernel-huge", "AveragePool", .x = IMAGE,
     .attributes = {{"kernel_shape", 2, {HUGE_VALUE, HUGE_VALUE}}}},
    {"pool-stride-0", "MaxPool", .x = IMAGE,
     .attributes = {{"kernel_shape", 2, {2, 2}}, {"strides", 2, {0, 0}}}},
    {"pool-without-kernel", "MaxPool", .x = IMAGE},
    {"pool-ceil-huge-pads", "MaxPool", .x = IMAGE,
     .attributes = {{"kernel_shape", 2, {2, 2}},
                    {"pads", 4, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}},
                    {"ceil_mode", 0, {1}}}},
    {"matmul-mismatch", "MatMul", .x = ROW, .w = {2, {5, 6}}},
    {"matmul-huge", "MatMul", .x = {2, {HUGE_VALUE, 4}}, .w = {2, {4, HUGE_VALUE}}},
    {"gemm-rank-3", "Gemm", .x = {3, {2, 2, 2}}, .w = {3, {2, 2, 2}}},
    {"add-no-broadcast", "Add", .x = {2, {3, 4}}, .w = {2, {5, 4}}},
    {"add-huge-broadcast", "Add", .x = {2, {HUGE_VALUE, 1}}, .w = {2, {1, HUGE_VALUE}}},
    {"reshape-two-unknowns", "Reshape", .x = ROW, .n_values = 2, .values = {-1, -1}},
    {"reshape-does-not-fit", "Reshape", .x = ROW, .n_values = 2, .values = {3, -1}},
    {"reshape-negative", "Reshape", .x = ROW, .n_values = 2, .values = {-7, 4}},
    {"reshape-overflow", "Reshape", .x = ROW, .n_values = 3, .values = {HUGE_VALUE, 4, -1}},
    {"reshape-zero-past-rank", "Reshape", .x = ROW, .n_values = 3, .values = {0, 0, 0}},
    {"expand-huge", "Expand", .x = ROW, .n_values = 3, .values = {HUGE_VALUE, HUGE_VALUE, 4}},
    {"tile-huge", "Tile", .x = ROW, .n_values = 2, .values = {HUGE_VALUE, HUGE_VALUE}},
    {"tile-negative", "Tile", .x = ROW, .n_values = 2, .values = {-1, -1}},
    {"pad-huge", "Pad", .x = ROW, .n_values = 4, .values = {INT64_MAX, INT64_MAX, INT64_MAX, 1}},
    {"pad-negative", "Pad", .x = ROW, .n_values = 4, .values = {-9, INT64_MIN, 0, 0}},
    {"squeeze-far-axis", "Squeeze", .x = ROW, .n_values = 1, .values = {INT64_MIN}},
    {"unsqueeze-twice", "Unsqueeze", .x = ROW, .n_values = 2, .values = {0, 0}},
    {"unsqueeze-far-axis", "Unsqueeze", .x = ROW, .n_values = 1, .values = {INT64_MAX}},
    {"transpose-out-of-range", "Transpose", .x = ROW, .attributes = {{"perm", 2, {7, -3}}}},
    {"transpose-twice-the-same", "Transpose", .x = ROW, .attributes = {{"perm", 2, {0, 0}}}},
    {"transpose-too-long", "Transpose", .x = ROW,
     .attributes = {{"perm", 8, {0, 1, 2, 3, 4, 5, 6, 7}}}},
    {"concat-far-axis", "Concat", .x = ROW, .w = ROW, .attributes = {{"axis", 0, {99}}}},
    {"concat-without-axis", "Concat", .x = ROW, .w = ROW},
    {"flatten-far-axis", "Flatten", .x = ROW, .attributes = {{"axis", 0, {INT64_MIN}}}},
    {"softmax-far-axis", "Softmax", .x = ROW, .attributes = {{"axis", 0, {99}}}},
    {"gather-far-axis", "Gather", .x = ROW, .n_values = 1, .attributes = {{"axis", 0, {-99}}}},
    {"gather-out-of-range", "Gather", .x = ROW, .n_values = 2, .values = {INT64_MAX, INT64_MIN}},
    {"split-negative", "Split", .x = ROW, .n_values = 2, .values = {-1, 5}},
    {"split-zero-outputs", "Split", .x = ROW, .attributes = {{"num_outputs", 0, {0}}}},
    {"reduce-far-axes", "ReduceMean", .x = ROW, .attributes = {{"axes", 2, {INT64_MIN, 99}}}},
    {"reduce-axis-twice", "ReduceSum", .x = ROW, .n_values = 2, .values = {1, 1}},
    {"topk-negative", "TopK", .x = ROW, .n_values = 1, .values = {-1}},
    {"topk-huge", "TopK", .x = ROW, .n_values = 1, .values = {INT64_MAX}},
    {"norm-far-axis", "LayerNormalization", .x = ROW, .w = ROW,
     .attributes = {{"axis", 0, {INT64_MIN}}}},
    {"lrn-size-huge", "LRN", .x = IMAGE, .attributes = {{"size", 0, {INT64_MAX}}}},
    {"depth-to-space-0", "DepthToSpace", .x = IMAGE, .attributes = {{"blocksize", 0, {0}}}},
    {"depth-to-space-huge", "SpaceToDepth", .x = IMAGE,
     .attributes = {{"blocksize", 0, {HUGE_VALUE}}}},
    {"lstm-hidden-huge",
     "LSTM",
     {3, {2, 1, 4}},
     {3, {1, 16, 4}},
     .attributes = {{"hidden_size", 0, {INT64_MAX}}}},
    {"cast-to-nothing", "Cast", .x = ROW, .attributes = {{"to", 0, {-4096}}}},
    {"nobody-knows-this", "Frobnicate", .x = ROW},
};

static void add_attribute(wire *node, const attribute *a) {
    if (a->n == 0) {
        onnx_int(node, a->name, a->at[0]);
    } else {
        onnx_ints(node, a->name, a->at, (size_t)a->n);
    }
}

bool hostile_node(size_t i, hostile *out) {
    if (i >= sizeof cases / sizeof *cases) {
        return false;
    }
    const node_case *c = &cases[i];
    bool second = c->w.rank > 0 || c->n_values > 0;
    wire node = onnx_node(c->op, second ? NAMES("x", "w") : NAMES("x"), NAMES("y"));
    for (size_t k = 0; k < 3 && c->attributes[k].name; k++) {
        add_attribute(&node, &c->attributes[k]);
    }
    wire graph = {0};
    wire_message(&graph, GRAPH_NODE, &node);
    wire_text(&graph, GRAPH_NAME, "g");
    if (c->w.rank > 0) {
        onnx_weight(&graph, "w", TYPE_FLOAT, c->w.at, c->w.rank);
    } else if (c->n_values > 0) {
        onnx_int64s(&graph, "w", c->values, (size_t)c->n_values);
    }
    onnx_value(&graph, GRAPH_INPUT, "x", TYPE_FLOAT, c->x.at, c->x.rank);
    onnx_value(&graph, GRAPH_OUTPUT, "y", TYPE_FLOAT, NULL, 0);
    *out = (hostile){.right = ODD, .file = onnx_model(&graph, 17)};
    snprintf(out->name, sizeof out->name, "%s", c->name);
    return true;
}
