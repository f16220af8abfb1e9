/* The local functions of a model: found when it is opened, measured and read when they are called.
 *
 * A call is measured before anything of it is expanded, so that functions which each call two
 * others are refused at once. */
#include "onnx/functions.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { LONGEST_NAME = 500 };

/* --- the functions of a model --- */

typedef struct key {
    char text[3 * LONGEST_NAME + 3];
} key;

static bool write_key(key *k, const char *domain, const char *overload, const char *name) {
    if (strlen(domain) > LONGEST_NAME || strlen(overload) > LONGEST_NAME ||
        strlen(name) > LONGEST_NAME)
        return false;
    domain = strcmp(domain, "ai.onnx") != 0 ? domain : "";
    snprintf(k->text, sizeof k->text, "%s\x1f%s\x1f%s", domain, overload, name);
    return true;
}

static function *find_function(const reader *r, const char *domain, const char *overload,
                               const char *name) {
    key k;
    return r->functions && write_key(&k, domain, overload, name) ? hash_get(r->functions, k.text)
                                                                 : NULL;
}

static const char *text_or_empty(const char *s) {
    return s ? s : "";
}

function *called_function(const reader *r, const Onnx__NodeProto *p) {
    return find_function(r, text_or_empty(p->domain), text_or_empty(p->overload), p->op_type);
}

static bool refuse_function(const reader *r, const char *name, const char *problem) {
    char shown[96];
    return refuse_model(r, "the local function \"%s\" %s",
                        text_printable(shown, sizeof shown, name), problem);
}

static bool index_function(reader *r, span where) {
    const Onnx__FunctionProto *p = unpack(r, where, &onnx__function_proto__descriptor, 1);
    if (!p)
        return false;
    const char *name = text_or_empty(p->name), *domain = text_or_empty(p->domain),
               *overload = text_or_empty(p->overload);
    key k;
    if (!*name)
        return wire_damaged(r->file, r->error, where.at, "a local function without a name");
    if (!write_key(&k, domain, overload, name))
        return refuse_function(r, name, "has too long a name");
    if (hash_get(r->functions, k.text))
        return refuse_function(r, name, "is defined twice");
    function *f = arena_alloc(r->names, sizeof *f);
    *f = (function){.name = intern(r, name), .where = where};
    hash_put(r->functions, arena_strdup(r->names, k.text), f);
    return true;
}

bool index_functions(reader *r, span file) {
    enum { MODEL_FUNCTIONS = 25 };
    cursor c = cursor_over(r->file, file, r->error);
    field in;
    while (cursor_next(&c, &in)) {
        if (in.number != MODEL_FUNCTIONS)
            continue;
        if (!r->functions)
            r->functions = hash_new(r->names, 0);
        if (!index_function(r, in.payload))
            return false;
    }
    return !c.failed;
}

/* --- how much a call takes --- */

typedef struct measurement {
    reader *r;
    const function *function;
    int depth; /* of calls and messages */
    count n;
} measurement;

static bool measure(reader *r, function *f, const function *caller, int depth);
static bool measure_nodes(measurement *m, span where, uint32_t number);

static bool measure_attribute(measurement *m, span where) {
    enum { ATTRIBUTE_G = 6, ATTRIBUTE_GRAPHS = 11, GRAPH_NODE = 1, MESSAGES_BETWEEN = 3 };
    cursor c = cursor_over(m->r->file, where, m->r->error);
    field in;
    m->depth += MESSAGES_BETWEEN;
    while (cursor_next(&c, &in))
        if ((in.number == ATTRIBUTE_G || in.number == ATTRIBUTE_GRAPHS) && in.wire == WIRE_BYTES &&
            !measure_nodes(m, in.payload, GRAPH_NODE))
            return false;
    m->depth -= MESSAGES_BETWEEN;
    return !c.failed;
}

/* Reads a name; one that is too long for a function becomes "". */
static bool read_name(reader *r, span where, char name[LONGEST_NAME + 1]) {
    size_t n = where.length <= LONGEST_NAME ? (size_t)where.length : 0;
    name[n] = '\0';
    return source_read(r->file, where.at, name, n, r->error);
}

static bool measure_call(measurement *m, const char *domain, const char *overload, const char *op) {
    m->n = cnt_add(m->n, 1);
    function *f = find_function(m->r, domain, overload, op);
    if (!f)
        return true;
    if (!measure(m->r, f, m->function, m->depth + 1))
        return false;
    m->n = cnt_add(m->n, f->size);
    return true;
}

static bool measure_node(measurement *m, span where) {
    enum { NODE_OP = 4, NODE_ATTRIBUTE = 5, NODE_DOMAIN = 7, NODE_OVERLOAD = 8 };
    char op[LONGEST_NAME + 1] = "", domain[LONGEST_NAME + 1] = "", overload[LONGEST_NAME + 1] = "";
    cursor c = cursor_over(m->r->file, where, m->r->error);
    field in;
    while (cursor_next(&c, &in)) {
        char *name = in.number == NODE_OP         ? op
                     : in.number == NODE_DOMAIN   ? domain
                     : in.number == NODE_OVERLOAD ? overload
                                                  : NULL;
        if (in.wire != WIRE_BYTES)
            continue;
        if (name && !read_name(m->r, in.payload, name))
            return false;
        if (in.number == NODE_ATTRIBUTE && !measure_attribute(m, in.payload))
            return false;
    }
    return !c.failed && measure_call(m, domain, overload, op);
}

static bool measure_nodes(measurement *m, span where, uint32_t number) {
    if (m->depth > MAX_DEPTH)
        return refuse_depth(m->r, where);
    cursor c = cursor_over(m->r->file, where, m->r->error);
    field in;
    while (cursor_next(&c, &in))
        if (in.number == number && in.wire == WIRE_BYTES && !measure_node(m, in.payload))
            return false;
    return !c.failed;
}

/* caller calls f, which it was called by. */
static bool refuse_cycle(const reader *r, const function *f, const function *caller) {
    char names[200] = "", shown[48];
    for (const function *at = caller; at != f; at = at->caller) {
        char rest[sizeof names];
        memcpy(rest, names, sizeof rest);
        snprintf(names, sizeof names, "%s -> %.140s", text_printable(shown, sizeof shown, at->name),
                 rest);
    }
    text_printable(shown, sizeof shown, f->name);
    return refuse_model(r, "the local function \"%s\" calls itself: %s -> %s%s", shown, shown,
                        names, shown);
}

static bool measure(reader *r, function *f, const function *caller, int depth) {
    if (f->size != 0)
        return true;
    if (f->is_open)
        return refuse_cycle(r, f, caller);
    measurement m = {.r = r, .function = f, .depth = depth, .n = 1}; /* no call is for nothing */
    f->is_open = true;
    f->caller = caller;
    if (!measure_nodes(&m, f->where, FUNCTION_NODE))
        return false;
    f->is_open = false;
    f->size = m.n;
    return true;
}

bool measure_function(reader *r, function *f) {
    return measure(r, f, NULL, 1);
}

/* --- what a call needs to know of a function --- */

static const char **keep_names(reader *r, char *const *names, size_t n) {
    const char **list = arena_array(r->names, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = arena_strdup(r->names, names[i]);
    return list;
}

static void read_opsets(reader *r, function *f, const Onnx__FunctionProto *p) {
    f->opsets = arena_array(r->names, p->n_opset_import, sizeof *f->opsets);
    f->n_opsets = p->n_opset_import;
    for (size_t i = 0; i < f->n_opsets; i++)
        f->opsets[i] = (opset){.domain = intern_domain(r, p->opset_import[i]->domain),
                               .version = p->opset_import[i]->version};
}

static bool read_defaults(reader *r, function *f, const Onnx__FunctionProto *p) {
    builder b = {.r = r, .depth = 1};
    b.root = &b;
    b.last = &b.subgraphs;
    f->defaults = arena_alloc(r->names, sizeof *f->defaults);
    *f->defaults = (node){.name = "", .op = f->name, .domain = "", .overload = "", .scope = ""};
    if (!read_attributes(&b, f->defaults, p->attribute_proto, p->n_attribute_proto))
        return false;
    f->graphs = b.subgraphs;
    for (pending *q = f->graphs; q; q = q->next)
        q->outer = NULL; /* the names of whichever call uses it */
    return true;
}

bool prepare_function(reader *r, function *f) {
    if (f->is_ready)
        return true;
    const Onnx__FunctionProto *p = unpack(r, f->where, &onnx__function_proto__descriptor, 1);
    if (!p)
        return false;
    f->is_ready = true;
    f->n_inputs = p->n_input;
    f->inputs = keep_names(r, p->input, p->n_input);
    f->n_outputs = p->n_output;
    f->outputs = keep_names(r, p->output, p->n_output);
    f->input_names = hash_new(r->names, f->n_inputs);
    for (size_t i = 0; i < f->n_inputs; i++)
        hash_put(f->input_names, f->inputs[i], f);
    read_opsets(r, f, p);
    return read_defaults(r, f, p);
}
