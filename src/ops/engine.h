/* What a site works on: the facts of one analysis. Filled in by infer, read by the operators. */
#ifndef OPS_ENGINE_H
#define OPS_ENGINE_H

#include "ops/op.h"

struct engine {
    const model *model;
    arena *arena;
    fact *facts;       /* by value id */
    int64_t fold_left; /* items of content that may still be made */
    roof_error *error; /* the first invalid node ends the analysis */
};

/* A site for a node of the engine's model. */
site site_of(engine *e, const node *n, const op_def *op, int64_t version);

/* The content of a string tensor: to whoever looks for numbers, n unknown ones. */
content *content_of_strings(engine *e, count n, const char *const *strings);

#endif
