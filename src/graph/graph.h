/* Our own view of a model: values, nodes, graphs. Structure only; nothing here depends on shapes
 * bound at analysis time, so one model serves any number of analyses. Everything lives on the
 * model's arena and is constant once the importer has returned.
 *
 *     model --> main graph --> nodes (topological order) --> in/out values
 *                                |-- attributes --> subgraphs (their nodes may use outer values)
 *
 * Values and nodes are numbered across all graphs of a model (value.id, node.id), so that later
 * stages keep what they learn in plain arrays. */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "base/arena.h"
#include "base/hash.h"
#include "graph/data.h"
#include "graph/dtype.h"
#include <roofline/error.h>

typedef struct graph graph;
typedef struct node node;
typedef struct value value;
typedef struct attribute attribute;
typedef struct model model;

/* A declared dimension: a number, a name or expression, or nothing at all. */
typedef struct dim {
    count size;         /* UNKNOWN when symbolic or absent */
    const char *symbol; /* NULL when there is none */
} dim;

typedef enum type_kind {
    TYPE_UNDECLARED, /* the file says nothing */
    TYPE_TENSOR,
    TYPE_SPARSE,
    TYPE_SEQUENCE,
    TYPE_OPTIONAL,
    TYPE_MAP,
    TYPE_OPAQUE
} type_kind;

/* What the file declares of a value: truth for graph inputs, a hint everywhere else. */
typedef struct type {
    type_kind kind : 8;
    dtype elem : 8;           /* of tensors; of maps the value type is in `inner` */
    int rank : 8;             /* -1 when no shape is declared */
    const dim *dims;          /* rank of them */
    const struct type *inner; /* element of a sequence, optional or map; else NULL */
} type;

enum { MAX_RANK = 64 }; /* more is refused as damage */

struct value {
    const char *name; /* never NULL; printable only through text_printable */
    uint32_t id;
    uint32_t n_uses : 30; /* node inputs of any graph, captures and graph outputs that are it */
    bool is_input : 1;  /* input of `owner` (may also be stored: a default that counts as weight) */
    bool is_output : 1; /* output of `owner` */
    node *producer;     /* NULL for graph inputs and initializers */
    const graph *owner; /* the graph that defines it */
    type declared;
    const stored *stored;  /* the initializer, or NULL */
    const stored *indices; /* of a sparse initializer, whose values are in `stored` and whose
                              dense shape is in `declared`; else NULL */
};

typedef enum attribute_kind { /* numbers of ONNX's AttributeProto.AttributeType */
                              ATTR_NONE = 0,
                              ATTR_FLOAT = 1,
                              ATTR_INT = 2,
                              ATTR_STRING = 3,
                              ATTR_TENSOR = 4,
                              ATTR_GRAPH = 5,
                              ATTR_FLOATS = 6,
                              ATTR_INTS = 7,
                              ATTR_STRINGS = 8,
                              ATTR_TENSORS = 9,
                              ATTR_GRAPHS = 10,
                              ATTR_SPARSE_TENSOR = 11,
                              ATTR_SPARSE_TENSORS = 12,
                              ATTR_TYPE_PROTO = 13,
                              ATTR_TYPE_PROTOS = 14
} attribute_kind;

struct attribute {
    const char *name;
    const char *reference; /* of a function body: the caller's attribute to use, else NULL */
    attribute_kind kind;
    size_t n;            /* elements of ints, floats, strings, tensors, graphs; 1 for single ones */
    size_t runs;         /* of equal neighbours among ints; 0: not counted */
    int64_t i;           /* ATTR_INT */
    float f;             /* ATTR_FLOAT */
    const char *s;       /* ATTR_STRING; cut at a NUL; NULL when it was too large to keep */
    const int64_t *ints; /* NULL with n > 0: too many to keep (trees); only n and runs are known */
    const float *floats; /* likewise */
    const char *const *strings; /* likewise */
    const stored *tensor;       /* ATTR_TENSOR, and the values of ATTR_SPARSE_TENSOR */
    const stored *indices;      /* of ATTR_SPARSE_TENSOR */
    graph *const *graphs;       /* ATTR_GRAPH and ATTR_GRAPHS */
    const type *type;           /* ATTR_TYPE_PROTO, and the dense shape of ATTR_SPARSE_TENSOR */
};

/* A call of a local function, of which the nodes of the function's body were made. */
typedef struct function_call {
    const char *function;              /* its name */
    uint32_t index;                    /* of the calling node, in its graph or function body */
    const struct function_call *outer; /* the call whose body that node was in, or NULL */
} function_call;

struct node {
    const char *name;   /* "" when it has none */
    const char *op;     /* interned: equal operators share the pointer */
    const char *domain; /* interned; "" is ai.onnx ("ai.onnx" in the file becomes "") */
    const char *overload;
    const char *scope; /* module path from metadata or names; "" when there is none */
    uint32_t id;       /* over all graphs of the model */
    uint32_t index;    /* in its graph or function body in the file: the row id "#12" */
    uint32_t position; /* among the nodes of its graph, as they were read */
    int32_t version;   /* of its operator set, as its model or function imports it; 0: not so */
    bool dead;         /* reaches no output of the main graph */
    const function_call *call; /* whose body it was in; NULL for a node of the graph itself */
    graph *owner;
    value **in;  /* n_in of them; NULL where an optional input is left out */
    value **out; /* n_out; NULL where an optional output is left out */
    uint32_t n_in;
    uint32_t n_out;
    uint32_t n_attrs;
    uint32_t n_captures;
    attribute *attrs;
    value **captures; /* outer values that its subgraphs use, each once */
};

struct graph {
    const char *name;
    uint32_t id;        /* over all graphs of the model */
    node *parent;       /* the node whose attribute this is; NULL for the main graph */
    const char *branch; /* that attribute's name ("then_branch"); NULL for the main graph */
    node **nodes;       /* in topological order */
    size_t n_nodes;
    value **inputs; /* initializers among them included */
    size_t n_inputs;
    value **outputs;
    size_t n_outputs;
    value **initializers;
    size_t n_initializers;
};

/* One imported operator set. */
typedef struct opset {
    const char *domain; /* "" is ai.onnx */
    int64_t version;
} opset;

struct model {
    arena *arena;
    graph *main;
    hash *strings; /* interned op names and domains */
    const opset *opsets;
    size_t n_opsets;
    int64_t ir_version;
    const char *path;     /* as given by the user; "-" for standard input */
    const char *producer; /* "pytorch 2.1.0"; "" when not said */
    size_t n_values;      /* over all graphs: value ids are below */
    size_t n_nodes;
    size_t n_graphs;
    size_t n_functions;      /* local functions in the file */
    uint64_t structure_hash; /* of everything but payloads, names of files and documentation */
    data_source *source;     /* where stored tensors are decoded from; owned by the importer */
};

/* The operator set version of a domain, or 0 when the model does not import it. */
int64_t model_opset(const model *m, const char *domain);

/* The attribute of that name, or NULL. A reference that nothing has resolved is none. */
const attribute *node_attribute(const node *n, const char *name);

/* Writes what a node's row id has before its own "#3", printable: "", "#12/then_branch/",
 * "#5/MyFunction/". Ends early where dst is full. Returns its length. */
size_t node_prefix(char *dst, size_t size, const node *n);

/* Writes `node #12/then_branch/#3 Conv "name"`, printable, into dst (320 bytes hold any) for a
 * message. Returns dst. */
char *node_label(char *dst, size_t size, const node *n);

/* --- for importers --- */

/* Puts g->nodes into topological order (stable: file order where that is one already), counts uses,
 * gathers captures from the subgraphs, which must be finished before, and numbers the graph. Fails
 * on a cycle. */
bool graph_finish(model *m, graph *g, roof_error *e);

/* Marks the nodes of the main graph, and of subgraphs, that reach no output. */
void graph_mark_dead(model *m);

/* The structure hash of a finished model. */
uint64_t model_digest(const model *m);

/* NULL when every invariant of the model holds, else a sentence about the first that does not.
 * On in every test. */
const char *graph_check(const model *m);

#endif
