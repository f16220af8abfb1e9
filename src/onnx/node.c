/* Nodes and their attributes. */
#include "base/text.h"
#include "onnx/functions.h"
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
    size_t named = trimmed(p->input, p->n_input);
    n->in = arena_array(b->r->memory, named, sizeof *n->in);
    for (uint32_t i = 0; i < named; i++) {
        value *v = *p->input[i] ? named_value(b, p->input[i]) : NULL;
        n->in[i] = v == &b->r->left_out ? NULL : v;
        if (n->in[i])
            n->n_in = i + 1;
    }
}

static bool refuse_output(const builder *b, const node *n, const value *v) {
    char label[320], name[96], other[352];
    return refuse_model(
        b->r, "%s writes \"%s\", which is already %s", node_label(label, sizeof label, n),
        text_printable(name, sizeof name, v->name), describe_definition(v, other, sizeof other));
}

static bool add_output(builder *b, node *n, value *v) {
    if (v->owner)
        return refuse_output(b, n, v);
    define_value(b, v);
    v->producer = n;
    return true;
}

/* Sets output i. A body may write its own names and the outputs of the call, but not the inputs. */
static bool name_output(builder *b, node *n, uint32_t i, const char *name) {
    if (b->body && hash_get(b->body->function->input_names, name)) {
        char label[320], shown[96];
        return refuse_model(b->r, "%s writes \"%s\", which is an input of its function",
                            node_label(label, sizeof label, n),
                            text_printable(shown, sizeof shown, name));
    }
    n->out[i] = *name ? named_value(b, name) : NULL;
    return true;
}

static bool add_outputs(builder *b, node *n, const Onnx__NodeProto *p) {
    n->n_out = (uint32_t)trimmed(p->output, p->n_output);
    n->out = arena_array(b->r->memory, n->n_out, sizeof *n->out);
    for (uint32_t i = 0; i < n->n_out; i++) {
        if (!name_output(b, n, i, p->output[i]) || (n->out[i] && !add_output(b, n, n->out[i])))
            return false;
    }
    return true;
}

/* The outputs of a call wait for the body to write them; until then the call is their producer. */
static bool claim_outputs(builder *b, node *n, const Onnx__NodeProto *p) {
    n->n_out = (uint32_t)trimmed(p->output, p->n_output);
    n->out = arena_array(b->r->names, n->n_out, sizeof *n->out);
    for (uint32_t i = 0; i < n->n_out; i++) {
        if (!name_output(b, n, i, p->output[i]))
            return false;
        value *v = n->out[i];
        const node *around = b->body ? b->body->caller : NULL;
        if (v && (v->owner || (v->producer && v->producer != around)))
            return refuse_output(b, n, v);
        if (v)
            v->producer = n;
    }
    return true;
}

/* Of the operator set that the function around imports, or else the model. */
static int32_t version_of(const builder *b, const char *domain) {
    const body *around = body_around(b);
    int64_t version = around ? body_opset(around, domain) : 0;
    for (size_t i = 0; i < b->r->model->n_opsets && version == 0; i++)
        if (b->r->model->opsets[i].domain == domain)
            version = b->r->model->opsets[i].version;
    return version > 0 && version < INT32_MAX ? (int32_t)version : 0;
}

static node *new_node(builder *b, arena *a, const char *op, const char *domain) {
    node *n = arena_alloc(a, sizeof *n);
    n->op = op;
    n->domain = domain;
    n->name = n->overload = n->scope = "";
    n->version = version_of(b, domain);
    n->owner = b->g;
    n->call = b->body ? b->body->call : NULL;
    n->index = b->n_read++;
    return n;
}

static bool append_node(builder *b, node *n) {
    builder *root = b->root;
    graph *g = b->g;
    if (b->r->functions && b->r->model->n_nodes == MAX_NODES)
        return refuse_model(b->r, "with its local functions expanded it has more than %d nodes",
                            MAX_NODES);
    if (g->n_nodes == root->room) {
        root->room = root->room ? 2 * root->room : 16;
        node **grown = arena_array(b->r->memory, root->room, sizeof *grown);
        g->nodes = memcpy(grown, g->nodes, g->n_nodes * sizeof *grown);
    }
    n->id = (uint32_t)b->r->model->n_nodes++;
    g->nodes[g->n_nodes++] = n;
    return true;
}

bool add_identity(builder *b, value *from, value *to) {
    node *n = new_node(b, b->r->memory, intern(b->r, "Identity"), intern(b->r, ""));
    n->scope = b->body->scope;
    value **ends = arena_array(b->r->memory, 2, sizeof *ends);
    ends[0] = from;
    ends[1] = to;
    n->in = &ends[0];
    n->out = &ends[1];
    n->n_in = n->n_out = 1;
    return append_node(b, n) && add_output(b, n, to);
}

/* The calling node itself is needed only until the call is expanded. */
static bool expand_call(builder *b, function *f, const Onnx__NodeProto *p, const char *domain) {
    reader *r = b->r;
    node *n = new_node(b, r->names, intern(r, p->op_type), domain);
    n->name = p->name ? arena_strdup(r->names, p->name) : "";
    const char *scope = node_scope(r, p);
    add_inputs(b, n, p);
    pending **before = b->root->last;
    if (!claim_outputs(b, n, p) || !read_attributes(b, n, p->attribute, p->n_attribute))
        return false;
    const pending *graphs = *before; /* the body says who is to have them */
    *before = NULL;
    b->root->last = before;
    return add_call(b, f, n, scope, graphs);
}

bool read_node(builder *b, const void *node_proto) {
    const Onnx__NodeProto *p = node_proto;
    reader *r = b->r;
    if (!p->op_type || !*p->op_type)
        return wire_damaged(r->file, r->error, r->item.at, "node #%u names no operator",
                            (unsigned)b->n_read);
    const char *domain = intern_domain(r, p->domain);
    function *f = called_function(r, p);
    if (f)
        return expand_call(b, f, p, domain);
    node *n = new_node(b, r->memory, intern(r, p->op_type), domain);
    n->overload = kept_text(r, p->overload);
    n->name = kept_text(r, p->name);
    n->scope = node_scope(r, p);
    if (!*n->scope && b->body)
        n->scope = b->body->scope;
    add_inputs(b, n, p);
    return append_node(b, n) && add_outputs(b, n, p) &&
           read_attributes(b, n, p->attribute, p->n_attribute);
}
