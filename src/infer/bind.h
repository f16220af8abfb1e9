/* Binding: every dimension of the graph's inputs gets a number before inference starts. */
#ifndef INFER_BIND_H
#define INFER_BIND_H

#include "ops/engine.h"
#include <roofline/analysis.h>

/* A named dimension and its size. */
typedef struct symbol {
    const char *name;
    count size;
    bool given; /* by --dim */
    bool used;  /* some input of the model has it */
} symbol;

typedef struct bindings {
    arena *arena;
    hash *by_name;
    symbol **symbols; /* in the order in which they were bound */
    size_t n_symbols, room;
    const char **assumptions; /* printable sentences */
    size_t n_assumptions;
} bindings;

/* Sets the facts of the main graph's inputs. False and the error when a dimension that matters is
 * left open (the text holds the flags to add), or an option names nothing in the model. */
bool bind_inputs(engine *e, const roof_options *options, bindings *b);

/* Is the value a tensor that somebody has to feed (no default of a stored weight)? */
bool bind_is_open(const value *v);
/* The size of a name (n bytes) in an expression; user is the bindings. See expr.h. */
count bind_look_up(void *user, const char *name, size_t n);
/* The two checks of bind_inputs: open dimensions, and --dim names that nothing has. */
bool bind_check_open(engine *e, const bindings *b);
bool bind_check_names(engine *e, const bindings *b);

/* The size that the bindings give a declared dimension, or UNKNOWN. */
count bind_dim(const bindings *b, const dim *d);

#endif
