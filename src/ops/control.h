/* What If, Loop, Scan and SequenceMap share. */
#ifndef OPS_CONTROL_H
#define OPS_CONTROL_H

#include "ops/fold.h"
#include "ops/merge.h"

/* The subgraph in an attribute, or NULL. */
const graph *site_graph(const site *s, const char *name);
/* A condition; false when it is not known. */
bool site_bool(site *s, unsigned input, bool *v);

/* Says that a subgraph executes, and how often for each execution of its node. */
void graph_runs(engine *e, const graph *g, count repeat, const char *assumption);
/* Sets an input of a subgraph; where f says no type, the declaration does. */
void give_input(engine *e, const value *v, const fact *f);
/* What a subgraph gives as its output i. */
const fact *graph_result(const engine *e, const graph *g, size_t i);
/* Sets output i, if it is used. */
void set_output(site *s, unsigned i, const fact *f);

/* May a subgraph be inferred once more? Spends the budget for it. */
bool may_look_again(engine *e, const graph *g);

/* Is the shape known, or nothing that a tensor has? */
bool shape_known(const fact *f);

/* What holds in every iteration of a body whose iterations are inferred one by one. */
typedef struct iterations {
    engine *engine;
    const graph *body;
    fact *kept;
    count n;
    fact *sample; /* when estimates are made: of the iteration `sampled`, for shapes that change */
    count sampled;
} iterations;

void iterations_start(iterations *it, engine *e, const graph *body);
/* After an iteration has been inferred. */
void iterations_add(iterations *it);
/* After the last: the facts of the body become those that all iterations share. */
void iterations_settle(iterations *it);

/* No work, no bytes. */
void cost_control(site *s, work *w);

void infer_if(site *s);
void infer_loop(site *s);
void infer_scan(site *s);
void infer_sequence_map(site *s);

#endif
