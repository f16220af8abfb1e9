/* The operator table: one row per operator and version range.
 *
 * A row says how shapes follow from inputs (infer), what work the operator is (cost), and how it
 * behaves for traffic and fusion (kind, family, traits). The functions see their node through a
 * `site`: its inputs' facts, its attributes, and the facts of its outputs to fill in.
 *
 * Unknown is the normal case, not an error: an output that is not set stays unknown, a count that
 * involves an unknown dimension becomes UNKNOWN by itself. Only what no valid model can hold
 * (stride 0, a rank that the operator excludes, dims that cannot be broadcast) is site_invalid. */
#ifndef OPS_OP_H
#define OPS_OP_H

#include "graph/graph.h"

/* What is known of the elements of a tensor. */
typedef struct content {
    count n;                    /* elements of the tensor */
    bool real;                  /* items are .f, else .i */
    bool splat;                 /* item[0] (and known[0]) stand for every element */
    scalar *item;               /* n of them, 1 when splat */
    unsigned char *is_known;    /* per item; NULL: all known */
    const char *const *strings; /* of a string tensor: n of them; its items are not known */
} content;

/* What is known of the elements of a sequence, or of what an optional holds (0 or 1 elements). */
typedef struct holding {
    count n;
    const struct fact *each; /* n of them; NULL: they differ in nothing that fact.inner says */
} holding;

/* What inference knows of one value. Zero-initialised with rank -1 it knows nothing. There is one
 * for every value of a model, so it is kept small. */
typedef struct fact {
    const count *dims;        /* rank of them, each maybe UNKNOWN */
    const content *content;   /* NULL: nothing known (ask through site_content, which decodes) */
    const struct fact *inner; /* what all elements of a sequence or optional have in common */
    const holding *held;      /* of a sequence or optional; NULL: not even their number is known */
    type_kind kind : 8;       /* TYPE_UNDECLARED until known */
    dtype elem : 8;
    int rank : 8; /* -1 unknown */

    /* Constants: everything that depends on nothing but initializers, constants and known shapes.
     * Filled in by the driver, not by infer functions (but for stored_bytes of sparse constants).
     */
    bool constant : 1;
    bool decoded : 1;        /* decoding was tried; content holds the result */
    bool quantized_zero : 1; /* there is a zero point under `quantized` */
    bool pruned : 1;         /* of each four values two are kept: --sparsity 2:4 */
    dtype quantized : 8;     /* the integer type under a DequantizeLinear, else DT_UNKNOWN */
    dtype stored_type : 8;   /* the type of its largest source, as stored */
    uint32_t root; /* id of the value that its bytes really are (views of one weight share it) */
    const stored *stored; /* of initializers and Constant outputs */
    count stored_bytes;   /* what reading all of it costs: its own bytes or those of its sources */
} fact;

typedef struct op_def op_def;
typedef struct engine engine; /* the driver; opaque here */

/* One node as the functions of its operator see it. */
typedef struct site {
    const node *node;
    const op_def *op;
    int64_t version; /* of the node's operator set in the model; a large number when not imported */
    arena *arena;    /* for dims and content that go into facts */
    engine *engine;
} site;

/* What a product of factors counts. */
typedef enum work_quantity {
    WORK_MACS,
    WORK_VECTOR,
    WORK_SPECIAL,
    WORK_INTEGER,
    WORK_QUANTITIES
} work_quantity;

/* A number with the name that the operator's rule has for it: {"N", 1000}. */
typedef struct work_factor {
    const char *name;
    count value;
} work_factor;

enum { MAX_FACTORS = 6 };

/* One product that was added to the work, kept for `explain`. */
typedef struct work_product {
    work_quantity quantity;
    unsigned n;
    work_factor factors[MAX_FACTORS];
    count value; /* the product */
    struct work_product *next;
} work_product;

typedef struct work_trace {
    arena *arena;
    work_product *first, *last;
} work_trace;

/* Work of one execution. Starts as 0 everywhere, macs_valid "as macs", every input touched whole,
 * every used output written whole. Counts are of the whole node, not per element. */
typedef struct work {
    count macs;       /* multiply-accumulates of contractions */
    count macs_valid; /* without padded positions */
    count vector;     /* vector FLOP */
    count special;    /* special-function FLOP */
    count integer;    /* integer_ops beyond those that follow from the type, see OP_QUANTIZED */
    dtype precision;  /* the type multiplied; DT_UNKNOWN: the first floating input's type */
    dtype accumulate; /* DT_UNKNOWN: fp32, int32 for integer precision, fp64 for fp64 */
    count *touched;   /* per input: elements really read; preset to all. See work_touch */
    count *written;   /* per output: elements really written; preset to all */
    count attribute_elements; /* weights that are attributes and no inputs: trees, coefficients */
    count attribute_bytes, attribute_read; /* all of them, and those really read */
    bool estimated;    /* depends on data; the note says under which assumption */
    bool is_unknown;   /* there is no rule for this case */
    const char *note;  /* NULL or one sentence */
    work_trace *trace; /* NULL, or where the products are kept */
} work;

/* How fusion and traffic see an operator. */
typedef enum op_kind {
    OP_ANCHOR, /* contraction, pool, reduction, scan, norm */
    OP_MAP,    /* element-wise: output element i depends on input elements i (after broadcast) */
    OP_MOVE,   /* moves data, no arithmetic */
    OP_VIEW,   /* renames data: Reshape, Squeeze, Identity, ...; output 0 is input 0 */
    OP_OPAQUE  /* cannot be fused or is not understood */
} op_kind;

/* Operator families: the colours of the plot. */
typedef enum op_family {
    FAMILY_CONV,
    FAMILY_MATMUL,
    FAMILY_ATTENTION,
    FAMILY_NORM,
    FAMILY_ACTIVATION,
    FAMILY_ELEMENTWISE,
    FAMILY_POOL,
    FAMILY_REDUCE,
    FAMILY_MOVEMENT,
    FAMILY_QUANTIZE,
    FAMILY_RECURRENT,
    FAMILY_OTHER,
    FAMILY_COUNT
} op_family;

enum op_trait {
    /* FLOPs at integer precision stay flops (quantized contractions, Quantize, Dequantize). Without
     * it the work of an operator on integer or bool tensors is integer_ops as a whole. */
    OP_QUANTIZED = 1 << 0,
    OP_RANDOM = 1 << 1,     /* not a constant even when its inputs are */
    OP_SHAPE_ONLY = 1 << 2, /* reads the shape of input 0, not its data: Shape, Size */
    OP_FP32_VECTOR =
        1 << 3, /* vector work runs in fp32 whatever the tensors' type: norms, softmax */
    OP_CONTRACTION =
        1 << 4, /* multiplies input 0 by input 1 (Conv, MatMul, Gemm): Q/DQ rules apply */
    OP_KEEPS_SCALE = 1 << 5, /* quantization passes through: Transpose, MaxPool, Reshape, ... */
    OP_IN_PLACE = 1 << 6     /* element i of output 0 may overwrite element i of input 0 */
};

struct op_def {
    const char *domain; /* "" is ai.onnx */
    const char *name;
    int since; /* first opset version this row serves; a later row of the same name ends it */
    op_kind kind;
    op_family family;
    unsigned traits;
    void (*infer)(site *s);
    void (*cost)(site *s, work *w); /* NULL: no arithmetic, everything touched */
    const char *rule;               /* the counting rule in words, for docs and `explain` */
};

/* The row that serves an operator at a version, or NULL. */
const op_def *op_find(const char *domain, const char *name, int64_t version);

/* All rows, family by family; NULL past the last. */
const op_def *op_row(size_t i);

const char *op_family_name(op_family f);

/* --- a site's inputs, outputs and attributes --- */

unsigned site_n_in(const site *s);
unsigned site_n_out(const site *s);
/* The fact of input i, or NULL when it is left out or beyond the last. */
const fact *site_in(const site *s, unsigned i);
/* The fact of output i to fill in, or NULL when it is left out or beyond the last. */
fact *site_out(const site *s, unsigned i);
/* What is known of input i's elements (decoding a small stored tensor on first use), or NULL. */
const content *site_content(site *s, unsigned i);
/* The elements of string input i (decoding a small stored tensor on first use), or NULL. */
const char *const *site_strings(site *s, unsigned i);
/* Is input i used by this node alone, and no constant and no output: may it be overwritten? */
bool site_exclusive(const site *s, unsigned i);

int64_t site_int(const site *s, const char *attribute, int64_t fallback);
double site_float(const site *s, const char *attribute, double fallback);
/* The string attribute, or the fallback. */
const char *site_string(const site *s, const char *attribute, const char *fallback);
/* The integers of an attribute and their number; NULL (n = 0) when it is absent or too large. */
const int64_t *site_ints(const site *s, const char *attribute, size_t *n);
bool site_has(const site *s, const char *attribute);

/* Integers given as attribute (old versions) or as input i (new ones), fully known, or NULL when
 * absent or unknown: *absent tells which. i < 0: attribute only. */
const int64_t *site_ints_or_input(site *s, const char *attribute, int i, size_t *n, bool *absent);

/* Reports that no valid model can hold this; the analysis ends with exit code 3 and a line that
 * names the node. The first report counts. */
void site_invalid(site *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool site_failed(const site *s);

/* --- setting outputs; out == NULL (unused output) is always allowed --- */

/* dims are copied. rank -1: rank unknown. */
void out_tensor(site *s, unsigned i, dtype elem, int rank, const count *dims);
/* As out_tensor, but dims that live as long as the facts (another fact's, say) are not copied. */
void out_kept(site *s, unsigned i, dtype elem, int rank, const count *dims);
/* Same type and shape as another fact (content is not copied). */
void out_like(site *s, unsigned i, const fact *like);
/* Same shape, another type. */
void out_shaped_like(site *s, unsigned i, dtype elem, const fact *like);
/* A new content for output i (n items, or 1 for a splat of n elements; items zero; all known), or
 * NULL when the output is unused or n is beyond the folding budget. Set the shape first. */
content *out_content(site *s, unsigned i, bool splat);
/* May so many more items be looked at? Takes them from the folding budget. */
bool site_spend(site *s, count items);
/* A 1-D int64 output whose elements are given (UNKNOWN among them: not known). */
void out_int_vector(site *s, unsigned i, const count *items, size_t n);
/* Output 0 is input 0 under another shape of as many elements: passes content and type on. */
void out_view(site *s, int rank, const count *dims);

/* --- content --- */

/* Element i as known integer / real; false when that element is not known. */
bool content_int(const content *c, count i, int64_t *value);
bool content_real(const content *c, count i, double *value);
bool content_all_known(const content *c);

/* --- shapes --- */

/* Product of all dims; UNKNOWN when the rank or any dim is. NULL gives UNKNOWN. */
count fact_elements(const fact *f);
/* Bytes of the whole tensor at its own type. */
count fact_bytes(const fact *f);
/* dims[axis], UNKNOWN when the rank is unknown or too small; negative axes count from the end. */
count fact_dim(const fact *f, int axis);
/* Product of dims [from, to). */
count fact_range(const fact *f, int from, int to);
/* The axis in [0, rank), or site_invalid and -1. */
int site_axis(site *s, int64_t axis, int rank);
/* The broadcast of n facts' shapes (ONNX multidirectional) as an arena array; *rank -1 when a rank
 * is unknown. An unknown dim against 1 or unknown is unknown; against N > 1 it is N. */
const count *site_broadcast(site *s, const fact *const *facts, size_t n, int *rank);

/* --- work --- */

/* Everything that is counted goes through these three, so that what `explain` shows is what was
 * added. Names are literals. */

/* For each of n (named so) so many vector and special FLOP. */
void work_each(work *w, const char *name, count n, count vector, count special);
/* The product of factors in braces: work_macs(w, {"N", n}, {"kernel", k}). */
#define work_macs(w, ...)                                                                          \
    work_multiply(w, WORK_MACS, (const work_factor[]){__VA_ARGS__},                                \
                  sizeof((const work_factor[]){__VA_ARGS__}) / sizeof(work_factor))
#define work_integer(w, ...)                                                                       \
    work_multiply(w, WORK_INTEGER, (const work_factor[]){__VA_ARGS__},                             \
                  sizeof((const work_factor[]){__VA_ARGS__}) / sizeof(work_factor))
void work_multiply(work *w, work_quantity q, const work_factor *factors, size_t n);
/* Makes integer_ops of all that was added so far. */
void work_to_integer(work *w);

/* Only `elements` of input i are read (never more than all of it). */
void work_touch(work *w, unsigned i, count elements);
/* Only `elements` of output i are written. */
void work_write(work *w, unsigned i, count elements);
/* A sentence about the row. */
void work_note(site *s, work *w, const char *format, ...) __attribute__((format(printf, 3, 4)));

enum {
    FOLD_ELEMENTS = 1 << 16, /* largest content that is kept element by element */
    FOLD_BUDGET = 1 << 22    /* items of content over a whole analysis */
};

#endif
