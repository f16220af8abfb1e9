/* Loop and Scan: a body, values that one iteration hands to the next, and slices that all of them
 * write to one tensor.
 *
 * A loop of few iterations is inferred iteration by iteration, with the contents of small tensors,
 * so that shapes which are computed in it become known. Otherwise the body is inferred until what
 * is carried no longer changes: twice as a rule. */
#include "ops/control.h"
#include "ops/sequence.h"
#include <string.h>

enum {
    UNROLLED = 64, /* iterations that are looked at one by one */
    ROUNDS = 4,    /* until what is carried must have settled */
    NESTED = 8     /* Identity nodes between the two ends of a value that is only handed on */
};

/* What Loop and Scan have in common. */
typedef struct loop {
    site *site;
    engine *engine;
    const graph *body;
    unsigned n_states;
    unsigned first_in, first_out; /* of the states among the body's inputs and outputs */
    fact *states;                 /* as an iteration gets them */
    bool *is_invariant;           /* handed on as they are */
} loop;

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

static void start_states(loop *l) {
    arena *a = l->engine->arena;
    l->states = arena_array(a, l->n_states + 1, sizeof *l->states);
    l->is_invariant = arena_array(a, l->n_states + 1, sizeof *l->is_invariant);
    for (unsigned k = 0; k < l->n_states; k++)
        l->is_invariant[k] = is_handed_on(l, k);
}

static void set_state(loop *l, unsigned k, const fact *f) {
    l->states[k] = l->is_invariant[k] ? *f : fact_of_flow(f);
}

static void give_states(loop *l) {
    for (unsigned k = 0; k < l->n_states; k++) {
        const value *v = l->body->inputs[l->first_in + k];
        give_input(l->engine, v, &l->states[k]);
        if (!l->states[k].constant)
            l->engine->facts[v->id].root = v->id;
    }
}

static const fact *state_after(const loop *l, unsigned k) {
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
        fact both = fact_meet(l->engine, &l->states[k], state_after(l, k));
        changed |= !fact_same(&both, &l->states[k]);
        set_state(l, k, &both);
    }
    return changed;
}

/* The body for any iteration: what is carried is met with itself until it stays as it is. */
static void infer_any(loop *l) {
    engine *e = l->engine;
    for (unsigned k = 0; k < l->n_states; k++)
        if (!l->is_invariant[k])
            l->states[k].content = NULL;
    for (int round = 0; e->error->status == ROOF_OK; round++) {
        give_states(l);
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

/* A tensor with one more dimension, of size n, at an axis of the result. */
static fact stacked(site *s, const fact *slice, count n, int64_t axis) {
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

/* The tensor without one of its dimensions. */
static fact sliced(site *s, const fact *whole, int axis) {
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

/* --- Loop --- */

/* How many iterations there are, as far as is known before the body is looked at. */
typedef struct trips {
    bool endless;  /* no trip count is given */
    count most;    /* the trip count that is given, or UNKNOWN */
    bool begins;   /* the condition is known to hold at first, or absent */
    bool is_known; /* set when the body has been inferred: */
    count n;
} trips;

static trips first_trips(site *s) {
    enum { TRIPS, CONDITION };
    scalar m;
    bool holds = true;
    const content *c = fold_source(s, TRIPS);
    trips t = {.endless = !site_in(s, TRIPS), .most = UNKNOWN};
    if (c && !c->real && fold_get(c, 0, &m))
        t.most = m.i > 0 ? m.i : 0;
    t.begins = !site_in(s, CONDITION) || site_bool(s, CONDITION, &holds);
    if (!holds)
        t.most = 0;
    return t;
}

/* The trip number and the condition are scalars, or have one element where the body says so. */
static void give_scalar(engine *e, const value *v, dtype elem, const int64_t *known_item) {
    static const count one = 1;
    bool is_vector = v->declared.kind == TYPE_TENSOR && v->declared.rank == 1;
    fact f = {.kind = TYPE_TENSOR, .elem = elem, .rank = is_vector, .dims = &one, .root = v->id};
    if (known_item && e->fold_left > 0) {
        content *c = arena_alloc(e->arena, sizeof *c);
        scalar *item = arena_alloc(e->arena, sizeof *item);
        e->fold_left--;
        item->i = *known_item;
        *c = (content){.n = 1, .item = item};
        f.content = c;
    }
    e->facts[v->id] = f;
}

/* An iteration begins when the condition holds. number NULL: any iteration. */
static void begin_iteration(loop *l, const int64_t *number) {
    int64_t holds = 1;
    give_scalar(l->engine, l->body->inputs[0], DT_INT64, number);
    give_scalar(l->engine, l->body->inputs[1], DT_BOOL, &holds);
}

/* Does another iteration follow? False when that is not known. */
static bool condition_after(const loop *l, bool *holds) {
    scalar v;
    const content *c = value_content(l->engine, l->body->outputs[0]);
    if (!c || c->real || !fold_get(c, 0, &v))
        return false;
    *holds = v.i != 0;
    return true;
}

/* Infers iteration by iteration; false when the end does not come, or cannot be seen. */
static bool unroll(loop *l, trips *t) {
    engine *e = l->engine;
    iterations all;
    iterations_start(&all, e, l->body);
    bool holds = true;
    for (int64_t i = 0; holds && i != t->most; i++) {
        if (i == UNROLLED || !may_look_again(e, l->body))
            return false;
        begin_iteration(l, &i);
        give_states(l);
        e->infer(e, l->body);
        bool is_last = i + 1 == t->most; /* whatever the condition says then */
        if (e->error->status != ROOF_OK || (!condition_after(l, &holds) && !is_last))
            return false;
        iterations_add(&all);
        for (unsigned k = 0; k < l->n_states; k++)
            value_content(e, l->body->outputs[l->first_out + k]);
        for (unsigned k = 0; k < l->n_states; k++)
            set_state(l, k, state_after(l, k));
    }
    iterations_settle(&all);
    t->is_known = true;
    t->n = all.n;
    return true;
}

static void read_states(loop *l, unsigned first) {
    for (unsigned k = 0; k < l->n_states; k++) {
        const fact none = {.rank = -1}, *in = site_in(l->site, first + k);
        if (in && !l->is_invariant[k])
            fold_source(l->site, first + k); /* decodes what is small */
        set_state(l, k, in ? in : &none);
    }
}

/* The body for any iteration; its condition may tell that it runs to the end. */
static void infer_generic(loop *l, trips *t) {
    bool holds = false;
    begin_iteration(l, NULL);
    infer_any(l);
    t->is_known =
        t->most == 0 || (known(t->most) && t->begins && condition_after(l, &holds) && holds);
    t->n = t->most;
    for (unsigned k = 0; k < l->n_states && t->is_known; k++)
        set_state(l, k, state_after(l, k));
}

static void set_loop_outputs(loop *l, const trips *t) {
    site *s = l->site;
    count n = t->is_known ? t->n : UNKNOWN;
    for (unsigned k = 0; k < l->n_states; k++) {
        fact f = l->is_invariant[k] ? l->states[k] : fact_of_flow(&l->states[k]);
        set_output(s, k, &f);
    }
    for (unsigned k = l->n_states; k < site_n_out(s); k++) {
        fact f = stacked(s, graph_result(l->engine, l->body, l->first_out + k), n, 0);
        set_output(s, k, &f);
    }
}

/* Does the node have a body that fits? */
static bool check_body(site *s, const graph *body, size_t n_in, size_t n_out) {
    if (!body)
        site_invalid(s, "the body is missing");
    else if (body->n_inputs != n_in)
        site_invalid(s, "the body has %zu inputs instead of %zu", body->n_inputs, n_in);
    else if (body->n_outputs < n_out)
        site_invalid(s, "the body has %zu outputs instead of %zu", body->n_outputs, n_out);
    return !site_failed(s);
}

static unsigned larger(unsigned a, unsigned b) {
    return a > b ? a : b;
}

void infer_loop(site *s) {
    enum { FIRST_STATE = 2 };
    unsigned n_in = larger(site_n_in(s), FIRST_STATE);
    loop l = {.site = s,
              .engine = s->engine,
              .body = site_graph(s, "body"),
              .n_states = n_in - FIRST_STATE,
              .first_in = FIRST_STATE,
              .first_out = 1};
    if (!s->engine->infer || !check_body(s, l.body, n_in, 1 + larger(l.n_states, site_n_out(s))))
        return;
    trips t = first_trips(s);
    start_states(&l);
    read_states(&l, FIRST_STATE);
    bool short_loop = known(t.most) && t.most <= UNROLLED;
    if (t.begins && short_loop && t.most > 0 && unroll(&l, &t)) {
        graph_runs(s->engine, l.body, t.n, NULL);
        set_loop_outputs(&l, &t);
        return;
    }
    read_states(&l, FIRST_STATE);
    infer_generic(&l, &t);
    if (!t.is_known && t.begins && !short_loop && (t.endless || known(t.most))) {
        read_states(&l, FIRST_STATE);
        if (!unroll(&l, &t)) { /* the facts of the body are those of its last iteration */
            read_states(&l, FIRST_STATE);
            infer_generic(&l, &t);
        }
    }
    if (t.is_known && t.n == 0)
        read_states(&l, FIRST_STATE);
    else if (t.is_known)
        graph_runs(s->engine, l.body, t.n, NULL);
    else
        graph_runs(s->engine, l.body, 1, "the trip count is not known: 1");
    set_loop_outputs(&l, &t);
}

/* --- Scan --- */

/* Scan as the node says it: version 8 has a batch dimension before all others. */
typedef struct scan {
    loop loop;
    bool has_batch;
    unsigned first;  /* of the states among the node's inputs */
    unsigned n_scan; /* inputs that are sliced */
    count batch, length;
} scan;

static int64_t axis_of(const site *s, const char *name, size_t i) {
    size_t n;
    const int64_t *axes = site_ints(s, name, &n);
    return i < n ? axes[i] : 0;
}

static bool agree(scan *c, count *size, count found, const char *what) {
    if (known(*size) && known(found) && *size != found)
        site_invalid(c->loop.site, "%s is %lld in one input and %lld in another", what,
                     (long long)*size, (long long)found);
    if (!known(*size))
        *size = found;
    return !site_failed(c->loop.site);
}

static bool read_batch(scan *c, const fact *f) {
    return !c->has_batch || agree(c, &c->batch, fact_dim(f, 0), "the batch");
}

static bool read_scan_states(scan *c) {
    loop *l = &c->loop;
    for (unsigned k = 0; k < l->n_states; k++) {
        const fact none = {.rank = -1}, *in = site_in(l->site, c->first + k);
        fact f = !in ? none : c->has_batch ? sliced(l->site, in, 0) : *in;
        if (in && !read_batch(c, in))
            return false;
        set_state(l, k, &f);
    }
    return true;
}

static bool give_slice(scan *c, unsigned i) {
    loop *l = &c->loop;
    site *s = l->site;
    const value *v = l->body->inputs[l->n_states + i];
    const fact *in = site_in(s, c->first + l->n_states + i);
    fact slice = {.rank = -1};
    if (in && in->rank >= 0) {
        int64_t axis = c->has_batch ? 1 : axis_of(s, "scan_input_axes", i);
        int at = site_axis(s, axis, in->rank);
        if (at < 0 || !read_batch(c, in) || !agree(c, &c->length, in->dims[at], "the length"))
            return false;
        slice = sliced(s, in, at);
        if (c->has_batch)
            slice = sliced(s, &slice, 0);
    } else if (in) {
        slice.elem = in->elem;
    }
    slice.root = v->id;
    give_input(l->engine, v, &slice);
    return true;
}

static void set_scan_outputs(scan *c, bool runs) {
    loop *l = &c->loop;
    site *s = l->site;
    for (unsigned k = 0; k < site_n_out(s); k++) {
        fact f = k < l->n_states ? l->states[k] : *graph_result(l->engine, l->body, k);
        if (k < l->n_states && runs)
            f = *state_after(l, k);
        if (k >= l->n_states)
            f = stacked(s, &f, c->length, axis_of(s, "scan_output_axes", k - l->n_states));
        if (c->has_batch)
            f = stacked(s, &f, c->batch, 0);
        if (!f.constant || c->has_batch)
            f = fact_of_flow(&f);
        set_output(s, k, &f);
    }
}

static bool start_scan(scan *c, site *s) {
    int64_t n_scan = site_int(s, "num_scan_inputs", 0);
    unsigned n_in = site_n_in(s);
    *c = (scan){.has_batch = s->version < 9, .batch = UNKNOWN, .length = UNKNOWN};
    c->first = c->has_batch;
    if (n_scan < 1 || n_in < c->first || n_scan > n_in - c->first) {
        site_invalid(s, "num_scan_inputs is %lld for %u inputs", (long long)n_scan, n_in);
        return false;
    }
    c->n_scan = (unsigned)n_scan;
    unsigned n_states = n_in - c->first - c->n_scan;
    c->loop =
        (loop){.site = s, .engine = s->engine, .body = site_graph(s, "body"), .n_states = n_states};
    return check_body(s, c->loop.body, n_states + c->n_scan, larger(n_states, site_n_out(s)));
}

void infer_scan(site *s) {
    scan c;
    if (!s->engine->infer || !start_scan(&c, s))
        return;
    start_states(&c.loop);
    if (!read_scan_states(&c))
        return;
    for (unsigned i = 0; i < c.n_scan; i++)
        if (!give_slice(&c, i))
            return;
    infer_any(&c.loop);
    count n = c.has_batch ? cnt_mul(c.batch, c.length) : c.length;
    if (n > 0)
        graph_runs(s->engine, c.loop.body, n, NULL);
    else if (n != 0)
        graph_runs(s->engine, c.loop.body, 1, "the length of the sequence is not known: 1");
    if (!site_failed(s))
        set_scan_outputs(&c, n != 0);
}

/* --- SequenceMap --- */

/* The inputs of one iteration: element i of what are sequences; i < 0: of any. */
static void give_elements(site *s, const graph *body, count i) {
    for (unsigned k = 0; k < site_n_in(s); k++) {
        const fact none = {.rank = -1}, *in = site_in(s, k);
        fact f = !in ? none : in->kind == TYPE_SEQUENCE ? sequence_element(in, i) : *in;
        if (!f.constant)
            f.root = body->inputs[k]->id;
        give_input(s->engine, body->inputs[k], &f);
    }
}

static void map_each(site *s, const graph *body, count n) {
    unsigned n_out = site_n_out(s);
    fact *each = arena_array(s->arena, (size_t)n * n_out + 1, sizeof *each);
    iterations all;
    iterations_start(&all, s->engine, body);
    for (count i = 0; i < n && !site_failed(s); i++) {
        give_elements(s, body, i);
        s->engine->infer(s->engine, body);
        iterations_add(&all);
        for (unsigned k = 0; k < n_out; k++)
            each[(count)k * n + i] = fact_of_flow(graph_result(s->engine, body, k));
    }
    iterations_settle(&all);
    for (unsigned k = 0; k < n_out; k++)
        out_sequence(s, k, each + (count)k * n, n);
}

static void map_any(site *s, const graph *body, count n) {
    give_elements(s, body, -1);
    s->engine->infer(s->engine, body);
    for (unsigned k = 0; k < site_n_out(s); k++)
        out_sequence_of(s, k, graph_result(s->engine, body, k), n);
}

static bool may_map_each(engine *e, const graph *body, count n) {
    if (n < 1 || n > UNROLLED)
        return false;
    for (count i = 0; i < n; i++)
        if (!may_look_again(e, body))
            return false;
    return true;
}

void infer_sequence_map(site *s) {
    const graph *body = site_graph(s, "body");
    const fact *in = site_in(s, 0);
    engine *e = s->engine;
    if (!e->infer || !check_body(s, body, site_n_in(s), site_n_out(s)))
        return;
    count n = in && in->held ? in->held->n : UNKNOWN;
    bool differ = in && in->held && in->held->each;
    if (differ && may_map_each(e, body, n))
        map_each(s, body, n);
    else
        map_any(s, body, n);
    if (n > 0)
        graph_runs(e, body, n, NULL);
    else if (n != 0)
        graph_runs(e, body, 1, "the length of the sequence is not known: 1");
}
