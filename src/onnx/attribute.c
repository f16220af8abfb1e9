/* Attributes, each kind by its own row. */
#include "base/text.h"
#include "onnx/reader.h"
#include <string.h>

typedef Onnx__AttributeProto proto;

/* Where an attribute belongs, for subgraphs and messages. */
typedef struct place {
    builder *b;
    node *n;
} place;

static bool refuse_attribute(const place *at, const attribute *a, const char *problem) {
    char label[320], name[64];
    return refuse_model(at->b->r, "%s: attribute \"%s\" %s", node_label(label, sizeof label, at->n),
                        text_printable(name, sizeof name, a->name), problem);
}

static bool read_none(const place *at, const proto *p, attribute *a) {
    (void)at;
    (void)p;
    (void)a;
    return true;
}

static bool read_float(const place *at, const proto *p, attribute *a) {
    (void)at;
    a->f = p->f;
    a->n = 1;
    return true;
}

static bool read_int(const place *at, const proto *p, attribute *a) {
    (void)at;
    a->i = p->i;
    a->n = 1;
    return true;
}

static const char *text_of(const place *at, const ProtobufCBinaryData *bytes) {
    const char *s = (const char *)bytes->data;
    return bytes->len ? arena_strndup(at->b->r->memory, s, strnlen(s, bytes->len)) : "";
}

static bool read_string(const place *at, const proto *p, attribute *a) {
    a->s = p->has_s_length ? NULL : text_of(at, &p->s);
    a->n = 1;
    return true;
}

static bool read_floats(const place *at, const proto *p, attribute *a) {
    a->n = p->floats_total;
    if (p->floats_total != p->n_floats || a->n == 0)
        return true;
    float *copy = arena_array(at->b->r->memory, a->n, sizeof *copy);
    a->floats = memcpy(copy, p->floats, a->n * sizeof *copy);
    return true;
}

static bool read_ints(const place *at, const proto *p, attribute *a) {
    a->n = p->ints_total;
    a->runs = p->ints_runs;
    if (p->ints_total != p->n_ints || a->n == 0)
        return true;
    int64_t *copy = arena_array(at->b->r->memory, a->n, sizeof *copy);
    a->ints = memcpy(copy, p->ints, a->n * sizeof *copy);
    return true;
}

static bool read_strings(const place *at, const proto *p, attribute *a) {
    a->n = p->strings_total;
    if (p->strings_total != p->n_strings || a->n == 0)
        return true;
    const char **copy = arena_array(at->b->r->memory, a->n, sizeof *copy);
    for (size_t i = 0; i < a->n; i++)
        copy[i] = text_of(at, &p->strings[i]);
    a->strings = copy;
    return true;
}

static bool read_tensor(const place *at, const proto *p, attribute *a) {
    if (!p->t)
        return refuse_attribute(at, a, "is a tensor, but there is none");
    a->n = 1;
    a->tensor = read_stored(at->b->r, p->t, "tensor attribute", a->name);
    return a->tensor != NULL;
}

static bool read_sparse(const place *at, const proto *p, attribute *a) {
    const Onnx__SparseTensorProto *s = p->sparse_tensor;
    if (!s || !s->values || !s->indices)
        return refuse_attribute(at, a, "is a sparse tensor, but there is none");
    reader *r = at->b->r;
    type *dense = arena_alloc(r->memory, sizeof *dense);
    a->n = 1;
    a->type = dense;
    a->tensor = read_stored(r, s->values, "sparse tensor attribute", a->name);
    a->indices = read_stored(r, s->indices, "sparse tensor attribute", a->name);
    return a->tensor && a->indices && read_dense_type(r, s, dense, a->name);
}

static bool read_one_type(const place *at, const proto *p, attribute *a) {
    if (!p->tp)
        return refuse_attribute(at, a, "is a type, but there is none");
    type *t = arena_alloc(at->b->r->memory, sizeof *t);
    a->n = 1;
    a->type = t;
    return read_type(at->b->r, p->tp, t, a->name);
}

static bool add_graphs(const place *at, Onnx__Span *const *spans, size_t n, attribute *a) {
    graph **list = arena_array(at->b->r->memory, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = add_subgraph(at->b, at->b, at->n, a->name,
                               (span){.at = spans[i]->offset, .length = spans[i]->length});
    a->graphs = n ? list : NULL;
    a->n = n;
    return true;
}

static bool read_graph_attribute(const place *at, const proto *p, attribute *a) {
    if (!p->g)
        return refuse_attribute(at, a, "is a graph, but there is none");
    return add_graphs(at, &p->g, 1, a);
}

static bool read_graphs(const place *at, const proto *p, attribute *a) {
    return add_graphs(at, p->graphs, p->n_graphs, a);
}

static bool count_tensors(const place *at, const proto *p, attribute *a) {
    (void)at;
    a->n = p->tensors_total;
    return true;
}

static bool count_sparse(const place *at, const proto *p, attribute *a) {
    (void)at;
    a->n = p->sparse_tensors_total;
    return true;
}

static bool count_types(const place *at, const proto *p, attribute *a) {
    (void)at;
    a->n = p->type_protos_total;
    return true;
}

static bool (*const readers[])(const place *at, const proto *p, attribute *a) = {
    [ATTR_NONE] = read_none,
    [ATTR_FLOAT] = read_float,
    [ATTR_INT] = read_int,
    [ATTR_STRING] = read_string,
    [ATTR_TENSOR] = read_tensor,
    [ATTR_GRAPH] = read_graph_attribute,
    [ATTR_FLOATS] = read_floats,
    [ATTR_INTS] = read_ints,
    [ATTR_STRINGS] = read_strings,
    [ATTR_TENSORS] = count_tensors,
    [ATTR_GRAPHS] = read_graphs,
    [ATTR_SPARSE_TENSOR] = read_sparse,
    [ATTR_SPARSE_TENSORS] = count_sparse,
    [ATTR_TYPE_PROTO] = read_one_type,
    [ATTR_TYPE_PROTOS] = count_types,
};

/* Old files leave the type out; then the field that is there tells. */
static attribute_kind kind_of(const proto *p) {
    if (p->type > ATTR_NONE && p->type <= ATTR_TYPE_PROTOS)
        return (attribute_kind)p->type;
    return p->has_f                      ? ATTR_FLOAT
           : p->has_i                    ? ATTR_INT
           : p->has_s || p->has_s_length ? ATTR_STRING
           : p->t                        ? ATTR_TENSOR
           : p->g                        ? ATTR_GRAPH
           : p->floats_total             ? ATTR_FLOATS
           : p->ints_total               ? ATTR_INTS
           : p->strings_total            ? ATTR_STRINGS
           : p->tensors_total            ? ATTR_TENSORS
           : p->n_graphs                 ? ATTR_GRAPHS
           : p->sparse_tensor            ? ATTR_SPARSE_TENSOR
           : p->tp                       ? ATTR_TYPE_PROTO
                                         : ATTR_NONE;
}

/* In the body of a function: the attribute of the call that is meant, under the name that it has
 * here. False when the call leaves it out. */
static bool take_reference(const place *at, const char *name, attribute *a) {
    const body *around = body_around(at->b);
    if (!around) {
        a->reference = intern(at->b->r, name);
        return true;
    }
    const attribute *given = body_attribute(around, name);
    if (!given)
        return false;
    const char *own = a->name;
    *a = *given;
    a->name = own;
    if (!given->graphs)
        return true;
    graph **list = arena_array(at->b->r->memory, a->n, sizeof *list);
    for (size_t i = 0; i < a->n; i++)
        list[i] = body_graph(at->b, at->n, own, given->graphs[i]);
    a->graphs = list;
    return true;
}

bool read_attributes(builder *b, node *n, proto *const *list, size_t n_list) {
    place at = {.b = b, .n = n};
    if (n_list == 0)
        return true;
    n->attrs = arena_array(b->r->memory, n_list, sizeof *n->attrs);
    for (size_t i = 0; i < n_list; i++) {
        const proto *from = list[i];
        attribute *a = &n->attrs[n->n_attrs];
        *a = (attribute){.name = intern(b->r, from->name ? from->name : ""), .kind = kind_of(from)};
        bool refers = from->ref_attr_name && *from->ref_attr_name;
        if (!refers && !readers[a->kind](&at, from, a))
            return false;
        n->n_attrs += !refers || take_reference(&at, from->ref_attr_name, a);
    }
    return true;
}
