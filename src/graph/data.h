/* Stored tensors: what is known of an initializer without loading it, and decoding on demand. */
#ifndef GRAPH_DATA_H
#define GRAPH_DATA_H

#include "base/arena.h"
#include "graph/dtype.h"

/* A tensor in the file: its type and dims, and where its TensorProto lies. */
typedef struct stored {
    dtype type;
    int rank;
    const count *dims;
    uint64_t offset; /* of the TensorProto message in the file, in bytes */
    uint64_t length;
    bool external; /* the values lie in another file, which need not exist */
} stored;

/* Elements of a stored tensor: the product of its dims. */
count stored_elements(const stored *s);

/* One element, as an integer or (for floating types) a real number. */
typedef union scalar {
    int64_t i;
    double f;
} scalar;

/* The element of a floating or integer type that has these bits (the lowest; others are ignored).
 */
scalar scalar_from_bits(dtype t, uint64_t bits);

/* Where values are decoded from. */
typedef struct data_source data_source;
struct data_source {
    /* Decodes n elements (all of them) into out: `.f` for floating types, `.i` for integers and
     * bool. False when they cannot be had (strings, missing external file, damaged payload). */
    bool (*decode)(data_source *self, const stored *s, scalar *out, size_t n);
    /* Copies n strings (all of them) into `text`, each with a NUL behind it, and says where they
     * begin. False when they cannot be had, do not fit into `size` bytes, or hold a NUL. */
    bool (*strings)(data_source *self, const stored *s, char *text, size_t size, const char **out,
                    size_t n);
};

#endif
