/* What iterations of Loop and Scan hand to each other, and what they leave. */
#include "ops/loop.h"
#include <string.h>

enum {
    ROUNDS = 4, /* until what is carried must have settled */
    NESTED = 8  /* Identity nodes between the two ends of a value that is only handed on */
};

/* --- states --- */

static bool is_identity(const node *n) {
    return n && !strcmp(n->op, "Identity") && !*n->domain && n->n_in == 1;
}

static bool is_handed_on(const loop *l, unsigned k) {
    const value *in = l->body->inputs[l->first_in + k], *v = l->body->outputs[l->first_out + k];
    for (int i = 0; i < NESTED && v != in && is_identity(v->producer); i++)
        v = v->producer->in[0];
    return v == in;
}

void loop_start(loop *l) {
    arena *a = l->engine->arena;
    l->states = arena_array(a, l->n_states + 1, sizeof *l->states);
    l->is_invariant = arena_array(a, l->n_states + 1, sizeof *l->is_invariant);
    for (unsigned k = 0; k < l->n_states; k++)
        l->is_invariant[k] = is_handed_on(l, k);
}

void loop_set_state(loop *l, unsigned k, const fact *f) {
    l->states[k] = l->is_invariant[k] ? *f : fact_of_flow(f);
}

void loop_give_states(loop *l) {
    for (unsigned k = 0; k < l->n_states; k++) {
        const value *v = l->body->inputs[l->first_in + k];
        give_input(l->engine, v, &l->states[k]);
        if (!l->states[k].constant)
            l->engine->facts[v->id].root = v->id;
    }
}

const fact *loop_state_after(const loop *l, unsigned k) {
    return l->is_invariant[k] ? &l->states[k] : graph_result(l->engine, l->body, l->first_out + k);
}

/* Nothing is known of what is carried but its type. */
static void widen_states(loop *l) {
    for (unsigned k = 0; k < l->n_states; k++)
        if (!l->is_invariant[k])
            l->states[k] = (fact){.kind = l->states[k].kind, .elem = l->states[k].elem, .rank = -1};
}

/* What an iteration gets may be what the one before left: true when that is something new. */
static bool meet_states(loop *l) {
    bool changed = false;
    for (unsigned k = 0; k < l->n_states; k++) {
        fact both = fact_meet(l->engine, &l->states[k], loop_state_after(l, k));
        changed |= !fact_same(&both, &l->states[k]);
        loop_set_state(l, k, &both);
    }
    return changed;
}

void loop_infer_any(loop *l) {
    engine *e = l->engine;
    for (unsigned k = 0; k < l->n_states; k++)
        if (!l->is_invariant[k])
            l->states[k].content = NULL;
    for (int round = 0; e->error->status == ROOF_OK; round++) {
        loop_give_states(l);
        e->infer(e, l->body);
        if (round == ROUNDS || !meet_states(l))
            return;
        if (round == ROUNDS - 1 || !may_look_again(e, l->body)) {
            widen_states(l);
            round = ROUNDS - 1;
        }
    }
}

/* --- outputs --- */

fact loop_stacked(site *s, const fact *slice, count n, int64_t axis) {
    fact f = {.kind = TYPE_TENSOR, .elem = slice->elem, .rank = -1};
    if (slice->rank < 0 || !rank_allowed(s, slice->rank + 1))
        return f;
    int at = site_axis(s, axis, slice->rank + 1);
    if (at < 0)
        return f;
    count *dims = arena_array(s->arena, (size_t)slice->rank + 1, sizeof *dims);
    for (int k = 0; k <= slice->rank; k++)
        dims[k] = k == at ? n : slice->dims[k - (k > at)];
    f.rank = slice->rank + 1;
    f.dims = dims;
    return f;
}

fact loop_sliced(site *s, const fact *whole, int axis) {
    fact f = {.kind = TYPE_TENSOR, .elem = whole->elem, .rank = -1};
    if (whole->rank < 1)
        return f;
    count *dims = arena_array(s->arena, (size_t)whole->rank, sizeof *dims);
    for (int k = 0, to = 0; k < whole->rank; k++)
        if (k != axis)
            dims[to++] = whole->dims[k];
    f.rank = whole->rank - 1;
    f.dims = dims;
    return f;
}

bool loop_check_body(site *s, const graph *body, size_t n_in, size_t n_out) {
    if (!body)
        site_invalid(s, "the body is missing");
    else if (body->n_inputs != n_in)
        site_invalid(s, "the body has %zu inputs instead of %zu", body->n_inputs, n_in);
    else if (body->n_outputs < n_out)
        site_invalid(s, "the body has %zu outputs instead of %zu", body->n_outputs, n_out);
    return !site_failed(s);
}
