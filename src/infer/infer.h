/* Inference: the type, shape and, where small, the contents of every value of a model. */
#ifndef INFER_INFER_H
#define INFER_INFER_H

#include "infer/bind.h"
#include "ops/engine.h"

typedef struct inference {
    engine engine; /* engine.facts: what is known of each value. The first member */
    const roof_options *options;
    bindings bindings;
    const op_def **ops; /* by node id: the row that serves the node, or NULL */
    int32_t *versions;  /* by node id: of its operator set */
    struct lookup *lookup;
    bool *folded;            /* by node id: depends on constants and known shapes alone */
    const bool *told_folded; /* likewise, of what is sure; NULL without estimates */
} inference;

/* Runs over the whole model. Everything is allocated on `a`, whose escape point the caller has set.
 * False and the error when dimensions are missing or a node is invalid. */
bool infer_model(inference *inf, const model *m, const roof_options *options, arena *a,
                 roof_error *error);

#endif
