/* What Loop and Scan have in common: a body, values that one iteration hands to the next, and
 * slices that all of them write to one tensor. */
#ifndef OPS_LOOP_H
#define OPS_LOOP_H

#include "ops/control.h"

typedef struct loop {
    site *site;
    engine *engine;
    const graph *body;
    unsigned n_states;
    unsigned first_in, first_out; /* of the states among the body's inputs and outputs */
    fact *states;                 /* as an iteration gets them */
    bool *is_invariant;           /* handed on as they are */
} loop;

/* Does the node have a body that fits? */
bool loop_check_body(site *s, const graph *body, size_t n_in, size_t n_out);

void loop_start(loop *l);
void loop_set_state(loop *l, unsigned k, const fact *f);
/* Sets the body's inputs. */
void loop_give_states(loop *l);
const fact *loop_state_after(const loop *l, unsigned k);
/* The body for any iteration: what is carried is met with itself until it stays as it is. */
void loop_infer_any(loop *l);

/* A tensor with one more dimension, of size n, at an axis of the result. */
fact loop_stacked(site *s, const fact *slice, count n, int64_t axis);
/* The tensor without one of its dimensions. */
fact loop_sliced(site *s, const fact *whole, int axis);

static inline unsigned loop_larger(unsigned a, unsigned b) {
    return a > b ? a : b;
}

enum { UNROLLED = 64 }; /* iterations that are looked at one by one */

#endif
