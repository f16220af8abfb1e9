/* The families that make up the operator table; one file each. To add an operator, add its row to
 * its family's array; to add a family, add a line here and a file beside. */
#ifndef OPS_FAMILIES_H
#define OPS_FAMILIES_H

#include "ops/op.h"

/* X(name): an array `const op_def ops_name[]` that ends with a row whose name is NULL. */
#define OP_FAMILIES(X)                                                                             \
    X(conv)                                                                                        \
    X(matmul)                                                                                      \
    X(attention)                                                                                   \
    X(normalize)                                                                                   \
    X(pool)                                                                                        \
    X(activation)                                                                                  \
    X(elementwise)                                                                                 \
    X(reduce)                                                                                      \
    X(movement)                                                                                    \
    X(index)                                                                                       \
    X(shape)                                                                                       \
    X(generate)                                                                                    \
    X(sequence)                                                                                    \
    X(resize)                                                                                      \
    X(quantize)                                                                                    \
    X(recurrent)                                                                                   \
    X(transform)                                                                                   \
    X(train)                                                                                       \
    X(strings)                                                                                     \
    X(image)                                                                                       \
    X(ml)                                                                                          \
    X(contrib)                                                                                     \
    X(contrib_attention)                                                                           \
    X(contrib_cache)                                                                               \
    X(contrib_conv)                                                                                \
    X(contrib_data)                                                                                \
    X(contrib_decoder)                                                                             \
    X(contrib_generation)                                                                          \
    X(contrib_linear)                                                                              \
    X(contrib_matmul)                                                                              \
    X(contrib_moe)                                                                                 \
    X(contrib_norm)                                                                                \
    X(contrib_position)                                                                            \
    X(contrib_project)                                                                             \
    X(contrib_quantize)                                                                            \
    X(contrib_signal)

#define X(family) extern const op_def ops_##family[];
OP_FAMILIES(X)
#undef X

#endif
