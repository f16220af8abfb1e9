/* Loop.
 *
 * A loop of few iterations is inferred iteration by iteration, with the contents of small tensors,
 * so that shapes which are computed in it become known. Otherwise the body is inferred until what
 * is carried no longer changes: twice as a rule. */
#include "ops/loop.h"
#include "ops/estimate.h"
#include <string.h>

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

/* Shapes that change from iteration to iteration can be estimated. */
static void note_open_shapes(const loop *l) {
    bool is_open = false;
    for (unsigned k = 0; k < l->n_states; k++)
        is_open |= !shape_known(&l->engine->facts[l->body->inputs[l->first_in + k]->id]);
    if (is_open)
        site_estimates(l->site);
}

/* Infers iteration by iteration; false when the end does not come, or cannot be seen. */
static bool unroll(loop *l, trips *t) {
    engine *e = l->engine;
    iterations all;
    iterations_start(&all, e, l->body);
    bool holds = true;
    if (all.sample)
        site_assume(l->site, "those of the middle iteration");
    for (int64_t i = 0; holds && i != t->most; i++) {
        if (i == UNROLLED || !may_look_again(e, l->body))
            return false;
        begin_iteration(l, &i);
        loop_give_states(l);
        e->infer(e, l->body);
        bool is_last = i + 1 == t->most; /* whatever the condition says then */
        if (e->error->status != ROOF_OK || (!condition_after(l, &holds) && !is_last))
            return false;
        iterations_add(&all);
        for (unsigned k = 0; k < l->n_states; k++)
            value_content(e, l->body->outputs[l->first_out + k]);
        for (unsigned k = 0; k < l->n_states; k++)
            loop_set_state(l, k, loop_state_after(l, k));
    }
    iterations_settle(&all);
    t->is_known = true;
    t->n = all.n;
    note_open_shapes(l);
    return true;
}

static void read_states(loop *l, unsigned first) {
    for (unsigned k = 0; k < l->n_states; k++) {
        const fact none = {.rank = -1}, *in = site_in(l->site, first + k);
        if (in && !l->is_invariant[k])
            fold_source(l->site, first + k); /* decodes what is small */
        loop_set_state(l, k, in ? in : &none);
    }
}

/* --- shapes that grow --- */

static bool has_open_states(const loop *l) {
    for (unsigned k = 0; k < l->n_states; k++)
        if (!shape_known(&l->states[k]))
            return true;
    return false;
}

/* Infers the next iteration, of any number. */
static void advance(loop *l) {
    begin_iteration(l, NULL);
    loop_give_states(l);
    l->engine->infer(l->engine, l->body);
    for (unsigned k = 0; k < l->n_states; k++) {
        loop_set_state(l, k, loop_state_after(l, k));
        l->states[k].content = l->is_invariant[k] ? l->states[k].content : NULL;
    }
}

/* A dimension that is a after one iteration and b after two, after n. */
static count grown(count a, count b, count n) {
    if (!known(a) || !known(b))
        return UNKNOWN;
    return b >= a ? cnt_add(a, cnt_mul(b - a, n - 1)) : cnt_sub(a, cnt_mul(a - b, n - 1));
}

static void set_grown(loop *l, const fact *first, const fact *second, count n) {
    for (unsigned k = 0; k < l->n_states; k++) {
        l->states[k] = second[k];
        if (first[k].rank != second[k].rank)
            l->states[k].rank = -1;
        if (l->is_invariant[k] || l->states[k].rank < 1)
            continue;
        count *dims = arena_array(l->engine->arena, (size_t)first[k].rank, sizeof *dims);
        for (int i = 0; i < first[k].rank; i++)
            dims[i] = grown(first[k].dims[i], second[k].dims[i], n);
        l->states[k].dims = dims;
    }
}

static fact *copy_states(const loop *l) {
    fact *copy = arena_array(l->engine->arena, l->n_states + 1, sizeof *copy);
    memcpy(copy, l->states, l->n_states * sizeof *copy);
    return copy;
}

/* What grows as it does from the first iteration to the second: the body as in the middle of n
 * iterations, and what is left after the last. */
static void extrapolate(loop *l, unsigned first_state, count n) {
    for (int looks = 0; looks < (n > 1 ? 3 : 1); looks++)
        if (!may_look_again(l->engine, l->body))
            return;
    read_states(l, first_state);
    if (n > 1)
        site_assume(l->site, "those of the middle one of %lld iterations", (long long)n);
    else
        site_assume(l->site, "those of one iteration");
    advance(l);
    if (n < 2)
        return;
    const fact *first = copy_states(l);
    advance(l);
    const fact *second = copy_states(l);
    set_grown(l, first, second, n / 2 > 0 ? n / 2 : 1);
    advance(l);
    set_grown(l, first, second, n);
}

/* The body for any iteration; its condition may tell that it runs to the end. */
static void infer_generic(loop *l, trips *t) {
    bool holds = false;
    begin_iteration(l, NULL);
    loop_infer_any(l);
    t->is_known =
        t->most == 0 || (known(t->most) && t->begins && condition_after(l, &holds) && holds);
    t->n = t->most;
    for (unsigned k = 0; k < l->n_states && t->is_known; k++)
        loop_set_state(l, k, loop_state_after(l, k));
}

static void set_loop_outputs(loop *l, const trips *t) {
    site *s = l->site;
    count n = t->is_known ? t->n : site_estimates(s) ? 1 : UNKNOWN;
    for (unsigned k = 0; k < l->n_states; k++) {
        fact f = l->is_invariant[k] ? l->states[k] : fact_of_flow(&l->states[k]);
        set_output(s, k, &f);
    }
    for (unsigned k = l->n_states; k < site_n_out(s); k++) {
        fact f = loop_stacked(s, graph_result(l->engine, l->body, l->first_out + k), n, 0);
        set_output(s, k, &f);
    }
}

void infer_loop(site *s) {
    enum { FIRST_STATE = 2 };
    unsigned n_in = loop_larger(site_n_in(s), FIRST_STATE);
    loop l = {.site = s,
              .engine = s->engine,
              .body = site_graph(s, "body"),
              .n_states = n_in - FIRST_STATE,
              .first_in = FIRST_STATE,
              .first_out = 1};
    if (!s->engine->infer ||
        !loop_check_body(s, l.body, n_in, 1 + loop_larger(l.n_states, site_n_out(s))))
        return;
    trips t = first_trips(s);
    loop_start(&l);
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
    note_open_shapes(&l);
    if (s->engine->told && t.n != 0 && has_open_states(&l))
        extrapolate(&l, FIRST_STATE, t.is_known ? t.n : 1);
    if (t.is_known && t.n == 0)
        read_states(&l, FIRST_STATE);
    else if (t.is_known)
        graph_runs(s->engine, l.body, t.n, NULL);
    else
        graph_runs(s->engine, l.body, 1, "the trip count is not known: 1");
    set_loop_outputs(&l, &t);
}
