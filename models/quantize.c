#include "models/quantize.h"
#include <string.h>

/* An activation in integers and back. */
typedef struct quantized {
    value scale, zero_point, dequantized;
} quantized;

typedef struct pass {
    builder *b;
    hash *weights;     /* the FP32 initializers, by name */
    hash *activations; /* quantized, by name */
    hash *rectified;   /* activations that a Relu made, by name */
} pass;

static bool is(const node *n, const char *op) {
    return strcmp(n->op, op) == 0;
}

/* Takes out every Relu; what computed its input computes its output. */
static void drop_relus(pass *p) {
    node *before = NULL;
    for (node *n = p->b->nodes; n; n = n->next) {
        if (before && is(n, "Relu") && before->outputs[0] == n->inputs[0]) {
            before->outputs[0] = n->outputs[0];
            before->next = n->next;
            hash_put(p->rectified, n->outputs[0]->name, n);
            continue;
        }
        before = n;
    }
}

static value scalar(builder *b, const char *name, dtype type, const void *bytes) {
    return add_initializer(b, name, type, (ints){0}, PAYLOAD_TYPED, bytes);
}

/* What a calibration would measure: any scale does for the structure; 0 is the lowest integer where
 * nothing is negative. */
static void add_scale(pass *p, const char *name, quantized *q) {
    const float scale = 0.05f;
    const uint8_t lowest = 0x80, middle = 0;
    const uint8_t *zero_point = hash_get(p->rectified, name) ? &lowest : &middle;
    q->scale = scalar(p->b, TEXT(p->b, "%s_scale", name), DT_FLOAT, float_bytes(p->b, &scale, 1));
    q->zero_point = scalar(p->b, TEXT(p->b, "%s_zero_point", name), DT_INT8, zero_point);
}

/* QuantizeLinear and DequantizeLinear behind `v`, whose name they bear. */
static void add_pair(builder *b, const char *name, value v, quantized *q) {
    value integers = add_tensor(b, TEXT(b, "%s_QuantizeLinear_Output", name));
    add_named_node(b, TEXT(b, "%s_QuantizeLinear", name), "QuantizeLinear",
                   IN(v, q->scale, q->zero_point), NO_ATTRIBUTES, integers);
    add_named_node(b, TEXT(b, "%s_DequantizeLinear", name), "DequantizeLinear",
                   IN(integers, q->scale, q->zero_point), NO_ATTRIBUTES, q->dequantized);
}

/* Quantizes an activation, with the scale of `like` unless that is NULL. */
static void quantize_activation(pass *p, value v, const quantized *like) {
    builder *b = p->b;
    quantized *q = arena_alloc(b->memory, sizeof *q);
    const char *name = v->name;
    if (like)
        *q = *like;
    else
        add_scale(p, name, q);
    q->dequantized = add_tensor(b, TEXT(b, "%s_DequantizeLinear_Output", name));
    for (port *out = b->outputs; out; out = out->next)
        if (out->tensor == v) { /* an output of the graph keeps its name */
            v->name = TEXT(b, "%s_QuantizeLinear_Input", name);
            q->dequantized = out->tensor = add_tensor(b, name);
        }
    add_pair(b, name, v, q);
    hash_put(p->activations, v->name, q);
}

/* Integers per output channel, the first axis, behind a DequantizeLinear. */
static value dequantize(builder *b, const constant *c, dtype type, const char *scale_prefix,
                        const char *output) {
    const char *name = c->tensor->name;
    int64_t channels = c->dims.items[0];
    value integers = add_weight(b, TEXT(b, "%s_quantized", name), type, c->dims);
    value scale = add_weight(b, TEXT(b, "%s_scale", scale_prefix), DT_FLOAT, INTS(channels));
    value zero = add_weight(b, TEXT(b, "%s_zero_point", scale_prefix), type, INTS(channels));
    value v = add_tensor(b, output);
    add_named_node(b, TEXT(b, "%s_DequantizeLinear", name), "DequantizeLinear",
                   IN(integers, scale, zero), ATTRIBUTES(INT_ATTRIBUTE("axis", 0)), v);
    return v;
}

static value quantized_weight(builder *b, const constant *c) {
    const char *name = c->tensor->name;
    return dequantize(b, c, DT_INT8, name, TEXT(b, "%s_DequantizeLinear_Output", name));
}

/* The quantizer leaves the name of a bias to its dequantized values. */
static value quantized_bias(builder *b, const constant *c) {
    const char *name = c->tensor->name;
    return dequantize(b, c, DT_INT32, TEXT(b, "%s_quantized", name), name);
}

static value quantized_input(pass *p, value v, bool is_bias) {
    const constant *c = hash_get(p->weights, v->name);
    if (c)
        return is_bias ? quantized_bias(p->b, c) : quantized_weight(p->b, c);
    const quantized *q = hash_get(p->activations, v->name);
    return q ? q->dequantized : v;
}

static void quantize_node(pass *p, node *n) {
    builder *b = p->b;
    const quantized *first = hash_get(p->activations, n->inputs[0]->name);
    for (size_t i = 0; i < n->n_inputs; i++)
        n->inputs[i] = quantized_input(p, n->inputs[i], i == 2);
    n->next = NULL;
    *b->nodes_end = n;
    b->nodes_end = &n->next;
    /* Operators that only choose or move elements keep the scale. */
    bool moves = is(n, "MaxPool") || is(n, "Flatten");
    quantize_activation(p, n->outputs[0], moves ? first : NULL);
}

/* Empties the lists that are written anew; the initializers remain known by name. */
static node *take_apart(pass *p) {
    builder *b = p->b;
    node *nodes = b->nodes;
    for (constant *c = b->initializers; c; c = c->next)
        hash_put(p->weights, c->tensor->name, c);
    b->nodes = NULL;
    b->nodes_end = &b->nodes;
    b->initializers = NULL;
    b->initializers_end = &b->initializers;
    b->weight_bytes = 0;
    return nodes;
}

void quantize(builder *b) {
    pass p = {.b = b,
              .weights = hash_new(b->memory, 64),
              .activations = hash_new(b->memory, 64),
              .rectified = hash_new(b->memory, 64)};
    drop_relus(&p);
    node *next, *nodes = take_apart(&p);
    for (port *in = b->inputs; in; in = in->next)
        quantize_activation(&p, in->tensor, NULL);
    for (node *n = nodes; n; n = next) {
        next = n->next;
        quantize_node(&p, n);
    }
}
