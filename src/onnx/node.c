/* Nodes and their attributes. */
#include "base/text.h"
#include "onnx/reader.h"
#include <string.h>

static const char *kept_text(reader *r, const char *s) {
    return s && *s ? arena_strdup(r->memory, s) : "";
}

/* How many names there are up to the last that is not empty. */
static size_t trimmed(char *const *names, size_t n) {
    while (n > 0 && !*names[n - 1])
        n--;
    return n;
}

static void add_inputs(builder *b, node *n, const Onnx__NodeProto *p) {
    n->n_in = (uint32_t)trimmed(p->input, p->n_input);
    n->in = arena_array(b->r->memory, n->n_in, sizeof *n->in);
    for (uint32_t i = 0; i < n->n_in; i++)
        n->in[i] = *p->input[i] ? named_value(b, p->input[i]) : NULL;
}

static bool add_output(builder *b, node *n, value *v) {
    if (v->owner) {
        char label[320], name[96], other[352];
        return refuse_model(b->r, "%s writes \"%s\", which is already %s",
                            node_label(label, sizeof label, n),
                            text_printable(name, sizeof name, v->name),
                            describe_definition(v, other, sizeof other));
    }
    define_value(b, v);
    v->producer = n;
    return true;
}

static bool add_outputs(builder *b, node *n, const Onnx__NodeProto *p) {
    n->n_out = (uint32_t)trimmed(p->output, p->n_output);
    n->out = arena_array(b->r->memory, n->n_out, sizeof *n->out);
    for (uint32_t i = 0; i < n->n_out; i++) {
        n->out[i] = *p->output[i] ? named_value(b, p->output[i]) : NULL;
        if (n->out[i] && !add_output(b, n, n->out[i]))
            return false;
    }
    return true;
}

bool add_node(builder *b, const void *node_proto) {
    const Onnx__NodeProto *p = node_proto;
    reader *r = b->r;
    graph *g = b->g;
    if (!p->op_type || !*p->op_type)
        return wire_damaged(r->file, r->error, r->item.at, "node #%zu names no operator",
                            g->n_nodes);
    node *n = arena_alloc(r->memory, sizeof *n);
    n->op = intern(r, p->op_type);
    n->domain = intern_domain(r, p->domain);
    n->overload = kept_text(r, p->overload);
    n->name = kept_text(r, p->name);
    n->scope = node_scope(r, p);
    n->owner = g;
    n->id = (uint32_t)r->model->n_nodes++;
    n->index = (uint32_t)g->n_nodes;
    g->nodes[g->n_nodes++] = n;
    add_inputs(b, n, p);
    return add_outputs(b, n, p) && read_attributes(b, n, p);
}
