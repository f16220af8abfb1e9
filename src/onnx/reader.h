/* Inside the importer: what its files share while a model is read. */
#ifndef ONNX_READER_H
#define ONNX_READER_H

#include "graph/graph.h"
#include "onnx.pb-c.h"
#include "onnx/filter.h"
#include "onnx/source.h"

typedef struct reader {
    source *file;
    roof_error *error;
    arena *memory;  /* the model's; all that stays */
    arena *scratch; /* what protobuf-c unpacks; forgotten before each message */
    arena *names;   /* the tables from names to values; forgotten when the model is read */
    filter copy;
    model *model;
    span item;       /* the message being unpacked */
    hash *functions; /* the local functions by key; NULL when there are none */
    count expanded;  /* nodes and calls that calls of functions have taken */
    value left_out;  /* stands for an input that a call leaves out */
} reader;

typedef struct function function;

/* The body of a local function while a call of it is expanded. */
typedef struct body {
    const function *function;
    const node *caller;           /* the calling node; it is no node of the graph */
    const struct pending *graphs; /* among the caller's attributes */
    const function_call *call;
    const char *scope; /* of nodes that say nothing else */
} body;

/* A graph while it is built, or the body of a function that becomes part of that graph. Uses come
 * before definitions in a file, so a name becomes a value at its first mention; it has an owner
 * once it is defined. */
typedef struct builder builder;
struct builder {
    reader *r;
    graph *g;
    hash *values;         /* by name */
    const builder *outer; /* of the graph around; NULL for the body of a function */
    int depth;            /* of its GraphProto; a call counts like a message */
    builder *root;        /* of the graph; itself but for the body of a function */
    body *body;           /* NULL for a graph */
    uint32_t n_read;      /* nodes so far, calls among them */
    int64_t n_open;       /* of a body: values that still lack a definition */
    /* Of the root: */
    size_t room; /* in g->nodes */
    struct pending *subgraphs, **last;
};

/* A subgraph that waits until every name of the graph around is known. */
typedef struct pending {
    graph *g;
    span where;
    int depth;
    const builder *outer; /* whose names it sees */
    struct pending *next;
} pending;

/* Sets the error "NAME: ..." with ROOF_DAMAGED; returns false. */
bool refuse_model(const reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Unpacks a message without its payloads on the scratch arena; valid until the next call. NULL and
 * the error when it is damaged. */
void *unpack(reader *r, span where, const ProtobufCMessageDescriptor *schema, int depth);

/* --- graphs --- */

/* Fills in a graph (its parent and branch are set) from its GraphProto, subgraphs included. */
bool read_graph(reader *r, graph *g, span where, const builder *outer, int depth);
/* The value of that name in the graph that is being built. */
value *named_value(builder *b, const char *name);
/* Marks a value as defined here. */
void define_value(builder *b, value *v);
/* What a name already is, for messages: "the output of node #1 Add", "a graph input", ... */
const char *describe_definition(const value *v, char *dst, size_t size);

/* Adds a node, or the nodes that it becomes when it calls a local function. */
bool read_node(builder *b, const void *node_proto);
/* A node that makes `to` another name for `from`. */
bool add_identity(builder *b, value *from, value *to);
/* Puts a subgraph that sees the names of a builder on the waiting list. */
graph *add_subgraph(builder *b, const builder *names, node *parent, const char *branch, span where);
bool read_attributes(builder *b, node *n, Onnx__AttributeProto *const *list, size_t n_list);
/* Damaged: too deep. */
bool refuse_depth(const reader *r, span where);

/* --- calls of local functions --- */

/* Adds the nodes of a function's body for a call; n is the calling node, `graphs` are among its
 * attributes, own_scope is what it says of its modules ("": nothing). */
bool add_call(builder *b, function *f, node *n, const char *own_scope, const pending *graphs);
/* The body that a builder is in, or NULL. */
const body *body_around(const builder *b);
/* The attribute that a reference in a body means; NULL when it is left out. */
const attribute *body_attribute(const body *at, const char *name);
/* Such an attribute's graph, read once more for another node. */
graph *body_graph(builder *b, node *parent, const char *branch, const graph *given);
/* The version of a domain that the function imports, or 0. */
int64_t body_opset(const body *at, const char *domain);

/* --- parts --- */

const char *intern(reader *r, const char *s);
/* "ai.onnx" becomes "". NULL becomes "". */
const char *intern_domain(reader *r, const char *domain);
/* What is known of a tensor without its values. `what` and `name` are for messages. */
const stored *read_stored(reader *r, const Onnx__TensorProto *p, const char *what,
                          const char *name);
bool read_type(reader *r, const Onnx__TypeProto *p, type *t, const char *name);
/* The dense shape of a sparse tensor. */
bool read_dense_type(reader *r, const Onnx__SparseTensorProto *p, type *t, const char *name);
/* The module path of a node, from metadata or from names like "/layer1/conv1/Conv"; "" when there
 * is none. */
const char *node_scope(reader *r, const Onnx__NodeProto *p);

/* --- decoding --- */

/* Decodes from `file`, which the decoder closes. */
data_source *decoder_new(arena *a, source *file);
void decoder_close(data_source *d);

#endif
