/* Calls of local functions: each is replaced by the nodes of the function's body, in the graph of
 * the call. A body is read anew from the file for each of its calls, in a builder of its own:
 *
 *     builder of the graph   x --- y = F(x) --- z          names of the graph
 *                                   |
 *     builder of the body     a -> t = Relu(a) -> b        a is x, b is y, t is new */
#include "base/text.h"
#include "onnx/functions.h"
#include <string.h>

static bool refuse_call(const builder *b, const node *n, const char *problem, const char *what) {
    char label[320], name[96];
    return refuse_model(b->r, "%s %s \"%s\"", node_label(label, sizeof label, n), problem,
                        text_printable(name, sizeof name, what));
}

/* --- what the nodes of a body ask --- */

const body *body_around(const builder *b) {
    while (b && !b->body)
        b = b->outer;
    return b ? b->body : NULL;
}

const attribute *body_attribute(const body *at, const char *name) {
    const attribute *given = node_attribute(at->caller, name);
    return given ? given : node_attribute(at->function->defaults, name);
}

static const pending *find_graph(const pending *list, const graph *g) {
    while (list && list->g != g)
        list = list->next;
    return list;
}

graph *body_graph(builder *b, node *parent, const char *branch, const graph *given) {
    const body *at = body_around(b);
    const pending *p = find_graph(at->graphs, given);
    if (!p)
        p = find_graph(at->function->graphs, given);
    /* A graph of the call sees the names around the call, not those of the body. */
    return add_subgraph(b, p->outer ? p->outer : b, parent, branch, p->where);
}

int64_t body_opset(const body *at, const char *domain) {
    for (size_t i = 0; i < at->function->n_opsets; i++)
        if (at->function->opsets[i].domain == domain)
            return at->function->opsets[i].version;
    return 0;
}

/* --- one call --- */

static bool check_size(builder *b, function *f, const node *n) {
    reader *r = b->r;
    if (body_around(b)) /* has been measured with the call around */
        return true;
    if (!measure_function(r, f))
        return false;
    r->expanded = cnt_add(r->expanded, f->size);
    if (known(r->expanded) && r->expanded <= MAX_NODES)
        return true;
    char label[320];
    node_label(label, sizeof label, n);
    if (!known(f->size))
        return refuse_model(r, "%s takes more than 2^63 nodes: its local function explodes", label);
    return refuse_model(r, "%s calls a local function of %lld nodes; all calls may take %d", label,
                        (long long)f->size, MAX_NODES);
}

/* The path of modules inside a call: that of its node and, where names say so, the node itself. */
static const char *scope_inside(const builder *b, const node *n, const char *own_scope) {
    const body *around = body_around(b);
    const char *outer = around && !*own_scope ? around->scope : "";
    const char *name = *n->name == '/' ? n->name + 1 : n->name;
    size_t length = strlen(own_scope);
    bool extends = !strncmp(name, own_scope, length) && (length == 0 || name[length] == '/');
    const char *inner = extends && *name ? name : *own_scope ? own_scope : n->op;
    return arena_printf(b->r->memory, "%s%s%s", outer, *outer ? "/" : "", inner);
}

static bool bind_inputs(builder *b, const node *n, const function *f) {
    if (n->n_in > f->n_inputs)
        return refuse_call(b, n, "has more inputs than its local function", f->name);
    for (size_t i = 0; i < f->n_inputs; i++) {
        value *v = i < n->n_in ? n->in[i] : NULL;
        hash_put(b->values, f->inputs[i], v ? v : &b->r->left_out);
    }
    return true;
}

static bool bind_outputs(builder *b, const node *n, const function *f) {
    if (n->n_out > f->n_outputs)
        return refuse_call(b, n, "has more outputs than its local function", f->name);
    for (size_t i = 0; i < n->n_out; i++)
        if (n->out[i] && !hash_get(b->values, f->outputs[i])) {
            hash_put(b->values, f->outputs[i], n->out[i]);
            b->n_open++;
        }
    return true;
}

/* Is output i of the call what the body writes under that name? */
static bool is_written(const builder *b, const node *n, const function *f, size_t i) {
    return n->out[i] && hash_get(b->values, f->outputs[i]) == n->out[i] &&
           !hash_get(f->input_names, f->outputs[i]);
}

/* An output that is an input of the function, or listed twice, has no node that writes it. */
static bool copy_outputs(builder *b, const node *n, const function *f) {
    for (size_t i = 0; i < n->n_out; i++) {
        if (!n->out[i] || is_written(b, n, f, i))
            continue;
        value *from = hash_get(b->values, f->outputs[i]);
        if (from == &b->r->left_out)
            return refuse_call(b, n, "leaves out what is to be its output", n->out[i]->name);
        b->n_open++;
        if (!add_identity(b, from, n->out[i]))
            return false;
    }
    return true;
}

/* Every name of the body must be defined in it. */
static bool check_names(const builder *b, const node *n, const function *f, size_t first) {
    if (b->n_open == 0)
        return true;
    for (size_t i = 0; i < n->n_out; i++)
        if (is_written(b, n, f, i) && !n->out[i]->owner)
            return refuse_call(b, n, "calls a local function that does not write its output",
                               f->outputs[i]);
    for (size_t i = first; i < b->g->n_nodes; i++) {
        const node *inner = b->g->nodes[i];
        for (uint32_t k = 0; k < inner->n_in; k++) {
            const value *v = inner->in[k];
            if (v && !v->owner && hash_get(b->values, v->name) == v &&
                !hash_get(f->input_names, v->name))
                return refuse_call(b, inner, "uses what nothing in its function defines:", v->name);
        }
    }
    return refuse_call(b, n, "calls a local function with an undefined name:", f->name);
}

static bool read_body(builder *b, const function *f) {
    cursor c = cursor_over(b->r->file, f->where, b->r->error);
    field in;
    while (cursor_next(&c, &in)) {
        if (in.number != FUNCTION_NODE)
            continue;
        if (in.wire != WIRE_BYTES)
            return wire_damaged(b->r->file, b->r->error, in.at,
                                "a node of a function is not of the type that it should be");
        const void *message = unpack(b->r, in.payload, &onnx__node_proto__descriptor, 2);
        if (!message || !read_node(b, message))
            return false;
    }
    return !c.failed;
}

static body *new_body(const builder *b, const function *f, const node *n, const char *own_scope) {
    function_call *made = arena_alloc(b->r->memory, sizeof *made);
    *made = (function_call){.function = f->name, .index = n->index, .outer = n->call};
    body *inside = arena_alloc(b->r->names, sizeof *inside);
    *inside =
        (body){.function = f, .caller = n, .call = made, .scope = scope_inside(b, n, own_scope)};
    return inside;
}

bool add_call(builder *b, function *f, node *n, const char *own_scope, const pending *graphs) {
    reader *r = b->r;
    if (b->depth + 1 > MAX_DEPTH)
        return refuse_depth(r, f->where);
    if (!check_size(b, f, n) || !prepare_function(r, f))
        return false;
    builder *inner = arena_alloc(r->names, sizeof *inner); /* subgraphs will look names up in it */
    *inner = (builder){.r = r,
                       .g = b->g,
                       .values = hash_new(r->names, f->n_inputs + f->n_outputs),
                       .depth = b->depth + 1,
                       .root = b->root,
                       .body = new_body(b, f, n, own_scope)};
    inner->body->graphs = graphs;
    size_t first = b->g->n_nodes;
    if (!bind_inputs(inner, n, f) || !bind_outputs(inner, n, f) || !read_body(inner, f) ||
        !copy_outputs(inner, n, f) || !check_names(inner, n, f, first))
        return false;
    for (uint32_t i = 0; i < n->n_out; i++)
        b->n_open -= n->out[i] != NULL;
    return true;
}
