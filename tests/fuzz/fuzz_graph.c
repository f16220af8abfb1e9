/* Analysing graphs that are made from the input: bytes choose operators, attributes, shapes, values
 * and branches. A fuzzer of files spends most of its time on broken messages; here every message is
 * whole and the operators' functions are what is tried. */
#include "ops/op.h"
#include "tests/cli/onnx_write.h"
#include "write/wire.h"
#include <roofline/analysis.h>
#include <roofline/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST_NODES = 16, MOST_INPUTS = 8, MOST_ITEMS = 6, MOST_DEPTH = 2, NAME = 32 };

typedef struct stream {
    const uint8_t *at, *end;
} stream;

static unsigned draw(stream *s, unsigned limit) {
    unsigned byte = s->at < s->end ? *s->at++ : 0;
    return byte % limit;
}

static size_t draw_operator(stream *s) {
    unsigned high = draw(s, 256);
    return high * 256 + draw(s, 256);
}

static int64_t draw_number(stream *s) {
    static const int64_t numbers[] = {
        0,  1,  2,  3,   4,         5,         7,         8,         16,       64,
        -1, -2, -3, 100, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1L << 40, 1L << 62};
    unsigned few = draw(s, 4); /* small ones more often, or hardly a graph would be valid */
    return numbers[draw(s, few ? 8 : sizeof numbers / sizeof *numbers)];
}

static size_t draw_numbers(stream *s, int64_t items[MOST_ITEMS]) {
    size_t n = draw(s, MOST_ITEMS + 1);
    for (size_t i = 0; i < n; i++)
        items[i] = draw_number(s);
    return n;
}

/* --- attributes --- */

static void add_text(wire *to, stream *s, const char *name) {
    static const char *const texts[] = {
        "SAME_UPPER", "SAME_LOWER", "VALID",         "NOTSET",    "linear",  "nearest",   "cubic",
        "reflect",    "edge",       "bidirectional", "ij,jk->ik", "...i->i", "i,i",       "ii->i",
        "add",        "mean",       "sum",           "CRD",       "Relu",    "not_larger"};
    enum { TEXT_FIELD = 4, TEXT_TYPE = 3 };
    wire a = {0};
    wire_text(&a, ATTRIBUTE_NAME, name);
    wire_text(&a, TEXT_FIELD, texts[draw(s, sizeof texts / sizeof *texts)]);
    wire_int(&a, ATTRIBUTE_TYPE, TEXT_TYPE);
    wire_message(to, NODE_ATTRIBUTE, &a);
}

static void add_real(wire *to, stream *s, const char *name) {
    enum { REAL_FIELD = 2, REAL_TYPE = 1 };
    wire a = {0};
    wire_text(&a, ATTRIBUTE_NAME, name);
    wire_float(&a, REAL_FIELD, (float)draw_number(s) / 2);
    wire_int(&a, ATTRIBUTE_TYPE, REAL_TYPE);
    wire_message(to, NODE_ATTRIBUTE, &a);
}

static const char *const attributes[] = {"axis",
                                         "axes",
                                         "kernel_shape",
                                         "strides",
                                         "pads",
                                         "dilations",
                                         "group",
                                         "auto_pad",
                                         "ceil_mode",
                                         "perm",
                                         "to",
                                         "keepdims",
                                         "starts",
                                         "ends",
                                         "split",
                                         "num_heads",
                                         "hidden_size",
                                         "direction",
                                         "layout",
                                         "equation",
                                         "blocksize",
                                         "block_size",
                                         "bits",
                                         "K",
                                         "N",
                                         "value_int",
                                         "value_ints",
                                         "transA",
                                         "transB",
                                         "alpha",
                                         "beta",
                                         "allowzero",
                                         "noop_with_empty_axes",
                                         "k",
                                         "reverse",
                                         "exclusive",
                                         "num_outputs",
                                         "mode",
                                         "onesided",
                                         "inverse",
                                         "output_shape",
                                         "output_padding",
                                         "scales",
                                         "batch_dims",
                                         "p",
                                         "storage_order",
                                         "num_groups",
                                         "q_num_heads",
                                         "kv_num_heads",
                                         "kv_num_heads",
                                         "do_rotary",
                                         "batch_axis",
                                         "time_axis",
                                         "dtype",
                                         "shape",
                                         "sample_size",
                                         "pooled_shape",
                                         "output_height",
                                         "output_width",
                                         "sampling_ratio",
                                         "max_length",
                                         "size",
                                         "num_scan_inputs",
                                         "scan_input_axes",
                                         "scan_output_axes",
                                         "reduction",
                                         "antialias",
                                         "keep_aspect_ratio_policy",
                                         "training_mode",
                                         "start",
                                         "end",
                                         "new_axis",
                                         "upper",
                                         "fmod",
                                         "detect_positive",
                                         "qkv_hidden_sizes",
                                         "unidirectional",
                                         "local_window_size",
                                         "fuse_type",
                                         "interleaved",
                                         "rotary_embedding_dim",
                                         "quant_mode",
                                         "expert_weight_bits",
                                         "cats_int64s"};

static void add_attribute(wire *to, stream *s) {
    const char *name = attributes[draw(s, sizeof attributes / sizeof *attributes)];
    int64_t items[MOST_ITEMS];
    switch (draw(s, 5)) {
    case 0:
    case 1:
        onnx_int(to, name, draw_number(s));
        break;
    case 2: {
        size_t n = draw_numbers(s, items);
        onnx_ints(to, name, items, n);
        break;
    }
    case 3:
        add_text(to, s, name);
        break;
    default:
        add_real(to, s, name);
    }
}

/* --- graphs --- */

/* Values are called v0, v1, ... in the order in which they come to be, over all graphs: those of an
 * outer graph are captured by their names. */
typedef struct made {
    stream *s;
    unsigned n_values;
} made;

static const char *name_of(unsigned i, char text[NAME]) {
    snprintf(text, NAME, "v%u", i);
    return text;
}

static const char *fresh(made *m, char text[NAME]) {
    return name_of(m->n_values++, text);
}

static void add_input(made *m, wire *to) {
    static const int types[] = {1, 1, 1, 7, 7, 9, 10, 16, 2, 3, 6, 8, 11, 17, 21, 22, 23, 99};
    int64_t dims[MOST_ITEMS];
    char name[NAME];
    int element = types[draw(m->s, sizeof types / sizeof *types)];
    size_t rank = draw_numbers(m->s, dims);
    bool has_shape = draw(m->s, 8) > 0;
    onnx_value(to, GRAPH_INPUT, fresh(m, name), element, has_shape ? dims : NULL,
               has_shape ? rank : 0);
}

static void add_initializer(made *m, wire *to) {
    int64_t items[MOST_ITEMS];
    char name[NAME];
    size_t n = draw_numbers(m->s, items);
    if (draw(m->s, 2))
        onnx_int64s(to, fresh(m, name), items, n);
    else
        onnx_weight(to, fresh(m, name), (int)draw(m->s, 26), items, n);
}

static void add_graph(made *m, wire *to, int depth);

static void add_branch(made *m, wire *to, const char *name, int depth) {
    enum { GRAPH_TYPE = 5 };
    wire branch = {0}, a = {0};
    add_graph(m, &branch, depth + 1);
    wire_text(&a, ATTRIBUTE_NAME, name);
    wire_message(&a, ATTRIBUTE_GRAPH, &branch);
    wire_int(&a, ATTRIBUTE_TYPE, GRAPH_TYPE);
    wire_message(to, NODE_ATTRIBUTE, &a);
}

static void add_branches(made *m, wire *to, const char *op, int depth) {
    if (strcmp(op, "If") == 0) {
        add_branch(m, to, "then_branch", depth);
        add_branch(m, to, "else_branch", depth);
    } else if (strcmp(op, "Loop") == 0 || strcmp(op, "Scan") == 0 ||
               strcmp(op, "SequenceMap") == 0) {
        add_branch(m, to, "body", depth);
    }
}

static size_t operators(void) {
    static size_t n;
    while (op_row(n))
        n++;
    return n;
}

static const op_def *some_operator(stream *s, int depth) {
    static const char *const structure[] = {"If", "Loop", "Scan", "SequenceMap"};
    if (depth < MOST_DEPTH && draw(s, 8) == 1)
        return op_find("", structure[draw(s, 4)], 17);
    return op_row(draw_operator(s) % operators());
}

static void add_node(made *m, wire *to, int depth) {
    char text[NAME];
    const op_def *op = some_operator(m->s, depth);
    if (!op)
        return;
    wire new = {0};
    for (unsigned i = draw(m->s, MOST_INPUTS + 1); i > 0; i--)
        wire_text(&new, NODE_INPUT,
                  draw(m->s, 6) == 5 ? "" : name_of(draw(m->s, m->n_values + 1), text));
    wire_text(&new, NODE_OP, op->name);
    wire_text(&new, NODE_DOMAIN, op->domain);
    for (unsigned i = draw(m->s, 6); i > 0; i--)
        add_attribute(&new, m->s);
    add_branches(m, &new, op->name, depth);
    for (unsigned i = draw(m->s, 4) + 1; i > 0; i--)
        wire_text(&new, NODE_OUTPUT, fresh(m, text));
    wire_message(to, GRAPH_NODE, &new);
}

static void add_graph(made *m, wire *to, int depth) {
    char text[NAME];
    for (unsigned i = draw(m->s, 5); i > 0; i--)
        add_input(m, to);
    for (unsigned i = draw(m->s, 5); i > 0; i--)
        add_initializer(m, to);
    for (unsigned i = 1 + draw(m->s, depth ? 3 : MOST_NODES); i > 0; i--)
        add_node(m, to, depth);
    for (unsigned i = 1 + draw(m->s, 4); i > 0; i--) /* the last values: of the last nodes */
        if (i <= m->n_values)
            onnx_value(to, GRAPH_OUTPUT, name_of(m->n_values - i, text), 1, NULL, 0);
}

static wire make_model(const uint8_t *data, size_t n) {
    static const char *const domains[] = {"ai.onnx.ml", "com.microsoft"};
    stream s = {data, data + n};
    wire top = {0};
    made m = {.s = &s};
    int64_t version = 1 + draw(&s, 28);
    wire_text(&top, GRAPH_NAME, "g");
    add_graph(&m, &top, 0);
    wire file = onnx_model(&top, version);
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        wire import = {0};
        wire_text(&import, 1, domains[i]);
        wire_int(&import, 2, 1 + (int64_t)i);
        wire_message(&file, MODEL_OPSET, &import);
    }
    return file;
}

static void check(const roof_analysis *a) {
    FILE *out = fopen("/dev/null", "w");
    roof_error e = ROOF_ERROR_INIT;
    if (out && !roof_report(a, "json", &(roof_report_options){0}, out, &e))
        abort();
    if (out)
        fclose(out);
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_work *w = &roof_analysis_row(a, i)->work;
        if (w->macs < ROOF_UNKNOWN || w->flops < ROOF_UNKNOWN || w->bytes.total < ROOF_UNKNOWN)
            abort(); /* a count is known or unknown, never anything else */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    wire file = make_model(data, n);
    if (file.failed)
        exit(1);
    roof_model *m = roof_model_from_memory(file.bytes, file.used, "fuzz.onnx", &e);
    roof_analysis *a = m ? roof_analyze(m, NULL, &(roof_options){0}, &e) : NULL;
    if (a)
        check(a);
    else if (e.status == ROOF_OK || !e.text[0])
        abort(); /* a failure must say why */
    roof_analysis_free(a);
    roof_model_free(m);
    wire_free(&file);
    return 0;
}
