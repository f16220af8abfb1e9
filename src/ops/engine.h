/* What a site works on: the facts of one analysis. Filled in by infer, read by the operators. */
#ifndef OPS_ENGINE_H
#define OPS_ENGINE_H

#include "ops/op.h"

/* How a subgraph executes. One that does not is left out of all that follows. */
typedef struct graph_run {
    bool is_run;            /* it executes, as far as is known */
    count repeat;           /* how often, for each execution of its node */
    const char *assumption; /* under which it is an estimate, or NULL */
    bool is_choice;         /* of the graphs of its node that are, one executes */
    count n_nodes;          /* in it and the graphs inside; 0: not counted yet */
} graph_run;

struct engine {
    const model *model;
    arena *arena;
    fact *facts;                /* by value id */
    bool *folded;               /* by node id: depends on constants and known shapes alone */
    graph_run *runs;            /* by graph id */
    int64_t fold_left;          /* items of content that may still be made */
    int64_t node_left;          /* nodes that may still be looked at more than once */
    roof_error *error;          /* the first invalid node ends the analysis */
    bool is_open;               /* a size depends on data: see ops/estimate.h */
    const fact *told;           /* by value id: what is sure, while estimates are made; else NULL */
    const graph_run *told_runs; /* by graph id: likewise */
    const char **reasons;       /* by value id: what its estimates rest upon; NULL without any */
    const char *reason;         /* of the node that is looked at: what its outputs rest upon */
    /* Infers the nodes of a subgraph, whose inputs' facts are set. Looking at it again replaces
     * what was found before. NULL where there are no subgraphs (in tests). */
    void (*infer)(engine *e, const graph *g);
};

/* A site for a node of the engine's model. */
site site_of(engine *e, const node *n, const op_def *op, int64_t version);

/* The content of a string tensor: to whoever looks for numbers, n unknown ones. */
content *content_of_strings(engine *e, count n, const char *const *strings);

/* What is known of the elements of a value (decoding a small stored tensor on first use). */
const content *value_content(engine *e, const value *v);

enum { REPEAT_BUDGET = 1 << 18 }; /* node_left over a whole analysis */

#endif
